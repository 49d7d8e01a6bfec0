package plugin

import (
	"strconv"
	"strings"
)

// static is the configuration that stands in Envoy's own, as words: signals=picket_control tick=100 workers=2
// address=xff:1 tls=no. What is missing or wrong has a safe default; what is wrong is named in the log.
type static struct {
	cluster string // of the control plane
	tick    uint32 // milliseconds
	workers uint32 // instances that this Envoy has, where known
	// hops is how many trusted proxies stand before Envoy, and the client's address is then in x-forwarded-for;
	// -1: it is asked of Envoy (source.address).
	hops int
	// plain: no listener of this Envoy has TLS, so that no client has a certificate to ask for.
	plain  bool
	errors []string
}

func parseStatic(text string) static {
	s := static{cluster: "picket_control", tick: 100, hops: -1}
	for word := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(word, "=")
		if !s.set(key, value) {
			s.errors = append(s.errors, word)
		}
	}
	return s
}

func (s *static) set(key, value string) bool {
	switch key {
	case "signals":
		s.cluster = value
		return value != ""
	case "tick":
		n, err := strconv.ParseUint(strings.TrimSuffix(value, "ms"), 10, 32)
		if err != nil || n < 5 || n > 10_000 {
			return false
		}
		s.tick = uint32(n)
		return true
	case "workers":
		n, err := strconv.ParseUint(value, 10, 16)
		s.workers = uint32(n)
		return err == nil
	case "tls":
		s.plain = value == "no"
		return value == "no"
	case "address":
		hops, isXFF := strings.CutPrefix(value, "xff:")
		if !isXFF {
			return value == "source"
		}
		n, err := strconv.ParseUint(hops, 10, 8)
		if err == nil {
			s.hops = int(n)
		}
		return err == nil
	}
	return false
}
