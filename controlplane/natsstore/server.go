//go:build !picket_noserver

package natsstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// hasServer tells whether this program has a server of its own.
const hasServer = true

// embedded is a server in this process.
type embedded = server.Server

// startTimeout bounds the start, which reads what is on disk.
const startTimeout = time.Minute

// unlimited bytes: each stream has a bound of its own.
const unlimited = 1 << 60

// startServer runs a NATS server that listens nowhere and keeps its files in dir, which is for this user only. What is
// written is on the disk before it is acknowledged, but for streams that ask for less.
func startServer(dir string, log *slog.Logger) (*server.Server, error) {
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(dir, 0o700)); err != nil { //nolint:gosec // a directory needs its x
		return nil, fmt.Errorf("make NATS directory: %w", err)
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "picket", DontListen: true, NoSigs: true, DisableJetStreamBanner: true,
		JetStream: true, StoreDir: dir, SyncAlways: true, SyncInterval: time.Second,
		JetStreamMaxMemory: maxMemory, JetStreamMaxStore: unlimited, MaxPayload: maxValue,
	})
	if err != nil {
		return nil, fmt.Errorf("set up embedded NATS: %w", err)
	}
	b := &bridge{log: log}
	s.SetLoggerV2(b, log.Enabled(context.Background(), slog.LevelDebug), false, false)
	s.Start() // returns, as it does not listen
	if err := b.started(s); err != nil {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, fmt.Errorf("start embedded NATS: %w", err)
	}
	return s, nil
}

// started gives why Start gave up, if it did.
func (b *bridge) started(s *server.Server) error {
	if why := b.fatal.Load(); why != nil {
		return errors.New(*why)
	}
	if !s.ReadyForConnections(startTimeout) {
		return fmt.Errorf("not ready after %s", startTimeout)
	}
	return nil
}

// bridge hands the server's words to slog. Those that speak of its start are of no use to an operator: debug.
type bridge struct {
	log   *slog.Logger
	fatal atomic.Pointer[string] // the last error that the server could not go on with
}

var _ server.Logger = (*bridge)(nil)

func (b *bridge) Noticef(format string, v ...any) { b.debug(format, v) }
func (b *bridge) Debugf(format string, v ...any)  { b.debug(format, v) }
func (b *bridge) Tracef(format string, v ...any)  { b.debug(format, v) }
func (b *bridge) Warnf(format string, v ...any)   { b.warn(format, v) }
func (b *bridge) Errorf(format string, v ...any)  { b.warn(format, v) }

func (b *bridge) Fatalf(format string, v ...any) {
	why := fmt.Sprintf(format, v...)
	b.fatal.Store(&why)
	b.warn(format, v)
}

func (b *bridge) debug(format string, v []any) {
	if b.log.Enabled(context.Background(), slog.LevelDebug) {
		b.log.Debug("embedded nats", "message", fmt.Sprintf(format, v...))
	}
}

func (b *bridge) warn(format string, v []any) {
	b.log.Warn("embedded nats", "message", fmt.Sprintf(format, v...))
}
