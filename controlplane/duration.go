package controlplane

import (
	"strings"
	"time"
)

// Lasting writes a duration as a policy file may have it, without parts that say nothing: 15m, 1h30m, 168h.
func Lasting(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
