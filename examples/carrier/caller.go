package carrier

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Target is the API that traffic goes to: the service itself, or an Envoy in front of it.
type Target struct {
	Base   string // "http://127.0.0.1:8000"
	People *Population
	// Client sends the requests; nil: one with a timeout of 10 s that keeps its connections. See NewClient.
	Client *http.Client
}

// NewClient gives a client for traffic of n callers at once. CloseIdleConnections frees its connections.
func NewClient(n int) *http.Client {
	return &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{MaxIdleConns: n, MaxIdleConnsPerHost: n},
	}
}

// prepared is the target with a client for n callers, and what frees it.
func (t Target) prepared(n int) (Target, func()) {
	if t.Client != nil {
		return t, func() {}
	}
	t.Client = NewClient(n)
	return t, t.Client.CloseIdleConnections
}

// caller is one person or program at one address, with a token once logged in.
type caller struct {
	target  Target
	address string // sent as X-Forwarded-For: the Envoy in front trusts one hop
	token   string
}

// reply is what came back.
type reply struct {
	status   int
	decision string // Picket's, in x-picket-decision
	body     []byte
}

// denied tells whether Picket or a limit stopped the request. 401 is no denial: it asks for a login.
func (r reply) denied() bool {
	return r.status == http.StatusForbidden || r.status == http.StatusTooManyRequests
}

// maxAnswer bounds what is read of an answer: the largest true one, all lines of 5,000 customers, is half of it.
const maxAnswer = 4 << 20

func (c *caller) send(ctx context.Context, method, path, body string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.target.Base+path, strings.NewReader(body))
	if err != nil {
		return reply{}, fmt.Errorf("make a request: %w", err)
	}
	req.Header.Set("X-Forwarded-For", c.address)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.target.Client.Do(req)
	if err != nil {
		return reply{}, fmt.Errorf("send a request: %w", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return reply{}, fmt.Errorf("read an answer: %w", err)
	}
	return reply{res.StatusCode, res.Header.Get("X-Picket-Decision"), b}, nil
}

// login tries a credential and keeps the token if it works.
func (c *caller) login(ctx context.Context, cred Credential) (reply, error) {
	r, err := c.send(ctx, http.MethodPost, "/v1/login", cred.json())
	if err != nil || r.status != http.StatusOK {
		return r, err
	}
	var s session
	if err := json.Unmarshal(r.body, &s); err != nil {
		return r, fmt.Errorf("read a token: %w", err)
	}
	c.token = s.Token
	return r, nil
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
