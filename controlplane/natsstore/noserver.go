//go:build picket_noserver

package natsstore

import (
	"log/slog"
	"net"
)

const hasServer = false

// embedded stands in for the server that this program does not have.
type embedded struct{}

func startServer(string, *slog.Logger) (*embedded, error) { return nil, ErrNoServer }

// Shutdown does nothing.
func (*embedded) Shutdown() {}

// WaitForShutdown does nothing.
func (*embedded) WaitForShutdown() {}

// InProcessConn gives ErrNoServer.
func (*embedded) InProcessConn() (net.Conn, error) { return nil, ErrNoServer }
