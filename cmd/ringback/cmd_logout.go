package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// goodbyePatience bounds how long a server that does not answer keeps somebody
// from leaving.
const goodbyePatience = 20 * time.Second

func (a *app) logoutCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "logout [AGENT]",
		Short: "Sign this desk out, and leave nothing readable behind",
		Long: `Send what waits, sign this desk out at the server, and remove the token and the
customers' data from this machine. What cannot be sent now is kept, sealed, and
sent after the same person has signed in here again; calls that were begun and
not saved are kept in the same way, and wait for them in the queue.

AGENT names somebody else who signed in at this machine. At a shared desk each
signs out at the end of their shift, and signs in at its start.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.someone(cmd.Context(), args)
			if err != nil {
				return err
			}
			left, err := a.sendFirst(cmd.Context(), s)
			if err != nil {
				return err
			}
			told := a.goodbye(cmd.Context(), s)
			if left.none() {
				err = a.forget(s)
			} else {
				err = a.signOut(s)
			}
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"id": s.Me.ID, "url": s.URL, "unsent": left.unsent, "drafts": left.drafts, "server_told": told})
			}
			a.sayf("%s is signed out.", callback.Line(s.Me.Name))
			if !left.none() {
				a.sayf("%s; kept here, sealed, until %s signs in at this desk again.", left.words(), callback.Line(s.Me.ID))
			}
			if !told {
				a.sayf("The server could not be told. If this desk leaves the house, have a supervisor sign it out: ringback user devices %s", callback.Line(s.Me.ID))
			}
			return nil
		},
	}
}

func (a *app) wipeCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "wipe [AGENT]",
		Short: "Remove everything this machine keeps of a desk",
		Long: `Remove everything this machine keeps of a desk: the customers' data, what was
recorded, the token and the key. It asks first, says what was not sent yet and
which calls were begun and not saved, and offers to send what can be. AGENT names somebody else who signed in at this machine.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.someone(cmd.Context(), args)
			if err != nil {
				return err
			}
			left, err := a.offerToSend(cmd.Context(), s, yes)
			if err != nil {
				return err
			}
			if !yes {
				if sure, err := a.confirm(wipeQuestion(s, left), false); err != nil {
					return err
				} else if !sure {
					a.sayf("Nothing was removed.")
					return nil
				}
			}
			a.goodbye(cmd.Context(), s)
			if err := a.forget(s); err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"id": s.Me.ID, "url": s.URL, "unsent": left.unsent, "drafts": left.drafts, "wiped": true})
			}
			a.sayf("The desk of %s is gone from this machine.", callback.Line(s.Me.Name))
			return nil
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask; what waits is sent if the server answers, and lost if not; calls that were not saved are lost")
	return cmd
}

// remains are what a desk holds that is nowhere else: records that were not sent
// yet, and calls that were begun and not saved, which no server takes. Of a desk
// that cannot be opened nobody knows what it holds.
type remains struct {
	unsent, drafts int
	unreadable     bool
}

func (r remains) none() bool { return r == remains{} }

// words name what remains, as the beginning of a sentence.
func (r remains) words() string {
	var parts []string
	if r.unsent > 0 {
		parts = append(parts, count(r.unsent, "record")+" not sent yet")
	}
	if r.drafts > 0 {
		parts = append(parts, count(r.drafts, "call")+" begun and not saved")
	}
	return strings.Join(parts, " and ")
}

func wipeQuestion(s session, left remains) string {
	who := callback.Line(s.Me.Name).String()
	switch {
	case left.unreadable:
		return "The desk of " + who + " cannot be opened. Remove it, and whatever it had not sent?"
	case !left.none():
		return left.words() + " will be LOST. Remove the desk of " + who + " all the same?"
	}
	return "Everything was sent. Remove the desk of " + who + " from this machine?"
}

// someone is who a command is about: whoever is signed in, or somebody else who
// signed in at this machine.
func (a *app) someone(ctx context.Context, args []string) (session, error) {
	if len(args) == 0 && a.settings.Token != "" {
		return a.session(ctx)
	}
	who := ""
	if len(args) > 0 {
		who = args[0]
	}
	b, err := a.readBook()
	if err != nil {
		return session{}, err
	}
	id, acc, ok := b.find(who)
	switch {
	case !ok && who == "":
		return session{}, notSignedIn()
	case !ok:
		return session{}, callback.Errorf(callback.CodeNotFound, "%q did not sign in at this machine", callback.Line(who))
	}
	token, err := a.secrets().get(tokenName(id))
	if callback.CodeOf(err) == callback.CodeKey {
		// Whoever forgot the passphrase may still wipe the desk.
		a.notef("%s", callback.Line(err.Error()))
	} else if err != nil && !errors.Is(err, errNoSecret) {
		return session{}, err
	}
	return a.sit(b, id, acc, token), nil
}

// sendFirst sends what somebody's desk holds, as far as that is possible, and
// tells what is left. There may be no desk yet.
func (a *app) sendFirst(ctx context.Context, s session) (remains, error) {
	return a.remainsOf(s, func(d *desk) {
		stats, err := d.store.Stats()
		if err != nil || stats.Pending == 0 || s.token == "" {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, goodbyePatience)
		defer cancel()
		d.store.Flush()
		_, _ = d.syncer.Once(ctx) // what is left says how it went
	})
}

// waiting tells what somebody's desk holds that is nowhere else.
func (a *app) waiting(s session) (remains, error) {
	return a.remainsOf(s, func(*desk) {})
}

// remainsOf opens somebody's desk, has something done at it, and tells what
// remains on it then.
func (a *app) remainsOf(s session, first func(*desk)) (remains, error) {
	if !a.deskExists(s.Folder) {
		return remains{}, nil
	}
	d, err := a.openDeskOf(s, 0)
	if err != nil {
		return remains{}, err
	}
	first(d)
	left, err := d.remains()
	return left, errors.Join(err, d.close())
}

func (d *desk) remains() (remains, error) {
	stats, err := d.store.Stats()
	if err != nil {
		return remains{}, err
	}
	drafts, err := d.store.Drafts()
	return remains{unsent: stats.Pending, drafts: len(drafts)}, err
}

// offerToSend says what waits and sends it, unless the person does not want to.
// A desk that cannot be opened is unreadable.
func (a *app) offerToSend(ctx context.Context, s session, yes bool) (remains, error) {
	left, err := a.waiting(s)
	if code := callback.CodeOf(err); code == callback.CodeKey || code == callback.CodeDamaged {
		a.notef("%s", callback.Line(err.Error()))
		return remains{unreadable: true}, nil
	}
	if err != nil || left.unsent == 0 {
		return left, err
	}
	if !yes {
		send, err := a.confirm(count(left.unsent, "record")+" not sent yet. Send first?", true)
		if err != nil || !send {
			return left, err
		}
	}
	left, err = a.sendFirst(ctx, s)
	if err == nil && left.unsent > 0 {
		a.notef("%s could not be sent.", count(left.unsent, "record"))
	}
	return left, err
}

// goodbye signs a desk out at the server, and tells whether that was possible.
func (a *app) goodbye(ctx context.Context, s session) bool {
	if s.token == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, goodbyePatience)
	defer cancel()
	c, err := a.clientAt(s.URL, s.token, s.PlainHTTP || a.settings.PlainHTTP, s.device, a.deskFolder(s))
	if err != nil {
		return false
	}
	err = c.SignOut(ctx, false)
	if callback.CodeOf(err) == callback.CodeWipe {
		err = c.SignOut(ctx, true)
	}
	return err == nil || callback.CodeOf(err).Denies()
}
