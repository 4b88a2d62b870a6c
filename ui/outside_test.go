package ui

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// begun gives the case outside the queue that was begun last, as recorded.
func (x *hand) begun() (string, *callback.AdHocOpened) {
	x.t.Helper()
	for i := len(x.desk.journal) - 1; i >= 0; i-- {
		e := x.desk.journal[i].Event
		if e.Kind != callback.KindAdHocOpened {
			continue
		}
		p, err := e.Decode()
		if err != nil {
			x.t.Fatal(err)
		}
		return e.CaseID, p.(*callback.AdHocOpened)
	}
	x.t.Fatal("no case outside the queue was begun")
	return "", nil
}

// One key begins a call to somebody no case knows: the number is understood as
// it is typed, with its zone and clock, and the call goes on like any other.
func TestCallOutsideTheQueue(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.press("a")
	x.sees("Call somebody outside the queue", "Write + and the country's code first")
	x.write("612")
	x.press("enter")
	x.sees("! the country is not known", "as in +34 612 345 678")
	for range 3 {
		x.press("backspace")
	}
	x.write("+34 612 345 678")
	x.sees("✓ +34612345678 · Madrid 10:30")
	x.wait(outsidePause)
	x.sees("✓ +34612345678 · 10:30 in Madrid, open until 21:00")
	x.press("enter")
	x.write("Iris Moreno")
	x.press("enter")
	x.write("the invoice")
	x.press("enter")
	id, opened := x.begun()
	if opened.Customer.Name != "Iris Moreno" || opened.Customer.Phone.E164 != "+34612345678" || opened.Reason != "the invoice" || opened.Inbound {
		t.Errorf("begun %+v", opened)
	}
	if x.front() != callTitle {
		t.Fatalf("in front is %s: %s", x.front(), x.screen())
	}
	x.sees("Iris Moreno")
	x.talk()
	x.press("n")
	x.write("Sends two.")
	x.press("esc", "o", "m", "enter")
	c, _ := x.desk.view(id)
	if len(c.Attempts) != 1 || c.Kind != callback.KindAdHoc || c.Attempts[0].Number != "+34612345678" {
		t.Errorf("on the case: %+v", c.Attempts)
	}
}

// Who has an open case is offered it, and nobody is called who asked not to be.
func TestCallOutsideFindsTheOpenCase(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.press("a")
	x.write("+1 201 555 0004")
	x.press("ctrl+s")
	x.sees("John Smith has an open case", "open their case", "somebody else at this number")
	x.press("enter")
	if x.front() != callTitle || x.call().sheet.draft.CaseID != john {
		t.Fatalf("in front is %s", x.front())
	}
	if len(x.desk.journal) != 0 {
		t.Errorf("%d facts were recorded", len(x.desk.journal))
	}

	x = newHand(t, 100, 30, calling, func(f *fake, _ *Options) {
		c := f.cases[john]
		c.State = callback.Suppressed
		f.cases[john] = c
		f.moved()
	})
	x.press("a")
	x.write("+1 201 555 0004")
	x.press("ctrl+s")
	x.sees("asked not to be called")
	if x.front() != queueTitle || len(x.desk.journal) != 0 {
		t.Errorf("in front is %s, with %d facts", x.front(), len(x.desk.journal))
	}
}

// What the desk knows of a number is said while the form is filled: closed
// hours, whose open case it is, and who is never called. Nothing more is asked
// then.
func TestCallOutsideTellsBeforeTheFormIsFilled(t *testing.T) {
	night := func(f *fake, _ *Options) {
		f.policy.Windows = []callback.Window{{Hours: [7][]callback.Span{1: {{From: 12 * 60, To: 13 * 60}}}}}
	}
	x := newHand(t, 100, 30, calling, night)
	x.press("a")
	x.write("+34 612 345 678")
	x.wait(outsidePause)
	x.sees("! +34612345678 · 10:30 in Madrid, opens Mon 12:00: not the hour to")

	x = newHand(t, 100, 30, calling)
	x.press("a")
	x.write("+1 201 555 0004")
	x.misses("John Smith has this number")
	x.wait(outsidePause)
	x.sees("John Smith has this number, and an open case", "enter to their case")
	x.press("enter")
	x.sees("John Smith has an open case", "open their case")

	x = newHand(t, 100, 30, calling, func(f *fake, _ *Options) {
		c := f.cases[john]
		c.State = callback.Suppressed
		f.cases[john] = c
		f.moved()
	})
	x.press("a")
	x.write("+1 201 555 0004")
	x.wait(outsidePause)
	x.sees("! John Smith has this number, and asked not to be called")
	x.press("enter", "enter", "enter")
	x.sees("Call somebody outside the queue")
	if len(x.desk.journal) != 0 {
		t.Errorf("%d facts were recorded", len(x.desk.journal))
	}
}

// What a caller was looked for by is filled in where it belongs, and the cursor
// stands where something is missing or wrong.
func TestAnUnknownCallerIsFilledIn(t *testing.T) {
	for text, want := range map[string]struct {
		number, name string
		at           int
	}{
		"+34 612 345 999": {"+34 612 345 999", "", outsideName},
		"٠٠٤٢":            {"٠٠٤٢", "", outsideNumber},
		"612":             {"612", "", outsideNumber},
		"Ruiz":            {"", "Ruiz", outsideNumber},
		"Ruiz 2":          {"", "Ruiz 2", outsideNumber},
	} {
		x := newHand(t, 100, 30, calling)
		o := outsideCaller(x.app.e, text)
		if o.value(outsideNumber) != want.number || o.value(outsideName) != want.name || o.at != want.at {
			t.Errorf("%q: number %q, name %q, cursor in field %d", text, o.value(outsideNumber), o.value(outsideName), o.at)
		}
	}
}

// A failure that is longer than the line is read to its end, and the search it
// ends is no longer spoken of.
func TestALongFailureIsReadToItsEnd(t *testing.T) {
	x := newHand(t, 80, 24, calling)
	x.tell(underway{say("Looking for Ruiz…")})
	x.sees("Looking for Ruiz…")
	x.tell(failed{"find who rings", callback.Errorf(callback.CodeInvalid, "%s", strings.Repeat("this reason is long ", 8)+"and ends here")})
	x.sees("! Could not find who rings", "and ends here")
	x.misses("Looking for Ruiz…")
	x.fits("a long failure")
}

// A caller whom no case knows is taken with what they were looked for by; a
// number may be withheld.
func TestAnUnknownCallerIsTaken(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.ringing("Ximena")
	x.sees("Nobody by", "ad-hoc")
	x.press("a")
	x.sees("Somebody rings whom no case knows", "Ximena", "withhold")
	x.press("tab", "enter", "enter")
	_, opened := x.begun()
	if !opened.Inbound || opened.Customer.Name != "Ximena" || opened.Customer.Phone.E164 != "" {
		t.Errorf("begun %+v", opened)
	}
	x.sees("● they rang", "Ximena is on the line.")
}

// A caller who is none of those that were found is taken all the same.
func TestACallerWhoIsNoneOfThoseFound(t *testing.T) {
	x := newHand(t, 100, 30, calling)
	x.ringing("smith")
	x.sees("John Smith", "none of these")
	x.press("down", "enter")
	x.sees("Somebody rings whom no case knows", "smith")
	x.press("esc")
	if len(x.desk.journal) != 0 {
		t.Error("something was recorded by leaving")
	}
}

// A customer whose case is closed: it is opened again, with the call on it.
func TestACallerReopensTheirCase(t *testing.T) {
	x := newHand(t, 100, 30, calling, ended)
	x.ringing("600000001")
	x.press("enter")
	x.sees("This case is closed.", "open the case again", "something new")
	x.press("r")
	x.wait(time.Second)
	x.sees("● they rang", "Maria López is on the line.")
	if c, _ := x.desk.view(maria); c.State == callback.Closed || c.Round != 2 {
		t.Errorf("the case is %s in round %d", c.State, c.Round)
	}
}
