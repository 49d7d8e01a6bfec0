// Package ops is what every Picket process shows those who run it: logs, metrics, health, and certificates that renew.
package ops

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// NewLogger writes to w; level is debug, info, warn or error, format is text or json. Empty ones are info and text.
func NewLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if level != "" {
		if err := l.UnmarshalText([]byte(level)); err != nil {
			return nil, fmt.Errorf("log level %q: give debug, info, warn or error", level)
		}
	}
	opts := &slog.HandlerOptions{Level: l}
	switch strings.ToLower(format) {
	case "", "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	default:
		return nil, fmt.Errorf("log format %q: give text or json", format)
	}
}
