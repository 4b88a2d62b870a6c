package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ringback/callback"
	"ringback/server/rows"
)

// partBatch is how many cases one transaction looks through for what somebody
// who left still has, so that desks do not wait for it.
const partBatch = 500

// part orders that what somebody has in a team is handed on: their account is
// closed, or they work elsewhere now.
func (u *unit) part(agent, team, who string) error {
	return u.q.AddParting(u.ctx, rows.AddPartingParams{Agent: agent, Team: team, Who: who, At: micros(u.now)})
}

// handOver does what was ordered by part: leases end, callbacks are anyone's,
// promises go to a supervisor. The clock's work ends what a stopped server
// has begun.
func (s *Server) handOver(ctx context.Context) error {
	list, err := s.db.ask.Partings(ctx)
	if err != nil {
		return s.db.failure("list who has left", err)
	}
	for _, p := range list {
		for more := true; more; {
			if more, err = s.handSome(ctx, p.Agent, p.Team); err != nil {
				return fmt.Errorf("hand on what %s had: %w", callback.Line(p.Agent), err)
			}
		}
	}
	return nil
}

// handSome hands on the next batch and tells whether there may be more.
func (s *Server) handSome(ctx context.Context, agent, team string) (more bool, err error) {
	err = s.write(ctx, scope{team: team}, func(u *unit) error {
		more = false
		p, ok, err := found(u.q.Parting(u.ctx, agent, team))
		if err != nil || !ok {
			return err // the account was opened again, or another did it
		}
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		list, err := u.q.DocsAfter(u.ctx, rows.DocsAfterParams{Team: team, Type: string(callback.DocCase), ID: p.Reached, Limit: partBatch})
		if err != nil {
			return err
		}
		for _, d := range list {
			p.Reached = d.ID
			if !bytes.Contains(d.Body, jsonWord(agent)) {
				continue
			}
			if err := l.handOn(d.ID, &p); err != nil {
				return err
			}
		}
		if more = len(list) == partBatch; !more {
			return u.parted(p)
		}
		return u.q.MoveParting(u.ctx, rows.MovePartingParams{
			Agent: agent, Team: team, Reached: p.Reached, Cases: p.Cases, Callbacks: p.Callbacks, Promises: p.Promises, Escalations: p.Escalations,
		})
	})
	return more, err
}

// jsonWord is a word as it stands in a document.
func jsonWord(s string) []byte {
	b, _ := json.Marshal(s) // a string always encodes
	return b
}

// handOn hands on what somebody has of one case, and counts it.
func (l *ledger) handOn(id string, p *rows.Parting) error {
	e, err := l.entry(id)
	if err != nil {
		return err
	}
	had := e.now.HeldBy(p.Agent)
	if had.None() {
		return nil
	}
	if err := l.left(id, p.Agent, p.Who); err != nil {
		return err
	}
	p.Cases++
	p.Promises += int64(had.Promises)
	if had.Callback {
		p.Callbacks++
	}
	if had.Escalation {
		p.Escalations++
	}
	return nil
}

// parted ends it, and puts on record what was handed on, if anything was.
func (u *unit) parted(p rows.Parting) error {
	if err := u.q.EndParting(u.ctx, p.Agent, p.Team); err != nil {
		return err
	}
	if p.Cases == 0 {
		return nil
	}
	detail := fmt.Sprintf("cases=%d callbacks=%d promises=%d escalations=%d", p.Cases, p.Callbacks, p.Promises, p.Escalations)
	return u.audit(p.Team, p.Who, "user.handover", p.Agent, detail)
}

// left takes a case out of the hands of somebody who is not on the team.
func (l *ledger) left(caseID, agent, by string) error {
	to, err := l.supervisor(by, agent)
	if err != nil {
		return err
	}
	_, _, err = l.applyOwn(caseID, by, serverDevice, &callback.AgentLeft{Agent: agent, To: to})
	return err
}

// supervisor is who takes over what somebody promised: whoever ordered it, if
// they lead this team, else the first who does; empty if nobody does.
func (l *ledger) supervisor(by, but string) (string, error) {
	if l.leaders == nil {
		list, err := l.u.q.Users(l.u.ctx)
		if err != nil {
			return "", err
		}
		l.leaders = []string{}
		for _, r := range list {
			if r.Team == l.team && r.RevokedAt == 0 && callback.UserRole(r.Role) == callback.RoleSupervisor {
				l.leaders = append(l.leaders, r.ID)
			}
		}
	}
	first := ""
	for _, id := range l.leaders {
		switch {
		case id == but:
		case id == by:
			return id, nil
		case first == "":
			first = id
		}
	}
	return first, nil
}

// keepOwners sees to it that nothing comes into the hands of somebody who is
// not on the team any more: what they record late, or what is given to them by
// a desk that has not heard of it.
func (l *ledger) keepOwners(e *entry, before callback.Case) error {
	had := before.Holders()
	for _, agent := range e.now.Holders() {
		if slices.Contains(had, agent) {
			continue
		}
		works, err := l.works(agent)
		if err == nil && !works {
			err = l.left(e.id, agent, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// works tells whether somebody can work on the team's cases. Of names that are
// no account's, such as a department that owes something, it knows nothing bad.
func (l *ledger) works(agent string) (bool, error) {
	if works, known := l.workers[agent]; known {
		return works, nil
	}
	row, ok, err := found(l.u.q.User(l.u.ctx, agent))
	if err != nil {
		return false, err
	}
	works := !ok || row.RevokedAt == 0 && row.Team == l.team && viewOf(callback.UserRole(row.Role)) == viewAll
	l.workers[agent] = works
	return works, nil
}
