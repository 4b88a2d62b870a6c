package server

import (
	"sort"
	"time"

	"ringback/callback"
)

// serve lists the open cases in serving order, as the caller may be served
// them now or within ahead.
func (c claimant) serve(ahead time.Duration) ([]string, error) {
	list, err := c.l.u.q.OpenRanks(c.l.u.ctx, c.l.team)
	if err != nil {
		return nil, err
	}
	type candidate struct {
		id    string
		place callback.Place
		since time.Time
	}
	now := c.l.u.now
	who, err := c.l.seat(c.who.ID)
	if err != nil {
		return nil, err
	}
	intern := interner()
	var ready []candidate
	for _, row := range list {
		r, err := callback.ParseRank(row.Rank, intern)
		if err != nil {
			return nil, callback.Errorf(callback.CodeDamaged, "the rank of case %s cannot be read: %w", row.ID, err)
		}
		p := r.PlaceFor(c.l.policy, who, now)
		theirs := p.Cause == callback.WaitsCallback && p.Of != "" // a colleague agreed to call, and is to be able to
		soon := ahead > 0 && !p.Ready && !theirs && !p.At.IsZero() && p.At.Before(now.Add(ahead)) && (r.Holder == "" || r.Holder == c.who.ID || !now.Before(r.Held))
		if p.Ready || soon {
			ready = append(ready, candidate{row.ID, p, r.AnsweredAt})
		}
	}
	sort.Slice(ready, func(i, j int) bool {
		a, b := ready[i], ready[j]
		switch {
		case a.place.Before(b.place):
			return true
		case b.place.Before(a.place):
			return false
		case !a.since.Equal(b.since):
			return a.since.Before(b.since)
		}
		return a.id < b.id
	})
	out := make([]string, len(ready))
	for i, r := range ready {
		out[i] = r.id
	}
	return out, nil
}

// interner makes equal strings share their memory.
func interner() func([]byte) string {
	seen := map[string]string{}
	return func(b []byte) string {
		if s, ok := seen[string(b)]; ok {
			return s
		}
		s := string(b)
		seen[s] = s
		return s
	}
}
