package store

import (
	"encoding/json"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Undo takes back an event that was never sent. Its place in the journal is
// kept by an "undone" event of the same id and number, so that numbers have no
// holes. The draft the event was made of comes back under a new event id, or
// nil if it was no call. CodeConflict says that it is too late.
func (s *Store) Undo(eventID string) (*callback.Draft, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	r := s.book.byID[eventID]
	switch {
	case r == nil:
		return nil, callback.Errorf(callback.CodeNotFound, "event %s is not in this desk's journal, or was settled long ago", callback.Line(eventID))
	case r.State == callback.Withdrawn:
		return nil, callback.Errorf(callback.CodeConflict, "it was undone before")
	case r.State != callback.Waiting:
		return nil, callback.Errorf(callback.CodeConflict, "it was sent already and cannot be undone").
			WithHint("record what is right; both stay on the case")
	}
	back, err := draftOf(r, s.o.NewID)
	if err != nil {
		return nil, err
	}
	gone := *r
	gone.State, gone.Draft = callback.Withdrawn, nil
	payload, err := json.Marshal(callback.Undone{Was: r.Event.Kind})
	if err != nil {
		return nil, err
	}
	gone.Event.Kind, gone.Event.Payload = callback.KindUndone, payload
	if back != nil {
		back.SavedAt = s.now()
	}
	err = s.spared(func() error {
		return s.change(func(tx *bbolt.Tx) error {
			if back != nil {
				if err := s.seal.put(tx, draftBucket, []byte(back.EventID), back); err != nil {
					return err
				}
			}
			return s.seal.put(tx, liveBucket, rowKey(r.N), gone)
		})
	})
	if err != nil {
		return nil, s.failed("the undoing", err)
	}
	s.mu.Lock()
	s.book.replace(&gone)
	if back != nil {
		s.drafts[back.EventID] = *back
	}
	s.touch(r.Event)
	s.mu.Unlock()
	s.logUndone(gone.Event)
	s.bells.ring()
	return back, nil
}

// logUndone tells the log. The journal already says so; the log matters only
// if the journal is lost, and a failure here cannot undo the undoing.
func (s *Store) logUndone(e callback.Event) {
	raw, err := json.Marshal(e)
	if err != nil {
		return
	}
	_ = s.log.append(raw)
}

// draftOf gives the draft an event was made of. A call that was recorded
// without one gets a draft with what the event says.
func draftOf(r *row, newID func() string) (*callback.Draft, error) {
	if r.Draft != nil {
		d := *r.Draft
		d.EventID = newID()
		return &d, nil
	}
	if r.Event.Kind != callback.KindCallRecorded {
		return nil, nil
	}
	payload, err := r.Event.Decode()
	if err != nil {
		return nil, callback.Errorf(callback.CodeDamaged, "the event cannot be read: %w", err)
	}
	call := payload.(*callback.CallRecorded)
	d := &callback.Draft{
		EventID: newID(), AttemptID: call.AttemptID, CaseID: r.Event.CaseID, Fence: r.Event.Fence, Phase: callback.PhaseWrap,
		Guide: call.Guide, GuideVersion: call.GuideVersion, StartedAt: call.StartedAt, DialledAt: call.StartedAt,
		HungUpAt: r.Event.At, Rescore: call.Rescore, Root: call.Root, Disposition: call.Disposition, Number: call.Number,
	}
	if call.Note != "" {
		d.Texts = map[string]string{"note": call.Note}
	}
	return d, nil
}
