package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"picket/filter/inspect"
)

// maxInspect bounds what inspect reads, in bytes.
const maxInspect = 256 << 20

// inspect runs the filter's inspection on requests from a file.
func (p *program) inspect() *cobra.Command {
	var explain bool
	var threshold float32
	c := &cobra.Command{
		Use: "inspect FILE", Short: "Inspect requests from a file as the filter does: JSON lines, curl command lines or HAR",
		Long: `Inspect requests from a file as the filter does, without running anything.

FILE, or - for standard input, holds JSON lines {"method", "path", "headers", "body"}, curl command lines, or one HAR
document. The exit code is 1 when something was found.`,
		Args: exactly(1, "a file of requests, or - for standard input"),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := p.readInput(args[0], maxInspect)
			if err != nil {
				return unreadable("read requests", args[0], err)
			}
			requests, err := parseRequests(args[0], data)
			if err != nil {
				return &mistake{err.Error()}
			}
			return p.inspectAll(requests, threshold, explain)
		},
	}
	c.Flags().BoolVar(&explain, "explain", false, "print every finding with what decided, also those below the threshold")
	c.Flags().Float32Var(&threshold, "threshold", inspect.DefaultThreshold, "the confidence from which a finding counts, 0 to 1")
	return c
}

func (p *program) readInput(name string, limit int64) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(p.stdin, limit))
	}
	return os.ReadFile(name)
}

// inspectAll prints a line for each request, and fails when something was found.
func (p *program) inspectAll(requests []capturedRequest, threshold float32, explain bool) error {
	in := inspect.New()
	hits := 0
	for i := range requests {
		r := &requests[i]
		findings := in.Whole([]byte(r.Method), []byte(r.Path), r.Headers.pairs, []byte(r.Body))
		if hit := verdict(in, threshold); hit != nil {
			hits++
		}
		if err := p.printRequest(r, in, findings, threshold, explain); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(p.stdout, "%d of %d requests have findings\n", hits, len(requests)); err != nil {
		return err
	}
	if hits > 0 {
		return fmt.Errorf("found something in %d of %d requests", hits, len(requests))
	}
	return nil
}

func verdict(in *inspect.Inspector, threshold float32) *inspect.Finding {
	if w := in.Worst(); w != nil && w.Confidence >= threshold {
		return w
	}
	return nil
}

func (p *program) printRequest(r *capturedRequest, in *inspect.Inspector, findings []inspect.Finding, threshold float32, explain bool) error {
	line := "passes"
	if w := verdict(in, threshold); w != nil {
		line = fmt.Sprintf("%s at %s, confidence %.2f", w.Class, w.Place(), w.Confidence)
	}
	if _, err := fmt.Fprintf(p.stdout, "%s %s: %s\n", clean(r.Method), clean(r.Path), clean(line)); err != nil || !explain {
		return err
	}
	for i := range findings {
		f := &findings[i]
		if _, err := fmt.Fprintf(p.stdout, "  %s at %s, confidence %.2f, decoding %s, rule %s, decided by %s\n",
			f.Class, clean(f.Place()), f.Confidence, f.Decoding, f.Rule, clean(f.Tokens)); err != nil {
			return err
		}
	}
	return nil
}

// capturedRequest is one request as people write it down.
type capturedRequest struct {
	Method  string     `json:"method"`
	Path    string     `json:"path"`
	Headers headerList `json:"headers"`
	Body    string     `json:"body"`
}

// headerList reads headers as an object or as pairs; names in lower case.
type headerList struct{ pairs [][2]string }

// UnmarshalJSON reads {"name": "value"} in its order, or [["name", "value"], ...].
func (h *headerList) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		var pairs [][2]string
		if err := json.Unmarshal(b, &pairs); err != nil {
			return fmt.Errorf("headers: want an object or pairs of name and value: %w", err)
		}
		for _, p := range pairs {
			h.add(p[0], p[1])
		}
		return nil
	}
	return h.object(b)
}

func (h *headerList) object(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		if t == nil && err == nil {
			return nil
		}
		return fmt.Errorf("headers: want an object or pairs of name and value")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("headers: %w", err)
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("header %v: want a string: %w", name, err)
		}
		h.add(fmt.Sprint(name), value)
	}
	return nil
}

func (h *headerList) add(name, value string) {
	h.pairs = append(h.pairs, [2]string{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)})
}

func (h *headerList) has(name string) bool {
	for _, p := range h.pairs {
		if p[0] == name {
			return true
		}
	}
	return false
}
