package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/client"
)

func (a *app) userPairCommand() *cobra.Command {
	var user string
	var yes, deny bool
	cmd := &cobra.Command{
		Use:   "pair CODE --user ID",
		Short: "Let the desk that shows a code sign in as somebody",
		Long: `Let the desk that shows a code sign in as somebody of your team. It first shows
which desk asks, and from where. Whoever you let in reads your customers' data: do
it only for a code that the person told you themselves, just now.`,
		Example: `ringback user pair BCDF-GHJK --user anna
ringback user pair BCDF-GHJK --deny`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (user == "") != deny {
				return callback.Errorf(callback.CodeInvalid, "whom the desk is for is not said").WithHint("add --user ID, or turn the desk away with --deny")
			}
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			asks, err := c.LookPairing(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			answer := callback.PairingAnswer{Code: args[0], User: user, Approve: !deny}
			if !deny && !yes {
				question := fmt.Sprintf("The desk %s at %s asked %s ago. Let it sign in as %s?",
					callback.Line(asks.Name), callback.Line(asks.Place), callback.Ago(a.now().Sub(asks.Asked)), callback.Line(user))
				if sure, err := a.confirm(question, false); err != nil {
					return err
				} else if !sure {
					a.sayf("Nothing was changed. To turn it away: ringback user pair %s --deny", callback.Line(args[0]))
					return nil
				}
			}
			had, err := a.desksOf(cmd.Context(), c, user, !deny)
			if err != nil {
				return err
			}
			if err := c.AnswerPairing(cmd.Context(), answer); err != nil {
				return err
			}
			if deny {
				return a.sayPaired(asks, user, false, false)
			}
			in := a.waitForDesk(cmd.Context(), c, user, asks.Name, had)
			return a.sayPaired(asks, user, true, in)
		},
	}
	f := cmd.Flags()
	f.StringVar(&user, "user", "", "whose desk it is")
	f.BoolVar(&deny, "deny", false, "turn the desk away")
	f.BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// signInPatience is how long a supervisor waits to see that the desk which they
// let in has signed in: it asks every few seconds.
const signInPatience = 20 * time.Second

// desksOf gives when somebody's desks were last seen, if that is of interest.
func (a *app) desksOf(ctx context.Context, c *client.Client, user string, wanted bool) (map[string]time.Time, error) {
	seen := map[string]time.Time{}
	if !wanted {
		return seen, nil
	}
	list, err := c.Devices(ctx, user)
	for _, d := range list.Devices {
		seen[d.ID] = d.Seen
	}
	return seen, err
}

// waitForDesk waits until a desk of that name has signed in, and tells whether it
// has.
func (a *app) waitForDesk(ctx context.Context, c *client.Client, user, name string, had map[string]time.Time) bool {
	ctx, cancel := context.WithTimeout(ctx, signInPatience)
	defer cancel()
	for {
		list, err := c.Devices(ctx, user)
		for _, d := range list.Devices {
			if before, known := had[d.ID]; err == nil && d.Name == name && (!known || d.Seen.After(before)) {
				return true
			}
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(time.Second):
		}
	}
}

func (a *app) sayPaired(asks callback.Pairing, user string, approved, in bool) error {
	desk, who := callback.Line(asks.Name), callback.Line(user)
	switch {
	case a.flags.asJSON:
		return a.printJSON(map[string]any{"desk": asks, "user": user, "approved": approved, "signed_in": in})
	case !approved:
		a.sayf("The desk %s was turned away.", desk)
	case in:
		a.sayf("The desk %s is let in as %s, and has signed in.", desk, who)
	default:
		a.sayf("The desk %s may sign in as %s, but has not done so yet. Is it still waiting? ringback user devices %s shows when it has.", desk, who, who)
	}
	return nil
}

func (a *app) userDevicesCommand() *cobra.Command {
	var accept string
	cmd := &cobra.Command{
		Use:   "devices [ID]",
		Short: "List the desks at which somebody is signed in (default: your own)",
		Long: `List the desks at which somebody is signed in. A desk "in use twice" has its folder
or its token in two places: sign it out if that is not meant, or say with --accept
that it may be, because its folder lies where two machines reach it.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			id := s.Me.ID
			if len(args) == 1 {
				id = args[0]
			}
			list, err := c.Devices(cmd.Context(), id)
			if err != nil {
				return err
			}
			if accept != "" {
				d, err := deviceIn(list, id, accept)
				if err != nil {
					return err
				}
				if err := c.AcceptDevice(cmd.Context(), id, d.ID); err != nil {
					return err
				}
				if list, err = c.Devices(cmd.Context(), id); err != nil {
					return err
				}
			}
			if a.flags.asJSON {
				return a.printJSON(list)
			}
			return a.sayDevices(list)
		},
	}
	cmd.Flags().StringVar(&accept, "accept", "", "this desk may be in use at two places")
	return cmd
}

func (a *app) sayDevices(list callback.DeviceList) error {
	w := a.table("DESK", "NAME", "FROM", "SIGNED IN (UTC)", "LAST SEEN", "")
	for _, d := range list.Devices {
		state := d.State()
		if wrong := d.Clock(a.now()); wrong != "" {
			state += ", " + wrong
		}
		if d.This {
			state += ", this one"
		}
		row(w, shortDevice(d.ID), callback.Line(d.Name), callback.Line(d.Place), onClock(d.Since), callback.Ago(a.now().Sub(d.Seen)), state)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if list.Unused > 0 {
		a.sayf("%s no desk has used: they wait for one, or serve programs.", count(list.Unused, "token"))
	}
	return nil
}

// shortDevice is the end of a device's id, enough to tell one from another.
func shortDevice(id string) callback.Text {
	clean := callback.Line(id)
	if r := []rune(clean.String()); len(r) > 12 {
		return callback.Line(string(r[len(r)-12:]))
	}
	return clean
}

// deviceIn finds a device by its id or the end of it.
func deviceIn(list callback.DeviceList, user, id string) (callback.Device, error) {
	var found []callback.Device
	for _, d := range list.Devices {
		if d.ID == id || strings.HasSuffix(d.ID, id) {
			found = append(found, d)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return callback.Device{}, callback.Errorf(callback.CodeNotFound, "%s has %s called %q", callback.Line(user), count(len(found), "desk"), callback.Line(id)).
		WithHint("see: ringback user devices %s", user)
}

func (a *app) userRevokeCommand() *cobra.Command {
	var device string
	var wipe bool
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Take somebody's access away, or one desk's, from the next request on",
		Long: `Take somebody's access away, or that of one of their desks, from the next request
on. What was recorded there and not sent yet stays on that desk, sealed, and is
sent after the same person has signed in there again.

With --wipe the desk sends what it holds and then forgets everything, as soon as
it comes near the server: the customers' data, the token and the key.`,
		Example: `ringback user revoke anna
ringback user revoke anna --device 7f3c2a91b0de --wipe`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			id := args[0]
			if device != "" {
				return a.revokeDevice(cmd.Context(), c, id, device, wipe)
			}
			if err := c.CloseUser(cmd.Context(), id, wipe); err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(map[string]any{"id": id, "revoked": true, "wipe": wipe})
			}
			a.sayf("%s can no longer sign in.", callback.Line(id))
			if wipe {
				a.sayf("Their desks forget everything at their next contact: ringback user devices %s", callback.Line(id))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&device, "device", "", "only this desk, by its id or the end of it")
	cmd.Flags().BoolVar(&wipe, "wipe", false, "have the desk forget everything, after it has sent what it holds")
	return cmd
}

func (a *app) revokeDevice(ctx context.Context, c *remoteClient, id, device string, wipe bool) error {
	list, err := c.Devices(ctx, id)
	if err != nil {
		return err
	}
	d, err := deviceIn(list, id, device)
	if err != nil {
		return err
	}
	if err := c.RevokeDevice(ctx, id, d.ID, wipe); err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"id": id, "device": d.ID, "revoked": true, "wipe": wipe})
	}
	a.sayf("The desk %s of %s is signed out.", callback.Line(d.Name), callback.Line(id))
	if wipe {
		a.sayf("It forgets everything at its next contact; it was seen %s ago.", callback.Ago(a.now().Sub(d.Seen).Round(time.Minute)))
	}
	return nil
}
