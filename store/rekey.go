package store

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Once somebody was erased, or the key was kept better than before, the desk takes
// another key: copies of its files that lie in backups, or in blocks that the disk
// has not used again, open no more, and copies of the key open nothing.
// The new key is kept beside the old one before the first value is sealed with
// it, and the old one goes after the last: a crash in between leaves files that
// open with one or the other, and the next opening goes on.

// Keys keeps the desk's key where its files are not.
type Keys interface {
	// Begin keeps the key that is to come beside the one in use, durably.
	Begin(next []byte) error
	// End makes it the only one. Doing it twice is no error.
	End(next []byte) error
}

// rekeying is a change of the key on its way; Store.writing guards it.
type rekeying struct {
	next []byte
	// resealed tells that nothing in the files needs the old key any more.
	resealed bool
	// failed is why the keys could not be kept, or nil: the desk goes on with
	// what it has, and does not say that it is done.
	failed error
}

// beginRekey takes another key, unless one is on its way already. A desk whose
// key nobody keeps stays with its own. writing is held.
func (s *Store) beginRekey() {
	if s.o.Keys == nil {
		return
	}
	if s.seal.changing() {
		s.rekey.resealed = false
		return
	}
	next := make([]byte, KeySize)
	_, _ = rand.Read(next) // never fails: see crypto/rand
	s.rekey = rekeying{next: next, failed: s.o.Keys.Begin(next)}
	if s.rekey.failed == nil {
		s.rekey.failed = s.seal.change(next)
	}
}

// ChangeKey takes another key and seals everything with it, so that copies of the
// key of before open nothing of this desk any more. What a crash leaves half done is
// done at the next opening. Damaged files that were moved aside are removed: only the
// key of before opens them.
func (s *Store) ChangeKey() error {
	s.feeding.Lock()
	defer s.feeding.Unlock()
	if err := s.takeKey(); err != nil {
		return err
	}
	done, err := s.endRekey()
	if err == nil && !done {
		err = s.rekeyFailure()
	}
	return err
}

// takeKey begins the change of the key for whoever asked for it.
func (s *Store) takeKey() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return errClosed()
	}
	if s.o.Keys == nil {
		return callback.Errorf(callback.CodeKey, "nobody keeps the key of this desk, so it cannot take another one")
	}
	s.beginRekey()
	if s.rekey.failed != nil {
		return s.rekey.failed
	}
	return s.removeBroken()
}

// resumeRekey takes up a change of the key that a crash has interrupted. It is
// called before any file is opened.
func (s *Store) resumeRekey() error {
	if len(s.o.Next) == 0 || bytes.Equal(s.o.Next, s.o.Key) {
		return nil
	}
	s.rekey = rekeying{next: s.o.Next}
	return s.seal.change(s.o.Next)
}

// endRekey seals everything with the key on its way and makes it the only one.
// It tells whether the key is the one that it should be: not when whoever keeps
// the keys failed to. feeding is held, or the desk is being opened.
func (s *Store) endRekey() (done bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if !s.seal.changing() {
		return s.rekey.failed == nil, nil
	}
	if !s.rekey.resealed {
		if err := s.resealFiles(); err != nil {
			return false, err
		}
		s.rekey.resealed = true
	}
	if s.o.Keys != nil {
		if s.rekey.failed = s.o.Keys.End(s.rekey.next); s.rekey.failed != nil {
			return false, nil
		}
	}
	s.seal.settle()
	s.rekey = rekeying{}
	return true, nil
}

// rekeyFailure gives why the key was not changed after an erasure, or nil.
func (s *Store) rekeyFailure() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.rekey.failed
}

// resealFiles writes the desk's files anew under the new key. writing is held.
func (s *Store) resealFiles() error {
	if err := s.renewOutbox(); err != nil {
		return err
	}
	if err := s.renewCache(); err != nil {
		return err
	}
	return s.renewShadow()
}

// renewShadow writes a snapshot on its way anew.
func (s *Store) renewShadow() error {
	c := &s.cache
	c.mu.RLock()
	db := c.next
	c.mu.RUnlock()
	if db == nil {
		return nil
	}
	fresh, err := s.copyFile(s.shadowPath(), db)
	if err != nil {
		return writeError("the snapshot", s.shadowPath(), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := replaceFile(s.shadowPath(), db); err != nil {
		return writeError("the snapshot", s.shadowPath(), errors.Join(err, guarded(fresh.Close)))
	}
	c.next = fresh
	return nil
}

// copyFile writes what a database holds into a new file beside it, without its
// free pages and under the key in use, and gives that file open.
func (s *Store) copyFile(path string, db *bbolt.DB) (*bbolt.DB, error) {
	if !s.seal.changing() {
		return newFile(path, func(fresh *bbolt.DB) error { return bbolt.Compact(fresh, db, compactSize) })
	}
	return newFile(path, func(fresh *bbolt.DB) error {
		return db.View(func(from *bbolt.Tx) error { return s.reseal(fresh, from) })
	})
}

// reseal copies every bucket, a batch to a transaction. What does not open is
// damage.
func (s *Store) reseal(fresh *bbolt.DB, from *bbolt.Tx) error {
	tx, err := fresh.Begin(true)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	written := 0
	err = from.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
		to, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		to.FillPercent = 0.9
		return b.ForEach(func(k, v []byte) error {
			v = s.resealed(string(bucket), k, v)
			if written += len(k) + len(v); written > compactSize {
				if err := tx.Commit(); err != nil {
					return err
				}
				if tx, err = fresh.Begin(true); err != nil {
					return err
				}
				to, written = tx.Bucket(bucket), len(v)
				to.FillPercent = 0.9
			}
			return to.Put(k, v)
		})
	})
	if err != nil {
		return err
	}
	return tx.Commit()
}

// resealed gives a value under the key in use. The note of the key becomes that
// of the new one; the schema is readable without a key.
func (s *Store) resealed(bucket string, k, v []byte) []byte {
	if bucket == metaBucket && bytes.Equal(k, keyIDKey) {
		id := s.seal.id()
		return id[:]
	}
	if !looksSealed(v) {
		return v
	}
	plain, err := s.seal.open(nil, bucket, k, v)
	if err != nil {
		return v // it is damaged, and nobody can read it by any key
	}
	return s.seal.seal(make([]byte, 0, len(v)), bucket, k, plain)
}

// newFile fills a new file beside another one; it takes its place with
// replaceFile.
func newFile(path string, fill func(*bbolt.DB) error) (*bbolt.DB, error) {
	tmp := path + compactEnding
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var fresh *bbolt.DB
	err := guarded(func() (err error) {
		if fresh, err = bbolt.Open(tmp, 0o600, boltOptions()); err != nil {
			return err
		}
		return fill(fresh)
	})
	if err == nil {
		err = guarded(fresh.Sync)
	}
	if err != nil {
		if fresh != nil {
			err = errors.Join(err, guarded(fresh.Close))
		}
		return nil, errors.Join(err, removeLeft(tmp))
	}
	return fresh, nil
}
