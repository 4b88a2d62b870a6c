package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// maxProblems bounds what one check reports: after so many, more say nothing
// new.
const maxProblems = 100

// Check recomputes every case from its events and every counter from the
// cases, compares them with what is stored, and follows the audit's chain. With
// HistoryLook it also tells whether the database is the one that was served
// last.
func (s *Server) Check(ctx context.Context) (callback.CheckReport, error) {
	report := callback.CheckReport{Problems: []callback.Problem{}}
	if s.broken != "" {
		report.Problems = append(report.Problems, callback.Problem{Where: "history", What: "the database is not the one that was served last: it " + s.broken})
	}
	sound, err := s.checkFile(ctx, &report)
	if err != nil || !sound {
		return report, err
	}
	if err := s.checkErasures(ctx, &report); err != nil {
		return report, err
	}
	err = s.db.snapshot(ctx, func(q *rows.Queries) error {
		teams, err := q.Teams(ctx)
		if err != nil {
			return err
		}
		mended, err := s.mendedAtStart(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range teams {
			a := &auditor{s: s, ctx: ctx, q: q, team: t, report: &report, days: map[string]*callback.Day{}, mended: mended}
			if err := a.check(); err != nil {
				return err
			}
		}
		acts, err := checkActs(ctx, q, callback.AuditHead{})
		if err == nil && !acts.OK {
			report.Problems = append(report.Problems, callback.Problem{Where: "audit", What: acts.Problem})
		}
		return err
	})
	report.OK = len(report.Problems) == 0
	return report, s.db.failure("check the database", err)
}

// auditor checks one team.
type auditor struct {
	s      *Server
	ctx    context.Context
	q      *rows.Queries
	team   rows.Team
	policy callback.Policy
	report *callback.CheckReport
	days   map[string]*callback.Day
	// mended follows what the start of a server mends by itself.
	mended string
	// open counts the open disputes that desks are told of, by case.
	open map[string]int
	// dials are the rows of dials that no case has claimed yet, since when they
	// count.
	dials map[dialRow][]rows.DialsOfRow
	since time.Time
}

func (a *auditor) problem(where, format string, args ...any) {
	if len(a.report.Problems) < maxProblems {
		a.report.Problems = append(a.report.Problems, callback.Problem{Where: a.team.Team + "/" + where, What: fmt.Sprintf(format, args...)})
	}
}

func (a *auditor) check() error {
	var err error
	if a.policy, err = a.s.policies.get(a.ctx, a.q, a.team.Team, a.team.Policy); err != nil {
		return err
	}
	list, err := a.q.CaseRows(a.ctx, a.team.Team)
	if err != nil {
		return err
	}
	leases, err := a.q.Leases(a.ctx, a.team.Team)
	if err != nil {
		return err
	}
	held := map[string]rows.Lease{}
	for _, l := range leases {
		held[l.CaseID] = l
	}
	if err := a.readDisputes(); err != nil {
		return err
	}
	if err := a.readDials(); err != nil {
		return err
	}
	for _, row := range list {
		lease, ok := held[row.ID]
		if err := a.checkCase(row, lease, ok); err != nil {
			return err
		}
		delete(held, row.ID)
	}
	for id := range held {
		a.problem("lease of "+id, "there is no such case")
	}
	for id := range a.open {
		a.problem("disputes of "+id, "there is no such case")
	}
	if err := a.checkCustomers(); err != nil {
		return err
	}
	a.strayDials()
	if err := a.checkDays(); err != nil {
		return err
	}
	return a.checkFeed(len(list))
}

// checkCase folds a case's events again and compares.
func (a *auditor) checkCase(row rows.Case, lease rows.Lease, leased bool) error {
	doc, ok, err := found(a.q.Doc(a.ctx, a.team.Team, string(callback.DocCase), row.ID))
	if err != nil {
		return err
	}
	where := "case " + row.ID
	if !ok || doc.Body == nil {
		a.problem(where, "its document is missing")
		return nil
	}
	c, err := a.fold(where, row.ID)
	if err != nil {
		return err
	}
	a.report.Cases++
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode case %s: %w", row.ID, err)
	}
	if !bytes.Equal(body, doc.Body) {
		a.problem(where, "it differs from the fold of its events")
	}
	if !bytes.Equal(rankBytes(a.policy, c), doc.Rank) {
		a.problem(where, "its rank is not that of the case%s", a.mended)
	}
	if row.IsOpen != c.State.Open() || row.Wake != micros(a.policy.WakesAt(c)) {
		a.problem(where, "its index row says something else%s", a.mended)
	}
	if (c.Lease != nil) != leased || leased && c.Lease.ID != lease.ID {
		a.problem(where, "its lease is not the one in the table of leases")
	}
	if gone, ok, err := found(a.q.ErasedCase(a.ctx, row.ID, a.team.Team)); err != nil {
		return err
	} else if ok != (c.Erased != nil) {
		a.problem(where, "it and the list of erasures do not agree (%q)", gone)
	}
	if c.State.Open() {
		hit, err := suppressed(a.ctx, a.q, a.s.keys.person(c.Customer))
		if err != nil {
			return err
		}
		if hit {
			a.problem(where, "it is open, but its customer is on the do-not-call list")
		}
	}
	a.checkDials(where, c)
	if have := a.open[c.ID]; have != len(c.Disputed()) {
		a.problem(where, "%d open disputes are told, %d are open", have, len(c.Disputed()))
	}
	delete(a.open, c.ID)
	for _, d := range callback.Tally(c, a.policy.Location()) {
		sum := a.days[dayID(d)]
		if sum == nil {
			sum = &callback.Day{Agent: d.Agent, Date: d.Date}
			a.days[dayID(d)] = sum
		}
		sum.Add(d.Counts, 1)
	}
	return nil
}

// checkCustomers looks for people with two open cases.
func (a *auditor) checkCustomers() error {
	list, err := a.q.TwoOpenCases(a.ctx, a.team.Team)
	for _, row := range list {
		a.problem("customer "+row.CustomerID, "%d cases are open", row.N)
	}
	return err
}

// readDisputes reads what desks are told of open disputes.
func (a *auditor) readDisputes() error {
	list, err := a.q.DocsOf(a.ctx, a.team.Team, string(callback.DocDispute))
	if err != nil {
		return err
	}
	a.open = map[string]int{}
	for _, row := range list {
		var told callback.OpenDisputes
		if row.Body == nil {
			continue
		}
		if err := json.Unmarshal(row.Body, &told); err != nil {
			a.problem("disputes of "+row.ID, "they cannot be read: %v", err)
		}
		a.open[row.ID] = told.Open
	}
	return nil
}

// fold replays a case's events, each under the policy that judged it.
func (a *auditor) fold(where, id string) (callback.Case, error) {
	var c callback.Case
	events, err := a.q.CaseEvents(a.ctx, a.team.Team, id)
	if err != nil {
		return c, err
	}
	for _, row := range events {
		a.report.Events++
		if row.Status == string(callback.Rejected) {
			continue
		}
		p, err := a.s.policies.get(a.ctx, a.q, a.team.Team, row.Policy)
		if err != nil {
			return c, err
		}
		var ev callback.Event
		if err := json.Unmarshal(row.Body, &ev); err != nil {
			a.problem(where, "event %s cannot be read: %v", row.ID, err)
			continue
		}
		next, verdict := callback.Apply(p, c, ev)
		if string(verdict.Status) != row.Status || string(verdict.Reason) != row.Reason {
			a.problem(where, "event %s is %s now, but was %s", row.ID, verdict.Status, row.Status)
		}
		// The stored case went through JSON after each unit; so does this one.
		c = next
	}
	return c, nil
}

// checkDays compares the counters with a recount.
func (a *auditor) checkDays() error {
	list, err := a.q.DocsOf(a.ctx, a.team.Team, string(callback.DocDay))
	if err != nil {
		return err
	}
	for _, row := range list {
		a.report.Days++
		have := callback.Day{}
		if row.Body != nil {
			if err := json.Unmarshal(row.Body, &have); err != nil {
				a.problem("day "+row.ID, "its counters cannot be read: %v", err)
				continue
			}
		}
		want := callback.Counts{}
		if d := a.days[row.ID]; d != nil {
			want = d.Counts
		}
		if have.Counts != want {
			a.problem("day "+row.ID, "its counters differ from a recount")
		}
		delete(a.days, row.ID)
	}
	missing := []string{}
	for id, d := range a.days {
		if !d.Zero() {
			missing = append(missing, id)
		}
	}
	sort.Strings(missing)
	for _, id := range missing {
		a.problem("day "+id, "its counters are missing")
	}
	return nil
}

// checkFeed compares the feed's head and the number of cases.
func (a *auditor) checkFeed(cases int) error {
	n, err := a.q.CountDocs(a.ctx, a.team.Team)
	if err != nil {
		return err
	}
	if _, ok, err := found(a.q.Head(a.ctx, a.team.Team, a.team.Pos)); err != nil {
		return err
	} else if !ok {
		a.problem("feed", "nothing is noted of its head at %d", a.team.Pos)
	}
	if n.High > a.team.Pos {
		a.problem("feed", "a document stands at %d, after the head at %d", n.High, a.team.Pos)
	}
	docs, err := a.q.DocsOf(a.ctx, a.team.Team, string(callback.DocCase))
	if err != nil {
		return err
	}
	if len(docs) != cases {
		a.problem("feed", "%d cases are in the feed, %d in the index", len(docs), cases)
	}
	events, err := a.q.CountEvents(a.ctx, a.team.Team)
	if err != nil {
		return err
	}
	// An event that was judged anew was counted twice.
	anew, err := a.q.CountRejudged(a.ctx, a.team.Team)
	if err != nil {
		return err
	}
	if events+anew != a.team.Events {
		a.problem("events", "%d are stored, %d were counted, %d of them anew", events, a.team.Events, anew)
	}
	return nil
}
