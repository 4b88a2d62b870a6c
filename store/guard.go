package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// errDamaged marks what a file's content, not its surroundings, made fail.
var errDamaged = errors.New("the file is damaged")

// guarded runs f and turns the panics and memory faults by which bbolt meets a
// damaged file into errDamaged.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errDamaged, p)
		}
	}()
	return f()
}

// view runs a short read transaction. f must copy what it keeps.
func view(db *bbolt.DB, f func(*bbolt.Tx) error) error {
	return guarded(func() error { return db.View(f) })
}

// update runs a write transaction; when it returns nil the change is on disk.
func update(db *bbolt.DB, f func(*bbolt.Tx) error) error {
	return guarded(func() error { return db.Update(f) })
}

// isFull tells whether a write failed for want of space. bbolt keeps only the
// words of some causes.
func isFull(err error) bool {
	if err == nil {
		return false
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		strings.Contains(err.Error(), syscall.ENOSPC.Error())
}

// writeError tells a person why something could not be saved in a file.
func writeError(what, path string, err error) error {
	var known *callback.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case isFull(err):
		return callback.Errorf(callback.CodeFull, "%s was not saved: the disk with %s is full: %w", what, filepath.Dir(path), err).
			WithHint("make room and save again; what was saved before is safe")
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return callback.Errorf(callback.CodeForbidden, "%s was not saved: %s cannot be written: %w", what, path, err).
			WithHint("give this account the right to write in %s", filepath.Dir(path))
	case errors.Is(err, errDamaged):
		return callback.Errorf(callback.CodeDamaged, "%s was not saved: %s is damaged: %w", what, path, err).
			WithHint("quit and start ringback again; it restores itself from outbox.log")
	}
	return callback.Errorf(callback.CodeInternal, "%s was not saved in %s: %w", what, path, err).
		WithHint("quit and start ringback again; what was saved before is safe")
}

// readError tells a person why a file could not be read.
func readError(what, path string, err error) error {
	var known *callback.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if errors.Is(err, errDamaged) || errors.Is(err, errSeal) {
		hint := "quit and start ringback again; it restores itself from outbox.log"
		if filepath.Base(path) == cacheName {
			hint = "sync; everything is fetched anew, and nothing recorded here is lost"
		}
		return callback.Errorf(callback.CodeDamaged, "%s cannot be read: %s is damaged: %w", what, path, err).WithHint("%s", hint)
	}
	return callback.Errorf(callback.CodeInternal, "%s cannot be read from %s: %w", what, path, err)
}
