package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/spf13/cobra"

	"picket/controlplane/app"
	"picket/controlplane/ops"
	"picket/proto/picket/v1/picketv1connect"
)

// defaultServer is where serve and up listen for operators.
const defaultServer = "127.0.0.1:8080"

// callTimeout bounds one call to the control plane.
const callTimeout = 30 * time.Second

// remote is how to reach a running control plane.
type remote struct {
	p         *program
	server    string
	tokenFile string
	tlsCA     string
	tlsCert   string
	tlsKey    string
}

// remoteFlags adds the flags of every command that asks a running control plane.
func (p *program) remoteFlags(c *cobra.Command) *remote {
	r := &remote{p: p}
	f := c.Flags()
	f.StringVar(&r.server, "server", "", "control plane's HOST:PORT (default $PICKET_SERVER, else "+defaultServer+")")
	f.StringVar(&r.tokenFile, "token-file", "", "file with the operator's token (default $PICKET_TOKEN_FILE, else where the server on this machine left it)")
	f.StringVar(&r.tlsCA, "tls-ca", "", "authorities of the server's certificate; turns https on")
	f.StringVar(&r.tlsCert, "tls-cert", "", "client certificate; needs --tls-ca")
	f.StringVar(&r.tlsKey, "tls-key", "", "key of the client certificate")
	return r
}

// address is the server that flags and environment name.
func (r *remote) address() string {
	return cmp.Or(r.server, r.p.getenv("PICKET_SERVER"), defaultServer)
}

// client makes no connection yet.
func (r *remote) client() (picketv1connect.AdminClient, error) {
	addr := r.address()
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, mistakef("--server %s: give HOST:PORT", addr)
	}
	token, err := r.token(addr)
	if err != nil {
		return nil, err
	}
	transport, scheme, err := r.transport()
	if err != nil {
		return nil, err
	}
	return newClient(transport, scheme+addr, token), nil
}

// newClient calls the control plane at base with a token, where there is one.
func newClient(transport http.RoundTripper, base, token string) picketv1connect.AdminClient {
	return picketv1connect.NewAdminClient(&http.Client{Transport: bearer{transport, token}, Timeout: callTimeout}, base)
}

func (r *remote) transport() (t *http.Transport, scheme string, err error) {
	t = &http.Transport{}
	if r.tlsCA == "" {
		if r.tlsCert != "" || r.tlsKey != "" {
			return nil, "", mistakef("--tls-cert and --tls-key need --tls-ca: name the authorities of the server's certificate")
		}
		return t, "http://", nil
	}
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if t.TLSClientConfig.RootCAs, err = ops.ReadCAs(r.tlsCA); err != nil {
		return nil, "", mistakef("--tls-ca: %v", err)
	}
	if r.tlsCert != "" || r.tlsKey != "" {
		pair, err := tls.LoadX509KeyPair(r.tlsCert, r.tlsKey)
		if err != nil {
			return nil, "", mistakef("--tls-cert, --tls-key: %v", err)
		}
		t.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	return t, "https://", nil
}

// token is the flag's or the environment's, else what the server at addr left on this machine, else "".
func (r *remote) token(addr string) (string, error) {
	name := cmp.Or(r.tokenFile, r.p.getenv("PICKET_TOKEN_FILE"))
	if token := r.p.getenv("PICKET_TOKEN"); token != "" && r.tokenFile == "" {
		return token, nil
	}
	if name == "" {
		b, _ := os.ReadFile(app.TokenPath(addr))
		return strings.TrimSpace(string(b)), nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", unreadable("token file", name, err)
	}
	return strings.TrimSpace(string(b)), nil
}

// bearer adds the token to each request.
type bearer struct {
	next  http.RoundTripper
	token string
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.token != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	return b.next.RoundTrip(r)
}

// callError is a call's error in words that say what to do.
type callError struct {
	code connect.Code
	text string
}

func (e *callError) Error() string { return e.text }

// call asks the control plane that r names.
func call[Request, Response any](ctx context.Context, r *remote,
	method func(picketv1connect.AdminClient, context.Context, *Request) (*Response, error), q *Request,
) (*Response, error) {
	client, err := r.client()
	if err != nil {
		return nil, err
	}
	a, err := method(client, ctx, q)
	if err != nil {
		return nil, r.explain(err)
	}
	return a, nil
}

// explain says what an error of a call means for the person who made it.
func (r *remote) explain(err error) error {
	var c *connect.Error
	if !errors.As(err, &c) {
		return fmt.Errorf("ask %s: %w", r.address(), err)
	}
	switch c.Code() {
	case connect.CodeUnavailable:
		return &callError{c.Code(), fmt.Sprintf("no picket answers at %s: start one with picket up or picket serve, or give --server (%s)", r.address(), c.Message())}
	case connect.CodeUnauthenticated:
		return &callError{c.Code(), fmt.Sprintf("%s does not know this operator: give --token-file, or --tls-ca with --tls-cert and --tls-key", r.address())}
	default:
		return &callError{c.Code(), c.Message()}
	}
}
