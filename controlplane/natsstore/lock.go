package natsstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// InUseError says that another process has the state directory open. It is the person's to mend.
type InUseError struct {
	Dir string
	PID int // 0: unknown
}

// Error implements error.
func (e *InUseError) Error() string {
	pid := "unknown"
	if e.PID != 0 {
		pid = strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("state directory %s is in use by another picket (pid %s); stop it or give another --state", e.Dir, pid)
}

// lockDir takes the lock of dir, which ends when the file is closed or the process ends, however it does. Two servers
// on one directory would both start and spoil it.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock state directory: %w", err)
	}
	if err := lock(f); err != nil {
		pid := readPID(f)
		_ = f.Close() // nothing was written
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &InUseError{Dir: dir, PID: pid}
		}
		return nil, fmt.Errorf("lock state directory: %w", err)
	}
	return f, nil
}

// lock writes the pid for whoever comes next.
func lock(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(strconv.AppendInt(nil, int64(os.Getpid()), 10), 0)
	return err
}

// readPID gives 0 where the file does not say.
func readPID(f *os.File) int {
	b, _ := io.ReadAll(f)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	return pid
}
