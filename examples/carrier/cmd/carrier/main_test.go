package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestCommandServesUntilItIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() { code <- run(ctx, []string{"--listen", "127.0.0.1:0", "--customers", "3"}, in, io.Discard) }()
	line := make([]byte, 256)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(line[:n]), "carrier serves 3 customers on ")
	if !found {
		t.Fatalf("said %q", line[:n])
	}
	url, _, _ := strings.Cut(rest, " ")
	res, err := http.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	cancel()
	if c := <-code; c != 0 || res.StatusCode != http.StatusOK {
		t.Errorf("exit code %d, status %s", c, res.Status)
	}
}

func TestMistakesAreToldInOneLine(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
	}{
		"no customers":             {[]string{"--customers", "0"}, 2},
		"an argument":              {[]string{"x"}, 2},
		"an address that is none":  {[]string{"--listen", "x"}, 1},
		"a flag that is not known": {[]string{"--x"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			if c := run(t.Context(), test.args, io.Discard, &stderr); c != test.code || stderr.Len() == 0 {
				t.Errorf("exit code %d, said %q", c, stderr.String())
			}
		})
	}
}
