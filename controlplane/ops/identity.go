package ops

import (
	"context"
	"crypto/tls"
	"crypto/x509"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

// Identity gives who called a gRPC method, by its verified client certificate. ok is false where there is none, or where it
// names nobody.
func Identity(ctx context.Context) (san string, ok bool) {
	p, found := peer.FromContext(ctx)
	if !found {
		return "", false
	}
	info, isTLS := p.AuthInfo.(credentials.TLSInfo)
	if !isTLS {
		return "", false
	}
	return SAN(&info.State)
}

// SAN gives the first URI of the verified client certificate, else its first DNS name.
func SAN(s *tls.ConnectionState) (string, bool) {
	if s == nil || len(s.VerifiedChains) == 0 || len(s.VerifiedChains[0]) == 0 {
		return "", false
	}
	return certificateSAN(s.VerifiedChains[0][0])
}

func certificateSAN(c *x509.Certificate) (string, bool) {
	if len(c.URIs) > 0 {
		return c.URIs[0].String(), true
	}
	if len(c.DNSNames) > 0 {
		return c.DNSNames[0], true
	}
	return "", false
}
