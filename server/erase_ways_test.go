package server

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// The numbers of one person; the search for what an erasure leaves finds each of
// them by its digits.
const (
	ownNumber     = "+12015550177"
	heardNumber   = "+493055501771"
	outsideNumber = "+493055501772"
	sharedNumber  = "+493055501773"
)

// says is an answer of the person, under what they say of themselves.
func says(n, score int, at time.Time, who callback.Person) callback.Intake {
	in := secretPerson(n)
	in.Score, in.AnsweredAt = &score, at
	who.Name, who.Account = secret, secret
	in.Person = who
	return in
}

// onManyWays fills a world with one person who came in every way there is: under
// a reference and under a number, as two that turned out to be one; with numbers
// that were heard and entered; with answers that opened no case; and with calls
// outside the queue. It gives a case of theirs, and one that begins with a
// stranger outside the queue.
func onManyWays(w *world) (known, stranger string) {
	w.t.Helper()
	t, now := w.t, w.now
	ref := callback.Person{Ref: "ref " + secret, Email: "zylberstein.of.elm@example.com"}
	tel := callback.Person{Phone: ownNumber}
	one := w.intake("north", says(1, 5, now.Add(-30*time.Hour), ref)).Results[0].CaseID
	two := w.intake("north", says(2, 2, now.Add(-29*time.Hour), tel)).Results[0].CaseID
	both := ref
	both.Phone = ownNumber
	w.intake("north", says(3, 3, now.Add(-28*time.Hour), both))
	if gone := w.caseOf("north", one); gone.JoinedTo != two {
		t.Fatalf("%s and %s did not become one: %+v", one, two, gone.Closing)
	}

	anna := w.desk("anna")
	heard, typed := telephone(heardNumber), telephone(sharedNumber)
	heard.Raw, heard.Ext, typed.Raw = secret, secret, secret
	call := secretCall(w, "at-1")
	call.Number = heardNumber
	for i, r := range anna.push(
		anna.event("n1", two, 1, &callback.NumberAdded{Phone: heard, Next: true}),
		anna.event("n2", two, 1, &callback.NumberAdded{Phone: typed, Replaces: ownNumber}),
		anna.event("n3", two, 1, call),
	) {
		if r.Status != callback.Applied {
			t.Fatalf("event n%d: %+v", i+1, r)
		}
	}

	// Soon after the call they answer again, and are called outside the queue.
	w.now = now.Add(26 * time.Hour)
	if r := w.intake("north", says(4, 5, w.now.Add(-time.Hour), ref)).Results[0]; r.Cooling == nil || r.CaseID != two {
		t.Fatalf("the answer did not cool off: %+v", r)
	}
	again := outside(secret, heardNumber)
	again.Reason = secret
	again.Customer.Account, again.Customer.Phone.Raw = secret, secret
	anew := outside(secret, outsideNumber)
	anew.Reason = secret
	dialled := ended(w, "at-2", callback.NoAnswer)
	dialled.Note, dialled.Number = secret, outsideNumber
	for i, r := range anna.push(
		anna.event("o1", "a-known", 0, again),
		anna.event("o2", "a-stranger", 0, anew),
		anna.event("o3", "a-stranger", 1, dialled),
	) {
		if r.Status != callback.Applied {
			t.Fatalf("event o%d: %+v", i+1, r)
		}
	}
	if c, of := w.caseOf("north", "a-known"), w.caseOf("north", two); c.Customer.ID != of.Customer.ID {
		t.Fatalf("outside the queue the person is %s, not %s", c.Customer.ID, of.Customer.ID)
	}

	// Another team knows only a number that the first one heard.
	if r := w.intake("south", says(5, 1, w.now.Add(-time.Hour), callback.Person{Phone: sharedNumber})).Results[0]; !r.Opened {
		t.Fatalf("in the other team: %+v", r)
	}
	return one, "a-stranger"
}

// hashed gives the columns that hold the keyed hash of one of the numbers.
func (w *world) hashed(numbers ...string) (found []string) {
	w.t.Helper()
	tables := "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	if w.s.db.engine.name() == "postgres" {
		tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	for _, table := range w.texts(tables) {
		w.values(table, func(column, text string) {
			for _, n := range numbers {
				if place := table + "." + column; bytes.Equal([]byte(text), w.s.keys.tel(n)) && !slices.Contains(found, place) {
					found = append(found, place)
				}
			}
		})
	}
	return found
}

// However a person came to be known, an erasure finds all of them: under every
// number, in every team, as whom they turned out to be, and from outside the
// queue. A number is known again only by the erasure itself, and by the ceiling of
// dials for as long as it counts them.
func TestErasureReachesHoweverTheyCame(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		known, stranger := onManyWays(w)
		places := map[string]bool{}
		for _, hit := range w.leaks() {
			places[hit[:strings.Index(hit, ":")]] = true
		}
		for _, place := range []string{"docs.body", "events.body", "customers.body", "responses.body"} {
			if !places[place] {
				t.Fatalf("the test hides nothing in %s: %v", place, places)
			}
		}
		numbers := []string{ownNumber, heardNumber, outsideNumber, sharedNumber}
		before := w.hashed(numbers...)
		for _, place := range []string{"contacts.key", "customer_keys.key"} {
			if !slices.Contains(before, place) {
				t.Fatalf("the test knows no number by %s: %v", place, before)
			}
		}
		for _, id := range []string{known, stranger} {
			w.must(w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: id, Team: "north", Reason: "asked by letter"}))
		}
		if left := w.leaks(); len(left) > 0 {
			t.Errorf("%d values are left: %q", len(left), left)
		}
		// The ceiling of the week counts their dials on, for a week.
		if left := w.hashed(numbers...); !slices.Equal(left, []string{"dials.tel", "erased_keys.key"}) {
			t.Errorf("numbers are known again by %v", left)
		}
		// Nor are they brought back, under whatever they are known by.
		for i, who := range []callback.Person{
			{Ref: "ref " + secret}, {Phone: ownNumber}, {Phone: heardNumber}, {Phone: outsideNumber}, {Phone: sharedNumber}, {Email: "zylberstein.of.elm@example.com"},
		} {
			for _, team := range []string{"north", "south"} {
				if r := w.intake(team, says(20+i, 1, monday.Add(-50*time.Hour), who)).Results[0]; r.Status != callback.IntakeRejected || !strings.Contains(r.Reason, "erased") {
					t.Errorf("%s, an old answer of %+v: %+v", team, who, r)
				}
			}
		}
		w.check()
	})
}
