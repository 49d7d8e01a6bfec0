package bootstrap

import (
	"errors"
	"net/netip"
	"os"
)

const (
	protocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
	upstreamTLS     = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
)

// Envoy's default circuit breakers (1,024 of each) would turn away what the service itself could still bear.
const circuitLimit = 100_000

// controlCluster leads to the control plane. Its keepalive is what finds a control plane that hangs: the filter cannot
// see it (a send into a full connection succeeds).
func (c Config) controlCluster() object {
	host, port, _ := dialAddress(c.Control)
	o := cluster(ControlCluster, host, port, "STRICT_DNS", "V4_PREFERRED")
	o = append(o, field{"typed_extension_protocol_options", object{{protocolOptions, typed(protocolOptions,
		field{"explicit_http_config", object{{"http2_protocol_options", object{
			{"connection_keepalive", object{{"interval", "5s"}, {"timeout", "3s"}}},
		}}}},
	)}}})
	if c.ControlTLS != nil {
		o = append(o, field{"transport_socket", c.controlSocket(host)})
	}
	return o
}

// upstreamCluster leads to the service.
func (c Config) upstreamCluster() (object, error) {
	host, port, err := dialAddress(upstreamAddress(c.Upstream))
	if err != nil {
		return nil, err
	}
	// ALL lets Envoy try both families in turn: "localhost" is often ::1 first, while the service has only 127.0.0.1.
	o := cluster(UpstreamCluster, host, port, "LOGICAL_DNS", "ALL")
	o = append(o, field{"typed_extension_protocol_options", object{{protocolOptions, c.upstreamProtocol()}}})
	if !isTLS(c.Upstream) {
		return o, nil
	}
	socket, err := c.upstreamSocket(host)
	if err != nil {
		return nil, err
	}
	return append(o, field{"transport_socket", socket}), nil
}

func (c Config) upstreamProtocol() object {
	if isHTTP2(c.Upstream) {
		return typed(protocolOptions, field{"explicit_http_config", object{{"http2_protocol_options", object{}}}})
	}
	return typed(protocolOptions,
		// Shorter than the 5 s after which common servers close an idle connection, so that no request meets one that
		// is being closed.
		field{"common_http_protocol_options", object{{"idle_timeout", "4s"}}},
		field{"explicit_http_config", object{{"http_protocol_options", object{}}}},
	)
}

// upstreamSocket verifies the service's certificate and name: Envoy does neither by itself.
func (c Config) upstreamSocket(host string) (object, error) {
	ca := c.UpstreamCA
	if ca == "" {
		var err error
		if ca, err = SystemCA(); err != nil {
			return nil, err
		}
	}
	protocol := "http/1.1"
	if isHTTP2(c.Upstream) {
		protocol = "h2"
	}
	return tlsSocket(upstreamTLS, serverName(host),
		field{"alpn_protocols", list{protocol}},
		field{"validation_context", object{
			{"trusted_ca", object{{"filename", ca}}},
			{"match_typed_subject_alt_names", matchName(host)},
		}},
	), nil
}

// cluster is what both have in common; names is the discovery type for a host that is not an address.
func cluster(name, host string, port int, names, family string) object {
	o := object{{"name", name}, {"connect_timeout", "1s"}}
	if _, err := netip.ParseAddr(host); err == nil {
		o = append(o, field{"type", "STATIC"})
	} else {
		o = append(o, field{"type", names}, field{"dns_lookup_family", family})
	}
	endpoint := object{{"endpoint", object{{"address", socketAddress(host, port)}}}}
	return append(o,
		field{"circuit_breakers", object{{"thresholds", list{object{
			{"max_connections", circuitLimit}, {"max_pending_requests", circuitLimit}, {"max_requests", circuitLimit},
		}}}}},
		field{"load_assignment", object{
			{"cluster_name", name},
			{"endpoints", list{object{{"lb_endpoints", list{endpoint}}}}},
		}},
	)
}

func socketAddress(host string, port int) object {
	return object{{"socket_address", object{{"address", host}, {"port_value", port}}}}
}

// tlsSocket is a TLS transport socket. sni may be nil.
func tlsSocket(context string, sni any, common ...field) object {
	params := field{"tls_params", object{{"tls_minimum_protocol_version", "TLSv1_2"}}}
	return extension("envoy.transport_sockets.tls", context,
		field{"sni", sni},
		field{"common_tls_context", append(object{params}, common...)},
	)
}

// serverName is the SNI for host: none for an address (RFC 6066, section 3).
func serverName(host string) any {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	return host
}

// matchName wants host among a certificate's names.
func matchName(host string) list {
	kind := "DNS"
	if _, err := netip.ParseAddr(host); err == nil {
		kind = "IP_ADDRESS"
	}
	return list{object{{"san_type", kind}, {"matcher", object{{"exact", host}}}}}
}

// SystemCA finds the system's certificate authorities: SSL_CERT_FILE, else the usual places of Linux and macOS (those of
// Go's crypto/x509).
func SystemCA() (string, error) {
	for _, f := range []string{
		os.Getenv("SSL_CERT_FILE"),
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
	} {
		if i, err := os.Stat(f); f != "" && err == nil && i.Mode().IsRegular() {
			return f, nil
		}
	}
	return "", errors.New("no certificate authorities found on this system: install ca-certificates, or name a file in SSL_CERT_FILE")
}
