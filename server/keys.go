package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"ringback/callback"
	"ringback/server/rows"
)

// keyring hashes what identifies people, so that indexes and the do-not-call
// list hold no numbers or names.
type keyring struct{ secret []byte }

// personKey is one way to recognise a person.
type personKey struct {
	// kind is ref, tel or mail.
	kind string
	hash []byte
}

func (k keyring) hash(kind, value string) []byte {
	mac := hmac.New(sha256.New, k.secret)
	_, _ = mac.Write([]byte(kind + "\x00" + value))
	return mac.Sum(nil)[:16]
}

func (k keyring) ref(ref string) []byte   { return k.hash("ref", ref) }
func (k keyring) tel(e164 string) []byte  { return k.hash("tel", e164) }
func (k keyring) mail(addr string) []byte { return k.hash("mail", strings.ToLower(addr)) }

// person gives all keys of a customer. The customer's number in the source
// counts in every team: it is the organisation's number for the person.
func (k keyring) person(c callback.Customer) []personKey {
	var out []personKey
	if c.Ref != "" {
		out = append(out, personKey{"ref", k.ref(c.Ref)})
	}
	for _, number := range c.KnownBy() {
		out = append(out, personKey{"tel", k.tel(number)})
	}
	if c.Email != "" {
		out = append(out, personKey{"mail", k.mail(c.Email)})
	}
	return out
}

// idLetters are easy to read aloud: no i, l, o, u.
var idLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// idOf makes the id of something from what identifies it, so that a second
// import, and an import into a restored server, meet the same ids.
func idOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return idLetters.EncodeToString(h.Sum(nil)[:10])
}

// metaOr reads a value that the server keeps about itself, making it the
// first time.
func (u *unit) metaOr(name string, make func() (string, error)) (string, error) {
	value, ok, err := found(u.q.Meta(u.ctx, name))
	if err != nil || ok {
		return value, err
	}
	if value, err = make(); err != nil {
		return "", err
	}
	return value, u.q.SetMeta(u.ctx, name, value)
}

func randomHex() (string, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a random number: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// suppressed tells whether any of the keys is on the do-not-call list.
func suppressed(ctx context.Context, q *rows.Queries, keys []personKey) (bool, error) {
	for _, k := range keys {
		if _, ok, err := found(q.Suppressed(ctx, k.hash)); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}
