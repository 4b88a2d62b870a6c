package main

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"ringback/callback"
)

// demoDesk is the folder of the desk of one of the demo's people. Their token
// belongs to one desk, so that they sit at the same one whoever plays them.
func demoDesk(dir string, u demoUser) string { return filepath.Join(dir, "desks", u.ID) }

// demoFolder is where a demo's desk keeps its files, below its own folder. It
// stays when the server has another address.
const demoFolder = "desk"

// sitDown takes the place of one of the demo's people.
func (a *app) sitDown(dir string, u demoUser) {
	a.settings.Data = demoDesk(dir, u)
	a.settings.URL, a.settings.Token, a.settings.Keyring = "", "", "off"
}

// signAllIn signs the demo's people in at their desks, so that commands in
// another shell work there with nothing but RINGBACK_DATA.
func (a *app) signAllIn(report demoReport) error {
	var all sync.WaitGroup
	failed := make([]error, len(report.Users))
	for i, u := range report.Users {
		// Each waits for the disk a few times; together they wait as long as one.
		all.Go(func() {
			own := &app{in: a.in, out: a.out, err: a.err, environ: a.environ, now: a.now, newID: a.newID, settings: a.settings}
			own.sitDown(report.Dir, u)
			failed[i] = own.signDemoIn(report.URL, u)
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// signDemoIn signs one of them in, if they are not. Token and key go into files
// before anything looks for them in a keyring: the demo leaves that alone.
func (a *app) signDemoIn(url string, u demoUser) error {
	b, err := a.readBook()
	if err != nil {
		return err
	}
	id := fingerprint(url, u.Token)
	acc := account{URL: url, Folder: demoFolder, Me: callback.Me{ID: u.ID, Name: u.Name, Role: u.Role, Team: u.Team}}
	s := session{account: acc, id: id, token: u.Token}
	if _, err := os.Stat(filepath.Join(a.deskFolder(s), "outbox.db")); errors.Is(err, os.ErrNotExist) {
		if _, _, err := a.deskKey(a.deskFolder(s)).get(true); err != nil {
			return err
		}
	}
	if known := b.Met[id]; b.Current == id && known.Folder == demoFolder && known.SignedOut == "" && !known.Wipe {
		return nil
	}
	if _, err := a.secrets().set(tokenName(id), u.Token); err != nil {
		return err
	}
	former := b.Met
	b.Current, b.Met = id, map[string]account{id: acc}
	if err := a.writeBook(b); err != nil {
		return err
	}
	for old := range former {
		if old != id {
			err = errors.Join(err, a.secrets().dropToken(old))
		}
	}
	return err
}
