package server

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Intake takes responses in: each row is judged, and an accepted one opens a
// case, joins the customer's open one, or is just kept, as the policy says. A
// row that was here before is a duplicate and changes nothing. A dry run gives
// the same report and writes nothing.
func (s *Server) Intake(ctx context.Context, team string, b callback.IntakeBatch) (callback.IntakeReport, error) {
	if len(b.Rows) > s.cfg.Limits.IntakeRows {
		return callback.IntakeReport{}, callback.Errorf(callback.CodeTooLarge, "%d rows are over the %d of one intake", len(b.Rows), s.cfg.Limits.IntakeRows).
			WithHint("send them in several")
	}
	return s.take(ctx, team, b.DryRun, judgeAll(team, b, s.now()))
}

// judgeAll judges rows on all processors: reading phone numbers is most of
// the work of an intake.
func judgeAll(team string, b callback.IntakeBatch, now time.Time) []judged {
	out := make([]judged, len(b.Rows))
	workers := min(runtime.GOMAXPROCS(0), 1+len(b.Rows)/64)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(b.Rows); i += workers {
				out[i] = judge(team, b, b.Rows[i], now)
			}
		})
	}
	wg.Wait()
	return out
}

func (s *Server) take(ctx context.Context, team string, dry bool, list []judged) (callback.IntakeReport, error) {
	var report callback.IntakeReport
	err := s.write(ctx, scope{team: team}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		report, err = l.takeAll(list)
		if err == nil && dry {
			return errUndo
		}
		return err
	})
	return report, err
}

func (l *ledger) takeAll(list []judged) (callback.IntakeReport, error) {
	report := callback.IntakeReport{Results: make([]callback.IntakeResult, 0, len(list))}
	for _, j := range list {
		res, err := l.take(j)
		if err != nil {
			return report, fmt.Errorf("take row %d: %w", j.row, err)
		}
		add(&report, res)
	}
	return report, nil
}

func add(r *callback.IntakeReport, res callback.IntakeResult) {
	switch res.Status {
	case callback.IntakeAccepted:
		r.Accepted++
	case callback.IntakeDuplicate:
		r.Duplicates++
	default:
		r.Rejected++
	}
	if res.Opened {
		r.CasesOpened++
	}
	if res.Cooling != nil {
		r.CooledOff++
	}
	if res.Updated {
		r.Updated++
	}
	r.Results = append(r.Results, res)
}

// take files one judged row.
func (l *ledger) take(j judged) (callback.IntakeResult, error) {
	res := callback.IntakeResult{Row: j.row}
	if j.refused != "" {
		res.Status, res.Column, res.Reason = callback.IntakeRejected, j.column, j.refused
		return res, nil
	}
	old, ok, err := found(l.u.q.Response(l.u.ctx, l.team, j.response.Source, j.response.ExternalID))
	if err != nil {
		return res, err
	}
	if ok {
		res.Status, res.CaseID = callback.IntakeDuplicate, old.CaseID
		res.Updated, err = l.complete(old, j)
		return res, err
	}
	again, since, err := l.returns(j)
	if err != nil {
		return res, err
	}
	if again {
		res.Status = callback.IntakeDuplicate
		return res, nil
	}
	if !since.IsZero() {
		if !j.response.AnsweredAt.After(since) {
			res.Status, res.Column = callback.IntakeRejected, "person"
			res.Reason = "their data was erased on " + since.Format(time.DateOnly) + ", after this answer"
			return res, nil
		}
		j.warn("the person's data was erased on " + since.Format(time.DateOnly) + "; they answered again since")
	}
	who, err := l.customer(j)
	if err != nil {
		return res, err
	}
	res.Status = callback.IntakeAccepted
	if err := l.file(&res, &j, who); err != nil {
		return res, err
	}
	res.Warning = strings.Join(j.warnings, "; ")
	return res, l.keepResponse(j.response, who, res.CaseID)
}

// file lets the policy decide what a response means for its customer's cases: it
// joins the open one, is kept with a closed one while they are left in peace,
// opens one, or is just kept.
func (l *ledger) file(res *callback.IntakeResult, j *judged, who *person) error {
	decision := l.policy.Decide(j.response)
	if decision.Open {
		never, err := suppressed(l.u.ctx, l.u.q, l.u.s.keys.person(who.Customer))
		if err != nil {
			return err
		}
		if never {
			j.warn("the customer is on the do-not-call list; no case was opened")
			return nil
		}
	}
	if who.known {
		open, err := l.openCase(who.ID)
		if err != nil {
			return err
		}
		if open != nil {
			return l.attach(res, open, j, who, decision)
		}
	}
	if done, err := l.leaveInPeace(res, j, who, decision); err != nil || done || !decision.Open {
		return err
	}
	res.CaseID, res.Opened = "c"+idOf(l.team, j.response.Source, j.response.ExternalID), true
	who.caseID = res.CaseID
	who.changed = true
	if !who.Phone.Known() && len(j.warnings) == 0 {
		j.warn("there is no number to call")
	}
	opened := callback.CaseOpened{CaseKind: decision.Kind, Customer: who.snapshot(), Response: j.response, Plan: decision.Plan}
	if who.known {
		var err error
		if opened.Dials, err = l.elsewhere(who.Customer, res.CaseID); err != nil {
			return err
		}
	} else {
		l.holding[who.ID] = "" // nobody to look for
	}
	_, _, err := l.applyOwn(res.CaseID, "", serverDevice, &opened)
	return err
}

// attach puts a response on its customer's open case.
func (l *ledger) attach(res *callback.IntakeResult, e *entry, j *judged, who *person, d callback.Decision) error {
	res.CaseID = e.id
	added := callback.ResponseAdded{Response: j.response, Role: e.now.SaysAgain(j.response), Customer: who.news(e.now)}
	if d.Urgent(e.now) {
		added.Plan, added.CaseKind = &d.Plan, d.Kind
	}
	if err := l.addNumbers(e, j, who); err != nil {
		return err
	}
	_, _, err := l.applyOwn(e.id, "", serverDevice, &added)
	who.Follow(e.now.Customer)
	return err
}

// leaveInPeace keeps a response with a closed case of its customer: one that
// came too soon after a call to open another, or that says how the call worked.
func (l *ledger) leaveInPeace(res *callback.IntakeResult, j *judged, who *person, d callback.Decision) (done bool, err error) {
	if !who.known {
		return false, nil
	}
	past, err := l.casesOf(who.ID)
	if err != nil {
		return false, err
	}
	k, cools := l.policy.Cools(d, j.response, past)
	id := k.CaseID
	if !cools {
		if d.Open {
			return false, nil
		}
		if id, done = l.policy.Resurveys(j.response, past); !done {
			return false, nil
		}
	}
	e, err := l.entry(id)
	if err != nil {
		return false, err
	}
	added := callback.ResponseAdded{Response: j.response, Role: e.now.SaysAgain(j.response), Customer: who.news(e.now)}
	if cools {
		added.Cooling, res.Cooling = &k, &k
	}
	res.CaseID = id
	_, _, err = l.applyOwn(id, "", serverDevice, &added)
	return true, err
}

// keepResponse writes a response, its customer and its comment.
func (l *ledger) keepResponse(r callback.Response, who *person, caseID string) error {
	if r.Category() == callback.Detractor {
		who.detractors++
		who.changed = true
	}
	if who.changed {
		if err := who.save(l); err != nil {
			return err
		}
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode response: %w", err)
	}
	score := int64(-1)
	if r.Score != nil {
		score = int64(*r.Score)
	}
	comment, words := callback.CommentOf(r, caseID)
	err = l.u.q.AddResponse(l.u.ctx, rows.AddResponseParams{
		Team: l.team, Source: r.Source, ExternalID: r.ExternalID, ID: r.ID, CustomerID: who.ID, CaseID: caseID,
		AnsweredAt: micros(r.AnsweredAt), ReceivedAt: micros(l.u.now), Score: score, Words: words, Body: body,
	})
	if err != nil || !words {
		return err
	}
	return l.put(callback.DocComment, comment.ID, comment)
}
