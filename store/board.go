package store

import (
	"encoding/json"
	"time"

	"ringback/callback"
)

// Board gives the leaderboard and the conversion figures of a period: the
// server's day counters, and on top what this desk's pending events change.
func (s *Store) Board(p callback.Period) (callback.Board, error) {
	days, err := s.days(p)
	if err != nil {
		return callback.Board{}, err
	}
	pending, err := s.pendingDays()
	if err != nil {
		return callback.Board{}, err
	}
	agents, err := s.Agents()
	if err != nil {
		return callback.Board{}, err
	}
	names := map[string]string{}
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	b := callback.BoardOf(p.From, p.To, append(days, pending...), func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return id
	})
	s.mu.RLock()
	b.Team = s.state.Team
	s.mu.RUnlock()
	return b, nil
}

// days reads the counters of a period. Their keys begin with the date, so that
// only the period is read.
func (s *Store) days(p callback.Period) ([]callback.Day, error) {
	var out []callback.Day
	err := s.eachDoc(callback.DocDay, []byte(p.From), func(key string, body []byte) bool {
		if p.To != "" && len(key) >= len(time.DateOnly) && key[:len(time.DateOnly)] > p.To {
			return false
		}
		var d callback.Day
		if json.Unmarshal(body, &d) == nil {
			out = append(out, d)
		}
		return true
	})
	return out, err
}

// pendingDays gives what pending events change in the counters: for each case
// with such events, its tally after them less its tally before.
func (s *Store) pendingDays() ([]callback.Day, error) {
	s.mu.RLock()
	ids := make([]string, 0, len(s.book.byCase))
	for id := range s.book.byCase {
		ids = append(ids, id)
	}
	s.mu.RUnlock()
	policy, err := s.Policy()
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	views, err := s.views(ids, policy)
	if err != nil {
		return nil, err
	}
	loc := policy.Location()
	var out []callback.Day
	for _, v := range views {
		if !v.found || v.c.Version == v.base.Version {
			continue
		}
		out = append(out, callback.Tally(v.c, loc)...)
		for _, d := range callback.Tally(v.base, loc) {
			var less callback.Counts
			less.Add(d.Counts, -1)
			d.Counts = less
			out = append(out, d)
		}
	}
	return out, nil
}
