package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/store"
)

// desk is an open desk: its local truth and its way to the server.
type desk struct {
	session
	store  *store.Store
	client *client.Client
	syncer *client.Syncer
}

// undoWindow is how long a saved call is kept from the server, so that it can
// be taken back: a second longer than the screens offer it.
const undoWindow = 16 * time.Second

// openDesk opens the desk of whoever is signed in. holdBack is how long new
// events wait before they are sent.
func (a *app) openDesk(ctx context.Context, holdBack time.Duration) (*desk, error) {
	s, err := a.session(ctx)
	if err != nil {
		return nil, err
	}
	st, err := a.openStore(s, holdBack)
	if err != nil {
		return nil, err
	}
	c, err := a.newClient(s.URL, s.token, st.Device(), s.PlainHTTP || a.settings.PlainHTTP)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return &desk{session: s, store: st, client: c, syncer: client.NewSyncer(c, st, client.SyncOptions{OnFault: a.noteFault})}, nil
}

func (a *app) openStore(s session, holdBack time.Duration) (*store.Store, error) {
	dir := a.deskFolder(s)
	_, err := os.Stat(filepath.Join(dir, "outbox.db"))
	key, err := a.secrets().key("key-"+filepath.Base(dir), errors.Is(err, os.ErrNotExist))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{
		Dir: dir, Key: key, Agent: s.Me.ID, Team: s.Me.Team, Now: a.now, NewID: a.newID, HoldBack: holdBack,
	})
}

func (a *app) deskFolder(s session) string {
	if a.demoDesk != "" {
		return a.demoDesk
	}
	return s.folder(a.settings.Data)
}

// close releases the desk's files.
func (d *desk) close() error { return d.store.Close() }

// withDesk opens the desk for one command.
func (a *app) withDesk(ctx context.Context, f func(*desk) error) error {
	d, err := a.openDesk(ctx, 0)
	if err != nil {
		return err
	}
	return errors.Join(f(d), d.close())
}

// caseOf finds a case by its id or the beginning of it.
func (d *desk) caseOf(id string) (callback.CaseView, error) { return d.store.Case(id) }
