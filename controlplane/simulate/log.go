package simulate

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Log is an access log to be played: the combined format of Apache and nginx, or JSON lines.
type Log struct {
	scan    *bufio.Scanner
	begin   time.Time
	last    time.Duration
	actors  map[logActor]*Actor
	pending *Request // the first one
	line    int

	// Strange counts lines that were not understood and left out, and FirstStrange says why of the first.
	Strange      int
	FirstStrange error
}

type logActor struct{ address, user string }

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// entry is a line of a log.
type entry struct {
	at           time.Time
	address      netip.Addr
	user         string
	method, path string
	agent        string
	status       int
	bytes        uint64
}

// ReadLog begins to read a log whose entries are about in the order of their times. The error says that it has none.
func ReadLog(r io.Reader) (*Log, error) {
	l := &Log{scan: bufio.NewScanner(r), actors: map[logActor]*Actor{}}
	l.scan.Buffer(nil, maxLine)
	e, err := l.entry()
	if errors.Is(err, io.EOF) {
		return nil, errors.Join(errors.New("read log: no line of it was understood"), l.FirstStrange)
	}
	if err != nil {
		return nil, err
	}
	l.begin = e.at
	l.pending = l.request(&e)
	return l, nil
}

// Timeline gives the log as a timeline of honest actors, one for each address and user. It plays once.
func (l *Log) Timeline(name string) *Timeline {
	return &Timeline{Name: name, About: "An access log.", Begin: l.begin, recorded: true, source: l.next}
}

func (l *Log) next() (*Request, error) {
	if r := l.pending; r != nil {
		l.pending = nil
		return r, nil
	}
	e, err := l.entry()
	if err != nil {
		return nil, err
	}
	return l.request(&e), nil
}

// entry gives the next line that is understood, or io.EOF.
func (l *Log) entry() (entry, error) {
	for l.scan.Scan() {
		l.line++
		line := bytes.TrimSpace(l.scan.Bytes())
		if len(line) == 0 {
			continue
		}
		e, err := parseEntry(line)
		if err == nil {
			return e, nil
		}
		if l.Strange++; l.FirstStrange == nil {
			l.FirstStrange = fmt.Errorf("line %d: %w", l.line, err)
		}
	}
	if err := l.scan.Err(); err != nil {
		return entry{}, fmt.Errorf("read log after line %d: %w", l.line, err)
	}
	return entry{}, io.EOF
}

// request makes an entry a request. One that is older than those before it comes at their time.
func (l *Log) request(e *entry) *Request {
	l.last = max(l.last, e.at.Sub(l.begin))
	c := Caller{Address: e.address}
	if e.user != "" {
		c.Basic = base64.StdEncoding.EncodeToString([]byte(e.user + ":"))
	}
	r := &Request{
		At: l.last, Method: e.method, Path: e.path, Caller: c, actor: l.actor(e), recorded: answer{status: e.status, bytes: e.bytes},
	}
	if e.agent != "" && e.agent != "-" {
		r.Headers = agent(e.agent)
	}
	return r
}

func (l *Log) actor(e *entry) *Actor {
	k := logActor{e.address.String(), e.user}
	a := l.actors[k]
	if a == nil {
		a = &Actor{Name: k.address, Customer: -1}
		if k.user != "" {
			a.Name = k.user + " at " + k.address
		}
		l.actors[k] = a
	}
	return a
}

func parseEntry(line []byte) (entry, error) {
	if line[0] == '{' {
		return parseJSON(line)
	}
	return parseCombined(string(line))
}

// parseJSON reads {"time", "address", "user", "method", "path", "status", "bytes", "agent"}; time is RFC 3339, or seconds
// since the Unix epoch.
func parseJSON(line []byte) (e entry, err error) {
	var m struct {
		Time                               any
		Address, User, Method, Path, Agent string
		Status                             int
		Bytes                              uint64
	}
	if err := json.Unmarshal(line, &m); err != nil {
		return e, fmt.Errorf("read JSON: %w", err)
	}
	switch t := m.Time.(type) {
	case string:
		e.at, err = time.Parse(time.RFC3339Nano, t)
	case float64:
		e.at = time.UnixMicro(int64(t * 1e6))
	default:
		err = errors.New("time is missing")
	}
	if err != nil {
		return e, fmt.Errorf("read time: %w", err)
	}
	e.user, e.method, e.path, e.agent, e.status, e.bytes = m.User, m.Method, m.Path, m.Agent, m.Status, m.Bytes
	e.address, err = parseAddress(m.Address)
	return e, errors.Join(err, e.check())
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

func (e *entry) check() error {
	switch {
	case e.method == "" || !strings.HasPrefix(e.path, "/"):
		return errors.New("method or path is missing")
	case e.status < 100 || e.status > 599:
		return errors.New("status is none")
	default:
		return nil
	}
}

// parseCombined reads: address ident user [02/Jan/2006:15:04:05 -0700] "METHOD path HTTP/1.1" status bytes "referer" "agent".
func parseCombined(line string) (e entry, err error) {
	who, rest, ok := strings.Cut(line, " [")
	stamp, rest, ok2 := strings.Cut(rest, "] \"")
	request, rest, ok3 := quoted(rest)
	words, numbers := strings.Fields(who), strings.Fields(rest)
	if !ok || !ok2 || !ok3 || len(words) < 3 || len(numbers) < 2 {
		return e, errors.New("neither the combined format nor JSON")
	}
	if e.address, err = parseAddress(words[0]); err != nil {
		return e, err
	}
	if e.at, err = time.Parse("02/Jan/2006:15:04:05 -0700", stamp); err != nil {
		return e, fmt.Errorf("read time: %w", err)
	}
	if e.user = strings.Join(words[2:], " "); e.user == "-" {
		e.user = ""
	}
	e.method, e.path, _ = strings.Cut(request, " ")
	if i := strings.LastIndex(e.path, " HTTP/"); i >= 0 {
		e.path = e.path[:i]
	}
	e.status, _ = strconv.Atoi(numbers[0])             // check refuses 0
	e.bytes, _ = strconv.ParseUint(numbers[1], 10, 64) // "-": nothing was sent
	if _, after, ok := strings.Cut(rest, "\" \""); ok {
		e.agent, _, _ = quoted(after)
	}
	return e, e.check()
}

// quoted gives what stands before the next quotation mark that no backslash precedes, and what is after it.
func quoted(s string) (inside, after string, ok bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
