package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	"ringback/callback"
	"ringback/server/rows"
)

// tokenPrefix lets scanners of leaked secrets recognise a token.
const tokenPrefix = "rb_"

// newToken makes a token: the prefix, 256 random bits, and a checksum by
// which a mistyped token is told from an unknown one.
func newToken() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return tokenOf([32]byte(b)), nil
}

// tokenOf writes 256 secret bits as a token.
func tokenOf(secret [32]byte) string {
	body := base64.RawURLEncoding.EncodeToString(secret[:])
	return tokenPrefix + body + checksum(body)
}

// checksum is the CRC-32 of a token's body in six digits of base 36 or more.
func checksum(body string) string {
	sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 36)
	return strings.Repeat("0", 7-len(sum)) + sum
}

// wellFormed tells whether a token could be one of ours.
func wellFormed(token string) bool {
	body, ok := strings.CutPrefix(token, tokenPrefix)
	return ok && len(body) == 43+7 && checksum(body[:43]) == body[43:]
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
