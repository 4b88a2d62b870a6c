package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/cmd/usage"
)

func (a *app) queueCommand() *cobra.Command {
	var limit int
	var filter string
	var ready, explain, why bool
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "List the cases to call, the next one first",
		Example: `ringback queue
ringback queue --filter madrid --explain
ringback queue --why
ringback queue --json | jq '.cases[0]'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error {
				// A screen may begin with the first rows as they were last known; a
				// script needs the whole order of now.
				if err := d.store.WaitOrder(cmd.Context()); err != nil {
					return err
				}
				if why {
					return a.sayWhy(cmd.Context(), d)
				}
				page, err := d.store.Queue(callback.QueueQuery{Filter: filter, Limit: limit})
				if err != nil {
					return err
				}
				if ready {
					page.Rows = onlyReady(page.Rows)
				}
				if explain {
					if err := explainRows(d, page.Rows); err != nil {
						return err
					}
				}
				if a.flags.asJSON {
					return a.printKnown(d, queueReport(page))
				}
				names, err := d.names()
				if err != nil {
					return err
				}
				return a.sayQueue(d, page, names, explain)
			})
		},
	}
	f := cmd.Flags()
	usage.Limit(cmd, &limit, 1, 100, "at most so many cases")
	f.StringVar(&filter, "filter", "", "only cases that hold these words")
	f.BoolVar(&ready, "ready", false, "only cases that can be called now")
	f.BoolVar(&explain, "explain", false, "show what makes up each place in the queue")
	f.BoolVar(&why, "why", false, "say what the cases that cannot be called wait for, instead of listing them")
	return cmd
}

func onlyReady(rows []callback.QueueRow) []callback.QueueRow {
	out := rows[:0:0]
	for _, r := range rows {
		if r.Ready {
			out = append(out, r)
		}
	}
	return out
}

func explainRows(d *desk, rows []callback.QueueRow) error {
	for i := range rows {
		factors, err := d.store.Explain(rows[i].ID)
		if err != nil {
			return err
		}
		rows[i].Factors = factors
	}
	return nil
}

// queueJSON is a row of `ringback queue --json`: score is what the customer
// gave, points what the serving order computed.
type queueJSON struct {
	ID       string         `json:"id"`
	Customer string         `json:"customer"`
	Account  string         `json:"account,omitempty"`
	Phone    string         `json:"phone"`
	Zone     string         `json:"zone,omitempty"`
	Language string         `json:"language,omitempty"`
	Kind     callback.Kind  `json:"kind"`
	State    callback.State `json:"state"`
	Score    *int           `json:"score"`
	Tier     callback.Tier  `json:"tier"`
	TierName string         `json:"tier_name"`
	Points   float64        `json:"points"`
	// Early tells of an agreed call that its time has not come yet.
	Early    bool              `json:"early,omitempty"`
	Due      time.Time         `json:"due"`
	Ready    bool              `json:"ready"`
	Wait     string            `json:"wait,omitempty"`
	At       time.Time         `json:"at,omitzero"`
	Attempts int               `json:"attempts"`
	Product  string            `json:"product,omitempty"`
	Comment  string            `json:"comment,omitempty"`
	Pending  bool              `json:"pending,omitempty"`
	Factors  []callback.Factor `json:"factors,omitempty"`
}

type queuePageJSON struct {
	Cases []queueJSON `json:"cases"`
	Open  int         `json:"open"`
	Ready int         `json:"ready"`
	AsOf  time.Time   `json:"as_of"`
}

func queueReport(page callback.QueuePage) queuePageJSON {
	out := queuePageJSON{Cases: []queueJSON{}, Open: page.Open, Ready: page.Ready, AsOf: page.AsOf}
	for _, r := range page.Rows {
		out.Cases = append(out.Cases, queueJSON{
			ID: r.ID, Customer: r.Customer, Account: r.Account, Phone: r.Phone, Zone: r.Zone, Language: r.Language, Kind: r.Kind, State: r.State,
			Score: r.Value, Tier: r.Tier, TierName: r.Tier.Words(), Points: r.Points, Early: r.Early, Due: r.Due, Ready: r.Ready, Wait: r.Wait,
			At: r.At, Attempts: r.Attempts, Product: r.Product, Comment: r.Comment, Pending: r.Pending, Factors: r.Factors,
		})
	}
	return out
}

func (a *app) sayQueue(d *desk, page callback.QueuePage, names map[string]string, explain bool) error {
	if len(page.Rows) == 0 {
		a.sayNone(d, "%s", emptyQueue(page, a.now()))
		return nil
	}
	w := a.table("ID", "KIND", "SCORE", "CUSTOMER", "PHONE", "DUE", "TRIES", "NOW")
	for _, r := range page.Rows {
		now := turnWords(r, a.now(), names)
		row(w, shortID(r.ID), r.Kind, scoreText(r.Value), callback.Line(r.Customer), callback.Line(r.Phone),
			dueText(r.Due, a.now()), r.Attempts, callback.Line(now))
		if explain {
			row(w, "", "", "", "  "+r.Tier.Words(), "", "", "", earlyWords(r))
		}
		for _, f := range r.Factors {
			row(w, "", "", "", fmt.Sprintf("  %s %.2f × %+.0f", f.Name, f.Input, f.Weight), fmt.Sprintf("%+.1f", f.Points))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.sayf("%d of %d open cases can be called now.", page.Ready, page.Open)
	return nil
}

// earlyWords say of an agreed call that may be made already why it stands
// behind others of its tier.
func earlyWords(r callback.QueueRow) string {
	if !r.Ready || !r.Early {
		return ""
	}
	return "the agreed time has not come: behind those that are due"
}

func emptyQueue(page callback.QueuePage, now time.Time) string {
	switch {
	case page.Open == 0:
		return "No case of the team is open."
	case page.Total == 0:
		return fmt.Sprintf("None of the %d open cases match.", page.Open)
	case !page.NextAt.IsZero():
		return fmt.Sprintf("Nothing can be called now; the next in %s (%s).", callback.Ago(page.NextAt.Sub(now)), callback.Line(page.NextWait))
	}
	return fmt.Sprintf("None of the %d open cases can be called now.", page.Open)
}

// turnWords say what can be done with a row now, or what it waits for, with the
// times on this machine's clock and on the customer's.
func turnWords(r callback.QueueRow, now time.Time, names map[string]string) string {
	if !r.Ready {
		words, _ := r.WaitWords(now, time.Local, func(id string) string { return named(names, id) })
		return words[0]
	}
	if at := r.AgreedTime(now, time.Local); at != "" {
		return "call, " + at
	}
	return "call"
}

// dueText says how far off a deadline is.
func dueText(due, now time.Time) string {
	words, _ := callback.DueWords(due, now)
	return words
}

func scoreText(v *int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprint(*v)
}

// shortID is as much of an id as a person needs to type. Ids begin with the
// time, so their ends tell them apart; show and record take either.
func shortID(id string) callback.Text {
	clean := callback.Line(id).String() // it may come from a server that lies
	return callback.Line(clean[max(0, len(clean)-8):])
}
