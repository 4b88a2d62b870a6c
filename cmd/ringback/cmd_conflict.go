package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) conflictCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conflict",
		Short: "Settle what does not go together: two facts on one case, or an event that was refused",
		Long: `Settle what does not go together. When two people worked one case without knowing
of each other, both facts stay on record and one of them leads. Whoever stated
the other, and every supervisor, finds the two here until one of them settles it:
what leads stays, or the other leads from now on. Nothing is rewritten.`,
	}
	cmd.AddCommand(
		a.conflictListCommand(),
		a.conflictShowCommand(),
		a.amendCommand(callback.ActKeep, "keep EVENT", "What leads is right; the other stays on record beside it", false),
		a.amendCommand(callback.ActAsk, "ask EVENT", "Ask a supervisor to let your fact lead", true),
		a.amendCommand(callback.ActLead, "lead EVENT", "Let the other fact lead from now on (supervisors)", true),
		a.conflictSeenCommand(),
		a.conflictRetryCommand(),
	)
	return cmd
}

// supervises tells whether the person decides for others.
func (d *desk) supervises() bool {
	return d.Me.Role == callback.RoleSupervisor || d.Me.Role == callback.RoleAdmin
}

func (a *app) conflictListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List what is to be settled, the most urgent first",
		Long:  "List what is to be settled: your own facts that do not lead or were refused; for supervisors, everybody's.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error {
				list, err := d.store.Matters(d.supervises())
				if err != nil {
					return err
				}
				if a.flags.asJSON {
					return a.printKnown(d, map[string]any{"conflicts": list})
				}
				return a.sayMatters(d, list)
			})
		},
	}
}

func (a *app) sayMatters(d *desk, list []callback.Matter) error {
	if len(list) == 0 {
		a.sayNone(d, "There is nothing to settle.")
		return nil
	}
	names, err := d.names()
	if err != nil {
		return err
	}
	w := a.table("EVENT", "WHAT", "CUSTOMER", "STATED BY", "LEADS", "WHEN")
	for _, m := range list {
		row(w, shortID(m.EventID), m.Title(), callback.Line(m.Customer), nameOf(names, m.Stated.By), nameOf(names, m.Leads.By), a.stamp(m.Stated.At))
	}
	return w.Flush()
}

// nameOf gives a colleague's name, or their id.
func nameOf(names map[string]string, id string) callback.Text {
	if n := names[id]; n != "" {
		return callback.Line(n)
	}
	return callback.Line(id)
}

// stamp says a time in the agent's zone, with its year where that is another.
func (a *app) stamp(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Local().Year() != a.now().Local().Year():
		return t.Local().Format("2 Jan 2006 15:04")
	}
	return t.Local().Format("2 Jan 15:04")
}

// matter finds the matter that a person means by an event's id, or the beginning or end of it.
func (d *desk) matter(id string) (callback.Matter, error) {
	list, err := d.store.Matters(d.supervises())
	if err != nil {
		return callback.Matter{}, err
	}
	var hits []callback.Matter
	for _, m := range list {
		if means(id, m.EventID) {
			hits = append(hits, m)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return callback.Matter{}, callback.Errorf(callback.CodeNotFound, "nothing to settle is called %q", callback.Line(id).String()).
			WithHint("see: ringback conflict list")
	}
	return callback.Matter{}, callback.Errorf(callback.CodeInvalid, "%d events begin or end with %s", len(hits), callback.Line(id)).
		WithHint("give more of the id; ringback conflict list --json has them whole")
}

func (a *app) conflictShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show EVENT",
		Short: "Show both versions: what was stated, what leads, and why",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				m, err := d.matter(args[0])
				if err != nil {
					return err
				}
				if a.flags.asJSON {
					return a.printJSON(m)
				}
				return a.sayMatter(d, m)
			})
		},
	}
}

func (a *app) sayMatter(d *desk, m callback.Matter) error {
	names, err := d.names()
	if err != nil {
		return err
	}
	a.sayf("%s: %s", callback.Line(m.Customer), m.Title())
	a.sayf("%s", callback.Line(m.Why()))
	if m.Detail != "" {
		a.sayf("The server says: %s", callback.Line(m.Detail))
	}
	for _, side := range []struct {
		head string
		s    callback.Side
	}{{"Stated", m.Stated}, {"Leads", m.Leads}} {
		if side.s.Empty() {
			continue
		}
		a.sayf("")
		a.sayf("%s: %s, %s", side.head, nameOf(names, side.s.By), a.stamp(side.s.At))
		for _, p := range side.s.Points {
			a.sayf("  %s: %s", p.Label, strings.TrimSpace(callback.Line(p.Text).String()+" "+a.stamp(p.At)))
		}
	}
	for _, am := range []*callback.Amendment{m.Asked, m.Settled} {
		if am != nil {
			a.sayf("")
			a.sayf("%s %s on %s: %s", nameOf(names, am.By), map[callback.Act]string{
				callback.ActAsk: "asked", callback.ActKeep: "kept what leads", callback.ActLead: "let it lead",
			}[am.Act], a.stamp(am.At), callback.Line(am.Reason))
		}
	}
	return nil
}

// amendCommand makes one of the commands that settle a conflict.
func (a *app) amendCommand(act callback.Act, use, short string, why bool) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Long:  short + ". EVENT is its id, or six or more characters of its beginning or end, as\n\"ringback conflict list\" shows it.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error { return a.amend(cmd.Context(), d, args[0], act, reason) })
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for whoever reads it later")
	if why {
		_ = cmd.MarkFlagRequired("reason") // the flag is there
	}
	return cmd
}

func (a *app) amend(_ context.Context, d *desk, id string, act callback.Act, reason string) error {
	m, err := d.matter(id)
	if err != nil {
		return err
	}
	may := map[callback.Act]bool{callback.ActKeep: m.May.Keep, callback.ActAsk: m.May.Ask, callback.ActLead: m.May.Lead}
	if !may[act] {
		return callback.Errorf(callback.CodeForbidden, "this one is not yours to settle that way: %s", m.Title()).
			WithHint("see what it is: ringback conflict show %s", shortID(m.EventID))
	}
	saved, err := d.store.Record(callback.Fact{
		CaseID: m.CaseID, Fence: m.Fence,
		Payload: &callback.EventAmended{EventID: m.EventID, Act: act, Over: m.Leads.EventID, Reason: reason},
	})
	if err != nil {
		return err
	}
	if m.Journal && act == callback.ActKeep {
		if err := d.store.MarkSeen(m.EventID); err != nil {
			return err
		}
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{"event_id": saved.EventID, "saved": true, "settles": m.EventID, "act": act, "case_id": m.CaseID})
	}
	a.sayf("Saved on this machine: %s. It goes out with: ringback sync", map[callback.Act]string{
		callback.ActKeep: "what leads stays", callback.ActAsk: "a supervisor is asked", callback.ActLead: "the other leads",
	}[act])
	return nil
}

func (a *app) conflictSeenCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "seen EVENT",
		Short: "Put away what needs no decision, as read",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				m, err := d.matter(args[0])
				if err != nil {
					return err
				}
				if !m.May.See {
					return callback.Errorf(callback.CodeForbidden, "this one is to be settled, not put away: %s", m.Title()).
						WithHint("ringback conflict keep %s settles it", shortID(m.EventID))
				}
				return d.store.MarkSeen(m.EventID)
			})
		},
	}
}

func (a *app) conflictRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retry EVENT",
		Short: "Offer a refused event to the server again, for when the cause is mended",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				m, err := d.matter(args[0])
				if err != nil {
					return err
				}
				if err := d.store.Requeue(m.EventID); err != nil {
					return err
				}
				a.sayf("It is offered to the server again with: ringback sync")
				return nil
			})
		},
	}
}
