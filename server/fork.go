package server

import (
	"context"
	"errors"
	"maps"

	"ringback/callback"
	"ringback/server/rows"
)

func sameStood(a, b callback.Stood) bool {
	return a.Epoch == b.Epoch && maps.Equal(a.Heads, b.Heads) && maps.Equal(a.Stable, b.Stable)
}

// standing gives where a caller's feed begins, and what the history holds
// where the caller's claim points.
func (s *Server) standing(ctx context.Context, q *rows.Queries, who Caller, claim callback.Claim) (callback.Cursor, callback.Past, error) {
	var past callback.Past
	team, ok, err := found(q.Team(ctx, who.Team))
	if err != nil {
		return callback.Cursor{}, past, err
	}
	if !ok {
		return callback.Cursor{}, past, noTeam(who.Team)
	}
	high := uint64(team.Pos)
	begin := callback.Cursor{Epoch: s.Epoch(), Team: who.Team, View: string(viewOf(who.Role)), Fresh: high, High: high}
	past.Floor = uint64(team.Floor)
	if begin.Mark, err = mark(ctx, q, who.Team, high); err != nil || !claim.Signed {
		return begin, past, err
	}
	past.Mark, err = mark(ctx, q, who.Team, claim.Cursor.High)
	return begin, past, err
}

// mark gives what was noted when the head of a team's feed stood at a
// position; 0 if it never stood there.
func mark(ctx context.Context, q *rows.Queries, team string, pos uint64) (uint64, error) {
	m, _, err := found(q.Head(ctx, team, int64(pos)))
	return uint64(m), err
}

// doubt takes a claim that the server itself signed, and that its history does
// not hold: the database was set back without a word, by a restored disk or a
// standby that lagged. A new epoch begins, once, so that every desk sends
// again what it still has; nothing that was given out before counts any more.
// claimed are the epochs of the claims, which the new one follows as well.
func (s *Server) doubt(ctx context.Context, epoch string, claimed ...string) error {
	begun := false
	err := s.write(ctx, scope{all: true}, func(u *unit) error {
		begun = false
		have, err := u.meta(metaEpoch)
		if err != nil || have != epoch {
			return err // another claim was quicker
		}
		begun = true
		return u.beginEpoch(have, claimed...)
	})
	if err == nil {
		err = s.readEra(ctx)
	}
	if err != nil {
		return err
	}
	if begun {
		s.cfg.Log.Error("the database was set back without a word: a desk holds what it no longer does; a new epoch began, "+
			"and the desks send again what they have", "epoch", s.Epoch(), "was", epoch)
	}
	return s.noteStood(ctx)
}

// errFork ends a unit in which a claim contradicted the history.
var errFork = errors.New("the history was set back")

// contradicts tells whether a claim that the server signed is not in the
// team's history.
func (l *ledger) contradicts(epoch string, claim callback.Claim) (bool, error) {
	if !claim.Signed {
		return false, nil
	}
	noted, err := mark(l.u.ctx, l.u.q, l.team, claim.Cursor.High)
	begin := callback.Cursor{Epoch: epoch, Team: l.team, High: uint64(l.began)}
	return begin.Contradicts(claim, callback.Past{Floor: uint64(l.floor), Mark: noted}), err
}

// claimed reads a cursor or a mark that a desk hands back.
func (s *Server) claimed(text string) callback.Claim {
	return callback.ReadClaim(callback.Position{Cursor: text}, s.key)
}

// stands fails unless the server can stand by what it told a desk last.
func (l *ledger) stands(epoch string, told callback.Claim) error {
	if !told.Given {
		return nil
	}
	past := callback.Past{Floor: uint64(l.floor)}
	if told.Signed {
		var err error
		if past.Mark, err = mark(l.u.ctx, l.u.q, l.team, told.Cursor.High); err != nil {
			return err
		}
	}
	begin := callback.Cursor{Epoch: epoch, Team: l.team, High: uint64(l.began)}
	return vouched(begin.Vouches(told, past))
}

// vouched makes of what the server can say of a mark what it does about it.
func vouched(v callback.Vouching) error {
	switch v {
	case callback.VouchLost:
		return errFork
	case callback.VouchUnknown:
		return callback.Errorf(callback.CodeAckUnknown, "what the desk was told last can no longer be looked up").
			WithHint("begin a new stream and send everything again")
	}
	return nil
}

// mark gives the mark of a push's reply: it names the commit that keeps what
// the reply tells, or a later one.
func (l *ledger) mark(epoch string) (string, error) {
	noted, err := l.noteHead()
	return callback.Cursor{Epoch: epoch, Team: l.team}.Marked(uint64(l.pos), noted).Sealed(l.u.s.key), err
}

func otherEpoch(now, desk string) error {
	return callback.Errorf(callback.CodeEpoch, "the server's history is %s, not %s", now, callback.Line(desk).String()).
		WithHint("begin a new stream and send everything again")
}
