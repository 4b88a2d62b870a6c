package server

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"ringback/callback"
)

// side are the small files that lie beside the database because they must not
// be part of a backup: what they say has to outlive a restore. An empty prefix
// means that there are none.
type side struct{ prefix string }

// The endings of the files.
const (
	// sideStood says where the history stood last.
	sideStood = ".instance"
	// sideKey signs cursors.
	sideKey = ".key"
)

func (f side) path(ending string) string { return f.prefix + ending }

// stood reads where the history stood when the server last looked; ok is false
// when nothing is known. A file that cannot be read is CodeDamaged: to go on
// would be to forget what it guards against.
func (f side) stood() (last callback.Stood, ok bool, err error) {
	if f.prefix == "" {
		return last, false, nil
	}
	raw, err := os.ReadFile(f.path(sideStood))
	if errors.Is(err, fs.ErrNotExist) {
		return last, false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &last)
	}
	if err != nil {
		return last, false, callback.Errorf(callback.CodeDamaged, "%s, which tells one history of the database from another, cannot be read: %w", f.path(sideStood), err).
			WithHint("if the database is the one that was served last, remove the file and start again; else start with --new-epoch")
	}
	return last, true, nil
}

func (f side) keepStood(now callback.Stood) error {
	if f.prefix == "" {
		return nil
	}
	raw, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("encode where the history stands: %w", err)
	}
	return f.write(sideStood, append(raw, '\n'))
}

// key reads the key that signs cursors, or makes one. Without files it lasts
// as long as the process.
func (f side) key() ([]byte, error) {
	if f.prefix != "" {
		raw, err := os.ReadFile(f.path(sideKey))
		if err == nil {
			return f.readKey(string(raw))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, callback.Errorf(callback.CodeInvalid, "the server's key cannot be read: %w", err)
		}
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make the server's key: %w", err)
	}
	if f.prefix == "" {
		return key, nil
	}
	return key, f.write(sideKey, []byte(hex.EncodeToString(key)+"\n"))
}

// minKey is the least length of a key, in bytes.
const minKey = 16

func (f side) readKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) < minKey {
		return nil, callback.Errorf(callback.CodeDamaged, "the server's key %s is damaged", f.path(sideKey)).
			WithHint("remove it: another one is made, and every desk fetches its documents anew")
	}
	return key, nil
}

// write replaces a file durably: copy, flush, rename, flush the folder.
func (f side) write(ending string, content []byte) error {
	path := f.path(ending)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	// A name of its own, for commands run beside the server.
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return cannotWrite(path, err)
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	if err == nil {
		err = syncFolder(path)
	}
	if err != nil {
		return cannotWrite(path, err)
	}
	return nil
}

// cannotWrite says why a file beside the database cannot be written, and what to
// do.
func cannotWrite(path string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return callback.Errorf(callback.CodeFull, "the disk is full: %s cannot be written: %w", path, err).WithHint("make room, then say it again")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return callback.Errorf(callback.CodeInvalid, "%s cannot be written: %w", path, err).
			WithHint("give this user the right to write in %s", filepath.Dir(path))
	}
	return callback.Errorf(callback.CodeInternal, "%s cannot be written: %w", path, err)
}
