package ui

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

// happens folds something that somebody recorded some time ago into a case.
func (f *fake) happens(caseID, by string, ago time.Duration, p callback.Payload) {
	c := f.cases[caseID]
	e, err := callback.NewEvent("past-"+caseID+"-"+string(p.Kind()), caseID, p)
	if err != nil {
		panic(err)
	}
	e.Agent, e.Device, e.At, e.Fence = by, "desk-of-"+by, f.now().Add(-ago), c.Fence
	f.cases[caseID], _ = callback.Apply(f.policy, c, e)
	f.moved()
}

// onTheFloor gives every part of the floor something: two escalations, one of
// them late, one that came back to anna, two cases to be looked at, promises.
func onTheFloor(f *fake, o *Options) {
	owing(f, o)
	f.agents = append(f.agents, callback.Agent{ID: "sofia", Name: "Sofía Marín", Role: callback.RoleSupervisor})
	f.happens("case-000001", "boris", 30*time.Hour, &callback.CaseEscalated{Reason: "Хочет говорить только с руководителем."})
	f.happens("case-000002", "anna", 3*time.Hour, &callback.CaseEscalated{Reason: "He threatens to go to court over the cancelled contract."})
	f.happens("case-000003", "chen", 50*time.Hour, &callback.CaseSkipped{Code: callback.SkipAbusive, Reason: "Shouted at two of us."})
	f.happens("case-000005", "anna", 26*time.Hour, &callback.CaseEscalated{Reason: "Who pays for the second router?"})
	f.happens("case-000005", "sofia", 20*time.Minute, &callback.EscalationReturned{Words: "We do. Offer it, and ring her today."})
}

// leading is the same for the supervisor.
func leading(f *fake, o *Options) {
	onTheFloor(f, o)
	f.me = callback.Me{ID: "sofia", Name: "Sofía Marín", Role: callback.RoleSupervisor, Team: "north"}
}

func onFloor(t *testing.T, w, h int, set func(*fake, *Options)) *hand {
	t.Helper()
	x := newHand(t, w, h, set)
	x.press("6")
	return x
}

// said gives what was recorded last.
func (x *hand) said() callback.Payload {
	x.t.Helper()
	if len(x.desk.journal) == 0 {
		x.t.Fatalf("nothing was recorded:\n%s", x.screen())
	}
	return decoded(x.t, x.desk.journal[len(x.desk.journal)-1].Event)
}

func TestFloorGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*fake, *Options)
		then func(*hand)
	}{
		{"floor_agent", onTheFloor, func(*hand) {}},
		{"floor_leader", leading, func(*hand) {}},
		{"floor_review", leading, func(x *hand) { x.press("j", "j") }},
		{"floor_promise", leading, func(x *hand) { x.press("G") }},
		{"floor_return", leading, func(x *hand) { x.press("w"); x.write("Offer the refund.") }},
		{"floor_close", leading, func(x *hand) { x.press("x") }},
		{"floor_assign", leading, func(x *hand) { x.press("j", "j", "a") }},
		{"floor_empty", func(*fake, *Options) {}, func(*hand) {}},
		{"floor_hostile", hostileFloor, func(*hand) {}},
	} {
		for _, size := range goldenSizes {
			name := sized(c.name, size)
			t.Run(name, func(t *testing.T) {
				x := onFloor(t, size[0], size[1], c.set)
				c.then(x)
				golden(t, name, x.screen())
			})
		}
	}
}

// hostileFloor puts the texts of bad customers and colleagues on the floor.
func hostileFloor(f *fake, o *Options) {
	hostile(f, o)
	f.me.Role = callback.RoleSupervisor
	for n, id := range slices.Sorted(maps.Keys(f.cases))[:3] {
		c := f.cases[id]
		f.happens(id, "boris", time.Duration(n)*time.Hour, &callback.CaseEscalated{Reason: c.Customer.Name + c.Response().Comment})
	}
}

// A supervisor answers from the floor: each key records what it says, with the
// fence of the case, and the case moves.
func TestASupervisorAnswersFromTheFloor(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(*hand)
		id    string
		want  callback.Payload
		state callback.State
	}{
		"take":   {func(x *hand) { x.press("t") }, "case-000001", &callback.EscalationTaken{}, callback.Escalated},
		"return": {func(x *hand) { x.press("w"); x.write("Call him."); x.press("enter") }, "case-000001", &callback.EscalationReturned{Words: "Call him."}, callback.InProgress},
		"give to": {func(x *hand) {
			x.press("a")
			x.write("chen")
			x.press("enter")
			x.sees("Give ", "enter give it")
			x.misses("Return ")
			x.write("Yours.")
			x.press("enter")
		}, "case-000001", &callback.EscalationReturned{To: "chen", Words: "Yours."}, callback.InProgress},
		"resolve": {func(x *hand) { x.press("j", "x", "enter"); x.write("Done."); x.press("enter") }, "case-000002", &callback.EscalationResolved{Resolution: callback.EscalatedClosed, Words: "Done."}, callback.Closed},
		"clear":   {func(x *hand) { x.press("j", "j", "c", "enter") }, "case-000003", &callback.ReviewSettled{}, callback.New},
		"review to": {func(x *hand) {
			x.press("j", "j", "a")
			x.write("boris")
			x.press("enter")
			x.write("Careful.")
			x.press("enter")
		}, "case-000003", &callback.ReviewSettled{To: "boris", Words: "Careful."}, callback.New},
		"review ends": {func(x *hand) { x.press("j", "j", "x"); x.write("another case"); x.press("enter", "enter") }, "case-000003", &callback.ReviewSettled{Resolution: callback.Duplicate}, callback.Closed},
	} {
		t.Run(name, func(t *testing.T) {
			x := onFloor(t, 120, 40, leading)
			c.do(x)
			if diff := cmp.Diff(c.want, x.said()); diff != "" {
				t.Fatal(diff)
			}
			if e := x.desk.journal[len(x.desk.journal)-1].Event; e.CaseID != c.id || e.Fence != x.desk.cases[c.id].Fence {
				t.Errorf("recorded on %s with fence %d", e.CaseID, e.Fence)
			}
			if got, _ := x.desk.view(c.id); got.State != c.state {
				t.Errorf("the case is %s", got.State)
			}
		})
	}
}

// An agent sees what is theirs, and cannot decide.
func TestAnAgentsFloor(t *testing.T) {
	x := onFloor(t, 120, 40, onTheFloor)
	x.sees("Back with you (1)", "We do. Offer it", "With a supervisor, from you (1)", "court", "Your promises (1, 1 late)", "Refund the day off", "1 back with you")
	x.misses("To be looked at", "Shouted", "руководителем", "Send a technician")
	x.press("j", "t", "w", "x", "c", "a")
	if len(x.desk.journal) != 0 || len(x.app.dialogs) != 0 {
		t.Fatalf("an agent decided:\n%s", x.screen())
	}
	x.press("k", "enter")
	if x.front() != callTitle {
		t.Errorf("enter on what came back shows %s", x.front())
	}
}

// From the floor a promise is settled; of a broken one it is asked whether the
// customer knows.
func TestAPromiseIsSettledFromTheFloor(t *testing.T) {
	x := onFloor(t, 120, 40, leading)
	x.press("G", "p")
	x.sees("Promised to John Smith")
	x.press("b")
	x.misses("Does the customer know")
	x.write("Told her on Monday.")
	x.press("enter")
	x.sees("Does the customer know")
	x.press("y")
	want := &callback.PromiseSettled{PromiseID: "p1", Status: callback.PromiseBroken, Told: true, Note: "Told her on Monday."}
	if diff := cmp.Diff(callback.Payload(want), x.said()); diff != "" {
		t.Fatal(diff)
	}
}

// The selection sticks to the case when others change the floor.
func TestTheFloorKeepsItsSelection(t *testing.T) {
	x := onFloor(t, 120, 40, leading)
	x.press("j")
	x.sees("▸Анастасия")
	x.desk.happens("case-000006", "boris", 40*time.Hour, &callback.CaseEscalated{Reason: "Older."})
	x.tell(bell{})
	x.sees("▸Анастасия")
	x.press("v")
	if x.front() != queueTitle {
		t.Fatalf("v shows %s", x.front())
	}
}

// The queue tells of what waits for its reader, and an agent escalates from it.
func TestTheQueueTellsOfTheFloor(t *testing.T) {
	newHand(t, 120, 40, leading).sees("! Floor: 2 escalated, 1 late")
	x := newHand(t, 120, 40, onTheFloor)
	x.sees("Floor: 1 back with you")
	x.tell(showCase{"case-000006"})
	x.press("e")
	x.write("Wants to speak to somebody else.")
	x.press("enter")
	if diff := cmp.Diff(callback.Payload(&callback.CaseEscalated{Reason: "Wants to speak to somebody else."}), x.said()); diff != "" {
		t.Fatal(diff)
	}
	if c, _ := x.desk.view("case-000006"); c.State != callback.Escalated {
		t.Errorf("the case is %s", c.State)
	}
}

// A reason of the list is counted by its code.
func TestASkipIsCountedByItsCode(t *testing.T) {
	x := newHand(t, 100, 24, peopled)
	x.press("s", "down", "down", "enter")
	got, ok := x.said().(*callback.CaseSkipped)
	if !ok || got.Code != callback.SkipPlaced {
		t.Fatalf("recorded %+v", x.said())
	}
	x.press("s")
	x.write("She is my aunt.")
	x.press("enter")
	if got, ok := x.said().(*callback.CaseSkipped); !ok || got.Code != callback.SkipOther || got.Reason != "She is my aunt." {
		t.Fatalf("recorded %+v", x.said())
	}
}

// promising gives Maria's case two promises made on an earlier call.
func promising(f *fake, _ *Options) {
	c := f.cases[maria]
	c.State, c.Plan.Owner = callback.InProgress, "anna"
	c.Promises = []callback.Promise{
		{ID: "p1", Text: "Send a technician", Owner: "anna", Due: f.now().Add(-time.Hour), Status: callback.PromiseOpen},
		{ID: "p2", Text: "Refund March", Owner: "boris", Due: f.now().Add(20 * time.Hour), Status: callback.PromiseOpen},
	}
	f.cases[maria] = c
	f.moved()
}

// On the follow-up call the agent says what became of what was promised, and
// that decides how the case ends.
func TestTheFollowUpCallSettlesPromises(t *testing.T) {
	x := onCall(t, 120, 40, maria, promising)
	x.talk()
	x.sees("Promised", "P Send a technician", "P Refund March")
	x.press("P", "k")
	x.sees("✓ kept: Send a technician", "P Refund March")
	x.press("r", "1", "1", "1", "s", "n", "enter", "h", "o", "1")
	x.sees("→ waits for the promise until")
	x.press("P", "down", "b")
	x.sees("× broken: Refund March", "broken, and they know")
	x.press("P", "down", "b", "P", "down", "k")
	x.sees("✓ kept: Refund March", "→ closes: what was promised")
	x.press("enter")
	call, ok := x.said().(*callback.CallRecorded)
	want := []callback.PromiseOutcome{{PromiseID: "p1", Status: callback.PromiseDone}, {PromiseID: "p2", Status: callback.PromiseDone}}
	if !ok || !cmp.Equal(call.Settled, want) {
		t.Fatalf("recorded %+v\n%s", x.said(), x.screen())
	}
	if c, _ := x.desk.view(maria); c.State != callback.Closed || c.Closing.Resolution != callback.PromiseKept {
		t.Errorf("%s, %+v", c.State, c.Closing)
	}
}

// What was said of a promise survives a crash, as all of a call does.
func TestSettledPromisesAreInTheDraft(t *testing.T) {
	x := onCall(t, 120, 40, maria, promising)
	x.talk()
	x.press("P", "c")
	x.wait(time.Second)
	if len(x.desk.drafts) == 0 || x.desk.drafts[0].Texts[textSettled+"p1"] != string(callback.PromiseCancelled) {
		t.Fatalf("drafts: %+v", x.desk.drafts)
	}
}

func TestSettledGolden(t *testing.T) {
	for _, size := range goldenSizes {
		x := onCall(t, size[0], size[1], maria, promising)
		x.talk()
		x.press("P", "k")
		golden(t, sized("call_settled", size), x.screen())
	}
}

// skipping gives agents days on which they passed cases over.
func skipping(f *fake, _ *Options) {
	f.me.Role = callback.RoleSupervisor
	for i, a := range []string{"anna", "boris", "chen"} {
		d := callback.Day{Agent: a, Date: f.now().Format(time.DateOnly)}
		d.Skips = []int{4, 30, 5}[i]
		d.Dials[callback.BandLow], d.SkipsOf[callback.BandLow] = 90-d.Skips, d.Skips
		d.SkipReasons[0], d.SkipReasons[2] = d.Skips/3, d.Skips-d.Skips/3
		d.AnsweredInTime, d.AnsweredLate = 2, i
		f.days = append(f.days, d)
	}
}

// The board tells supervisors, and them only, who passes over what.
func TestBoardTellsWhoPassesOver(t *testing.T) {
	x := boarded(t, 120, 60, skipping)
	x.sees("Passed over", "! Борис Лебедев", "2.3×", "30 of 90", "20 facts · 10 known", "esc. answered", "6 of 9")
	for _, size := range goldenSizes {
		x := boarded(t, size[0], size[1], skipping)
		x.press("G")
		golden(t, sized("board_skips", size), x.screen())
	}
	boarded(t, 120, 60, skipping, func(f *fake, _ *Options) { f.me.Role = callback.RoleAgent }).misses("Passed over")
}

// An instant is said as short as it can be understood: what was long ago says
// its year.
func TestClockOfSaysTheYear(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]string{
		now.Add(-time.Hour):      "14:00",
		now.AddDate(0, 0, -1):    "21 Nov 15:00",
		now.AddDate(0, -11, 0):   "22 Dec 2025",
		now.AddDate(0, 0, 60):    "21 Jan 15:00",
		now.AddDate(0, -4, 0):    "22 Jul 15:00",
		now.AddDate(-2, 0, 0):    "22 Nov 2024",
		now.Add(2 * time.Minute): "15:02",
	} {
		if got := clockOf(at, now, time.UTC); got != want {
			t.Errorf("%s is said as %q, want %q", at, got, want)
		}
	}
}

// A case is given to those who may call, by name; a login finds them too.
func TestACaseIsGivenToWhoCalls(t *testing.T) {
	x := newHand(t, 120, 40, leading)
	x.press("6")
	x.tell(teamLoaded{policy: x.desk.policy, agents: []callback.Agent{
		{ID: "boris", Name: "Борис Лебедев", Role: callback.RoleAgent},
		{ID: "yus", Name: "Yusuf Demir", Role: callback.RoleTrainer},
		{ID: "old", Name: "Olga Past", Role: callback.RoleAgent, Gone: true},
	}})
	x.press("a")
	x.sees("Борис Лебедев")
	x.misses("Yusuf", "Olga")
}
