package server

import (
	"context"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// DefaultGuides tells of each guide that comes with the server whether a team
// has it, an earlier one, or words of its own; by id.
func (s *Server) DefaultGuides(ctx context.Context, team string) ([]callback.DefaultGuide, error) {
	var out []callback.DefaultGuide
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		all, err := defaultGuides()
		if err != nil {
			return err
		}
		out, err = standings(ctx, q, team, all)
		return err
	})
	return out, s.db.failure("compare guides", err)
}

// PublishDefaults puts in force those of the guides that come with the server
// which a team never had, or of which it has an earlier version as it came, and
// gives them. What a team wrote itself stays.
func (s *Server) PublishDefaults(ctx context.Context, by, team string) ([]callback.DefaultGuide, error) {
	out := []callback.DefaultGuide{}
	err := s.write(ctx, scope{team: team}, func(u *unit) error {
		out = out[:0] // the unit may be begun anew
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		all, err := defaultGuides()
		if err != nil {
			return err
		}
		list, err := standings(u.ctx, u.q, team, all)
		if err != nil {
			return err
		}
		for i, d := range list {
			if !d.Waits() {
				continue
			}
			// They stay the server's words, whoever let them in: the next ones may
			// follow them.
			if err := l.setGuide(all[i], serverDevice); err != nil {
				return err
			}
			if err := u.audit(team, by, "guide.publish", d.ID, fmt.Sprint(d.Version)); err != nil {
				return err
			}
			out = append(out, d)
		}
		return nil
	})
	return out, err
}

// standings compares the guides that come with the server with a team's, in
// their order.
func standings(ctx context.Context, q *rows.Queries, team string, all []guideText) ([]callback.DefaultGuide, error) {
	list, err := q.GuideVersions(ctx, team)
	if err != nil {
		return nil, err
	}
	inForce, from := map[string]int{}, map[string]int{}
	for _, g := range list {
		inForce[g.ID] = max(inForce[g.ID], int(g.Version))
		if g.CreatedBy == serverDevice {
			from[g.ID] = max(from[g.ID], int(g.Version))
		}
	}
	out := []callback.DefaultGuide{}
	for _, g := range all {
		out = append(out, callback.DefaultGuideOf(g.Guide, inForce[g.ID], from[g.ID]))
	}
	return out, nil
}
