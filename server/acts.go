package server

import (
	"context"

	"ringback/callback"
	"ringback/server/rows"
)

// act is something that somebody did who keeps the house.
type act struct{ team, who, what, target, detail string }

// audit puts an act on record when the unit commits: team may be empty, target
// is an id or a keyed hash. detail is of ids, numbers and words of our own,
// never of what a person wrote: the record outlives every erasure.
func (u *unit) audit(team, who, what, target, detail string) error {
	if !isPlainDetail(detail) {
		return callback.Errorf(callback.CodeInternal, "the detail of %s is not fit for the audit", what)
	}
	u.acts = append(u.acts, act{team, who, what, target, detail})
	return nil
}

// appendActs chains the unit's acts, last thing before the commit: until then
// other units wait for the chain's end.
func (u *unit) appendActs() error {
	if len(u.acts) == 0 {
		return nil
	}
	head, err := u.q.LockActHead(u.ctx)
	if err != nil {
		return err
	}
	device := callOf(u.ctx).who.Device
	for _, a := range u.acts {
		one := callback.AuditAct{
			N: head.N + 1, At: fromMicros(micros(u.now)), Who: a.who, Device: device, Team: a.team, What: a.what,
			Target: a.target, Detail: a.detail, Prev: head.Hash,
		}
		one.Hash = one.Sum()
		if err := u.q.AddAct(u.ctx, rows.AddActParams{
			N: one.N, At: micros(one.At), Who: one.Who, Device: one.Device, Team: one.Team, What: one.What,
			Target: one.Target, Detail: one.Detail, Prev: one.Prev, Hash: one.Hash,
		}); err != nil {
			return err
		}
		head.N, head.Hash = one.N, one.Hash
	}
	u.acts = nil
	return u.q.MoveActHead(u.ctx, head.N, head.Hash)
}

// sealActs chains what was on record before there was a chain.
func (u *unit) sealActs() error {
	head, err := u.q.LockActHead(u.ctx)
	if err != nil || head.N == 0 || head.Hash != "" {
		return err
	}
	list, err := u.q.Acts(u.ctx, 0, "", int32(head.N))
	if err != nil {
		return err
	}
	for _, r := range list {
		a := actOf(r)
		a.Prev = head.Hash
		head.Hash = a.Sum()
		if err := u.q.SealAct(u.ctx, a.N, a.Prev, head.Hash); err != nil {
			return err
		}
	}
	return u.q.MoveActHead(u.ctx, head.N, head.Hash)
}

func actOf(r rows.Act) callback.AuditAct {
	return callback.AuditAct{
		N: r.N, At: fromMicros(r.At), Who: r.Who, Device: r.Device, Team: r.Team, What: r.What, Target: r.Target, Detail: r.Detail,
		Prev: r.Prev, Hash: r.Hash,
	}
}

// Bounds of how many acts are given at once.
const (
	someActs = 500
	mostActs = 5_000
)

// Acts gives the audit after an act's number: a team's, or all of it if team
// is empty. limit 0 means 500.
func (s *Server) Acts(ctx context.Context, team string, after int64, limit int) (callback.AuditPage, error) {
	if limit <= 0 {
		limit = someActs
	}
	limit = min(limit, mostActs)
	out := callback.AuditPage{Acts: []callback.AuditAct{}}
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		head, err := q.ActHead(ctx)
		if err != nil {
			return err
		}
		out.Head = callback.AuditHead{N: head.N, Hash: head.Hash}
		list, err := q.Acts(ctx, after, team, int32(limit)+1)
		if err != nil {
			return err
		}
		if out.More = len(list) > limit; out.More {
			list = list[:limit]
		}
		for _, r := range list {
			out.Acts = append(out.Acts, actOf(r))
		}
		return nil
	})
	return out, s.db.failure("read the audit", err)
}

// CheckActs follows the audit's chain from its first act, and compares it with
// a head that was noted elsewhere, if one is given.
func (s *Server) CheckActs(ctx context.Context, noted callback.AuditHead) (callback.AuditReport, error) {
	var report callback.AuditReport
	err := s.db.snapshot(ctx, func(q *rows.Queries) (err error) {
		report, err = checkActs(ctx, q, noted)
		return err
	})
	return report, s.db.failure("check the audit", err)
}

func checkActs(ctx context.Context, q *rows.Queries, noted callback.AuditHead) (callback.AuditReport, error) {
	check := callback.AuditCheck{Noted: noted}
	head, err := q.ActHead(ctx)
	if err != nil {
		return callback.AuditReport{}, err
	}
	for after := int64(-1 << 62); ; {
		list, err := q.Acts(ctx, after, "", mostActs)
		if err != nil {
			return callback.AuditReport{}, err
		}
		for _, r := range list {
			check.Add(actOf(r))
			after = r.N
		}
		if len(list) < mostActs {
			return check.End(callback.AuditHead{N: head.N, Hash: head.Hash}), nil
		}
	}
}

// auditAssigned puts on record that somebody gave a case to another.
func (d *intent) auditAssigned(ev callback.Event) error {
	if ev.Kind != callback.KindCaseAssigned || d.who.Role == callback.RoleAgent {
		return nil
	}
	payload, err := ev.Decode()
	if err != nil {
		return err
	}
	to := ""
	if p, ok := payload.(*callback.CaseAssigned); ok && isShortWord(p.To) {
		to = p.To
	}
	return d.l.u.audit(d.l.team, d.who.ID, "case.assign", ev.CaseID, to)
}
