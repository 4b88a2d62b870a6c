package server

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// The main road: responses in, cases in the feed, a call back, the board.
func TestFromResponseToBoard(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		report := w.intake("north", row("1", 2, "Nobody answers."), row("2", 8, "All right."), row("3", 10, "Wonderful!"))
		if report.Accepted != 3 || report.CasesOpened != 1 {
			t.Fatalf("report: %+v", report)
		}
		id := report.Results[0].CaseID
		docs, cursor, _ := w.feed(w.as("anna"), "", 0)
		if got := count(docs, callback.DocCase); got != 1 {
			t.Fatalf("%d cases in the feed", got)
		}
		if got := count(docs, callback.DocComment); got != 3 {
			t.Fatalf("%d comments in the feed", got)
		}

		anna := w.desk("anna")
		receipts := anna.push(anna.event("e1", id, 1, talked(w, "at1", 9)))
		if receipts[0].Status != callback.Applied || receipts[0].Pos == 0 || receipts[0].Fence < 2 {
			t.Fatalf("receipt: %+v", receipts[0])
		}
		after, _, _ := w.feed(w.as("anna"), cursor, 0)
		if got := count(after, callback.DocCase); got != 1 {
			t.Fatalf("%d cases after the call", got)
		}
		for _, d := range after {
			if d.Type == callback.DocCase && d.Pos != receipts[0].Pos {
				t.Fatalf("the case stands at %d, the receipt says %d", d.Pos, receipts[0].Pos)
			}
		}
		b := must(w.s.Board(t.Context(), "north", "month"))(t)
		if b.Recovery.Rescored.K != 1 || b.ToPromoter.Eligible.K != 1 || b.Total.Attempts != 1 || len(b.Standings) != 1 || b.Standings[0].Name != "Anna" {
			t.Fatalf("board: %+v", b)
		}
		w.check()
	})
}

func count(docs []callback.Doc, kind callback.DocType) int {
	n := 0
	for _, d := range docs {
		if d.Type == kind && d.Body != nil {
			n++
		}
	}
	return n
}

// A second import of the same rows changes nothing, and a dry run tells what
// the real one will do.
func TestIntakeIsIdempotent(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		batch := callback.IntakeBatch{Rows: []callback.Intake{row("1", 2, "Bad."), row("1", 2, "Bad."), row("2", 11, ""), row("3", 0, "Awful.")}}
		batch.DryRun = true
		_, before, _ := w.feed(w.as("anna"), "", 0)
		dry := must(w.s.Intake(t.Context(), "north", batch))(t)
		if docs, _, _ := w.feed(w.as("anna"), before, 0); len(docs) != 0 {
			t.Fatal("a dry run moved the feed")
		}
		batch.DryRun = false
		first := must(w.s.Intake(t.Context(), "north", batch))(t)
		if diff := cmp.Diff(dry, first); diff != "" {
			t.Fatalf("the dry run said something else:\n%s", diff)
		}
		if first.Accepted != 2 || first.Duplicates != 1 || first.Rejected != 1 || first.CasesOpened != 2 {
			t.Fatalf("report: %+v", first)
		}
		if r := first.Results[2]; r.Column != "score" || !strings.Contains(r.Reason, "11") {
			t.Fatalf("rejected row: %+v", r)
		}
		_, cursor, _ := w.feed(w.as("anna"), "", 0)
		again := must(w.s.Intake(t.Context(), "north", batch))(t)
		if again.Duplicates != 3 || again.Accepted != 0 {
			t.Fatalf("second import: %+v", again)
		}
		if docs, _, _ := w.feed(w.as("anna"), cursor, 0); len(docs) != 0 {
			t.Fatalf("the second import changed %d documents", len(docs))
		}
		w.check()
	})
}

// A later response joins the customer's open case; a request makes it urgent.
func TestOneOpenCasePerCustomer(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 5, "Slow.")).Results[0].CaseID
		later := row("2", 3, "Please call me.")
		later.Person.Ref, later.Asked, later.AnsweredAt = "ref-1", true, monday.Add(-time.Hour)
		res := w.intake("north", later).Results[0]
		if res.CaseID != id || res.Opened {
			t.Fatalf("second response: %+v", res)
		}
		c := w.caseOf("north", id)
		if len(c.Responses) != 2 || c.Kind != callback.KindRequest {
			t.Fatalf("case: kind %s, %d responses", c.Kind, len(c.Responses))
		}
		// Without a number of their own the phone number tells who it is.
		byPhone := row("9", 4, "Still slow.")
		byPhone.Person.Ref, byPhone.Person.Phone, byPhone.Person.Name = "", phoneOf("2"), "2, Customer"
		if res := w.intake("north", byPhone).Results[0]; res.CaseID != id {
			t.Fatalf("third response: %+v", res)
		}
		w.check()
	})
}
