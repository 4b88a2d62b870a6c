package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"ringback/callback"
)

// token names the secret that an account's token is; while the next one takes
// its place there are two. Both go by the fingerprint of the token that the
// account began with.
func tokenName(id string) string     { return "token-" + id }
func nextTokenName(id string) string { return tokenName(id) + ".next" }

// dropToken forgets an account's tokens.
func (s secrets) dropToken(id string) error {
	return errors.Join(s.drop(nextTokenName(id)), s.drop(tokenName(id)))
}

// renewed gives the token that has taken the place of the one which an account
// began with, if there is one.
func (s secrets) renewed(id, token string) (string, error) {
	kept, err := s.get(tokenName(id))
	if errors.Is(err, errNoSecret) {
		return token, nil
	}
	return kept, err
}

// renew takes a desk's next token. It is kept before the server hears of it,
// and the server keeps the one at hand until the next was used: whatever is lost
// on the way, one of the two lets the desk in.
func (a *app) renew(ctx context.Context, d *desk) error {
	kept := a.secrets()
	next, err := kept.get(nextTokenName(d.id))
	if errors.Is(err, errNoSecret) {
		var random [32]byte
		_, _ = rand.Read(random[:]) // never fails: see crypto/rand
		next = callback.TokenOf(random)
		_, err = kept.set(nextTokenName(d.id), next)
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(next))
	_, err = d.client.RenewToken(ctx, hex.EncodeToString(sum[:]))
	switch {
	case callback.CodeOf(err) == callback.CodeConflict:
		// It was used already, or this token belongs to no desk.
		return kept.drop(nextTokenName(d.id))
	case err != nil:
		return err
	}
	if _, err := kept.set(tokenName(d.id), next); err != nil {
		return err
	}
	d.client.Bear(next)
	return kept.drop(nextTokenName(d.id))
}
