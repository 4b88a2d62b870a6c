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
	x.sees("● live since 08:30 · last answer", "https://ringback.example", "↑ 2 to send, the oldest from 10:26", "≠ 1 to settle or to read", "× 1 refused; kept here",
		"The clock agrees", "not checked since the start", "To settle (2)", "Waits to be sent (2)", "Done lately (1)", "Use the side", "John Smith",
		"The server could not take it: it is too large", "The server says: text is over 4 KB", "R send again, when the cause is mended", "Kept here too", "1 event")
	for _, c := range []struct {
		s    callback.LinkStatus
		sees []string
	}{
		{callback.LinkStatus{State: callback.LinkNever}, []string{"○ never connected", "has never met its server", "ringback login URL"}},
		{callback.LinkStatus{State: callback.LinkOffline, Since: monday.Add(-50 * time.Hour), Problem: "It timed out.", Hint: "Check the cable."}, []string{"○ offline since 14 Nov 08:30", "Go on calling", "It timed out; Check the cable."}},
		{callback.LinkStatus{State: callback.LinkLive, Copied: monday}, []string{"! Since 10:30: another copy of this desk's folder"}},
		{callback.LinkStatus{State: callback.LinkDenied}, []string{"× signed out", "safe here"}},
		{callback.LinkStatus{State: callback.LinkOffline}, []string{"Times are by this computer's clock: it has not"}},
		{callback.LinkStatus{State: callback.LinkOffline, Measured: monday.Add(-3 * time.Hour)}, []string{"Times are by this computer's clock, compared", "3 h ago"}},
		{callback.LinkStatus{State: callback.LinkOffline, Measured: monday.Add(-3 * time.Hour), Skew: time.Minute}, []string{"This clock was 1 min behind the server's", "corrected by that until"}},
		{callback.LinkStatus{State: callback.LinkPolling, LastContact: monday, Skew: -5 * time.Minute}, []string{"◐ polling", "! This computer's clock is 5 min ahead of"}},
		{callback.LinkStatus{State: callback.LinkPolling, LastContact: monday, Skew: 30 * time.Second}, []string{"This clock is 30 s behind the server's"}},
		{callback.LinkStatus{State: callback.LinkLive, Busy: callback.BusyFetching, Done: 4200, Of: 10000}, []string{"Fetching cases and figures: 4 200 of 10 000", "█", "░", "it goes on from here"}},
		{callback.LinkStatus{State: callback.LinkLive, Busy: callback.BusySending, Done: 3}, []string{"Sending what you recorded… 3 so far"}},
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
	x.sees("Put away as read.", "To settle (1)")

	x = synchronised(t)
	x.press("R")
	if e := x.desk.entry("e3"); e.State != callback.Waiting {
		t.Errorf("R left it %s", e.State)
	}
	x.sees("Waits to be sent (3)", "It will be offered to the server again.")

	x = synchronised(t)
	x.press("j")
	x.sees("It is on record without effect: the case was already closed.", "m put away as read")
	x.press("R", "y", "a")
	if x.desk.calls["Requeue"] != 0 || x.desk.calls["Record"] != 0 || len(x.app.dialogs) != 0 {
		t.Error("something was done that this entry does not offer")
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
	x.sees("Synced:")
	x.wait(newsFor / 4)
	x.sees("Synced: 1 sent, 0 received.", "Waits to be sent (1)")
	x.desk.fails["SyncNow"] = callback.Errorf(callback.CodeUnreachable, "ringback.example does not answer").WithHint("check the network")
	x.wait(time.Minute)
	x.press("s")
	x.sees("Could not sync: ringback.example does not answer; check the network", "Lately went wrong")
}

// What went wrong is said to its end, also what to do, which stands there.
func TestSyncSaysWhatWentWrongToItsEnd(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		x := newHand(t, size[0], size[1])
		x.tell(goTo{title: syncTitle})
		x.desk.fails["SyncNow"] = callback.Errorf(callback.CodeUnreachable, "https://ringback.heron.example:7443 does not let this desk in any more since its key was taken back").
			WithHint("sign in again with a supervisor at hand, and go on: what you recorded is safe here")
		x.press("s")
		x.wait(time.Minute)
		words := strings.Join(strings.Fields(strings.ReplaceAll(x.screen(), "│", " ")), " ")
		if !strings.Contains(words, "safe here") || size[0] < 120 && !strings.Contains(words, "what you recorded is safe here") {
			t.Errorf("%d columns cut it:\n%s", size[0], x.screen())
		}
	}
}

// disputed puts a conflict on the desk: boris and anna called the same customer.
func disputed(f *fake, _ *Options) {
	f.fill(len(people), people)
	at := f.now().Add(-40 * time.Minute)
	nine, six := 9, 6
	state := func(id, agent string, p *callback.CallRecorded) callback.JournalEntry {
		e, err := callback.NewEvent(id, "case-000002", p)
		if err != nil {
			panic(err)
		}
		e.Agent, e.Device, e.At, e.Fence = agent, "desk-of-"+agent, p.StartedAt.Add(5*time.Minute), 1
		c, v := callback.Apply(f.policy, f.cases["case-000002"], e)
		f.cases["case-000002"] = c
		return callback.JournalEntry{
			Event: e, State: callback.InShadow, Customer: c.Customer.Name,
			Receipt: &callback.Receipt{EventID: id, Status: v.Status, Reason: v.Reason},
		}
	}
	state("b1", "boris", &callback.CallRecorded{
		AttemptID: "ab", StartedAt: at, Talk: 200, Disposition: callback.TalkedResolved, Root: &callback.RootCause{Driver: "billing"},
		Rescore: &callback.Answer{Answer: callback.Answered, Value: &nine, Wording: "w"}, Note: "Credited the fee.",
	})
	mine := state("a1", "anna", &callback.CallRecorded{
		AttemptID: "aa", StartedAt: at.Add(10 * time.Minute), Talk: 90, Disposition: callback.TalkedPromise, Root: &callback.RootCause{Driver: "billing", Cause: "refund late"},
		Rescore: &callback.Answer{Answer: callback.Answered, Value: &six, Wording: "w"}, Note: "She was cross that we rang twice.",
		Promises: []callback.NewPromise{{ID: "p", Text: "A voucher by mail", Due: f.now().Add(48 * time.Hour)}},
	})
	if f.me.ID == "anna" {
		f.journal = append(f.journal, mine)
	}
	f.moved()
}

func supervising(f *fake, _ *Options) {
	f.me = callback.Me{ID: "sue", Name: "Sue Ortega", Role: callback.RoleSupervisor, Team: "north"}
	f.agents = append(f.agents, callback.Agent{ID: "sue", Name: "Sue Ortega", Role: callback.RoleSupervisor})
}

// An agent sees both versions, and accepts the other or asks for theirs.
func TestAnAgentSettlesAConflict(t *testing.T) {
	x := newHand(t, 130, 40, disputed)
	x.tell(goTo{title: syncTitle})
	x.sees("≠ two versions", "The case was closed by then; what closed it leads.", "Yours: Anna García, 10:05", "Leads: Борис Лебедев, 09:50",
		"call: Talked, promise made", "promise: A voucher by mail Wed 18", "score: 6", "note: She was cross", "call: Talked, resolved or explained", "score: 9",
		"y keep what leads", "a ask to let mine lead")
	x.press("a")
	x.sees("Ask a supervisor to let yours lead")
	x.write("I promised her a voucher.")
	x.press("enter")
	x.sees("Asked a supervisor to decide", "asked to decide", "Anna García asks, 10:30: I promised her a voucher.")
	x.press("a")
	if len(x.app.dialogs) != 0 {
		t.Error("one asks once")
	}
	x.press("y")
	x.sees("Settled: what leads stays", "Waits to be sent (2)")
	if strings.Contains(x.screen(), "To settle") {
		t.Errorf("still to settle:\n%s", x.screen())
	}
	if !x.desk.entry("a1").Seen {
		t.Error("accepting it is reading it")
	}
}

// A supervisor lets the other version lead.
func TestASupervisorSettlesAConflict(t *testing.T) {
	x := newHand(t, 130, 40, supervising, disputed)
	x.tell(goTo{title: syncTitle})
	x.sees("Stated: Anna García", "Leads: Борис Лебедев", "a let the other lead")
	x.press("a")
	x.sees("Let the version of Anna García lead")
	x.press("enter")
	x.sees("Why?")
	x.write("A promise was made.")
	x.press("enter")
	x.sees("Settled: the other leads now")
	if c, _ := x.desk.view("case-000002"); c.State != callback.InProgress || c.Plan.Owner != "anna" {
		t.Errorf("%s, %+v", c.State, c.Plan)
	}
}

func TestSyncChecks(t *testing.T) {
	x := synchronised(t, func(f *fake, _ *Options) { f.report = callback.CheckReport{OK: true, Cases: 8, Events: 5, Days: 3} })
	x.press("c")
	x.sees("✓ Storage is sound: 8 cases, 5 events, 3 days")
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
	x.sees("Nothing is recorded on this desk yet.", "Nothing is to be settled, and nothing waits.")
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
