// Package natsstore keeps the register and the journal in NATS JetStream: in an embedded server that nothing outside the
// process can reach, or in a server or a cluster of three that others run. A revision is a sequence number of the stream
// behind one key-value bucket; the journal is another stream, and a partition is owned by who a pinned consumer delivers it
// to.
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

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"picket/controlplane"
)

const (
	bucket        = "register"
	stream        = "KV_" + bucket
	subjectPrefix = "$KV." + bucket + "."
	// epochKey holds the epoch as 16 hexadecimal digits. It is not a key of the register.
	epochKey = "natsstore.epoch"

	maxDisk   = 1 << 30 // bytes of the bucket; a put beyond them is refused
	maxMarks  = 1 << 20
	maxMemory = 64 << 20
	maxValue  = 8 << 20 // bytes of one message: a value or an entry, and its headers

	maxPending = 4096 // entries of the journal that are not yet kept
)

// errClosed is what a Watch that still runs gives when the store is closed.
var errClosed = errors.New("register is closed")

// ErrNoServer says that this program was built without the embedded server.
var ErrNoServer = errors.New("this picket was built without a NATS server of its own (picket_noserver): " +
	"give --state memory or --state nats://HOST:PORT, or use a picket that has one")

// Options say where the state is kept. Zero fields have the defaults named.
type Options struct {
	// Dir is the state directory of an embedded server. It is made with mode 0700 where it does not exist.
	Dir string
	// URL is that of an external server or cluster, "nats://host:4222,nats://other:4222"; Dir is not used then. The account
	// should be for Picket alone.
	URL string
	// Credentials is the file of a NATS user; CA, Cert and Key are files of PEM. Empty: not used.
	Credentials, CA, Cert, Key string
	Journal                    JournalOptions
	// Log is told what the server says, at debug or warn. Nil: nobody.
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil: metrics are not exported
}

// Store is a register and a journal. With the embedded server each change of the register is on the disk (fsync) before
// Put or Delete returns; with an external one that is as it is set up. One that returns an error other than ErrConflict may
// yet have happened. A watcher that is slower than the changes is not told of those
// that a later change to the same key has replaced.
type Store struct {
	o        Options
	epoch    uint64
	replicas int // of each stream
	journal  *Journal
	lock     *os.File
	room     *room     // nil: the disk is another's
	server   *embedded // nil: it is external
	conn     *nats.Conn
	js       jetstream.JetStream
	stream   jetstream.Stream
	closing  context.Context // ends at Close
	end      context.CancelFunc
	close    func() error // once
}

var _ controlplane.Register = (*Store)(nil)

// Open opens the state, or makes it. An *InUseError says that another process has the directory open, a *ClusterError that
// the external cluster is not fit.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{o: o}
	s.closing, s.end = context.WithCancel(context.Background())
	s.close = sync.OnceValue(s.shutdown)
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.o.URL == "" {
		err = s.embed()
	} else {
		err = s.dial()
	}
	if err != nil {
		return err
	}
	if s.js, err = jetstream.New(s.conn, jetstream.WithPublishAsyncMaxPending(maxPending)); err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	if err = s.makeBucket(ctx); err != nil {
		return err
	}
	if s.epoch, err = s.readEpoch(ctx); err != nil {
		return err
	}
	s.journal, err = openJournal(ctx, s)
	return err
}

// embed starts a server in this process.
func (s *Store) embed() (err error) {
	if !hasServer {
		return ErrNoServer
	}
	dir := s.o.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make state directory: %w", err)
	}
	if s.lock, err = lockDir(dir); err != nil {
		return err
	}
	s.room = newRoom(dir)
	if s.o.Journal.MaxBytes != 0 {
		s.o.Journal.MaxBytes = s.fit(s.o.Journal.MaxBytes)
	}
	if s.server, err = startServer(filepath.Join(dir, "nats"), s.o.Log); err != nil {
		return err
	}
	if s.conn, err = nats.Connect("", nats.InProcessServer(s.server)); err != nil {
		return fmt.Errorf("connect to embedded NATS: %w", err)
	}
	return nil
}

// Journal gives the journal, which is open as long as the store is.
func (s *Store) Journal() *Journal { return s.journal }

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
