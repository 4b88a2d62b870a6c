package server

import (
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// Words that come minutes after the score fill the response that is here; they
// open no case, and none that was closed. Nothing that was said is replaced.
func TestLateComments(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		first := w.intake("north", row("1", 2, ""), row("2", 2, ""), row("3", 10, "")).Results
		anna := w.desk("anna")
		anna.push(anna.event("e1", first[1].CaseID, 1, talked(w, "at1", 9)))
		before := [2]callback.Case{w.caseOf("north", first[0].CaseID), w.caseOf("north", first[1].CaseID)}
		w.now = w.now.Add(time.Hour)
		other := row("3", 1, "A promoter's words.")
		report := w.intake("north", row("1", 2, "Slow."), row("2", 2, "Rude."), other)
		if report.Accepted != 0 || report.Duplicates != 3 || report.Updated != 3 || report.CasesOpened != 0 {
			t.Fatalf("%+v", report)
		}
		for i, words := range []string{"Slow.", "Rude."} {
			c := w.caseOf("north", first[i].CaseID)
			if c.Response().Comment != words || c.State != before[i].State || c.Round != before[i].Round {
				t.Errorf("case %d: %q, %s in round %d", i, c.Response().Comment, c.State, c.Round)
			}
			if diff := cmp.Diff(before[i].Plan, c.Plan); diff != "" {
				t.Errorf("case %d is planned otherwise: %s", i, diff)
			}
		}
		list := must(w.s.Comments(t.Context(), "north", callback.CommentQuery{}))(t)
		if len(list) != 3 {
			t.Fatalf("%d comments", len(list))
		}
		for _, c := range list {
			if c.Text == other.Comment && *c.Score != 10 {
				t.Errorf("the score was replaced: %d", *c.Score)
			}
		}
		again := w.intake("north", row("1", 2, "Something else."), row("2", 2, ""))
		if again.Updated != 0 || again.Duplicates != 2 || w.caseOf("north", first[0].CaseID).Response().Comment != "Slow." {
			t.Errorf("what was said was replaced: %+v", again)
		}
		w.check()
	})
}
