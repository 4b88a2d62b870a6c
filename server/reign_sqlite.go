package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ringback/callback"

	"github.com/gofrs/flock"
)

// reignEnding is that of the file beside a SQLite database that its server locks.
const reignEnding = ".serves"

// reignSQLite takes the right to serve a file: the system's lock on another file
// beside it, which ends with the process.
func reignSQLite(ctx context.Context, path string, r *reign) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // one database, one lock, by whatever name it is opened
	}
	if err := privateFile(path); err != nil {
		return err
	}
	lock := flock.New(path+reignEnding, flock.SetPermissions(0o600))
	who := func() string {
		raw, _ := os.ReadFile(lock.Path())
		return string(raw)
	}
	if err := await(ctx, lock.TryLock, who); err != nil {
		var refused *callback.Error
		if errors.As(err, &refused) {
			return err
		}
		return callback.Errorf(callback.CodeInvalid, "%s cannot be locked: %w", lock.Path(), err).WithHint("put the database on a local disk, in a folder that this user may write to")
	}
	r.release = lock.Close
	text, err := r.text()
	if err != nil {
		return r.joinEnd(err)
	}
	if err := os.WriteFile(lock.Path(), []byte(text), 0o600); err != nil {
		return r.joinEnd(fmt.Errorf("write %s: %w", lock.Path(), err))
	}
	return nil
}
