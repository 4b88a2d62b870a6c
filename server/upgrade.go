package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"ringback/callback"
	"ringback/server/rows"
)

// metaJudged names what the server knew when it last judged the quarantine.
const metaJudged = "judged"

// upgradeNote stands beside what an upgrade took out of quarantine.
const upgradeNote = "the server was upgraded"

// knowledge names what this build can judge: the schema of events and the kinds
// that it knows.
func knowledge() string {
	var kinds []string
	for _, k := range callback.Kinds() {
		kinds = append(kinds, string(k.Kind))
	}
	slices.Sort(kinds)
	sum := sha256.Sum256(fmt.Append(nil, callback.SchemaVersion, kinds))
	return hex.EncodeToString(sum[:8])
}

// followUpgrade judges everything in quarantine anew, once, after a build that
// knows more has taken over: a newer desk may have sent what the older server
// did not understand. What is still refused stays. It tells how many left.
func (s *Server) followUpgrade(ctx context.Context) (left int, err error) {
	was, _, err := found(s.db.ask.Meta(ctx, metaJudged))
	if err != nil || was == knowledge() {
		return 0, s.db.failure("look what was judged last", err)
	}
	teams, err := s.db.ask.Teams(ctx)
	if err != nil {
		return 0, s.db.failure("list teams", err)
	}
	for _, t := range teams {
		list, err := s.db.ask.Quarantine(ctx, t.Team, false, mostQuarantined)
		if err != nil {
			return left, s.db.failure("list the quarantine", err)
		}
		slices.Reverse(list) // in the order in which they came
		for _, r := range list {
			passed, err := s.retryAlone(ctx, r)
			if err != nil {
				return left, err
			}
			if passed {
				left++
			}
		}
	}
	if left > 0 {
		s.cfg.Log.Info("events in quarantine were judged anew after an upgrade", "applied", left)
	}
	return left, s.write(ctx, scope{}, func(u *unit) error { return u.q.SetMeta(u.ctx, metaJudged, knowledge()) })
}

// retryAlone judges one event anew in a transaction of its own.
func (s *Server) retryAlone(ctx context.Context, r rows.Quarantine) (passed bool, err error) {
	err = s.write(ctx, scope{team: r.Team, all: true}, func(u *unit) error {
		l, err := u.ledger(r.Team)
		if err != nil {
			return err
		}
		out, err := l.retry(r, serverDevice, upgradeNote)
		passed = out.Status != callback.Rejected
		return err
	})
	return passed, err
}
