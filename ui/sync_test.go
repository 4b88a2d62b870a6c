package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

func synchronised(t *testing.T, set ...func(*fake, *Options)) *hand {
	t.Helper()
	x := newHand(t, 130, 40, append([]func(*fake, *Options){worked}, set...)...)
	x.tell(goTo{title: syncTitle})
	return x
}

func TestSyncSaysHowItStands(t *testing.T) {
	x := synchronised(t)
	x.sees("● live since 08:30", "https://ringback.example", "last answered", "↑ 2 to send, the oldest from 10:26", "× 1 refused",
		"≈ 1 kept, but", "not checked today", "Needs your eye (2)", "To be sent (2)", "Settled lately (1)", "Use the side", "John Smith",
		"Refused: it is too large. text is over 4 KB", "R sends it again")
	for _, c := range []struct {
		s    callback.LinkStatus
		sees []string
	}{
		{callback.LinkStatus{State: callback.LinkNever}, []string{"○ never connected", "ringback login URL"}},
		{callback.LinkStatus{State: callback.LinkOffline, Since: monday.Add(-50 * time.Hour), Problem: "It timed out.", Hint: "Check the cable."}, []string{"○ offline since 14 Nov 08:30", "Go on calling", "It timed out.", "Check the cable."}},
		{callback.LinkStatus{State: callback.LinkDenied}, []string{"× signed out", "safe here"}},
		{callback.LinkStatus{State: callback.LinkPolling, Skew: -5 * time.Minute}, []string{"◐ polling", "5 min ahead of the server's"}},
		{callback.LinkStatus{State: callback.LinkLive, Busy: "Fetching cases", Done: 4200, Of: 10000}, []string{"Fetching cases: 4 200 of 10 000", "█", "░"}},
		{callback.LinkStatus{State: callback.LinkLive, Busy: "Fetching cases", Done: 1234567}, []string{"Fetching cases… 1 234 567 so far"}},
	} {
		x.desk.status = c.s
		x.tell(bell{})
		x.sees(c.sees...)
	}
}

func TestSyncActs(t *testing.T) {
	x := synchronised(t)
	x.press("m")
	if e := x.desk.entry("e3"); !e.Seen {
		t.Error("m did not mark the refusal as seen")
	}
	x.sees("Marked as seen.", "Needs your eye (1)")

	x = synchronised(t)
	x.press("R")
	if e := x.desk.entry("e3"); e.State != callback.Waiting {
		t.Errorf("R left it %s", e.State)
	}
	x.sees("To be sent (3)", "It will be offered to the server again.")

	x = synchronised(t)
	x.press("j")
	x.sees("Kept, but the case was already closed.", "m marks it seen")
	x.press("R")
	if x.desk.calls["Requeue"] != 0 {
		t.Error("R sent something again that was not refused")
	}
	x.press("j", "m")
	if x.desk.calls["MarkSeen"] != 0 {
		t.Error("m marked something that needs no eye")
	}
	x.sees("Safe on this desk")
	x.press("enter")
	if x.front() != queueTitle {
		t.Errorf("enter shows %s", x.front())
	}
	x.sees("▸▼ detractor  2 Maria")

	x = synchronised(t)
	x.press("s")
	x.sees("Syncing…")
	x.wait(newsFor / 4)
	x.sees("Synced: 1 sent, 0 received.", "To be sent (1)")
	x.desk.fails["SyncNow"] = callback.Errorf(callback.CodeUnreachable, "ringback.example does not answer").WithHint("check the network")
	x.wait(time.Minute)
	x.press("s")
	x.sees("Could not sync: ringback.example does not answer; check the network", "Lately went wrong")
}

func TestSyncChecks(t *testing.T) {
	x := synchronised(t, func(f *fake, _ *Options) { f.report = callback.CheckReport{OK: true, Cases: 8, Events: 5, Days: 3} })
	x.press("c")
	x.sees("✓ Storage is sound: 8 cases, 5 events")
	x.desk.report = callback.CheckReport{Problems: []callback.Problem{{Where: "case-000001", What: "differs from its events"}, {}, {}, {}, {}, {}}}
	x.press("c")
	x.sees("× Storage: 6 problems", "case-000001: differs from its events", "and 2 more")
	x.desk.fails["Check"] = callback.Errorf(callback.CodeDamaged, "the cache cannot be read")
	x.press("c")
	x.sees("Could not check the storage")
}

func TestSyncMoves(t *testing.T) {
	x := synchronised(t)
	for _, c := range []struct{ keys, sees string }{
		{"j", "▸≈"}, {"down", "▸↑"}, {"k up", "▸×"}, {"G", "▸✓"}, {"g", "▸×"}, {"end", "▸✓"}, {"home", "▸×"}, {"pgdown", "▸✓"}, {"pgup", "▸×"},
	} {
		x.press(strings.Fields(c.keys)...)
		x.sees(c.sees)
	}
	x.tell(tea.MouseWheelMsg{Button: tea.MouseWheelDown, Y: 8})
	x.sees("▸≈")
	x.tell(tea.MouseWheelMsg{Button: tea.MouseWheelUp, Y: 8})
	x.sees("▸×")

	// The selection sticks to its event when others come.
	x.press("j")
	if _, err := x.desk.Record(callback.Fact{CaseID: "case-000001", Payload: &callback.NoteAdded{Text: "x"}}); err != nil {
		t.Fatal(err)
	}
	x.desk.entry("e4").State = callback.Quarantined
	x.tell(bell{})
	x.sees("▸≈")
}

func TestSyncWithNothingWaiting(t *testing.T) {
	x := newHand(t, 80, 24)
	x.tell(goTo{title: syncTitle})
	x.sees("Everything you recorded is with the server", "Nothing is waiting")
	x.press("R", "m", "enter", "j", "G")
	x.desk.fails["Journal"] = callback.Errorf(callback.CodeDamaged, "the journal cannot be read")
	x.tell(bell{})
	x.sees("Could not read the journal")
}

// Every kind of event is said in words.
func TestEveryEventHasWords(t *testing.T) {
	for _, k := range callback.Kinds() {
		e, err := callback.NewEvent("id", "case", k.Sample())
		if err != nil {
			t.Fatal(err)
		}
		if w := wordsOf(e).String(); k.Desk && (w == "" || w == string(k.Kind)) {
			t.Errorf("%s is said as %q", k.Kind, w)
		}
	}
	if w := wordsOf(callback.Event{Kind: "from.tomorrow"}).String(); w != "from.tomorrow" {
		t.Errorf("an unknown kind is said as %q", w)
	}
}
