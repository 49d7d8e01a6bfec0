// Package bootstrap writes the configuration of an Envoy that has Picket in front of a service, and the parts that an
// Envoy which exists already needs. It only generates text: it starts nothing and asks no network.
package bootstrap

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Names that the filter, the control plane and operators rely on.
const (
	// Filter is the static HTTP filter that handles the requests.
	Filter = "picket"
	// PolicyFilter is the carrier: its configuration is the policy, and no request passes it.
	PolicyFilter = "picket-policy"
	// VM is the vm_id of both. It never changes, or the two would no longer see each other's shared data.
	VM = "picket"
	// ControlCluster leads to the control plane.
	ControlCluster = "picket_control"
	// UpstreamCluster leads to the service.
	UpstreamCluster = "upstream"
	// FingerprintState is the filter state object that holds the JA4 of a TLS client.
	FingerprintState = "picket.ja4"
	// ModuleKey is the node metadata key that tells the control plane where the module lies on this node.
	ModuleKey = "picket_module"
)

const (
	defaultTick           = 100 * time.Millisecond
	defaultMaxConnections = 50_000
	maxHops               = 16
	maxWorkers            = 1024
)

// Config says what to put in front of what. Its zero value misses Listeners, Upstream, Control and Module.
type Config struct {
	NodeID  string // xds.node.id; empty: "picket"
	Cluster string // xds.node.cluster, which names the group; empty: "default"

	// Listeners are addresses "host:port", called picket_0, picket_1, ... by Envoy. The host is an address, "localhost"
	// or empty for all of IPv4; port 0 lets the system choose.
	Listeners []string
	// TLS serves the listeners with TLS; nil: in clear.
	TLS *DownstreamTLS
	// Admin is the address of Envoy's admin interface, as in Listeners. Empty: none.
	Admin string
	// TrustedHops is how many proxies in front of this one are trusted to tell the client's address in X-Forwarded-For.
	TrustedHops int
	// ForwardedAddress lets the filter read the client's address from X-Forwarded-For wherever Envoy listens. By default
	// it does where that is sure to be source.address too, see addressSetting.
	ForwardedAddress bool
	// KeepEscapedSlashes passes %2F and %5C in paths as they are. Otherwise such a request is redirected to its plain
	// form, so that Picket and the service read the same path and nobody slips out of a decision by writing it otherwise.
	KeepEscapedSlashes bool
	// MaxConnections bounds all client connections of this Envoy; 0: 50,000.
	MaxConnections int

	// Upstream is the service: http or https, or h2c or h2 for one that speaks HTTP/2 only (gRPC), in clear or with TLS.
	Upstream *url.URL
	// UpstreamCA is a PEM file of those who may sign the service's certificate; empty: the system's, see SystemCA.
	UpstreamCA string

	// Control is "host:port" of the control plane's gRPC.
	Control string
	// ControlTLS is this node's identity towards the control plane; nil: in clear, which is for loopback only.
	ControlTLS *ControlTLS
	// Dir is where the files of Files will lie; an absolute path. Only needed with ControlTLS or TLS.
	Dir string

	// Module is the absolute path of the compiled filter.
	Module string
	// Workers is Envoy's --concurrency, which the filter reports so that a missing worker shows; 0: unknown.
	Workers int
	// Tick is how often the filter wakes up to report; 0: 100 ms.
	Tick time.Duration
}

// ControlTLS names PEM files by absolute paths. Envoy reads them again when a file is moved into their directory.
type ControlTLS struct {
	CA, Cert, Key string
	// ServerName is the name the control plane's certificate must have; empty: the host of Config.Control.
	ServerName string
}

// DownstreamTLS names PEM files by absolute paths. Envoy reads them again when a file is moved into their directory.
// With TLS, Envoy also tells the filter each client's JA4.
type DownstreamTLS struct {
	Cert, Key string
	// ClientCA verifies the certificates of clients that show one; empty: none is asked for.
	ClientCA string
	// RequireClient turns away clients without a certificate.
	RequireClient bool
}

// validate gives every mistake, one line each.
func (c Config) validate() error {
	return errors.Join(
		c.validateListeners(),
		validateUpstream(c.Upstream),
		c.validateFilter(),
		c.validateTLS(),
		between("trusted hops", c.TrustedHops, 0, maxHops),
		between("maximum of connections", c.MaxConnections, 0, 10_000_000),
	)
}

func (c Config) validateListeners() error {
	var errs []error
	if len(c.Listeners) == 0 {
		errs = append(errs, errors.New("no listener: give an address such as 127.0.0.1:8000"))
	}
	for _, l := range c.Listeners {
		if _, _, err := listenAddress(l); err != nil {
			errs = append(errs, fmt.Errorf("listener %w", err))
		}
	}
	if c.Admin != "" {
		if _, _, err := listenAddress(c.Admin); err != nil {
			errs = append(errs, fmt.Errorf("admin %w", err))
		}
	}
	return errors.Join(errs...)
}

// validateFilter looks at what the snippet needs too.
func (c Config) validateFilter() error {
	var errs []error
	if !filepath.IsAbs(c.Module) {
		errs = append(errs, fmt.Errorf("module %q: give the absolute path of the compiled filter", c.Module))
	}
	if _, _, err := dialAddress(c.Control); err != nil {
		errs = append(errs, fmt.Errorf("control plane %w", err))
	}
	if c.Tick != 0 && (c.Tick < 10*time.Millisecond || c.Tick > time.Second) {
		errs = append(errs, fmt.Errorf("tick %v: must be from 10ms to 1s", c.Tick))
	}
	errs = append(errs, between("workers", c.Workers, 0, maxWorkers))
	return errors.Join(errs...)
}

func (c Config) validateTLS() error {
	var errs []error
	need := func(what, path string) {
		if !filepath.IsAbs(path) {
			errs = append(errs, fmt.Errorf("%s %q: give an absolute path", what, path))
		}
	}
	if t := c.ControlTLS; t != nil {
		need("control plane CA", t.CA)
		need("control plane certificate", t.Cert)
		need("control plane key", t.Key)
	}
	if t := c.TLS; t != nil {
		need("listener certificate", t.Cert)
		need("listener key", t.Key)
		if t.ClientCA != "" {
			need("client CA", t.ClientCA)
		} else if t.RequireClient {
			errs = append(errs, errors.New("client certificates are required, but there is no client CA to verify them"))
		}
	}
	if c.TLS != nil || c.ControlTLS != nil {
		need("directory of the secrets", c.Dir)
	}
	return errors.Join(errs...)
}

func validateUpstream(u *url.URL) error {
	const want = "give http://host:port or https://host:port"
	switch {
	case u == nil:
		return fmt.Errorf("no upstream: %s", want)
	case !slices.Contains([]string{"http", "https", "h2c", "h2"}, u.Scheme):
		return fmt.Errorf("upstream %q: %s", u.Redacted(), want)
	case u.User != nil:
		return fmt.Errorf("upstream %q: must not hold a user or password", u.Redacted())
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("upstream %q: must not have a path or query; %s", u.Redacted(), want)
	}
	if _, _, err := dialAddress(upstreamAddress(u)); err != nil {
		return fmt.Errorf("upstream %w", err)
	}
	return nil
}

// upstreamAddress is "host:port" with the scheme's port where the URL has none.
func upstreamAddress(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case isTLS(u):
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func isTLS(u *url.URL) bool { return u.Scheme == "https" || u.Scheme == "h2" }

func isHTTP2(u *url.URL) bool { return u.Scheme == "h2c" || u.Scheme == "h2" }

// listenAddress splits an address to listen on; port 0 is allowed.
func listenAddress(s string) (netip.Addr, int, error) {
	host, port, err := splitHostPort(s, 0)
	if err != nil {
		return netip.Addr{}, 0, err
	}
	switch host {
	case "":
		host = "0.0.0.0"
	case "localhost":
		host = "127.0.0.1"
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, 0, fmt.Errorf("%q: the host must be an address, as in 127.0.0.1:8000", s)
	}
	return a, port, nil
}

// dialAddress splits an address to connect to.
func dialAddress(s string) (host string, port int, err error) {
	host, port, err = splitHostPort(s, 1)
	if err != nil {
		return "", 0, err
	}
	if host == "" || strings.ContainsAny(host, " /\t\r\n") {
		return "", 0, fmt.Errorf("%q: want host:port", s)
	}
	return host, port, nil
}

func splitHostPort(s string, lowest int) (string, int, error) {
	host, text, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0, fmt.Errorf("%q: want host:port", s)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || int(port) < lowest {
		return "", 0, fmt.Errorf("%q: the port must be a number from %d to 65535", s, lowest)
	}
	return host, int(port), nil
}

func between(what string, n, low, high int) error {
	if n < low || n > high {
		return fmt.Errorf("%s %d: must be from %d to %d", what, n, low, high)
	}
	return nil
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}
