package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parseJSON reads a line of JSON. The more it has, the more of Picket can be tried on it:
//
//	{"time": "2026-01-05T08:00:01Z", "address": "192.0.2.7", "method": "POST", "path": "/v1/login", "host": "api.example",
//	 "status": 401, "bytes": 52, "duration": 12, "user": "ann", "fingerprint": "t13d…",
//	 "request_headers": {"authorization": "Bearer …"}, "request_body": "{…}",
//	 "response_headers": {"x-result": "failed"}, "response_body": "{…}"}
//
// Time is RFC 3339 or seconds since the Unix epoch, duration milliseconds. The names that Istio and nginx give are known too.
func parseJSON(line []byte) (e entry, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var m jsonLine
	if err := d.Decode(&m); err != nil {
		return e, fmt.Errorf("read JSON: %w", err)
	}
	if e.at, err = parseTime(m.text("time", "start_time", "timestamp", "@timestamp", "time_iso8601")); err != nil {
		return e, err
	}
	e.requestLine(m.text("request")) // nginx's
	if e.method == "" {
		e.method, e.path = m.text("method", "request_method"), m.text("path", "request_uri", "uri")
	}
	e.user, e.host = m.text("user", "remote_user"), m.text("host", "authority", ":authority")
	e.fingerprint = m.text("fingerprint", "ja4")
	e.headers, e.body, e.upload = m.headers("request_headers"), m.text("request_body"), uint64(whole(m.text("bytes_received")))
	if !slices.ContainsFunc(e.headers, func(h [2]string) bool { return h[0] == "user-agent" }) {
		e.header("user-agent", m.text("agent", "user_agent", "http_user_agent"))
	}
	e.answer, err = m.answer()
	return e, errors.Join(err, e.from(m.text("x_forwarded_for"), m.text("address", "downstream_remote_address", "remote_addr", "client_ip")))
}

// answer is the response that was given, as far as it is told.
func (m jsonLine) answer() (a answer, err error) {
	a = answer{bytes: uint64(whole(m.text("bytes", "bytes_sent", "body_bytes_sent"))), headers: m.headers("response_headers"), body: m.text("response_body")}
	a.bytes = max(a.bytes, uint64(len(a.body)))
	a.took = time.Duration(whole(m.text("duration"))) * time.Millisecond
	status := m.text("status", "response_code")
	if a.status, err = strconv.Atoi(status); err != nil {
		err = errors.New("status is none")
	}
	return a, err
}

// jsonLine is an object of strings, numbers and objects of headers.
type jsonLine map[string]any

// text gives the first of some fields that says something.
func (m jsonLine) text(names ...string) string {
	for _, n := range names {
		switch v := m[n].(type) {
		case string:
			if said(v) != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// headers gives an object's, in the order of their names; those that came several times are lists.
func (m jsonLine) headers(name string) (all [][2]string) {
	object, _ := m[name].(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(object)) {
		values, several := object[k].([]any)
		if !several {
			values = []any{object[k]}
		}
		for _, v := range values {
			if text, ok := v.(string); ok {
				all = append(all, [2]string{strings.ToLower(k), text})
			}
		}
	}
	return all
}

// maxSeconds is in the year 5138; milliseconds since 1970 are more.
const maxSeconds = 1e11

// parseTime reads RFC 3339, or seconds since the Unix epoch.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, errors.New("time is missing")
	}
	if seconds, err := strconv.ParseFloat(s, 64); err == nil {
		if !(seconds >= 0 && seconds < maxSeconds) {
			return time.Time{}, errors.New("time is neither RFC 3339 nor seconds since 1970")
		}
		return time.UnixMicro(int64(seconds * 1e6)), nil
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return at, fmt.Errorf("read time: %w", err)
	}
	return at, nil
}
