package store

import (
	"slices"

	"ringback/callback"
)

// accepted offers events that were refused to the server once more when the
// documents that came show that it took them after all, as it does when a
// supervisor has them judged anew: its answer then settles them here, so that
// nobody is told of a refusal that is over. ids are the cases to look at, nil
// means all. Events of kinds that leave no trace in a case stay refused until
// a person asks.
func (s *Store) accepted(ids []string) error {
	s.mu.RLock()
	var refused []*row
	for _, r := range s.book.rows {
		if r.State == callback.Quarantined && !r.Pending() && (ids == nil || slices.Contains(ids, r.Event.CaseID)) {
			refused = append(refused, r)
		}
	}
	s.mu.RUnlock()
	if len(refused) == 0 {
		return nil
	}
	of := make([]string, len(refused))
	for i, r := range refused {
		of[i] = r.Event.CaseID
	}
	cases, err := s.casesByID(of)
	if err != nil {
		return err
	}
	for _, r := range refused {
		if !cases[r.Event.CaseID].Took(r.Event) {
			continue
		}
		switch err := s.Requeue(r.Event.ID); callback.CodeOf(err) {
		case "", callback.CodeConflict, callback.CodeNotFound: // somebody was quicker
		default:
			return err
		}
	}
	return nil
}

// caseIDsOf are the cases among documents.
func caseIDsOf(docs []callback.Doc) []string {
	ids := []string{}
	for _, d := range docs {
		if d.Type == callback.DocCase && d.Body != nil {
			ids = append(ids, d.ID)
		}
	}
	return ids
}
