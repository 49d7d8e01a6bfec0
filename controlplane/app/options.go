package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"syscall"
	"time"

	"picket/controlplane"
	"picket/controlplane/ops"
	"picket/controlplane/policy"
)

// Memory as Options.State keeps everything in memory; it is gone with the process.
const Memory = "memory"

// Options of an App. HTTP, GRPC and State are required.
type Options struct {
	HTTP string // where operators ask, "host:port"
	GRPC string // where nodes stream and fetch policies
	// State is a directory, Memory, or the URL of a NATS server or cluster: nats://HOST:PORT, or several with commas between.
	State string
	// Of an external NATS: the files of its user, and of PEM. Empty: not used.
	StateCredentials, StateCA, StateCert, StateKey string
	JournalBytes                                   uint64        // how large the journal gets; 0: 4 GiB on disk, 64 MiB in memory
	Replay                                         time.Duration // how much of it is replayed at the start; 0: 30 min
	CheckpointEvery                                time.Duration // how often what is learned is kept; 0: 2 min
	PolicyFile                                     string        // empty: the built-in policy
	Mode                                           string        // replaces the policy's; empty: it does not
	Words                                          int           // replaces the policy's; 0: it does not
	Places                                         []string      // MaxMind databases that tell where addresses are; none: nobody knows

	TLSCert, TLSKey string // of both servers
	NodeCA          string // signs nodes' certificates
	OperatorCA      string // signs operators' certificates
	TokenFile       string // operators' token; empty: one is drawn, on loopback
	// Names that the Host header of operators' requests may have, beside localhost and the address.
	Names []string

	// The two ways down. With neither, nodes are told nothing.
	Deltas, ECDS bool
	Debounce     time.Duration // of policies over xDS; 0: 100 ms
	// Module is the filter's file on nodes that do not say it themselves; nil: none is known.
	Module  func() string
	Clock   controlplane.Clock // nil: time.Now
	Log     *slog.Logger       // nil: discarded
	Version string
}

// At gives the options with the addresses on which a listened, so that its ports are kept where they were chosen freely.
func (o Options) At(a *App) Options {
	o.HTTP, o.GRPC = a.HTTPAddr(), a.GRPCAddr()
	return o
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Module == nil {
		o.Module = func() string { return "" }
	}
	return o
}

// check gives every *Mistake among the options. Beyond loopback nothing is served without TLS and authentication.
func (o Options) check() error {
	return errors.Join(o.checkAddresses(), o.checkTLS(), o.checkValues())
}

func (o Options) checkAddresses() error {
	var errs []error
	for _, a := range []struct{ flag, address string }{{"--http", o.HTTP}, {"--grpc", o.GRPC}} {
		if _, _, err := net.SplitHostPort(a.address); err != nil {
			errs = append(errs, mistakef("%s %q: give HOST:PORT, as in 127.0.0.1:8080", a.flag, a.address))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	withTLS := o.TLSCert != "" && o.TLSKey != ""
	if !Loopback(o.GRPC) && (!withTLS || o.NodeCA == "") {
		errs = append(errs, mistakef("--grpc %s is not loopback: give --tls-cert, --tls-key and --node-ca, so that only your nodes get in", o.GRPC))
	}
	if !Loopback(o.HTTP) && (!withTLS || o.OperatorCA == "" && o.TokenFile == "") {
		errs = append(errs, mistakef("--http %s is not loopback: give --tls-cert, --tls-key and --operator-ca or --token-file, so that only operators get in", o.HTTP))
	}
	return errors.Join(errs...)
}

func (o Options) checkTLS() error {
	if (o.TLSCert == "") != (o.TLSKey == "") {
		return mistakef("--tls-cert and --tls-key go together: give both")
	}
	if o.TLSCert == "" && (o.NodeCA != "" || o.OperatorCA != "") {
		return mistakef("--node-ca and --operator-ca need TLS: give --tls-cert and --tls-key")
	}
	return nil
}

func (o Options) checkValues() error {
	if err := o.checkState(); err != nil {
		return err
	}
	if o.Mode != "" && o.Mode != string(controlplane.ModeObserve) && o.Mode != string(policy.ModeCanary) && o.Mode != string(controlplane.ModeEnforce) {
		return mistakef("--mode %s: give observe, canary or enforce", o.Mode)
	}
	if o.Words < 0 || o.Words > 1000 {
		return mistakef("--words %d: give 1 to 1000", o.Words)
	}
	return nil
}

// nodeTLS is for the gRPC server, operatorTLS for the other; both have the same certificate.
func (o Options) nodeTLS() ops.TLS {
	return ops.TLS{CertFile: o.TLSCert, KeyFile: o.TLSKey, ClientCAFile: o.NodeCA, Protocols: []string{"h2"}}
}

func (o Options) operatorTLS() ops.TLS {
	return ops.TLS{CertFile: o.TLSCert, KeyFile: o.TLSKey, ClientCAFile: o.OperatorCA, ClientOptional: true}
}

// wantsToken tells whether operators may come with a token.
func (o Options) wantsToken() bool { return o.TokenFile != "" || Loopback(o.HTTP) }

// Loopback tells whether only this machine reaches an address "host:port".
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// ListenMistake says in one line why address cannot be listened on, and which flag to change.
func ListenMistake(flag, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return &Mistake{fmt.Sprintf("%s %s is in use: stop what listens there, or give another %s", flag, address, flag), err}
	}
	return &Mistake{fmt.Sprintf("%s %s: cannot listen there: %v", flag, address, err), err}
}
