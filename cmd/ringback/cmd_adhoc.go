package main

import (
	"context"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// adhocFlags are what a script says of a call outside the queue.
type adhocFlags struct {
	name, reason, region string
	inbound, somebody    bool
}

func (a *app) adhocCommand() *cobra.Command {
	var f adhocFlags
	cmd := &cobra.Command{
		Use:   "adhoc [NUMBER]",
		Short: "Begin a call outside the queue, to or from somebody without an open case",
		Long: `Begin a call outside the queue: to somebody who has no open case, or, with
--inbound, from a caller whom no case knows. It becomes a case of yours, saved on
this machine at once and sent with the next sync; record how it ended with:
ringback record CASE.

It counts in no figure of the queue. Do-not-call, calling hours and the caps on
how often somebody is called hold for it as for every other call.`,
		Example: `ringback adhoc "+34 612 345 678" --name "Iris Moreno" --reason "wants the invoice in two parts"
ringback adhoc "612 345 678" --region ES --inbound`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error {
				number := ""
				if len(args) > 0 {
					number = args[0]
				}
				return a.adhoc(cmd.Context(), d, number, f)
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.name, "name", "", "who it is")
	fl.StringVar(&f.reason, "reason", "", "what it is about")
	fl.StringVar(&f.region, "region", "", "the country whose numbers lack their code, such as ES; the setting region otherwise")
	fl.BoolVar(&f.inbound, "inbound", false, "they rang us; the number may be left out if it is withheld")
	fl.BoolVar(&f.somebody, "somebody-else", false, "the number has an open case, but this is another person")
	return cmd
}

func (a *app) adhoc(ctx context.Context, d *desk, number string, f adhocFlags) error {
	opened := &callback.AdHocOpened{
		Customer: callback.Customer{ID: a.newID(), Name: f.name, Value: -1}, Reason: f.reason, Inbound: f.inbound,
	}
	if number != "" {
		region, err := a.region(f.region)
		if err != nil {
			return err
		}
		phone, doubt, err := callback.ReadNumber(number, region)
		if err != nil {
			return callback.Errorf(callback.CodeInvalid, "the number %s: %w", callback.Line(number), err).WithHint("--region reads numbers without their country code")
		}
		if doubt != "" {
			a.notef("note: %s: %s", phone.E164, doubt)
		}
		opened.Customer.Phone = phone
	}
	if lacks := opened.Lacks(); lacks != "" {
		return callback.Errorf(callback.CodeInvalid, "nothing was begun: it lacks %s", lacks).WithHint("see: ringback adhoc --help")
	}
	if !f.somebody {
		if err := a.freeOfCases(ctx, d, opened); err != nil {
			return err
		}
	}
	id := a.newID()
	saved, err := d.store.Record(callback.Fact{CaseID: id, Payload: opened})
	if err != nil {
		return err
	}
	v, err := d.caseOf(id)
	if err != nil {
		return err
	}
	policy, err := d.store.Policy()
	if err != nil {
		return err
	}
	stop := policy.MayDial(v.Case, a.now().UTC())
	if a.flags.asJSON {
		return a.printJSON(map[string]any{
			"case_id": id, "event_id": saved.EventID, "saved": true, "seq": saved.Seq, "at": saved.At,
			"phone": v.Case.Customer.Phone, "may_dial": !stop.Stops(), "why_not": stop.Words,
		})
	}
	a.sayf("Saved on this machine: a call outside the queue, case %s. It goes out with: ringback sync", id)
	if p := v.Case.Customer.Phone; p.Known() {
		loc := locationOf(policy, v.Case)
		a.sayf("  %s, %s in %s", p.E164, a.now().In(loc).Format("Mon 15:04"), callback.City(loc.String()))
	}
	if stop.Stops() && !f.inbound {
		a.sayf("  Not to be called now: %s", callback.Line(stop.Words))
	}
	a.sayf("  Say how it ended with: ringback record %s --disposition CODE", id)
	return nil
}

// freeOfCases refuses a call outside the queue to somebody who has an open case
// already, or who asked not to be called.
func (a *app) freeOfCases(ctx context.Context, d *desk, opened *callback.AdHocOpened) error {
	number := opened.Customer.Phone.E164
	if number == "" {
		return nil
	}
	rows, err := d.store.Find(ctx, number, mostCases)
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch {
		case r.State == callback.Suppressed && !opened.Inbound:
			return callback.Errorf(callback.CodeForbidden, "%s asked not to be called", callback.Line(r.Customer)).WithHint("see: ringback show %s", r.ID)
		case r.State.Open():
			return callback.Errorf(callback.CodeConflict, "%s has an open case already, %s", callback.Line(r.Customer), r.ID).
				WithHint("record the call there: ringback record %s; for another person at this number add --somebody-else", r.ID)
		}
	}
	return nil
}

// mostCases bounds how many cases of a number are looked at.
const mostCases = 50
