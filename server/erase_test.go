package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// secret stands in every text of the person who is to be erased.
const secret = "Zylberstein of Elm Road"

// secretPerson is a person whose every text is the secret.
func secretPerson(n int) callback.Intake {
	one := 1
	return callback.Intake{
		Source: "survey " + secret, ExternalID: fmt.Sprintf("%s %d", secret, n), Score: &one, Comment: secret + " is not happy.",
		AnsweredAt: monday.Add(-24 * time.Hour), Channel: strings.ToLower(secret), Product: secret, Language: secret,
		Person: callback.Person{
			Ref: "ref " + secret, Name: secret, Phone: "+1 201 555 0177", Email: "zylberstein.of.elm@example.com", Account: secret, Region: "US",
		},
	}
}

// secretCall says the secret wherever a call can say something.
func secretCall(w *world, attempt string) *callback.CallRecorded {
	c := talked(w, attempt, 9)
	c.Number, c.Note, c.Custom, c.Guide = "+12015550177", secret, secret, secret
	c.Root = &callback.RootCause{Driver: secret, Cause: secret, Text: secret, Control: callback.ControlTeam}
	c.Story = &callback.Story{Wrong: secret, Did: secret, Said: secret, Author: secret}
	c.Rescore.Wording = secret
	c.Answers = []callback.GuideAnswer{{ID: "q1", Question: secret, Answer: secret}}
	return c
}

// secretPast fills a world with the person's history, in two teams: every kind
// of place that keeps a text.
func secretPast(w *world) (cases []string) {
	w.t.Helper()
	for i, team := range []string{"north", "south"} {
		in := secretPerson(i)
		id := w.intake(team, in).Results[0].CaseID
		cases = append(cases, id)
		again := secretPerson(i + 10)
		again.AnsweredAt = again.AnsweredAt.Add(time.Hour)
		w.intake(team, again)
		quiet := secretPerson(i + 20) // a promoter's answer, which opens nothing
		ten := 10
		quiet.Score, quiet.Comment = &ten, secret
		w.intake(team, quiet)
	}
	anna := w.desk("anna")
	later := w.now.Add(40 * time.Hour)
	promise := talked(w, "at0", 7)
	promise.Disposition, promise.Note = callback.TalkedPromise, secret
	promise.Promises = []callback.NewPromise{{ID: "p1", Text: secret, Due: later, Owner: secret}}
	id := cases[0]
	anna.push(
		anna.event("e1", id, 1, promise),
		anna.event("e2", id, 1, &callback.NoteAdded{Text: secret}),
		anna.event("e3", id, 1, &callback.CaseSkipped{Reason: secret}),
		anna.event("e4", id, 1, &callback.PromiseMade{Promise: callback.NewPromise{ID: "p2", Text: secret, Due: later}}),
		anna.event("e5", id, 1, &callback.CallbackSet{Callback: callback.CallbackWish{At: later, Zone: secret}}),
		anna.event("e6", id, 1, &callback.ScoreRecorded{
			Role: callback.Resurvey, Answer: callback.Answer{Answer: callback.Declined, Wording: secret}, CollectedBy: secret, Mode: secret, Comment: secret,
		}),
		anna.event("e7", id, 1, &callback.CaseEscalated{Reason: secret}),
	)
	boris := w.desk("boris")
	odd := boris.event("b1", id, 1, &callback.NoteAdded{Text: secret})
	odd.Kind = "from.tomorrow"
	wrong := boris.event("b2", id, 1, &callback.NoteAdded{Text: strings.Repeat(secret, 500)})
	boris.push(odd, wrong, boris.event("b3", id, 0, secretCall(w, "at9")))
	w.must(w.s.Claim(w.t.Context(), w.as("sue"), callback.ClaimRequest{CaseID: id}))
	w.must(w.s.Suppress(w.t.Context(), w.as("sue"), callback.SuppressionBatch{Rows: []callback.NewSuppression{{Number: "+12015550177", Reason: secret}}}))
	return cases
}

// leaks gives the values of a database, in whatever table and column, that hold the secret.
func (w *world) leaks() (found []string) {
	w.t.Helper()
	tables := "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	if w.s.db.engine.name() == "postgres" {
		tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	for _, table := range w.texts(tables) {
		w.values(table, func(column, text string) {
			for _, s := range []string{"ylberstein", "Elm Road", "elm road", "5550177"} {
				if strings.Contains(text, s) {
					found = append(found, table+"."+column+": "+text)
				}
			}
		})
	}
	return found
}

// values goes through all values of a table that hold text or bytes.
func (w *world) values(table string, each func(column, text string)) {
	w.t.Helper()
	list, err := w.s.db.read.Query("SELECT * FROM " + table)
	if err != nil {
		w.t.Fatalf("%s: %v", table, err)
	}
	defer func() { w.must(nil, list.Close()) }()
	names := must(list.Columns())(w.t)
	for list.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		w.must(nil, list.Scan(into...))
		for i, v := range row {
			switch v := v.(type) {
			case string:
				each(names[i], v)
			case []byte:
				each(names[i], string(v))
			}
		}
	}
	w.must(nil, list.Err())
}

// texts gives the one column of a query.
func (w *world) texts(query string) (out []string) {
	w.t.Helper()
	list, err := w.s.db.read.Query(query)
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	defer func() { w.must(nil, list.Close()) }()
	for list.Next() {
		var text string
		w.must(nil, list.Scan(&text))
		out = append(out, text)
	}
	w.must(nil, list.Err())
	return out
}

// After an erasure nothing of the person is left in any table; what is left
// folds and counts as before, and the same events and answers are still known.
func TestErase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("other", 2, "Somebody else's words."))
		cases := secretPast(w)
		if len(w.leaks()) < 10 {
			t.Fatalf("the test hides too little: %q", w.leaks())
		}
		board := must(w.s.Board(t.Context(), "north", "all"))(t)
		adam := w.as("adam")
		ask := callback.EraseRequest{CaseID: cases[0], Team: "north", Reason: "asked by letter"}
		dry := ask
		dry.DryRun = true
		plan := must(w.s.Erase(t.Context(), adam, dry))(t)
		w.check()
		if len(w.leaks()) < 10 {
			t.Fatal("a dry run erased something")
		}
		report := must(w.s.Erase(t.Context(), adam, ask))(t)
		report.ID, plan.ID = "", ""
		report.Left = ""
		if diff := cmp.Diff(plan, report); diff != "" {
			t.Errorf("the dry run promised otherwise: %s", diff)
		}
		if len(report.Cases) != 2 || report.Customers != 2 || report.Responses != 6 || report.Events < 12 {
			t.Fatalf("%+v", report)
		}
		if left := w.leaks(); len(left) > 0 {
			t.Fatalf("%d texts are left: %q", len(left), left)
		}
		w.check()
		for i, team := range []string{"north", "south"} {
			c := w.caseOf(team, cases[i])
			if c.Erased == nil || c.State.Open() || c.Lease != nil || len(c.Disputed()) != 0 || c.Customer.Name != callback.ErasedText {
				t.Errorf("%s: %s %+v", team, c.State, c.Customer)
			}
		}
		now := must(w.s.Board(t.Context(), "north", "all"))(t)
		if board.Total.Attempts != now.Total.Attempts || board.Total.Eligible != now.Total.Eligible || board.Total.Rescored != now.Total.Rescored || board.Total.Moves != now.Total.Moves {
			t.Errorf("the figures changed: %+v became %+v", board.Total, now.Total)
		}
		// Erasing twice finds nothing more.
		if again := must(w.s.Erase(t.Context(), adam, ask))(t); again.Events != 0 || again.Responses != 0 || len(again.Cases) != 0 {
			t.Errorf("the second time: %+v", again)
		}
		w.check()
	})
}

// What was said before the erasure and comes after it is kept as a stub; what
// was here is known again, whether its desk still has the texts or not.
func TestLateFactsOfAnErasedCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		cases := secretPast(w)
		anna := w.desk("anna")
		anna.seq, anna.ack = 7, callback.Acked{Seq: 7, EventID: "e7"}
		note := &callback.NoteAdded{Text: secret}
		known := anna.event("e8", cases[0], 1, note)
		anna.push(known)
		w.must(w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: cases[0], Team: "north", Reason: "asked"}))
		attempts := len(w.caseOf("north", cases[0]).Attempts)

		stub := known.Stub()
		odd := withSeq(anna, 11, "e11", cases[0], note)
		odd.Kind = "from.tomorrow"
		long := withSeq(anna, 12, "e12", cases[0], &callback.NoteAdded{Text: strings.Repeat(secret, 400)})
		bad := withSeq(anna, 13, "e13", cases[0], &callback.NoteAdded{Text: secret})
		bad.Payload = json.RawMessage(`{"text":["` + secret + `"]}`)
		late := secretCall(w, "late")
		got := anna.push(known, stub, withSeq(anna, 9, "e9", cases[0], late), withSeq(anna, 10, "e10", cases[0], note), odd, long, bad)
		want := []callback.Verdict{
			{Status: callback.DuplicateEvent},
			{Status: callback.DuplicateEvent},
			{Status: callback.Shadowed, Reason: callback.ReasonErased},
			{Status: callback.Shadowed, Reason: callback.ReasonErased},
			{Status: callback.Rejected, Reason: callback.ReasonUnknownKind},
			{Status: callback.Rejected, Reason: callback.ReasonInvalid},
			{Status: callback.Rejected, Reason: callback.ReasonInvalid},
		}
		for i, r := range got {
			if r.Status != want[i].Status || want[i].Reason != "" && r.Reason != want[i].Reason {
				t.Errorf("event %d: %+v, want %+v", i, r, want[i])
			}
		}
		c := w.caseOf("north", cases[0])
		if len(c.Attempts) != attempts+1 || c.Attempts[attempts].EventID != "e9" || c.Attempts[attempts].Talk != late.Talk {
			t.Errorf("the late call: %+v", c.Attempts)
		}
		if left := w.leaks(); len(left) > 0 {
			t.Fatalf("texts came back: %q", left)
		}
		w.check()

		// Never to be called again counts even now, for the person's number.
		w.must(w.s.db.write.ExecContext(t.Context(), "DELETE FROM suppressions"))
		ban := withSeq(anna, 14, "e14", cases[0], &callback.SuppressRequested{Reason: secret})
		if r := anna.push(ban)[0]; r.Status != callback.Applied {
			t.Fatalf("%+v", r)
		}
		stranger := row("new", 1, "Bad.")
		stranger.Person.Phone = "+1 201 555 0177"
		if res := w.intake("south", stranger).Results[0]; res.Opened || !strings.Contains(res.Warning, "do-not-call") {
			t.Errorf("the number may be called: %+v", res)
		}
		w.check()
	})
}

// A request that was undone before it was sent, and that its desk has again since its disk was set back, is not what
// the server has under its id: its agent is told so, of an erased case as of any other.
func TestUndoneThenSetBackOfAnErasedCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		cases := secretPast(w)
		anna := w.desk("anna")
		anna.seq, anna.ack = 7, callback.Acked{Seq: 7, EventID: "e7"}
		undone := withSeq(anna, 8, "e8", cases[0], &callback.Undone{Was: callback.KindSuppressed})
		if r := anna.push(undone)[0]; r.Status != callback.Applied {
			t.Fatalf("%+v", r)
		}
		w.must(w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: cases[0], Team: "north", Reason: "asked"}))
		if r := anna.push(undone)[0]; r.Status != callback.DuplicateEvent {
			t.Errorf("what was undone comes again: %+v", r)
		}
		ban := withSeq(anna, 8, "e8", cases[0], &callback.SuppressRequested{Reason: secret})
		if r := anna.push(ban)[0]; r.Status != callback.Rejected || r.Reason != callback.ReasonIDReused {
			t.Errorf("the request of before: %+v", r)
		}
		if left := w.leaks(); len(left) > 0 {
			t.Fatalf("texts came back: %q", left)
		}
		w.check()
	})
}

func withSeq(d *desk, seq uint64, id, caseID string, p callback.Payload) callback.Event {
	d.seq = seq - 1
	return d.event(id, caseID, 1, p)
}

// An import does not bring an erased person back without a word: the same
// answers are known, other old ones are refused with the reason, and later ones
// are theirs to give.
func TestImportsAfterAnErasure(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		cases := secretPast(w)
		w.must(w.s.db.write.ExecContext(t.Context(), "DELETE FROM suppressions"))
		w.must(w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: cases[0], Team: "north", Reason: "asked"}))
		same, other, household, later := secretPerson(0), secretPerson(99), secretPerson(98), secretPerson(97)
		household.Person.Ref, household.Person.Name = "ref-2", "Their flatmate"
		household.Person.Email = ""
		later.AnsweredAt = w.now.Add(time.Hour)
		byMail := secretPerson(96)
		byMail.Person = callback.Person{Email: "Zylberstein.of.elm@EXAMPLE.com"}
		report := w.intake("north", same, other, byMail, household, later)
		for i, want := range []callback.IntakeStatus{
			callback.IntakeDuplicate, callback.IntakeRejected, callback.IntakeRejected, callback.IntakeAccepted, callback.IntakeAccepted,
		} {
			if r := report.Results[i]; r.Status != want {
				t.Errorf("row %d: %+v, want %s", i, r, want)
			}
		}
		if r := report.Results[1]; r.Column != "person" || !strings.Contains(r.Reason, "erased on 2026-03-02") {
			t.Errorf("%+v", r)
		}
		if r := report.Results[4]; !strings.Contains(r.Warning, "erased on 2026-03-02") {
			t.Errorf("%+v", r)
		}
		if r := report.Results[3]; r.Warning != "" {
			t.Errorf("another person on the same telephone: %+v", r)
		}
		w.check()
	})
}

// No byte of the person is left in any file of a SQLite server: database,
// write-ahead log, ledger, nor in a backup of before that was restored.
func TestErasureLeavesNoBytes(t *testing.T) {
	t.Parallel()
	w, path := fileWorld(t)
	for i := range 300 {
		w.intake("north", row(fmt.Sprint("n", i), i%11, "Words of somebody else, to fill pages and have them split and moved."))
	}
	before := filepath.Join(t.TempDir(), "before.db")
	cases := secretPast(w)
	for i := range 300 {
		w.intake("north", row(fmt.Sprint("m", i), i%11, "More words of somebody else, so that the secret lies in the middle."))
	}
	must(w.s.Backup(t.Context(), before))(t)
	if bytesIn(t, filepath.Dir(path)) == 0 || bytesIn(t, filepath.Dir(before)) == 0 {
		t.Fatal("the test hides nothing")
	}
	report := must(w.s.Erase(t.Context(), w.as("adam"), callback.EraseRequest{CaseID: cases[0], Team: "north", Reason: "asked"}))(t)
	if report.Left != "" {
		t.Errorf("left: %s", report.Left)
	}
	if n := bytesIn(t, filepath.Dir(path)); n > 0 {
		t.Fatalf("%d places hold the secret while the server runs", n)
	}
	w.check()
	w.close()
	if n := bytesIn(t, filepath.Dir(path)); n > 0 {
		t.Fatalf("%d places hold the secret", n)
	}
	restored := must(w.restore(path, before, RestoreOptions{}))(t)
	if restored.Erased != 1 {
		t.Fatalf("%+v", restored)
	}
	must(0, os.Remove(restored.Aside))(t)
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	w.check()
	if n := bytesIn(t, filepath.Dir(path)); n > 0 {
		t.Fatalf("%d places hold the secret after a restore", n)
	}
	if c := w.caseOf("north", cases[0]); c.Erased == nil {
		t.Fatal("the restored case is not erased")
	}

	// A ledger that was lost is written anew from the database, and serves the next restore.
	w.close()
	must(0, os.Remove(path+sideErased))(t)
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	w.check()
	w.close()
	if restored = must(w.restore(path, before, RestoreOptions{}))(t); restored.Erased != 1 {
		t.Fatalf("%+v", restored)
	}
	must(0, os.Remove(restored.Aside))(t)
	must(w.reopen("sqlite:"+path, HistoryStop))(t)
	w.check()
	if n := bytesIn(t, filepath.Dir(path)); n > 0 {
		t.Fatalf("%d places hold the secret after a second restore", n)
	}
}

// bytesIn counts the secret in all files of a folder.
func bytesIn(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, s := range []string{secret, strings.ToLower(secret), "2015550177", "zylberstein.of"} {
			if k := bytes.Count(raw, []byte(s)); k > 0 {
				n += k
				t.Logf("%s: %d of %q", filepath.Base(path), k, s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
