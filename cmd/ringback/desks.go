package main

import (
	"errors"
	"path/filepath"

	"ringback/callback"
	"ringback/store"
)

// openDesks are the stores of the desks of this machine, by the names of their
// keys, held open so that nobody else works at them.
type openDesks map[string]*store.Store

// openDesks opens every desk of the data folder whose key is at hand. Those without
// one are left alone: nobody can read them.
func (a *app) openDesks() (openDesks, error) {
	files, err := filepath.Glob(filepath.Join(a.settings.Data, "*", "outbox.db"))
	if err != nil {
		return nil, callback.Errorf(callback.CodeInternal, "the folder %s cannot be listed: %w", a.settings.Data, err)
	}
	desks := openDesks{}
	for _, file := range files {
		dir := filepath.Dir(file)
		kept := a.deskKey(dir)
		if _, err := kept.secrets.get(kept.name); errors.Is(err, errNoSecret) {
			continue
		}
		key, next, err := kept.get(false)
		if err != nil {
			return nil, errors.Join(err, desks.close())
		}
		st, err := store.Open(store.Options{Dir: dir, Key: key, Next: next, Keys: latestKey{a, dir}, Now: a.now, NewID: a.newID, Instant: a.instant})
		if err != nil {
			return nil, errors.Join(err, desks.close())
		}
		desks[kept.name] = st
	}
	return desks, nil
}

func (d openDesks) close() error {
	var errs []error
	for _, st := range d {
		errs = append(errs, st.Close())
	}
	return errors.Join(errs...)
}

// latestKey keeps a desk's key in the way that is in force when it is kept: a
// passphrase may have been set since the desk was opened.
type latestKey struct {
	a   *app
	dir string
}

// Begin implements store.Keys.
func (k latestKey) Begin(next []byte) error { return k.a.deskKey(k.dir).Begin(next) }

// End implements store.Keys.
func (k latestKey) End(next []byte) error { return k.a.deskKey(k.dir).End(next) }
