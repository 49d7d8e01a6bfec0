package natsstore

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ClusterError says why an external NATS is not fit to keep state. It is the person's to mend.
type ClusterError struct {
	Text  string
	Cause error
}

// Error implements error.
func (e *ClusterError) Error() string { return e.Text }

// Unwrap gives the cause.
func (e *ClusterError) Unwrap() error { return e.Cause }

// How long one call may take before it is made again. A cluster that just starts can lose its first ones, and one that
// elects those that its dead leader should have answered.
const (
	callWithin  = 3 * time.Second
	storeWithin = time.Second
	callAgain   = 200 * time.Millisecond
	pingEvery   = time.Second // a server that leaves two unanswered is left
)

// dial connects to an external server, which must be there now; later it is found again.
func (s *Store) dial() (err error) {
	opts := []nats.Option{
		nats.Name("picket"), nats.Timeout(callWithin), nats.MaxReconnects(-1), nats.ReconnectWait(callAgain),
		nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(2),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if s.closing.Err() == nil {
				s.o.Log.Warn("connection to NATS lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) { s.o.Log.Info("connected to NATS again", "server", c.ConnectedServerName()) }),
	}
	if s.o.Credentials != "" {
		opts = append(opts, nats.UserCredentials(s.o.Credentials))
	}
	if s.o.CA != "" {
		opts = append(opts, nats.RootCAs(s.o.CA))
	}
	if s.o.Cert != "" {
		opts = append(opts, nats.ClientCert(s.o.Cert, s.o.Key))
	}
	if s.conn, err = nats.Connect(s.o.URL, opts...); err != nil {
		return &ClusterError{fmt.Sprintf("cannot connect to NATS at %s: %v%s", Redacted(s.o.URL), err, advice(err)), err}
	}
	if most := s.conn.MaxPayload(); most < maxValue {
		return &ClusterError{fmt.Sprintf("NATS at %s takes messages of %d bytes only: set its max_payload to %d", Redacted(s.o.URL), most, maxValue), nil}
	}
	return nil
}

// advice says what to do about an error of a first connection, where that is known.
func advice(err error) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case errors.As(err, &authority):
		return ": give --state-ca with the authorities of its certificate"
	case errors.As(err, &host):
		return ": name it as its certificate does"
	case errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired):
		return ": give --state-creds with the credentials of a user that it knows, or nats://USER:PASSWORD@HOST:PORT"
	case errors.Is(err, nats.ErrSecureConnRequired) || errors.Is(err, nats.ErrSecureConnWanted):
		return ": write tls:// and give --state-ca, or neither, as the server has it"
	case strings.Contains(err.Error(), "certificate required") || strings.Contains(err.Error(), "after TLS handshake"):
		return ": give --state-cert and --state-key, if it wants a certificate of its clients"
	default:
		return ""
	}
}

// Redacted gives one or more URLs with commas between, without passwords and tokens.
func Redacted(urls string) string {
	all := strings.Split(urls, ",")
	for i, text := range all {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil {
			all[i] = "nats://..."
			continue
		}
		if u.User != nil {
			u.User = url.User("...")
		}
		all[i] = u.String()
	}
	return strings.Join(all, ",")
}

// again calls f, each time for a while, until it comes back before that or ctx ends.
func again(ctx context.Context, f func(context.Context) error) error {
	return againWithin(ctx, callWithin, f)
}

func againWithin(ctx context.Context, within time.Duration, f func(context.Context) error) error {
	for {
		call, stop := context.WithTimeout(ctx, within)
		err := f(call)
		stop()
		if ctx.Err() != nil || !passing(err) {
			return err
		}
		wait(ctx, callAgain)
	}
}

// passing tells errors that a cluster that starts or elects gives for a while.
func passing(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode == codeNotReady || api.ErrorCode == codeNoLeader
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) ||
		errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, nats.ErrDisconnected) || errors.Is(err, nats.ErrConnectionReconnecting)
}

// Codes of the server's errors.
const (
	codeNoPeers      = 10005 // no suitable peers for placement
	codeNotReady     = 10008 // JetStream system temporarily unavailable
	codeNoLeader     = 10009
	codeInsufficient = 10023 // insufficient resources
	codeNotClustered = 10074 // replicas > 1 not supported in non-clustered mode
)

// wait waits, and ends early with ctx.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// makeBucket opens the register's bucket. Where it makes one on an external cluster, three servers keep it.
func (s *Store) makeBucket(ctx context.Context) error {
	err := again(ctx, s.readFromLeader)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		err = s.newBucket(ctx)
	}
	if err != nil {
		return fmt.Errorf("open bucket: %w", err)
	}
	s.replicas = s.stream.CachedInfo().Config.Replicas
	return nil
}

func (s *Store) newBucket(ctx context.Context) error {
	replicas := 3
	if s.server != nil {
		replicas = 1
	}
	err := s.createBucket(ctx, replicas)
	var api *jetstream.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode {
		case codeNotClustered:
			err = s.createBucket(ctx, 1)
		case codeNoPeers, codeInsufficient:
			return &ClusterError{fmt.Sprintf("NATS at %s is a cluster with fewer than three servers at hand (or without room): "+
				"give it one server or three, for of two the loss of either stops both", Redacted(s.o.URL)), err}
		}
	}
	if err != nil {
		return err
	}
	return again(ctx, s.readFromLeader)
}

// readFromLeader lets none but the leader answer what is asked of the bucket: another server may be behind, and would deny
// what was put a moment ago.
func (s *Store) readFromLeader(ctx context.Context) (err error) {
	if s.stream, err = s.js.Stream(ctx, stream); err != nil {
		return err
	}
	if c := s.stream.CachedInfo().Config; c.Replicas > 1 && c.AllowDirect {
		c.AllowDirect = false
		s.stream, err = s.js.UpdateStream(ctx, c)
	}
	return err
}

func (s *Store) createBucket(ctx context.Context, replicas int) error {
	return again(ctx, func(ctx context.Context) error {
		_, err := s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: bucket, Description: "Picket's decisions and documents", History: 1,
			Storage: jetstream.FileStorage, MaxBytes: maxDisk, Replicas: replicas,
		})
		return err
	})
}

// fit gives the journal's size, made smaller where the disk has no room for it: a journal that fills the disk would
// take the register with it.
func (s *Store) fit(size uint64) uint64 {
	free, _, err := s.room.look(s.o.Dir)
	if err != nil {
		return size
	}
	if most := free / 2; size > most+s.used() {
		s.o.Log.Warn("journal is smaller than asked for, as the disk is nearly full", "asked_bytes", size, "bytes", most+s.used())
		return most + s.used()
	}
	return size
}
