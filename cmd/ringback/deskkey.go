package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// deskKey is where the key of one desk is kept. While it takes the place of
// another one, both are there.
type deskKey struct {
	secrets secrets
	name    string
}

func (a *app) deskKey(dir string) deskKey {
	k := deskKey{secrets: a.secrets(), name: "key-" + filepath.Base(dir)}
	if _, err := os.Stat(k.secrets.path(k.name)); err == nil {
		k.secrets.files = true // a keyring that never answers is not asked for the other one
	}
	return k
}

// nextEnding ends the name of a key that is to take another one's place.
const nextEnding = ".next"

func (k deskKey) nextName() string { return k.name + nextEnding }

// bare tells whether the key lies in a file that a passphrase is to seal, and does
// not yet: a passphrase was set, and the program killed before the key was changed.
func (k deskKey) bare() bool {
	if k.secrets.vault == nil {
		return false
	}
	raw, err := os.ReadFile(k.secrets.path(k.name))
	return err == nil && !strings.HasPrefix(string(raw), sealedMark)
}

// get gives the key, made on first use, and the one that was to take its place
// when the desk stopped, or nil. fresh tells that the desk has no files yet.
func (k deskKey) get(fresh bool) (key, next []byte, err error) {
	if key, err = k.secrets.key(k.name, fresh); err != nil {
		return nil, nil, err
	}
	next, err = k.secrets.kept(k.nextName())
	switch {
	case errors.Is(err, errNoSecret):
		return key, nil, nil
	case err != nil:
		return nil, nil, err
	case bytes.Equal(key, next):
		return key, nil, k.secrets.drop(k.nextName())
	}
	return key, next, nil
}

// Begin implements store.Keys.
func (k deskKey) Begin(next []byte) error {
	_, err := k.secrets.set(k.nextName(), base64.StdEncoding.EncodeToString(next))
	return err
}

// End implements store.Keys.
func (k deskKey) End(next []byte) error {
	if _, err := k.secrets.set(k.name, base64.StdEncoding.EncodeToString(next)); err != nil {
		return err
	}
	return k.secrets.drop(k.nextName())
}

// forget removes every key of the desk.
func (k deskKey) forget() error {
	return errors.Join(k.secrets.drop(k.nextName()), k.secrets.drop(k.name))
}
