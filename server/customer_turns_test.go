package server

import (
	"slices"
	"testing"
	"time"

	"ringback/callback"
)

// Somebody who rang from another number turns out to be a customer: the number
// that they gave last goes first on the case that goes on, whichever of the two
// it was on, and none comes back that was found to lead nowhere.
func TestWhoTurnsOutToBeKnownKeepsTheirNumbers(t *testing.T) {
	t.Parallel()
	both := func(id string) callback.Intake {
		r := with(id, "C-1", queens, 60)
		r.Person.Phones = []callback.PersonPhone{{Number: york}}
		return r
	}
	for name, x := range map[string]struct {
		// known is what became of the customer's first case.
		known func(w *world, anna *desk, id string)
		// want are the numbers that the open case may dial, in their order.
		want []string
	}{
		"an open case": {func(*world, *desk, string) {}, []string{queens, york}},
		"one outside the queue": {func(w *world, anna *desk, id string) {
			anna.push(anna.event("k1", id, w.caseOf("north", id).Fence, &callback.CaseClosed{Resolution: callback.Listened}), anna.event("k2", "a0", 0, outside("Kim Lee", york)))
		}, []string{queens, york}},
		"a number that led nowhere": {func(w *world, anna *desk, id string) {
			gone := ended(w, "t0", callback.Disconnected)
			gone.Number = york
			anna.push(anna.event("k1", id, w.caseOf("north", id).Fence, gone))
		}, []string{queens}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everywhere(t, func(t *testing.T, w *world) {
				anna := w.desk("anna")
				id := w.intake("north", with("1", "C-1", york, 0)).Results[0].CaseID
				x.known(w, anna, id)
				rang := outside("Kim Lee", queens)
				rang.Inbound = true
				talk := ended(w, "t1", callback.SoftRefusal)
				talk.Direction = callback.Inbound
				anna.push(anna.event("e1", "a1", 0, rang), anna.event("e2", "a1", 0, talk))
				w.now = w.now.Add(time.Hour)
				res := w.intake("north", both("2")).Results[0]
				c := w.caseOf("north", res.CaseID)
				if !c.State.Open() || res.Opened || !slices.Equal(dialable(c), x.want) {
					t.Fatalf("case %s is %s and dials %v, want %v", c.ID, c.State, dialable(c), x.want)
				}
				w.check()
			})
		})
	}
}

// Whoever asked never to be called is not called as the stranger who they seemed
// to be, nor the other way round.
func TestNeverAgainHoldsForWhoeverTheyTurnOutToBe(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{"the customer": york, "the stranger": queens} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everywhere(t, func(t *testing.T, w *world) {
				anna := w.desk("anna")
				first := w.intake("north", with("1", "C-1", york, 0)).Results[0].CaseID
				rang := outside("Kim Lee", queens)
				rang.Inbound = true
				never, later := ended(w, "t1", callback.DoNotCall), ended(w, "t2", callback.SoftRefusal)
				never.Number, later.Direction = said, callback.Inbound
				open, asked := "a1", first
				if said == queens {
					open, asked = first, "a1"
				}
				anna.push(anna.event("e1", "a1", 0, rang), anna.event("e2", asked, 1, never), anna.event("e3", "a1", 0, later))
				if c := w.caseOf("north", open); !c.State.Open() {
					t.Fatalf("nobody knows yet who they are, and case %s is %s", open, c.State)
				}
				w.now = w.now.Add(time.Hour)
				again := with("2", "C-1", queens, 60)
				again.Person.Phones = []callback.PersonPhone{{Number: york}}
				res := w.intake("north", again).Results[0]
				for _, id := range []string{first, "a1"} {
					if c := w.caseOf("north", id); c.State != callback.Suppressed && c.State != callback.Closed {
						t.Errorf("case %s is %s", id, c.State)
					}
				}
				if res.Opened || w.caseOf("north", open).State != callback.Suppressed {
					t.Errorf("the answer: %+v, case %s is %s", res, open, w.caseOf("north", open).State)
				}
				w.check()
			})
		})
	}
}
