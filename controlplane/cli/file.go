package cli

import (
	"errors"
	"io/fs"
	"syscall"
)

// unreadable says of a file that could not be read, or of standard input, what is wrong with it and what to do. what is the
// flag, or what was to be read.
func unreadable(what, name string, err error) error {
	var why string
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "no such file: check its path"
	case errors.Is(err, fs.ErrPermission):
		why = "this user may not read it: run picket as its owner, or let others read it (chmod)"
	case errors.Is(err, syscall.EISDIR):
		why = "it is a directory: give a file in it"
	default:
		why = err.Error()
		var wrong *fs.PathError
		if errors.As(err, &wrong) {
			why = wrong.Err.Error()
		}
	}
	return mistakef("%s %s: %s", what, name, why)
}
