package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"ringback/callback"
	"ringback/server/rows"
)

// prepare makes of the backup the database that is to be served: its schema
// up to date, a new epoch begun, no lease left.
func (r *restore) prepare(ctx context.Context) error {
	if err := removeDatabase(r.tmp); err != nil {
		return err
	}
	if err := copyFile(r.backup.Name, r.tmp); err != nil {
		return callback.Errorf(callback.CodeInternal, "the backup cannot be copied to %s: %w", r.tmp, err).
			WithHint("make room there; the database of before is untouched")
	}
	cfg := r.cfg
	cfg.DSN, cfg.History = "sqlite:"+r.tmp, HistoryNew
	// The files beside the database still speak of the one before.
	cfg.bare, cfg.after, cfg.ledger = true, []string{r.report.Was, r.last.Epoch}, r.side.prefix
	cfg.ended = r.ended
	s, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	if err := s.register(ctx, r.backup); err != nil {
		return errors.Join(err, s.Close())
	}
	if r.report.Banned, err = s.bringBans(ctx, r.bans); err != nil {
		return errors.Join(err, s.Close())
	}
	if err := s.countDials(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	err = s.db.snapshot(ctx, func(q *rows.Queries) (err error) {
		r.begun, err = stoodNow(ctx, q)
		return err
	})
	r.report.Epoch, r.report.Positions, r.report.Voided = r.begun.Epoch, r.begun.Heads, s.voided
	r.report.Erased = s.erased
	return errors.Join(err, s.Close())
}

// swap puts the prepared database in its place, and the one before aside. There is a database in that place
// at any moment: a restore that is cut short leaves one from which the next restore takes what no desk holds.
func (r *restore) swap() error {
	if _, err := os.Stat(r.path); err == nil {
		to := unused(r.path + ".before-" + r.begunAt.Format("20060102T150405Z"))
		if err := setAside(r.path, to); err != nil {
			return callback.Errorf(callback.CodeInternal, "the database of before cannot be moved aside: %w", err)
		}
		r.report.Aside = to
	}
	err := os.Rename(r.tmp, r.path)
	if err == nil {
		err = syncFolder(r.path)
	}
	if err != nil {
		return callback.Errorf(callback.CodeInternal, "the restored database %s cannot be put in its place: %w", r.tmp, err).
			WithHint("restore again, or rename it to %s by hand and start with --new-epoch", r.path)
	}
	return r.side.keepStood(r.begun)
}

// The endings of the files that make a SQLite database.
var databaseFiles = []string{"", "-wal", "-shm", "-journal"}

func removeDatabase(path string) error {
	for _, ending := range databaseFiles {
		if err := os.Remove(path + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return callback.Errorf(callback.CodeInternal, "%s cannot be removed: %w", path+ending, err)
		}
	}
	return nil
}

// unused gives a name that no file has yet: two restores may fall into one second.
func unused(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) || n > 99 {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// setAside gives a database that nobody has open another name. Its file stays where it is until another one
// takes its place, where the disk knows files of two names. What stands beside it must not, lest it be taken
// for a part of the next.
func setAside(from, to string) error {
	for _, ending := range databaseFiles[1:] {
		if err := os.Rename(from+ending, to+ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if os.Link(from, to) == nil {
		return nil
	}
	return os.Rename(from, to)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, in.Close(), out.Close())
}
