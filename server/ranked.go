package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ringback/callback"
	"ringback/server/rows"
)

// metaRanked names the build that ranked the open cases last.
const metaRanked = "ranked"

// rankBatch is how many cases are ranked anew in one transaction: desks wait
// behind it.
const rankBatch = 200

// build names this build, or is empty if builds cannot be told apart by it.
func (s *Server) build() string {
	v := s.cfg.Version
	if v == "dev" || v == "unknown" || strings.HasSuffix(v, "-dirty") {
		return ""
	}
	return v
}

// rankAnew ranks the open cases, and notes when the clock is to look at them, as
// this build does, once after another one has served: ranks are stored, and
// change by themselves with their case only. It tells how many were not as they
// are now.
func (s *Server) rankAnew(ctx context.Context) (changed int, err error) {
	was, _, err := found(s.db.ask.Meta(ctx, metaRanked))
	if err != nil || was != "" && was == s.build() {
		return 0, s.db.failure("look who ranked last", err)
	}
	teams, err := s.db.ask.Teams(ctx)
	if err != nil {
		return 0, s.db.failure("list teams", err)
	}
	for _, t := range teams {
		ids, err := s.misranked(ctx, t)
		if err != nil {
			return changed, err
		}
		for batch := range slices.Chunk(ids, rankBatch) {
			if err := s.rankBatch(ctx, t.Team, batch); err != nil {
				return changed, err
			}
			changed += len(batch)
		}
	}
	if changed > 0 {
		s.cfg.Log.Info("open cases were ranked anew after an upgrade", "cases", changed)
	}
	return changed, s.write(ctx, scope{}, func(u *unit) error { return u.q.SetMeta(u.ctx, metaRanked, s.build()) })
}

// misranked lists a team's open cases whose stored rank or hour is another than
// this build gives. It reads beside the writers.
func (s *Server) misranked(ctx context.Context, t rows.Team) ([]string, error) {
	p, err := s.policies.get(ctx, s.db.ask, t.Team, t.Policy)
	if err != nil {
		return nil, err
	}
	list, err := s.db.ask.CaseRows(ctx, t.Team)
	if err != nil {
		return nil, s.db.failure("list cases", err)
	}
	var out []string
	for _, row := range list {
		if !row.IsOpen {
			continue
		}
		doc, ok, err := found(s.db.ask.Doc(ctx, t.Team, string(callback.DocCase), row.ID))
		if err != nil {
			return nil, s.db.failure("read a case", err)
		}
		if !ok || doc.Body == nil {
			continue // for check to tell
		}
		var c callback.Case
		if err := json.Unmarshal(doc.Body, &c); err != nil {
			return nil, callback.Errorf(callback.CodeDamaged, "the case %s cannot be read: %w", row.ID, err)
		}
		if !bytes.Equal(rankBytes(p, c), doc.Rank) || row.Wake != micros(p.WakesAt(c)) {
			out = append(out, row.ID)
		}
	}
	return out, nil
}

// mendedAtStart says of ranks that are not those of their cases that they are
// those of another build; nothing if this one has ranked them.
func (s *Server) mendedAtStart(ctx context.Context, q *rows.Queries) (string, error) {
	was, _, err := found(q.Meta(ctx, metaRanked))
	if err != nil || was != "" && was == s.build() {
		return "", err
	}
	return " as this ringback-server counts it: it is set right when serve is started with this one", nil
}

// rankBatch writes the ranks of some cases anew.
func (s *Server) rankBatch(ctx context.Context, team string, ids []string) error {
	return s.write(ctx, scope{team: team}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		for _, id := range ids {
			e, err := l.entry(id)
			if err != nil {
				return fmt.Errorf("rank case %s: %w", id, err)
			}
			e.touched, e.stale = true, true
		}
		return nil
	})
}

// rankBytes encodes an open case's rank; nil for the others.
func rankBytes(p callback.Policy, c callback.Case) []byte {
	r, ok := callback.RankOf(p, c)
	if !ok {
		return nil
	}
	return callback.AppendRank(nil, r)
}
