package server

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// reachPast fills a world with what colleagues and supervisors said of people: each of the cases it gives is another
// person's, and each ends in another place that keeps words. The last one is of somebody who shares a number with
// the first and is not erased.
func reachPast(w *world) (cases []string, bystander string) {
	w.t.Helper()
	for i := range 7 {
		in := secretPerson(i)
		in.Person.Ref += string(rune('a' + i))
		in.Person.Phone = "+1 201 555 017" + string(rune('0'+i))
		in.Person.Email = ""
		cases = append(cases, w.intake("north", in).Results[0].CaseID)
	}
	other := row("bystander", 2, "Somebody else's words.")
	other.Person.Phone = "+1 201 555 0170"
	bystander = w.intake("north", other).Results[0].CaseID
	anna, boris, sue := w.desk("anna"), w.desk("boris"), w.desk("sue")
	fence := func(i int) uint64 { return w.caseOf("north", cases[i]).Fence }
	later := w.now.Add(40 * time.Hour)
	said := func(attempt string) *callback.CallRecorded {
		c := secretCall(w, attempt)
		c.Number = ""
		return c
	}

	// A number that waits, with everybody who has it.
	anna.push(anna.event("a1", cases[0], 1, &callback.CaseSkipped{Code: callback.SkipAbusive, Reason: secret}))
	// Skipped until it waits, and settled.
	for i, id := range []string{"a2", "a3", "a4"} {
		anna.push(anna.event(id, cases[1], fence(1), &callback.CaseSkipped{Reason: secret + strings.Repeat("!", i)}))
	}
	sue.push(sue.event("s1", cases[1], fence(1), &callback.ReviewSettled{To: "boris", Words: secret}))
	// Two outcomes of one call, a request to let the other lead, and the supervisor's word.
	before := fence(2)
	anna.push(anna.event("a5", cases[2], before, said("at-a")))
	boris.push(
		boris.event("b1", cases[2], before, said("at-b")),
		boris.event("b2", cases[2], before, &callback.EventAmended{EventID: "b1", Act: callback.ActAsk, Reason: secret}),
	)
	sue.push(sue.event("s2", cases[2], fence(2), &callback.EventAmended{EventID: "b1", Act: callback.ActLead, Over: "a5", Reason: secret}))
	// Escalated and returned; escalated and resolved.
	anna.push(anna.event("a6", cases[3], fence(3), &callback.CaseEscalated{Reason: secret}))
	sue.push(sue.event("s3", cases[3], fence(3), &callback.EscalationReturned{Words: secret}))
	anna.push(anna.event("a7", cases[4], fence(4), &callback.CaseEscalated{Reason: secret}))
	sue.push(sue.event("s4", cases[4], fence(4), &callback.EscalationResolved{Words: secret}))
	// A promise that was broken, and the escalation it brought about.
	anna.push(anna.event("a8", cases[5], fence(5), &callback.PromiseMade{Promise: callback.NewPromise{ID: "p9", Text: secret, Due: later}}))
	anna.push(anna.event("a9", cases[5], fence(5), &callback.PromiseSettled{PromiseID: "p9", Status: callback.PromiseBroken, Note: secret}))
	// Closed, reopened, and never to be called again.
	sue.push(sue.event("s5", cases[6], fence(6), &callback.CaseClosed{Resolution: callback.Refused, Note: secret}))
	sue.push(sue.event("s6", cases[6], fence(6), &callback.CaseReopened{Reason: secret}))
	anna.push(anna.event("a10", cases[6], fence(6), &callback.SuppressRequested{Reason: secret}))
	return cases, bystander
}

// Whatever anybody said of a person goes with them, from disputes, escalations, reviews, holds, promises and lists,
// and from the cases of others who only share their number; what is said of those others stays.
func TestErasureReachesEveryWord(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		cases, bystander := reachPast(w)
		places := map[string]bool{}
		for _, hit := range w.leaks() {
			places[hit[:strings.Index(hit, ":")]] = true
		}
		for _, place := range []string{"docs.body", "events.body", "customers.body", "responses.body"} {
			if !places[place] {
				t.Fatalf("the test hides nothing in %s: %v", place, places)
			}
		}
		if c := w.caseOf("north", cases[2]); len(c.Disputes) == 0 || !c.Disputes[0].Leads() || !strings.Contains(string(c.Disputes[0].Payload), secret) {
			t.Fatalf("there is no dispute: %+v", c.Disputes)
		}
		if c := w.caseOf("north", bystander); c.Hold == nil || c.Hold.Cause != callback.HeldAbusive {
			t.Fatalf("the bystander's case: %s %+v", c.State, c.Hold)
		}
		for _, id := range cases {
			w.must(w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: id, Team: "north", Reason: "asked by letter"}))
		}
		left := w.leaks()
		for i := 0; i < len(left); i++ {
			// The number is the bystander's own as well.
			if strings.Contains(left[i], bystander) || strings.Contains(left[i], "bystander") {
				left = append(left[:i], left[i+1:]...)
				i--
			}
		}
		if len(left) > 0 {
			t.Fatalf("%d words are left: %q", len(left), left)
		}
		for _, hit := range w.leaks() {
			if strings.Contains(hit, "ylberstein") || strings.Contains(hit, "Elm Road") {
				t.Errorf("with the bystander: %s", hit)
			}
		}
		if c := w.caseOf("north", bystander); c.Erased != nil || c.Response().Comment != "Somebody else's words." {
			t.Errorf("the bystander's case: %+v", c)
		}
		w.check()
	})
}
