package ui

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringback/callback"
)

// sheetOf is a call that was made, without a screen.
func sheetOf(t testing.TB) *sheet {
	f := newFake(func() time.Time { return monday })
	f.fill(len(people), people)
	v, err := f.Case(maria)
	if err != nil {
		t.Fatal(err)
	}
	loc, err := callback.Zone("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	s := newSheet(callLoaded{caseID: maria, view: v, policy: f.policy}, f.me, loc)
	s.draft.EventID, s.draft.AttemptID, s.draft.StartedAt = "ev", "at", monday
	s.dial(monday)
	return s
}

// What an outcome asks for follows from its row in the table, and nothing else
// is asked for.
func TestSheetAsksForWhatTheTableSays(t *testing.T) {
	for _, r := range callback.Dispositions() {
		s := sheetOf(t)
		s.answered(monday.Add(5 * time.Second))
		s.dispose(r.Code, "", monday.Add(time.Minute))
		var asked []callField
		for range 6 {
			p := s.problem(monday.Add(time.Minute))
			if p == nil {
				break
			}
			asked = append(asked, p.field)
			switch p.field {
			case fieldRoot:
				s.setRoot(&callback.RootCause{Driver: "billing"})
			case fieldCallback, fieldDue:
				s.setText(p.field, "tomorrow 15:30", monday)
			default:
				s.setText(p.field, "words", monday)
			}
		}
		if p := s.problem(monday.Add(time.Minute)); p != nil {
			t.Errorf("%s still needs %s: %s", r.Code, p.field, p.say)
		}
		want := 0
		for _, needs := range []bool{r.Note, r.Root, r.To == callback.CallbackScheduled} {
			if needs {
				want++
			}
		}
		if r.Code == callback.TalkedPromise {
			want += 2 // the promise and its due time
		}
		if len(asked) != want {
			t.Errorf("%s asked for %v, want %d fields", r.Code, asked, want)
		}
		if err := s.payload(monday.Add(2 * time.Minute)).Validate(); err != nil {
			t.Errorf("%s: %v", r.Code, err)
		}
		if (r.Group == callback.GroupTalked) != s.asks() {
			t.Errorf("%s: asks for the score is %v", r.Code, s.asks())
		}
	}
}

// Every outcome can be foreseen, whatever was filled in so far, in the words
// of the state it leads to.
func TestSheetForeseesEveryOutcome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := sheetOf(t)
		for _, f := range []callField{fieldNote, fieldPromise, fieldDue, fieldCallback, fieldRootText} {
			s.setText(f, rapid.SampledFrom([]string{"", "tomorrow 15:30", "words"}).Draw(rt, string(f)), monday)
		}
		if rapid.Bool().Draw(rt, "root") {
			s.setRoot(&callback.RootCause{Driver: "billing"})
		}
		for range rapid.IntRange(0, 7).Draw(rt, "attempts") {
			d := rapid.SampledFrom(callback.Dispositions()).Draw(rt, "before").Code
			s.view.Case.Attempts = append(s.view.Case.Attempts, callback.Attempt{ID: "a", Disposition: d, Round: 1, At: monday.Add(-time.Hour)})
		}
		for _, r := range callback.Dispositions() {
			full, short := s.next(r.Code, monday).String(), s.nextShort(r.Code, monday).String()
			if full == "" || short == "" || strings.Contains(full, "record") {
				rt.Fatalf("%s leads to %q, %q", r.Code, full, short)
			}
			if r.Suppress && !strings.Contains(full, "never called again") {
				rt.Fatalf("%s leads to %q", r.Code, full)
			}
		}
	})
}

func TestSheetTimesThatCannotStand(t *testing.T) {
	s := sheetOf(t)
	s.setText(fieldCallback, "12:00", monday)
	s.dispose(callback.CallbackMine, "", monday)
	s.setText(fieldNote, "Later.", monday)
	if p := s.problem(monday.Add(time.Hour)); p != nil {
		t.Fatalf("a time ahead is refused: %s", p.say)
	}
	for text, want := range map[string]string{"": "needs a time", "soon": "not understood", "12:00": "has passed"} {
		s.setText(fieldCallback, "x", monday)
		s.setText(fieldCallback, text, monday)
		p := s.problem(monday.Add(3 * time.Hour))
		if p == nil || p.field != fieldCallback || !strings.Contains(p.say.String(), want) {
			t.Errorf("%q: %+v, want %q", text, p, want)
		}
	}
	s.setText(fieldCallback, "", monday)
	s.setText(fieldPromise, "A letter", monday)
	if p := s.problem(monday); p == nil || p.field != fieldDue {
		t.Errorf("a promise without a due time passes: %+v", p)
	}
}

// Words that would burst the event are refused in words, not at the door of
// the journal.
func TestSheetTooManyWords(t *testing.T) {
	s := sheetOf(t)
	s.dispose(callback.BadMoment, "", monday)
	s.setText(fieldNote, strings.Repeat("<", callback.MaxText), monday)
	if p := s.problem(monday); p == nil || !strings.Contains(p.say.String(), "too many") {
		t.Errorf("%+v", p)
	}
}

func TestSheetScoreNeedsTheIssueFirst(t *testing.T) {
	s := sheetOf(t)
	if s.mayAsk() {
		t.Error("it asks before anybody answered")
	}
	s.answered(monday)
	if s.mayAsk() {
		t.Error("it asks before the issue is on record")
	}
	s.setText(fieldNote, "  ", monday)
	if s.mayAsk() {
		t.Error("blanks are no issue")
	}
	s.setRoot(&callback.RootCause{Driver: "billing"})
	if !s.mayAsk() {
		t.Error("a root cause is an issue")
	}
}
