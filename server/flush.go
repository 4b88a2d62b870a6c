package server

import (
	"encoding/json"
	"fmt"
	"sort"

	"ringback/callback"
	"ringback/server/rows"
)

// flush writes what has changed: cases first, then other documents, then the
// day counters, each with the next position of the team's feed; then the
// events, which tell the position of their effect. Afterwards the ledger can
// be used on.
func (l *ledger) flush() error {
	before := l.pos
	for _, e := range l.order {
		if err := l.flushCase(e); err != nil {
			return fmt.Errorf("write case %s: %w", e.id, err)
		}
	}
	if err := l.flushHolding(); err != nil {
		return err
	}
	for _, d := range l.docs {
		if err := l.putDoc(d); err != nil {
			return err
		}
	}
	l.docs = nil
	if err := l.flushDays(); err != nil {
		return err
	}
	wrote, kept := l.policyChanged || l.pos != l.began, false
	for _, e := range l.order {
		if e.effect = e.pos; e.pos <= before {
			e.effect = 0
		}
		for _, row := range e.rows {
			row.Pos = e.effect
			if err := l.writeEvent(row, e.again[row.ID]); err != nil {
				return fmt.Errorf("write event %s: %w", row.ID, err)
			}
			kept = true
		}
		e.rows, e.again = nil, nil
	}
	if kept && l.pos == before {
		// A verdict will be told that changes no document: no history that lacks
		// it may share this one's mark.
		l.pos++
	}
	if !wrote && !kept {
		return nil
	}
	return l.u.q.MoveTeam(l.u.ctx, rows.MoveTeamParams{Team: l.team, Pos: l.pos, Events: l.events, Policy: l.version})
}

// writeEvent adds an event, or gives one that was refused its new verdict.
func (l *ledger) writeEvent(row rows.AddEventParams, again bool) error {
	if !again {
		return l.u.q.AddEvent(l.u.ctx, row)
	}
	_, err := l.u.q.RejudgeEvent(l.u.ctx, rows.RejudgeEventParams{
		Team: row.Team, ID: row.ID, N: row.N, CaseID: row.CaseID, Kind: row.Kind, Status: row.Status, Reason: row.Reason, Pos: row.Pos,
		Fence: row.Fence, Policy: row.Policy, Body: row.Body,
	})
	return err
}

func (l *ledger) putDoc(d callback.Doc) error {
	l.pos++
	err := l.u.q.PutDoc(l.u.ctx, rows.PutDocParams{
		Team: l.team, Type: string(d.Type), ID: d.ID, Pos: l.pos, Schema: int64(d.Schema), Rank: d.Rank, Body: d.Body,
	})
	if err != nil {
		return fmt.Errorf("write %s %s: %w", d.Type, d.ID, err)
	}
	return nil
}

func (l *ledger) flushCase(e *entry) error {
	if !e.touched {
		return nil
	}
	body, err := json.Marshal(e.now)
	if err != nil {
		return err
	}
	d := callback.Doc{Type: callback.DocCase, ID: e.id, Schema: e.now.Schema, Rank: rankBytes(l.policy, e.now), Body: body}
	if err := l.putDoc(d); err != nil {
		return err
	}
	e.pos = l.pos
	if err := l.countDisputes(e); err != nil {
		return err
	}
	l.countDays(e)
	if err := l.flushIndex(e); err != nil {
		return err
	}
	if err := l.flushLease(e); err != nil {
		return err
	}
	e.base, e.touched = e.now, false
	return nil
}

// countDisputes keeps the document by which desks find the cases that a person
// is to look at, without opening every case.
func (l *ledger) countDisputes(e *entry) error {
	was, is := len(e.base.Disputed()), len(e.now.Disputed())
	switch {
	case was == is:
		return nil
	case is == 0:
		return l.put(callback.DocDispute, e.id, nil)
	}
	return l.put(callback.DocDispute, e.id, callback.OpenDisputes{CaseID: e.id, Open: is})
}

// flushIndex keeps the rows by which a case is found: by the clock, by its
// customer, by number and person.
func (l *ledger) flushIndex(e *entry) error {
	c, q, ctx := e.now, l.u.q, l.u.ctx
	wake := l.policy.WakesAt(c)
	if e.stale || e.base.Version == 0 || e.base.State.Open() != c.State.Open() || !l.policy.WakesAt(e.base).Equal(wake) {
		owner, err := l.ownerOf(e)
		if err != nil {
			return err
		}
		err = q.PutCase(ctx, rows.PutCaseParams{
			Team: l.team, ID: e.id, CustomerID: owner, IsOpen: c.State.Open(), Wake: micros(wake),
		})
		if err != nil {
			return err
		}
		e.stale = false
	}
	if e.base.Version == 0 || len(e.base.Renumbered) != len(c.Renumbered) {
		for _, k := range l.u.s.keys.person(c.Customer) {
			if err := q.AddContact(ctx, l.team, k.hash, e.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// dayChange is what a unit adds to one agent's counters of one day.
type dayChange struct {
	day callback.Day
}

func dayID(d callback.Day) string { return d.Date + "/" + d.Agent }

// countDays notes the difference that a case makes to the board: its tally
// now minus its tally before.
func (l *ledger) countDays(e *entry) {
	loc := l.policy.Location()
	l.addDays(callback.Tally(e.base, loc), -1)
	l.addDays(callback.Tally(e.now, loc), +1)
}

func (l *ledger) addDays(days []callback.Day, sign int) {
	for _, d := range days {
		id := dayID(d)
		ch := l.days[id]
		if ch == nil {
			ch = &dayChange{day: callback.Day{Agent: d.Agent, Date: d.Date}}
			l.days[id] = ch
		}
		ch.day.Add(d.Counts, sign)
	}
}

func (l *ledger) flushDays() error {
	ids := make([]string, 0, len(l.days))
	for id, ch := range l.days {
		if !ch.day.Zero() {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	for _, id := range ids {
		day := l.days[id].day
		row, ok, err := found(l.u.q.Doc(l.u.ctx, l.team, string(callback.DocDay), id))
		if err != nil {
			return err
		}
		if ok && row.Body != nil {
			var old callback.Day
			if err := json.Unmarshal(row.Body, &old); err != nil {
				return fmt.Errorf("read day %s: %w", id, err)
			}
			day.Add(old.Counts, 1)
		}
		d := callback.Doc{Type: callback.DocDay, ID: id, Schema: callback.SchemaVersion}
		if !day.Zero() {
			if d.Body, err = json.Marshal(day); err != nil {
				return fmt.Errorf("encode day %s: %w", id, err)
			}
		}
		if err := l.putDoc(d); err != nil {
			return err
		}
	}
	clear(l.days)
	return nil
}
