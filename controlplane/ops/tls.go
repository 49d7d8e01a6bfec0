package ops

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// TLS names the files of a server's certificate and of the authorities that sign its clients'.
type TLS struct {
	CertFile string
	KeyFile  string
	// Empty: clients need no certificate.
	ClientCAFile string
	// A client may come without a certificate, but one that it shows is verified.
	ClientOptional bool
	// ALPN protocols; nil: h2 and http/1.1.
	Protocols []string
}

// Enabled says whether there is a certificate.
func (t TLS) Enabled() bool { return t.CertFile != "" || t.KeyFile != "" }

// Config reads the files, and reads them again when they change: it looks at most once a second, at a handshake.
// Files that cannot be read later leave the last good ones in use, with a warning. clock tells the time.
func (t TLS) Config(clock func() time.Time, log *slog.Logger) (*tls.Config, error) {
	r := &reloader{files: t, clock: clock, log: log}
	stamp, err := t.stamp()
	if err != nil {
		return nil, err
	}
	config, err := t.load()
	if err != nil {
		return nil, err
	}
	r.config, r.stamp, r.looked = config, stamp, clock()
	outer := config.Clone()
	outer.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return r.current(), nil }
	return outer, nil
}

// load makes a configuration of what the files hold now.
func (t TLS) load() (*tls.Config, error) {
	cert, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("read certificate %s and key %s: %w", t.CertFile, t.KeyFile, err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}, NextProtos: t.Protocols}
	if t.Protocols == nil {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	if t.ClientCAFile == "" {
		return config, nil
	}
	if config.ClientCAs, err = ReadCAs(t.ClientCAFile); err != nil {
		return nil, err
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	if t.ClientOptional {
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return config, nil
}

// ReadCAs reads a file of PEM certificates.
func ReadCAs(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read authorities: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read authorities: %s holds no PEM certificate", file)
	}
	return pool, nil
}

// fileStamp tells one content of the three files from another, as far as the file system does.
type fileStamp [3]struct {
	at   time.Time
	size int64
}

// stamp looks at the files.
func (t TLS) stamp() (fileStamp, error) {
	var s fileStamp
	var errs []error
	for i, name := range []string{t.CertFile, t.KeyFile, t.ClientCAFile} {
		if name == "" && i == 2 {
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("look at TLS file: %w", err))
			continue
		}
		s[i].at, s[i].size = info.ModTime(), info.Size()
	}
	return s, errors.Join(errs...)
}

// reloader keeps the last good configuration.
type reloader struct {
	files TLS
	clock func() time.Time
	log   *slog.Logger

	mu     sync.Mutex
	config *tls.Config // guarded by mu, as are the following
	stamp  fileStamp
	looked time.Time
}

// current gives the configuration for a handshake that begins now.
func (r *reloader) current() *tls.Config {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	if now.Sub(r.looked) < time.Second {
		return r.config
	}
	r.looked = now
	if err := r.renew(); err != nil {
		r.log.Warn("certificate not renewed, the last one stays in use", "error", err)
	}
	return r.config
}

// renew needs mu. The stamp is taken before the files are read, so that a change in between is seen the next time.
func (r *reloader) renew() error {
	stamp, err := r.files.stamp()
	if err != nil || stamp == r.stamp {
		return err
	}
	config, err := r.files.load()
	if err != nil {
		return err
	}
	r.config, r.stamp = config, stamp
	r.log.Info("certificate renewed", "cert_file", r.files.CertFile)
	return nil
}
