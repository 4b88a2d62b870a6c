package server

import (
	"context"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Devices lists the desks at which an account signed in. asking is the desk
// that asks, or empty.
func (s *Server) Devices(ctx context.Context, id, asking string) (callback.DeviceList, error) {
	out := callback.DeviceList{Devices: []callback.Device{}}
	list, err := s.db.ask.Devices(ctx, id)
	if err != nil {
		return out, s.db.failure("list devices", err)
	}
	for _, r := range list {
		d := deviceOf(r)
		d.This = asking != "" && d.ID == asking
		out.Devices = append(out.Devices, d)
	}
	unused, err := s.db.ask.CountTokens(ctx, id)
	out.Unused = int(unused)
	return out, s.db.failure("count tokens", err)
}

func deviceOf(r rows.Device) callback.Device {
	return callback.Device{
		ID: r.ID, User: r.UserID, Name: r.Name, Place: r.Place, Since: fromMicros(r.CreatedAt), Seen: fromMicros(r.SeenAt),
		Moved: fromMicros(r.MovedAt), Copied: fromMicros(max(0, r.CopiedAt)), Revoked: fromMicros(r.RevokedAt), RevokedBy: r.RevokedBy,
		WipeOrdered: fromMicros(r.WipeAt), Wiped: fromMicros(r.WipedAt), ClockOff: time.Duration(r.ClockOff) * time.Millisecond, ClockAt: fromMicros(r.ClockAt),
	}
}

// device finds a desk of an account.
func (u *unit) device(user, id string) (rows.Device, error) {
	row, ok, err := found(u.q.Device(u.ctx, id))
	if err != nil {
		return row, err
	}
	if !ok || row.UserID != user {
		return row, callback.Errorf(callback.CodeNotFound, "%s has no desk %q", user, callback.Line(id).String()).
			WithHint("ringback user devices %s lists them", user)
	}
	return row, nil
}

// RevokeDevice signs a desk out, from its next request on: its live stream
// ends at once. What it has recorded stays there, sealed, until somebody signs
// in at it again. With wipe it is to forget everything instead, after it has
// sent what it has; until it says that it is done, it may do nothing else.
// Doing it twice is no error.
func (s *Server) RevokeDevice(ctx context.Context, by, user, id string, wipe bool) error {
	row, err := s.account(ctx, user)
	if err != nil {
		return err
	}
	err = s.write(ctx, scope{team: row.Team}, func(u *unit) error {
		if _, err := u.device(user, id); err != nil {
			return err
		}
		return u.revokeDevice(by, row, id, wipe)
	})
	if err == nil {
		s.bells.dismiss(user, id)
	}
	return err
}

func (u *unit) revokeDevice(by string, row rows.User, id string, wipe bool) error {
	n, err := u.q.RevokeDevice(u.ctx, id, micros(u.now), by)
	if err != nil {
		return err
	}
	if n > 0 {
		if err := u.q.RevokeTokensOf(u.ctx, rows.RevokeTokensOfParams{UserID: row.ID, Device: id, RevokedAt: micros(u.now), Hash: []byte{}}); err != nil {
			return err
		}
		if err := u.audit(row.Team, by, "device.revoke", id, row.ID); err != nil {
			return err
		}
	}
	if !wipe {
		return nil
	}
	if n, err = u.q.OrderWipe(u.ctx, id, micros(u.now)); err != nil || n == 0 {
		return err
	}
	return u.audit(row.Team, by, "device.wipe", id, row.ID)
}

// AcceptCopied says that a desk which is in use at two places may be: its folder
// lies where two machines reach it. It is not noticed again until the desk
// signs in anew.
func (s *Server) AcceptCopied(ctx context.Context, by, user, id string) error {
	row, err := s.account(ctx, user)
	if err != nil {
		return err
	}
	return s.write(ctx, scope{team: row.Team}, func(u *unit) error {
		if _, err := u.device(user, id); err != nil {
			return err
		}
		n, err := u.q.AcceptCopied(ctx, id)
		if err != nil || n == 0 {
			return err
		}
		return u.audit(row.Team, by, "device.accept", id, user)
	})
}

// SignOut ends the token that a request bears, at its owner's wish. A desk that
// was told to forget everything says with wiped that it has, and cannot sign
// out without.
func (s *Server) SignOut(ctx context.Context, who Caller, token []byte, wiped bool) error {
	return s.write(ctx, scope{team: who.Team}, func(u *unit) error {
		row, known, err := found(u.q.Device(ctx, who.Device))
		switch {
		case err != nil:
			return err
		case wiped && row.WipeAt == 0:
			return callback.Errorf(callback.CodeConflict, "this desk was not told to forget anything")
		case !wiped && row.WipeAt != 0:
			return wipeOrdered()
		case wiped:
			n, err := u.q.DeviceWiped(ctx, who.Device, micros(u.now))
			if err != nil || n == 0 {
				return err
			}
			return u.audit(who.Team, who.ID, "device.wiped", who.Device, who.ID)
		case known:
			return u.revokeDevice(who.ID, rows.User{ID: who.ID, Team: who.Team}, who.Device, false)
		}
		if err := u.q.RevokeToken(ctx, token, micros(u.now)); err != nil {
			return err
		}
		return u.audit(who.Team, who.ID, "token.revoke", who.ID, "")
	})
}

// notices are what a caller should be told beside a page of the feed: to a
// desk about itself, to those who keep accounts about the desks of their team.
func notices(ctx context.Context, q *rows.Queries, who Caller) ([]callback.Notice, error) {
	list, err := q.CopiedDevices(ctx, who.Team)
	if err != nil {
		return nil, err
	}
	keeps := who.Role == callback.RoleSupervisor || who.Role == callback.RoleAdmin
	var out []callback.Notice
	if keeps {
		waits, err := q.QuarantineWaits(ctx, who.Team)
		if err != nil {
			return nil, err
		}
		if waits.N > 0 {
			out = append(out, callback.Notice{Kind: callback.NoticeQuarantine, Count: int(waits.N), At: fromMicros(waits.Oldest)})
		}
	}
	for _, r := range list {
		own := r.ID == who.Device
		if !own && !keeps {
			continue
		}
		out = append(out, callback.Notice{
			Kind: callback.NoticeCopied, Device: r.ID, Name: r.Name, User: r.UserID, UserName: r.UserName, At: fromMicros(r.CopiedAt), Own: own,
		})
	}
	return out, nil
}
