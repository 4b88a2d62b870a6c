package server

import (
	"testing"
	"time"

	"ringback/callback"
)

// again is another answer of the customer of row id, given so many days after
// monday.
func again(id, ref string, score, days int) callback.Intake {
	in := row(id, score, "Again.")
	in.Person.Ref, in.Person.Name, in.AnsweredAt = "ref-"+ref, "Customer "+ref, monday.AddDate(0, 0, days)
	return in
}

// An answer soon after the call opens no case. It is kept with the case of the
// call, with its score and its words, and the report says so.
func TestCoolOff(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, talked(w, "at1", 9)))
		w.now = monday.AddDate(0, 0, 5)
		report := w.intake("north", again("2", "1", 5, 3), again("3", "1", 9, 4), again("4", "9", 5, 4))
		if report.Accepted != 3 || report.CooledOff != 1 || report.CasesOpened != 1 {
			t.Fatalf("%+v", report)
		}
		cooled, good := report.Results[0], report.Results[1]
		if cooled.Cooling == nil || cooled.CaseID != id || cooled.Opened || cooled.Cooling.Cause != callback.CoolsTalk ||
			!cooled.Cooling.Until.Equal(monday.AddDate(0, 0, 14)) {
			t.Errorf("soon after: %+v", cooled)
		}
		if good.CaseID != id || good.Cooling != nil {
			t.Errorf("an answer that opens none anyway: %+v", good)
		}
		c := w.caseOf("north", id)
		if c.State != callback.Closed || len(c.Responses) != 3 || c.Responses[1].Comment != "Again." {
			t.Errorf("the case: %s with %+v", c.State, c.Responses)
		}
		if len(c.Cooled) != 1 || c.Cooled[0].ResponseID != c.Responses[1].ID {
			t.Errorf("what opened no case: %+v", c.Cooled)
		}
		if s := c.LastResurvey(); s == nil || *s.Value != 9 || len(c.Scores) != 4 {
			t.Errorf("scores: %+v", c.Scores)
		}
		if r := w.intake("north", again("2", "1", 5, 3)); r.Duplicates != 1 || r.CooledOff != 0 {
			t.Errorf("sent again: %+v", r)
		}
		// What the policy spares, and what comes later, opens a case.
		w.now = monday.AddDate(0, 0, 20)
		for _, in := range []callback.Intake{again("5", "1", 3, 6), again("6", "9", 2, 19)} {
			if in.ExternalID == "6" {
				in.Person.Ref = "ref-8"
			}
			if r := w.intake("north", in).Results[0]; !r.Opened {
				t.Errorf("answer %s: %+v", in.ExternalID, r)
			}
		}
		w.check()
	})
}

// The list of those in peace is read beside those who write, who wait for it as
// little as it does for them.
func TestInPeaceBesideAWriter(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 2, "Bad."))
		who := Caller{ID: "sue", Team: "north", Role: callback.RoleSupervisor}
		first := must(w.s.InPeace(t.Context(), who, "north", ""))(t)
		if len(first.Customers) != 1 || first.Customers[0].Survey == nil {
			t.Fatalf("%+v", first)
		}
		err := w.s.Bulk(t.Context(), "north", func(b *Bulk) error {
			one := Arrival{callback.IntakeBatch{Rows: []callback.Intake{row("2", 1, "Worse.")}}, w.now}
			if err := b.Intake([]Arrival{one}, func(int, callback.IntakeReport) {}); err != nil {
				return err
			}
			page, err := w.s.InPeace(t.Context(), who, "north", "0")
			if len(page.Customers) != 1 {
				t.Errorf("beside a writer: %+v", page)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.InPeace(t.Context(), who, "nowhere", ""); callback.CodeOf(err) != callback.CodeNotFound {
			t.Errorf("a team that is not there: %v", err)
		}
		w.check()
	})
}

// The days are counted to when the customer answered, not to the import; asking
// for a call opens a case at once.
func TestCoolOffByTheAnswersTime(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		for _, n := range []string{"1", "2"} {
			id := w.intake("north", row(n, 2, "Bad.")).Results[0].CaseID
			anna.push(anna.event("e"+n, id, 1, talked(w, "at"+n, 9)))
		}
		w.now = monday.AddDate(0, 0, 20)
		late, fresh := again("a", "1", 6, 13), again("b", "1", 6, 14)
		if r := w.intake("north", late, fresh); r.CooledOff != 1 || r.CasesOpened != 1 || !r.Results[1].Opened {
			t.Errorf("%+v", r)
		}
		asks := again("c", "2", 6, 1)
		asks.Asked = true
		if r := w.intake("north", asks); r.CasesOpened != 1 || r.CooledOff != 0 {
			t.Errorf("a request: %+v", r)
		}
		w.check()
	})
}

// A comment that comes after its score, while its customer is left in peace,
// is added to what is kept.
func TestLateCommentInTheCoolOff(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, talked(w, "at1", 9)))
		w.now = monday.AddDate(0, 0, 5)
		silent := again("2", "1", 5, 3)
		silent.Comment = ""
		w.intake("north", silent)
		before := len(w.caseOf("north", id).Scores)
		if r := w.intake("north", again("2", "1", 5, 3)); r.Updated != 1 || r.CooledOff != 0 {
			t.Errorf("%+v", r)
		}
		c := w.caseOf("north", id)
		if c.State != callback.Closed || len(c.Responses) != 2 || c.Responses[1].Comment != "Again." || len(c.Scores) != before || len(c.Cooled) != 1 {
			t.Errorf("%s %+v", c.State, c.Responses)
		}
		w.check()
	})
}

// A dry run tells the same and keeps nothing.
func TestCoolOffDryRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
	anna := w.desk("anna")
	anna.push(anna.event("e1", id, 1, talked(w, "at1", 9)))
	w.now = monday.Add(24 * time.Hour)
	b := callback.IntakeBatch{Rows: []callback.Intake{again("2", "1", 5, 1)}, DryRun: true}
	if r := must(w.s.Intake(t.Context(), "north", b))(t); r.CooledOff != 1 {
		t.Errorf("%+v", r)
	}
	if c := w.caseOf("north", id); len(c.Responses) != 1 {
		t.Errorf("kept %+v", c.Responses)
	}
}
