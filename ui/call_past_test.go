package ui

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// answeredFloor gives case 5, which anna put before a supervisor and got back,
// a promise that boris broke and a colleague who passed it over.
func answeredFloor(f *fake, o *Options) {
	onTheFloor(f, o)
	c := f.cases["case-000005"]
	settled := f.now().Add(-40 * time.Minute)
	c.Promises = append(c.Promises, callback.Promise{
		ID: "p9", Text: "Send the second router", Owner: "boris", Due: f.now().Add(-time.Hour), Status: callback.PromiseBroken, SettledAt: &settled, SettledBy: "boris",
	})
	c.Skips = append(c.Skips, callback.Skip{By: "chen", At: f.now().Add(-30 * time.Hour), Reason: "I know this person."})
	f.cases[c.ID] = c
	f.moved()
}

// Whoever calls is to know what a supervisor answered and what was promised,
// at any size of the window: the narrow one has it in its banner.
func TestTheCallTellsWhatHappenedBesideIt(t *testing.T) {
	x := onFloor(t, 200, 60, answeredFloor)
	x.press("enter")
	if x.front() != callTitle {
		t.Fatalf("no call opened:\n%s", x.screen())
	}
	x.sees("We do. Offer it, and ring her today.", "promise broken: Send the second router", "put before a supervisor · you", "skipped · 陈伟")
	broken, asked, skipped := strings.Index(x.screen(), "promise broken"), strings.Index(x.screen(), "put before a"), strings.Index(x.screen(), "skipped ·")
	if broken > asked || asked > skipped {
		t.Errorf("the past is not in its order: %d %d %d\n%s", broken, asked, skipped, x.screen())
	}

	x = onFloor(t, 80, 24, answeredFloor)
	x.press("enter")
	x.sees("Sofía Marín gave it back: We do. Offer it, and ring her today.")
}

func TestSupervisorSeesWhyTheyWereAsked(t *testing.T) {
	x := onFloor(t, 120, 40, leading)
	x.press("enter")
	x.sees("Before a supervisor, Борис Лебедев")
}

func TestLeavingGoesBackToTheFloor(t *testing.T) {
	x := onFloor(t, 120, 40, onTheFloor)
	x.press("enter", "esc")
	if x.front() != floorTitle {
		t.Errorf("esc led to %s", x.front())
	}
	x.press("enter", "n")
	x.write("She has two lines.")
	x.press("ctrl+s", "esc", "d", "y")
	if x.front() != floorTitle {
		t.Errorf("discarding led to %s", x.front())
	}
	x.press("1", "enter", "esc")
	if x.front() != queueTitle {
		t.Errorf("a call from the queue led back to %s", x.front())
	}
}

// A time that nobody may call at is refused while the customer is still there.
func TestTimeOutOfReachIsNotTaken(t *testing.T) {
	for _, typed := range []struct{ text, why string }{
		{"14 mar 2027 10:00", "We could not call then: more than 60 days ahead"},
		{"tomorrow 23:00", "We could not call then: outside the hours the law allows"},
		{"someday", "The time is not understood"},
	} {
		x := onCall(t, 200, 50, maria)
		x.talk()
		x.press("c")
		x.write(typed.text)
		x.press("enter")
		x.sees("! " + typed.why)
		if x.call().focus != fieldCallback {
			t.Errorf("%q was taken: focus on %v", typed.text, x.call().focus)
		}
		x.press("ctrl+u")
		x.write("tomorrow 15:30")
		x.press("enter")
		if x.call().focus != fieldHome {
			t.Errorf("a good time after %q was not taken", typed.text)
		}
	}
}

// A case that waits for its next try says so before anybody dials.
func TestWaitingCaseSaysSo(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.press("enter", "n", "enter")
	x.tell(openCall{caseID: maria})
	x.sees("Waits: tried before, next try", "The case is yours.")
}

// After another call was saved, a waiting line is not left under the cursor:
// enter would open it.
func TestAfterACallTheNextOneIsInHand(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.press("G")
	if r, ok := queueOf(x).win.selected(); !ok || r.raw.Ready {
		t.Fatal("the last line does not wait")
	}
	x.tell(recorded{caseID: maria, kind: callback.KindCallRecorded})
	if r, ok := queueOf(x).win.selected(); !ok || !r.raw.Ready {
		t.Errorf("a line that waits is in hand:\n%s", x.screen())
	}
	x.press("j")
	at := queueOf(x).win.at
	x.tell(recorded{caseID: hanako, kind: callback.KindCallRecorded})
	if r, _ := queueOf(x).win.selected(); r.id != hanako && queueOf(x).win.at != at {
		t.Errorf("a line that can be called lost the cursor: %d, was %d", queueOf(x).win.at, at)
	}
}

func TestWhyFollowsTheNews(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.press("w")
	before := x.desk.calls["Why"]
	x.tell(bell{})
	if x.desk.calls["Why"] != before+1 {
		t.Errorf("the box was read %d times after news, want 1 more than %d", x.desk.calls["Why"], before)
	}
	x.press("esc")
	x.tell(bell{})
	if x.desk.calls["Why"] != before+1 {
		t.Error("a closed box is read")
	}
}

// That a closed case is closed is no news to whoever chose it for the record.
func TestRingingAboutAClosedCaseWarnsOfNothing(t *testing.T) {
	x := newHand(t, 80, 24, calling, ended)
	x.desk.fails["Claim"] = callback.Errorf(callback.CodeConflict, "the case %s is closed", maria)
	x.tell(openCall{caseID: maria, inbound: true})
	x.press("n")
	x.sees("they rang")
	x.misses("put on record all the same")
}

// After the last one who can be called is skipped, the first one is in hand, and no
// line that waits.
func TestSkippingTheLastReadyOneGoesToTheFirst(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	w := &queueOf(x).win
	last := 0
	for i, r := range w.rows {
		if r.raw.Ready {
			last = i
		}
	}
	if last == 0 || last+1 >= w.total {
		t.Fatalf("the last ready line is %d of %d", last, w.total)
	}
	w.move(last - w.at)
	skipped := w.id
	x.press("s", "1", "enter")
	if r, ok := w.selected(); !ok || !r.raw.Ready || r.id == skipped {
		t.Errorf("in hand is %q, ready %v:\n%s", r.customer, r.raw.Ready, x.screen())
	}
}

// A desk whose account was closed is told so before it calls: that no server answers
// would be another matter.
func TestSignedOutDeskIsToldNotToCall(t *testing.T) {
	for _, code := range []callback.Code{callback.CodeRevoked, callback.CodeUnauthorized} {
		x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) {
			f.fails["Claim"] = callback.Errorf(code, "the account of this token was closed")
		})
		x.sees("This desk is signed out (the account of this token was closed): call nobody")
		x.misses("The server cannot be asked")
	}
}

// Those who wait stand by when they can be called, and no tier is told as the reason.
func TestWaitingLinesAreNotRankedByTier(t *testing.T) {
	d, at := &queueSide{}, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	waits := callback.Place{Tier: callback.TierRest, At: at}
	other := callback.QueueRow{Customer: "Íñigo", Place: callback.Place{Tier: callback.TierDeadline, At: at.Add(2 * time.Hour)}}
	if got := d.beats(waits, other).String(); got != "Before Íñigo, who can be called later" {
		t.Error(got)
	}
}
