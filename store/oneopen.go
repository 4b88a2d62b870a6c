package store

import (
	"bytes"
	"context"
	"encoding/json"

	"ringback/callback"
)

// mayReopen refuses to open a closed case again beside another open one of its
// customer, as the server would: the agent hears it before they talk, with a
// connection or without. What the desk does not know the server bars.
func (s *Store) mayReopen(e callback.Event) error {
	if e.Kind != callback.KindCaseReopened {
		return nil
	}
	s.mu.RLock()
	known := s.book.byID[e.ID] != nil
	s.mu.RUnlock()
	if known {
		return nil // it is saved already, and is answered as it was then
	}
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	views, err := s.views([]string{e.CaseID}, policy)
	if err != nil || !views[0].found || views[0].c.State.Open() || views[0].c.Customer.ID == "" {
		return err
	}
	other, err := s.openBeside(views[0].c)
	if err != nil || other == "" {
		return err
	}
	return callback.Errorf(callback.CodeConflict, "case %s was not opened again: the customer's case %s is open", callback.Line(e.CaseID), callback.Line(other)).
		WithHint("go on with that one; it holds what they said since")
}

// openBeside gives another open case of a case's customer, or nothing. Every
// document is looked at: it is done once for a case that is reopened.
func (s *Store) openBeside(c callback.Case) (other string, err error) {
	mark, err := json.Marshal(c.Customer.ID)
	if err != nil {
		return "", err
	}
	err = s.eachView(context.Background(), func(body []byte) bool { return bytes.Contains(body, mark) }, func(v folded) {
		if v.c.ID != c.ID && v.c.State.Open() && v.c.Customer.ID == c.Customer.ID && (other == "" || v.c.ID < other) {
			other = v.c.ID
		}
	})
	return other, err
}
