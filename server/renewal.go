package server

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// A desk's token ends some time after the desk was last seen. Before that the
// desk makes its next one and tells its hash, so that a reply which is lost
// costs nothing: both are good until the next one is used for the first time,
// and for a little while after that, for requests on their way.

// renewHeader tells a desk that it should take its next token.
const renewHeader = "X-Ringback-Renew"

// tokenOverlap is how long a token stays good after its next one was used.
const tokenOverlap = 5 * time.Minute

// tokenEnd is when a token of now ends, as it is stored.
func (s *Server) tokenEnd(now time.Time) int64 {
	if s.cfg.TokenLife <= 0 {
		return 0
	}
	return micros(now.Add(s.cfg.TokenLife))
}

// ripe tells whether a token has come past half of its life, or has none yet.
func (s *Server) ripe(v visit) bool {
	life := s.cfg.TokenLife
	if life <= 0 || v.Bound == "" || v.device == "" {
		return false
	}
	return v.ExpiresAt == 0 || !s.now().Before(fromMicros(v.ExpiresAt).Add(-life/2))
}

// askToRenew tells the desk that bears a ripe token.
func (s *Server) askToRenew(w http.ResponseWriter, v visit) {
	if s.ripe(v) {
		w.Header().Set(renewHeader, "1")
	}
}

// expired is the answer to a token that has ended. One that shows up after its
// next one was used is in somebody else's hands, or in a copy of the desk's
// folder.
func (s *Server) expired(ctx context.Context, v visit, who Caller) error {
	if v.ReplacedAt != 0 {
		if v.CopiedAt == 0 {
			s.noteCopied(ctx, who, "token")
		}
		return unauthorized("this desk has taken another token since; the folder with this one is a copy, or was put back")
	}
	return callback.Errorf(callback.CodeUnauthorized, "this desk was away for more than %s, and its sign-in has ended", days(s.cfg.TokenLife)).
		WithHint("sign in again: ringback login URL; what was recorded here is kept and sent then")
}

// days says a long time in words.
func days(d time.Duration) string {
	if n := int(d / (24 * time.Hour)); n > 1 {
		return fmt.Sprintf("%d days", n)
	}
	return d.String()
}

// takeOver notes the first use of a desk's next token: the one before ends.
func (s *Server) takeOver(ctx context.Context, v visit) error {
	former, err := hex.DecodeString(v.Follows)
	if err != nil {
		return fmt.Errorf("read which token was replaced: %w", err)
	}
	return s.write(ctx, scope{team: v.Team}, func(u *unit) error {
		n, err := u.q.TokenUsed(ctx, v.hash)
		if err != nil || n == 0 {
			return err // another request was first
		}
		return u.q.ReplaceToken(ctx, former, micros(u.now), micros(u.now.Add(tokenOverlap)))
	})
}

// RenewToken takes a desk's next token, of which only the hash is told: the
// SHA-256 in hexadecimal digits. Asking again for the same one is no error.
func (s *Server) RenewToken(ctx context.Context, who Caller, token []byte, next string) (callback.TokenRenewal, error) {
	out := callback.TokenRenewal{}
	hash, err := hex.DecodeString(next)
	if err != nil || len(hash) != len(token) {
		return out, callback.Errorf(callback.CodeInvalid, "the next token is told by its SHA-256, in 64 hexadecimal digits")
	}
	if who.Device == "" {
		return out, callback.Errorf(callback.CodeConflict, "this token belongs to no desk, and does not end")
	}
	err = s.write(ctx, scope{team: who.Team}, func(u *unit) error {
		row, known, err := found(u.q.Token(ctx, hash))
		switch {
		case err != nil:
			return err
		case known && (row.UserID != who.ID || row.Device != who.Device || row.RevokedAt != 0):
			return callback.Errorf(callback.CodeConflict, "this token was used before").WithHint("make another one")
		case known:
			out.Expires = fromMicros(row.ExpiresAt)
			return nil
		}
		own, _, err := found(u.q.Token(ctx, token))
		if err != nil {
			return err
		}
		// The one that bears this request may itself not have been used before.
		if err := u.q.DropNextTokens(ctx, who.ID, who.Device, token); err != nil {
			return err
		}
		end := s.tokenEnd(u.now)
		out.Expires = fromMicros(end)
		return u.q.AddNextToken(ctx, rows.AddNextTokenParams{
			Hash: hash, UserID: who.ID, Device: who.Device, Label: own.Label, CreatedAt: micros(u.now), ExpiresAt: end, Follows: hex.EncodeToString(token),
		})
	})
	return out, err
}
