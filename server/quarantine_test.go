package server

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// caseIDOf tells which id the case of a response will have: it is made of the response alone.
func caseIDOf(t *testing.T, in callback.Intake) string {
	t.Helper()
	other := newWorld(t, "sqlite:"+t.TempDir()+"/other.db")
	return other.intake("north", in).Results[0].CaseID
}

func (w *world) quarantineOf(settled bool) []callback.QuarantineEntry {
	w.t.Helper()
	return must(w.s.Quarantine(w.t.Context(), "north", settled, 0))(w.t)
}

// What was refused is kept and shown, and is judged anew when its desk sends it again: the same id takes effect
// once, in its new place, and the first verdict stays on record.
func TestARefusedEventSentAgain(t *testing.T) {
	t.Parallel()
	in := row("1", 2, "Bad.")
	id := caseIDOf(t, in)
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		if r := anna.push(anna.event("e1", id, 1, talked(w, "at1", 9)))[0]; r.Reason != callback.ReasonUnknownCase {
			t.Fatalf("before its case is here: %+v", r)
		}
		list := w.quarantineOf(false)
		if len(list) != 1 || list[0].EventID != "e1" || list[0].CaseID != id || list[0].Kind != callback.KindCallRecorded || list[0].Agent != "anna" || list[0].Settled != nil {
			t.Fatalf("quarantine: %+v", list)
		}
		again := anna.event("e1", id, 1, talked(w, "at1", 9))
		if r := anna.push(again)[0]; r.Status != callback.DuplicateEvent || r.Final().Status != callback.Rejected {
			t.Fatalf("nothing has changed: %+v", r)
		}
		w.intake("north", in)
		w.now = w.now.Add(time.Hour)
		again = anna.event("e1", id, 1, talkedAt(w, "at1", 9, monday))
		again.At = monday
		if r := anna.push(again)[0]; r.Status != callback.Applied || r.Pos == 0 {
			t.Fatalf("its case is here now: %+v", r)
		}
		if c := w.caseOf("north", id); c.State != callback.Closed || len(c.Attempts) != 1 {
			t.Fatalf("%s, %+v", c.State, c.Attempts)
		}
		if left := w.quarantineOf(false); len(left) != 0 {
			t.Fatalf("still in quarantine: %+v", left)
		}
		end := w.quarantineOf(true)[0]
		if end.Settled == nil || end.Settled.By != "anna" || end.Settled.How != callback.QuarantineApplied || end.Reason != callback.ReasonUnknownCase {
			t.Fatalf("on record: %+v", end)
		}
		again = anna.event("e1", id, 1, talkedAt(w, "at1", 9, monday))
		again.At = monday
		if r := anna.push(again)[0]; r.Status != callback.DuplicateEvent || r.Final().Status != callback.Applied {
			t.Fatalf("once more: %+v", r)
		}
		w.check()
	})
}

// talkedAt is the same call whenever it is sent.
func talkedAt(w *world, attempt string, score int, at time.Time) *callback.CallRecorded {
	c := talked(w, attempt, score)
	c.StartedAt = at.Add(-5 * time.Minute)
	return c
}

// A supervisor has an event judged anew, or dismisses it; both leave their name in the audit.
func TestSupervisorsSettleTheQuarantine(t *testing.T) {
	t.Parallel()
	in := row("1", 2, "Bad.")
	id := caseIDOf(t, in)
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		first := anna.event("e1", id, 1, ended(w, "at1", callback.NoAnswer))
		anna.push(first, anna.event("e3", id, 1, &callback.CaseAssigned{To: "boris"}))
		odd := anna.event("e2", id, 1, &callback.NoteAdded{Text: "x"})
		odd.Kind = "from.tomorrow"
		anna.push(odd)
		if n := len(w.quarantineOf(false)); n != 3 {
			t.Fatalf("%d in quarantine", n)
		}
		sue := w.as("sue")
		w.intake("north", in)
		for event, want := range map[string]callback.QuarantineResult{
			"e1": {EventID: "e1", Status: callback.Applied},
			"e2": {EventID: "e2", Status: callback.Rejected, Reason: callback.ReasonUnknownKind},
			"e3": {EventID: "e3", Status: callback.Rejected, Reason: callback.ReasonForbidden},
		} {
			got := must(w.s.RetryQuarantined(t.Context(), sue, event, ""))(t)
			if got.Detail = ""; got != want {
				t.Errorf("%s: %+v", event, got)
			}
		}
		if r := anna.push(first)[0]; r.Status != callback.DuplicateEvent || r.Final().Status != callback.Applied || r.Pos == 0 {
			t.Errorf("its desk asks again: %+v", r)
		}
		if err := w.s.DismissQuarantined(t.Context(), sue, "e3", " "); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("without a reason: %v", err)
		}
		w.must(nil, w.s.DismissQuarantined(t.Context(), sue, "e3", "agents do not give cases away"))
		if err := w.s.DismissQuarantined(t.Context(), sue, "e3", "twice"); callback.CodeOf(err) != callback.CodeNotFound {
			t.Errorf("twice: %v", err)
		}
		if err := w.s.DismissQuarantined(t.Context(), w.as("olga"), "e2", "not hers"); callback.CodeOf(err) != callback.CodeNotFound {
			t.Errorf("another team's: %v", err)
		}
		if left := w.quarantineOf(false); len(left) != 1 || left[0].EventID != "e2" {
			t.Fatalf("left: %+v", left)
		}
		if c := w.caseOf("north", id); len(c.Attempts) != 1 || c.Attempts[0].Agent != "anna" {
			t.Fatalf("attempts: %+v", c.Attempts)
		}
		audit := w.acts("north")
		var said []string
		for _, a := range audit {
			said = append(said, a.Who+" "+a.What+" "+a.Target+" "+a.Detail)
		}
		for _, want := range []string{"sue quarantine.applied e1 ", "sue quarantine.dismissed e3 "} {
			if !strings.Contains(strings.Join(said, "\n"), want) {
				t.Errorf("the audit lacks %q: %q", want, said)
			}
		}
		w.check()
	})
}

// An agent may accept what stands beside their own fact, or ask; only a supervisor lets the other lead.
func TestWhoMaySettleADispute(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna, boris, sue := w.desk("anna"), w.desk("boris"), w.desk("sue")
		anna.push(anna.event("a1", id, 1, talked(w, "at1", 9)))
		boris.push(boris.event("b1", id, 1, talked(w, "at2", 3)))
		amend := func(act callback.Act) *callback.EventAmended {
			return &callback.EventAmended{EventID: "b1", Act: act, Over: "a1", Reason: "because"}
		}
		fence := w.caseOf("north", id).Fence
		for i, try := range []struct {
			d    *desk
			act  callback.Act
			want string
		}{
			{boris, callback.ActLead, "rejected forbidden"},
			{anna, callback.ActKeep, "rejected forbidden"},
			{boris, callback.ActAsk, "applied"},
			{sue, callback.ActLead, "applied"},
			{boris, callback.ActKeep, "shadowed amended"},
		} {
			got := statuses(try.d.push(try.d.event("x"+string(rune('0'+i)), id, fence, amend(try.act))))
			if got[0] != try.want {
				t.Errorf("%s %s: %v, want %s", try.d.who.ID, try.act, got, try.want)
			}
		}
		c := w.caseOf("north", id)
		if *c.LastRescore().Value != 3 || len(c.Disputed()) != 0 {
			t.Errorf("%v %+v", c.LastRescore(), c.Disputes)
		}
		w.check()
	})
}

// The feed tells every desk which cases have something to settle, and that it is settled; trainers, who see no
// cases, are not told.
func TestDisputesAreInTheFeed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna, boris, sue := w.desk("anna"), w.desk("boris"), w.desk("sue")
		told := func(user, after string) (open map[string]bool, cursor string) {
			open = map[string]bool{}
			docs, cursor, _ := w.feed(w.as(user), after, 100)
			for _, d := range docs {
				if d.Type == callback.DocDispute {
					open[d.ID] = d.Body != nil
				}
			}
			return open, cursor
		}
		anna.push(anna.event("a1", id, 1, talked(w, "at1", 9)))
		boris.push(boris.event("b1", id, 1, talked(w, "at2", 3)))
		open, cursor := told("anna", "")
		if !open[id] || len(open) != 1 {
			t.Fatalf("told of %v", open)
		}
		if open, _ := told("tina", ""); len(open) != 0 {
			t.Fatalf("a trainer is told of %v", open)
		}
		sue.push(sue.event("s1", id, 0, &callback.EventAmended{EventID: "b1", Act: callback.ActKeep, Over: "a1"}))
		if open, _ = told("anna", cursor); len(open) != 1 || open[id] {
			t.Fatalf("then told of %v", open)
		}
		w.check()
	})
}

// A do-not-call is kept even if its case is not here: nobody is called because a backup was old.
func TestDoNotCallOfAnUnknownCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		never := &callback.SuppressRequested{Reason: "said so", Number: strings.ReplaceAll(phoneOf("1"), " ", "")}
		if r := anna.push(anna.event("e1", "not-here", 1, never))[0]; r.Reason != callback.ReasonUnknownCase {
			t.Fatalf("%+v", r)
		}
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		if id != "" && w.caseOf("north", id).State != callback.Suppressed {
			t.Fatalf("the number may be called: %s", w.caseOf("north", id).State)
		}
		w.check()
	})
}

// A fact stated under an earlier policy is judged by it if the desk's clock proves that, and by the newest
// otherwise.
func TestFactsAreJudgedByThePolicyOfTheirTime(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		report := w.intake("north", row("1", 2, "Bad."), row("2", 2, "Bad."), row("3", 2, "Bad."))
		stated := w.now
		w.now = w.now.Add(3 * time.Hour)
		p := must(w.s.Policy(t.Context(), "north"))(t)
		p.Retry.MaxAttempts = 1
		w.must(w.s.SetPolicy(t.Context(), "sue", "north", p))
		anna := w.desk("anna")
		exact, offset := int64(0), -time.Hour.Milliseconds()
		for i, c := range []struct {
			name string
			at   time.Time
			skew *int64
			want callback.State
		}{
			{"before the change, by a clock that is known", stated, &exact, callback.RetryWait},
			{"before the change, by a clock that is not", stated, nil, callback.Closed},
			{"after the change, corrected", w.now.Add(time.Hour), &offset, callback.Closed},
		} {
			e := anna.event("e"+string(rune('0'+i)), report.Results[i].CaseID, 1, ended(w, "at"+string(rune('0'+i)), callback.NoAnswer))
			e.At, e.SkewMS = c.at, c.skew
			anna.push(e)
			if got := w.caseOf("north", report.Results[i].CaseID).State; got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		w.check()
	})
}
