package server

import (
	"context"
	"encoding/hex"

	"ringback/callback"
	"ringback/server/rows"
)

// noteBan keeps one change of the do-not-call list: who asked for it, when,
// and by which way. It names the first of the keys.
func (u *unit) noteBan(keys []personKey, b ban, ended int) error {
	change := rows.AddSuppressionChangeParams{
		ID: u.s.cfg.NewID(), At: micros(u.now), Team: b.team, Who: b.agent, Way: string(b.way), Key: []byte{},
		CaseID: b.caseID, Ended: int64(ended), Reason: b.reason,
	}
	if len(keys) > 0 {
		change.Key, change.Kind = keys[0].hash, keys[0].kind
	}
	if b.caseID != "" {
		// It is kept on the case and nowhere else, so that it can be erased.
		change.Reason = ""
	}
	return u.q.AddSuppressionChange(u.ctx, change)
}

// SuppressionHistory gives the latest changes of the do-not-call list: those
// that came from a team, or all if team is empty. limit 0 means 500.
func (s *Server) SuppressionHistory(ctx context.Context, team string, limit int) (callback.SuppressionHistory, error) {
	if limit == 0 {
		limit = someSuppressions
	}
	out := callback.SuppressionHistory{Changes: []callback.SuppressionChange{}}
	total, err := s.db.ask.CountSuppressionChanges(ctx, team)
	if err != nil {
		return out, s.db.failure("count changes of the do-not-call list", err)
	}
	list, err := s.db.ask.SuppressionChanges(ctx, team, int32(min(limit, mostSuppressions)))
	if err != nil {
		return out, s.db.failure("list changes of the do-not-call list", err)
	}
	out.Total = int(total)
	for _, r := range list {
		out.Changes = append(out.Changes, callback.SuppressionChange{
			At: fromMicros(r.At), Team: r.Team, Who: r.Who, Way: callback.SuppressionWay(r.Way), Key: hex.EncodeToString(r.Key),
			Kind: r.Kind, CaseID: r.CaseID, Ended: int(r.Ended), Reason: r.Reason,
		})
	}
	return out, nil
}
