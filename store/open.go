package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// keyIDKey holds the key's id, so that a wrong key is told apart from damage.
var keyIDKey = []byte("key")

// openOutbox opens outbox.db and outbox.log and makes them agree: events that
// reached only the log before a crash are taken in.
func (s *Store) openOutbox() error {
	path, logPath := filepath.Join(s.o.Dir, outboxName), filepath.Join(s.o.Dir, logName)
	head, err := s.peekLog(logPath)
	if err != nil {
		return err
	}
	_, statErr := os.Stat(path)
	missing := errors.Is(statErr, os.ErrNotExist)
	if missing && errors.Is(head, errKey) {
		return s.keyError(logPath)
	}
	older := oneMark(path)
	db, err := openBolt(path, outboxLayout)
	switch {
	case errors.Is(err, errDamaged) && errors.Is(head, errKey):
		return s.keyError(logPath)
	case errors.Is(err, errDamaged):
		return s.rebuild(nil, err)
	case err != nil:
		return openError(path, err)
	}
	s.outbox = db
	if older {
		s.found(outboxName, "The mark of a change was damaged, maybe of the last one. What was recorded is complete; a draft may lack what was typed last.")
	}
	kept, err := s.load(db)
	if err == nil {
		err = checkStructure(path, db)
	}
	switch {
	case errors.Is(err, errKey) && head == nil && !missing:
		// The log opens with this key, so the note of the key is what broke.
		return s.rebuild(&kept, err)
	case errors.Is(err, errKey):
		return s.keyError(path)
	case errors.Is(err, errDamaged), errors.Is(err, errSeal):
		return s.rebuild(&kept, err)
	case err != nil:
		return openError(path, err)
	}
	if kept.fresh && head == nil {
		return s.refill(kept)
	}
	s.adopt(kept)
	if kept.fresh {
		if err := s.begin(); err != nil {
			return openError(path, err)
		}
	}
	if a := s.state.Agent; a != s.o.Agent && s.o.Agent != "" {
		return callback.Errorf(callback.CodeConflict, "%s belongs to %s, not to %s", s.o.Dir, callback.Line(a), callback.Line(s.o.Agent)).
			WithHint("set RINGBACK_DATA to a folder of your own")
	}
	return s.openLog(logPath, head)
}

func openError(path string, err error) error {
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) || isFull(err) {
		return writeError("the desk", path, err)
	}
	return readError("the desk", path, err)
}

func (s *Store) keyError(path string) error {
	return callback.Errorf(callback.CodeKey, "%s was sealed with another key than the one at hand", path).
		WithHint("unlock the keyring that held it, or restore the key file; nothing was changed")
}

// errNoLog tells that there is no outbox.log yet.
var errNoLog = errors.New("there is no log")

// peekLog looks at the log's head without changing anything: head is nil,
// errNoLog, errKey or errLogHead.
func (s *Store) peekLog(path string) (head, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return errNoLog, nil
	}
	if err != nil {
		return nil, readError("the journal's log", path, err)
	}
	l, err := openSalvage(path, s.seal)
	if l != nil {
		_ = l.file.Close()
	}
	if errors.Is(err, errKey) || errors.Is(err, errLogHead) {
		return err, nil
	}
	return nil, openErrorOrNil(path, err)
}

func openErrorOrNil(path string, err error) error {
	if err == nil {
		return nil
	}
	return openError(path, err)
}

// kept is what could be read of an outbox.
type kept struct {
	fresh  bool
	state  deskState
	rows   []*row
	drafts []callback.Draft
	leases []held
	// resting counts the rows that only wait for a backup.
	resting int
}

// load reads the outbox. It goes on past values that do not open, so that the
// rest can be saved, and then gives the first error.
func (s *Store) load(db *bbolt.DB) (k kept, err error) {
	var bad error
	err = view(db, func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte(metaBucket))
		id, raw := meta.Get(keyIDKey), meta.Get(stateKey)
		if id == nil && raw == nil {
			k.fresh = true
			return nil
		}
		bad = s.seal.openJSON(metaBucket, stateKey, raw, &k.state)
		if !s.seal.knows(id) {
			if bad != nil {
				return errKey
			}
			bad = fmt.Errorf("%w: the key's id", errSeal)
		}
		bad = errors.Join(bad,
			loadAll(s.seal, tx, liveBucket, func(r row) { k.rows = append(k.rows, &r) }),
			loadAll(s.seal, tx, draftBucket, func(d callback.Draft) { k.drafts = append(k.drafts, d) }),
			loadAll(s.seal, tx, leaseBucket, func(l held) { k.leases = append(k.leases, l) }))
		return tx.Bucket([]byte(restBucket)).ForEach(func(_, _ []byte) error {
			k.resting++
			return nil
		})
	})
	return k, errors.Join(err, bad)
}

// loadAll reads every value of a bucket and gives the first error at the end.
func loadAll[T any](s sealer, tx *bbolt.Tx, bucket string, each func(T)) error {
	var bad error
	err := tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
		var value T
		if err := s.openJSON(bucket, k, v, &value); err != nil {
			bad = errors.Join(bad, err)
			return nil
		}
		each(value)
		return nil
	})
	return errors.Join(err, bad)
}

// adopt takes what was read into memory.
func (s *Store) adopt(k kept) {
	s.state, s.resting = k.state, k.resting
	s.behind.Store(int64(skewOf(k.state)))
	for _, r := range k.rows {
		s.book.add(r)
	}
	for _, d := range k.drafts {
		s.drafts[d.EventID] = d
	}
	now := s.instant()
	for _, l := range k.leases {
		if !l.Over(now) {
			s.leases[l.CaseID] = l
		}
	}
}

// newDevice names a desk that does not know its name.
func (s *Store) newDevice() string {
	if s.o.Device != "" {
		return s.o.Device
	}
	return s.o.NewID()
}

// begin makes the identity of a new desk.
func (s *Store) begin() error {
	s.state = deskState{Device: s.newDevice(), Agent: s.o.Agent, Team: s.o.Team, Stream: s.o.NewID()}
	if err := s.saveState(nil); err != nil {
		return err
	}
	// The names of the new files, and of their folder, must be on the disk too.
	return errors.Join(flushDir(s.o.Dir), flushDir(filepath.Dir(s.o.Dir)))
}

// saveState writes the state, with whatever else f changes, in one
// transaction.
func (s *Store) saveState(f func(tx *bbolt.Tx) error) error {
	return update(s.outbox, func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte(metaBucket))
		if meta.Get(keyIDKey) == nil {
			id := s.seal.id()
			if err := meta.Put(keyIDKey, id[:]); err != nil {
				return err
			}
		}
		if err := s.seal.put(tx, metaBucket, stateKey, s.state); err != nil {
			return err
		}
		if f == nil {
			return nil
		}
		return f(tx)
	})
}

// openLog opens the log beside a sound database and takes in what only the log
// has.
func (s *Store) openLog(path string, head error) error {
	if errors.Is(head, errKey) {
		to, err := moveAside(path, s.o.Now())
		if err != nil {
			return openError(path, err)
		}
		s.found(logName, "It was sealed with another key; it was moved to "+to+" and written anew.")
	}
	l, err := openSalvage(path, s.seal)
	if err != nil && !errors.Is(err, errLogHead) {
		return openError(path, err)
	}
	s.log = l
	switch {
	case errors.Is(err, errLogHead):
		s.found(logName, "Its beginning was damaged; it was written anew from the journal.")
		return s.rewriteLog()
	case l.gen == s.state.LogGen && l.end < s.state.LogEnd:
		s.found(logName, "It was cut short; it was written anew from the journal.")
		return s.rewriteLog()
	case l.gen != s.state.LogGen && l.end == int64(logHeader):
		if s.book.rows != nil {
			s.found(logName, "It was missing; it was written anew from the journal.")
		}
		return s.rewriteLog()
	}
	from := int64(logHeader)
	if l.gen == s.state.LogGen {
		from = s.state.LogEnd
	}
	if from == l.end {
		return nil
	}
	return s.catchUp(from)
}

// catchUp takes events from the log that a crash kept out of the database.
func (s *Store) catchUp(from int64) error {
	got, err := s.log.read(from)
	if err != nil {
		return openError(s.log.path, err)
	}
	end := max(from, got.end)
	if end < s.log.end {
		s.log.cut(end)
	}
	have, err := s.restingIDs()
	if err != nil {
		return openError(filepath.Join(s.o.Dir, outboxName), err)
	}
	var rows, gone []*row
	for _, e := range got.events {
		if r := s.book.byID[e.ID]; r != nil && e.Kind == callback.KindUndone && r.State == callback.Waiting {
			w := *r
			w.State, w.Draft, w.Event.Kind, w.Event.Payload = callback.Withdrawn, nil, e.Kind, e.Payload
			gone = append(gone, &w)
		}
		if s.book.byID[e.ID] != nil || have[e.ID] || e.Kind == callback.KindUndone {
			continue
		}
		s.state.N++
		s.state.Seq++
		e.Stream, e.Seq = s.state.Stream, s.state.Seq
		rows = append(rows, &row{JournalRow: callback.JournalRow{N: s.state.N, Event: e, State: callback.Waiting}})
	}
	s.state.LogGen, s.state.LogEnd = s.log.gen, s.log.end
	err = s.saveState(func(tx *bbolt.Tx) error {
		if err := s.putRows(tx, gone); err != nil {
			return err
		}
		for _, r := range rows {
			if err := s.seal.put(tx, liveBucket, rowKey(r.N), r); err != nil {
				return err
			}
			if err := tx.Bucket([]byte(draftBucket)).Delete([]byte(r.Event.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return openError(filepath.Join(s.o.Dir, outboxName), err)
	}
	for _, r := range gone {
		s.book.replace(r)
	}
	for _, r := range rows {
		s.book.add(r)
		delete(s.drafts, r.Event.ID)
	}
	if len(rows) > 0 {
		s.found(outboxName, fmt.Sprintf("%d events that were being saved when the desk stopped were taken in from %s.", len(rows), logName))
	}
	return nil
}

// restingIDs gives the ids of the events in restBucket. It is needed only
// after trouble.
func (s *Store) restingIDs() (map[string]bool, error) {
	ids := map[string]bool{}
	err := view(s.outbox, func(tx *bbolt.Tx) error {
		return loadAll(s.seal, tx, restBucket, func(r row) { ids[r.Event.ID] = true })
	})
	return ids, err
}

// rewriteLog writes the log anew from the journal.
func (s *Store) rewriteLog() error {
	rows, err := s.allRows()
	if err != nil {
		return openError(filepath.Join(s.o.Dir, outboxName), err)
	}
	events := make([]callback.Event, len(rows))
	for i, r := range rows {
		events[i] = r.Event
	}
	if err := s.log.rewrite(events); err != nil {
		return writeError("the journal's log", s.log.path, err)
	}
	s.state.LogGen, s.state.LogEnd = s.log.gen, s.log.end
	return writeError("the journal", filepath.Join(s.o.Dir, outboxName), s.saveState(nil))
}
