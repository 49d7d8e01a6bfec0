// Package natsstore keeps the register on disk, in an embedded NATS JetStream server that nothing outside the process
// can reach. A revision is a sequence number of the stream behind one key-value bucket.
package natsstore

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"picket/controlplane"
)

const (
	bucket        = "register"
	stream        = "KV_" + bucket
	subjectPrefix = "$KV." + bucket + "."
	// epochKey holds the epoch as 16 hexadecimal digits. It is not a key of the register.
	epochKey = "natsstore.epoch"

	maxDisk   = 1 << 30 // bytes of the bucket; a put beyond them is refused
	maxMemory = 64 << 20
	maxValue  = 8 << 20 // bytes of one message: a value and its headers
)

// errClosed is what a Watch that still runs gives when the store is closed.
var errClosed = errors.New("register is closed")

// Options say where a register is kept.
type Options struct {
	// Dir is the state directory. It is made with mode 0700 where it does not exist.
	Dir string
	// Log is told what the server says, at debug or warn. Nil: nobody.
	Log *slog.Logger
}

// Store is a register on disk. Each change is on the disk (fsync) before Put or Delete returns; one that returns an
// error other than ErrConflict may yet have happened. A watcher that is slower than the changes is not told of those
// that a later change to the same key has replaced.
type Store struct {
	epoch   uint64
	lock    *os.File
	server  *server.Server
	conn    *nats.Conn
	js      jetstream.JetStream
	stream  jetstream.Stream
	closing context.Context // ends at Close
	end     context.CancelFunc
	close   func() error // once
}

var _ controlplane.Register = (*Store)(nil)

// Open opens the register in o.Dir, or makes one. An *InUseError says that another process has it open.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{}
	s.closing, s.end = context.WithCancel(context.Background())
	s.close = sync.OnceValue(s.shutdown)
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) error {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fmt.Errorf("make state directory: %w", err)
	}
	var err error
	if s.lock, err = lockDir(o.Dir); err != nil {
		return err
	}
	if s.server, err = startServer(filepath.Join(o.Dir, "nats"), o.Log); err != nil {
		return err
	}
	if s.conn, err = nats.Connect("", nats.InProcessServer(s.server)); err != nil {
		return fmt.Errorf("connect to embedded NATS: %w", err)
	}
	if s.js, err = jetstream.New(s.conn); err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	if s.stream, err = makeBucket(ctx, s.js); err != nil {
		return err
	}
	s.epoch, err = s.readEpoch(ctx)
	return err
}

func makeBucket(ctx context.Context, js jetstream.JetStream) (jetstream.Stream, error) {
	_, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: bucket, Description: "Picket's decisions and documents", History: 1,
		Storage: jetstream.FileStorage, MaxBytes: maxDisk, Replicas: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("make bucket: %w", err)
	}
	st, err := js.Stream(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("open the bucket's stream: %w", err)
	}
	return st, nil
}

// readEpoch draws the epoch where there is none yet.
func (s *Store) readEpoch(ctx context.Context) (uint64, error) {
	draw := fmt.Appendf(nil, "%016x", newEpoch())
	if _, err := s.change(ctx, epochKey, draw, false, 0); err != nil && !errors.Is(err, controlplane.ErrConflict) {
		return 0, fmt.Errorf("store epoch: %w", err)
	}
	msg, err := s.stream.GetLastMsgForSubject(ctx, subjectPrefix+epochKey)
	if err != nil {
		return 0, fmt.Errorf("read epoch: %w", err)
	}
	epoch, err := strconv.ParseUint(string(msg.Data), 16, 64)
	if err != nil {
		return 0, fmt.Errorf("read epoch: %w", err)
	}
	return epoch, nil
}

func newEpoch() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return max(binary.LittleEndian.Uint64(b[:]), 1)
}

// Close stops the server and lets go of the directory. Watches that still run end with an error. A second Close does
// nothing.
func (s *Store) Close() error { return s.close() }

func (s *Store) shutdown() error {
	s.end()
	if s.conn != nil {
		s.conn.Close()
	}
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
	}
	if s.lock == nil {
		return nil
	}
	if err := s.lock.Close(); err != nil {
		return fmt.Errorf("unlock state directory: %w", err)
	}
	return nil
}

// Epoch implements controlplane.Register.
func (s *Store) Epoch() uint64 { return s.epoch }
