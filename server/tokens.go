package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// newToken makes a token of 256 random bits.
func newToken() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return callback.TokenOf([32]byte(b)), nil
}

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// IssueToken gives an account another token, for one more desk or for a program
// without a desk. It is shown this once and kept nowhere. The tokens that the
// account has stay as they are. name is what its desk will be called; it may be
// empty.
func (s *Server) IssueToken(ctx context.Context, by, id, name string) (callback.UserToken, error) {
	row, err := s.account(ctx, id)
	if err != nil {
		return callback.UserToken{}, err
	}
	if row.RevokedAt != 0 {
		return callback.UserToken{}, callback.Errorf(callback.CodeConflict, "the account %s is closed", id).WithHint("open it again first: ringback user open %s", id)
	}
	token, err := newToken()
	if err != nil {
		return callback.UserToken{}, err
	}
	err = s.write(ctx, scope{team: row.Team}, func(u *unit) error {
		if err := u.addToken(token, id, deskName(name)); err != nil {
			return err
		}
		return u.audit(row.Team, by, "token.issue", id, "")
	})
	return callback.UserToken{ID: id, Name: row.Name, Role: callback.UserRole(row.Role), Team: row.Team, Token: token}, err
}

// addToken keeps the hash of a new token; label is what its desk calls itself.
func (u *unit) addToken(token, user, label string) error {
	return u.q.AddToken(u.ctx, rows.AddTokenParams{Hash: tokenHash(token), UserID: user, Label: label, CreatedAt: micros(u.now)})
}

// maxDeskName bounds what a desk calls itself, in bytes.
const maxDeskName = 80

// deskName cleans what a desk is called; a name that is too long is none.
func deskName(raw string) string {
	if name := callback.Line(raw).String(); len(name) <= maxDeskName {
		return name
	}
	return ""
}

// account finds an account by its id.
func (s *Server) account(ctx context.Context, id string) (rows.User, error) {
	if !isShortWord(id) {
		return rows.User{}, noUser(id)
	}
	row, ok, err := found(s.db.ask.User(ctx, id))
	if err != nil {
		return row, s.db.failure("find user", err)
	}
	if !ok {
		return row, noUser(id)
	}
	return row, nil
}
