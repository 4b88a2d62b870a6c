package callback_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringback/callback"
)

// openCase is an untouched case of a reachable customer.
func openCase(id string, score int, answered time.Time, comment string) callback.Case {
	p := callback.DefaultPolicy("north")
	r := callback.Response{ID: "r-" + id, ExternalID: id, Score: &score, AnsweredAt: answered, Comment: comment}
	d := p.Decide(r)
	return callback.Case{
		ID: id, Kind: d.Kind, State: callback.New, Round: 1, Plan: d.Plan, Responses: []callback.Response{r},
		Customer: callback.Customer{Name: "Customer " + id, Phone: callback.Phone{E164: "+12015550100", Zones: []string{"UTC"}}},
	}
}

// A word that became urgent lifts the case that holds it; hours that became
// shorter make all wait; scores that no stage covers any more are counted.
func TestTrial(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 3, 11, 0, 0, 0, time.UTC) // a Tuesday
	calm := openCase("calm", 2, now.Add(-3*time.Hour), "Slow.")
	kettle := openCase("kettle", 2, now.Add(-2*time.Hour), "The kettle is broken.")
	mild := openCase("mild", 6, now.Add(-time.Hour), "So so.")
	try := func(change func(*callback.Policy)) *callback.Trial {
		next := ownPolicy(t)
		change(&next)
		trial := ownPolicy(t).Trial(next, callback.Seat{Agent: "anna"}, now)
		for _, c := range []callback.Case{mild, calm, kettle, {State: callback.Closed}} {
			trial.Add(c)
		}
		return trial
	}
	if trial := try(func(*callback.Policy) {}); trial.Cases() != 3 || len(trial.Moves()) != 0 || trial.Unopened() != 0 {
		t.Fatalf("the same policy moves %+v", trial.Moves())
	}
	moves := try(func(p *callback.Policy) { p.Signals = []string{"kettle"}; p.Weights.Signal = 50 }).Moves()
	if len(moves) != 2 || moves[0].ID != "kettle" || moves[0].From != 2 || moves[0].To != 1 || moves[1].ID != "calm" || moves[1].To != 2 {
		t.Fatalf("%+v", moves)
	}
	// The case whose own points are others moves of itself; what it passes does not.
	if w := try(func(p *callback.Policy) { p.Signals = []string{"kettle"} }).Moves(); len(w) != 2 || !w[0].Itself || w[1].Itself {
		t.Fatalf("%+v", w)
	}
	trial := try(func(p *callback.Policy) {
		for day := range p.Windows[0].Hours {
			p.Windows[0].Hours[day] = []callback.Span{{From: 12 * 60, To: 20 * 60}}
		}
	})
	if before, after := trial.Ready(); before != 3 || after != 0 {
		t.Fatalf("ready %d, then %d", before, after)
	}
	moves = trial.Moves()
	if len(moves) != 3 || moves[0].After.Wait != "opens Tue 12:00 in UTC" || !moves[0].Before.Ready {
		t.Fatalf("%+v", moves)
	}
	if n := try(func(p *callback.Policy) { p.Stages[1].Active = false }).Unopened(); n != 1 {
		t.Fatalf("%d would not be opened", n)
	}
}

// The positions of a replay are always a permutation, and trying a policy and
// going back mirrors the moves.
func TestTrialMirrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 3, 11, 0, 0, 0, time.UTC)
		was := callback.DefaultPolicy("north")
		next := callback.DefaultPolicy("north")
		next.Weights.Severity = rapid.Float64Range(0, 100).Draw(t, "severity")
		next.Weights.SLA = rapid.Float64Range(0, 100).Draw(t, "sla")
		there, back := was.Trial(next, callback.Seat{Agent: "anna"}, now), next.Trial(was, callback.Seat{Agent: "anna"}, now)
		for i := range rapid.IntRange(0, 12).Draw(t, "cases") {
			age := time.Duration(rapid.IntRange(0, 200).Draw(t, "age")) * time.Hour
			c := openCase(fmt.Sprint("c", i), rapid.IntRange(0, 6).Draw(t, "score"), now.Add(-age), "")
			there.Add(c)
			back.Add(c)
		}
		mirror := map[string][2]int{}
		for _, m := range back.Moves() {
			mirror[m.ID] = [2]int{m.To, m.From}
		}
		moves, sum := there.Moves(), 0
		for _, m := range moves {
			sum += m.To - m.From
			if mirror[m.ID] != [2]int{m.From, m.To} {
				t.Fatalf("%s goes from %d to %d, but back %v", m.ID, m.From, m.To, mirror[m.ID])
			}
		}
		if sum != 0 || len(moves) != len(mirror) {
			t.Fatalf("%d moves, %d back, sum %d", len(moves), len(mirror), sum)
		}
	})
}

// A shorter peace would have let answers open cases, a longer one would have
// kept cases from being opened; each is what the other way back is.
func TestTrialOfPeace(t *testing.T) {
	t.Parallel()
	now := ended.AddDate(0, 0, 30)
	was, next := ownPolicy(t), ownPolicy(t)
	next.CoolOff.Talk = 5
	answer := func(id string, score, days int, asked bool) callback.Response {
		return callback.Response{ID: id, ExternalID: id, Score: &score, Asked: asked, AnsweredAt: ended.AddDate(0, 0, days)}
	}
	// Two answers were kept with a talk: one was too early under both policies.
	talk := over(callback.Resolved, ended, callback.TalkedResolved)
	talk.Customer = callback.Customer{ID: "cu-1", Name: "Ann Archer"}
	k, _ := was.Cooling(talk)
	talk.Responses = []callback.Response{answer("r0", 5, -8, false), answer("r1", 4, 4, false), answer("r2", 5, 9, false)}
	talk.Cooled = []callback.CooledOff{{ResponseID: "r1", Cooling: k}, {ResponseID: "r2", Cooling: k}}
	// Of the open cases only the late one hangs on it: the others were asked for,
	// are another customer's, were opened before that talk, or by a person.
	past := over(callback.Resolved, ended, callback.TalkedResolved)
	past.ID, past.Customer.ID = "ca-2", "cu-2"
	open := func(id, customer string, r callback.Response, at time.Time) callback.Case {
		c := openCase(id, *r.Score, r.AnsweredAt, "")
		c.Customer.ID, c.Responses, c.OpenedAt, c.Version = customer, []callback.Response{r}, at, 1
		return c
	}
	late := open("late", "cu-2", answer("r3", 5, 9, false), ended.AddDate(0, 0, 10))
	asks := open("asks", "cu-2", answer("r4", 5, 9, true), ended.AddDate(0, 0, 10))
	other := open("other", "cu-3", answer("r5", 5, 9, false), ended.AddDate(0, 0, 10))
	before := open("before", "cu-2", answer("r6", 5, -9, false), ended.AddDate(0, 0, -9))
	byHand := open("by hand", "cu-2", answer("r7", 5, 9, false), ended.AddDate(0, 0, 10))
	byHand.AdHoc = &callback.AdHoc{}
	gone := talk
	gone.ID, gone.Erased = "ca-9", &now
	try := func(was, next callback.Policy) *callback.Trial {
		trial := was.Trial(next, callback.Seat{Agent: "anna"}, now)
		for _, c := range []callback.Case{late, asks, other, before, byHand} {
			trial.Add(c)
		}
		for _, c := range []callback.Case{past, talk, late, gone} {
			trial.AddClosed(c)
		}
		return trial
	}
	there := try(was, next)
	if list := there.WouldOpen(); len(list) != 1 || list[0].ResponseID != "r2" || list[0].CaseID != talk.ID || list[0].Customer != "Ann Archer" || !list[0].Cooling.Until.Equal(k.Until) {
		t.Errorf("a shorter peace would have opened %+v", list)
	}
	if list := there.WouldCool(); len(list) != 0 {
		t.Errorf("a shorter peace would have cooled %+v", list)
	}
	back := try(next, was)
	if list := back.WouldCool(); len(list) != 1 || list[0].CaseID != "late" || list[0].Cooling.CaseID != "ca-2" {
		t.Errorf("a longer peace would have cooled %+v", list)
	}
	if list := back.WouldOpen(); len(list) != 0 {
		t.Errorf("a longer peace would have opened %+v", list)
	}
	same := try(was, was)
	if n := len(same.WouldOpen()) + len(same.WouldCool()); n != 0 {
		t.Errorf("the same policy turns %d answers", n)
	}
	// A stage that is spared is opened for, whatever the days.
	next = ownPolicy(t)
	next.CoolOff.Spare = append(next.CoolOff.Spare, next.Stages[1].Name)
	if list := try(was, next).WouldOpen(); len(list) != 2 {
		t.Errorf("spared: %+v", list)
	}
	// What no stage covers is no matter of peace.
	next.Stages[1].Active = false
	if trial := try(was, next); len(trial.WouldOpen())+len(trial.WouldCool()) != 0 || trial.Unopened() == 0 {
		t.Errorf("no stage: %+v %+v", trial.WouldOpen(), trial.WouldCool())
	}
}
