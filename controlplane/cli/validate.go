package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"picket/controlplane/policy"
)

// maxPolicy bounds a policy file, in bytes.
const maxPolicy = 4 << 20

func (p *program) validate() *cobra.Command {
	return &cobra.Command{
		Use: "validate FILE", Short: "Check a policy file and print every mistake in it with line and column",
		Args: exactly(1, "the policy file, or - for standard input"),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := p.readPolicy(args[0])
			if err != nil {
				return unreadable("read policy", args[0], err)
			}
			f, err := policy.Parse(args[0], data)
			if err != nil {
				return &mistake{err.Error()}
			}
			for _, w := range f.Warnings(time.Now()) {
				w.File = args[0]
				if _, err := fmt.Fprintf(p.stderr, "picket: warning: %v\n", w); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(p.stdout, "%s is valid\n", args[0])
			return err
		},
	}
}

func (p *program) readPolicy(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(p.stdin, maxPolicy))
	}
	return os.ReadFile(name)
}
