package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Bounds of the pairing: how many desks may ask at once from one address and
// from all, and how many wrong codes a person may type at once.
const (
	pairingBurst = 10
	mostPairings = 1_000
	guessBurst   = 5
)

// pairingKept is how long a pairing is remembered after it has expired, so that
// its desk hears so.
const pairingKept = 5 * time.Minute

// userCodeHash hides a code in the database: it is short, so that a plain hash
// would not.
func (k keyring) userCodeHash(code string) []byte { return k.hash("pairing", code) }

// StartPairing gives a desk that has no token a code for a person to read out.
// place is where it asks from. Too many are a CodeBusy.
func (s *Server) StartPairing(ctx context.Context, place string, req callback.PairingRequest) (callback.PairingStart, error) {
	if !s.starts.allow(place) {
		return callback.PairingStart{}, s.starts.tooMany()
	}
	name := deskName(req.Name)
	if name == "" {
		return callback.PairingStart{}, callback.Errorf(callback.CodeInvalid, "a desk gives itself a name of 1 to %d bytes", maxDeskName)
	}
	code, err := newPairingCode()
	if err != nil {
		return callback.PairingStart{}, err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return callback.PairingStart{}, fmt.Errorf("make a code: %w", err)
	}
	err = s.write(ctx, scope{}, func(u *unit) error {
		if err := u.q.ForgetPairings(ctx, micros(u.now.Add(-pairingKept))); err != nil {
			return err
		}
		n, err := u.q.CountPairings(ctx)
		if err != nil {
			return err
		}
		if n >= mostPairings {
			return newProblem(http.StatusServiceUnavailable, callback.Errorf(callback.CodeBusy, "too many desks ask to be let in").WithHint("try again in some minutes"))
		}
		sum := sha256.Sum256(secret)
		return u.q.AddPairing(ctx, rows.AddPairingParams{
			DeviceCode: sum[:], UserCode: s.keys.userCodeHash(code), Name: name, Place: place, CreatedAt: micros(u.now),
			ExpiresAt: micros(u.now.Add(callback.PairingLife)), Wait: int64(callback.PairingPoll / time.Second),
		})
	})
	return callback.PairingStart{
		DeviceCode: base64.RawURLEncoding.EncodeToString(secret), UserCode: callback.SpellPairingCode(code),
		ExpiresIn: int(callback.PairingLife / time.Second), Interval: int(callback.PairingPoll / time.Second),
	}, err
}

func newPairingCode() (string, error) {
	for {
		random := make([]byte, 32)
		if _, err := rand.Read(random); err != nil {
			return "", fmt.Errorf("make a code: %w", err)
		}
		if code, ok := callback.PairingCode(random); ok {
			return code, nil
		}
	}
}

// PollPairing tells a desk how its asking stands. Once it is approved, the
// reply holds the desk's token, and does so again until the code expires: the
// token is made of the desk's own secret, so that a reply which was lost costs
// nothing, and none is kept here.
func (s *Server) PollPairing(ctx context.Context, place string, req callback.PairingPollRequest) (callback.PairingReply, error) {
	secret, err := base64.RawURLEncoding.DecodeString(req.DeviceCode)
	if err != nil || len(secret) != 32 {
		return callback.PairingReply{}, s.bouncer.refuse(place, "the code of the desk is mistyped")
	}
	sum := sha256.Sum256(secret)
	row, ok, err := found(s.db.ask.Pairing(ctx, sum[:]))
	if err != nil {
		return callback.PairingReply{}, s.db.failure("find the pairing", err)
	}
	if !ok {
		// It may have been one that was forgotten; that is told apart from nobody's.
		if !s.bouncer.allow(place) {
			return callback.PairingReply{}, s.bouncer.tooMany()
		}
		return callback.PairingReply{State: callback.PairingExpired}, nil
	}
	reply := callback.PairingReply{}
	err = s.write(ctx, scope{}, func(u *unit) error {
		p := pairing{u: u, row: row, secret: secret}
		reply, err = p.poll()
		return err
	})
	return reply, err
}

// pairing is one poll on its way.
type pairing struct {
	u      *unit
	row    rows.Pairing
	secret []byte
}

func (p pairing) poll() (callback.PairingReply, error) {
	now := p.u.now
	switch {
	case !now.Before(fromMicros(p.row.ExpiresAt)):
		return callback.PairingReply{State: callback.PairingExpired}, nil
	case p.row.State == string(callback.PairingDenied):
		return callback.PairingReply{State: callback.PairingDenied}, nil
	case p.row.State == string(callback.PairingApproved):
		return p.token()
	}
	reply := callback.PairingReply{State: callback.PairingWaiting, Interval: int(p.row.Wait)}
	// A second of grace for the network; the first poll may come at once.
	due := fromMicros(p.row.PolledAt).Add(time.Duration(p.row.Wait)*time.Second - time.Second)
	if p.row.PolledAt != 0 && now.Before(due) {
		reply.State, reply.Interval = callback.PairingSlowDown, reply.Interval+int(callback.PairingSlower/time.Second)
	}
	return reply, p.u.q.PollPairing(p.u.ctx, p.row.DeviceCode, micros(now), int64(reply.Interval))
}

// token gives the desk's token, and keeps its hash the first time.
func (p pairing) token() (callback.PairingReply, error) {
	user, ok, err := found(p.u.q.User(p.u.ctx, p.row.UserID))
	if err != nil {
		return callback.PairingReply{}, err
	}
	if !ok || user.RevokedAt != 0 {
		return callback.PairingReply{State: callback.PairingDenied}, nil
	}
	mac := hmac.New(sha256.New, p.secret)
	_, _ = mac.Write([]byte("token"))
	token := callback.TokenOf([32]byte(mac.Sum(nil)))
	if _, known, err := found(p.u.q.TokenGiven(p.u.ctx, tokenHash(token))); err != nil {
		return callback.PairingReply{}, err
	} else if !known {
		if err := p.u.addToken(token, user.ID, p.row.Name); err != nil {
			return callback.PairingReply{}, err
		}
	}
	me := p.u.s.me(callerOf(user, ""))
	return callback.PairingReply{State: callback.PairingApproved, Token: token, Me: &me}, nil
}

// LookPairing shows a supervisor the desk that a code belongs to. A code that
// nobody has is a CodeNotFound, and after a few of them a CodeBusy.
func (s *Server) LookPairing(ctx context.Context, who Caller, code string) (callback.Pairing, error) {
	row, err := s.pairingOf(ctx, who, code)
	return callback.Pairing{
		Name: row.Name, Place: row.Place, Asked: fromMicros(row.CreatedAt), Expires: fromMicros(row.ExpiresAt),
	}, err
}

// AnswerPairing lets a desk in as somebody, or turns it away. Whoever answers
// must keep the account that it is let in as, or it is their own. A code is
// answered once.
func (s *Server) AnswerPairing(ctx context.Context, who Caller, a callback.PairingAnswer) error {
	row, err := s.pairingOf(ctx, who, a.Code)
	if err != nil {
		return err
	}
	state, what := callback.PairingDenied, "device.deny"
	team := who.Team
	if a.Approve {
		state, what = callback.PairingApproved, "device.pair"
		if err := s.mayKeep(ctx, who, a.User, true); err != nil {
			return err
		}
		user, err := s.account(ctx, a.User)
		if err != nil {
			return err
		}
		if user.RevokedAt != 0 {
			return callback.Errorf(callback.CodeConflict, "the account %s is closed", a.User).WithHint("open it again first: ringback user open %s", a.User)
		}
		team = user.Team
	} else {
		a.User = ""
	}
	return s.write(ctx, scope{team: team}, func(u *unit) error {
		n, err := u.q.DecidePairing(ctx, rows.DecidePairingParams{DeviceCode: row.DeviceCode, State: string(state), UserID: a.User, DecidedBy: who.ID})
		if err != nil {
			return err
		}
		if n == 0 {
			return callback.Errorf(callback.CodeConflict, "this code was answered already")
		}
		return u.audit(team, who.ID, what, a.User, "")
	})
}

// pairingOf finds a pairing that waits, by the code that somebody typed.
func (s *Server) pairingOf(ctx context.Context, who Caller, typed string) (rows.Pairing, error) {
	code, err := callback.ReadPairingCode(typed)
	if err != nil {
		return rows.Pairing{}, err
	}
	row, ok, err := found(s.db.ask.PairingByCode(ctx, s.keys.userCodeHash(code)))
	if err != nil {
		return row, s.db.failure("find the pairing", err)
	}
	if ok && s.now().Before(fromMicros(row.ExpiresAt)) {
		return row, nil
	}
	if !s.guesses.allow(who.ID) {
		return rows.Pairing{}, newProblem(http.StatusTooManyRequests, callback.Errorf(callback.CodeBusy, "too many wrong codes were typed").WithHint("wait a minute"))
	}
	return rows.Pairing{}, callback.Errorf(callback.CodeNotFound, "no desk waits with this code").
		WithHint("a code is good for %d minutes; have the desk show another: ringback login", callback.PairingLife/time.Minute)
}
