package bootstrap

import (
	"fmt"
	"os"
	"path/filepath"
)

// File is one file of a configuration.
type File struct {
	Name    string // within Config.Dir
	Content []byte
}

// Names of the files that Files gives.
const (
	BootstrapFile = "envoy.yaml"

	controlCertFile  = "control-cert.yaml"
	controlCAFile    = "control-ca.yaml"
	listenerCertFile = "listener-cert.yaml"
	clientCAFile     = "client-ca.yaml"
)

const (
	secretType    = "envoy.extensions.transport_sockets.tls.v3.Secret"
	downstreamTLS = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"
)

// Files gives everything that Envoy reads: BootstrapFile first, then a small file for each certificate that Envoy shall
// read again when it is renewed. Those name the PEM files, and hold no key themselves.
func (c Config) Files() ([]File, error) {
	boot, err := c.Bootstrap()
	if err != nil {
		return nil, err
	}
	secrets, err := c.Secrets()
	if err != nil {
		return nil, err
	}
	return append([]File{{BootstrapFile, boot}}, secrets...), nil
}

// Write puts Files into the directory dir, which must exist, and gives the path of the bootstrap. Config.Dir is set to
// dir.
func (c Config) Write(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the directory of the configuration: %w", err)
	}
	c.Dir = dir
	files, err := c.Files()
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Content, 0o600); err != nil {
			return "", fmt.Errorf("write Envoy's configuration: %w", err)
		}
	}
	return filepath.Join(dir, BootstrapFile), nil
}

// Secrets gives the files that Bootstrap and Snippet refer to in Config.Dir: none without TLS.
func (c Config) Secrets() ([]File, error) {
	var files []File
	add := func(name string, secret object) error {
		b, err := encode(object{{"resources", list{secret}}})
		files = append(files, File{name, b})
		return err
	}
	if t := c.ControlTLS; t != nil {
		if err := add(controlCertFile, certificateSecret(controlCertFile, t.Cert, t.Key)); err != nil {
			return nil, err
		}
		if err := add(controlCAFile, authoritySecret(controlCAFile, t.CA)); err != nil {
			return nil, err
		}
	}
	if t := c.TLS; t != nil {
		if err := add(listenerCertFile, certificateSecret(listenerCertFile, t.Cert, t.Key)); err != nil {
			return nil, err
		}
		if t.ClientCA == "" {
			return files, nil
		}
		if err := add(clientCAFile, authoritySecret(clientCAFile, t.ClientCA)); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func certificateSecret(name, cert, key string) object {
	return typed(secretType, field{"name", name}, field{"tls_certificate", object{
		{"certificate_chain", object{{"filename", cert}}},
		{"private_key", object{{"filename", key}}},
		{"watched_directory", object{{"path", filepath.Dir(cert)}}},
	}})
}

func authoritySecret(name, ca string) object {
	return typed(secretType, field{"name", name}, field{"validation_context", object{
		{"trusted_ca", object{{"filename", ca}}},
		{"watched_directory", object{{"path", filepath.Dir(ca)}}},
	}})
}

// secretConfig refers to a secret by its file. Only a secret that comes this way is read again when it changes.
func (c Config) secretConfig(name string) object {
	return object{
		{"name", name},
		{"sds_config", object{
			{"resource_api_version", "V3"},
			{"path_config_source", object{{"path", filepath.Join(c.Dir, name)}}},
		}},
	}
}

// controlSocket shows this node's certificate and verifies the control plane's.
func (c Config) controlSocket(host string) object {
	name := orDefault(c.ControlTLS.ServerName, host)
	return tlsSocket(upstreamTLS, serverName(name),
		field{"alpn_protocols", list{"h2"}},
		field{"tls_certificate_sds_secret_configs", list{c.secretConfig(controlCertFile)}},
		field{"combined_validation_context", object{
			{"default_validation_context", object{{"match_typed_subject_alt_names", matchName(name)}}},
			{"validation_context_sds_secret_config", c.secretConfig(controlCAFile)},
		}},
	)
}

// listenerSocket serves TLS. A client certificate that is shown is always verified.
func (c Config) listenerSocket() object {
	common := object{
		{"tls_params", object{{"tls_minimum_protocol_version", "TLSv1_2"}}},
		{"alpn_protocols", list{"h2", "http/1.1"}},
		{"tls_certificate_sds_secret_configs", list{c.secretConfig(listenerCertFile)}},
	}
	if c.TLS.ClientCA != "" {
		common = append(common, field{"validation_context_sds_secret_config", c.secretConfig(clientCAFile)})
	}
	return extension("envoy.transport_sockets.tls", downstreamTLS,
		field{"require_client_certificate", c.TLS.RequireClient},
		field{"common_tls_context", common},
	)
}
