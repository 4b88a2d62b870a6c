package main

import (
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
	"ringback/ui"
)

// journalJSON is one record in `ringback journal --json`.
type journalJSON struct {
	EventID  string                `json:"event_id"`
	Kind     callback.EventKind    `json:"kind"`
	What     string                `json:"what"`
	CaseID   string                `json:"case_id"`
	Customer string                `json:"customer"`
	At       time.Time             `json:"at"`
	State    callback.JournalState `json:"state"`
	// Why is said of what was refused, or stands beside another fact.
	Why string `json:"why,omitempty"`
}

func (a *app) journalCommand() *cobra.Command {
	var limit int
	var waiting bool
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "List what was recorded at this desk, the latest first, and what became of it",
		Long: `List what was recorded at this desk, the latest first, and what became of it. What
still waits to be sent can be taken back: ringback undo EVENT.`,
		Example: `ringback journal --waiting
ringback journal --limit 0 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				list, err := d.journal(waiting, limit)
				if err != nil {
					return err
				}
				if a.flags.asJSON {
					return a.printJSON(map[string]any{"records": list})
				}
				return a.sayJournal(list)
			})
		},
	}
	usage.Limit(cmd, &limit, 0, 20, "at most so many (0: all that the desk keeps)")
	cmd.Flags().BoolVar(&waiting, "waiting", false, "only what was not sent yet")
	return cmd
}

// everything is more records than a desk ever keeps.
const everything = 1 << 30

// journal gives the desk's records, the latest first; a limit of 0 means all.
func (d *desk) journal(waiting bool, limit int) ([]journalJSON, error) {
	ask := limit
	if waiting || limit == 0 {
		ask = everything
	}
	entries, err := d.store.Journal(ask)
	if err != nil {
		return nil, err
	}
	out := []journalJSON{}
	for _, e := range entries {
		if waiting && e.State != callback.Waiting {
			continue
		}
		if limit > 0 && len(out) == limit {
			break
		}
		one := journalJSON{
			EventID: e.Event.ID, Kind: e.Event.Kind, What: ui.EventWords(e.Event).String(), CaseID: e.Event.CaseID,
			Customer: e.Customer, At: e.Event.At, State: e.State,
		}
		if r := e.Receipt; r != nil && r.Reason != "" {
			one.Why = refusedWords(r.Reason, r.Detail).String()
		}
		out = append(out, one)
	}
	return out, nil
}

func (a *app) sayJournal(list []journalJSON) error {
	if len(list) == 0 {
		a.sayf("Nothing is in this desk's journal.")
		return nil
	}
	w := a.table("EVENT", "RECORDED", "CASE", "CUSTOMER", "WHAT", "STATE")
	undo := false
	for _, r := range list {
		undo = undo || r.State == callback.Waiting
		state := journalWords(r.State)
		if r.Why != "" {
			state += ": " + r.Why
		}
		row(w, callback.Line(r.EventID), a.stamp(r.At), shortID(r.CaseID), callback.Line(r.Customer), callback.Line(r.What), callback.Line(state))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if undo {
		a.sayf("What waits to be sent can be taken back: ringback undo EVENT")
	}
	return nil
}

// journalWords says where a record stands.
func journalWords(s callback.JournalState) string {
	switch s {
	case callback.Waiting:
		return "waits to be sent"
	case callback.Sent:
		return "sent, not answered"
	case callback.Settled:
		return "received"
	case callback.InShadow:
		return "kept beside another"
	case callback.Quarantined:
		return "refused"
	case callback.Withdrawn:
		return "undone"
	}
	return string(s)
}
