package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

func (p *program) apply() *cobra.Command {
	q := &picketv1.ApplyRequest{}
	var from string
	c := &cobra.Command{
		Use:   "apply -f DIR [--prune] [--dry-run] | --accept SCENARIO",
		Short: "Make the files of a directory the policy: one policy file and any number of files of scenarios",
		Long: `Make the files of a directory the policy: one policy file and any number of files of scenarios.

Scenarios that change are first tried on the journal, in the background: until that is done they only observe ("on trial").
Those that would have denied or challenged more consumers with a clean history than the policy's blast radius allows go on to
observe, as proposed: picket status says whom they would have hit, and --accept has them act all the same. The policy's
rails.backtest says how much of the past they are tried on.`,
		Args: exactly(0, "no argument but flags"),
	}
	r, o := p.remoteFlags(c), outputFlags(c)
	c.Flags().StringVarP(&from, "filename", "f", "", "directory, of which all .yaml and .yml are taken, or one file")
	c.Flags().BoolVar(&q.Prune, "prune", false, "remove what was applied before and is not there any more")
	c.Flags().BoolVar(&q.DryRun, "dry-run", false, "check everything and say what would change, and change nothing")
	c.Flags().StringSliceVar(&q.Accept, "accept", nil, "scenarios that are to act although their trial holds them back, or all")
	c.RunE = func(c *cobra.Command, _ []string) (err error) {
		if err := o.check(); err != nil {
			return err
		}
		switch {
		case from == "" && len(q.Accept) == 0:
			return mistakef("say what to apply: -f DIR")
		case from == "" && q.Prune:
			return mistakef("--prune goes with -f DIR: what is not there is removed")
		case from != "":
			if q.Files, err = applied(from); err != nil {
				return err
			}
		}
		a, err := call(c.Context(), r, picketv1connect.AdminClient.Apply, q)
		if err != nil {
			return err
		}
		return o.print(p.stdout, a, func(w io.Writer, _ bool) error { return printApplied(w, a) })
	}
	return c
}

func printApplied(w io.Writer, a *picketv1.ApplyResponse) error {
	a.Changes = shortened(a.Changes)
	note := ""
	if a.DryRun {
		note = " (dry run)"
	}
	for _, f := range a.Changes {
		if _, err := fmt.Fprintf(w, "%s %s%s\n", clean(f.Name), f.What, note); err != nil {
			return err
		}
	}
	return nil
}

// shortened tells of many scenarios on trial in one line.
func shortened(all []*picketv1.ApplyChange) (out []*picketv1.ApplyChange) {
	const most = 5
	trial := 0
	for _, c := range all {
		if c.What == "on trial" {
			if trial++; trial > most {
				continue
			}
		}
		out = append(out, c)
	}
	if trial > most {
		out = append(out, &picketv1.ApplyChange{Name: fmt.Sprintf("and %d more scenarios", trial-most), What: "on trial"})
	}
	return out
}

// applied reads what -f names. Hidden files and directories are left out: .git is one.
func applied(from string) (files []*picketv1.ApplyFile, err error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, unreadable("-f", from, err)
	}
	if !info.IsDir() {
		f, err := readApplied(from, filepath.Base(from))
		return []*picketv1.ApplyFile{f}, err
	}
	err = filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return unreadable("-f", name, err)
		}
		if name != from && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name)) {
			return nil
		}
		within, err := filepath.Rel(from, name)
		if err != nil {
			return fmt.Errorf("name file: %w", err)
		}
		f, err := readApplied(name, filepath.ToSlash(within))
		files = append(files, f)
		return err
	})
	if err == nil && len(files) == 0 {
		return nil, mistakef("-f %s: no .yaml or .yml is in it", from)
	}
	return files, err
}

func readApplied(name, as string) (*picketv1.ApplyFile, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable("-f", name, err)
	}
	return &picketv1.ApplyFile{Name: as, Text: string(b)}, nil
}
