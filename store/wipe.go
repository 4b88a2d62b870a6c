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
	if err := removeFrom(dir, ours); err != nil {
		return err
	}
	_ = os.Remove(dir)
	return nil
}

// WipeCache removes what came from the server from a desk that is closed: all
// of the customers' data but what this desk recorded itself.
func WipeCache(dir string) error {
	return removeFrom(dir, func(name string) bool {
		return strings.HasPrefix(name, cacheName) || strings.HasPrefix(name, shadowName)
	})
}

// removeFrom removes the files of a folder that which names; a folder that does
// not exist has none.
func removeFrom(dir string, which func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return writeError("the wiping", dir, err)
	}
	var errs []error
	for _, e := range entries {
		if which(e.Name()) {
			errs = append(errs, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return writeError("the wiping", dir, err)
	}
	return nil
}

// ours tells whether a file in the folder is the desk's.
func ours(name string) bool {
	for _, own := range []string{outboxName, logName, cacheName, shadowName, lockName, ballastName} {
		if name == own || name == own+".new" || name == own+compactEnding || name == own+formerEnding || strings.HasPrefix(name, own+".broken-") {
			return true
		}
	}
	return false
}
