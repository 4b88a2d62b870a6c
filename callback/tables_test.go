package callback

import (
	"testing"
	"time"
)

func TestDispositionTable(t *testing.T) {
	codes, keys := map[Disposition]bool{}, map[string]bool{}
	for _, r := range Dispositions() {
		if codes[r.Code] || keys[r.Key] {
			t.Errorf("%s or its key %q stands twice", r.Code, r.Key)
		}
		codes[r.Code], keys[r.Key] = true, true
		if len(r.Code) != 2 || len(r.Key) != 1 || r.Meaning == "" || r.Class == ClassNone {
			t.Errorf("%s is not complete: %+v", r.Code, r)
		}
		closes := r.To == Closed || r.To == Suppressed
		if closes != (r.Resolution != "") {
			t.Errorf("%s leads to %s with resolution %q", r.Code, r.To, r.Resolution)
		}
		if closes && !r.Resolution.Known() {
			t.Errorf("%s has the unknown resolution %q", r.Code, r.Resolution)
		}
		if r.Suppress != (r.To == Suppressed) {
			t.Errorf("%s: suppress %v, but leads to %s", r.Code, r.Suppress, r.To)
		}
		if r.Right && !r.Human {
			t.Errorf("%s reaches the right person without a human answering", r.Code)
		}
		if (r.Group == GroupUnreached) == r.Human {
			t.Errorf("%s is in group %s, human answered %v", r.Code, r.Group, r.Human)
		}
		if !Allows(Wrap, OnDisposed, r.To) {
			t.Errorf("%s leads to %s, where no call can lead", r.Code, r.To)
		}
	}
	if len(codes) != 25 {
		t.Errorf("%d dispositions, the trade has 25", len(codes))
	}
}

// The table of §4.3 as it was agreed: who may go where. A row that is lost
// shows here.
func TestStateMachine(t *testing.T) {
	reach := map[State]map[State]bool{}
	for _, tr := range Transitions() {
		for _, to := range tr.To {
			if !Allows(tr.From, tr.On, to) {
				t.Errorf("%s on %s to %s stands in the table but is not allowed", tr.From, tr.On, to)
			}
			if reach[tr.From] == nil {
				reach[tr.From] = map[State]bool{}
			}
			reach[tr.From][to] = true
		}
	}
	for _, s := range openStates {
		for _, on := range []Trigger{OnAge, OnClose} {
			if !Allows(s, on, Closed) {
				t.Errorf("%s cannot be closed on %s", s, on)
			}
		}
		if !Allows(s, OnSuppress, Suppressed) || !Allows(s, OnConflict, Review) {
			t.Errorf("%s cannot be suppressed or sent to review", s)
		}
	}
	for to := range reach[Suppressed] {
		t.Errorf("suppressed is the end, yet leads to %s", to)
	}
	for to := range reach[Closed] {
		if to != New && to != Suppressed {
			t.Errorf("closed leads to %s", to)
		}
	}
	no := []struct {
		from State
		on   Trigger
		to   State
	}{
		{New, OnDisposed, Closed}, {Ready, OnDial, InCall}, {Suppressed, OnReopen, New}, {Claimed, OnHangUp, Wrap}, {Closed, OnClaim, Claimed},
	}
	for _, n := range no {
		if Allows(n.from, n.on, n.to) {
			t.Errorf("%s on %s to %s must not be", n.from, n.on, n.to)
		}
	}
}

func TestDispositionsLeadWhereTheTableSays(t *testing.T) {
	p := DefaultPolicy("main")
	for _, r := range Dispositions() {
		t.Run(string(r.Code), func(t *testing.T) {
			call := complete(r.Code)
			c, v := Apply(p, opened(t, p, 2), event(t, "ev-1", t0.Add(2*time.Hour), 1, call))
			if v.Status != Applied {
				t.Fatalf("verdict %v", v)
			}
			if c.State != r.To {
				t.Errorf("state %s, want %s", c.State, r.To)
			}
			if c.Conflict != "" {
				t.Errorf("conflict: %s", c.Conflict)
			}
			if len(c.Attempts) != 1 || c.Attempts[0].Disposition != r.Code {
				t.Errorf("attempts %+v", c.Attempts)
			}
			if c.State.Open() && c.State != Escalated && c.Plan.NotBefore.IsZero() && c.Plan.Owner == "" {
				t.Error("an open case has neither a next time nor an owner")
			}
			if c.Closing != nil && c.Closing.Resolution != r.Resolution {
				t.Errorf("closed as %s, want %s", c.Closing.Resolution, r.Resolution)
			}
			if c.Lease != nil {
				t.Error("the lease outlived the call")
			}
		})
	}
}

// complete gives a call of a disposition with all that it may require.
func complete(d Disposition) *CallRecorded {
	eight := 8
	c := &CallRecorded{
		AttemptID: "at-" + string(d), Number: "+12015550123", StartedAt: t0.Add(2 * time.Hour), Talk: 60, Disposition: d,
		Note: "a note", Root: &RootCause{Driver: "billing"},
		Rescore: &Answer{Answer: Answered, Value: &eight, Wording: "nps-1-en"},
	}
	r, _ := d.Rule()
	if r.To == CallbackScheduled {
		c.Callback = &CallbackWish{At: t0.Add(30 * time.Hour), Zone: "America/New_York", Anyone: d == CallbackAnyone}
	}
	if d == TalkedPromise {
		c.Promises = []NewPromise{{ID: "pr-1", Text: "refund", Due: t0.Add(48 * time.Hour)}}
	}
	return c
}
