package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// Policy gives the policy in force in a team.
func (s *Server) Policy(ctx context.Context, team string) (callback.Policy, error) {
	return s.PolicyAt(ctx, team, 0)
}

// PolicyAt gives a version of a team's policy; 0 means the one in force.
func (s *Server) PolicyAt(ctx context.Context, team string, version int) (callback.Policy, error) {
	row, ok, err := found(s.db.ask.Team(ctx, team))
	if err != nil {
		return callback.Policy{}, s.db.failure("find team", err)
	}
	if !ok {
		return callback.Policy{}, noTeam(team)
	}
	if version == 0 {
		version = int(row.Policy)
	}
	if version < 1 || int64(version) > row.Policy {
		return callback.Policy{}, callback.Errorf(callback.CodeNotFound, "there is no version %d of the policy", version).
			WithHint("version %d is in force", row.Policy)
	}
	p, err := s.policies.get(ctx, s.db.ask, team, int64(version))
	if err != nil {
		return p, s.db.failure("read policy", err)
	}
	return p, nil
}

// SetPolicy puts a new version of a team's policy in force. The number of the
// version it replaces must stand in p.Version (0 skips the check), so that two
// editors do not overwrite each other: CodeConflict.
func (s *Server) SetPolicy(ctx context.Context, by, team string, p callback.Policy) (callback.Policy, error) {
	if err := checkPolicy(p); err != nil {
		return p, err
	}
	var now callback.Policy
	err := s.write(ctx, scope{team: team}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		if p.Version != 0 && int64(p.Version) != l.version {
			return callback.Errorf(callback.CodeConflict, "the policy has changed: version %d is in force, not %d", l.version, p.Version).
				WithHint("read it again and repeat your change")
		}
		if err := l.setPolicy(p, by); err != nil {
			return err
		}
		now = l.policy
		return u.audit(team, by, "policy.set", fmt.Sprint(now.Version), "")
	})
	return now, err
}

// setPolicy writes the next version, and what depends on it: the ranks of open
// cases whose urgency or caps changed, and the day counters if the team's clock
// did.
func (l *ledger) setPolicy(p callback.Policy, by string) error {
	old := l.policy
	p.Schema, p.Team, p.Version = callback.SchemaVersion, l.team, int(l.version)+1
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode policy: %w", err)
	}
	err = l.u.q.AddPolicy(l.u.ctx, rows.AddPolicyParams{
		Team: l.team, Version: l.version + 1, CreatedAt: micros(l.u.now), CreatedBy: by, Body: raw,
	})
	if err != nil {
		return err
	}
	first := l.version == 0
	l.version, l.policy, l.policyChanged = l.version+1, p, true
	if err := l.put(callback.DocPolicy, "policy", p); err != nil {
		return err
	}
	if first {
		return nil
	}
	return l.reread(old)
}

// reread goes through the team's cases after a change of policy.
func (l *ledger) reread(old callback.Policy) error {
	list, err := l.u.q.CaseRows(l.u.ctx, l.team)
	if err != nil {
		return err
	}
	was, is := old.Location(), l.policy.Location()
	for _, row := range list {
		if !row.IsOpen && was.String() == is.String() {
			continue
		}
		e, err := l.entry(row.ID)
		if err != nil {
			return err
		}
		if was.String() != is.String() {
			l.addDays(callback.Tally(e.base, was), -1)
			l.addDays(callback.Tally(e.base, is), +1)
		}
		before, _ := callback.RankOf(old, e.now)
		after, open := callback.RankOf(l.policy, e.now)
		if open && !bytes.Equal(callback.AppendRank(nil, before), callback.AppendRank(nil, after)) || !old.WakesAt(e.now).Equal(l.policy.WakesAt(e.now)) {
			e.touched, e.stale = true, true
		}
	}
	return nil
}

// checkPolicy tells the first thing that is wrong with a policy, and where.
func checkPolicy(p callback.Policy) error {
	problems := p.Problems()
	if len(problems) == 0 {
		return nil
	}
	first := problems[0]
	err := callback.Errorf(callback.CodeInvalid, "the policy cannot be used: %s: %s", first.Path, first.What)
	if n := len(problems) - 1; n > 0 {
		return err.WithHint("and %d more; ringback policy lint shows all", n)
	}
	return err
}
