package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"

	"ringback/callback"
	"ringback/client"
)

// account is who this desk is signed in as, and where. The token is a secret
// and lies elsewhere.
type account struct {
	URL string      `json:"url"`
	Me  callback.Me `json:"me"`
	// PlainHTTP remembers that the person allowed a server without TLS.
	PlainHTTP bool `json:"plain_http,omitempty"`
	// Folder is the desk's own below the data folder. It stays when its owner's
	// name, role or team changes.
	Folder string `json:"folder,omitempty"`
	// SignedOut says, in the server's words, that this desk was signed out: it
	// opens again after the next sign-in.
	SignedOut string `json:"signed_out,omitempty"`
	// Wipe tells that the desk is to forget everything and has begun to: what
	// it recorded waits to be sent first.
	Wipe bool `json:"wipe,omitempty"`
	// AuditEnd is the end of the audit when it was checked last from here.
	AuditEnd string `json:"audit_end,omitempty"`
}

// fingerprint names a (server, token) pair without revealing the token.
func fingerprint(url, token string) string {
	sum := sha256.Sum256([]byte(url + "\x00" + token))
	return hex.EncodeToString(sum[:8])
}

// session is what it takes to talk to the server as somebody.
type session struct {
	account
	// id names the account in the book.
	id    string
	token string
	// device is the desk's name at the server, if it has one yet.
	device string
}

// notSignedIn is the sentence for a desk that knows no server.
func notSignedIn() error {
	return callback.Errorf(callback.CodeUnauthorized, "this desk is not signed in").
		WithHint("run: ringback login URL, or try: ringback demo")
}

// session finds out who we are: environment first, then the login on record.
// A token that was never met asks the server.
func (a *app) session(ctx context.Context) (session, error) {
	b, err := a.readBook()
	if err != nil {
		return session{}, err
	}
	url, token := a.settings.URL, a.settings.Token
	if token == "" {
		return a.signedIn(b, url)
	}
	if url == "" {
		url = b.Met[b.Current].URL
	}
	if url == "" {
		return session{}, notSignedIn()
	}
	id := fingerprint(url, token)
	if acc, ok := b.Met[id]; ok {
		if token, err = a.secrets().renewed(id, token); err != nil {
			return session{}, err
		}
		return a.sit(b, id, acc, token), nil
	}
	acc, err := a.meet(ctx, url, token)
	if err != nil {
		return session{}, err
	}
	if folder := a.staysAt(b, acc); folder != "" {
		acc.Folder = folder
		b.Met[id] = acc // beside the login of before, if there is one
	} else {
		a.tellOthers(b, id, acc)
		b.keep(id, acc)
	}
	return a.sit(b, id, acc, token), a.writeBook(b)
}

// signedIn is the session of the login on record: of the one in use, or of
// another one whose server is named.
func (a *app) signedIn(b book, url string) (session, error) {
	id, cur := b.Current, b.Met[b.Current]
	if cur.URL == "" {
		return session{}, notSignedIn()
	}
	if url != "" && url != cur.URL {
		if id = b.at(url); id == "" {
			return session{}, a.elsewhere(b, url)
		}
		cur = b.Met[id]
	}
	token, err := a.secrets().get(tokenName(id))
	if errors.Is(err, errNoSecret) {
		return session{}, callback.Errorf(callback.CodeUnauthorized, "the token of %s is not in the keyring nor in %s", cur.Me.ID, a.settings.Data).WithHint("sign in again with: ringback login %s", cur.URL)
	}
	if err != nil {
		return session{}, err
	}
	return a.sit(b, id, cur, token), nil
}

// sit makes the session of an account, and remembers whose it is.
func (a *app) sit(b book, id string, acc account, token string) session {
	a.at = id
	s := session{account: acc.settled(), id: id, token: token}
	s.device = b.Desks[filepath.Base(a.deskFolder(s))]
	return s
}

// meet asks the server who the token's owner is.
func (a *app) meet(ctx context.Context, url, token string) (account, error) {
	c, err := a.newClient(url, token, a.settings.PlainHTTP)
	if err != nil {
		return account{}, err
	}
	me, err := c.Me(ctx)
	if err != nil {
		return account{}, err
	}
	return account{URL: url, Me: me, PlainHTTP: a.settings.PlainHTTP}.settled(), nil
}

// newClient speaks to a server as the bearer of a token, from no desk in
// particular.
func (a *app) newClient(url, token string, plain bool) (*client.Client, error) {
	return a.clientAt(url, token, plain, "", "")
}

// clientAt speaks from a desk: the first one to do so with a token has it for
// itself.
func (a *app) clientAt(url, token string, plain bool, device, dir string) (*client.Client, error) {
	o := client.Options{URL: url, Token: token, Device: device, UserAgent: "ringback/" + version, Now: a.now, PlainHTTP: plain}
	if device != "" {
		o.Mark, o.Name = markOf(dir, device), deskName()
	}
	c := client.New(o)
	return c, c.Valid()
}

func (a *app) secrets() secrets { return newSecrets(a.settings.Data, a.settings.Keyring, a.vaultOf()) }

// settled gives the account its folder, if it has none yet: one for each
// person at each server, so that the next person at a shared machine cannot
// read or send another's calls.
func (acc account) settled() account {
	if acc.Folder == "" {
		sum := sha256.Sum256([]byte(acc.URL + "\x00" + acc.Me.Team + "\x00" + acc.Me.ID))
		acc.Folder = "desk-" + hex.EncodeToString(sum[:6])
	}
	return acc
}
