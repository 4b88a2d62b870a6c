package store

import (
	"errors"
	"path/filepath"
	"sort"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Journal gives the latest events and what became of them, the latest first;
// a limit of 0 means 200.
func (s *Store) Journal(limit int) ([]callback.JournalEntry, error) {
	if limit <= 0 {
		limit = 200
	}
	rows, err := s.latestRows(limit)
	if err != nil {
		return nil, readError("the journal", filepath.Join(s.o.Dir, outboxName), err)
	}
	names := map[string]string{}
	out := make([]callback.JournalEntry, 0, len(rows))
	for _, r := range rows {
		id := r.Event.CaseID
		if _, ok := names[id]; !ok && id != "" {
			names[id] = s.customerOf(id)
		}
		out = append(out, callback.JournalEntry{Event: r.Event, State: shownState(r), Receipt: r.Receipt, Customer: names[id], Seen: r.Seen})
	}
	return out, nil
}

// shownState is the state of a row for a person: one that goes out again is
// under way.
func shownState(r *row) callback.JournalState {
	if r.Again && r.State != callback.Withdrawn {
		return callback.Sent
	}
	return r.State
}

// latestRows gives the newest rows, resting ones included.
func (s *Store) latestRows(limit int) ([]*row, error) {
	s.mu.RLock()
	rows := append([]*row(nil), s.book.rows...)
	s.mu.RUnlock()
	s.outboxGuard.RLock()
	defer s.outboxGuard.RUnlock()
	err := view(s.outbox, func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte(restBucket)).Cursor()
		n := 0
		for k, v := c.Last(); k != nil && n < limit; k, v = c.Prev() {
			var r row
			if err := s.seal.openJSON(restBucket, k, v, &r); err != nil {
				return err
			}
			rows = append(rows, &r)
			n++
		}
		return nil
	})
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].N > rows[j].N })
	// A row that came to rest between the two readings is there twice.
	out := rows[:0]
	for i, r := range rows {
		if i == 0 || r.N != rows[i-1].N {
			out = append(out, r)
		}
	}
	return out[:min(limit, len(out))], err
}

// allRows gives every row in order of recording. writing is held.
func (s *Store) allRows() ([]*row, error) {
	rows := append([]*row(nil), s.book.rows...)
	err := view(s.outbox, func(tx *bbolt.Tx) error {
		return loadAll(s.seal, tx, restBucket, func(r row) { rows = append(rows, &r) })
	})
	if err != nil {
		return nil, readError("the journal", filepath.Join(s.o.Dir, outboxName), err)
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].N < rows[j].N })
	return rows, nil
}

// Stats counts the journal by state. What was undone is not counted.
func (s *Store) Stats() (callback.JournalStats, error) {
	st := callback.JournalStats{NoRoom: s.room.full(s.o.Now())}
	s.mu.RLock()
	defer s.mu.RUnlock()
	st.Settled = s.resting
	for _, r := range s.book.rows {
		switch {
		case r.State == callback.Withdrawn:
		case r.Pending():
			st.Pending++
			if st.Oldest.IsZero() || r.Event.At.Before(st.Oldest) {
				st.Oldest = r.Event.At
			}
		case r.State == callback.Quarantined:
			st.Quarantined++
			if st.OldestRefused.IsZero() || r.Event.At.Before(st.OldestRefused) {
				st.OldestRefused = r.Event.At
			}
		case r.State == callback.InShadow:
			st.Shadowed++
		default:
			st.Settled++
		}
	}
	return st, nil
}

// MarkSeen says that a person has read a refusal or a conflict.
func (s *Store) MarkSeen(eventID string) error {
	return s.amend(eventID, "that it was seen", func(r *row, _ *deskState) error {
		r.Seen = true
		return nil
	})
}

// Requeue offers a refused event to the server again, under the next number.
func (s *Store) Requeue(eventID string) error {
	return s.amend(eventID, "that it is to be sent again", func(r *row, st *deskState) error {
		if r.State != callback.Quarantined {
			return callback.Errorf(callback.CodeConflict, "only an event that was refused can be sent again; this one is %s", shownState(r))
		}
		if r.Again {
			return nil
		}
		st.Seq++
		r.Event.Stream, r.Event.Seq, r.Again, r.Seen = st.Stream, st.Seq, true, false
		return nil
	})
}

var errSame = errors.New("nothing to change")

// amend changes one row of the journal.
func (s *Store) amend(eventID, what string, f func(*row, *deskState) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	old := s.book.byID[eventID]
	if old == nil {
		return callback.Errorf(callback.CodeNotFound, "event %s is not in this desk's journal, or was settled long ago", callback.Line(eventID))
	}
	r := *old
	var wrong error
	err := s.write(func(st *deskState) { wrong = f(&r, st) }, func(tx *bbolt.Tx) error {
		if wrong != nil {
			return errSame
		}
		return s.putRows(tx, []*row{&r})
	})
	if wrong != nil {
		return wrong
	}
	if err != nil {
		return s.failed(what, err)
	}
	s.mu.Lock()
	s.book.replace(&r)
	s.touch(r.Event)
	s.mu.Unlock()
	s.bells.ring()
	return nil
}
