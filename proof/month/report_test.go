package month

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
)

// byTime gives the customers in the order in which they answered.
func byTime(people []*person) []*person {
	return slices.SortedFunc(slices.Values(people), func(a, b *person) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.n, b.n)) })
}

// intake takes in those who have answered by now and tells how many.
func (m *month) intake(waiting []*person) (n int) {
	m.t.Helper()
	var b callback.IntakeBatch
	for n < len(waiting) && !waiting[n].at.After(m.h.now) {
		b.Rows = append(b.Rows, waiting[n].row())
		n++
	}
	if n == 0 {
		return 0
	}
	report, err := m.h.s.Intake(m.t.Context(), "main", b)
	m.h.ok(err)
	for i, r := range report.Results {
		if r.CaseID == "" {
			m.t.Fatalf("customer %d opened no case: %+v", waiting[i].n, r)
		}
		m.opens(r.CaseID, waiting[i])
	}
	return n
}

// settle brings everybody into step and holds the month against its promises: every customer was called, no rule was
// broken, the counters agree with a recount.
func (m *month) settle() {
	m.t.Helper()
	all := m.atRest()
	check, err := m.h.s.Check(m.t.Context())
	m.h.ok(err)
	if !check.OK {
		m.t.Errorf("the server's check: %+v", check.Problems)
	}
	n, b := m.judge(all, m.board())
	for _, rule := range slices.Sorted(maps.Keys(m.a.broken)) {
		m.t.Errorf("%s: %d violations", rule, m.a.broken[rule])
	}
	rig.Figure(m.t, "%s", m.report(b, all, n))
}

// atRest lets everybody hear of everything, and gives all cases as they are then.
func (m *month) atRest() []callback.Case {
	m.t.Helper()
	for range 2 {
		for _, d := range m.h.desks {
			d.cut = span{}
			m.hangUp(d)
			d.sync()
		}
	}
	return m.h.cases()
}

// judge lets the auditor look at the end of the month.
func (m *month) judge(all []callback.Case, b callback.Board) (counted, callback.Board) {
	m.a.looksAtAll(all, m.byCase, m.h.now)
	n := m.a.count(all)
	m.a.figures(b, n)
	m.a.covers(all)
	return n, b
}

// covers: everybody whose case was one of the queue was called, but those who asked never to be before anybody could, and those
// whose case went on in another.
func (a *auditor) covers(cases []callback.Case) {
	called := map[string]bool{}
	for _, list := range a.calls {
		for _, d := range list {
			called[d.caseID] = called[d.caseID] || a.inQueue(d.caseID, d.at)
		}
	}
	for _, c := range cases {
		since, began := a.outside.since[c.ID]
		switch {
		case began && since.IsZero() || called[c.ID]:
		case c.State == callback.Suppressed:
			a.outside.spared++
		case c.JoinedTo != "" && !c.State.Open():
		default:
			a.outside.missed++
			a.breach("coverage", "case %s of %s was never called: %s, %q", c.ID, c.OpenedAt.Format(time.DateTime), c.State, c.Plan.Reason)
		}
	}
}

// board is the board as a desk has it.
func (m *month) board() callback.Board {
	m.t.Helper()
	loc := m.a.policy.Location()
	period, err := callback.PeriodOf("all", m.h.now, loc)
	m.h.ok(err)
	b, err := m.h.desks[len(m.h.desks)-1].store.Board(period)
	m.h.ok(err)
	return b
}

// report is what a supervisor would read of the month: of the cases of the queue, and apart from them of what was done beside it.
func (m *month) report(b callback.Board, all []callback.Case, n counted) string {
	cases := slices.DeleteFunc(slices.Clone(all), func(c callback.Case) bool { return !m.a.inQueue(c.ID, m.h.now) })
	ended, violations := map[string]int{}, 0
	for _, c := range cases {
		how := string(c.State)
		if c.Closing != nil && !c.State.Open() {
			how = string(c.Closing.Resolution)
		}
		ended[how]++
	}
	for _, n := range m.a.broken {
		violations += n
	}
	rate := func(r callback.Rate) string { return fmt.Sprintf("%.0f %% of %d", 100*r.P, r.N) }
	f, o, r := &m.a.floor, &m.a.outside, &m.a.returns
	m.a.tally(cases)
	var out strings.Builder
	line := func(what, format string, args ...any) {
		fmt.Fprintf(&out, "  %-22s %s\n", what, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&out, "%d cases of customers in %d zones and %d languages, %d agents and a supervisor, %d days\n", n.owed, len(places), languages(), len(speaks), m.days+m.after)
	fmt.Fprintln(&out, " Was everybody called?")
	owed := n.owed - o.spared
	line("coverage", "%.1f %% of %d whom we may call (%d never called; %d more said never again before we could)", 100*float64(owed-o.missed)/float64(owed), owed, o.missed, o.spared)
	line("second answers", "%s", m.a.secondly())
	line("new numbers", "%d came with them; %d callers nobody knew turned out to be customers, %d of their cases went on in another", m.a.numbers.brought, m.a.numbers.joined, m.a.numbers.goOn)
	line("first call in time", "%s", rate(b.InTime))
	line("longest wait", "%.0f days, of a case that could have been called", f.longest.Hours()/24)
	line("calls", "%d, %d of them with the right person", n.calls, n.right)
	line("other language", "%d calls by somebody who does not speak the customer's, each when it was anyone's", m.a.strangers)
	fmt.Fprintln(&out, " What came of it?")
	line("recovered", "%s re-scored, %s contacted, %s eligible", rate(b.Recovery.Rescored), rate(b.Recovery.Contacted), rate(b.Recovery.Eligible))
	line("NPS before, after", "%+.0f, %+.0f of %d (unadjusted: no control group)", b.Before.Value, b.After.Value, b.Before.N)
	line("ended", "%s", numbered(ended))
	fmt.Fprintln(&out, " Who came back to us?")
	line("outside the queue", "%s", m.a.beside(b))
	line("withheld numbers", "%d rang without showing theirs", m.a.numbers.withheld)
	line("rang after the end", "%d cases were opened again, %d by what was agreed then; %d calls changed nothing, %d reached us at last", r.reopened+r.agreed, r.agreed, r.history, r.reached)
	fmt.Fprintln(&out, " Did we keep our word?")
	line("promises kept", "%s that were settled, %d of all late; %d were overdue and went to the supervisor", rate(b.Promises), m.a.words.late, f.overdue)
	line("agreed calls missed", "%d, each on record and anyone's half an hour later", f.missed)
	line("escalations", "%d given back, %d resolved, %d answered late; board: %s in time", f.returned, f.resolved, f.late, rate(b.Answered))
	line("passed over", "%d cases came before the supervisor after three skips", f.reviews)
	for _, who := range slices.Sorted(maps.Keys(f.left)) {
		line("left the team", "%s on %s; nothing stayed with them", who, f.left[who].Format("2 January"))
	}
	line("their last records", "%d calls lay on a desk that was to forget everything; all arrived", f.handed)
	fmt.Fprintln(&out, " Did the work run?")
	line("claims refused", "%d of %d served; %d times nothing could be served", m.conflicts, m.served, m.empty)
	line("lines down", "%d times for a day; %d cases were begun outside the queue without a connection", m.cuts, o.late)
	line("called unheard", "%d customers, by somebody who could not know of a colleague's call, since one of them was offline", len(m.a.unheard))
	fmt.Fprintf(&out, " Rules broken: %d %s", violations, numbered(m.a.broken))
	return out.String()
}

// languages counts what the customers speak.
func languages() int {
	seen := map[string]bool{}
	for _, p := range places {
		seen[p.language] = true
	}
	return len(seen)
}

func numbered(by map[string]int) string {
	parts := []string{}
	for _, k := range slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) }) {
		parts = append(parts, fmt.Sprintf("%s %d", k, by[k]))
	}
	return strings.Join(parts, ", ")
}
