package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// rebuild makes a new outbox from the log and from whatever of the old one
// could still be read. Every event keeps its id and goes out once more on a
// new stream; the server knows by the ids which it has.
func (s *Store) rebuild(old *kept, cause error) error {
	path := filepath.Join(s.o.Dir, outboxName)
	var k kept
	if old != nil {
		k = *old
		if rest, err := s.readableRest(); err == nil {
			k.rows = append(k.rows, rest...)
		}
	}
	if s.outbox != nil {
		// It may not close after a panic inside; it is renamed in any case.
		_ = guarded(s.outbox.Close)
		s.outbox = nil
	}
	if _, err := os.Stat(path); err == nil {
		to, err := moveAside(path, s.o.Now())
		if err != nil {
			return openError(path, err)
		}
		s.found(outboxName, fmt.Sprintf("It was damaged (%v); it was moved to %s and rebuilt from %s.", cause, to, logName))
	}
	var err error
	if s.outbox, err = openBolt(path, outboxLayout); err != nil {
		return openError(path, err)
	}
	return s.refill(k)
}

// refill fills an empty outbox from the log and from what was kept of the old
// one.
func (s *Store) refill(k kept) error {
	path := filepath.Join(s.o.Dir, logName)
	l, err := openSalvage(path, s.seal)
	if err != nil && !errors.Is(err, errLogHead) {
		return openError(path, err)
	}
	s.log = l
	from := int64(logHeader)
	if err != nil {
		from = 0
	}
	got, err := l.read(from)
	if err != nil {
		return openError(path, err)
	}
	if k.fresh && len(got.events) > 0 {
		s.found(outboxName, "It was missing; it was rebuilt from "+logName+".")
	}
	if got.bad > 0 {
		s.found(logName, fmt.Sprintf("%d stretches of it were damaged.", got.bad))
	}
	return s.refound(k, got.events)
}

// readableRest reads the resting rows that open.
func (s *Store) readableRest() (rows []*row, err error) {
	err = view(s.outbox, func(tx *bbolt.Tx) error {
		_ = loadAll(s.seal, tx, restBucket, func(r row) { rows = append(rows, &r) })
		return nil
	})
	return rows, err
}

// refound fills a new outbox.
func (s *Store) refound(k kept, logged []callback.Event) error {
	rows := mergeRows(k.rows, logged)
	st := deskState{Device: k.state.Device, Agent: k.state.Agent, Team: k.state.Team, Stream: s.o.NewID(), SkewMS: k.state.SkewMS, Contact: k.state.Contact}
	for _, r := range rows {
		st.N++
		r.N = st.N
		var again bool
		if r.JournalRow, again = r.Restream(st.Stream, st.Seq+1); again {
			st.Seq++
		}
		if st.Device == "" {
			st.Device = r.Event.Device
		}
		if st.Agent == "" {
			st.Agent, st.Team = r.Event.Agent, r.Event.Team
		}
	}
	if st.Device == "" {
		st.Device = s.newDevice()
	}
	if st.Agent == "" {
		st.Agent, st.Team = s.o.Agent, s.o.Team
	}
	s.state, s.book = st, newBook()
	s.adopt(kept{state: st, rows: rows, drafts: k.drafts, leases: k.leases})
	events := make([]callback.Event, len(rows))
	for i, r := range rows {
		events[i] = r.Event
	}
	if err := s.log.rewrite(events); err != nil {
		return writeError("the journal's log", s.log.path, err)
	}
	s.state.LogGen, s.state.LogEnd = s.log.gen, s.log.end
	err := s.saveState(func(tx *bbolt.Tx) error {
		for _, r := range rows {
			if err := s.seal.put(tx, liveBucket, rowKey(r.N), r); err != nil {
				return err
			}
		}
		for _, d := range s.drafts {
			if err := s.seal.put(tx, draftBucket, []byte(d.EventID), d); err != nil {
				return err
			}
		}
		for _, l := range s.leases {
			if err := s.seal.put(tx, leaseBucket, []byte(l.CaseID), l); err != nil {
				return err
			}
		}
		return nil
	})
	return writeError("the journal", filepath.Join(s.o.Dir, outboxName), err)
}

// mergeRows unites the rows that could be read with the events of the log, in
// the order of recording. What was said of an event last is what counts: one
// that was undone stays undone. Those that the log alone knows may have been
// sent, and what had a receipt goes out again.
func mergeRows(rows []*row, logged []callback.Event) []*row {
	byID := map[string]*row{}
	var out []*row
	for _, r := range rows {
		if byID[r.Event.ID] == nil {
			byID[r.Event.ID] = r
			out = append(out, r)
		}
	}
	var before uint64
	for _, e := range logged {
		r := byID[e.ID]
		if r == nil {
			r = &row{JournalRow: callback.JournalRow{N: before, Event: e, State: callback.Sent}}
			byID[e.ID] = r
			out = append(out, r)
		}
		before = r.N
		if e.Kind == callback.KindUndone {
			r.Event.Kind, r.Event.Payload, r.State = e.Kind, e.Payload, callback.Withdrawn
		}
	}
	for _, r := range out {
		r.Again = r.Again || r.Receipt != nil && r.State != callback.Quarantined
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].N < out[j].N })
	return out
}
