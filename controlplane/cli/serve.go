package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/controlplane/app"
	"picket/controlplane/ops"
)

func (p *program) serve() *cobra.Command {
	o := app.Options{Deltas: true, ECDS: true, Version: buildVersion()}
	var level, format, module string
	var whileStdin bool
	c := &cobra.Command{Use: "serve", Short: "Run a control plane", Args: exactly(0, "no argument but flags")}
	f := c.Flags()
	f.StringVar(&o.HTTP, "http", defaultServer, "where operators ask, and metrics and health are")
	f.StringVar(&o.GRPC, "grpc", "127.0.0.1:18000", "where nodes stream signals and fetch policies")
	f.StringVar(&o.State, "state", "", "directory to keep the state in, memory, or nats://HOST:PORT of one NATS server or a cluster of three (default a directory of this user's)")
	stateFlags(c, &o)
	f.StringVar(&o.PolicyFile, "policy", "", "policy file; it is read again when it changes")
	f.StringVar(&o.Mode, "mode", "", "observe, canary (acts on some consumers: rails.canary) or enforce, whatever the policy file says")
	f.IntVar(&o.Words, "words", 0, "distinct consumers before a path's word is told, whatever the policy file says")
	f.StringSliceVar(&o.Places, "places", nil, "MaxMind databases of countries, cities or ASNs, for scenarios by country and asn")
	f.StringVar(&module, "module", nodeModule, "where the filter lies on nodes that do not say it themselves")
	f.StringVar(&o.TLSCert, "tls-cert", "", "certificate of both servers; renewed files are read without a restart")
	f.StringVar(&o.TLSKey, "tls-key", "", "key of the certificate")
	f.StringVar(&o.NodeCA, "node-ca", "", "authorities of the nodes' certificates")
	f.StringVar(&o.OperatorCA, "operator-ca", "", "authorities of the operators' certificates")
	f.StringVar(&o.TokenFile, "token-file", "", "file with the operators' token (default one is drawn, on loopback)")
	f.StringSliceVar(&o.Names, "http-name", nil, "name that the Host header may have beside localhost and the address")
	f.DurationVar(&o.Debounce, "debounce", 100*time.Millisecond, "how long a changed policy waits for more before it goes over xDS")
	f.BoolVar(&o.Deltas, "deltas", true, "send decisions down the stream at once")
	f.BoolVar(&o.ECDS, "ecds", true, "send policies over xDS")
	f.StringVar(&level, "log-level", "info", "debug, info, warn or error")
	f.StringVar(&format, "log-format", "text", "text or json")
	f.BoolVar(&whileStdin, "while-stdin", false, "end when standard input does")
	_ = f.MarkHidden("while-stdin")
	c.RunE = func(c *cobra.Command, _ []string) (err error) {
		if o.Log, err = ops.NewLogger(p.stderr, level, format); err != nil {
			return &mistake{"--" + err.Error()}
		}
		if o.State == "" {
			o.State = filepath.Join(app.StateHome(), "serve")
		}
		o.Module = func() string { return module }
		if p.getenv("GOMEMLIMIT") == "" {
			debug.SetMemoryLimit(memoryLimit)
		}
		ctx, stop := context.WithCancel(c.Context())
		defer stop()
		if whileStdin {
			go endWith(p.stdin, stop)
		}
		return runServe(ctx, o)
	}
	return c
}

// memoryLimit is soft. Without one, replaying a large journal leaves its blocks in memory until they are collected.
const memoryLimit = 2 << 30

// stateFlags are those of the state beside --state itself.
func stateFlags(c *cobra.Command, o *app.Options) {
	f := c.Flags()
	f.StringVar(&o.StateCredentials, "state-creds", "", "credentials file of the NATS user")
	f.StringVar(&o.StateCA, "state-ca", "", "authorities of the NATS servers' certificates")
	f.StringVar(&o.StateCert, "state-cert", "", "client certificate for NATS")
	f.StringVar(&o.StateKey, "state-key", "", "its key")
	f.Var((*byteSize)(&o.JournalBytes), "journal-size", "how large the journal gets before its oldest entries go, as in 512MB or 4GB (default 4GB on disk, 64MB in memory)")
	f.DurationVar(&o.Replay, "replay", 0, "how much of the journal windows are rebuilt from at the start (default 30m)")
}

// byteSize is a flag for a number of bytes with a unit; K, M and G are powers of 1024.
type byteSize uint64

// Set implements pflag.Value.
func (b *byteSize) Set(text string) error {
	number := strings.TrimRight(strings.ToUpper(text), "IB")
	shift := 0
	if n := len(number); n > 0 {
		if i := strings.IndexByte("KMGT", number[n-1]); i >= 0 {
			number, shift = number[:n-1], 10*(i+1)
		}
	}
	n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 64)
	if err != nil || n == 0 || n > 1<<62>>shift {
		return fmt.Errorf("%q: give a size, as in 512MB or 4GB", text)
	}
	*b = byteSize(n << shift)
	return nil
}

// String implements pflag.Value.
func (b *byteSize) String() string {
	if *b == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*b), 10)
}

// Type implements pflag.Value.
func (b *byteSize) Type() string { return "size" }

// endWith calls stop when r ends. It lives as long as the process.
func endWith(r io.Reader, stop func()) {
	_, _ = io.Copy(io.Discard, r)
	stop()
}

// runServe gives a person's mistakes as such. Where the external state was replaced, it begins anew with what is there now:
// nodes are told all of that, and enforce what they know until then.
func runServe(ctx context.Context, o app.Options) error {
	a, err := app.New(o)
	if err == nil {
		err = a.Run(ctx)
	}
	if app.Replaced(err) && ctx.Err() == nil {
		o.Log.Error("starting anew", "error", err)
		return runServe(ctx, o.At(a))
	}
	var m *app.Mistake
	if errors.As(err, &m) {
		return &mistake{err.Error()}
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
