package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"picket/envoy/bootstrap"
)

// nodeModule is where the filter lies on a node, unless something else is said; the same for what the control plane pushes
// and for what config envoy prints, since the two filters share a VM only when both name one file.
const nodeModule = "/etc/picket/picket.wasm"

func (p *program) config() *cobra.Command {
	c := &cobra.Command{
		Use: "config", Short: "Print configuration for others", Args: unknownCommand,
		RunE: func(*cobra.Command, []string) error { return mistakef("say for whom: picket config envoy") },
	}
	c.AddCommand(p.configEnvoy())
	return c
}

func (p *program) configEnvoy() *cobra.Command {
	cfg := bootstrap.Config{}
	tls := bootstrap.ControlTLS{}
	c := &cobra.Command{
		Use: "envoy", Short: "Print what an Envoy that exists already needs: two filters, a cluster, and where each goes",
		Args: exactly(0, "no argument but flags"),
	}
	f := c.Flags()
	f.StringVar(&cfg.Control, "control", "127.0.0.1:18000", "HOST:PORT of the control plane's --grpc")
	f.StringVar(&cfg.Module, "module", nodeModule, "where the filter lies on the node")
	f.IntVar(&cfg.Workers, "workers", 0, "Envoy's --concurrency, so that a missing worker shows (0: unknown)")
	f.DurationVar(&cfg.Tick, "tick", 0, "how often a worker reports (default 100ms)")
	f.StringVar(&tls.CA, "tls-ca", "", "authorities of the control plane's certificate, on the node")
	f.StringVar(&tls.Cert, "tls-cert", "", "the node's certificate, on the node")
	f.StringVar(&tls.Key, "tls-key", "", "its key, on the node")
	f.StringVar(&tls.ServerName, "tls-name", "", "name in the control plane's certificate (default the host of --control)")
	f.StringVar(&cfg.Dir, "tls-dir", "/etc/picket", "where the files that name the certificates lie on the node")
	c.RunE = func(*cobra.Command, []string) error {
		if tls.CA != "" || tls.Cert != "" || tls.Key != "" {
			cfg.ControlTLS = &tls
		}
		if !filepath.IsAbs(cfg.Module) {
			return mistakef("--module %s: give an absolute path, as Envoy on the node sees it", cfg.Module)
		}
		text, err := cfg.Snippet()
		if err != nil {
			return &mistake{err.Error()}
		}
		_, err = p.stdout.Write(text)
		return err
	}
	return c
}
