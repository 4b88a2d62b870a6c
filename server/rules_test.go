package server

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// refusal gives the error of a claim that must be refused by the rules of
// dialling, with its reason and the time when it opens.
func (w *world) refusal(user string, req callback.ClaimRequest) *callback.Error {
	w.t.Helper()
	_, err := w.claim(user, req)
	var e *callback.Error
	if !errors.As(err, &e) || e.Code != callback.CodeConflict {
		w.t.Fatalf("the claim gave %v, want a refusal", err)
	}
	return e
}

// The rules are asked again when a case is claimed, whatever the desk
// believes: hours, caps, and the time when they open.
func TestClaimsKeepTheRules(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		in := row("1", 1, "Bad.")
		in.Person.Zone = "Europe/Madrid"
		id := w.intake("north", in).Results[0].CaseID
		one := callback.ClaimRequest{CaseID: id}

		w.now = time.Date(2026, 3, 2, 21, 0, 0, 0, time.UTC) // 22:00 in Madrid
		opens := time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC)
		e := w.refusal("anna", one)
		if !e.Opens.Equal(opens) || !strings.Contains(e.Message, "opens Tue 09:00 in Madrid") {
			t.Fatalf("at night: %q, opens %v", e.Message, e.Opens)
		}
		rec := w.call("anna", http.MethodPost, "/v1/claims", callback.ClaimRequest{CaseID: id, Device: "desk-of-anna"})
		if rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), `"opens":"2026-03-03T08:00:00Z"`) {
			t.Fatalf("over HTTP: %d %s", rec.Code, rec.Body)
		}
		if leases := must(w.claim("anna", callback.ClaimRequest{Next: true}))(t); len(leases) != 0 {
			t.Fatalf("served at night: %+v", leases)
		}
		// The customer rings: nothing is dialled.
		inbound := must(w.claim("anna", callback.ClaimRequest{CaseID: id, Purpose: callback.LeaseInbound}))(t)[0]
		if err := w.s.Release(t.Context(), w.as("anna"), inbound.ID); err != nil {
			t.Fatal(err)
		}
		// A pack is for later, if its time comes while it lasts.
		w.now = opens.Add(-11 * time.Hour)
		_ = w.refusal("anna", callback.ClaimRequest{CaseID: id, Purpose: callback.LeasePack})
		w.now = opens.Add(-9 * time.Hour)
		if leases := must(w.claim("anna", callback.ClaimRequest{Pack: 5}))(t); len(leases) != 1 {
			t.Fatalf("the pack holds %+v", leases)
		}

		w.now = opens
		d := w.desk("anna")
		lease := must(w.claim("anna", one))(t)[0]
		d.push(d.event("e1", id, lease.Fence, ended(w, "a1", callback.NoAnswer)))
		w.now = opens.Add(time.Hour)
		e = w.refusal("anna", one)
		if !e.Opens.Equal(opens.Add(3*time.Hour)) || !strings.Contains(e.Message, "called a short while ago, next from Tue 12:00 in Madrid") {
			t.Fatalf("an hour later: %q, opens %v", e.Message, e.Opens)
		}
		w.now = opens.Add(3 * time.Hour)
		lease = must(w.claim("anna", one))(t)[0]
		d.push(d.event("e2", id, lease.Fence, ended(w, "a2", callback.NoAnswer)))
		w.now = opens.Add(8 * time.Hour)
		e = w.refusal("anna", one)
		if !e.Opens.Equal(opens.Add(24*time.Hour)) || !strings.Contains(e.Message, "called 2× today") {
			t.Fatalf("the third on one day: %q, opens %v", e.Message, e.Opens)
		}
		w.check()
	})
}

// A call that goes on is not broken off by the clock, but none begins after
// hours on a case that was looked at before.
func TestACallGoesOnAfterHours(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		in := row("1", 1, "Bad.")
		in.Person.Zone = "Europe/Madrid"
		id := w.intake("north", in).Results[0].CaseID
		w.now = time.Date(2026, 3, 2, 19, 25, 0, 0, time.UTC) // 20:25; the window closes at 20:30
		lease := must(w.claim("anna", callback.ClaimRequest{CaseID: id}))(t)[0]
		w.now = w.now.Add(6 * time.Minute)
		if _, err := w.s.Renew(t.Context(), w.as("anna"), lease.ID, callback.LeaseInCall); callback.CodeOf(err) != callback.CodeConflict {
			t.Fatalf("a call after hours: %v", err)
		}
		must(w.s.Renew(t.Context(), w.as("anna"), lease.ID, ""))(t)
		w.now = w.now.Add(-4 * time.Minute)
		must(w.s.Renew(t.Context(), w.as("anna"), lease.ID, callback.LeaseInCall))(t)
		w.now = w.now.Add(20 * time.Minute)
		must(w.s.Renew(t.Context(), w.as("anna"), lease.ID, callback.LeaseInCall))(t)
		must(w.claim("anna", callback.ClaimRequest{CaseID: id, Purpose: callback.LeaseInCall}))(t)
		w.check()
	})
}

// A policy that changes the caps moves the waiting cases at once.
func TestCapsFollowThePolicy(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		d := w.desk("anna")
		d.push(d.event("e1", id, 1, ended(w, "a1", callback.NoAnswer)))
		p := must(w.s.Policy(t.Context(), "north"))(t)
		p.Retry.MinApart = 48 * 60
		w.must(w.s.SetPolicy(t.Context(), "sue", "north", p))
		w.now = w.now.Add(47 * time.Hour)
		if e := w.refusal("anna", callback.ClaimRequest{CaseID: id}); !strings.Contains(e.Message, "a short while ago") {
			t.Fatal(e)
		}
		w.now = w.now.Add(time.Hour)
		must(w.claim("anna", callback.ClaimRequest{CaseID: id}))(t)
		w.check()
	})
}

// The ceiling of dials to a person, and to a number, holds over all cases in
// all teams; the case learns of it, so that its desks do too.
func TestTheWeeksCeilingReachesAcrossCases(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		mine := row("1", 1, "Bad.")
		theirs := row("2", 1, "Bad.")
		theirs.Person.Ref, theirs.Person.Phone = "another person", mine.Person.Phone
		elsewhere := row("3", 1, "Bad.")
		elsewhere.Person.Ref = mine.Person.Ref // the same person, on another phone
		north := w.intake("north", mine).Results[0].CaseID
		south := w.intake("south", theirs, elsewhere).Results
		p := must(w.s.Policy(t.Context(), "north"))(t)
		p.Retry.PerPersonWeek = 3
		w.must(w.s.SetPolicy(t.Context(), "sue", "north", p))
		olga, anna := w.desk("olga"), w.desk("anna")
		dial := func(d *desk, id, caseID, number string) {
			call := ended(w, id, callback.NoAnswer)
			call.Number = number
			d.push(d.event("e-"+id, caseID, w.caseOf(d.who.Team, caseID).Fence, call))
		}
		first := w.now
		dial(olga, "a1", south[0].CaseID, w.caseOf("south", south[0].CaseID).Customer.Phone.E164)
		dial(olga, "a2", south[1].CaseID, w.caseOf("south", south[1].CaseID).Customer.Phone.E164)
		one := callback.ClaimRequest{CaseID: north}
		lease := must(w.claim("anna", one))(t)[0]
		if c := w.caseOf("north", north); len(c.Elsewhere) != 2 {
			t.Fatalf("the case knows of %v", c.Elsewhere)
		}
		// While one holds the person, nobody else may, on any phone.
		if _, err := w.claim("olga", callback.ClaimRequest{CaseID: south[1].CaseID}); callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "another team") {
			t.Fatalf("two hold one person: %v", err)
		}
		w.now = w.now.Add(time.Minute)
		dial(anna, "a3", north, w.caseOf("north", north).Customer.Phone.E164)
		_ = lease
		w.now = first.Add(6*24*time.Hour + 23*time.Hour + 59*time.Minute)
		e := w.refusal("anna", one)
		if !strings.Contains(e.Message, "called 3× in 7 days") || !e.Opens.Equal(first.Add(7*24*time.Hour)) {
			t.Fatalf("%q, opens %v", e.Message, e.Opens)
		}
		w.now = first.Add(7 * 24 * time.Hour)
		must(w.claim("anna", one))(t)
		w.check()

		// A refusal that a desk could not foresee is kept on the case.
		if err := w.s.Tick(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		rows := must(w.s.db.ask.DialsOfNumber(t.Context(), w.s.keys.tel(w.caseOf("north", north).Customer.Phone.E164), 0))(t)
		if len(rows) != 1 {
			t.Errorf("%d dials are kept, want the one of the last 7 days", len(rows))
		}
	})
}

// What a refused claim found out stays on the case, so that the queue tells of
// it on every desk.
func TestARefusedClaimIsRemembered(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		mine, theirs := row("1", 1, "Bad."), row("2", 1, "Bad.")
		theirs.Person.Ref, theirs.Person.Phone = "another person", mine.Person.Phone
		north := w.intake("north", mine).Results[0].CaseID
		south := w.intake("south", theirs).Results[0].CaseID
		p := must(w.s.Policy(t.Context(), "north"))(t)
		p.Retry.PerPersonWeek = 1
		w.must(w.s.SetPolicy(t.Context(), "sue", "north", p))
		d := w.desk("olga")
		call := ended(w, "a1", callback.NoAnswer)
		call.Number = w.caseOf("south", south).Customer.Phone.E164
		d.push(d.event("e1", south, 1, call))
		_ = w.refusal("anna", callback.ClaimRequest{CaseID: north})
		c := w.caseOf("north", north)
		rank, _ := callback.RankOf(must(w.s.Policy(t.Context(), "north"))(t), c)
		place := rank.Place(p, "boris", w.now)
		if len(c.Elsewhere) != 1 || place.Ready || place.Cause != callback.WaitsCaps {
			t.Fatalf("the case knows of %v and waits for %+v", c.Elsewhere, place)
		}
		w.check()
	})
}

// A dial is told to the team's other open cases of the number at once, before
// anybody claims one: the desk that goes offline next knows of it.
func TestADialIsToldToTheOtherCasesOfTheNumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		mine, theirs, nobody := row("1", 1, "Bad."), row("2", 1, "Bad."), row("3", 1, "Bad.")
		theirs.Person.Ref, theirs.Person.Name, theirs.Person.Phone = "another person", "Somebody Else", mine.Person.Phone
		cases := w.intake("north", mine, theirs, nobody).Results
		one, two, three := cases[0].CaseID, cases[1].CaseID, cases[2].CaseID
		if one == two {
			t.Fatal("they are one case")
		}
		d := w.desk("anna")
		call := ended(w, "a1", callback.NoAnswer)
		call.Number = w.caseOf("north", one).Customer.Phone.E164
		d.push(d.event("e1", one, 1, call))
		if c := w.caseOf("north", two); !slices.EqualFunc(c.Elsewhere, []time.Time{w.caseOf("north", one).Attempts[0].At.Truncate(time.Microsecond)}, time.Time.Equal) {
			t.Fatalf("the other case knows of %v", c.Elsewhere)
		}
		if c, own := w.caseOf("north", three), w.caseOf("north", one); c.Elsewhere != nil || own.Elsewhere != nil {
			t.Fatalf("somebody else's knows of %v, its own of %v", c.Elsewhere, own.Elsewhere)
		}
		w.check()
	})
}
