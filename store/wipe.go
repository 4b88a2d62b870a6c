package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Wipe closes the desk and removes everything it kept, what was moved aside
// included. What was not sent yet is lost.
func (s *Store) Wipe() error {
	return errors.Join(s.Close(), Wipe(s.o.Dir))
}

// Wipe removes a desk that cannot be opened, because its key is gone. Files
// that are not the desk's stay, and so does the folder if there are any.
func Wipe(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return writeError("the wiping", dir, err)
	}
	var errs []error
	for _, e := range entries {
		if ours(e.Name()) {
			errs = append(errs, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return writeError("the wiping", dir, err)
	}
	_ = os.Remove(dir)
	return nil
}

// ours tells whether a file in the folder is the desk's.
func ours(name string) bool {
	for _, own := range []string{outboxName, logName, cacheName, shadowName, lockName, ballastName} {
		if name == own || name == own+".new" || strings.HasPrefix(name, own+".broken-") {
			return true
		}
	}
	return false
}
