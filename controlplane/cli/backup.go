package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"picket/controlplane/app"
	"picket/controlplane/ops"
)

func (p *program) export() *cobra.Command {
	c := &cobra.Command{
		Use: "export", Short: "Write the state to a file", Args: unknownCommand,
		RunE: func(*cobra.Command, []string) error { return mistakef("say what: picket export state FILE") },
	}
	c.AddCommand(p.backup("state FILE", "Write decisions, policy, audit and hash key to a file, readable for you alone", func(c *cobra.Command, o app.Options, name string) error {
		n, err := writeBackup(c, o, name)
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%s  %d entries\n", name, n)
		}
		return err
	}))
	return c
}

func (p *program) importing() *cobra.Command {
	c := &cobra.Command{
		Use: "import", Short: "Read the state from a file", Args: unknownCommand,
		RunE: func(*cobra.Command, []string) error { return mistakef("say what: picket import state FILE") },
	}
	c.AddCommand(p.backup("state FILE", "Put what picket export state wrote into a new state", func(c *cobra.Command, o app.Options, name string) error {
		f, err := os.Open(name)
		if err != nil {
			return unreadable("import", name, err)
		}
		defer func() { _ = f.Close() }()
		n, err := app.ImportState(c.Context(), o, f)
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%s  %d entries\n", name, n)
		}
		return err
	}))
	return c
}

// backup is a command about the state that no control plane need run for.
func (p *program) backup(use, short string, run func(*cobra.Command, app.Options, string) error) *cobra.Command {
	o := app.Options{}
	c := &cobra.Command{Use: use, Short: short, Args: exactly(1, "a file")}
	c.Flags().StringVar(&o.State, "state", "", "as picket serve has it: a directory that is not in use now, or nats://HOST:PORT (default that of picket serve)")
	stateFlags(c, &o)
	for _, f := range []string{"journal-size", "replay"} {
		_ = c.Flags().MarkHidden(f)
	}
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if o.Log, err = ops.NewLogger(p.stderr, "warn", "text"); err != nil {
			return err
		}
		if o.State == "" {
			o.State = filepath.Join(app.StateHome(), "serve")
		}
		err = run(c, o, args[0])
		var m *app.Mistake
		if errors.As(err, &m) {
			return &mistake{m.Text}
		}
		return err
	}
	return c
}

// writeBackup makes the file whole or not at all. It replaces one that is there.
func writeBackup(c *cobra.Command, o app.Options, name string) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".picket-state-*") // 0600
	if err != nil {
		return 0, mistakef("%s: %v", name, err)
	}
	n, err = app.ExportState(c.Context(), o, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return n, err
}
