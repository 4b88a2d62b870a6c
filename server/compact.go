package server

import (
	"context"
	"time"
)

// feedKeeps is how long tombstones stay in the feed, and the marks by which a
// cursor is known. A desk that was away for longer begins the feed anew.
const feedKeeps = 45 * 24 * time.Hour

// compactEvery is how much of a feed grows too old before it is compacted.
const compactEvery = 24 * time.Hour

// compact takes out of a team's feed what no cursor may need any more. The
// latest state of every document stays; the floor rises, so that a cursor from
// below it, which would miss tombstones, is answered with a snapshot.
func (s *Server) compact(ctx context.Context, team string, now time.Time) error {
	old := now.Add(-feedKeeps)
	first, ok, err := found(s.db.ask.FirstHead(ctx, team))
	if err != nil || !ok || !fromMicros(first.At).Before(old.Add(-compactEvery)) {
		return s.db.failure("look for the feed's beginning", err)
	}
	return s.write(ctx, scope{team: team}, func(u *unit) error {
		floor, ok, err := found(u.q.LastHeadBefore(u.ctx, team, micros(old)))
		if err != nil || !ok || floor == first.Pos {
			return err
		}
		if _, err := u.q.DropTombstones(u.ctx, team, floor); err != nil {
			return err
		}
		if err := u.q.DropHeads(u.ctx, team, floor); err != nil {
			return err
		}
		return u.q.RaiseFloor(u.ctx, team, floor)
	})
}
