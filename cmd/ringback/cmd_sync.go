package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) syncCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sync",
		Short: "Send what waits and fetch what is new",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				d.store.Flush()
				stop := a.progress(d)
				r, err := syncOnce(cmd.Context(), d)
				stop()
				if r.Copied {
					a.notef("%s", copiedWords)
				}
				if err == nil {
					err = newPacks(a, d).giveBack(cmd.Context())
				}
				if a.flags.asJSON {
					if perr := a.printJSON(r); perr != nil {
						return perr
					}
					return err
				}
				if err != nil {
					if r.Pending > 0 {
						a.notef("%d saved on this machine and not sent yet; nothing is lost", r.Pending)
					}
					return err
				}
				a.sayf("Sent: %d. Fetched: %d. Still to send: %d. Refused: %d.", r.Pushed, r.Pulled, r.Pending, r.Quarantined)
				return nil
			})
		},
	}
}

// syncOnce sends and fetches. A desk that has destroyed what was erased says so
// with its next request: that one is made at once, since a command makes no
// other, and whoever erased waits for the word.
func syncOnce(ctx context.Context, d *desk) (callback.SyncReport, error) {
	before, err := d.store.Position()
	if err != nil {
		return callback.SyncReport{}, err
	}
	r, err := d.syncer.Once(ctx)
	if err != nil {
		return r, err
	}
	after, err := d.store.Position()
	if err != nil || after.Erased <= before.Erased {
		return r, err
	}
	more, err := d.syncer.Once(ctx)
	more.Pushed, more.Pulled, more.Copied = more.Pushed+r.Pushed, more.Pulled+r.Pulled, more.Copied || r.Copied
	return more, err
}

// copiedWords say what a copied folder means.
const copiedWords = "another copy of this desk's folder is in use: what both recorded is kept, each once; work with one of them only"

// progress shows on standard error what a sync longer than a second is doing,
// if a person is watching.
func (a *app) progress(d *desk) (stop func()) {
	if a.flags.asJSON || !isTerminal(a.err) {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(time.Second)
		defer t.Stop()
		shown := false
		for {
			select {
			case <-ctx.Done():
				if shown {
					a.notef("")
				}
				return
			case <-t.C:
				if s := d.syncer.Status(); s.Busy != "" {
					shown = true
					writeProgress(a.err, s)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say who is signed in, what waits, and whether the server answers",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error { return a.status(cmd.Context(), d) })
		},
	}
}

// statusReport is what `ringback status --json` prints.
type statusReport struct {
	Online      bool      `json:"online"`
	Pending     int       `json:"pending"`
	Quarantined int       `json:"quarantined"`
	Shadowed    int       `json:"shadowed"`
	Drafts      int       `json:"drafts"`
	Open        int       `json:"open"`
	Ready       int       `json:"ready"`
	URL         string    `json:"url"`
	Me          meJSON    `json:"me"`
	LastContact time.Time `json:"last_contact,omitzero"`
	// FetchedAt is when what the desk knows was fetched; null if never.
	FetchedAt *time.Time `json:"fetched_at"`
	// Measured is when this machine's clock was last compared with the
	// server's, and Skew how far it was behind; no time if it never was.
	Measured time.Time     `json:"clock_measured_at,omitzero"`
	Skew     time.Duration `json:"skew_ns,omitempty"`
	Oldest   time.Time     `json:"oldest_pending,omitzero"`
	Refused  time.Time     `json:"oldest_refused,omitzero"`
	Problem  string        `json:"problem,omitempty"`
	Data     string        `json:"data"`
	NoRoom   bool          `json:"no_room,omitempty"`
}

// meJSON is who is signed in, and what their server said of itself; what it has
// not said yet is null.
type meJSON struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Role       callback.UserRole `json:"role"`
	Team       string            `json:"team"`
	Epoch      *string           `json:"epoch"`
	Version    *string           `json:"version"`
	Schema     *int              `json:"schema"`
	ServerTime *time.Time        `json:"server_time"`
}

func meReport(me callback.Me) meJSON {
	return meJSON{
		ID: me.ID, Name: me.Name, Role: me.Role, Team: me.Team,
		Epoch: orNull(me.Epoch), Version: orNull(me.Version), Schema: orNull(me.Schema), ServerTime: orNull(me.ServerTime),
	}
}

// orNull gives nil for what is not known.
func orNull[T comparable](v T) *T {
	var unknown T
	if v == unknown {
		return nil
	}
	return &v
}

// pingPatience bounds how long status waits for the server.
const pingPatience = 3 * time.Second

func (a *app) status(ctx context.Context, d *desk) error {
	stats, err := d.store.Stats()
	if err != nil {
		return err
	}
	if err := d.store.WaitOrder(ctx); err != nil {
		return err
	}
	page, err := d.store.Queue(callback.QueueQuery{Limit: 1})
	if err != nil {
		return err
	}
	drafts, err := d.store.Drafts()
	if err != nil {
		return err
	}
	r := statusReport{
		Pending: stats.Pending, Quarantined: stats.Quarantined, Shadowed: stats.Shadowed, Drafts: len(drafts),
		Open: page.Open, Ready: page.Ready, URL: d.URL, Me: meReport(d.Me), Oldest: stats.Oldest, Refused: stats.OldestRefused, Data: a.deskFolder(d.session),
		LastContact: d.store.LastContact(), FetchedAt: d.fetchedAt(), NoRoom: stats.NoRoom,
	}
	r.Skew, r.Measured = d.store.Measured()
	ping, cancel := context.WithTimeout(ctx, pingPatience)
	defer cancel()
	if me, err := d.client.Me(ping); err != nil {
		r.Problem = callback.Line(err.Error()).String()
	} else {
		r.Online, r.Me = true, meReport(me)
	}
	if a.flags.asJSON {
		return a.printJSON(r)
	}
	a.sayStatus(r, d.ageWords(a.now()))
	return nil
}

func (a *app) sayStatus(r statusReport, age string) {
	a.sayf("%s (%s, team %s) at %s", callback.Line(r.Me.Name), r.Me.Role, callback.Line(r.Me.Team), r.URL)
	switch {
	case r.Online:
		a.sayf("The server answers.")
	default:
		a.sayf("Offline: %s", r.Problem)
	}
	if !r.LastContact.IsZero() {
		a.sayf("Last contact %s ago.", callback.Ago(a.now().Sub(r.LastContact)))
	}
	if words := clockWords(r, a.now()); words != "" {
		a.sayf("%s", words)
	}
	if age != "" {
		a.sayf("Note: %s", age)
	}
	if r.FetchedAt != nil {
		a.sayf("%s, %d to call now.", count(r.Open, "open case"), r.Ready)
	}
	a.sayf("To send: %d. Refused: %d. Kept beside another result: %d. Unfinished calls: %d.", r.Pending, r.Quarantined, r.Shadowed, r.Drafts)
	if !r.Refused.IsZero() {
		a.sayf("The oldest refused one is from %s ago; a supervisor finds it in: ringback quarantine list", callback.Ago(a.now().Sub(r.Refused)))
	}
	if r.NoRoom {
		a.sayf("The disk is full: make room before the next call.")
	}
	a.sayf("Folder: %s", r.Data)
}

// clockWords say by which clock times are told, where that is not the server's.
func clockWords(r statusReport, now time.Time) string {
	side := "behind"
	if r.Skew < 0 {
		side = "ahead of"
	}
	switch ago := callback.Ago(now.Sub(r.Measured)); {
	case r.Measured.IsZero():
		return "Times are by this machine's clock: it has not been compared with the server's yet; a sync does that."
	case r.Skew.Abs() >= 2*time.Second:
		return "This machine's clock was " + callback.Ago(r.Skew.Abs()) + " " + side + " the server's " + ago + " ago; times are corrected by that."
	case !r.Online:
		return "Times are by this machine's clock, compared with the server's " + ago + " ago."
	}
	return ""
}
