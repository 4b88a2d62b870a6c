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
		m.byCase[r.CaseID] = waiting[i]
		waiting[i].cases = append(waiting[i].cases, r.CaseID)
		m.a.outside.queue++
	}
	return n
}

// settle brings everybody into step and holds the month against its promises: every customer was called, no rule was
// broken, the counters agree with a recount.
func (m *month) settle() {
	m.t.Helper()
	for range 2 {
		for _, d := range m.h.desks {
			d.sync()
		}
	}
	check, err := m.h.s.Check(m.t.Context())
	m.h.ok(err)
	if !check.OK {
		m.t.Errorf("the server's check: %+v", check.Problems)
	}
	cases, missed := slices.DeleteFunc(m.h.cases(), func(c callback.Case) bool { return !m.a.inQueue(c.ID, m.h.now) }), 0
	for _, c := range cases {
		if len(c.Attempts) == 0 && c.State != callback.Suppressed {
			if missed++; missed <= shown {
				m.t.Errorf("coverage: case %s of %s was never called: %s, %q", c.ID, c.OpenedAt.Format(time.DateTime), c.State, c.Plan.Reason)
			}
		}
	}
	b := m.board()
	m.a.figures(b)
	for _, rule := range slices.Sorted(maps.Keys(m.a.broken)) {
		m.t.Errorf("%s: %d violations", rule, m.a.broken[rule])
	}
	rig.Figure(m.t, "%s", m.report(b, cases, missed))
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
func (m *month) report(b callback.Board, cases []callback.Case, missed int) string {
	ended, calls, reached, violations := map[string]int{}, 0, 0, 0
	for _, c := range cases {
		how := string(c.State)
		if c.Closing != nil && !c.State.Open() {
			how = string(c.Closing.Resolution)
		}
		ended[how]++
	}
	for _, list := range m.a.calls {
		for _, d := range list {
			calls++
			if r, _ := d.code.Rule(); r.Right {
				reached++
			}
		}
	}
	for _, n := range m.a.broken {
		violations += n
	}
	rate := func(r callback.Rate) string { return fmt.Sprintf("%.0f %% of %d", 100*r.P, r.N) }
	f := &m.a.floor
	m.a.tally(cases)
	var out strings.Builder
	line := func(what, format string, args ...any) {
		fmt.Fprintf(&out, "  %-22s %s\n", what, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&out, "%d cases of customers in %d zones and %d languages, %d agents and a supervisor, %d days\n", m.a.outside.queue, len(places), languages(), len(speaks), m.days+m.rest)
	fmt.Fprintln(&out, " Was everybody called?")
	line("coverage", "%.1f %% (%d never called); board: %s", 100*float64(m.a.outside.queue-missed)/float64(m.a.outside.queue), missed, rate(b.Coverage))
	line("second answers", "%s", m.a.secondly())
	line("outside the queue", "%s", m.a.beside(b))
	line("first call in time", "%s", rate(b.InTime))
	line("calls", "%d, %d of them with the right person", calls, reached)
	line("other language", "%d calls by somebody who does not speak the customer's, each when it was anyone's", m.a.strangers)
	fmt.Fprintln(&out, " What came of it?")
	line("recovered", "%s re-scored, %s contacted, %s eligible", rate(b.Recovery.Rescored), rate(b.Recovery.Contacted), rate(b.Recovery.Eligible))
	line("NPS before, after", "%+.0f, %+.0f of %d (unadjusted: no control group)", b.Before.Value, b.After.Value, b.Before.N)
	line("ended", "%s", counted(ended))
	fmt.Fprintln(&out, " Did we keep our word?")
	line("promises kept", "%s that were settled; %d were overdue and went to the supervisor", rate(b.Promises), f.overdue)
	line("agreed calls missed", "%d, each on record and anyone's half an hour later", f.missed)
	line("escalations", "%d given back, %d resolved, %d answered late; board: %s in time", f.returned, f.resolved, f.late, rate(b.Answered))
	line("passed over", "%d cases came before the supervisor after three skips", f.reviews)
	for _, who := range slices.Sorted(maps.Keys(f.left)) {
		line("left the team", "%s on %s; nothing stayed with them", who, f.left[who].Format("2 January"))
	}
	fmt.Fprintln(&out, " Did the work run?")
	line("claims refused", "%d of %d served; %d times nothing could be served", m.conflicts, m.served, m.empty)
	line("called unheard", "%d customers, by somebody who could not know of a colleague's call, since one of them was offline", len(m.a.unheard))
	fmt.Fprintf(&out, " Rules broken: %d %s", violations, counted(m.a.broken))
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

func counted(by map[string]int) string {
	parts := []string{}
	for _, k := range slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) }) {
		parts = append(parts, fmt.Sprintf("%s %d", k, by[k]))
	}
	return strings.Join(parts, ", ")
}
