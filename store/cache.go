package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// The buckets of cache.db: one for each type of document, as the server sent
// them, and the ranks of open cases.
const rankBucket = "rank"

var docBuckets = map[callback.DocType]string{
	callback.DocCase: "case", callback.DocComment: "comment", callback.DocGuide: "guide",
	callback.DocPolicy: "policy", callback.DocDay: "day", callback.DocAgent: "agent",
	callback.DocDispute: "dispute", callback.DocErased: "erased",
}

var cacheBuckets = []string{"case", "comment", "guide", "policy", "day", "agent", "dispute", "erased", rankBucket}

var (
	positionKey = []byte("position")
	frontKey    = []byte("front")
)

// cache is the disposable half of the store: the file in use, and the one that
// a snapshot is being written to. mu guards the handles: readers hold it for
// one short transaction.
type cache struct {
	mu     sync.RWMutex
	db     *bbolt.DB
	at     callback.Stand
	next   *bbolt.DB
	nextAt callback.Stand
	broken bool
	// clean is the head of the feed when the snapshot on its way began: what was
	// erased before never came into it. 0 if that is not known.
	clean   uint64
	version uint64
	// reads counts the documents that were read since pages were given back.
	reads atomic.Int32
}

// manyReads is after how many documents the pages around them are given back.
const manyReads = 32

// passed notes that a transaction has read some documents here and there.
func (c *cache) passed(tx *bbolt.Tx, n int) {
	if c.reads.Add(int32(n)) >= manyReads {
		c.reads.Store(0)
		release(tx)
	}
}

// stand gives where the documents in use stand.
func (c *cache) stand() callback.Stand {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.at
}

// generation rises when another file comes into use.
func (c *cache) generation() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.version
}

// estimate tells about how many cases are open.
func (c *cache) estimate() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.at.Open
}

// cacheBroken tells whether the documents are to be fetched anew.
func (s *Store) cacheBroken() bool {
	s.cache.mu.RLock()
	defer s.cache.mu.RUnlock()
	return s.cache.broken
}

func (c *cache) setEstimate(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at.Open = n
}

func (c *cache) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, db := range []*bbolt.DB{c.db, c.next} {
		if db != nil {
			errs = append(errs, guarded(db.Close))
		}
	}
	c.db, c.next = nil, nil
	return errors.Join(errs...)
}

func (s *Store) cachePath() string  { return filepath.Join(s.o.Dir, cacheName) }
func (s *Store) shadowPath() string { return filepath.Join(s.o.Dir, shadowName) }

// openCache opens cache.db and takes up a snapshot that was interrupted. What
// is broken is moved aside, and fetched again.
func (s *Store) openCache() error {
	db, at, err := s.openCacheFile(s.cachePath())
	if errors.Is(err, errDamaged) {
		if err := s.discardCache(err); err != nil {
			return err
		}
		db, at, err = s.openCacheFile(s.cachePath())
	}
	if err != nil {
		return openError(s.cachePath(), err)
	}
	s.cache.db, s.cache.at = db, at
	if _, err := os.Stat(s.shadowPath()); err != nil {
		return nil
	}
	next, nextAt, err := s.openCacheFile(s.shadowPath())
	switch {
	case errors.Is(err, errDamaged):
		s.found(shadowName, "An unfinished snapshot was damaged; it begins anew.")
		return openErrorOrNil(s.shadowPath(), os.Remove(s.shadowPath()))
	case err != nil:
		return openError(s.shadowPath(), err)
	}
	s.cache.next, s.cache.nextAt = next, nextAt
	if nextAt.Whole {
		return s.swap()
	}
	return nil
}

// discardCache moves a broken cache aside, in the place of an older one: it is
// only of use to whoever wants to know what happened.
func (s *Store) discardCache(cause error) error {
	path := s.cachePath()
	old, err := filepath.Glob(path + ".broken-*")
	if err == nil {
		for _, name := range old {
			_ = os.Remove(name)
		}
	}
	to, err := moveAside(path, s.o.Now())
	if err != nil {
		return openError(path, err)
	}
	s.found(cacheName, fmt.Sprintf("It was damaged (%v); it was moved to %s and is fetched again.", cause, to))
	return nil
}

// cacheSchema is the version of the layout of the files of documents: 2 added
// the disputes.
const cacheSchema = 2

var cacheLayout = layout{schema: cacheSchema, buckets: cacheBuckets}

// openCacheFile opens one file of documents; one of an older layout is upgraded
// first. One that was sealed with another key is as good as damaged: it can be
// fetched again.
func (s *Store) openCacheFile(path string) (*bbolt.DB, callback.Stand, error) {
	if err := putFormerBack(path); err != nil {
		return nil, callback.Stand{}, err
	}
	db, at, err := s.tryCacheFile(path)
	if errors.Is(err, errOlder) {
		if err := s.upgradeFile(path); err != nil {
			return nil, callback.Stand{}, err
		}
		db, at, err = s.tryCacheFile(path)
	}
	if err != nil {
		return nil, callback.Stand{}, err
	}
	return db, at, dropFormer(path)
}

func (s *Store) tryCacheFile(path string) (*bbolt.DB, callback.Stand, error) {
	db, err := openBolt(path, cacheLayout)
	if err != nil {
		return nil, callback.Stand{}, err
	}
	var at callback.Stand
	err = view(db, func(tx *bbolt.Tx) error {
		raw := tx.Bucket([]byte(metaBucket)).Get(positionKey)
		if raw == nil {
			return nil
		}
		return s.seal.openJSON(metaBucket, positionKey, raw, &at)
	})
	if err != nil {
		_ = guarded(db.Close)
		return nil, callback.Stand{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return db, at, nil
}

// swap puts a finished snapshot in the place of the file in use. A crash at
// any point leaves one whole file that the next opening finds.
func (s *Store) swap() error {
	c := &s.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.db != nil {
		_ = guarded(c.db.Close)
		c.db = nil
	}
	if err := os.Rename(s.shadowPath(), s.cachePath()); err != nil {
		return writeError("the snapshot", s.cachePath(), err)
	}
	if err := flushDir(s.o.Dir); err != nil {
		return writeError("the snapshot", s.cachePath(), err)
	}
	c.db, c.at, c.next, c.nextAt = c.next, c.nextAt, nil, callback.Stand{}
	c.broken = false
	c.version++
	return nil
}

// read runs a short read transaction on the documents in use.
func (c *cache) read(f func(*bbolt.Tx) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return errClosed()
	}
	return view(c.db, f)
}

// scan goes through a bucket from a key on, a batch to a transaction, so that
// others can write in between. f must copy what it keeps; after runs when each
// transaction has ended. Keys that do not rise are damage: following them might
// never end.
func (c *cache) scan(ctx context.Context, bucket string, from []byte, batch int, f func(tx *bbolt.Tx, k, v []byte), after func() error) error {
	from = append([]byte{}, from...)
	for more := true; more; {
		err := c.read(func(tx *bbolt.Tx) error {
			defer release(tx)
			cur := tx.Bucket([]byte(bucket)).Cursor()
			var last []byte
			k, v := cur.Seek(from)
			for n := 0; k != nil && n < batch; n++ {
				if last != nil && bytes.Compare(k, last) <= 0 {
					return fmt.Errorf("%w: the keys of %s do not rise", errDamaged, bucket)
				}
				f(tx, k, v)
				last = k
				k, v = cur.Next()
			}
			if more = k != nil; more {
				from = append(from[:0], k...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := after(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// appendDoc appends a document as it is stored, before sealing.
func appendDoc(b []byte, d callback.Doc) []byte {
	b = binary.AppendUvarint(b, d.Pos)
	b = binary.AppendUvarint(b, uint64(d.Schema))
	return append(b, d.Body...)
}

// parseDoc splits a stored document; the body shares its memory.
func parseDoc(b []byte) (pos uint64, schema int, body []byte, err error) {
	pos, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, 0, nil, errSeal
	}
	v, m := binary.Uvarint(b[n:])
	if m <= 0 {
		return 0, 0, nil, errSeal
	}
	return pos, int(v), b[n+m:], nil
}

// body opens a stored document. dst may be nil or a buffer to use.
func (s *Store) body(dst []byte, bucket string, key, sealed []byte) ([]byte, error) {
	_, body, err := s.doc(dst, bucket, key, sealed)
	return body, err
}

// doc opens a stored document and tells its position in the feed.
func (s *Store) doc(dst []byte, bucket string, key, sealed []byte) (pos uint64, body []byte, err error) {
	plain, err := s.seal.open(dst[:0], bucket, key, sealed)
	if err != nil {
		return 0, nil, err
	}
	pos, _, body, err = parseDoc(plain)
	return pos, body, err
}
