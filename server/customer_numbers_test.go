package server

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

const (
	york   = "+12015550123"
	queens = "+12125550147"
	london = "+447700900123"
)

func telephone(number string) callback.Phone {
	p, _ := readPhone(number, "")
	p.Zones, p.ZoneFrom, _ = zonesOf(p, "", "")
	return p
}

func dialable(c callback.Case) (out []string) {
	for _, p := range c.Customer.Numbers() {
		out = append(out, p.E164)
	}
	return out
}

// with gives a row of a customer with a number, answered at a minute of the day.
func with(id, ref, phone string, minute int) callback.Intake {
	r := row(id, 1, "Nobody calls back.")
	r.Person.Ref, r.Person.Phone = ref, phone
	r.Person.Email, r.Person.Name = "", "Kim Lee"
	r.AnsweredAt = r.AnsweredAt.Add(time.Duration(minute) * time.Minute)
	return r
}

// A later response with another number puts it on the open case, in front of
// the one before, which stays; the next case of the customer has both.
func TestALaterResponseAddsItsNumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		id := w.intake("north", with("1", "C-1", york, 0)).Results[0].CaseID
		res := w.intake("north", with("2", "C-1", queens, 1)).Results[0]
		c := w.caseOf("north", id)
		if res.CaseID != id || !slices.Equal(dialable(c), []string{queens, york}) {
			t.Fatalf("case %s dials %v", res.CaseID, dialable(c))
		}
		if n := c.Renumbered; len(n) != 1 || n[0].Response != c.Responses[1].ID || n[0].By != "" {
			t.Fatalf("on record: %+v", n)
		}
		w.intake("north", with("3", "C-1", york, 2))
		if c = w.caseOf("north", id); len(c.Renumbered) != 1 || !slices.Equal(dialable(c), []string{queens, york}) {
			t.Fatalf("a number that is known changes nothing: %v %+v", dialable(c), c.Renumbered)
		}
		anna.push(anna.event("e1", id, 1, &callback.CaseClosed{Resolution: callback.UnreachData}))
		next := w.intake("north", with("4", "C-1", "", 3)).Results[0].CaseID
		if c = w.caseOf("north", next); next == id || len(dialable(c)) != 2 {
			t.Fatalf("the next case %s dials %v", next, dialable(c))
		}
		w.check()
	})
}

// A customer without a number in the source is known by any of their numbers.
func TestACustomerIsKnownByAnyNumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		id := w.intake("north", with("1", "", york, 0)).Results[0].CaseID
		anna.push(anna.event("e1", id, 1, &callback.NumberAdded{Phone: telephone(queens), Next: true}))
		if got := w.intake("north", with("2", "", queens, 1)).Results[0]; got.CaseID != id || got.Opened {
			t.Fatalf("by the number that was entered: %+v", got)
		}
		if got := w.intake("north", with("3", "", york, 2)).Results[0]; got.CaseID != id || got.Opened {
			t.Fatalf("by the first number: %+v", got)
		}
		w.check()
	})
}

// A number on the do-not-call list that comes to an open case is never dialled,
// and ends nothing: nobody asked for this customer to be left alone. A request
// about any number that is dialled ends the case at once.
func TestAddedNumbersMeetTheDoNotCallList(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		if _, err := w.s.Suppress(t.Context(), w.as("sue"), callback.SuppressionBatch{Rows: []callback.NewSuppression{{Number: queens, Reason: "Asked."}}}); err != nil {
			t.Fatal(err)
		}
		id := w.intake("north", with("1", "C-1", york, 0)).Results[0].CaseID
		anna.push(anna.event("e1", id, 1, &callback.NumberAdded{Phone: telephone(queens), Next: true}))
		c := w.caseOf("north", id)
		if !c.State.Open() || !slices.Equal(dialable(c), []string{york}) || len(c.Customer.All()) != 2 {
			t.Fatalf("%s dials %v of %+v", c.State, dialable(c), c.Customer.All())
		}
		if _, err := w.claim("anna", callback.ClaimRequest{CaseID: id}); err != nil {
			t.Fatalf("the other number may be called: %v", err)
		}
		anna.push(anna.event("e2", id, 1, &callback.NumberAdded{Phone: telephone(london)}))
		if _, err := w.s.Suppress(t.Context(), w.as("sue"), callback.SuppressionBatch{Rows: []callback.NewSuppression{{Number: london, Reason: "Asked."}}}); err != nil {
			t.Fatal(err)
		}
		if c = w.caseOf("north", id); c.State != callback.Suppressed {
			t.Fatalf("a request about one of the numbers: %s", c.State)
		}
		w.check()
	})
}

// A lease covers every number of its case, also one that is entered while it
// lasts, and dials to any of them count for the person's ceiling.
func TestALeaseCoversEveryNumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		id := w.intake("north", with("1", "C-1", york, 0)).Results[0].CaseID
		other := w.intake("north", with("2", "C-2", queens, 0)).Results[0].CaseID
		third := w.intake("north", with("3", "C-3", london, 0)).Results[0].CaseID
		anna.push(anna.event("e1", id, 1, &callback.NumberAdded{Phone: telephone(queens)}))
		if _, err := w.claim("anna", callback.ClaimRequest{CaseID: id}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: other}); callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "anna") {
			t.Fatalf("a second number of the case: %v", err)
		}
		anna.push(anna.event("e2", id, 1, &callback.NumberAdded{Phone: telephone(london)}))
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: third}); callback.CodeOf(err) != callback.CodeConflict {
			t.Fatalf("a number entered during the lease: %v", err)
		}
		// The number of another customer joins nobody, and whoever dials first has it.
		if one, two := w.caseOf("north", id), w.caseOf("north", other); one.Customer.ID == two.Customer.ID || !two.State.Open() || !one.State.Open() {
			t.Fatalf("%s is %s, %s is %s", one.Customer.ID, one.State, two.Customer.ID, two.State)
		}
		anna.push(anna.event("e3", id, w.caseOf("north", id).Fence, ended(w, "at1", callback.NoAnswer)))
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: other}); err != nil {
			t.Fatalf("after the call: %v", err)
		}
		w.now = w.now.Add(4 * time.Hour)
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: other}); err != nil {
			t.Fatalf("later: %v", err)
		}
		if _, err := w.claim("anna", callback.ClaimRequest{CaseID: id}); callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "boris") {
			t.Fatalf("whose first number it is has it: %v", err)
		}
		w.check()
	})
}

// What is erased of a customer is gone for all their numbers.
func TestErasureReachesEveryNumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		id := w.intake("north", with("1", "C-1", york, 0)).Results[0].CaseID
		anna.push(anna.event("e1", id, 1, &callback.NumberAdded{Phone: telephone(queens), Replaces: york}))
		if _, err := w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: id, Team: "north", Reason: "Asked in writing."}); err != nil {
			t.Fatal(err)
		}
		for i, number := range []string{york, queens} {
			if got := w.intake("north", with([]string{"8", "9"}[i], "", number, -60)).Results[0]; got.Status != callback.IntakeRejected || !strings.Contains(got.Reason, "erased") {
				t.Errorf("an older answer from %s: %+v", number, got)
			}
		}
		c := w.caseOf("north", id)
		if len(c.Customer.All()) != 0 || len(c.Renumbered) == 0 || c.Renumbered[0].Number != "" {
			t.Errorf("left: %+v %+v", c.Customer, c.Renumbered)
		}
		w.check()
	})
}
