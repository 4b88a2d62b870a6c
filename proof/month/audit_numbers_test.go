package month

import (
	"slices"
	"testing"
	"time"

	"ringback/callback"
)

// This file looks at which of somebody's numbers is dialled, and at people who turn out to be known.

// numbers is what the auditor knows of numbers.
type numbers struct {
	// dead are those that were found to lead nowhere, until somebody enters them again.
	dead map[string]*dial
	// fresh are those that an answer has brought and that nobody has dialled since.
	fresh map[*person]brought
	// Counted for the report.
	brought, joined, goOn, withheld int
}

type brought struct {
	number string
	at     time.Time
}

func newNumbers() numbers {
	return numbers{dead: map[string]*dial{}, fresh: map[*person]brought{}}
}

// leadNowhere are the ends of calls by which a number is found out.
var leadNowhere = []callback.Disposition{callback.Disconnected, callback.WrongNumber}

func (n *numbers) called(d *dial) {
	if !d.inbound && slices.Contains(leadNowhere, d.code) {
		n.dead[d.number] = d
	}
}

// leads judges the number that is dialled: one of the customer's, none that leads nowhere, and first the one that they gave last.
func (a *auditor) leads(p *person, c callback.Case, number, agent string, now, heard time.Time) {
	switch found := a.numbers.dead[number]; {
	case number == "":
		a.breach("withheld numbers", "person %d, whose number nobody knows, was called", p.n)
	case number != p.number && number != p.other:
		a.breach("whose number it is", "for customer %d %s was called", p.n, number)
	case found != nil && found.known(agent, heard):
		a.breach("numbers that lead nowhere", "%s of customer %d was called, which led nowhere at %s", number, p.n, found.at.Format(time.DateTime))
	}
	x, fresh := a.numbers.fresh[p]
	if !fresh || !x.at.Before(heard) || !a.inQueue(c.ID, now) {
		return
	}
	delete(a.numbers.fresh, p)
	if number != x.number {
		a.breach("a new number goes first", "customer %d gave %s at %s, and %s was called", p.n, x.number, x.at.Format(time.DateTime), number)
	}
}

// gave notes that an answer brought a number with it; entered, that an agent has typed one in.
func (a *auditor) gave(p *person, number string, now time.Time) {
	a.numbers.fresh[p] = brought{number, now}
	a.numbers.brought++
}

func (a *auditor) entered(number string) { delete(a.numbers.dead, number) }

// joins notes that somebody who was called or rang as a stranger is a customer: what was done to the one was done to the other.
func (a *auditor) joins(stranger, p *person) {
	a.calls[p] = append(a.calls[p], a.calls[stranger]...)
	slices.SortStableFunc(a.calls[p], func(x, y *dial) int { return x.at.Compare(y.at) })
	delete(a.calls, stranger)
	if d := a.banned[stranger]; d != nil && a.banned[p] == nil {
		a.banned[p] = d
	}
	if l := a.lines[stranger]; l != nil && (a.lines[p] == nil || l.end.After(a.lines[p].end)) {
		a.lines[p] = l
	}
	a.numbers.joined++
}

// joined judges what became of the cases of two who are one: of two open ones one goes on, and the other says so.
func (a *auditor) joined(p *person, before, after []callback.Case) {
	open := slices.DeleteFunc(slices.Clone(before), func(c callback.Case) bool { return !c.State.Open() })
	on := opened(after)
	if on != "" && slices.ContainsFunc(before, func(c callback.Case) bool { return c.State == callback.Suppressed }) {
		a.breach("do not call", "customer %d had said never again, and case %s goes on", p.n, on)
	}
	for _, c := range after {
		if !slices.ContainsFunc(open, func(b callback.Case) bool { return b.ID == c.ID }) || c.ID == on {
			continue
		}
		if c.State.Open() || c.JoinedTo != on && c.State != callback.Suppressed {
			a.breach("joined cases", "customer %d turned out to be one with two open cases: %s goes on, and %s is %s and says %q", p.n, on, c.ID, c.State, c.JoinedTo)
			continue
		}
		a.numbers.goOn++
	}
	if since, began := a.outside.since[on]; began && since.IsZero() && slices.ContainsFunc(open, func(c callback.Case) bool { return a.inQueue(c.ID, c.OpenedAt) }) {
		a.breach("joined cases", "customer %d is owed a call, and goes on in case %s outside the queue", p.n, on)
	}
}

// nobodysNumber: of a caller who withheld their number nothing is known that they did not say.
func (a *auditor) nobodysNumber(p *person, c callback.Case) {
	if p.number == "" && (c.Customer.Phone.E164 != "" || len(c.Customer.Others) > 0 || c.AdHoc == nil || c.AdHoc.Joined != "" || c.Customer.Ref != "") {
		a.breach("withheld numbers", "person %d said no number, and case %s has %+v", p.n, c.ID, c.Customer)
	}
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhoseNumberItIs(t *testing.T) {
	now := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	p := &person{n: 7, number: "+34910000001", other: "+34910000251", where: places[5]}
	gone := dial{number: p.number, code: callback.Disconnected, at: now.Add(-2 * time.Hour), sent: now.Add(-time.Hour)}
	unsent := gone
	unsent.sent = time.Time{}
	for name, x := range map[string]struct {
		number, rule string
		before       func(a *auditor)
	}{
		"theirs":                   {p.number, "", func(*auditor) {}},
		"their other one":          {p.other, "", func(*auditor) {}},
		"somebody else's":          {"+34910000009", "whose number it is", func(*auditor) {}},
		"none":                     {"", "withheld numbers", func(*auditor) {}},
		"one that leads nowhere":   {p.number, "numbers that lead nowhere", func(a *auditor) { a.numbers.called(&gone) }},
		"found out, unheard":       {p.number, "", func(a *auditor) { a.numbers.called(&unsent) }},
		"entered again":            {p.number, "", func(a *auditor) { a.numbers.called(&gone); a.entered(p.number) }},
		"the old one":              {p.number, "a new number goes first", func(a *auditor) { a.gave(p, p.other, now.Add(-time.Hour)) }},
		"the new one":              {p.other, "", func(a *auditor) { a.gave(p, p.other, now.Add(-time.Hour)) }},
		"the old one, not told of": {p.number, "", func(a *auditor) { a.gave(p, p.other, now.Add(time.Hour)) }},
	} {
		a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
		x.before(a)
		a.leads(p, callback.Case{ID: "ca-1"}, x.number, "anna", now, now)
		if want := min(1, len(x.rule)); len(a.broken) != want || want > 0 && a.broken[x.rule] == 0 {
			t.Errorf("%s: the auditor sees %v, want %q", name, a.broken, x.rule)
		}
	}
	a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
	two := []callback.Case{{ID: "ca-1", State: callback.New}, {ID: "ca-2", State: callback.RetryWait}}
	if a.joined(p, two, []callback.Case{two[0], {ID: "ca-2", State: callback.Closed, JoinedTo: "ca-1"}}); len(a.broken) > 0 {
		t.Errorf("what is right is seen as wrong: %v", a.broken)
	}
	if a.joined(p, two, []callback.Case{two[0], {ID: "ca-2", State: callback.Closed}}); a.broken["joined cases"] != 1 {
		t.Error("the auditor does not see a case that ended without a word")
	}
	never := []callback.Case{{ID: "ca-1", State: callback.New}, {ID: "ca-2", State: callback.Suppressed}}
	if a.joined(p, never, never); a.broken["do not call"] != 1 {
		t.Error("the auditor does not see a case that goes on although its customer had said never again")
	}
	if a.joined(p, two, two); a.broken["joined cases"] != 2 {
		t.Error("the auditor does not see two cases that both go on")
	}
	if a.nobodysNumber(&person{n: 8}, callback.Case{AdHoc: &callback.AdHoc{Joined: "ca-1"}}); a.broken["withheld numbers"] != 1 {
		t.Error("the auditor does not see a withheld number that was taken for a customer's")
	}
}
