package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// outside is the beginning of a call outside the queue, as a desk says it.
func outside(name, number string) *callback.AdHocOpened {
	return &callback.AdHocOpened{
		Customer: callback.Customer{ID: "p-of-the-desk", Name: name, Value: -1, Phone: callback.Phone{
			E164: number, Raw: number, Region: "JP", Zones: []string{"Asia/Tokyo"},
		}},
		Reason: "Invoice",
	}
}

// A call outside the queue is the agent's own case; what the server knows of a
// number stands in the place of what the desk said; nothing of it shows in the
// queue's figures, and it is there once however often it is sent.
func TestAdHocCallsStandOutsideTheQueue(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		begun := []callback.Event{
			anna.event("e1", "a1", 0, outside("Iris Moreno", "+34612345678")),
			anna.event("e2", "a1", 0, ended(w, "t1", callback.NoAnswer)),
		}
		for i, r := range anna.push(begun...) {
			if r.Status != callback.Applied {
				t.Fatalf("event %d: %+v", i+1, r)
			}
		}
		for _, r := range anna.push(begun...) {
			if r.Status != callback.DuplicateEvent {
				t.Fatalf("sent again: %+v", r)
			}
		}
		c := w.caseOf("north", "a1")
		if c.Kind != callback.KindAdHoc || c.Plan.Owner != "anna" || len(c.Attempts) != 1 || c.Customer.Phone.Region != "ES" {
			t.Fatalf("%s of %q, %d attempts, in %s", c.Kind, c.Plan.Owner, len(c.Attempts), c.Customer.Phone.Region)
		}
		if z := c.Customer.Phone.Zones; len(z) != 1 || z[0] != "Europe/Madrid" {
			t.Errorf("the desk's word for the zone holds: %v", z)
		}
		b := must(w.s.Board(t.Context(), "north", "all"))(t)
		if b.Total.AdHoc != 1 || b.Total.Eligible != 0 || b.Total.Attempts != 0 {
			t.Errorf("the board counts %+v", b.Total)
		}
		w.now = c.Plan.NotBefore.Add(time.Minute)
		if leases := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(leases) != 0 {
			t.Errorf("boris is served anna's case")
		}
		if leases := must(w.claim("anna", callback.ClaimRequest{Next: true}))(t); len(leases) != 1 {
			t.Errorf("anna is not served her case")
		}
		w.check()
	})
}

// What is no number, or lacks one, is refused with a receipt; a caller who
// withholds theirs is not.
func TestAdHocCallsNeedANumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		ring := outside("Private caller", "")
		ring.Inbound = true
		receipts := anna.push(
			anna.event("e1", "a1", 0, outside("Nobody", "")),
			anna.event("e2", "a2", 0, outside("Police", "+112")),
			anna.event("e3", "a3", 0, ring),
		)
		for i, why := range []string{"it lacks a number to call", "number"} {
			if r := receipts[i]; r.Status != callback.Rejected || r.Reason != callback.ReasonInvalid || !strings.Contains(r.Detail, why) {
				t.Errorf("%+v", r)
			}
		}
		if receipts[2].Status != callback.Applied {
			t.Errorf("a withheld number: %+v", receipts[2])
		}
		w.check()
	})
}

// A customer with an open case has no second one: the call outside the queue
// joins it, and says so on the case that the desk began.
func TestAdHocJoinsAnOpenCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		open := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		number := w.caseOf("north", open).Customer.Phone.E164
		name := w.caseOf("north", open).Customer.Name
		anna := w.desk("anna")
		anna.push(anna.event("e1", "a1", 0, outside(strings.ToUpper(name), number)))
		c := w.caseOf("north", "a1")
		if c.State != callback.Closed || c.Closing.Resolution != callback.Duplicate || c.AdHoc.Joined != open {
			t.Fatalf("%s, %+v", c.State, c.AdHoc)
		}
		// Recorded without a connection: the call is kept here, and what was
		// agreed goes on there, once however often it is sent.
		call := agreed(w, "t1", w.now.Add(24*time.Hour))
		call.Promises = []callback.NewPromise{{ID: "pr-1", Text: "Two invoices", Due: w.now.Add(48 * time.Hour)}}
		said := anna.event("e2", "a1", 0, call)
		r := anna.push(said)[0]
		if c = w.caseOf("north", "a1"); r.Reason != callback.ReasonOtherOpen || len(c.Attempts) != 1 || len(c.Disputed()) != 0 {
			t.Errorf("%+v: %d attempts, %d disputes", r, len(c.Attempts), len(c.Disputed()))
		}
		anna.push(said)
		into := w.caseOf("north", open)
		if cb := into.Plan.Callback; into.State != callback.CallbackScheduled || cb == nil || !cb.At.Equal(call.Callback.At) || cb.SetBy != "anna" || cb.Owner != "anna" {
			t.Errorf("%s, %+v", into.State, cb)
		}
		if p := into.Promises; len(p) != 1 || p[0].Text != "Two invoices" || p[0].Owner != "anna" || !p[0].Due.Equal(call.Promises[0].Due) {
			t.Errorf("promised: %+v", p)
		}
		if n := into.Notes; len(n) != 1 || !strings.Contains(n[0].Text, "Two invoices") || !strings.Contains(n[0].Text, "to call them Tue 3 Mar 2026") {
			t.Errorf("noted: %+v", n)
		}
		// A supervisor is to look at it: they do so there.
		upset := ended(w, "t2", callback.TalkedEscalated)
		upset.Note, upset.Root = "Wants the manager.", &callback.RootCause{Driver: "billing"}
		anna.push(anna.event("e2b", "a1", 0, upset))
		if into = w.caseOf("north", open); into.State != callback.Escalated || into.Escalation().Reason != "Wants the manager." || into.Plan.Callback == nil {
			t.Errorf("%s, %+v, %+v", into.State, into.Escalation(), into.Plan.Callback)
		}
		// Somebody else at the same number is another person.
		anna.push(anna.event("e3", "a2", 0, outside("Someone Else", number)))
		if c := w.caseOf("north", "a2"); !c.State.Open() || c.AdHoc.Joined != "" {
			t.Errorf("%s, %+v", c.State, c.AdHoc)
		}
		w.check()
	})
}

// Do-not-call ends a call outside the queue before it begins, and one that
// asks for it there ends every case of the number.
func TestAdHocKeepsDoNotCall(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		anna.push(anna.event("e1", "a1", 0, outside("Iris Moreno", "+34612345678")), anna.event("e2", "a1", 0, ended(w, "t1", callback.DoNotCall)))
		anna.push(anna.event("e3", "a2", 0, outside("Iris Moreno", "+34612345678")))
		for _, id := range []string{"a1", "a2"} {
			if c := w.caseOf("north", id); c.State != callback.Suppressed {
				t.Errorf("%s is %s", id, c.State)
			}
		}
		_, err := w.claim("anna", callback.ClaimRequest{CaseID: "a2"})
		if callback.CodeOf(err) != callback.CodeConflict {
			t.Errorf("claimed: %v", err)
		}
		w.check()
	})
}

// Calls outside the queue count toward the week's ceiling of the queue's calls,
// and the other way round; hours hold as ever.
func TestAdHocSharesTheCaps(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		low := row("1", 1, "Bad.")
		low.Person.Phone, low.Person.Zone = "+34612345678", "Europe/Madrid"
		anna := w.desk("anna")
		anna.push(anna.event("e0", "a0", 0, outside("Iris Moreno", "+34612345678")))
		for i := range callback.MaxPersonWeek {
			id := string(rune('1' + i))
			anna.push(anna.event("e"+id, "a0", 0, ended(w, "t"+id, callback.Busy)))
			w.now = w.now.Add(30 * time.Minute)
		}
		anna.push(anna.event("end", "a0", w.caseOf("north", "a0").Fence, &callback.CaseClosed{Resolution: callback.Listened}))
		queued := w.intake("north", low).Results[0].CaseID
		w.now = monday.Add(19 * time.Hour) // Tuesday, 11:00 in Madrid
		if e := w.refusal("boris", callback.ClaimRequest{CaseID: queued}); !strings.Contains(e.Message, "7× in 7 days") {
			t.Errorf("%s", e.Message)
		}
		anna.push(anna.event("new", "a9", 0, outside("Somebody New", "+34612345678")))
		if e := w.refusal("anna", callback.ClaimRequest{CaseID: "a9"}); !strings.Contains(e.Message, "7× in 7 days") {
			t.Errorf("%s", e.Message)
		}
		anna.push(anna.event("late", "a8", 0, outside("Ken", "+12125550123")))
		if e := w.refusal("anna", callback.ClaimRequest{CaseID: "a8"}); !strings.Contains(e.Message, "in New York") {
			t.Errorf("%s", e.Message)
		}
		w.check()
	})
}

// An answer to a survey makes the agent's case one of the queue, and only what
// comes after counts.
func TestAnAnswerTakesAnAdHocCaseIntoTheQueue(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		anna.push(anna.event("e1", "a1", 0, outside("Iris Moreno", "+34612345678")), anna.event("e2", "a1", 0, ended(w, "t1", callback.NoAnswer)))
		w.now = w.now.Add(time.Hour)
		low := row("1", 1, "Bad.")
		low.Person = callback.Person{Name: "Iris Moreno", Phone: "+34612345678"}
		res := w.intake("north", low).Results[0]
		c := w.caseOf("north", "a1")
		if res.CaseID != "a1" || c.Kind != callback.KindDetractor || c.Plan.Owner != "" || c.Opening().Comment != "Bad." {
			t.Fatalf("%+v: %s of %q", res, c.Kind, c.Plan.Owner)
		}
		b := must(w.s.Board(t.Context(), "north", "all"))(t)
		if b.Total.AdHoc != 1 || b.Total.Eligible != 1 || b.Total.Attempts != 0 || b.Total.Attempted != 0 {
			t.Errorf("the board counts %+v", b.Total)
		}
		w.check()
	})
}

// A case that is with a supervisor is not an agent's to close; the refusal is a
// receipt, and the case stays where it is. Trainers open nothing.
func TestOnlySupervisorsEndAnEscalation(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, &callback.CaseEscalated{Reason: "Court."}))
		for _, row := range []struct {
			user string
			want callback.Status
		}{{"anna", callback.Rejected}, {"boris", callback.Rejected}, {"tina", callback.Rejected}, {"sue", callback.Applied}} {
			d := w.desk(row.user)
			d.seq, d.ack = anna.seq*b2i(row.user == "anna"), anna.ack
			if row.user != "anna" {
				d.ack = callback.Acked{}
			}
			r := d.push(d.event("close-"+row.user, id, w.caseOf("north", id).Fence, &callback.CaseClosed{Resolution: callback.Listened}))[0]
			if r.Status != row.want || row.want == callback.Rejected && r.Reason != callback.ReasonForbidden {
				t.Errorf("%s: %+v", row.user, r)
			}
			if open := w.caseOf("north", id).State == callback.Escalated; open != (row.want == callback.Rejected) {
				t.Errorf("after %s the case is %s", row.user, w.caseOf("north", id).State)
			}
		}
		tina := w.desk("tina")
		tina.stream = "another-of-tina"
		if r := tina.push(tina.event("t9", "a9", 0, outside("X", "+34612345678")))[0]; r.Reason != callback.ReasonForbidden {
			t.Errorf("a trainer opened a case: %+v", r)
		}
		if rec := w.call("boris", http.MethodGet, "/v1/cases/"+id, nil); rec.Code != http.StatusOK {
			t.Errorf("%d", rec.Code)
		}
		w.check()
	})
}

func b2i(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
