package server

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Policy gives the policy in force in a team.
func (s *Server) Policy(ctx context.Context, team string) (callback.Policy, error) {
	row, ok, err := found(s.db.ask.Team(ctx, team))
	if err != nil {
		return callback.Policy{}, s.db.failure("find team", err)
	}
	if !ok {
		return callback.Policy{}, noTeam(team)
	}
	p, err := s.policies.get(ctx, s.db.ask, team, row.Policy)
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
// cases if the words that make a call urgent changed, and the day counters if
// the team's clock did.
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
		if open && before.Signal != after.Signal || !wakes(old, e.now).Equal(wakes(l.policy, e.now)) {
			e.touched, e.stale = true, true
		}
	}
	return nil
}

// checkPolicy tells the first thing that is wrong with a policy.
func checkPolicy(p callback.Policy) error {
	bad := func(format string, args ...any) error {
		return callback.Errorf(callback.CodeInvalid, "the policy cannot be used: %s", fmt.Sprintf(format, args...))
	}
	if _, err := callback.Zone(p.Zone); err != nil {
		return bad("zone: %v", err)
	}
	for _, st := range p.Stages {
		if st.From < 0 || st.To > 10 || st.From > st.To || st.Percent < 0 || st.Percent > 100 {
			return bad("stage %q: scores are 0–10 in order and percent is 0–100", callback.Line(st.Name))
		}
	}
	for _, k := range []callback.Kind{callback.KindRequest, callback.KindDetractor, callback.KindPassive, callback.KindPromoter} {
		d, ok := p.Deadlines[k]
		if !ok || d.First <= 0 || d.Close < d.First || d.Wall <= 0 {
			return bad("deadlines.%s: first_min and wall_min are above 0 and close_min is not below first_min", k)
		}
	}
	if err := checkHours("business", p.Business.Hours, p.Business.Holidays); err != nil {
		return bad("%v", err)
	}
	if len(p.Windows) == 0 {
		return bad("windows: there is none, so nobody could be called")
	}
	for _, w := range p.Windows {
		if err := checkHours("windows."+w.Region, w.Hours, w.Holidays); err != nil {
			return bad("%v", err)
		}
	}
	if p.Legal.To != 0 && !validSpan(p.Legal) {
		return bad("legal: from and to are minutes of a day, in order")
	}
	if p.Leases.Preview <= 0 || p.Leases.InCall <= 0 || p.Leases.PackFor <= 0 || p.Leases.PackSize < 0 {
		return bad("leases: the times are above 0")
	}
	if p.Retry.MaxAgeDays < 0 || p.Callbacks.OpenToAnyone < 0 {
		return bad("retry and callbacks: no number is below 0")
	}
	if len(p.Wordings) == 0 {
		return bad("wordings: there is none in which to ask for the score")
	}
	return nil
}

func checkHours(where string, week [7][]callback.Span, holidays []string) error {
	for _, day := range week {
		for _, sp := range day {
			if !validSpan(sp) {
				return fmt.Errorf("%s: from and to are minutes of a day, in order", callback.Line(where))
			}
		}
	}
	for _, h := range holidays {
		if _, err := time.Parse(time.DateOnly, h); err != nil {
			return fmt.Errorf("%s: holiday %q is not a date such as 2026-12-25", callback.Line(where), callback.Line(h))
		}
	}
	return nil
}

func validSpan(s callback.Span) bool { return s.From >= 0 && s.From < s.To && s.To <= 24*60 }
