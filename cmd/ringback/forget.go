package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"ringback/callback"
	"ringback/store"
)

// heed does what the server's refusal asks of this desk, before the refusal is
// told: a desk that was signed out is shut, one that is to be wiped is wiped.
func (a *app) heed(ctx context.Context, err error) error {
	if a.at == "" {
		return err // nobody's desk was concerned
	}
	switch callback.CodeOf(err) {
	case callback.CodeRevoked:
		return errors.Join(err, a.noteSignedOut(a.at, err))
	case callback.CodeWipe:
		return a.obey(context.WithoutCancel(ctx))
	}
	return err
}

// noteSignedOut remembers that this desk was signed out, in the server's words.
func (a *app) noteSignedOut(id string, err error) error {
	var told *callback.Error
	if !errors.As(err, &told) {
		return nil
	}
	return a.editBook(func(b *book) {
		if acc, ok := b.Met[id]; ok && acc.SignedOut == "" {
			acc.SignedOut = callback.Line(told.Message).String()
			b.Met[id] = acc
		}
	})
}

// lastPushPatience bounds the last push of a desk that is to be wiped.
const lastPushPatience = time.Minute

// obey wipes this desk, as the server ordered: what was recorded is sent first.
// What cannot be sent now is kept, sealed, and tried again at every start; the
// customers' data goes in any case.
func (a *app) obey(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lastPushPatience)
	defer cancel()
	s, err := a.session(ctx)
	if err != nil {
		return err
	}
	left, err := a.lastPush(ctx, s)
	switch code := callback.CodeOf(err); {
	case code == callback.CodeKey || code == callback.CodeDamaged:
		// What nobody can read can be sent by nobody.
	case err != nil:
		return err
	case left.unsent > 0:
		err := a.editBook(func(b *book) {
			if acc, ok := b.Met[s.id]; ok {
				acc.Wipe = true
				b.Met[s.id] = acc
			}
		})
		return errors.Join(callback.Errorf(callback.CodeWipe, "this desk was told to forget everything; the customers' data is gone from it, but %s could not be sent yet", count(left.unsent, "record")).
			WithHint("connect it and run: ringback sync"), err)
	}
	c, err := a.clientAt(s.URL, s.token, s.PlainHTTP || a.settings.PlainHTTP, s.device, a.deskFolder(s))
	if err != nil {
		return err
	}
	if err := a.forget(s); err != nil {
		return err
	}
	lost := ""
	if left.drafts > 0 {
		lost = "; gone with it: " + remains{drafts: left.drafts}.words()
	}
	told := callback.Errorf(callback.CodeWipe, "this desk was told to forget everything, and has; what was recorded on it had been sent%s", lost)
	if err := c.SignOut(ctx, true); err != nil && callback.CodeOf(err) != callback.CodeConflict {
		return told.WithHint("the server could not be told that it is done")
	}
	return told
}

// lastPush sends what somebody's desk holds, as far as the server takes it, and
// removes the customers' data. It tells what is left.
func (a *app) lastPush(ctx context.Context, s session) (remains, error) {
	d, err := a.openDeskOf(s, 0)
	if err != nil {
		return remains{}, err
	}
	d.store.Flush()
	_, sent := d.syncer.Once(ctx)
	left, err := d.remains()
	if err = errors.Join(err, d.close()); err != nil {
		return remains{}, err
	}
	if code := callback.CodeOf(sent); sent != nil && left.unsent == 0 && code != callback.CodeWipe && code != callback.CodeUnreachable {
		return remains{}, sent
	}
	return left, store.WipeCache(a.deskFolder(s))
}

// forget removes everything that this machine keeps of somebody's desk: the
// keys first, so that what may be left of the files is unreadable.
func (a *app) forget(s session) error {
	dir := a.deskFolder(s)
	name := filepath.Base(dir)
	err := errors.Join(a.deskKey(dir).forget(), a.secrets().dropToken(s.id))
	if err != nil {
		return err
	}
	if err := store.Wipe(dir); err != nil {
		return err
	}
	// A passphrase that nothing needs any more is not asked for again.
	if names, err := a.secretNames(); err != nil || len(names) == 0 {
		if err := errors.Join(err, a.vaultOf().discard()); err != nil {
			return err
		}
	}
	return a.editBook(func(b *book) {
		delete(b.Met, s.id)
		delete(b.Desks, name)
		if b.Current == s.id {
			b.Current = ""
		}
	})
}

// signOut forgets who is signed in, but keeps what waits to be sent, sealed.
func (a *app) signOut(s session) error {
	if err := a.secrets().dropToken(s.id); err != nil {
		return err
	}
	if err := store.WipeCache(a.deskFolder(s)); err != nil {
		return err
	}
	return a.editBook(func(b *book) {
		delete(b.Met, s.id)
		if b.Current == s.id {
			b.Current = ""
		}
	})
}
