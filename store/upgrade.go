package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// A file of documents that an older ringback wrote is copied into a new one,
// which takes its place when it is whole. The old one stays beside it until the
// new one has been opened: whatever a crash leaves, one of them is good.

// formerEnding is what a file is called whose upgrade has taken its place.
const formerEnding = ".former"

// upgradeFile upgrades a file of documents. Its documents stay in use, so that
// an update without a connection costs no queue; what the older one had no place
// for comes when everything is fetched anew at the next contact.
func (s *Store) upgradeFile(path string) error {
	if err := s.copyUpgraded(path); err != nil {
		return err
	}
	if err := os.Rename(path, path+formerEnding); err != nil {
		return err
	}
	if err := os.Rename(path+compactEnding, path); err != nil {
		return err
	}
	s.found(cacheName, "It was written by an older ringback; it stays in use until everything was fetched anew.")
	return flushDir(filepath.Dir(path))
}

// copyUpgraded writes an upgraded copy beside a file.
func (s *Store) copyUpgraded(path string) error {
	var old *bbolt.DB
	err := guarded(func() (err error) {
		old, err = bbolt.Open(path, 0o600, boltOptions())
		return err
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	fresh, err := newFile(path, func(fresh *bbolt.DB) error {
		if err := bbolt.Compact(fresh, old, compactSize); err != nil {
			return err
		}
		return update(fresh, s.upgradeCache)
	})
	if fresh != nil {
		err = errors.Join(err, guarded(fresh.Close))
	}
	return errors.Join(err, guarded(old.Close))
}

// upgradeCache brings the copy up to date.
func (s *Store) upgradeCache(tx *bbolt.Tx) error {
	if err := cacheLayout.make(tx); err != nil {
		return err
	}
	raw := tx.Bucket([]byte(metaBucket)).Get(positionKey)
	if raw == nil {
		return nil
	}
	var at callback.Stand
	if err := s.seal.openJSON(metaBucket, positionKey, raw, &at); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	at.Cursor = ""
	return s.seal.put(tx, metaBucket, positionKey, at)
}

// putFormerBack undoes an upgrade that a crash has caught between the two names.
func putFormerBack(path string) error {
	_, err := os.Stat(path)
	_, former := os.Stat(path + formerEnding)
	if former != nil || !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return os.Rename(path+formerEnding, path)
}

// dropFormer removes the file that an upgrade has replaced.
func dropFormer(path string) error {
	old, err := os.OpenFile(path+formerEnding, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(overwrite(old), os.Remove(path+formerEnding))
}
