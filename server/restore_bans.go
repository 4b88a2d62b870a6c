package server

import (
	"context"

	"ringback/server/rows"
)

// bringBans puts the do-not-call entries that a backup lacks on its list and
// ends their open cases: nothing undoes such a request, a restore least of all.
// It gives the number of entries.
func (s *Server) bringBans(ctx context.Context, list []rows.SuppressionsRow) (brought int, err error) {
	if len(list) == 0 {
		return 0, nil
	}
	err = s.write(ctx, scope{all: true}, func(u *unit) error {
		brought = 0
		for _, b := range list {
			keys := []personKey{{b.Kind, b.Key}}
			known, err := suppressed(u.ctx, u.q, keys)
			if err != nil || known {
				if err != nil {
					return err
				}
				continue
			}
			reason := b.Reason
			if reason == "" {
				reason = "On the do-not-call list before the restore."
			}
			if _, err := u.ban(keys, ban{team: b.Team, caseID: b.CaseID, event: u.s.cfg.NewID(), agent: serverDevice, reason: reason}); err != nil {
				return err
			}
			brought++
		}
		return u.flush()
	})
	return brought, err
}
