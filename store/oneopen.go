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
	if err != nil || other.ID == "" {
		return err
	}
	who := views[0].c.Customer.Name
	if callback.Line(who).String() == "" {
		who = "this customer"
	}
	return callback.Errorf(callback.CodeConflict, "%s has another open case (%s), so that this one stays closed", callback.Line(who), other.Kind).
		WithHint("go on with that one; it holds what they said since")
}

// openBeside gives another open case of a case's customer, or nothing. Every
// document is looked at: it is done once for a case that is reopened.
func (s *Store) openBeside(c callback.Case) (other callback.Case, err error) {
	mark, err := json.Marshal(c.Customer.ID)
	if err != nil {
		return other, err
	}
	err = s.eachView(context.Background(), func(body []byte) bool { return bytes.Contains(body, mark) }, func(v folded) {
		if v.c.ID != c.ID && v.c.State.Open() && v.c.Customer.ID == c.Customer.ID && (other.ID == "" || v.c.ID < other.ID) {
			other = v.c
		}
	})
	return other, err
}
