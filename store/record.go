package store

import (
	"encoding/json"
	"path/filepath"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Record makes an event of a fact and saves it: first in the log, then, with
// its number and without its draft, in the journal. When it returns without an
// error the event survives a power cut. Recording the same event id again
// gives the first saving. CodeInvalid says what is wrong with the fact,
// CodeFull that the disk is, CodeConflict that the case may not be opened again;
// then nothing was saved.
func (s *Store) Record(f callback.Fact) (callback.Saved, error) {
	e, err := s.eventOf(f)
	if err != nil {
		return callback.Saved{}, err
	}
	gone := s.isErased(e.CaseID)
	if gone {
		e = e.Stub() // the customer was erased while their call was going on
	} else if err := s.mayReopen(e); err != nil {
		return callback.Saved{}, err
	} else if e, err = s.tellDials(e); err != nil {
		return callback.Saved{}, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return callback.Saved{}, errClosed()
	}
	if s.wounded != nil {
		return callback.Saved{}, s.wounded
	}
	if r := s.book.byID[e.ID]; r != nil {
		if r.Event.Kind != e.Kind || r.Event.CaseID != e.CaseID {
			return callback.Saved{}, callback.Errorf(callback.CodeConflict, "event %s was recorded before with other content", e.ID)
		}
		return savedOf(r), nil
	}
	r := s.stamp(e)
	if gone {
		r.Draft = nil
	}
	if err := s.append(r); err != nil {
		return callback.Saved{}, err
	}
	s.bells.ring()
	if s.o.HoldBack > 0 {
		s.bells.ringIn(s.o.HoldBack)
	}
	return savedOf(r), nil
}

func savedOf(r *row) callback.Saved {
	return callback.Saved{EventID: r.Event.ID, Seq: r.Event.Seq, At: r.Event.At}
}

// eventOf makes an event that lacks what the journal adds.
func (s *Store) eventOf(f callback.Fact) (callback.Event, error) {
	if f.Payload == nil {
		return callback.Event{}, callback.Errorf(callback.CodeInvalid, "there is nothing to record")
	}
	spec, ok := f.Payload.Kind().Spec()
	if !ok || !spec.Desk || spec.Kind == callback.KindUndone {
		return callback.Event{}, callback.Errorf(callback.CodeInvalid, "%s cannot be recorded at a desk", f.Payload.Kind())
	}
	if err := f.Payload.Validate(); err != nil {
		return callback.Event{}, callback.Errorf(callback.CodeInvalid, "%s was not saved: %w", f.Payload.Kind(), err)
	}
	id := f.EventID
	if id == "" {
		id = s.o.NewID()
	}
	e, err := callback.NewEvent(id, f.CaseID, f.Payload)
	if err != nil {
		return callback.Event{}, callback.Errorf(callback.CodeInvalid, "%w", err)
	}
	if len(e.Payload) > callback.MaxEventBytes {
		return callback.Event{}, callback.Errorf(callback.CodeTooLarge, "%s was not saved: its %d bytes are over %d", e.Kind, len(e.Payload), callback.MaxEventBytes).
			WithHint("shorten the texts")
	}
	e.Fence = f.Fence
	return e, nil
}

// stamp gives an event its place in the journal. writing is held, so the state
// does not move.
func (s *Store) stamp(e callback.Event) *row {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := &s.state
	e.Agent, e.Team, e.Device, e.Stream = st.Agent, st.Team, st.Device, st.Stream
	e.Seq, e.At, e.SkewMS = st.Seq+1, s.now(), st.SkewMS
	r := &row{JournalRow: callback.JournalRow{N: st.N + 1, Event: e, State: callback.Waiting}}
	if d, ok := s.drafts[e.ID]; ok {
		r.Draft = &d
	}
	return r
}

// append saves a stamped row: log, then database, then memory. On a full disk
// it frees the ballast and tries once more, so that the call in progress can
// be saved.
func (s *Store) append(r *row) error {
	if err := s.spared(func() error { return s.appendOnce(r) }); err != nil {
		return s.failed("the event", err)
	}
	s.mu.Lock()
	s.book.add(r)
	delete(s.drafts, r.Event.ID)
	s.touch(r.Event)
	s.mu.Unlock()
	return nil
}

func (s *Store) appendOnce(r *row) error {
	raw, err := json.Marshal(r.Event)
	if err != nil {
		return err
	}
	end := s.log.end
	if err := s.log.append(raw); err != nil {
		return err
	}
	err = s.write(func(st *deskState) {
		st.N, st.Seq, st.LogEnd = r.N, r.Event.Seq, s.log.end
	}, func(tx *bbolt.Tx) error {
		if err := s.seal.put(tx, liveBucket, rowKey(r.N), r); err != nil {
			return err
		}
		return tx.Bucket([]byte(draftBucket)).Delete([]byte(r.Event.ID))
	})
	if err != nil {
		s.log.cut(end)
	}
	return err
}

// write changes the state and, with f, the rest of the outbox in one
// transaction. The state in memory follows only when that is on disk. writing
// is held.
func (s *Store) write(change func(*deskState), f func(*bbolt.Tx) error) error {
	if s.isClosed() {
		return errClosed()
	}
	if s.wounded != nil {
		return s.wounded
	}
	s.mu.RLock()
	st := s.state
	s.mu.RUnlock()
	if change != nil {
		change(&st)
	}
	err := update(s.outbox, func(tx *bbolt.Tx) error {
		if err := s.seal.put(tx, metaBucket, stateKey, st); err != nil {
			return err
		}
		if f == nil {
			return nil
		}
		return f(tx)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.state, s.unsaved = st, false
	s.mu.Unlock()
	return nil
}

// failed words a failed write. After anything but a full disk the state of the
// file is not known, so nothing more is written until the desk is opened anew.
func (s *Store) failed(what string, err error) error {
	told := writeError(what, filepath.Join(s.o.Dir, outboxName), err)
	code := callback.CodeOf(told)
	if (code == callback.CodeInternal || code == callback.CodeDamaged) && !s.isClosed() {
		s.wounded = told
	}
	return told
}
