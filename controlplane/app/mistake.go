package app

import "fmt"

// Mistake is a person's: options that cannot be, with a text that says what to give instead.
type Mistake struct {
	Text  string
	Cause error // may be nil
}

func (m *Mistake) Error() string { return m.Text }

// Unwrap gives the cause.
func (m *Mistake) Unwrap() error { return m.Cause }

func mistakef(format string, args ...any) error { return &Mistake{Text: fmt.Sprintf(format, args...)} }
