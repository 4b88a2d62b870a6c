package main

import (
	"context"
	"errors"
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
sent after the same person has signed in here again.

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
			if left == 0 {
				err = a.forget(s)
			} else {
				err = a.signOut(s)
			}
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"id": s.Me.ID, "url": s.URL, "unsent": left, "server_told": told})
			}
			a.sayf("%s is signed out.", callback.Line(s.Me.Name))
			if left > 0 {
				a.sayf("%s not sent yet; kept here, sealed, until %s signs in at this desk again.", count(left, "record"), callback.Line(s.Me.ID))
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
recorded, the token and the key. It asks first, says what was not sent yet, and
offers to send it. AGENT names somebody else who signed in at this machine.`,
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
				return a.printJSON(map[string]any{"id": s.Me.ID, "url": s.URL, "unsent": max(0, left), "wiped": true})
			}
			a.sayf("The desk of %s is gone from this machine.", callback.Line(s.Me.Name))
			return nil
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask; what waits is sent if the server answers, and lost if not")
	return cmd
}

// unreadable stands for the number of records of a desk that cannot be opened.
const unreadable = -1

func wipeQuestion(s session, left int) string {
	who := callback.Line(s.Me.Name).String()
	switch {
	case left == unreadable:
		return "The desk of " + who + " cannot be opened. Remove it, and whatever it had not sent?"
	case left > 0:
		return count(left, "record") + " not sent yet will be LOST. Remove the desk of " + who + " all the same?"
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
// tells how much is left. There may be no desk yet.
func (a *app) sendFirst(ctx context.Context, s session) (left int, err error) {
	if !a.deskExists(s.Folder) {
		return 0, nil
	}
	d, err := a.openDeskOf(s, 0)
	if err != nil {
		return 0, err
	}
	stats, err := d.store.Stats()
	if err == nil && stats.Pending > 0 && s.token != "" {
		ctx, cancel := context.WithTimeout(ctx, goodbyePatience)
		defer cancel()
		d.store.Flush()
		_, _ = d.syncer.Once(ctx) // what is left says how it went
		stats, err = d.store.Stats()
	}
	return stats.Pending, errors.Join(err, d.close())
}

// offerToSend says what waits and sends it, unless the person does not want to.
// A desk that cannot be opened has unreadable records.
func (a *app) offerToSend(ctx context.Context, s session, yes bool) (left int, err error) {
	left, err = a.waiting(s)
	if code := callback.CodeOf(err); code == callback.CodeKey || code == callback.CodeDamaged {
		a.notef("%s", callback.Line(err.Error()))
		return unreadable, nil
	}
	if err != nil || left == 0 {
		return left, err
	}
	if !yes {
		send, err := a.confirm(count(left, "record")+" not sent yet. Send first?", true)
		if err != nil || !send {
			return left, err
		}
	}
	left, err = a.sendFirst(ctx, s)
	if err == nil && left > 0 {
		a.notef("%s could not be sent.", count(left, "record"))
	}
	return left, err
}

// waiting counts what somebody's desk has not sent.
func (a *app) waiting(s session) (int, error) {
	if !a.deskExists(s.Folder) {
		return 0, nil
	}
	d, err := a.openDeskOf(s, 0)
	if err != nil {
		return 0, err
	}
	stats, err := d.store.Stats()
	return stats.Pending, errors.Join(err, d.close())
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
