package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
}

// book is the file of accounts: the one in use and those met through
// RINGBACK_TOKEN, so that a desk can start offline.
type book struct {
	Current string             `json:"current,omitempty"`
	Met     map[string]account `json:"met,omitempty"`
}

func (a *app) bookPath() string { return filepath.Join(a.settings.Data, "accounts.json") }

func (a *app) readBook() (book, error) {
	b := book{Met: map[string]account{}}
	raw, err := os.ReadFile(a.bookPath())
	if errors.Is(err, os.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, callback.Errorf(callback.CodeInternal, "%s cannot be read: %w", a.bookPath(), err)
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, callback.Errorf(callback.CodeDamaged, "%s is damaged: %w", a.bookPath(), err).WithHint("remove it and sign in again; calls that wait to be sent are kept elsewhere")
	}
	if b.Met == nil {
		b.Met = map[string]account{}
	}
	return b, nil
}

func (a *app) writeBook(b book) error {
	raw, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("write accounts: %w", err)
	}
	if err := os.MkdirAll(a.settings.Data, 0o700); err != nil {
		return callback.Errorf(callback.CodeInternal, "the folder %s cannot be made: %w", a.settings.Data, err).WithHint("choose another with --data or RINGBACK_DATA")
	}
	if err := writeDurably(a.bookPath(), append(raw, '\n')); err != nil {
		return callback.Errorf(callback.CodeInternal, "%s cannot be written: %w", a.bookPath(), err)
	}
	return nil
}

// fingerprint names a (server, token) pair without revealing the token.
func fingerprint(url, token string) string {
	sum := sha256.Sum256([]byte(url + "\x00" + token))
	return hex.EncodeToString(sum[:8])
}

// session is what it takes to talk to the server as somebody.
type session struct {
	account
	token string
}

// notSignedIn is the sentence for a desk that knows no server.
func notSignedIn() error {
	return callback.Errorf(callback.CodeUnauthorized, "this desk is not signed in").
		WithHint("run: ringback login URL --token TOKEN, or try: ringback demo")
}

// session finds out who we are: environment first, then the login on record.
// A token that was never met asks the server.
func (a *app) session(ctx context.Context) (session, error) {
	b, err := a.readBook()
	if err != nil {
		return session{}, err
	}
	cur, known := b.Met[b.Current]
	url, token := a.settings.URL, a.settings.Token
	if url == "" {
		url = cur.URL
	}
	if token == "" && known {
		if token, err = a.secrets().get("token-" + b.Current); errors.Is(err, errNoSecret) {
			return session{}, callback.Errorf(callback.CodeUnauthorized, "the token of %s is not in the keyring nor in %s", cur.Me.ID, a.settings.Data).WithHint("sign in again with: ringback login %s --token TOKEN", cur.URL)
		} else if err != nil {
			return session{}, err
		}
	}
	if url == "" || token == "" {
		return session{}, notSignedIn()
	}
	id := fingerprint(url, token)
	if acc, ok := b.Met[id]; ok {
		return session{acc, token}, nil
	}
	acc, err := a.meet(ctx, url, token)
	if err != nil {
		return session{}, err
	}
	b.Met[id] = acc
	return session{acc, token}, a.writeBook(b)
}

// meet asks the server who the token's owner is.
func (a *app) meet(ctx context.Context, url, token string) (account, error) {
	c, err := a.newClient(url, token, "", a.settings.PlainHTTP)
	if err != nil {
		return account{}, err
	}
	me, err := c.Me(ctx)
	if err != nil {
		return account{}, err
	}
	return account{URL: url, Me: me, PlainHTTP: a.settings.PlainHTTP}, nil
}

func (a *app) newClient(url, token, device string, plain bool) (*client.Client, error) {
	c := client.New(client.Options{
		URL: url, Token: token, Device: device, UserAgent: "ringback/" + version, Now: a.now, PlainHTTP: plain,
	})
	return c, c.Valid()
}

func (a *app) secrets() secrets { return newSecrets(a.settings.Data, a.settings.Keyring) }

// folder is the desk's own folder for one person at one server, so that the
// next person at a shared machine cannot read or send another's calls.
func (s session) folder(data string) string {
	sum := sha256.Sum256([]byte(s.URL + "\x00" + s.Me.Team + "\x00" + s.Me.ID))
	return filepath.Join(data, "desk-"+hex.EncodeToString(sum[:6]))
}
