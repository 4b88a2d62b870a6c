package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) promiseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "promise",
		Short: "List what was promised, and say what became of it",
	}
	cmd.AddCommand(a.promiseListCommand(), a.promiseSettleCommand())
	return cmd
}

// promiseChoice is which promises a person asked for.
type promiseChoice struct{ mine, overdue bool }

func (a *app) promiseListCommand() *cobra.Command {
	var c promiseChoice
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the promises that are not settled, the first due first",
		Example: `ringback promise list --mine
ringback promise list --overdue --json | jq '.promises[0]'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error { return a.listPromises(cmd.Context(), d, c) })
		},
	}
	cmd.Flags().BoolVar(&c.mine, "mine", false, "only promises that I am to keep")
	cmd.Flags().BoolVar(&c.overdue, "overdue", false, "only promises whose time has passed")
	return cmd
}

// promiseJSON is a row of `ringback promise list --json`.
type promiseJSON struct {
	CaseID    string    `json:"case_id"`
	PromiseID string    `json:"promise_id"`
	Customer  string    `json:"customer"`
	Text      string    `json:"text"`
	Owner     string    `json:"owner"`
	OwnerName string    `json:"owner_name"`
	Due       time.Time `json:"due"`
	Overdue   bool      `json:"overdue"`
	MadeAt    time.Time `json:"made_at"`
	MadeBy    string    `json:"made_by"`
	Zone      string    `json:"zone,omitempty"`
}

func (a *app) listPromises(ctx context.Context, d *desk, c promiseChoice) error {
	all, err := d.store.Promises(ctx)
	if err != nil {
		return err
	}
	names, err := d.names()
	if err != nil {
		return err
	}
	now := a.now()
	list := []promiseJSON{}
	for _, p := range all {
		if c.mine && p.Owner != d.Me.ID || c.overdue && !now.After(p.Due) {
			continue
		}
		list = append(list, promiseRow(p, names, now))
	}
	if a.flags.asJSON {
		return a.printKnown(d, map[string]any{"promises": list})
	}
	if len(list) == 0 {
		a.sayNone(d, "No such promise is open.")
		return nil
	}
	w := a.table("CASE", "PROMISE", "DUE", "OWNER", "CUSTOMER", "PROMISED")
	for _, p := range list {
		row(w, shortID(p.CaseID), shortPromise(p.PromiseID), dueText(p.Due, now), callback.Line(p.OwnerName), callback.Line(p.Customer), callback.Line(p.Text))
	}
	return w.Flush()
}

func promiseRow(p callback.Owed, names map[string]string, now time.Time) promiseJSON {
	name := names[p.Owner]
	if name == "" {
		name = p.Owner
	}
	return promiseJSON{
		CaseID: p.CaseID, PromiseID: p.ID, Customer: p.Customer, Text: p.Text, Owner: p.Owner, OwnerName: name, Due: p.Due,
		Overdue: now.After(p.Due), MadeAt: p.MadeAt, MadeBy: p.MadeBy, Zone: p.Zone,
	}
}

// names gives the colleagues' names by id, as far as the desk knows them.
func (d *desk) names() (map[string]string, error) {
	agents, err := d.store.Agents()
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(agents))
	for _, g := range agents {
		out[g.ID] = g.Name
	}
	return out, nil
}

// callPromise ends the ids of promises made on a call: they are the call's id
// with this behind it.
const callPromise = "-promise"

// shortPromise is as much of a promise's id as a person needs to type.
func shortPromise(id string) callback.Text { return shortID(strings.TrimSuffix(id, callPromise)) }

func (a *app) promiseSettleCommand() *cobra.Command {
	var kept, broken, cancelled, told bool
	var note string
	cmd := &cobra.Command{
		Use:   "settle CASE PROMISE --kept|--broken|--cancelled",
		Short: "Say what became of a promise",
		Long: `Say what became of a promise. CASE and PROMISE are ids, or the ends of them as
"ringback promise list" shows them. When no promise of a case is left open, a
kept one closes the case, and so does a broken one of which the customer knows;
another broken one takes it to a supervisor. A promise that nobody settles in
time goes there by itself (floor.promise_grace).`,
		Example: `ringback promise settle 0199f3 9c41d2aa --kept
ringback promise settle 0199f3 9c41d2aa --broken --note "the part is not made any more"`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			status, err := became(kept, broken, cancelled)
			if err != nil {
				return err
			}
			if told && !broken {
				return callback.Errorf(callback.CodeInvalid, "--told goes with --broken")
			}
			return a.withDesk(cmd.Context(), func(d *desk) error {
				return a.settlePromise(cmd.Context(), d, args[0], args[1], callback.PromiseSettled{Status: status, Told: told, Note: note})
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&kept, "kept", false, "it was done")
	f.BoolVar(&broken, "broken", false, "it was not done")
	f.BoolVar(&cancelled, "cancelled", false, "it is not wanted any more")
	f.BoolVar(&told, "told", false, "the customer knows that it was not done, and nothing more is owed")
	f.StringVar(&note, "note", "", "what there is to say about it")
	return cmd
}

// became tells which of three things is said, if it is exactly one.
func became(kept, broken, cancelled bool) (callback.PromiseStatus, error) {
	switch [3]bool{kept, broken, cancelled} {
	case [3]bool{true, false, false}:
		return callback.PromiseDone, nil
	case [3]bool{false, true, false}:
		return callback.PromiseBroken, nil
	case [3]bool{false, false, true}:
		return callback.PromiseCancelled, nil
	}
	return "", callback.Errorf(callback.CodeInvalid, "a promise is settled in one of three ways").
		WithHint("give --kept, --broken or --cancelled")
}

func (a *app) settlePromise(ctx context.Context, d *desk, caseID, promise string, s callback.PromiseSettled) error {
	all, err := d.store.Promises(ctx)
	if err != nil {
		return err
	}
	owed, err := findPromise(all, caseID, promise)
	if err != nil {
		return err
	}
	if len(s.Note) > callback.MaxText {
		return callback.Errorf(callback.CodeInvalid, "--note is longer than %d bytes", callback.MaxText)
	}
	v, err := d.store.Case(owed.CaseID)
	if err != nil {
		return err
	}
	s.PromiseID = owed.ID
	saved, err := d.store.Record(callback.Fact{CaseID: owed.CaseID, Fence: v.Fence, Payload: &s})
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{
			"event_id": saved.EventID, "saved": true, "seq": saved.Seq, "at": saved.At,
			"case_id": owed.CaseID, "promise_id": owed.ID, "status": s.Status,
		})
	}
	a.sayf("Saved on this machine: promise to %s %s. It goes out with: ringback sync", callback.Line(owed.Customer), s.Status)
	return nil
}

// findPromise finds the one open promise that a person means by two ids, or
// their beginnings or ends.
func findPromise(all []callback.Owed, caseID, promise string) (callback.Owed, error) {
	var hits []callback.Owed
	for _, p := range all {
		if means(caseID, p.CaseID) && (means(promise, p.ID) || means(promise, strings.TrimSuffix(p.ID, callPromise))) {
			hits = append(hits, p)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return callback.Owed{}, callback.Errorf(callback.CodeNotFound, "no open promise is called %q on case %q", callback.Line(promise), callback.Line(caseID)).
			WithHint("see: ringback promise list")
	}
	return callback.Owed{}, callback.Errorf(callback.CodeInvalid, "%d open promises are called %q on case %q", len(hits), callback.Line(promise), callback.Line(caseID)).
		WithHint("give more of the ids; ringback promise list --json has them whole")
}

// leastID is how much of an id must be given at least.
const leastID = 6

func means(given, id string) bool {
	return given == id || len(given) >= leastID && (strings.HasPrefix(id, given) || strings.HasSuffix(id, given))
}
