package simulate

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"picket/filter/identify"
)

// entry is a line of a log.
type entry struct {
	at           time.Time
	address      netip.Addr
	user         string
	method, path string
	host         string      // empty: not told
	headers      [][2]string // the request's: names in lower case, and values
	body         string
	upload       uint64 // bytes of a body that was not recorded
	fingerprint  string
	answer       answer
}

// parseEntry reads a line: JSON, Envoy's default format, Istio's, or the common and the combined one of Apache and nginx.
func parseEntry(line []byte) (e entry, err error) {
	switch line[0] {
	case '{':
		e, err = parseJSON(line)
	case '[':
		e, err = parseEnvoy(string(line))
	default:
		e, err = parseCombined(string(line))
	}
	if err != nil {
		return e, err
	}
	return e, e.check()
}

func (e *entry) check() error {
	switch {
	case !e.address.IsValid():
		return errors.New("the caller's address is missing")
	case e.method == "" || !strings.HasPrefix(e.path, "/"):
		return errors.New("method or path is missing")
	case e.answer.status != 0 && (e.answer.status < 100 || e.answer.status > 599):
		return errors.New("status is none")
	default:
		return nil
	}
}

// parseCombined reads: address ident user [02/Jan/2006:15:04:05 -0700] "METHOD path HTTP/1.1" status bytes "referer" "agent".
func parseCombined(line string) (e entry, err error) {
	who, rest, ok := strings.Cut(line, " [")
	stamp, rest, ok2 := strings.Cut(rest, "] ")
	after := fields(rest)
	words := strings.Fields(who)
	if !ok || !ok2 || len(words) < 3 || len(after) < 3 {
		return e, errors.New("neither JSON nor Envoy's default format nor the combined one")
	}
	if e.address, err = parseAddress(words[0]); err != nil {
		return e, err
	}
	if e.at, err = time.Parse("02/Jan/2006:15:04:05 -0700", stamp); err != nil {
		return e, fmt.Errorf("read time: %w", err)
	}
	e.user = said(strings.Join(words[2:], " "))
	e.requestLine(after[0])
	if e.answer.status = whole(after[1]); e.answer.status == 0 {
		return e, errors.New("status is none")
	}
	e.answer.bytes = uint64(whole(after[2]))
	if len(after) > 4 {
		e.header("user-agent", after[4])
	}
	return e, nil
}

// Where things stand in Envoy's default format, behind the time; Istio has three fields more behind the flags, and the
// caller's address near the end.
const (
	envoyLine   = 12 // "METHOD path PROTOCOL", status, flags, received, sent, took, upstream took, forwarded for, agent, id, host, upstream
	istioMore   = 3
	istioLine   = envoyLine + istioMore + 6
	istioCaller = envoyLine + istioMore + 3
)

// parseEnvoy reads: [START_TIME] "METHOD path PROTOCOL" status flags received sent took upstream-took "x-forwarded-for"
// "agent" "id" "host" "upstream", and what Istio makes of it.
func parseEnvoy(line string) (e entry, err error) {
	stamp, rest, ok := strings.Cut(line[1:], "] ")
	f := fields(rest)
	if !ok || len(f) < envoyLine {
		return e, errors.New("not Envoy's default format")
	}
	if e.at, err = time.Parse(time.RFC3339Nano, stamp); err != nil {
		return e, fmt.Errorf("read time: %w", err)
	}
	e.requestLine(f[0])
	e.answer.status = whole(f[1]) // 0: the caller did not wait for it
	remote := ""
	if len(f) >= istioLine {
		remote = f[istioCaller]
		f = f[istioMore:]
	}
	e.upload, e.answer.bytes = uint64(whole(f[3])), uint64(whole(f[4]))
	e.answer.took = time.Duration(whole(f[5])) * time.Millisecond
	e.header("user-agent", f[8])
	e.host = said(f[10])
	return e, e.from(f[7], remote)
}

// from takes the caller's address: the last one in X-Forwarded-For, which Envoy wrote at the edge, else the connection's.
func (e *entry) from(forwarded, remote string) (err error) {
	if a, ok := identify.Forwarded([]byte(forwarded), 0); ok {
		e.address = a.Unmap()
		return nil
	}
	if said(remote) == "" {
		return nil // check says that it is missing
	}
	e.address, err = parseAddress(remote)
	return err
}

// requestLine takes "METHOD path PROTOCOL".
func (e *entry) requestLine(s string) {
	e.method, e.path, _ = strings.Cut(s, " ")
	if i := strings.LastIndex(e.path, " HTTP/"); i >= 0 {
		e.path = e.path[:i]
	}
}

// header adds one that the log tells.
func (e *entry) header(name, value string) {
	if value = said(value); value != "" {
		e.headers = append(e.headers, [2]string{name, value})
	}
}

// said gives a field's value; logs write - for none.
func said(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// whole gives a whole number, and 0 for what is none, as - is.
func whole(s string) int {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return 0
	}
	return int(n)
}

// parseAddress reads an address with or without a port.
func parseAddress(s string) (netip.Addr, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap(), nil
	}
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return netip.Addr{}, errors.New("address is none")
	}
	return a.Addr().Unmap(), nil
}

// fields gives a line's, which blanks part; those in quotation marks may have blanks, and lose the marks.
func fields(s string) (all []string) {
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		var f string
		if s[0] == '"' {
			f, s = quoted(s[1:])
		} else {
			f, s, _ = strings.Cut(s, " ")
		}
		all = append(all, f)
	}
	return all
}

// quoted gives what stands before the next quotation mark that no backslash precedes, and what is after it.
func quoted(s string) (inside, after string) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}
