package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// docsBatch is how many documents of a bucket are copied out in one short
// transaction.
const docsBatch = 1024

// eachDoc gives the documents of a type in order of their keys, from a key on,
// until f tells it to stop. A document that does not open makes the next
// contact fetch everything again, and is left out.
func (s *Store) eachDoc(t callback.DocType, from []byte, f func(key string, body []byte) bool) error {
	type piece struct {
		key    string
		sealed []byte
	}
	bucket := docBuckets[t]
	var pieces []piece
	var plain []byte
	err := s.cache.scan(context.Background(), bucket, from, docsBatch, func(_ *bbolt.Tx, k, v []byte) {
		pieces = append(pieces, piece{string(k), bytes.Clone(v)})
	}, func() error {
		for _, p := range pieces {
			var err error
			if plain, err = s.body(plain, bucket, []byte(p.key), p.sealed); err != nil {
				s.giveUpCache()
				continue
			}
			if !f(p.key, plain) {
				return errEnough
			}
		}
		pieces = pieces[:0]
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case errors.Is(err, errDamaged):
		s.giveUpCache()
	}
	return readError("the "+string(t)+"s", s.cachePath(), err)
}

// errEnough ends a scan early.
var errEnough = errors.New("seen enough")

// Policy gives the team's policy: the newest version that has come, or the
// default one before any has.
func (s *Store) Policy() (callback.Policy, error) {
	s.mu.RLock()
	known, team, turn := s.policy, s.state.Team, s.policyTurn
	s.mu.RUnlock()
	if known != nil {
		return *known, nil
	}
	best := callback.DefaultPolicy(team)
	best.Version = 0
	err := s.eachDoc(callback.DocPolicy, nil, func(_ string, body []byte) bool {
		var p callback.Policy
		if json.Unmarshal(body, &p) == nil && p.Version > best.Version {
			best = p
		}
		return true
	})
	if err != nil {
		return best, err
	}
	if best.Version == 0 {
		best.Version = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn == s.policyTurn {
		s.policy = &best
	}
	return best, nil
}

// Guides gives the team's guides, by title.
func (s *Store) Guides() ([]callback.Guide, error) {
	var out []callback.Guide
	err := s.eachDoc(callback.DocGuide, nil, func(_ string, body []byte) bool {
		var g callback.Guide
		if json.Unmarshal(body, &g) == nil {
			out = append(out, g)
		}
		return true
	})
	slices.SortFunc(out, func(a, b callback.Guide) int {
		return strings.Compare(a.Title+"\x00"+a.ID, b.Title+"\x00"+b.ID)
	})
	return out, err
}

// Agents gives the colleagues that the feed has named, by name.
func (s *Store) Agents() ([]callback.Agent, error) {
	var out []callback.Agent
	err := s.eachDoc(callback.DocAgent, nil, func(_ string, body []byte) bool {
		var a callback.Agent
		if json.Unmarshal(body, &a) == nil {
			out = append(out, a)
		}
		return true
	})
	slices.SortFunc(out, func(a, b callback.Agent) int {
		return strings.Compare(a.Name+"\x00"+a.ID, b.Name+"\x00"+b.ID)
	})
	return out, err
}

// fed tells the memory what a page changed: documents, and the head up to
// which every document has come. A case that nothing but its document speaks of
// is ranked by it, unless somebody is judging it as it was before; mu is held
// throughout, so that no event comes to it meanwhile.
func (s *Store) fed(docs []callback.Doc, before, shown uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	anyBan := !s.bans.none() || s.bansStale()
	if anyBan {
		s.bansMoved()
	}
	var direct []change
	var indirect []string
	for _, r := range s.book.rows {
		if r.Receipt != nil && r.Receipt.Pos > before && r.Receipt.Pos <= shown {
			indirect = append(indirect, r.Event.CaseID)
		}
	}
	for _, d := range docs {
		switch {
		case d.Type == callback.DocPolicy:
			s.policy = nil
			s.policyTurn++
		case d.Type == callback.DocAgent:
			s.forgetTeam()
		case d.Type != callback.DocCase:
		case anyBan || len(s.book.byCase[d.ID]) > 0 || s.leases[d.ID].ID != "":
			indirect = append(indirect, d.ID)
		default:
			direct = append(direct, change{d.ID, d.Rank})
		}
	}
	policyGone := s.policy == nil || s.team == nil
	q := &s.queue
	q.mu.Lock()
	direct = slices.DeleteFunc(direct, func(c change) bool {
		if overtaken := !q.loaded || q.inHand[c.id]; overtaken {
			indirect = append(indirect, c.id)
			return true
		}
		return false
	})
	for _, id := range indirect {
		q.touched[id] = true
	}
	q.stale = q.stale || policyGone
	q.mu.Unlock()
	s.rerank(direct, len(direct) <= fewTouched)
}

// refed tells the memory that another cache file came into use.
func (s *Store) refed() {
	s.mu.Lock()
	s.policy = nil
	s.bansMoved()
	s.policyTurn++
	s.forgetTeam()
	s.mu.Unlock()
	s.nudge()
}
