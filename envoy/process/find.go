// Package process finds Envoy on this machine, checks that it is one that can run Picket's filter, and runs it.
package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Environment is the variable that names the Envoy to use.
const Environment = "ENVOY_PATH"

// ErrNotFound says that there is no Envoy here; its text says how to get one.
var ErrNotFound = errors.New("no Envoy found: put envoy on PATH, name it in " + Environment + ", or run `make envoy` in Picket's source")

// Oldest version that can run the filter: earlier ones crash the collector of Go modules.
const (
	oldestMajor = 1
	oldestMinor = 39
)

// Find gives the path of Envoy: flag where it is not empty, else ENVOY_PATH, else "envoy" on PATH where Check takes it,
// else what `make envoy` installed in Picket's source tree around the working directory or the running program.
// ErrNotFound where there is none; one that is named but cannot be run is an error too. Whether a named one is recent
// enough is for Check to say.
func Find(flag string) (string, error) {
	if flag != "" {
		return named("--envoy", flag)
	}
	if p := os.Getenv(Environment); p != "" {
		return named(Environment, p)
	}
	onPath, err := exec.LookPath("envoy")
	if err == nil {
		if _, err := Check(context.Background(), onPath); err == nil {
			return filepath.Abs(onPath)
		}
	}
	for _, from := range startingPoints() {
		if p, ok := installed(from); ok {
			return p, nil
		}
	}
	if err == nil {
		return filepath.Abs(onPath) // Check will say what is wrong with it
	}
	return "", ErrNotFound
}

// named checks an Envoy that somebody named; a bare name is looked up on PATH.
func named(by, name string) (string, error) {
	p, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s %s: no program that can be run there: give the path of Envoy", by, name)
	}
	return filepath.Abs(p)
}

// startingPoints are directories that may lie in Picket's source tree.
func startingPoints() []string {
	var dirs []string
	if d, err := os.Getwd(); err == nil {
		dirs = append(dirs, d)
	}
	if p, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(p))
	}
	return dirs
}

// installed looks for the wheel that `make envoy` unpacked, in the source tree around dir.
func installed(dir string) (string, bool) {
	root, ok := sourceRoot(dir)
	if !ok {
		return "", false
	}
	found, err := filepath.Glob(filepath.Join(root, ".tools/envoy/lib/python3*/site-packages/envoy/_bin/envoy"))
	if err != nil || len(found) == 0 {
		return "", false
	}
	return found[len(found)-1], true
}

// sourceRoot is the nearest directory from dir upwards that holds Picket's go.mod. Nothing else is trusted to hold a
// program that we run.
func sourceRoot(dir string) (string, bool) {
	for {
		if isSource(filepath.Join(dir, "go.mod")) {
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

func isSource(mod string) bool {
	f, err := os.Open(mod)
	if err != nil {
		return false
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	return s.Scan() && strings.TrimSpace(s.Text()) == "module picket"
}

// Version is what an Envoy says of itself.
type Version struct {
	Major, Minor, Patch int
	Text                string // "1.40.0"
}

// Check runs path with --version and refuses what is no Envoy, or one older than 1.39. It takes 10 s at most.
func Check(ctx context.Context, path string) (Version, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return Version{}, fmt.Errorf("run %s --version: %w", path, err)
	}
	v, ok := parseVersion(string(out))
	if !ok {
		return Version{}, fmt.Errorf("%s does not look like Envoy: it answers --version with %q", path, firstLine(string(out)))
	}
	if v.Major < oldestMajor || v.Major == oldestMajor && v.Minor < oldestMinor {
		return v, fmt.Errorf("found Envoy %s at %s, which is too old: Picket needs %d.%d or later (`make envoy` installs one)",
			v.Text, path, oldestMajor, oldestMinor)
	}
	return v, nil
}

// version finds "version: <commit>/1.40.0/Clean/RELEASE/BoringSSL", with "-dev" and the like after the numbers.
var version = regexp.MustCompile(`version: [0-9a-f]+/(\d+)\.(\d+)\.(\d+)`)

func parseVersion(s string) (Version, bool) {
	m := version.FindStringSubmatch(s)
	if m == nil {
		return Version{}, false
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(m[i+1]); err != nil {
			return Version{}, false
		}
	}
	return Version{n[0], n[1], n[2], strings.Join(m[1:], ".")}, true
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line[:min(len(line), 80)]
}
