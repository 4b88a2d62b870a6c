package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// The table of dials follows from the cases' attempts: a check counts it again,
// and a restore makes it anew.

// dialledSince gives the attempts of a case that count toward the ceiling of a week.
func dialledSince(c callback.Case, since time.Time) []callback.Attempt {
	var out []callback.Attempt
	for _, a := range c.Attempts {
		if a.Direction != callback.Inbound && a.At.After(since) {
			out = append(out, a)
		}
	}
	return out
}

// dialRow names rows of the table. A desk that gives two attempts one name
// counts both.
type dialRow struct {
	caseID, attempt string
	at              int64
}

// readDials reads the team's dials that count.
func (a *auditor) readDials() error {
	a.since = callback.DialSince(a.s.now())
	list, err := a.q.DialsOf(a.ctx, a.team.Team, micros(a.since))
	if err != nil {
		return err
	}
	a.dials = map[dialRow][]rows.DialsOfRow{}
	for _, d := range list {
		k := dialRow{d.CaseID, d.Attempt, d.At}
		a.dials[k] = append(a.dials[k], d)
	}
	return nil
}

// checkDials counts the dials of a case again. What reached the server after its
// week was over was never counted.
func (a *auditor) checkDials(where string, c callback.Case) {
	for _, x := range dialledSince(c, a.since) {
		k := dialRow{c.ID, x.ID, micros(x.At)}
		if len(a.dials[k]) == 0 {
			a.problem(where, "the dial of attempt %s is not counted", x.ID)
			continue
		}
		d := a.dials[k][0]
		a.dials[k] = a.dials[k][1:]
		if c.Erased == nil && !bytes.Equal(d.Person, a.s.keys.dialKey(c.Customer)) {
			a.problem(where, "the dial of attempt %s is counted for somebody else", x.ID)
		}
	}
}

// strayDials names what is counted without an attempt, or once too often.
func (a *auditor) strayDials() {
	for k, left := range a.dials {
		if len(left) > 0 {
			a.problem("case "+k.caseID, "a dial %s of %s is counted that is no attempt of it", k.attempt, fromMicros(k.at).Format(time.RFC3339))
		}
	}
}

// countDials makes the table of dials anew from the cases of all teams.
func (s *Server) countDials(ctx context.Context) error {
	teams, err := s.db.ask.Teams(ctx)
	if err != nil {
		return s.db.failure("list teams", err)
	}
	for _, t := range teams {
		err := s.write(ctx, scope{team: t.Team}, func(u *unit) error {
			if err := u.q.DropDials(u.ctx, t.Team); err != nil {
				return err
			}
			for after, more := "", true; more; {
				list, err := u.q.DocsAfter(u.ctx, rows.DocsAfterParams{Team: t.Team, Type: string(callback.DocCase), ID: after, Limit: partBatch})
				if err != nil {
					return err
				}
				for _, d := range list {
					after = d.ID
					if err := u.countCase(t.Team, d.Body); err != nil {
						return err
					}
				}
				more = len(list) == partBatch
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("count the dials of team %s: %w", t.Team, err)
		}
	}
	return nil
}

func (u *unit) countCase(team string, body []byte) error {
	var c callback.Case
	if err := json.Unmarshal(body, &c); err != nil {
		return fmt.Errorf("read a case: %w", err)
	}
	for _, a := range dialledSince(c, callback.DialSince(u.now)) {
		if err := u.addDial(team, c, a); err != nil {
			return err
		}
	}
	return nil
}

func (u *unit) addDial(team string, c callback.Case, a callback.Attempt) error {
	tel := []byte{}
	if a.Number != "" {
		tel = u.s.keys.tel(a.Number)
	}
	return u.q.AddDial(u.ctx, rows.AddDialParams{
		Team: team, CaseID: c.ID, Attempt: a.ID, At: micros(a.At), Person: u.s.keys.dialKey(c.Customer), Tel: tel,
	})
}
