package server

import (
	"context"
	"sync"

	"ringback/callback"
	"ringback/server/rows"
)

// shredBook remembers how far desks have confirmed, so that a feed request
// that says nothing new costs no write.
type shredBook struct {
	mu   sync.Mutex
	seen map[[3]string]uint64
}

// moves tells whether a desk's word is new, and remembers it.
func (b *shredBook) moves(epoch, device, team string, through uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := [3]string{epoch, device, team}
	if b.seen[k] >= through {
		return false
	}
	if b.seen == nil || len(b.seen) > shredsRemembered {
		b.seen = map[[3]string]uint64{}
	}
	b.seen[k] = through
	return true
}

// shredsRemembered bounds the book; what it forgets is written once more.
const shredsRemembered = 100_000

// noteShred keeps up to which position a desk has destroyed what was erased.
func (s *Server) noteShred(ctx context.Context, who Caller, through uint64) error {
	epoch := s.Epoch()
	if through == 0 || who.Device == "" || !s.shreds.moves(epoch, who.Device, who.Team, through) {
		return nil
	}
	return s.write(ctx, scope{team: who.Team}, func(u *unit) error {
		return u.q.PutShred(u.ctx, rows.PutShredParams{Device: who.Device, Team: who.Team, Epoch: epoch, Through: int64(through), At: micros(u.now)})
	})
}

// ErasedAmong gives those of the cases that were erased, in whatever team.
func (s *Server) ErasedAmong(ctx context.Context, ids []string) (callback.ErasedCases, error) {
	out := callback.ErasedCases{Erased: []string{}}
	if len(ids) > callback.MaxHeldCases {
		return out, callback.Errorf(callback.CodeTooLarge, "%d cases are over the %d of one question", len(ids), callback.MaxHeldCases).
			WithHint("ask in several")
	}
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		if n, err := q.CountErasures(ctx); err != nil || n == 0 {
			return err
		}
		for _, id := range ids {
			n, err := q.IsErased(ctx, id)
			if err != nil {
				return err
			}
			if n > 0 {
				out.Erased = append(out.Erased, id)
			}
		}
		return nil
	})
	return out, s.db.failure("look for erased cases", err)
}

// ErasureStatus lists the erasures, and the desks of a team that may still
// hold what was erased; of all teams if team is empty.
func (s *Server) ErasureStatus(ctx context.Context, team string) (callback.ErasureStatus, error) {
	out := callback.ErasureStatus{Erasures: []callback.ErasureEntry{}, Desks: []callback.DeskShred{}}
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		if team == "" {
			list, err := q.Erasures(ctx)
			if err != nil {
				return err
			}
			for _, r := range list {
				out.Erasures = append(out.Erasures, callback.ErasureEntry{ID: r.ID, At: fromMicros(r.At), By: r.Who, Reason: r.Reason, Cases: int(r.Cases)})
			}
		}
		desks, err := q.DevicesOfTeam(ctx, team)
		if err != nil {
			return err
		}
		shreds, err := q.Shreds(ctx, team)
		if err != nil {
			return err
		}
		out.Desks, err = s.unshredded(ctx, q, desks, shreds)
		return err
	})
	return out, s.db.failure("look how far erasures have come", err)
}

// unshredded gives the desks that have not confirmed all erasures of their
// team. One that was wiped holds nothing.
func (s *Server) unshredded(ctx context.Context, q *rows.Queries, desks []rows.DevicesOfTeamRow, shreds []rows.Shred) ([]callback.DeskShred, error) {
	through := map[[2]string]int64{}
	for _, r := range shreds {
		if r.Epoch == s.Epoch() {
			through[[2]string{r.Device, r.Team}] = r.Through
		}
	}
	erased := map[string][]rows.ErasedDocsRow{}
	out := []callback.DeskShred{}
	for _, d := range desks {
		if d.WipedAt != 0 {
			continue
		}
		docs, known := erased[d.Team]
		if !known {
			var err error
			if docs, err = q.ErasedDocs(ctx, d.Team); err != nil {
				return nil, err
			}
			erased[d.Team] = docs
		}
		waiting := 0
		for _, doc := range docs {
			if doc.Pos > through[[2]string{d.ID, d.Team}] {
				waiting++
			}
		}
		if waiting > 0 {
			out = append(out, callback.DeskShred{
				Device: d.ID, Name: d.Name, User: d.UserID, UserName: d.UserName, Team: d.Team, SeenAt: fromMicros(d.SeenAt),
				Revoked: d.RevokedAt != 0, Waiting: waiting,
			})
		}
	}
	return out, nil
}
