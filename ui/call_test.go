package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

const maria, anastasia, hanako, john = "case-000001", "case-000002", "case-000003", "case-000004"

func TestCallAnswered(t *testing.T) {
	x := onCall(t, 200, 50, maria)
	x.sees("Maria López", "The line drops every", "10:30 in Madrid", "open until 21:00", "Greet", "who you are", "The case is yours")
	x.press("enter")
	x.sees("ringing 0:00")
	x.wait(7 * time.Second)
	x.sees("ringing 0:07")
	x.press("a")
	x.wait(65 * time.Second)
	x.sees("talking 1:05")
	x.sees("2/3 Listen", "Let them finish")
	x.press("s")
	x.sees("First put the issue on record")
	x.press("n")
	x.write("Line drops at eight. quits? no, 12 days.")
	x.press("enter")
	x.write("Works from home.")
	x.press("esc", "r", "1", "1", "3", "tab", "tab", "tab")
	x.write("old box")
	x.press("enter", "p")
	x.write("Send a technician")
	x.press("enter")
	x.write("tomorrow 15:30")
	x.sees("= Tue 17 Nov 15:30 in Madrid")
	x.press("enter", "s")
	x.sees("On a scale from 0 to 10", "In their words")
	x.press("9")
	x.sees("enter confirms 9")
	x.press("enter")
	x.sees("Noted: 9 of 10")
	x.press("h")
	x.wait(30 * time.Second)
	x.sees("wrapping up 0:30")
	x.press("o")
	x.sees("How did the call end?", "Talked, promise made", "waits for the promise until Tue 15:30")
	x.press("2")
	x.sees("enter saves")
	if n := len(x.recordedCalls()); n != 0 {
		t.Fatalf("%d calls are recorded before enter", n)
	}
	x.press("enter")
	x.sees("Saved: Maria López", "Talked, promise made")
	nine := 9
	want := &callback.CallRecorded{
		AttemptID: x.oneCall().AttemptID, Number: "+34600000001", StartedAt: monday, Ring: 7, Talk: 65, WrapUp: 30,
		Disposition: callback.TalkedPromise, Note: "Line drops at eight. quits? no, 12 days.\nWorks from home.",
		Root: &callback.RootCause{Driver: "product", Cause: "broken", Control: callback.ControlCompany, Text: "old box"},
		Promises: []callback.NewPromise{{
			ID: x.desk.journal[0].Event.ID + "-promise", Text: "Send a technician", Owner: "anna", Due: time.Date(2026, 11, 17, 14, 30, 0, 0, time.UTC),
		}},
		Rescore: &callback.Answer{Answer: callback.Answered, Value: &nine, Wording: "nps-1-en"}, Guide: "unhappy", GuideVersion: 1,
	}
	if diff := cmp.Diff(want, x.oneCall()); diff != "" {
		t.Error(diff)
	}
	if e := x.desk.journal[0].Event; e.Fence != 1 || len(x.desk.drafts) != 0 {
		t.Errorf("fence %d, %d drafts left", e.Fence, len(x.desk.drafts))
	}
	x.press("enter")
	if x.front() != queueTitle {
		t.Errorf("after the call comes %s", x.front())
	}
}

func TestCallNobodyAnswers(t *testing.T) {
	for _, r := range callback.Dispositions() {
		if r.Group != callback.GroupUnreached {
			continue
		}
		x := onCall(t, 80, 24, maria)
		x.press("d")
		x.seesWay(r)
		x.wait(20 * time.Second)
		x.press(r.Key)
		x.sees("Saved: Maria López", r.Meaning)
		if got := x.oneCall(); got.Disposition != r.Code || got.Ring != 20 || got.Talk != 0 {
			t.Errorf("%s recorded %s, rang %d s", r.Key, got.Disposition, got.Ring)
		}
	}
}

// Every key for a call that nobody answers is in sight in the smallest
// terminal.
func TestCallUnreachedKeysAreInSight(t *testing.T) {
	x := onCall(t, minWidth, minHeight, maria)
	x.press("d")
	for _, r := range callback.Dispositions() {
		if r.Group == callback.GroupUnreached {
			x.seesWay(r)
		}
	}
}

// seesWay looks for a way of reaching nobody: its key and its meaning, in full
// or, where what it leads to needs the room, in brief.
func (x *hand) seesWay(r callback.DispositionRule) {
	x.t.Helper()
	if !strings.Contains(x.screen(), r.Key+" "+r.Meaning+" ") {
		x.sees(r.Key + " " + unreachedBrief[r.Code] + " → ")
	}
}

func TestCallBackAtATimeInTheirZone(t *testing.T) {
	x := onCall(t, 200, 50, john) // 04:30 in New York
	x.press("enter")
	x.sees("There is no call now: opens Mon 09:00 in New York.", "preparing")
	if x.desk.calls["Dial"] != 0 {
		t.Fatal("it dialled outside calling hours")
	}
	x.wait(5 * time.Hour)
	x.press("enter")
	x.press("a", "o", "c") // callback agreed, with me: needs a note and a time
	x.sees("needs a note and a time to call back")
	x.write("On a train.")
	x.press("ctrl+s")
	x.sees("needs a time to call back")
	x.write("tomorrow 15:30")
	x.sees("= Tue 17 Nov 15:30 in New York · 21:30 yours")
	x.press("enter")
	x.sees("you call Tue 17 Nov 15:30 in New York", "enter saves")
	x.press("enter")
	want := &callback.CallbackWish{At: time.Date(2026, 11, 17, 20, 30, 0, 0, time.UTC), Zone: "America/New_York"}
	if diff := cmp.Diff(want, x.oneCall().Callback); diff != "" {
		t.Error(diff)
	}
}

func TestCallbackGridAndWarnings(t *testing.T) {
	x := onCall(t, 200, 50, maria)
	x.talk()
	x.press("c")
	x.write("tomorrow 3")
	x.sees("outside the hours the law allows: 08:00–21:00")
	x.press("ctrl+u")
	x.write("sun 15")
	x.sees("outside calling hours")
	x.press("ctrl+u")
	x.write("someday")
	x.sees(`"someday" is not a word of a time`, "tue 9")
	x.press("ctrl+u", "down")
	x.sees("= Mon 16 Nov 12:00", "[x]")
	x.press("right", "down", "down", "left", "right")
	x.sees("= Tue 17 Nov 14:00")
	x.write(" ")
	if x.call().pick.grid {
		t.Error("text does not leave the grid")
	}
	x.press("enter", "h", "o", "a")
	x.write("Later, anyone.")
	x.press("ctrl+s", "enter")
	if got := x.oneCall().Callback; got == nil || !got.Anyone || !got.At.Equal(time.Date(2026, 11, 17, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("recorded %+v", got)
	}
}

// "In 2 hours" is two hours from when it was said, however long the call
// takes.
func TestCallTimesAreSettledWhenTyped(t *testing.T) {
	x := onCall(t, 120, 40, maria)
	x.talk()
	x.press("c")
	x.write("in 2 hours")
	said := x.at
	x.press("enter")
	x.wait(25 * time.Minute)
	x.press("o", "c")
	x.write("Busy.")
	x.press("ctrl+s", "enter")
	if got := x.oneCall().Callback.At; got.Sub(said) > 2*time.Hour+time.Minute || got.Sub(said) < 2*time.Hour {
		t.Errorf("in 2 hours became %v", got.Sub(said))
	}
}

func TestCallCopiesTheNumber(t *testing.T) {
	x := onCall(t, 80, 24, maria, func(f *fake, _ *Options) {
		f.dial = callback.DialResult{How: "copied", Detail: "Nothing here can dial; the number is on the clipboard.", Copy: "+34600000001"}
	})
	x.press("enter")
	x.sees("the number is on the clipboard")
	if x.clip != "+34600000001" {
		t.Errorf("the clipboard holds %q", x.clip)
	}
	x = onCall(t, 80, 24, maria, func(f *fake, _ *Options) { f.fails["Dial"] = errors.New("no phone program") })
	x.press("enter")
	x.sees("could not be started: no phone program", "Dial +34600000001 by hand")
}

func TestCallSaveFails(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("n")
	x.write("All fine now.")
	x.press("esc", "r", "1", "1", "1")
	x.press("o", "1", "d") // resolved; declined to give a score
	x.sees("enter saves")
	x.desk.fails["Record"] = callback.Errorf(callback.CodeFull, "the disk is full").WithHint("free some space")
	x.press("enter")
	x.sees("Not confirmed", "the disk is full; free", "All fine now.")
	x.misses("✓ Saved")
	first := x.call().sheet.payload(x.at)
	x.wait(40 * time.Second)
	delete(x.desk.fails, "Record")
	id := x.call().sheet.draft.EventID
	x.press("enter")
	x.sees("Saved: Maria López")
	if x.desk.journal[0].Event.ID != id {
		t.Error("trying again used another id")
	}
	if diff := cmp.Diff(first, x.oneCall()); diff != "" {
		t.Errorf("trying again recorded another call: %s", diff)
	}
}

func TestCallUndo(t *testing.T) {
	for name, undo := range map[string][]string{"from the call": {"u"}, "from the queue": {"enter", "u"}} {
		x := onCall(t, 80, 24, maria)
		x.talk()
		x.press("n")
		x.write("Wrong key next")
		x.press("esc", "o", "m", "enter")
		x.sees("Saved: Maria López")
		old := x.desk.journal[0].Event.ID
		x.press(undo...)
		if x.front() != callTitle {
			t.Fatalf("%s: after undo comes %s", name, x.front())
		}
		x.sees("Maria López", "Wrong key next", "Taken back, nothing is sent", "wrapping up")
		x.press("o", "4")
		x.sees("needs a root cause")
		x.press("1", "1", "1", "enter", "8", "enter", "enter")
		x.sees("Saved: Maria López")
		got := x.oneCall()
		if got.Disposition != callback.TalkedListened || got.Note != "Wrong key next" {
			t.Errorf("%s: recorded %+v", name, got)
		}
		if id := x.desk.journal[1].Event.ID; id == old {
			t.Error("the id of the call that was taken back is used again")
		}
		if len(x.desk.drafts) != 0 {
			t.Errorf("%s: drafts are left: %+v", name, x.desk.drafts)
		}
	}
}

func TestCallNeverAgainIsConfirmed(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("o", "D")
	x.sees("never called again", "enter saves")
	x.press("enter")
	x.sees("Never call Maria López again?", "taken back later")
	x.press("enter")
	if len(x.recordedCalls()) != 0 {
		t.Fatal("enter alone confirmed it")
	}
	x.press("enter", "y")
	if x.oneCall().Disposition != callback.DoNotCall {
		t.Error("it was not recorded")
	}
}

func TestCallLeavingAsks(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.press("3")
	if x.front() != boardTitle {
		t.Fatal("a call that was not begun holds the agent")
	}
	x.press("2", "n")
	x.write("Half a sentence")
	x.press("esc", "q")
	x.sees("The call to Maria López is not saved")
	x.press("s")
	if x.quit || x.front() != callTitle {
		t.Fatal("stay does not stay")
	}
	x.press("q", "k")
	if !x.quit || len(x.desk.drafts) != 1 {
		t.Fatalf("keep: quit %v, %d drafts", x.quit, len(x.desk.drafts))
	}
	next := x.crash(t, 80, 24)
	next.sees("Half a sentence")
	next.press("q", "d", "s") // discard, but not sure
	next.sees("Half a sentence")
	next.press("esc", "d", "y")
	if next.front() != queueTitle || len(next.desk.drafts) != 0 {
		t.Fatalf("discard: %s, %d drafts", next.front(), len(next.desk.drafts))
	}
}

func TestCallAnotherWaits(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.tell(openCall{caseID: hanako})
	x.sees("The call to Maria López is not saved")
	x.press("k")
	x.sees("山田花子")
	x.press("esc", "2")
	x.sees("Calls that are not saved yet", "talking")
	x.press("enter")
	x.sees("Maria López", "talking", "is back as you left it")
}

func TestCallWrapNagsGently(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("h")
	x.wait(119 * time.Second)
	x.misses("Wrapping up for")
	x.wait(3 * time.Second)
	x.sees("Wrapping up for 2:0")
}

func TestCallOnACyrillicLayout(t *testing.T) {
	x := onCall(t, 80, 24, anastasia)
	x.press("enter")
	x.write("ф") // a: answered
	x.sees("talking")
	x.write("т") // n: note
	x.write("не работает, т")
	x.press("esc")
	x.write("к1") // r: root cause
	x.press("1", "1", "enter")
	x.write("ы") // s: score
	x.sees("По шкале от 0 до 10")
	x.write("в")  // d: declined
	x.write("щ1") // o, 1
	x.press("enter")
	got := x.oneCall()
	if got.Note != "не работает, т" || got.Rescore.Answer != callback.Declined || got.Rescore.Wording != "nps-1-ru" {
		t.Errorf("recorded %+v", got)
	}
}

func TestCallMouse(t *testing.T) {
	x := onCall(t, 60, 16, maria)
	at := func(word string) (int, int) {
		for y, l := range strings.Split(x.screen(), "\n") {
			if i := strings.Index(l, word); i >= 0 {
				return i, y
			}
		}
		t.Fatalf("%s is not in sight", word)
		return 0, 0
	}
	cx, cy := at("Customer")
	x.tell(tea.MouseClickMsg{X: cx, Y: cy, Button: tea.MouseLeft})
	x.sees("Why this one")
	x.tell(tea.MouseWheelMsg{X: 5, Y: 9, Button: tea.MouseWheelDown})
	cx, cy = at("Outcome")
	x.tell(tea.MouseClickMsg{X: cx, Y: cy, Button: tea.MouseLeft})
	x.sees("Root cause")
}

// The call may be saved while the question about leaving is open.
func TestCallLeavingWhileItIsSaved(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("o", "m")
	x.press("q")
	x.sees("is not saved")
	c := x.call()
	id := c.sheet.draft.EventID
	x.tell(callSaved{eventID: id, saved: callback.Saved{EventID: id}})
	x.press("d", "y")
	if !x.quit {
		t.Error("it does not let go")
	}
}

// While it rings, the list says the agent's own times, as the queue does.
func TestCallListsTheAgentsTimes(t *testing.T) {
	x := onCall(t, 120, 40, john, func(f *fake, _ *Options) { // 10:30 in New York, 16:30 here
		c := f.cases[john]
		at := monday.Add(6 * time.Hour)
		c.Plan.Callback, c.State = &callback.Callback{At: at}, callback.CallbackScheduled
		f.cases[john] = c
		f.moved()
	})
	x.wait(6 * time.Hour)
	x.press("enter")
	x.sees("ringing", "b Busy → again Mon 17:00")
}

// The time of a promise is chosen from days and hours too.
func TestCallChoosesWhenAPromiseIsDue(t *testing.T) {
	x := onCall(t, 80, 24, maria)
	x.talk()
	x.press("p")
	x.write("Send a router")
	x.press("enter")
	x.sees("↓ days and hours")
	x.misses("Mo16")
	x.press("down", "right")
	x.sees("Mo16", "[x]")
	was := x.call().sheet.when(fieldDue)
	x.press("down")
	if at := x.call().sheet.when(fieldDue); was.IsZero() || at.Sub(was) != time.Hour {
		t.Errorf("an hour down from %s is %s", was, at)
	}
	if at := x.call().sheet.when(fieldCallback); !at.IsZero() {
		t.Errorf("it became a call back at %s", at)
	}
}
