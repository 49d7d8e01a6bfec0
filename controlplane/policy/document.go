package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"picket/controlplane"
)

// Document is a policy file as the register keeps it, under controlplane.KeyPolicy as JSON: its text, and what the
// command line says over it.
type Document struct {
	Name string // the file's name, for messages; empty without a file
	YAML string
	Mode string `json:",omitempty"` // "" or a mode that replaces the file's
	// Words replaces the file's privacy.words; 0: it does not.
	Words int `json:",omitempty"`
}

// File reads the text, empty meaning Default, and applies the overrides. Its error is one of a person, see Parse.
func (d Document) File() (*File, error) {
	f, err := d.parse()
	if err := errors.Join(err, d.override(f)); err != nil {
		return nil, err
	}
	return f, nil
}

func (d Document) parse() (*File, error) {
	if d.YAML == "" {
		return Default(), nil
	}
	return Parse(d.Name, []byte(d.YAML))
}

// override applies the command line's part to f, which may be nil.
func (d Document) override(f *File) error {
	mode := controlplane.Mode(d.Mode)
	if mode != "" && mode != controlplane.ModeObserve && mode != ModeCanary && mode != controlplane.ModeEnforce {
		return errors.New("the mode is observe, canary or enforce")
	}
	if d.Words < 0 || d.Words > maxWords {
		return fmt.Errorf("words is 1 to %d", maxWords)
	}
	if f != nil && mode != "" {
		f.Mode = mode
	}
	if f != nil && d.Words != 0 {
		f.Privacy.Words = d.Words
	}
	return nil
}

// Hash names the document by its content: the first 16 hexadecimal digits of its JSON's SHA-256.
func (d Document) Hash() string {
	b, _ := json.Marshal(d) // strings and a number: it cannot go wrong
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
