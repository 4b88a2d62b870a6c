package main

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/ui"
)

// lookFlags are the flags of the full-screen desk.
func (a *app) lookFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.String("theme", "auto", "colours: auto, dark, light or ansi")
	f.Bool("calm", false, "no animation")
	f.Bool("no-mouse", false, "leave the mouse to the terminal")
}

// runDesk opens the full-screen desk.
func (a *app) runDesk(cmd *cobra.Command, _ []string) error {
	if !a.interactive() {
		if err := cmd.Help(); err != nil {
			return err
		}
		return callback.Errorf(callback.CodeInvalid, "the desk needs a terminal").
			WithHint("in scripts use its commands, such as: ringback queue --json")
	}
	return a.showDesk(cmd.Context(), undoWindow)
}

// gcPercent trades a little work for memory: a desk stays open all day, and
// most of what it holds is a queue that does not change. While it opens, all
// work is for the first frame; what that leaves behind is collected after.
const (
	gcOpening = 400
	gcPercent = 20
	gcPause   = 200 * time.Millisecond
)

// showDesk runs the screens with the syncer behind them until the person
// quits, then sends what still waits.
func (a *app) showDesk(ctx context.Context, holdBack time.Duration) error {
	debug.SetGCPercent(gcOpening)
	d, err := a.openDesk(ctx, holdBack)
	if err != nil {
		return err
	}
	tidy := time.AfterFunc(gcPause, func() { debug.SetGCPercent(gcPercent) })
	defer tidy.Stop()
	ctx, cancel := context.WithCancel(ctx)
	bell, stopBell := d.store.Listen()
	var running sync.WaitGroup
	running.Go(func() { d.syncer.Run(ctx) })
	running.Go(func() { d.sendWhenDue(ctx, holdBack) })
	var ordered error
	running.Go(func() {
		select {
		case ordered = <-d.order:
			cancel() // this desk is to be wiped
		case <-ctx.Done():
		}
	})
	running.Go(func() { a.refresh(ctx, d) })
	taken := newPacks(a, d)
	running.Go(func() { taken.run(ctx) })
	line := newLine(ctx, a, d)
	err = ui.Run(ctx, ui.Options{
		Desk: d.store, Agenda: d.store, Drafts: d.store, Link: &link{desk: d}, Packs: taken, Line: line, Porter: porterOf(d), Bell: bell,
		Me: d.Me, Zone: time.Local, Region: strings.ToUpper(a.settings.Region), Now: a.now, Instant: a.instant, NewID: a.newID, Look: a.look(),
	})
	line.releaseAll()
	cancel()
	running.Wait()
	stopBell()
	if ordered != nil {
		return errors.Join(ordered, err, d.close())
	}
	return errors.Join(err, a.lastSend(d), d.close())
}

// refresh asks the server who the agent is now: their name, role or team may
// have changed. The next start shows it.
func (a *app) refresh(ctx context.Context, d *desk) {
	me, err := d.client.Me(ctx)
	if err != nil || me.ID != d.Me.ID || me.Name == d.Me.Name && me.Role == d.Me.Role && me.Team == d.Me.Team {
		return
	}
	err = a.editBook(func(b *book) {
		if acc, ok := b.Met[d.id]; ok {
			acc.Me = me
			b.Met[d.id] = acc
		}
	})
	if err != nil {
		a.noteFault(err)
	}
}

// sendWhenDue tells the syncer about what was recorded: at once, since some
// facts must not wait, and again when the time to take it back is over.
func (d *desk) sendWhenDue(ctx context.Context, holdBack time.Duration) {
	bell, stop := d.store.Listen()
	defer stop()
	due := time.NewTimer(0)
	defer due.Stop()
	waiting := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-due.C:
			d.syncer.Nudge()
			continue
		case <-bell:
		}
		stats, err := d.store.Stats()
		if err != nil {
			continue
		}
		if stats.Pending > waiting {
			d.syncer.Nudge()
			due.Reset(holdBack + 100*time.Millisecond)
		}
		waiting = stats.Pending
	}
}

// lastSendPatience bounds how long quitting may wait for the server.
const lastSendPatience = 2 * time.Second

// lastSend offers what is left in the outbox to the server on the way out. It
// is only a courtesy: what is not sent now is sent at the next start.
func (a *app) lastSend(d *desk) error {
	stats, err := d.store.Stats()
	if err != nil || stats.Pending == 0 {
		return err
	}
	d.store.Flush()
	ctx, cancel := context.WithTimeout(context.Background(), lastSendPatience)
	defer cancel()
	if _, err := d.syncer.Once(ctx); err != nil {
		left, serr := d.store.Stats()
		if serr == nil && left.Pending > 0 {
			a.notef("%d saved on this machine and not sent yet; they go out at the next start or with: ringback sync", left.Pending)
		}
		return serr
	}
	return nil
}

func (a *app) look() ui.Look {
	return ui.Look{
		Theme: a.settings.Theme, NoColor: a.env("NO_COLOR") != "", Calm: a.settings.Calm,
		NoMouse: !a.settings.Mouse, Environ: a.environ,
	}
}
