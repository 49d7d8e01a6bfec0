package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// question is what the peers are asked: their program's input.
type question struct {
	ID      int         `json:"id"`
	Value   *string     `json:"value,omitempty"`
	Method  string      `json:"method,omitempty"`
	Path    string      `json:"path,omitempty"`
	Headers [][2]string `json:"headers,omitempty"`
	Body    []byte      `json:"body,omitempty"`
	Values  []string    `json:"values,omitempty"`
}

// verdict is the peers' answer.
type verdict struct {
	ID           int
	Coraza       bool
	Score        int
	Libinjection bool
}

// peers is their program while it runs. Answers come in the order of questions.
type peers struct {
	in   io.WriteCloser
	out  *json.Decoder
	stop func() error
}

// startPeers builds and starts them. Where that cannot be done, the report says why, and the measurement goes on.
func (m *measurement) startPeers(ctx context.Context) {
	if !m.withPeers {
		return
	}
	m.say("build the peers")
	program, err := buildPeers(ctx)
	if err == nil {
		m.report.Peers, m.peers, err = openPeers(ctx, program, m.paranoia)
	}
	if err != nil {
		m.report.Peers = fmt.Sprintf("Coraza and libinjection were left out: %v", err)
	}
}

func (m *measurement) stopPeers() {
	if m.peers == nil {
		return
	}
	if err := m.peers.stop(); err != nil {
		m.say("stop the peers: " + err.Error())
	}
	m.peers = nil
}

// buildPeers gives the program's file. They are a module of their own, which the go command loads when it has to.
func buildPeers(ctx context.Context) (string, error) {
	root, err := projectRoot()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, "build", "peers")
	build := exec.CommandContext(ctx, "go", "build", "-C", filepath.Join(root, "filter", "inspect", "accuracy", "peers"), "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build peers: %w%s", err, lastLine(out))
	}
	return program, nil
}

// projectRoot is the nearest directory above with a go.mod.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the project: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("find the project: there is no go.mod above")
		}
		dir = filepath.Dir(dir)
	}
}

// lastLine is what a program said last, after a colon; nothing where it said nothing.
func lastLine(out []byte) string {
	text := strings.TrimSpace(string(out))
	if text == "" {
		return ""
	}
	return ": " + text[strings.LastIndexByte(text, '\n')+1:]
}

// openPeers starts the program and gives what it says of itself.
func openPeers(ctx context.Context, program string, paranoia int) (string, *peers, error) {
	level := fmt.Sprint(paranoia)
	about, err := exec.CommandContext(ctx, program, "-describe", "-paranoia", level).Output()
	if err != nil {
		return "", nil, fmt.Errorf("ask what the peers are: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "-paranoia", level)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start peers: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start peers: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("start peers: %w", err)
	}
	stop := func() error {
		err := in.Close()
		if ended := cmd.Wait(); ended != nil {
			err = errors.Join(err, fmt.Errorf("%w%s", ended, lastLine(errs.Bytes())))
		}
		return err
	}
	return strings.TrimSpace(string(about)), &peers{in: in, out: json.NewDecoder(bufio.NewReader(out)), stop: stop}, nil
}

// judge asks about each subject and calls step after each answer.
func (p *peers) judge(subjects []subject, step func()) ([]verdict, error) {
	asked := make(chan error, 1)
	go func() { asked <- ask(p.in, subjects) }()
	verdicts := make([]verdict, len(subjects))
	for i := range verdicts {
		if err := p.out.Decode(&verdicts[i]); err != nil {
			return nil, fmt.Errorf("read verdict %d of the peers: %w", i, err)
		}
		if verdicts[i].ID != i {
			return nil, fmt.Errorf("read verdict %d of the peers: it is that of %d", i, verdicts[i].ID)
		}
		step()
	}
	return verdicts, <-asked
}

func ask(w io.Writer, subjects []subject) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	for i := range subjects {
		if err := e.Encode(questionOf(i, &subjects[i])); err != nil {
			return fmt.Errorf("ask the peers: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("ask the peers: %w", err)
	}
	return nil
}

func questionOf(id int, s *subject) question {
	if s.value != nil {
		return question{ID: id, Value: s.value}
	}
	return question{ID: id, Method: s.sample.Method, Path: s.sample.Path, Headers: s.sample.Headers, Body: s.sample.Body, Values: split(s.sample)}
}
