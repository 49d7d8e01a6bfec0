package natsstore

import (
	"fmt"
	"syscall"
)

const (
	// reserve is what the journal leaves of the disk for the register, in bytes, or a twentieth of the disk where that is
	// less. NATS acknowledges an entry of an asynchronous stream that it then cannot write: it must not come to that.
	reserve      = 64 << 20
	shareOfDisk  = 20
	bytesOfMegas = 1 << 20
)

// FullError says that the disk of an embedded server has no room for more of the journal.
type FullError struct {
	Dir        string
	Free, Need uint64 // bytes
}

// Error implements error.
func (e *FullError) Error() string {
	return fmt.Sprintf("the disk of %s has %d MB left, and %d MB are for the register: free some, or give a smaller --journal-size",
		e.Dir, e.Free/bytesOfMegas, e.Need/bytesOfMegas)
}

// room looks at a disk: a call takes about a microsecond.
type room struct {
	dir  string
	look func(dir string) (free, size uint64, err error)
}

func newRoom(dir string) *room { return &room{dir: dir, look: lookAt} }

// check gives a *FullError where only the reserve is left. What cannot be looked at has room.
func (r *room) check() error {
	free, size, err := r.look(r.dir)
	if need := min(reserve, size/shareOfDisk); err == nil && free < need {
		return &FullError{r.dir, free, need}
	}
	return nil
}

func lookAt(dir string) (free, size uint64, err error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0, 0, fmt.Errorf("look at disk: %w", err)
	}
	block := uint64(disk.Bsize) //nolint:unconvert,gosec // its type differs between systems
	return disk.Bavail * block, disk.Blocks * block, nil
}
