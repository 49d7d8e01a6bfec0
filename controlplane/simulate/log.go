package simulate

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"
)

// Log is an access log to be played, in one of the formats of parseEntry.
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
const maxLine = 16 << 20

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
	l.begin = e.at.Truncate(time.Second) // workers report on whole seconds, as in all timelines
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
	c := Caller{Address: e.address, Fingerprint: e.fingerprint}
	if e.user != "" {
		c.Basic = base64.StdEncoding.EncodeToString([]byte(e.user + ":"))
	}
	return &Request{
		At: l.last, Method: e.method, Path: e.path, Host: e.host, Headers: e.headers, Body: e.body, Upload: e.upload, Caller: c,
		actor: l.actor(e), recorded: e.answer,
	}
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
