package server

import (
	"context"
	"encoding/json"
	"fmt"

	"ringback/callback"
)

// PublishGuide puts a guide's Markdown in force in a team; every desk gets it
// with the feed. id must be the guide's own, and its version above the one in
// force: CodeConflict. Markdown that cannot be used is a CodeInvalid that
// names the line; the guide in force stays.
func (s *Server) PublishGuide(ctx context.Context, by, team, id, source string) (callback.Guide, error) {
	g, problems := callback.CheckGuide(source)
	if len(problems) > 0 {
		err := callback.Errorf(callback.CodeInvalid, "the guide cannot be used: line %d: %s", problems[0].Line, problems[0].What)
		if n := len(problems) - 1; n > 0 {
			return g, err.WithHint("and %d more; ringback guide lint shows all", n)
		}
		return g, err
	}
	if g.ID != id {
		return g, callback.Errorf(callback.CodeInvalid, "the guide's id is %s, not %s", g.ID, callback.Line(id))
	}
	err := s.write(ctx, scope{team: team}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		row, ok, err := found(u.q.Doc(u.ctx, team, string(callback.DocGuide), g.ID))
		if err != nil {
			return err
		}
		if ok && row.Body != nil {
			var now callback.Guide
			if err := json.Unmarshal(row.Body, &now); err != nil {
				return callback.Errorf(callback.CodeDamaged, "the guide %s cannot be read: %w", g.ID, err)
			}
			if g.Version <= now.Version {
				return callback.Errorf(callback.CodeConflict, "version %d of the guide %s is published already", now.Version, g.ID).
					WithHint("give yours version %d, after looking at what changed", now.Version+1)
			}
		}
		if err := l.setGuide(guideText{g, source}, by); err != nil {
			return err
		}
		return u.audit(team, by, "guide.publish", g.ID, fmt.Sprint(g.Version))
	})
	return g, err
}
