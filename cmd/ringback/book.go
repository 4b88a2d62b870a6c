package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ringback/callback"
)

// book is the file of accounts: the one in use, those met through
// RINGBACK_TOKEN, so that a desk can start offline, and the desks of this
// machine.
type book struct {
	Current string             `json:"current,omitempty"`
	Met     map[string]account `json:"met,omitempty"`
	// Desks gives each desk's folder the name by which the server knows it. It
	// outlives the accounts, so that whoever signs in again is at the same
	// desk.
	Desks map[string]string `json:"desks,omitempty"`
}

func (a *app) bookPath() string { return filepath.Join(a.settings.Data, "accounts.json") }

func (a *app) readBook() (book, error) {
	b := book{Met: map[string]account{}, Desks: map[string]string{}}
	if err := private(a.bookPath()); err != nil {
		return b, err
	}
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
	if b.Desks == nil {
		b.Desks = map[string]string{}
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

// editBook changes the book.
func (a *app) editBook(change func(*book)) error {
	b, err := a.readBook()
	if err != nil {
		return err
	}
	change(&b)
	return a.writeBook(b)
}

// keep notes an account, in the place of earlier ones of the same desk. It
// gives the fingerprints of those.
func (b *book) keep(id string, acc account) (former []string) {
	for other, old := range b.Met {
		if other != id && old.Folder != "" && old.Folder == acc.Folder {
			former = append(former, other)
			delete(b.Met, other)
		}
	}
	b.Met[id] = acc
	return former
}

// at gives who signed in to a server last, by the book's order if several did;
// "" if nobody.
func (b *book) at(url string) (id string) {
	for other, acc := range b.Met {
		if acc.URL == url && (id == "" || other < id) {
			id = other
		}
	}
	return id
}

// find gives the account of somebody on this machine, or of whoever is signed
// in if who is empty.
func (b *book) find(who string) (id string, acc account, ok bool) {
	if who == "" {
		acc, ok = b.Met[b.Current]
		return b.Current, acc, ok
	}
	for id, acc := range b.Met {
		if acc.Me.ID == who {
			return id, acc, true
		}
	}
	return "", account{}, false
}
