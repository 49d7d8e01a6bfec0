package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// parseRequests reads JSON lines, curl command lines (also mixed), or one HAR document. Every mistake is told with its line.
func parseRequests(name string, data []byte) ([]capturedRequest, error) {
	if requests, ok, err := parseHAR(data); ok {
		return requests, err
	}
	var requests []capturedRequest
	var errs []error
	for _, l := range joinedLines(data) {
		if l.text == "" || strings.HasPrefix(l.text, "#") {
			continue
		}
		r, err := parseLine(l.text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, l.number, err))
			continue
		}
		requests = append(requests, r)
	}
	return requests, errors.Join(errs...)
}

// inputLine is a line, with the ones that a backslash joins to it.
type inputLine struct {
	number int
	text   string
}

func joinedLines(data []byte) []inputLine {
	var out []inputLine
	open := false
	n := 0
	for text := range strings.Lines(string(data)) {
		n++
		text = strings.TrimRight(text, "\r\n")
		more := strings.HasSuffix(text, `\`)
		text = strings.TrimSpace(strings.TrimSuffix(text, `\`))
		if open {
			out[len(out)-1].text += " " + text
		} else {
			out = append(out, inputLine{n, text})
		}
		open = more
	}
	return out
}

func parseLine(line string) (capturedRequest, error) {
	switch {
	case strings.HasPrefix(line, "{"):
		return parseJSONLine(line)
	case strings.HasPrefix(line, "curl "):
		return parseCurl(line)
	}
	return capturedRequest{}, errors.New("neither a JSON object nor a curl command")
}

func parseJSONLine(line string) (capturedRequest, error) {
	r := capturedRequest{Method: "GET", Path: "/"}
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("read request: %w", err)
	}
	return r, nil
}

// parseHAR reads an HTTP Archive 1.2, and says whether data is one.
func parseHAR(data []byte) ([]capturedRequest, bool, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) || !bytes.Contains(data, []byte(`"entries"`)) {
		return nil, false, nil
	}
	var har struct {
		Log struct {
			Entries []struct{ Request harRequest }
		}
	}
	if err := json.Unmarshal(data, &har); err != nil {
		return nil, false, nil //nolint:nilerr // it is no HAR then; its lines are looked at one by one
	}
	var requests []capturedRequest
	for i := range har.Log.Entries {
		r, err := har.Log.Entries[i].Request.captured()
		if err != nil {
			return nil, true, fmt.Errorf("entry %d: %w", i+1, err)
		}
		requests = append(requests, r)
	}
	return requests, true, nil
}

// harRequest is a request of an HTTP Archive.
type harRequest struct {
	Method, URL string
	Headers     []struct{ Name, Value string }
	PostData    struct{ MimeType, Text string }
}

func (h *harRequest) captured() (capturedRequest, error) {
	path, err := target(h.URL)
	if err != nil {
		return capturedRequest{}, err
	}
	r := capturedRequest{Method: h.Method, Path: path, Body: h.PostData.Text}
	for _, x := range h.Headers {
		if !strings.HasPrefix(x.Name, ":") {
			r.Headers.add(x.Name, x.Value)
		}
	}
	if h.PostData.MimeType != "" && !r.Headers.has("content-type") {
		r.Headers.add("content-type", h.PostData.MimeType)
	}
	return r, nil
}

// target gives a URL's path and query as they are sent.
func target(raw string) (string, error) {
	if strings.HasPrefix(raw, "/") {
		return raw, nil
	}
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		rest = raw
	}
	at := strings.IndexAny(rest, "/?")
	if at < 0 {
		return "/", nil
	}
	if _, err := url.Parse("http://" + rest[:at]); err != nil {
		return "", fmt.Errorf("read URL: %w", err)
	}
	if rest[at] == '?' {
		return "/" + rest[at:], nil
	}
	path, _, _ := strings.Cut(rest[at:], "#")
	return path, nil
}

// parseCurl reads a curl command line: -X, -H, -d and its kin, -b, -A, -e, -u, -G, -I and the URL. Files are not read.
func parseCurl(line string) (capturedRequest, error) {
	words, err := shellWords(line)
	if err != nil {
		return capturedRequest{}, err
	}
	c := curlCommand{}
	for i := 1; i < len(words); i++ {
		used, err := c.option(words[i], words[i+1:])
		if err != nil {
			return capturedRequest{}, err
		}
		i += used
	}
	return c.request()
}

// curlCommand gathers what a curl command line says.
type curlCommand struct {
	r    capturedRequest
	url  string
	data []string
	get  bool
}

// option takes one word, and says how many of the ones behind it belong to it.
func (c *curlCommand) option(word string, rest []string) (int, error) {
	if !strings.HasPrefix(word, "-") || word == "-" {
		c.url = word
		return 0, nil
	}
	name, value, joined := strings.Cut(word, "=")
	if !strings.HasPrefix(word, "--") {
		name, value, joined = word[:2], word[2:], len(word) > 2
	}
	if !takesValue(name) {
		c.flag(name)
		return 0, nil
	}
	if joined {
		return 0, c.set(name, value)
	}
	if len(rest) == 0 {
		return 0, fmt.Errorf("curl %s: give a value", name)
	}
	return 1, c.set(name, rest[0])
}

func takesValue(name string) bool {
	const names = " -X --request -H --header -d --data --data-raw --data-binary --data-ascii --data-urlencode --json -b --cookie -A --user-agent -e --referer " +
		"-u --user -o --output -m --max-time --connect-timeout -x --proxy --resolve --cacert --cert --key -w --write-out --url -F --form -T --upload-file --retry -c --cookie-jar "
	return strings.Contains(names, " "+name+" ")
}

func (c *curlCommand) flag(name string) {
	switch name {
	case "-G", "--get":
		c.get = true
	case "-I", "--head":
		c.r.Method = "HEAD"
	}
}

func (c *curlCommand) set(name, value string) error {
	switch name {
	case "-X", "--request":
		c.r.Method = value
	case "-H", "--header":
		key, v, _ := strings.Cut(value, ":")
		c.r.Headers.add(key, v)
	case "-b", "--cookie":
		c.r.Headers.add("cookie", value)
	case "-A", "--user-agent":
		c.r.Headers.add("user-agent", value)
	case "-e", "--referer":
		c.r.Headers.add("referer", value)
	case "--url":
		c.url = value
	case "--json":
		c.r.Headers.add("content-type", "application/json")
		c.data = append(c.data, value)
	case "-F", "--form", "-T", "--upload-file":
		return fmt.Errorf("curl %s: bodies from files are not read: write the request as JSON", name)
	case "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode":
		return c.body(name, value)
	}
	return nil
}

func (c *curlCommand) body(name, value string) error {
	if strings.HasPrefix(value, "@") && name != "--data-raw" {
		return fmt.Errorf("curl %s %s: bodies from files are not read: write the request as JSON", name, value)
	}
	if name == "--data-urlencode" {
		if key, v, ok := strings.Cut(value, "="); ok {
			value = key + "=" + url.QueryEscape(v)
		}
	}
	c.data = append(c.data, value)
	return nil
}

func (c *curlCommand) request() (capturedRequest, error) {
	if c.url == "" {
		return c.r, errors.New("curl: there is no URL")
	}
	path, err := target(c.url)
	if err != nil {
		return c.r, err
	}
	c.r.Path = path
	data := strings.Join(c.data, "&")
	switch {
	case c.get && data != "":
		joint := "?"
		if strings.Contains(path, "?") {
			joint = "&"
		}
		c.r.Path += joint + data
	case data != "":
		c.r.Body = data
		if !c.r.Headers.has("content-type") {
			c.r.Headers.add("content-type", "application/x-www-form-urlencoded")
		}
	}
	if c.r.Method == "" {
		c.r.Method = "GET"
		if c.r.Body != "" {
			c.r.Method = "POST"
		}
	}
	return c.r, nil
}

// shellWords splits a command line as a POSIX shell does, without running or expanding anything; $'...' is read as well.
func shellWords(line string) ([]string, error) {
	s := wordSplitter{line: line}
	for s.at < len(line) {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	s.end()
	return s.words, nil
}

type wordSplitter struct {
	line  string
	at    int
	word  strings.Builder
	some  bool // a word has begun, though it may be empty
	words []string
}

func (s *wordSplitter) end() {
	if s.some {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.some = false
}

func (s *wordSplitter) step() error {
	c := s.line[s.at]
	s.at++
	switch {
	case c == ' ' || c == '\t':
		s.end()
	case c == '\'':
		return s.quoted('\'', false)
	case c == '"':
		return s.quoted('"', true)
	case c == '$' && s.at < len(s.line) && s.line[s.at] == '\'':
		s.at++
		return s.quoted('\'', true)
	case c == '\\' && s.at < len(s.line):
		s.put(s.line[s.at])
		s.at++
	default:
		s.put(c)
	}
	return nil
}

func (s *wordSplitter) put(c byte) {
	s.some = true
	s.word.WriteByte(c)
}

// quoted reads up to the quote that closes; escapes says whether a backslash hides one.
func (s *wordSplitter) quoted(quote byte, escapes bool) error {
	s.some = true
	for s.at < len(s.line) {
		c := s.line[s.at]
		s.at++
		switch {
		case c == quote:
			return nil
		case c == '\\' && escapes && s.at < len(s.line):
			s.escape(quote)
		default:
			s.word.WriteByte(c)
		}
	}
	return fmt.Errorf("a quote %c is never closed", quote)
}

// escape undoes what a shell undoes between quotes, and leaves the rest.
func (s *wordSplitter) escape(quote byte) {
	c := s.line[s.at]
	s.at++
	switch {
	case c == quote || c == '\\' || c == '$' || c == '`':
		s.word.WriteByte(c)
	case quote == '\'' && c == 'n':
		s.word.WriteByte('\n')
	case quote == '\'' && c == 'r':
		s.word.WriteByte('\r')
	case quote == '\'' && c == 't':
		s.word.WriteByte('\t')
	default:
		s.word.WriteByte('\\')
		s.word.WriteByte(c)
	}
}
