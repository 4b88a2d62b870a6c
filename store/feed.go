package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Position is where the desk stands in its team's feed, to ask from. While a
// snapshot is on its way it is the snapshot's position, so that it goes on
// where it stopped.
func (s *Store) Position() (callback.Position, error) {
	s.cache.mu.RLock()
	defer s.cache.mu.RUnlock()
	at := callback.AskFrom(s.cache.at, s.cache.broken, s.cache.underway())
	s.mu.RLock()
	defer s.mu.RUnlock()
	if at.Epoch == s.state.Shred.Epoch {
		at.Erased = s.state.Shred.Pos
	}
	return at, nil
}

// underway tells where the snapshot on its way stands, nil if there is none.
// mu or Store.feeding is held.
func (c *cache) underway() *callback.Stand {
	if c.next == nil {
		return nil
	}
	return &c.nextAt
}

// Fetched tells how many documents of a snapshot on its way have come, of how
// many. It outlives a restart: the snapshot goes on where it stopped.
func (s *Store) Fetched() (done, of int) {
	s.cache.mu.RLock()
	defer s.cache.mu.RUnlock()
	if s.cache.next == nil {
		return 0, 0
	}
	return s.cache.nextAt.Done, s.cache.nextAt.Of
}

// ApplyPage takes a page of the feed in: documents, cursor and head in one
// transaction. Pages of a snapshot gather in a file of their own, which takes
// the place of the old one when the last page is on disk; until then, and
// after a crash in between, the desk shows what it had. A page that changes
// nothing costs no write.
func (s *Store) ApplyPage(p callback.Page) error {
	if p.Count != 0 && p.Count != len(p.Docs) {
		return callback.Errorf(callback.CodeInvalid, "a page of the feed was cut: %d of %d documents came", len(p.Docs), p.Count)
	}
	s.feeding.Lock()
	defer s.feeding.Unlock()
	if s.isClosed() {
		return errClosed()
	}
	switch callback.FilingOf(p.PageHead, s.cache.underway()) {
	case callback.FileBegin:
		if err := s.beginSnapshot(); err != nil {
			return err
		}
	case callback.FileChanges:
		return s.applyChanges(p)
	}
	return s.applySnapshot(p)
}

// applyChanges brings the file in use up to date.
func (s *Store) applyChanges(p callback.Page) error {
	before := s.cache.stand()
	at := before.After(p)
	at.Whole = true
	if len(p.Docs) == 0 && at == before {
		return nil
	}
	err := s.cache.writeIn(func(db *bbolt.DB) error { return s.writePage(db, p.Docs, at, 0) })
	if err != nil {
		return s.cacheFailed(err)
	}
	s.cache.mu.Lock()
	s.cache.at = at
	s.cache.mu.Unlock()
	s.fed(p.Docs, before.Shown, at.Shown)
	s.bells.ring()
	if err := s.accepted(caseIDsOf(p.Docs)); err != nil {
		return err
	}
	if p.More {
		return nil
	}
	return s.followErasures(0, false)
}

// writeIn runs a write on the file in use, which must not be swapped meanwhile.
func (c *cache) writeIn(f func(*bbolt.DB) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return errClosed()
	}
	return f(c.db)
}

// applySnapshot adds a page to the snapshot on its way.
func (s *Store) applySnapshot(p callback.Page) error {
	c := &s.cache
	at := c.nextAt.After(p)
	at.Whole = !p.More
	if err := s.writePage(c.next, p.Docs, at, 0.9); err != nil {
		return writeError("the snapshot", s.shadowPath(), err)
	}
	c.mu.Lock()
	c.nextAt = at
	c.mu.Unlock()
	if p.Snapshot {
		c.clean = p.High
	}
	if p.More {
		return nil
	}
	before := c.stand()
	if err := s.swap(); err != nil {
		return err
	}
	s.refed()
	s.bells.ring()
	if err := s.followEpoch(); err != nil {
		return err
	}
	if err := s.accepted(nil); err != nil {
		return err
	}
	return s.followErasures(c.clean, before.Shown > 0)
}

// beginSnapshot makes an empty file for a snapshot.
func (s *Store) beginSnapshot() error {
	c := &s.cache
	c.mu.Lock()
	old := c.next
	c.next, c.nextAt = nil, callback.Stand{}
	c.mu.Unlock()
	if old != nil {
		_ = guarded(old.Close)
	}
	if err := os.Remove(s.shadowPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return writeError("the snapshot", s.shadowPath(), err)
	}
	db, at, err := s.openCacheFile(s.shadowPath())
	if err != nil {
		return openError(s.shadowPath(), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next, c.nextAt, c.clean = db, at, 0
	return nil
}

// writePage stores documents and the position after them in one transaction.
func (s *Store) writePage(db *bbolt.DB, docs []callback.Doc, at callback.Stand, fill float64) error {
	docs = slices.Clone(docs)
	// bbolt is quickest when keys come in order; of two documents with the
	// same key the later one counts.
	slices.SortStableFunc(docs, func(a, b callback.Doc) int {
		if a.Type != b.Type {
			return bytes.Compare([]byte(a.Type), []byte(b.Type))
		}
		return bytes.Compare([]byte(a.ID), []byte(b.ID))
	})
	sealed := s.sealDocs(docs)
	return update(db, func(tx *bbolt.Tx) error {
		buckets := map[string]*bbolt.Bucket{}
		for _, name := range cacheBuckets {
			b := tx.Bucket([]byte(name))
			if fill > 0 {
				b.FillPercent = fill
			}
			buckets[name] = b
		}
		for i, d := range docs {
			name, ok := docBuckets[d.Type]
			if !ok {
				// A newer server sends what this desk does not know yet.
				continue
			}
			if err := putDoc(buckets[name], buckets[rankBucket], d, sealed[i]); err != nil {
				return fmt.Errorf("store %s %s: %w", d.Type, d.ID, err)
			}
		}
		return s.seal.put(tx, metaBucket, positionKey, at)
	})
}

type sealedDoc struct{ body, rank []byte }

// sealDocs seals a page's documents into one piece of memory.
func (s *Store) sealDocs(docs []callback.Doc) []sealedDoc {
	size := 0
	for _, d := range docs {
		size += len(d.Body) + len(d.Rank) + 2*(sealExtra+2*10)
	}
	room := make([]byte, 0, size)
	out := make([]sealedDoc, len(docs))
	var plain []byte
	for i, d := range docs {
		if d.Body == nil {
			continue
		}
		from := len(room)
		plain = appendDoc(plain[:0], d)
		room = s.seal.seal(room, docBuckets[d.Type], []byte(d.ID), plain)
		out[i].body = room[from:len(room):len(room)]
		if len(d.Rank) > 0 && d.Type == callback.DocCase {
			from = len(room)
			room = s.seal.seal(room, rankBucket, []byte(d.ID), d.Rank)
			out[i].rank = room[from:len(room):len(room)]
		}
	}
	return out
}

func putDoc(b, ranks *bbolt.Bucket, d callback.Doc, sealed sealedDoc) error {
	key := []byte(d.ID)
	if d.Body == nil {
		if d.Type == callback.DocCase {
			if err := ranks.Delete(key); err != nil {
				return err
			}
		}
		return b.Delete(key)
	}
	if err := b.Put(key, sealed.body); err != nil {
		return err
	}
	if d.Type != callback.DocCase {
		return nil
	}
	if sealed.rank == nil {
		return ranks.Delete(key)
	}
	return ranks.Put(key, sealed.rank)
}

// cacheFailed words a failed write of documents. A damaged file is given up:
// everything is asked for again.
func (s *Store) cacheFailed(err error) error {
	if errors.Is(err, errDamaged) {
		s.giveUpCache()
		return callback.Errorf(callback.CodeDamaged, "what the server sent was not saved: %s is damaged: %w", s.cachePath(), err).
			WithHint("sync again; everything is fetched anew, and nothing recorded here is lost")
	}
	return writeError("what the server sent", s.cachePath(), err)
}

// giveUpCache makes the next contact fetch everything again. The snapshot then
// takes the place of the broken file.
func (s *Store) giveUpCache() {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	s.cache.broken = true
}
