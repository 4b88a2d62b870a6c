package store

import (
	"cmp"
	"sort"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// NextPush gives the next events to send, in the order of their numbers, and
// first writes down that they are being sent, so that none of them can be
// undone any more. Without events there is nothing to send. max of 0 means
// callback.MaxPushEvents.
func (s *Store) NextPush(max int) (callback.Push, error) {
	if max <= 0 {
		max = callback.MaxPushEvents
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return callback.Push{}, errClosed()
	}
	s.mu.RLock()
	push := callback.Push{Epoch: s.state.Epoch, Stream: s.state.Stream, Ack: s.state.Ack, Mark: s.state.Mark, Cursor: s.cache.stand().Cursor}
	rows := s.sendable(s.o.Now())
	s.mu.RUnlock()
	var marked []*row
	for _, r := range rows[:min(max, len(rows))] {
		push.Events = append(push.Events, r.Event)
		if r.State == callback.Waiting {
			sent := *r
			sent.State, sent.Draft = callback.Sent, nil
			marked = append(marked, &sent)
		}
	}
	if len(marked) == 0 {
		return push, nil
	}
	if err := s.change(func(tx *bbolt.Tx) error { return s.putRows(tx, marked) }); err != nil {
		return callback.Push{}, s.failed("the start of sending", err)
	}
	s.replaceRows(marked)
	return push, nil
}

func (s *Store) putRows(tx *bbolt.Tx, rows []*row) error {
	for _, r := range rows {
		if err := s.seal.put(tx, liveBucket, rowKey(r.N), r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) replaceRows(rows []*row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range rows {
		s.book.replace(r)
	}
}

// sendable gives the pending rows that may go out now, by number. mu is held.
func (s *Store) sendable(now time.Time) []*row {
	var rows []*row
	urgent := false
	for _, r := range s.book.rows {
		if r.Pending() {
			rows = append(rows, r)
			urgent = urgent || r.Event.Suppresses()
		}
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Event.Seq < rows[j].Event.Seq })
	if urgent {
		return rows
	}
	for i, r := range rows {
		if r.HeldBack(now, s.flushed, s.o.HoldBack) {
			return rows[:i]
		}
	}
	return rows
}

// Flush lets everything recorded so far be sent without waiting for the time
// in which it could be undone.
func (s *Store) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flushed = s.state.N
}

// Settle writes down the server's receipts. No receipt takes an event out of
// the journal: those that are acknowledged leave it when a backup of the
// server holds them, or after 90 days. Receipts of events that were not sent
// are not believed. A reply without an epoch is the desk's own word: the server
// does not have those events.
func (s *Store) Settle(reply callback.PushReply) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	now := s.now()
	at := s.cache.stand()
	settled := s.judge(reply, now)
	var rest, keep []*row
	for _, r := range settled {
		if r.Rests(at) {
			rest = append(rest, r)
		} else {
			keep = append(keep, r)
		}
	}
	rest = append(rest, s.newlyResting(settled, at)...)
	if len(settled)+len(rest) == 0 && (reply.Epoch == "" || reply.Epoch == s.state.Epoch) && (s.resting == 0 || reply.StablePos <= s.stable) {
		return nil
	}
	gone, ended := 0, s.endedLeases(settled)
	err := s.write(func(st *deskState) {
		if reply.Epoch != "" {
			st.Epoch = reply.Epoch
			st.Ack = s.acked(st, settled)
			st.Mark = cmp.Or(reply.Mark, st.Mark)
		}
	}, func(tx *bbolt.Tx) error {
		if err := s.putRows(tx, keep); err != nil {
			return err
		}
		if err := s.rest(tx, rest); err != nil {
			return err
		}
		if err := dropLeases(tx, ended); err != nil {
			return err
		}
		var err error
		gone, err = s.forget(tx, reply, now)
		return err
	})
	if err != nil {
		return s.failed("the server's receipts", err)
	}
	s.stable = max(s.stable, reply.StablePos)
	s.mu.Lock()
	out := map[uint64]bool{}
	for _, r := range rest {
		out[r.N] = true
	}
	for _, r := range settled {
		s.book.replace(r)
		s.touch(r.Event)
	}
	s.book.drop(out)
	s.forgetLeases(ended)
	s.resting += len(rest) - gone
	s.mu.Unlock()
	s.bells.ring()
	if err := s.compact(gone); err != nil {
		return err
	}
	return s.shredTold(settled)
}

// judge gives changed copies of the rows that a reply speaks of.
func (s *Store) judge(reply callback.PushReply, now time.Time) []*row {
	var out []*row
	for _, receipt := range reply.Receipts {
		old := s.book.byID[receipt.EventID]
		if old == nil {
			continue
		}
		r := *old
		var ok bool
		if r.JournalRow, ok = old.Settle(receipt, reply.Epoch, now); !ok {
			continue
		}
		out = append(out, &r)
	}
	return out
}

// newlyResting gives the older rows whose effect the feed has shown since.
func (s *Store) newlyResting(except []*row, at callback.Stand) []*row {
	known := map[uint64]bool{}
	for _, r := range except {
		known[r.N] = true
	}
	var out []*row
	for _, r := range s.book.rows {
		if !known[r.N] && r.Rests(at) {
			out = append(out, r)
		}
	}
	return out
}

// acked gives the last event of the stream up to which the server has all.
func (s *Store) acked(st *deskState, settled []*row) callback.Acked {
	have := map[uint64]*row{}
	for _, r := range s.book.rows {
		if r.Event.Stream == st.Stream && !r.Pending() && r.Epoch != "" {
			have[r.Event.Seq] = r
		}
	}
	for _, r := range settled {
		if r.Event.Stream == st.Stream {
			have[r.Event.Seq] = r
		}
	}
	return st.Ack.Advance(func(seq uint64) (string, bool) {
		r := have[seq]
		if r == nil {
			return "", false
		}
		return r.Event.ID, true
	})
}

// rest moves rows to where they only wait for a backup.
func (s *Store) rest(tx *bbolt.Tx, rows []*row) error {
	for _, r := range rows {
		if err := tx.Bucket([]byte(liveBucket)).Delete(rowKey(r.N)); err != nil {
			return err
		}
		if err := s.seal.put(tx, restBucket, rowKey(r.N), r); err != nil {
			return err
		}
	}
	return nil
}

// forget takes resting rows out that a backup holds, or that are old. It looks
// only at the oldest ones; what it leaves goes the next time.
func (s *Store) forget(tx *bbolt.Tx, reply callback.PushReply, now time.Time) (gone int, err error) {
	b := tx.Bucket([]byte(restBucket))
	var keys [][]byte
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		var r row
		if err := s.seal.openJSON(restBucket, k, v, &r); err != nil {
			return 0, err
		}
		if !r.Leaves(reply.Epoch, reply.StablePos, now) {
			break
		}
		keys = append(keys, append([]byte(nil), k...))
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// compactAfter is how many forgotten events make it worth writing the log
// anew.
const compactAfter = 500

// compact writes the log anew when much of it is no longer needed.
func (s *Store) compact(gone int) error {
	s.forgotten += gone
	if s.forgotten < compactAfter {
		return nil
	}
	s.forgotten = 0
	return s.rewriteLog()
}

// Restream begins a new stream: every event still in the journal gets a new
// number, keeps its id, and goes out again, but for those that were refused. It
// is the answer to a server whose history is not the one this desk knows; the
// ids let the server tell what it has.
func (s *Store) Restream() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.restream()
}

// followEpoch restreams when the documents in use are of another history than
// the receipts: what that history lacks must be sent again.
func (s *Store) followEpoch() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	epoch := s.cache.stand().Epoch
	if !callback.DocsRestream(s.state.Epoch, epoch) {
		return nil
	}
	return s.restream()
}

func (s *Store) restream() error {
	rows, err := s.allRows()
	if err != nil {
		return err
	}
	fresh := newBook()
	stream := s.o.NewID()
	seq := uint64(0)
	for _, old := range rows {
		r := *old
		var again bool
		if r.JournalRow, again = old.Restream(stream, seq+1); again {
			seq++
		}
		fresh.add(&r)
	}
	err = s.write(func(st *deskState) {
		st.Stream, st.Seq, st.Ack, st.Epoch, st.Mark = stream, seq, callback.Acked{}, "", ""
	}, func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket([]byte(restBucket)); err != nil {
			return err
		}
		if _, err := tx.CreateBucket([]byte(restBucket)); err != nil {
			return err
		}
		return s.putRows(tx, fresh.rows)
	})
	if err != nil {
		return s.failed("the new numbering", err)
	}
	s.mu.Lock()
	s.book, s.resting = fresh, 0
	s.bansMoved()
	s.mu.Unlock()
	s.bells.ring()
	return nil
}
