package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

// A list of numbers reaches the open cases of every team, is written into the
// audit, and changes nothing when it comes again.
func TestSuppressNumbers(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		same := row("s1", 1, "Bad.")
		same.Person.Ref, same.Person.Email, same.Person.Phone = "elsewhere", "", phoneOf("n1")
		north := w.intake("north", row("n1", 1, "Bad.")).Results[0].CaseID
		south := w.intake("south", same).Results[0].CaseID
		other := w.intake("north", row("n2", 1, "Bad.")).Results[0].CaseID
		national := strings.TrimPrefix(phoneOf("n1"), "+1 ")
		batch := callback.SuppressionBatch{Region: "US", Rows: []callback.NewSuppression{
			{Number: national, Reason: "National\x1b[2J register"},
			{Number: "not a number"},
			{Number: "112"},
			{},
			{Number: phoneOf("n3")},
		}}
		first := must(w.s.Suppress(t.Context(), w.as("sue"), batch))(t)
		if first.Added != 2 || first.Rejected != 3 || first.Ended != 2 || len(first.Results) != 5 || first.Results[0].Ended != 2 {
			t.Fatalf("%+v", first)
		}
		for team, id := range map[string]string{"north": north, "south": south} {
			c := w.caseOf(team, id)
			if c.State != callback.Suppressed {
				t.Errorf("the case of %s is %s", team, c.State)
			}
		}
		if s := w.caseOf("north", other).State; s != callback.New {
			t.Errorf("a stranger's case is %s", s)
		}
		again := must(w.s.Suppress(t.Context(), w.as("adam"), batch))(t)
		if again.Added != 0 || again.Known != 2 || again.Ended != 0 || again.Results[0].Key != first.Results[0].Key {
			t.Fatalf("again: %+v", again)
		}
		late := row("n3", 0, "Call me!")
		late.Asked = true
		if res := w.intake("south", late).Results[0]; res.CaseID != "" || !strings.Contains(res.Warning, "do-not-call") {
			t.Errorf("a later request of a listed number: %+v", res)
		}
		var audited []string
		for _, a := range w.acts("north") {
			if a.What == "suppression.add" {
				audited = append(audited, a.Who+" "+a.Target+" "+a.Detail)
			}
			for _, x := range []string{phoneOf("n1"), phoneOf("n3")} {
				// Seven digits: three of them chance writes into a hash, too.
				if digits := strings.NewReplacer("+", "", " ", "", "-", "").Replace(x); strings.Contains(a.Target+a.Detail, digits[4:]) {
					t.Errorf("the audit holds a number: %+v", a)
				}
			}
		}
		if len(audited) != 2 || audited[0] != "sue "+first.Results[0].Key+" ended 2" {
			t.Errorf("audit: %q", audited)
		}
		if e := must(w.s.Suppressions(t.Context(), "north", 0))(t).Entries; len(e) != 2 || e[0].Reason+e[1].Reason != "National registerOn the do-not-call list." && e[1].Reason+e[0].Reason != "National registerOn the do-not-call list." {
			t.Errorf("the list's reasons: %+v", e)
		}
		w.check()
	})
}

// The person of a case is listed by every key; a closed case counts too.
func TestSuppressCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, talked(w, "at1", 9)))
		moved := row("2", 1, "Bad again.")
		moved.Person.Ref, moved.Asked = "ref-1", true
		open := w.intake("north", moved).Results[0].CaseID
		batch := callback.SuppressionBatch{Rows: []callback.NewSuppression{{CaseID: id, Reason: "By letter."}}}
		got := must(w.s.Suppress(t.Context(), w.as("sue"), batch))(t)
		if got.Added != 1 || got.Ended != 1 {
			t.Fatalf("%+v", got)
		}
		for _, c := range []string{id, open} {
			if s := w.caseOf("north", c).State; s != callback.Suppressed {
				t.Errorf("case %s is %s", c, s)
			}
		}
		if again := must(w.s.Suppress(t.Context(), w.as("sue"), batch))(t); again.Known != 1 || again.Ended != 0 {
			t.Errorf("again: %+v", again)
		}
		abroad := w.intake("south", row("9", 1, "Bad.")).Results[0].CaseID
		batch.Rows[0].CaseID = abroad
		if got := must(w.s.Suppress(t.Context(), w.as("sue"), batch))(t); got.Rejected != 1 || w.caseOf("south", abroad).State != callback.New {
			t.Errorf("another team's case: %+v", got)
		}
		mine := must(w.s.Suppressions(t.Context(), "north", 0))(t)
		if mine.Total != 3 || len(mine.Entries) != 3 || mine.Entries[0].CaseID != id || !mine.Entries[0].At.Equal(w.now) {
			t.Errorf("list: %+v", mine)
		}
		if theirs := must(w.s.Suppressions(t.Context(), "south", 0))(t); theirs.Total != 0 {
			t.Errorf("the other team's list: %+v", theirs)
		}
		if few := must(w.s.Suppressions(t.Context(), "", 2))(t); few.Total != 3 || len(few.Entries) != 2 {
			t.Errorf("a part: %+v", few)
		}
		w.check()
	})
}

// Every change of the list is on record: who, when, by which way; what changed
// nothing is not, and a reason that stands on a case stands nowhere else.
func TestSuppressionHistory(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		res := w.intake("north", row("1", 1, "Bad."), row("2", 1, "Bad."), row("3", 1, "Bad.")).Results
		anna := w.desk("anna")
		anna.push(anna.event("e1", res[0].CaseID, 1, ended(w, "at1", callback.DoNotCall)))
		w.now = w.now.Add(time.Minute)
		anna.push(anna.event("e2", res[1].CaseID, 1, &callback.SuppressRequested{Reason: "Wrote a letter."}))
		rows := []callback.NewSuppression{{Number: "+1 201 555 0199", Reason: "National register"}}
		for _, way := range []callback.SuppressionWay{callback.WayImport, callback.WayImport, ""} {
			w.now = w.now.Add(time.Minute)
			w.must(w.s.Suppress(t.Context(), w.as("sue"), callback.SuppressionBatch{Way: way, Rows: rows}))
		}
		w.now = w.now.Add(time.Minute)
		w.must(w.s.Suppress(t.Context(), w.as("sue"), callback.SuppressionBatch{Rows: []callback.NewSuppression{{CaseID: res[2].CaseID, Reason: "By mail."}}}))
		if _, err := w.s.Suppress(t.Context(), w.as("sue"), callback.SuppressionBatch{Way: callback.WayCall, Rows: rows}); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("a batch that says it was a call: %v", err)
		}
		h := must(w.s.SuppressionHistory(t.Context(), "north", 0))(t)
		var got []string
		for _, c := range h.Changes {
			got = append(got, fmt.Sprintf("%s %s %s %d %q %v", c.Who, c.Way, c.CaseID, c.Ended, c.Reason, c.Key != ""))
		}
		want := []string{
			"sue rest " + res[2].CaseID + ` 1 "" true`,
			`sue import  0 "National register" true`,
			"anna desk " + res[1].CaseID + ` 1 "" true`,
			"anna call " + res[0].CaseID + ` 1 "" true`,
		}
		if diff := cmp.Diff(want, got); diff != "" || h.Total != 4 {
			t.Fatalf("%d changes\n%s", h.Total, diff)
		}
		if h := must(w.s.SuppressionHistory(t.Context(), "south", 0))(t); h.Total != 0 || len(h.Changes) != 0 {
			t.Errorf("another team sees %+v", h)
		}
		if h := must(w.s.SuppressionHistory(t.Context(), "", 2))(t); h.Total != 4 || len(h.Changes) != 2 {
			t.Errorf("two of all: %+v", h)
		}
		w.check()
	})
}
