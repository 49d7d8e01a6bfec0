package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"picket/controlplane/ops"
)

// listen takes both addresses.
func (a *App) listen() (err error) {
	if a.httpListener, err = a.listenOn("--http", a.o.HTTP); err != nil {
		return err
	}
	a.grpcListener, err = a.listenOn("--grpc", a.o.GRPC)
	return err
}

func (a *App) listenOn(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, ListenMistake(flag, address, err)
	}
	a.cleanup(func() error { return closed(l.Close()) })
	return l, nil
}

// closed forgives closing twice: the servers close their listeners too.
func closed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// serverTLS gives nil where there is no certificate.
func (a *App) serverTLS(files ops.TLS) (*tls.Config, error) {
	if !files.Enabled() {
		return nil, nil
	}
	c, err := files.Config(a.clock, a.log)
	if err != nil {
		return nil, &Mistake{fmt.Sprintf("--tls-cert, --tls-key: %v", err), err}
	}
	return c, nil
}

// grpcCredentials are the gRPC server's.
func grpcCredentials(c *tls.Config) []grpc.ServerOption {
	if c == nil {
		return nil
	}
	return []grpc.ServerOption{grpc.Creds(credentials.NewTLS(c))}
}
