package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"picket/envoy/bootstrap"
	picketv1 "picket/proto/picket/v1"
)

// echo is a service that sends back what it gets: a request's body, or after an upgrade whatever comes.
func echo(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Served", "yes")
	if req.Header.Get("Upgrade") == "" {
		if b, err := io.ReadAll(req.Body); err == nil {
			_, _ = w.Write(b)
		}
		return
	}
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	_ = rw.Flush()
	_, _ = io.Copy(c, rw)
}

func TestBodiesAndLongStreamsPass(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(service.Close)
	o := both()
	o.policy = loginPolicy
	o.config = func(c *bootstrap.Config) { c.Upstream = mustURL(t, service.URL) }
	r := newRig(t, o)
	sent := r.warm()
	t.Run("5 MB in both directions", func(t *testing.T) { sent += bigBodiesPass(r.in(t)) })
	t.Run("a WebSocket is counted while it lives", func(t *testing.T) { sent += webSocketIsCounted(r.in(t), sent) })
	r.wantTotal(sent)
}

// bigBodiesPass sends bodies to an ordinary endpoint and to a login, with a known length and without.
func bigBodiesPass(r *rig) (sent int) {
	const form = "application/x-www-form-urlencoded"
	noise := make([]byte, 5<<20)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(noise)
	text := bytes.Repeat([]byte("0123456789abcdef"), len(noise)/16)
	cases := []struct {
		name, path, kind string
		body             []byte
	}{
		{"anything", "/echo", "application/octet-stream", noise},
		{"JSON for a login, the account first", "/login", "application/json", slicesJoin(`{"user":"anna","pad":"`, text, `"}`)},
		{"JSON for a login, the account last", "/login", "application/json", slicesJoin(`{"pad":"`, text, `","user":"anna"}`)},
		{"a form for a login", "/login", form, slicesJoin("user=anna&pad=", text, "")},
		{"what a login's type does not promise", "/login", "application/json", noise},
		{"what no login can be read from", "/login", "image/png", noise},
	}
	for _, c := range cases {
		for _, length := range []int64{int64(len(c.body)), -1} {
			wantEcho(r, c.path, c.kind, c.body, length)
			sent++
		}
	}
	return sent
}

func slicesJoin(before string, body []byte, after string) []byte {
	return bytes.Join([][]byte{[]byte(before), body, []byte(after)}, nil)
}

// wantEcho posts a body, in chunks where length is -1, and wants it back.
func wantEcho(r *rig, path, kind string, body []byte, length int64) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.envoy.URL("picket_0")+path, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		r.t.Fatal(err)
	}
	req.ContentLength = length
	req.Header.Set("Content-Type", kind)
	res, err := fresh.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !bytes.Equal(got, body) {
		r.t.Errorf("%s with length %d: %s, %d bytes of %d are the same: %t, %v", kind, length, res.Status, len(got), len(body), bytes.Equal(got, body), err)
	}
}

// webSocketIsCounted talks over one connection, and gives how many requests it made.
func webSocketIsCounted(r *rig, sent int) int {
	r.t.Helper()
	c, err := net.Dial("tcp", r.envoy.Addr("picket_0"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(within))
	_, err = io.WriteString(c, "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Forwarded-For: 192.0.2.55\r\n\r\n")
	if err != nil {
		r.t.Fatal(err)
	}
	in := bufio.NewReader(c)
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		r.t.Fatalf("upgrade: %v, %v", res, err)
	}
	say := func(text string) {
		r.t.Helper()
		got := make([]byte, len(text))
		_, err1 := io.WriteString(c, text)
		_, err2 := io.ReadFull(in, got)
		if err := errors.Join(err1, err2); err != nil || string(got) != text {
			r.t.Fatalf("said %q, heard %q, %v", text, got, err)
		}
	}
	say("before it is counted")
	r.wantTotal(sent + 1)
	say("after it was counted")
	_ = c.Close()
	r.eventually("Envoy has closed it", func() bool { return r.envoy.Stat("http.picket.downstream_cx_upgrades_active") == 0 })
	r.wantTotal(sent + 1)
	return 1
}

func TestLongGRPCStreamIsCountedAndADenialIsAStatus(t *testing.T) {
	service := serveRecorded(t, func(_ any, s grpc.ServerStream) error { return relay(s, s, func([]byte) error { return nil }) })
	o := both()
	o.config = func(c *bootstrap.Config) { c.Upstream = mustURL(t, "h2c://"+service) }
	r := newRig(t, o)
	conn, err := grpc.NewClient(r.envoy.Addr("picket_0"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })

	ctx, stop := context.WithTimeout(t.Context(), within)
	defer stop()
	chat := newChat(ctx, t, conn, "192.0.2.60")
	chat.say(t, "before it is counted")
	r.wantTotal(1)
	chat.say(t, "after it was counted")
	deny, throttle := r.decideChat("deny", attacker), r.decideChat("throttle", honest)
	r.waitEnforced(deny)
	r.waitEnforced(throttle)
	chat.say(t, "while another is denied")
	wantRefused(t, newChat(ctx, t, conn, attacker), codes.PermissionDenied, deny)
	passed := throttledOnce(ctx, t, conn, throttle)
	chat.end(t)
	r.wantTotal(2 + passed + 1)
}

// decideChat decides about calls of the one method.
func (r *rig) decideChat(action, ip string) string {
	r.t.Helper()
	q := &picketv1.DecideRequest{
		Action: action, Facet: "ip", Value: ip, Endpoint: "POST /e2e.Echo/Chat", For: durationpb.New(time.Hour), Reason: "test",
	}
	if action == "throttle" {
		q.PerMinute = 1
	}
	return r.decideFor(q)
}

// chat is a call of a method that echoes messages both ways.
type chat struct{ grpc.ClientStream }

func newChat(ctx context.Context, t *testing.T, conn *grpc.ClientConn, from string) chat {
	t.Helper()
	ctx = metadata.AppendToOutgoingContext(ctx, "x-forwarded-for", from)
	desc := &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
	s, err := conn.NewStream(ctx, desc, "/e2e.Echo/Chat", grpc.ForceCodec(rawCodec{}))
	if err != nil {
		t.Fatal(err)
	}
	return chat{s}
}

func (c chat) say(t *testing.T, text string) {
	t.Helper()
	if got, err := c.ask(text); err != nil || got != text {
		t.Fatalf("said %q, heard %q, %v", text, got, err)
	}
}

func (c chat) ask(text string) (string, error) {
	b := []byte(text)
	if err := c.SendMsg(&b); err != nil && !errors.Is(err, io.EOF) { // EOF: RecvMsg knows why
		return "", err
	}
	b = nil
	err := c.RecvMsg(&b)
	return string(b), err
}

// end hangs up and waits for the service to do so too.
func (c chat) end(t *testing.T) {
	t.Helper()
	var b []byte
	if err := c.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if err := c.RecvMsg(&b); !errors.Is(err, io.EOF) {
		t.Errorf("the stream ended with %v, want an orderly end", err)
	}
}

// wantRefused wants a call to be answered with a status by a decision.
func wantRefused(t *testing.T, c chat, code codes.Code, decision string) {
	t.Helper()
	got, err := c.ask("hello")
	if status.Code(err) != code {
		t.Fatalf("got %q, %v, want %v", got, err, code)
	}
	if ids := c.Trailer().Get("x-picket-decision"); len(ids) != 1 || ids[0] != decision {
		t.Errorf("x-picket-decision %q in trailers %v, want %s", ids, c.Trailer(), decision)
	}
}

// throttledOnce calls until the throttle strikes, which each worker counts for itself, and gives how many calls passed.
func throttledOnce(ctx context.Context, t *testing.T, conn *grpc.ClientConn, decision string) (passed int) {
	t.Helper()
	for range workers + 1 {
		c := newChat(ctx, t, conn, honest)
		if _, err := c.ask("hello"); status.Code(err) == codes.ResourceExhausted {
			if wait := c.Trailer().Get("retry-after"); len(wait) != 1 {
				t.Errorf("retry-after %q", wait)
			}
			return passed
		} else if err != nil {
			t.Fatal(err)
		}
		c.end(t)
		passed++
	}
	t.Fatalf("%d calls passed", passed)
	return passed
}
