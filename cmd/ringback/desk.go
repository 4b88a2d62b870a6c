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
	// order gets the server's word that this desk is to forget everything.
	order chan error
}

// undoWindow is how long a saved call is kept from the server, so that it can
// be taken back: a second longer than the screens offer it.
const undoWindow = 16 * time.Second

// openDesk opens the desk of whoever is signed in. holdBack is how long new
// events wait before they are sent. A desk that was signed out stays shut until
// somebody signs in at it.
func (a *app) openDesk(ctx context.Context, holdBack time.Duration) (*desk, error) {
	s, err := a.session(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case s.Wipe:
		return nil, callback.Errorf(callback.CodeWipe, "this desk is to forget everything")
	case s.SignedOut != "":
		return nil, callback.Errorf(callback.CodeRevoked, "%s", callback.Line(s.SignedOut)).
			WithHint("what was recorded here is kept, sealed; sign in again, and it is sent: ringback login %s", s.URL)
	}
	return a.openDeskOf(s, holdBack)
}

// openDeskOf opens somebody's desk.
func (a *app) openDeskOf(s session, holdBack time.Duration) (*desk, error) {
	st, err := a.openStore(s, holdBack)
	if err != nil {
		return nil, err
	}
	dir := a.deskFolder(s)
	if name := filepath.Base(dir); s.device != st.Device() {
		if err := a.editBook(func(b *book) { b.Desks[name] = st.Device() }); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	c, err := a.clientAt(s.URL, s.token, s.PlainHTTP || a.settings.PlainHTTP, st.Device(), dir)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	d := &desk{session: s, store: st, client: c, order: make(chan error, 1)}
	d.syncer = client.NewSyncer(c, st, client.SyncOptions{
		Held: st, OnFault: a.noteFault, OnSignedOut: func(err error) { a.signedOut(d, err) },
		Renew: func(ctx context.Context) error { return a.renew(ctx, d) },
	})
	return d, nil
}

// signedOut notes that the server wants no more of this desk. One that is to be
// wiped is closed at once; one that was signed out goes on until its owner
// leaves, since they may be on the phone, and stays shut after that.
func (a *app) signedOut(d *desk, err error) {
	if callback.CodeOf(err) == callback.CodeWipe {
		select {
		case d.order <- err:
		default:
		}
		return
	}
	if err := a.noteSignedOut(d.id, err); err != nil {
		a.noteFault(err)
	}
}

func (a *app) openStore(s session, holdBack time.Duration) (*store.Store, error) {
	dir := a.deskFolder(s)
	_, err := os.Stat(filepath.Join(dir, "outbox.db"))
	kept := a.deskKey(dir)
	key, next, err := kept.get(errors.Is(err, os.ErrNotExist))
	if err != nil {
		return nil, err
	}
	bare := kept.bare()
	st, err := store.Open(store.Options{
		Dir: dir, Key: key, Next: next, Keys: kept, Agent: s.Me.ID, Team: s.Me.Team, Device: s.device, Now: a.now, NewID: a.newID, HoldBack: holdBack, Instant: a.instant,
	})
	if err != nil || !bare {
		return st, err
	}
	if err := overwriting(kept.secrets.path(kept.name), st.ChangeKey); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

func (a *app) deskFolder(s session) string {
	return filepath.Join(a.settings.Data, s.Folder)
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
