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
