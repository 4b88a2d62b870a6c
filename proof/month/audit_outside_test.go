package month

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringback/callback"
)

// This file keeps apart what is of the queue and what is not, by the auditor's own record of who began what.

// outside is what the auditor knows of calls outside the queue.
type outside struct {
	// since is when a case that began outside became one of the queue; the zero time while it is none.
	since map[string]time.Time
	// queue counts the cases that answers opened, scores are those that opened them.
	queue  int
	scores map[string]int
	// Counted for the report.
	joined, stopped, rang, late, astray, missed, spared int
}

// opened notes a case that an answer has opened.
func (a *auditor) opened(id string, p *person) {
	a.outside.queue++
	a.outside.scores[id] = p.score
}

// began judges a case that somebody opened outside the queue. before are the person's others, late tells that the desk had no
// connection when it began.
func (a *auditor) began(p *person, before []callback.Case, c callback.Case, late bool) {
	a.outside.since[c.ID] = time.Time{}
	open := opened(before)
	if late {
		a.outside.late++
	}
	settled := false // what its agent did to the other one may have come right before
	for _, d := range a.calls[p] {
		settled = settled || late && d.caseID == open && d.agent == c.AdHoc.By
	}
	switch {
	case c.AdHoc == nil || c.AdHoc.Joined != open && !settled:
		a.breach("one open case", "the call to person %d, whose open case is %q, began case %s: %+v", p.n, open, c.ID, c.AdHoc)
	case open != "" && c.State.Open() && !settled:
		a.breach("one open case", "person %d has cases %s and %s open", p.n, open, c.ID)
	case c.AdHoc.Joined != "":
		a.outside.joined++
	}
}

// astray: of a talk on a case that began without a connection, and whose customer had another one open by then, a person is
// told; or that other case, into, goes on with what was agreed, and says from where.
func (a *auditor) astray(p *person, c, into callback.Case) {
	for _, d := range a.calls[p] {
		if d.caseID != c.ID || d.code == callback.DoNotCall || !slices.Contains(spoke, d.code) && !slices.Contains(refused, d.code) {
			continue
		}
		a.outside.astray++
		if len(c.Disputes) == 0 && !carried(into, d) {
			a.breach("talks that went astray", "person %d was talked to on case %s, which joined %s, and nobody is told", p.n, c.ID, into.ID)
		}
	}
}

// carried tells whether a case says what was agreed on a call that was made on another one, and keeps a promise of it.
func carried(into callback.Case, d *dial) bool {
	said := slices.ContainsFunc(into.Notes, func(n callback.Note) bool { return strings.Contains(n.Text, d.caseID) && n.By == d.agent })
	kept := slices.ContainsFunc(into.Promises, func(p callback.Promise) bool { return p.MadeBy == d.agent && !p.MadeAt.Before(d.at) })
	return said && (kept || d.code != callback.TalkedPromise)
}

// enters notes that an answer that is owed a call came to a case outside the queue: that is one of the queue from now on.
func (a *auditor) enters(id string, score int, now time.Time) {
	if since, ok := a.outside.since[id]; ok && since.IsZero() {
		a.outside.since[id] = now
		a.outside.queue++
		a.outside.scores[id] = score
	}
}

// inQueue tells whether a case was one of the queue at an instant.
func (a *auditor) inQueue(id string, at time.Time) bool {
	since, ok := a.outside.since[id]
	return !ok || !since.IsZero() && !at.Before(since)
}

// beside says for the report what was done outside the queue.
func (a *auditor) beside(b callback.Board) string {
	o := a.outside
	return fmt.Sprintf("%d cases with %d calls, %d of them because somebody rang; %d had an open case, %d might not be called", len(o.since), b.Total.AdHoc, o.rang, o.joined, o.stopped)
}
