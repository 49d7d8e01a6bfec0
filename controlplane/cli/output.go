package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"picket/controlplane"
)

// output is how to print an answer.
type output struct{ format string }

// outputFlags adds -o.
func outputFlags(c *cobra.Command) *output {
	o := &output{}
	c.Flags().StringVarP(&o.format, "output", "o", "table", "table, wide, json or yaml")
	return o
}

// check refuses an unknown format, before anything is asked.
func (o *output) check() error {
	switch o.format {
	case "table", "wide", "json", "yaml":
		return nil
	default:
		return mistakef("-o %s: give table, wide, json or yaml", o.format)
	}
}

// print writes m whole as JSON or YAML, or what people prints of it; wide asks for every column.
func (o *output) print(w io.Writer, m proto.Message, people func(w io.Writer, wide bool) error) error {
	switch o.format {
	case "json":
		return writeJSON(w, m)
	case "yaml":
		return writeYAML(w, m)
	default:
		return people(w, o.format == "wide")
	}
}

// writeJSON prints the same bytes for the same message, which protojson alone does not promise.
func writeJSON(w io.Writer, m proto.Message) error {
	raw, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	_, err = fmt.Fprintln(w, b.String())
	return err
}

// writeYAML prints the JSON form as YAML; JSON is YAML, so that the fields keep their order.
func writeYAML(w io.Writer, m proto.Message) error {
	raw, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	var n yaml.Node
	if err := yaml.Unmarshal(raw, &n); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	block(&n)
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	return e.Encode(&n)
}

// block takes JSON's braces and quotes away where YAML needs none.
func block(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		block(c)
	}
}

// column is one of a table's.
type column[T any] struct {
	title string
	wide  bool // shown by -o wide only
	cell  func(T) string
}

// table prints rows, or the sentence for none.
func table[T any](w io.Writer, wide bool, columns []column[T], rows []T, none string) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, none)
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(cell func(column[T]) string) {
		var cells []string
		for _, c := range columns {
			if wide || !c.wide {
				cells = append(cells, clean(cell(c)))
			}
		}
		_, _ = fmt.Fprintln(t, strings.TrimRight(strings.Join(cells, "\t"), " \t"))
	}
	line(func(c column[T]) string { return c.title })
	for _, r := range rows {
		line(func(c column[T]) string { return c.cell(r) })
	}
	return t.Flush()
}

// clean keeps what strangers wrote from moving the cursor of a terminal; an empty cell is a dash.
func clean(s string) string {
	if s == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// at prints a time of day, with its date when it is far from now.
func at(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	l := t.AsTime().Local()
	if away := time.Until(l).Abs(); away > 12*time.Hour {
		return l.Format("2006-01-02 15:04:05")
	}
	return l.Format("15:04:05")
}

// in prints how far a time is from now, to the second: "4m10s", or "ended".
func in(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	left := time.Until(t.AsTime()).Round(time.Second)
	if left <= 0 {
		return "ended"
	}
	return controlplane.Lasting(left)
}

// milliseconds prints a short duration.
func milliseconds(d *durationpb.Duration) string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf("%.1fms", float64(d.AsDuration())/float64(time.Millisecond))
}
