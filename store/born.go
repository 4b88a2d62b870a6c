package store

import (
	"encoding/json"
	"slices"

	"ringback/callback"
)

// A case outside the queue is born at a desk: until the server's document of it
// comes, its events in the journal are all there is.

// bornHere gives the cases that this desk's journal opens, in order of their
// ids.
func (s *Store) bornHere() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for id := range s.book.byCase {
		if s.opens(id) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// born tells whether this desk's journal opens a case.
func (s *Store) born(id string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.opens(id)
}

// opens is born for who holds mu.
func (s *Store) opens(id string) bool {
	return slices.ContainsFunc(s.book.byCase[id], func(r *row) bool {
		return r.Event.Kind == callback.KindAdHocOpened && r.State != callback.Withdrawn
	})
}

// foldBorn folds a case that has no document yet from the journal alone.
func (s *Store) foldBorn(f *folded, id string, p callback.Policy, at callback.Stand) {
	if !s.born(id) {
		return
	}
	s.fold(f, id, p, at)
	f.found = f.c.Version > 0
}

// bornBody gives such a case as a document would, to be searched.
func (s *Store) bornBody(id string) []byte {
	if !s.born(id) {
		return nil
	}
	policy, err := s.Policy()
	if err != nil {
		return nil
	}
	views, err := s.views([]string{id}, policy)
	if err != nil || !views[0].found {
		return nil
	}
	body, err := json.Marshal(views[0].c)
	if err != nil {
		return nil
	}
	return body
}
