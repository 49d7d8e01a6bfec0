package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// minToken is the least length of an operator's token that somebody brings, in characters.
const minToken = 32

// StateHome is where Picket keeps what outlives it on this machine: $XDG_STATE_HOME/picket, else ~/.local/state/picket,
// else a directory of this user's among the temporary ones.
func StateHome() string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "picket")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "picket")
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("picket-%d", os.Getuid()))
}

// FileName makes a part of a path of an address: 127.0.0.1_8080.
func FileName(hostport string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == ':' || r == filepath.Separator {
			return '_'
		}
		return r
	}, hostport)
}

// TokenPath is where the control plane that listens at server leaves the operator's token for the commands of the same
// user on the same machine.
func TokenPath(server string) string {
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		return filepath.Join(StateHome(), "servers", FileName(server), "token")
	}
	if a, err := netip.ParseAddr(host); host == "" || host == "localhost" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	return filepath.Join(StateHome(), "servers", FileName(net.JoinHostPort(host, port)), "token")
}

// readToken reads a token that somebody brings.
func readToken(name string) (string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return "", mistakef("--token-file: %v", err)
	}
	token := strings.TrimSpace(string(b))
	if len(token) < minToken || strings.ContainsAny(token, " \t\r\n") {
		return "", mistakef("--token-file %s: want one line of at least %d characters, as from: openssl rand -hex 32", name, minToken)
	}
	return token, nil
}

// keepToken reads the token in dir, or draws one and keeps it there. An empty dir keeps it nowhere.
func keepToken(dir string) (string, error) {
	name := filepath.Join(dir, "token")
	if dir != "" {
		b, err := os.ReadFile(name)
		if err == nil && len(strings.TrimSpace(string(b))) >= minToken {
			return strings.TrimSpace(string(b)), nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read operator's token: %w", err)
		}
	}
	token := hex.EncodeToString(randomBytes(32))
	if dir == "" {
		return token, nil
	}
	return token, writeSecret(name, token+"\n")
}

// randomBytes gives n bytes of the system's randomness, which never fails.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// writeSecret replaces a file that its owner alone may read, whole or not at all.
func writeSecret(name, text string) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make directory for secret: %w", err)
	}
	f, err := os.CreateTemp(dir, ".secret-*") // 0600
	if err != nil {
		return fmt.Errorf("write secret: %w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write secret: %w", err)
	}
	return nil
}

// forgetToken removes a copy, unless another server has put its own there since.
func forgetToken(name, token string) {
	if b, err := os.ReadFile(name); err == nil && strings.TrimSpace(string(b)) == token {
		_ = os.Remove(name)
	}
}
