package server

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// deviceHeader names the desk that a request comes from, nameHeader for people;
// markHeader tells one machine and folder from another without naming them.
const (
	deviceHeader = "X-Ringback-Device"
	nameHeader   = "X-Ringback-Name"
	markHeader   = "X-Ringback-Mark"
)

// seenEvery is how often the time of a desk's last contact is written.
const seenEvery = 5 * time.Minute

// visit is a request's way in: the token's row and what the desk says of
// itself.
type visit struct {
	rows.BearerRow
	hash []byte
	// device, name and mark are what the headers say, place is where it comes
	// from.
	device, name, mark, place string
}

// authenticate finds who sent a request by the token it bears. Whoever was
// signed out is refused from the next request on: nothing is cached. The device
// is the token's own; what the header says must agree with it.
func (s *Server) authenticate(w http.ResponseWriter, r *http.Request, d door) (Caller, []byte, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return Caller{}, nil, unauthorized("the request bears no token")
	}
	token = strings.TrimSpace(token)
	if !callback.WellFormedToken(token) {
		return Caller{}, nil, s.bouncer.refuse(s.placeOf(r), "the token is mistyped: it is not one of a ringback server")
	}
	v := visit{
		hash: tokenHash(token), device: r.Header.Get(deviceHeader), name: deskName(r.Header.Get(nameHeader)), mark: r.Header.Get(markHeader),
		place: s.placeOf(r),
	}
	if err := v.check(); err != nil {
		return Caller{}, nil, err
	}
	row, ok, err := found(s.db.ask.Bearer(r.Context(), v.hash))
	if err != nil {
		return Caller{}, nil, s.db.failure("find the token's user", err)
	}
	if !ok {
		return Caller{}, nil, s.bouncer.refuse(v.place, "the token is not one of this server")
	}
	v.BearerRow = row
	who, err := s.admitDesk(r.Context(), v, d.wiping)
	if err == nil {
		s.askToRenew(w, v)
	}
	return who, v.hash, err
}

// check refuses headers that no desk sends.
func (v visit) check() error {
	if v.device != "" {
		if err := validWord("device", v.device); err != nil {
			return err
		}
	}
	if v.mark != "" {
		return validWord("mark", v.mark)
	}
	return nil
}

// admitDesk decides whether the bearer may come in from this desk. A desk that
// is to be wiped may still hand in what it has recorded, and say that it is
// done.
func (s *Server) admitDesk(ctx context.Context, v visit, wiping bool) (Caller, error) {
	if v.Bound == "" && v.device != "" && v.TokenRevokedAt == 0 && v.RevokedAt == 0 {
		var err error
		if v, err = s.bind(ctx, v); err != nil {
			return Caller{}, err
		}
	}
	who := Caller{ID: v.ID, Name: v.Name, Role: callback.UserRole(v.Role), Team: v.Team, Device: v.Bound}
	switch {
	case v.device != "" && v.Bound != "" && v.device != v.Bound:
		if v.CopiedAt == 0 {
			s.noteCopied(ctx, who, "token")
		}
		return Caller{}, s.bouncer.refuse(v.place, "this token belongs to another desk")
	case v.WipeAt != 0 && wiping:
		return who, nil
	case v.WipeAt != 0:
		return Caller{}, wipeOrdered()
	case v.RevokedAt != 0:
		return Caller{}, revoked("the account of this token was closed")
	case v.DeviceRevokedAt != 0:
		return Caller{}, revoked("this desk was signed out on %s", fromMicros(v.DeviceRevokedAt).Format("2 January 2006 15:04 UTC"))
	case v.TokenRevokedAt != 0:
		return Caller{}, revoked("this token was taken back")
	case v.ExpiresAt != 0 && !s.now().Before(fromMicros(v.ExpiresAt)):
		return Caller{}, s.expired(ctx, v, who)
	}
	if v.Follows != "" {
		if err := s.takeOver(ctx, v); err != nil {
			return Caller{}, err
		}
	}
	if v.Bound != "" {
		s.see(ctx, v, who)
	}
	return who, nil
}

func unauthorized(why string) *callback.Error {
	return callback.Errorf(callback.CodeUnauthorized, "%s", why).
		WithHint("sign in with ringback login, or ask your administrator for a new token")
}

func revoked(format string, args ...any) error {
	return callback.Errorf(callback.CodeRevoked, format, args...).
		WithHint("what was recorded here is kept, sealed; sign in again with ringback login, and it is sent")
}

func wipeOrdered() error {
	return callback.Errorf(callback.CodeWipe, "this desk is to forget everything").
		WithHint("what was recorded here is sent first")
}

// bind makes a token the desk's that uses it first. A desk that was signed out
// is let in again, if the token was given after that.
func (s *Server) bind(ctx context.Context, v visit) (visit, error) {
	err := s.write(ctx, scope{team: v.Team}, func(u *unit) error {
		row, known, err := found(u.q.Device(ctx, v.device))
		if err != nil {
			return err
		}
		what := "device.signin"
		switch {
		case !known:
			what = "device.add"
			err = u.q.AddDevice(ctx, rows.AddDeviceParams{
				ID: v.device, UserID: v.ID, Name: cmp.Or(v.Label, v.name), Place: v.place, Mark: v.mark, CreatedAt: micros(u.now),
			})
		case row.UserID != v.ID:
			return callback.Errorf(callback.CodeForbidden, "this desk belongs to somebody else").WithHint("set RINGBACK_DATA to a folder of your own")
		case row.WipeAt == 0:
			err = u.reopen(v, row)
		}
		if err != nil {
			return err
		}
		if life := s.cfg.TokenLife; life > 0 && !u.now.Before(fromMicros(v.TokenCreatedAt).Add(life)) {
			return unauthorized(fmt.Sprintf("this token was given on %s and was to be used within %s", fromMicros(v.TokenCreatedAt).Format("2 January 2006"), days(life)))
		}
		n, err := u.q.BindToken(ctx, v.hash, v.device, s.tokenEnd(u.now))
		if err != nil || n == 0 {
			return err // another request of the same desk was first
		}
		err = u.q.RevokeTokensOf(ctx, rows.RevokeTokensOfParams{UserID: v.ID, Device: v.device, RevokedAt: micros(u.now), Hash: v.hash})
		if err != nil {
			return err
		}
		return u.audit(v.Team, v.ID, what, v.device, v.ID)
	})
	if err != nil {
		return v, err
	}
	fresh, err := s.db.ask.Bearer(ctx, v.hash)
	v.BearerRow = fresh
	return v, s.db.failure("find the token's user", err)
}

// reopen lets a desk in again that had another token before.
func (u *unit) reopen(v visit, row rows.Device) error {
	given, ok, err := found(u.q.TokenGiven(u.ctx, v.hash))
	if err != nil {
		return err
	}
	if !ok || row.RevokedAt != 0 && given < row.RevokedAt {
		return revoked("this desk was signed out on %s, after this token was given", fromMicros(row.RevokedAt).Format("2 January 2006 15:04 UTC"))
	}
	return u.q.ReviveDevice(u.ctx, rows.ReviveDeviceParams{ID: row.ID, Name: cmp.Or(v.Label, row.Name, v.name), Place: v.place, Mark: v.mark, SeenAt: micros(u.now)})
}

// see notes a desk's contact: now and then, and whenever it comes from another
// machine or folder. What goes wrong here is no reason to turn it away.
func (s *Server) see(ctx context.Context, v visit, who Caller) {
	now := s.now()
	moved := v.mark != "" && v.mark != v.Mark
	if !moved && now.Sub(fromMicros(v.SeenAt)) < seenEvery {
		return
	}
	mark, former, movedAt := v.Mark, v.Former, v.MovedAt
	if moved {
		if mark, former = v.mark, v.Mark; former != "" {
			movedAt = micros(now)
		}
	}
	err := s.write(ctx, scope{team: v.Team}, func(u *unit) error {
		if movedAt != v.MovedAt {
			if err := u.audit(v.Team, v.ID, "device.moved", v.Bound, v.ID); err != nil {
				return err
			}
		}
		return u.q.SeeDevice(ctx, rows.SeeDeviceParams{ID: v.Bound, Place: v.place, Mark: mark, Former: former, SeenAt: micros(now), MovedAt: movedAt})
	})
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("the contact of a desk was not noted", "error", err)
	}
	if moved && v.mark == v.Former && v.CopiedAt == 0 {
		s.noteCopied(ctx, who, "folder")
	}
}

// noteCopied puts on record that a desk is in use at two places; the next pages
// of the feed tell it to the desk and to those who keep accounts. It is said
// once, until the desk signs in anew.
func (s *Server) noteCopied(ctx context.Context, who Caller, how string) {
	if who.Device == "" {
		return
	}
	err := s.write(ctx, scope{team: who.Team}, func(u *unit) error {
		n, err := u.q.MarkCopied(ctx, who.Device, micros(u.now))
		if err != nil || n == 0 {
			return err
		}
		return u.audit(who.Team, serverDevice, "device.copied", who.Device, who.ID+" "+how)
	})
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("a copied desk was not noted", "error", err)
	}
}
