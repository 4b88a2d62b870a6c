package store

import (
	"slices"

	"ringback/callback"
)

// Matters gives what a person at this desk is to look at: disputes on the
// team's cases that nobody has settled, and this desk's own events that were
// refused or do not lead, until they were read. What waits to be sent counts: a
// dispute that was settled here is gone at once. Supervisors see everybody's.
func (s *Store) Matters(supervisor bool) ([]callback.Matter, error) {
	own := s.unread()
	var ids []string
	for _, r := range own {
		ids = append(ids, r.Event.CaseID)
	}
	err := s.eachDoc(callback.DocDispute, nil, func(id string, _ []byte) bool {
		ids = append(ids, id)
		return true
	})
	if err != nil {
		return nil, err
	}
	cases, err := s.casesByID(ids)
	if err != nil {
		return nil, err
	}
	agent := s.agent()
	out := []callback.Matter{}
	known := map[string]bool{}
	for _, r := range own {
		c := cases[r.Event.CaseID]
		entry := callback.JournalEntry{Event: r.Event, State: shownState(r), Receipt: r.Receipt, Customer: c.Customer.Name}
		out = append(out, callback.MatterOfEntry(entry, c).Allow(agent, supervisor))
		known[r.Event.ID] = true
	}
	for _, c := range cases {
		for _, d := range c.Disputed() {
			if m := callback.MatterOf(c, d); !known[d.EventID] && m.Concerns(c, agent, supervisor) {
				out = append(out, m.Allow(agent, supervisor))
			}
		}
	}
	slices.SortFunc(out, callback.Matter.Compare)
	return out, nil
}

// unread gives the rows that were refused or do not lead, and that nobody has
// read of here.
func (s *Store) unread() []*row {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*row
	for _, r := range s.book.rows {
		aside := r.State == callback.InShadow || r.State == callback.Quarantined
		if aside && !r.Again && !r.Seen {
			out = append(out, r)
		}
	}
	return out
}

// casesByID gives the views of those cases that the desk has.
func (s *Store) casesByID(ids []string) (map[string]callback.Case, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	policy, err := s.Policy()
	if err != nil {
		return nil, err
	}
	out := map[string]callback.Case{}
	for batch := range slices.Chunk(ids, 256) {
		views, err := s.views(batch, policy)
		if err != nil {
			return nil, err
		}
		for i, v := range views {
			if v.found {
				v.c.Fence = max(v.c.Fence, v.fence)
				out[batch[i]] = v.c
			}
		}
	}
	return out, nil
}
