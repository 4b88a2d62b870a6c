package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"ringback/callback"
)

// The files of a desk's folder.
const (
	outboxName  = "outbox.db"
	logName     = "outbox.log"
	cacheName   = "cache.db"
	shadowName  = "cache.new"
	lockName    = "desk.lock"
	ballastName = "ballast"
)

// lockPatience is how long opening waits for another ringback to finish.
const lockPatience = time.Second

// prepareFolder makes the desk's folder, readable by its owner alone.
func prepareFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return writeError("the desk's folder", dir, err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return readError("the desk's folder", dir, err)
	}
	if !info.IsDir() {
		return callback.Errorf(callback.CodeInvalid, "%s is not a folder", dir).WithHint("set RINGBACK_DATA to a folder")
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	return private(dir, info.Mode())
}

// private refuses a desk that others could read, rather than mend it: they may
// have read it already, and whoever opened it up should know. A folder without
// a desk is taken into possession.
func private(dir string, mode os.FileMode) error {
	desk := false
	for _, name := range []string{outboxName, logName, cacheName} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return readError("the desk", path, err)
		}
		desk = true
		if info.Mode().Perm()&0o077 != 0 {
			return callback.Errorf(callback.CodeKey, "%s can be read by others", path).WithHint("run: chmod 600 %s", path)
		}
	}
	switch {
	case mode.Perm()&0o077 == 0:
		return nil
	case desk:
		return callback.Errorf(callback.CodeKey, "%s can be read by others", dir).WithHint("run: chmod 700 %s", dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return writeError("the desk's folder", dir, err)
	}
	return nil
}

// lockNote says who holds the folder. It informs; the lock itself is the
// database's.
type lockNote struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

func writeLockNote(dir string, now time.Time) error {
	raw, err := json.Marshal(lockNote{PID: os.Getpid(), Since: now.UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, lockName), append(raw, '\n'), 0o600)
}

func lockedError(dir string) error {
	who := "another ringback"
	var note lockNote
	raw, err := os.ReadFile(filepath.Join(dir, lockName))
	if err == nil && json.Unmarshal(raw, &note) == nil && note.PID > 0 {
		who = fmt.Sprintf("another ringback (process %d, since %s UTC)", note.PID, note.Since.UTC().Format("2 Jan 15:04"))
	}
	return callback.Errorf(callback.CodeLocked, "%s has %s open", who, dir).
		WithHint("close it first, or set RINGBACK_DATA to another folder")
}

// boltOptions are the options of both databases: a bounded wait for the lock,
// and the free list that stays fast in large files.
func boltOptions() *bbolt.Options {
	return &bbolt.Options{Timeout: lockPatience, FreelistType: bbolt.FreelistMapType, NoStatistics: true}
}

// metaBucket stands in both databases; its schema is readable without the key.
const metaBucket = "meta"

var schemaKey = []byte("schema")

// layout is how a database is laid out: the version, and the buckets that it
// has. One of an older version is never changed in place.
type layout struct {
	schema  uint16
	buckets []string
}

// errOlder says that a file has an older layout than this ringback writes.
var errOlder = errors.New("its layout is older")

// openBolt opens a database and makes sure that its content can be reached.
// What a damaged file makes of it is errDamaged: a panic inside leaves the old
// file locked by this process until it ends, so the caller must move the file
// aside, never open it again.
func openBolt(path string, l layout) (db *bbolt.DB, err error) {
	err = guarded(func() error {
		var err error
		db, err = bbolt.Open(path, 0o600, boltOptions())
		return err
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, lockedError(filepath.Dir(path))
	case err != nil && !fromSystem(err):
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	case err != nil:
		return nil, err
	}
	if err := settleLayout(db, path, l); err != nil {
		if !errors.Is(err, errDamaged) {
			return nil, errors.Join(err, db.Close())
		}
		return nil, err
	}
	return db, nil
}

// fromSystem tells errors of the operating system from those that bbolt has
// about a file's content. A file too small to be mapped is among the latter.
func fromSystem(err error) bool {
	var no syscall.Errno
	return errors.As(err, &no) && no != syscall.EINVAL || isFull(err)
}

// settleLayout makes the buckets of a new file and judges those of an old one.
func settleLayout(db *bbolt.DB, path string, l layout) error {
	fresh := false
	has := l.schema
	err := view(db, func(tx *bbolt.Tx) error {
		if info, err := os.Stat(path); err == nil && info.Size() < tx.Size() {
			return fmt.Errorf("%w: it is cut short", errDamaged)
		}
		meta := tx.Bucket([]byte(metaBucket))
		if meta == nil {
			fresh = true
			return nil
		}
		raw := meta.Get(schemaKey)
		if len(raw) != 2 {
			return fmt.Errorf("%w: its schema is missing", errDamaged)
		}
		if has = binary.BigEndian.Uint16(raw); has > l.schema {
			return newerError(path, has, l.schema)
		}
		if has < l.schema {
			return errOlder
		}
		for _, name := range l.buckets {
			if tx.Bucket([]byte(name)) == nil {
				return fmt.Errorf("%w: %s is missing", errDamaged, name)
			}
		}
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return update(db, l.make)
}

// make makes the buckets that are missing and notes the version.
func (l layout) make(tx *bbolt.Tx) error {
	for _, name := range append([]string{metaBucket}, l.buckets...) {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return tx.Bucket([]byte(metaBucket)).Put(schemaKey, binary.BigEndian.AppendUint16(nil, l.schema))
}

func newerError(path string, has, knows uint16) error {
	return callback.Errorf(callback.CodeNewer, "%s was written by a newer ringback (layout %d, this one knows %d)", path, has, knows).
		WithHint("update ringback; nothing was changed")
}

// moveAside gives a broken file another name, so that a new one can begin.
func moveAside(path string, now time.Time) (string, error) {
	base := path + ".broken-" + now.UTC().Format("20060102T150405Z")
	for i := 0; ; i++ {
		to := base
		if i > 0 {
			to = fmt.Sprintf("%s-%d", base, i)
		}
		if _, err := os.Lstat(to); errors.Is(err, os.ErrNotExist) {
			return to, os.Rename(path, to)
		}
	}
}
