package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// folded is a case as the desk sees it: the server's document, the lease this
// desk holds, and this desk's events that the document does not show yet.
type folded struct {
	c     callback.Case
	base  callback.Case
	found bool
	// pos is the document's position in the feed.
	pos uint64
	// pending counts the events the server has not acknowledged.
	pending int
	// fence is the fence that the server last told.
	fence uint64
	// held is the lease by which this desk counts on the case.
	held *callback.Granted
}

// views folds cases. One without a document, or whose document is damaged, is
// not found; damage makes the next contact fetch everything again.
func (s *Store) views(ids []string, p callback.Policy) ([]folded, error) {
	bans, err := s.banList()
	if err != nil {
		return nil, err
	}
	docs, at, err := s.caseDocs(ids)
	if err != nil {
		return nil, err
	}
	out := make([]folded, len(ids))
	var room []byte
	for i, id := range ids {
		if docs[i] == nil {
			s.foldBorn(&out[i], id, p, at)
			bans.reach(&out[i], p)
			continue
		}
		pos, body, err := s.doc(room, docBuckets[callback.DocCase], []byte(id), docs[i])
		if err == nil {
			err = json.Unmarshal(body, &out[i].base)
		}
		if err != nil {
			s.giveUpCache()
			continue
		}
		room, out[i].pos = body, pos
		s.fold(&out[i], id, p, at)
		bans.reach(&out[i], p)
	}
	return out, nil
}

// caseDocs copies the sealed documents of cases, nil for those that have none,
// and where the documents stand.
func (s *Store) caseDocs(ids []string) ([][]byte, callback.Stand, error) {
	out := make([][]byte, len(ids))
	var at callback.Stand
	err := s.cache.read(func(tx *bbolt.Tx) error {
		at = s.cache.at
		b := tx.Bucket([]byte(docBuckets[callback.DocCase]))
		for i, id := range ids {
			if v := b.Get([]byte(id)); v != nil {
				out[i] = bytes.Clone(v)
			}
		}
		s.cache.passed(tx, len(ids))
		return nil
	})
	if errors.Is(err, errDamaged) {
		s.giveUpCache()
	}
	return out, at, readError("the queue", s.cachePath(), err)
}

// fold puts this desk's lease and events on a document.
func (s *Store) fold(f *folded, id string, p callback.Policy, at callback.Stand) {
	s.mu.RLock()
	rows := append([]*row(nil), s.book.byCase[id]...)
	lease := s.leases[id]
	s.mu.RUnlock()
	f.found, f.c, f.fence = true, f.base, f.base.Fence
	if lease.Covers(f.base, lease.Epoch == at.Epoch, s.live(lease)) {
		l := lease.Lease
		l.Until = lease.Ends().Add(time.Duration(s.behind.Load()))
		f.c.Lease, f.c.Fence, f.c.FenceBy = &l, lease.Fence, lease.Device
		f.fence, f.held = lease.Fence, &lease.Granted
	}
	for _, r := range rows {
		if r.Pending() && r.State != callback.Withdrawn {
			f.pending++
		}
		if !r.Again && r.Receipt != nil && r.Epoch == at.Epoch {
			f.fence = max(f.fence, r.Receipt.Fence)
		}
		if r.Shows(at, f.base, f.pos) {
			f.c, _ = callback.Apply(p, f.c, r.Event)
		}
	}
	if f.c.Lease == nil {
		f.held = nil // what was recorded ended it
	}
}

// Case gives a case as the desk sees it, by its id or by the beginning of it
// (minPart characters or more). CodeNotFound and CodeInvalid say when there
// is none, or more than one.
func (s *Store) Case(id string) (callback.CaseView, error) {
	v, policy, err := s.oneView(id)
	if err != nil {
		return callback.CaseView{}, err
	}
	out := callback.CaseView{Case: v.c, Pending: v.pending, Fence: v.fence, Held: v.held}
	now := s.clock()
	rank, ok := rankOf(policy, v.c)
	switch {
	case !ok:
		out.Place.Wait = "no call is owed any more"
		return out, nil
	case !v.offered():
		out.Place.Wait = callback.WaitConfirmed
		return out, nil
	}
	who, err := s.seat()
	if err != nil {
		return out, err
	}
	out.Place = rank.PlaceFor(policy, who, now)
	out.Place.Factors = rank.ExplainFor(policy, who, now)
	out.Beats, err = s.beats(v.c.ID, policy)
	return out, err
}

// Explain gives the factors of a case's points, the deadline first.
func (s *Store) Explain(id string) ([]callback.Factor, error) {
	v, policy, err := s.oneView(id)
	if err != nil {
		return nil, err
	}
	rank, ok := rankOf(policy, v.c)
	if !ok || !v.offered() {
		return nil, callback.Errorf(callback.CodeConflict, "case %s is %s and stands in no queue", v.c.ID, v.c.State)
	}
	who, err := s.seat()
	return rank.ExplainFor(policy, who, s.clock()), err
}

func (s *Store) oneView(id string) (folded, callback.Policy, error) {
	policy, err := s.Policy()
	if err != nil {
		return folded{}, policy, err
	}
	full, err := s.wholeID(id)
	if err != nil {
		return folded{}, policy, err
	}
	views, err := s.views([]string{full}, policy)
	if err != nil {
		return folded{}, policy, err
	}
	if !views[0].found {
		return folded{}, policy, callback.Errorf(callback.CodeDamaged, "case %s cannot be read from %s", callback.Line(full), s.cachePath()).
			WithHint("sync; it is fetched again")
	}
	return views[0], policy, nil
}

// minPart is how much of a case's id must be given at least.
const minPart = 6

// wholeID finds the case that an id, or the beginning or end of one, means.
// Ids that were made together begin alike, so lists show their ends.
func (s *Store) wholeID(id string) (string, error) {
	if s.born(id) {
		return id, nil
	}
	var hits []string
	err := s.cache.read(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(docBuckets[callback.DocCase]))
		if id == "" {
			return nil
		}
		if b.Get([]byte(id)) != nil {
			hits = []string{id}
			return nil
		}
		if len(id) < minPart {
			return nil
		}
		c := b.Cursor()
		for k, _ := c.Seek([]byte(id)); k != nil && bytes.HasPrefix(k, []byte(id)) && len(hits) < 3; k, _ = c.Next() {
			hits = append(hits, string(k))
		}
		if len(hits) > 0 {
			return nil
		}
		for k, _ := c.First(); k != nil && len(hits) < 3; k, _ = c.Next() {
			if bytes.HasSuffix(k, []byte(id)) {
				hits = append(hits, string(k))
			}
		}
		return nil
	})
	if err != nil {
		return "", readError("the case", s.cachePath(), err)
	}
	for _, own := range s.bornHere() {
		part := strings.HasPrefix(own, id) || strings.HasSuffix(own, id)
		if len(id) >= minPart && part && !slices.Contains(hits, own) {
			hits = append(hits, own)
		}
	}
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) > 1:
		return "", callback.Errorf(callback.CodeInvalid, "several cases begin or end with %s", callback.Line(id)).
			WithHint("give more of the id; %s and %s are two of them", hits[0], hits[1])
	case len(id) < minPart:
		return "", callback.Errorf(callback.CodeNotFound, "no case is called %q", callback.Line(id).String()).
			WithHint("give at least %d characters of its id; `ringback queue` lists them", minPart)
	}
	return "", callback.Errorf(callback.CodeNotFound, "no case is called %q here", callback.Line(id).String()).
		WithHint("`ringback queue` lists them; `ringback sync` fetches new ones")
}

// beats gives the case that is served after another, with its factors.
func (s *Store) beats(id string, p callback.Policy) (*callback.QueueRow, error) {
	next := s.after(id)
	if next == "" {
		return nil, nil
	}
	views, err := s.views([]string{next}, p)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	row, ok := s.rowOf(views[0], p, now)
	if !ok {
		return nil, nil
	}
	who, err := s.seat()
	if rank, ok := rankOf(p, views[0].c); ok && err == nil {
		row.Factors = rank.ExplainFor(p, who, now)
	}
	return &row, err
}

// customerOf gives the name on a case, if the desk has the case.
func (s *Store) customerOf(id string) string {
	docs, _, err := s.caseDocs([]string{id})
	if err != nil {
		return ""
	}
	var c struct {
		Customer struct {
			Name string `json:"name"`
		} `json:"customer"`
	}
	var raw []byte
	if docs[0] == nil {
		raw = s.bornBody(id)
	} else if raw, err = s.body(nil, docBuckets[callback.DocCase], []byte(id), docs[0]); err != nil {
		return ""
	}
	if raw == nil || json.Unmarshal(raw, &c) != nil {
		return ""
	}
	return c.Customer.Name
}
