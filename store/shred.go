package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Whoever asks to be erased is erased here too: the server's document replaces
// the old one, and the journal, its log and the drafts keep stubs of what this
// desk recorded. bbolt leaves what it overwrote in free pages, so both files
// are written anew, and the old ones overwritten before they go.

// shredded is how far the desk has destroyed what was erased: up to which
// position of which history.
type shredded struct {
	Epoch string `json:"epoch,omitempty"`
	Pos   uint64 `json:"pos,omitempty"`
}

// erasedSince gives the erased cases that the feed has named after a position,
// and the last of their positions.
func (s *Store) erasedSince(pos uint64) (ids map[string]bool, last uint64, err error) {
	ids, last = map[string]bool{}, pos
	bucket := docBuckets[callback.DocErased]
	err = s.cache.read(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
			at, _, err := s.doc(nil, bucket, k, v)
			if err != nil {
				return err
			}
			if at > pos {
				ids[string(k)] = true
				last = max(last, at)
			}
			return nil
		})
	})
	if errors.Is(err, errDamaged) || errors.Is(err, errSeal) {
		s.giveUpCache()
		return nil, pos, nil // it is fetched anew, and told again
	}
	return ids, last, readError("the erasures", s.cachePath(), err)
}

// isErased tells whether the feed has named a case as erased.
func (s *Store) isErased(caseID string) bool {
	if caseID == "" {
		return false
	}
	hit := false
	err := s.cache.read(func(tx *bbolt.Tx) error {
		hit = tx.Bucket([]byte(docBuckets[callback.DocErased])).Get([]byte(caseID)) != nil
		return nil
	})
	return err == nil && hit
}

// followErasures destroys what the feed has named since the last time. clean is
// the position up to which the file of documents never held what was erased;
// with later ones it is written anew. replaced tells that it has taken the place
// of one that may have. It is repeated after a crash until it has ended. feeding
// is held, or the desk is being opened.
func (s *Store) followErasures(clean uint64, replaced bool) error {
	at := s.cache.stand()
	s.mu.RLock()
	done := s.state.Shred
	s.mu.RUnlock()
	if done.Epoch != at.Epoch {
		done = shredded{Epoch: at.Epoch}
	}
	ids, last, err := s.erasedSince(done.Pos)
	if err != nil {
		return err
	}
	now := shredded{Epoch: at.Epoch, Pos: last}
	if len(ids) == 0 {
		_, err := s.endRekey()
		return err
	}
	if now != s.unkeyed {
		if err := s.shred(ids, replaced || last > clean); err != nil {
			return err
		}
		if last > clean && !s.seal.changing() {
			if err := s.renewCache(); err != nil {
				return err
			}
		}
	}
	if done, err := s.endRekey(); err != nil || !done {
		s.unkeyed = now
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	err = s.write(func(st *deskState) { st.Shred = now }, nil)
	if err != nil {
		return s.failed("that erased cases are destroyed", err)
	}
	s.bells.ring()
	return nil
}

// Held gives the cases of which the journal or a draft still says something
// and which the desk does not see: given to others, or erased. A case that was
// recorded on while the documents that call it erased were lost is among them.
func (s *Store) Held() ([]string, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return nil, errClosed()
	}
	rows, err := s.allRows()
	if err != nil {
		return nil, err
	}
	says := map[string]bool{} // true where the journal does
	for _, d := range s.drafts {
		says[d.CaseID] = false
	}
	for _, r := range rows {
		if id := r.Event.CaseID; id != "" && !isStub(r.Event) {
			says[id] = true
		}
	}
	var held []string
	err = s.cache.read(func(tx *bbolt.Tx) error {
		seen, erased := tx.Bucket([]byte(docBuckets[callback.DocCase])), tx.Bucket([]byte(docBuckets[callback.DocErased]))
		for id, recorded := range says {
			if seen.Get([]byte(id)) == nil || recorded && erased.Get([]byte(id)) != nil {
				held = append(held, id)
			}
		}
		return nil
	})
	sort.Strings(held)
	return held, readError("the cases", s.cachePath(), err)
}

// Shred destroys what the journal and the drafts say of cases that were
// erased.
func (s *Store) Shred(ids []string) error {
	gone := map[string]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	s.feeding.Lock()
	defer s.feeding.Unlock()
	if err := s.shred(gone, true); err != nil {
		return err
	}
	_, err := s.endRekey()
	return err
}

// shred destroys what the journal and the drafts say of cases. Where the desk
// held anything of them, in its documents (held) or its journal, it takes
// another key.
func (s *Store) shred(ids map[string]bool, held bool) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return errClosed()
	}
	if held {
		s.beginRekey()
	}
	if err := s.shredJournal(ids); err != nil {
		return err
	}
	return s.removeBroken()
}

// shredTold destroys what was recorded about cases that a receipt has called
// erased, before the feed comes to it. writing is held.
func (s *Store) shredTold(settled []*row) error {
	ids := map[string]bool{}
	for _, r := range settled {
		if r.Receipt != nil && r.Receipt.Final().Reason == callback.ReasonErased {
			ids[r.Event.CaseID] = true
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return s.shredJournal(ids)
}

func isStub(e callback.Event) bool { return bytes.Equal(e.Payload, e.Stub().Payload) }

// shredJournal makes stubs of the journal's rows about erased cases, drops
// their drafts and leases, and writes the outbox and its log anew. writing is
// held. What was destroyed before costs nothing.
func (s *Store) shredJournal(ids map[string]bool) error {
	all, err := s.allRows()
	if err != nil {
		return err
	}
	var live, rest []*row
	for _, old := range all {
		if !ids[old.Event.CaseID] || isStub(old.Event) && old.Draft == nil && (old.Receipt == nil || old.Receipt.Detail == "") {
			continue
		}
		r := *old
		r.Event, r.Draft = r.Event.Stub(), nil
		if r.Receipt != nil {
			word := *r.Receipt
			word.Detail = "" // it may quote the event
			r.Receipt = &word
		}
		if s.book.byID[r.Event.ID] != nil {
			live = append(live, &r)
		} else {
			rest = append(rest, &r)
		}
	}
	var drafts []string
	for id, d := range s.drafts {
		if ids[d.CaseID] {
			drafts = append(drafts, id)
		}
	}
	if len(live)+len(rest)+len(drafts) == 0 {
		return nil
	}
	s.beginRekey()
	if err := s.putShredded(ids, live, rest, drafts); err != nil {
		return s.failed("that erased cases are destroyed", err)
	}
	s.mu.Lock()
	for _, r := range live {
		s.book.replace(r)
		s.touch(r.Event)
	}
	for _, id := range drafts {
		delete(s.drafts, id)
	}
	for id := range ids {
		delete(s.leases, id)
	}
	s.bansMoved()
	s.mu.Unlock()
	return s.renewOutbox()
}

func (s *Store) putShredded(ids map[string]bool, live, rest []*row, drafts []string) error {
	return s.change(func(tx *bbolt.Tx) error {
		if err := s.putRows(tx, live); err != nil {
			return err
		}
		for _, r := range rest {
			if err := s.seal.put(tx, restBucket, rowKey(r.N), r); err != nil {
				return err
			}
		}
		for _, id := range drafts {
			if err := tx.Bucket([]byte(draftBucket)).Delete([]byte(id)); err != nil {
				return err
			}
		}
		for id := range ids {
			if err := tx.Bucket([]byte(leaseBucket)).Delete([]byte(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// renewOutbox writes the log and the journal's file anew, without the pages
// that hold what was destroyed. writing is held.
func (s *Store) renewOutbox() error {
	old, err := os.OpenFile(s.log.path, os.O_RDWR, 0)
	if err != nil {
		return writeError("the journal's log", s.log.path, err)
	}
	if err := errors.Join(s.rewriteLog(), overwrite(old)); err != nil {
		return err
	}
	path := filepath.Join(s.o.Dir, outboxName)
	fresh, err := s.copyFile(path, s.outbox)
	if err != nil {
		return s.failed("the journal without what was erased", err)
	}
	s.outboxGuard.Lock()
	defer s.outboxGuard.Unlock()
	was := s.outbox
	if err := replaceFile(path, was); err != nil {
		return s.failed("the journal without what was erased", errors.Join(err, guarded(fresh.Close)))
	}
	s.outbox = fresh
	return nil
}

// renewCache writes the file of documents anew, without the pages that hold
// what was replaced. feeding is held, so that nobody writes to it.
func (s *Store) renewCache() error {
	c := &s.cache
	c.mu.RLock()
	db := c.db
	c.mu.RUnlock()
	if db == nil {
		return errClosed()
	}
	fresh, err := s.copyFile(s.cachePath(), db)
	if err != nil {
		return s.cacheFailed(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := replaceFile(s.cachePath(), db); err != nil {
		return writeError("the documents without what was erased", s.cachePath(), errors.Join(err, guarded(fresh.Close)))
	}
	c.db = fresh
	return nil
}

// compactEnding is what a file's new writing is called until it takes its
// place. One that a crash left behind is of no use.
const compactEnding = ".compact"

// compactSize is how much one transaction of a compaction writes, in bytes.
const compactSize = 1 << 20

func removeLeft(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// replaceFile puts a file's new writing in its place, closes the old one and
// overwrites it.
func replaceFile(path string, was *bbolt.DB) error {
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := os.Rename(path+compactEnding, path); err != nil {
		return errors.Join(err, old.Close())
	}
	if err := flushDir(filepath.Dir(path)); err != nil {
		return errors.Join(err, old.Close())
	}
	return errors.Join(guarded(was.Close), overwrite(old))
}

// overwrite fills a file that is about to go with zeros and closes it: its
// blocks are given back to the disk as they are. On disks that write elsewhere
// what is left is sealed.
func overwrite(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	zeros := make([]byte, 256<<10)
	for at := int64(0); at < info.Size(); at += int64(len(zeros)) {
		if _, err = f.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at); err != nil {
			break
		}
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// removeBroken removes files that were moved aside because they were damaged:
// nobody can tell what they hold.
func (s *Store) removeBroken() error {
	err := removeFrom(s.o.Dir, func(name string) bool { return strings.Contains(name, ".broken-") && ours(name) })
	return writeError("that erased cases are destroyed", s.o.Dir, err)
}
