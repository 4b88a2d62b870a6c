package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) numberCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "number",
		Short: "List a customer's numbers, and add or correct one",
	}
	cmd.AddCommand(a.numberListCommand(), a.numberAddCommand())
	return cmd
}

// numberJSON is a row of `ringback number list --json`.
type numberJSON struct {
	callback.Phone
	// Next tells that it is the number whose turn it is.
	Next bool `json:"next"`
	// Local is the time where it rings, RFC 3339; empty if it is not known.
	Local string `json:"local,omitempty"`
}

func (a *app) numberListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list CASE",
		Short: "List the numbers of a case's customer, the one whose turn it is first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.readDesk(cmd.Context(), func(d *desk) error {
				v, err := d.caseOf(args[0])
				if err != nil {
					return err
				}
				return a.listNumbers(d, v.Case)
			})
		},
	}
}

func (a *app) listNumbers(d *desk, c callback.Case) error {
	list := []numberJSON{}
	for i, p := range c.Customer.All() {
		n := numberJSON{Phone: p, Next: i == 0 && p.Known()}
		if loc := zoneOf(p); loc != nil {
			n.Local = a.now().In(loc).Format(time.RFC3339)
		}
		list = append(list, n)
	}
	if a.flags.asJSON {
		return a.printKnown(d, map[string]any{"case_id": c.ID, "numbers": list})
	}
	if len(list) == 0 {
		a.sayf("No number is on record. Enter one with: ringback number add %s NUMBER", c.ID)
		return nil
	}
	w := a.table("NUMBER", "KIND", "THERE", "STANDS")
	for _, n := range list {
		number, there := n.E164, "–"
		if number == "" {
			number = n.Raw
		}
		if loc := zoneOf(n.Phone); loc != nil {
			there = a.now().In(loc).Format("15:04") + " " + callback.City(loc.String())
		}
		row(w, callback.Line(number), callback.Line(string(n.Kind)), callback.Line(there), numberStands(n))
	}
	return w.Flush()
}

func zoneOf(p callback.Phone) *time.Location {
	if len(p.Zones) == 0 {
		return nil
	}
	loc, err := callback.Zone(p.Zones[0])
	if err != nil {
		return nil
	}
	return loc
}

// numberStands says whether a number is dialled.
func numberStands(n numberJSON) string {
	switch {
	case n.E164 == "":
		return "not understood"
	case n.Barred:
		return "on the do-not-call list"
	case n.Invalid:
		return "leads nowhere"
	case n.Next:
		return "its turn"
	}
	return "in turn"
}

// numberFlags are what is said of a number that is added.
type numberFlags struct {
	kind, region, replaces string
	later                  bool
}

func (a *app) numberAddCommand() *cobra.Command {
	var f numberFlags
	cmd := &cobra.Command{
		Use:   "add CASE NUMBER",
		Short: "Add a number to a case, or correct one",
		Long: `Add a number to a case, or put it in another one's place. It is read by the
country of the numbers that are known, or of --region; with + and its country
code it needs neither. It is dialled next, unless --later says otherwise. A case
that waits because it has no number goes on; a number on the do-not-call list is
kept and never dialled, as the server will find with the next sync.`,
		Example: `ringback number add 0199f3 "+44 7700 900123" --kind mobile
ringback number add 0199f3 "8 (916) 123-45-67" --in-place-of +79161234576`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error { return a.addNumber(cmd.Context(), d, args[0], args[1], f) })
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.kind, "kind", "", "where it rings: mobile, work or home")
	fl.StringVar(&f.region, "region", "", "country that reads a number without its code: US, DE, RU, …")
	fl.StringVar(&f.replaces, "in-place-of", "", "the number that it corrects, which is not dialled any more")
	fl.BoolVar(&f.later, "later", false, "keep it behind the other numbers")
	return cmd
}

// alsoOnFile names the others whom this machine knows by a number.
func (d *desk) alsoOnFile(ctx context.Context, number string, c callback.Case) ([]string, error) {
	rows, err := d.store.Find(ctx, number, mostCases)
	if err != nil {
		return nil, err
	}
	return callback.AlsoOnFile(rows, c.ID, c.Customer.Name), nil
}

func (a *app) addNumber(ctx context.Context, d *desk, id, text string, f numberFlags) error {
	if err := knownRegion(f.region); err != nil {
		return err
	}
	v, err := d.caseOf(id)
	if err != nil {
		return err
	}
	customer, region := v.Case.Customer, f.region
	if region == "" {
		region = customer.Region()
	}
	p, doubt, err := callback.ReadNumber(text, region)
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "%q cannot be dialled: %w", callback.Line(text), err).
			WithHint("write it with + and its country code, or name the country with --region")
	}
	if p.Kind = callback.PhoneKind(strings.ToLower(f.kind)); !p.Kind.Known() {
		return callback.Errorf(callback.CodeInvalid, "--kind is %q", callback.Line(f.kind)).WithHint("it is mobile, work or home")
	}
	if have, ok := customer.Number(p.E164); ok && have.Barred {
		return callback.Errorf(callback.CodeConflict, "%s is on the do-not-call list", p.E164).WithHint("nobody may dial it")
	}
	added := callback.NumberAdded{Phone: p, Next: !f.later}
	if f.replaces != "" {
		old, _, err := callback.ReadNumber(f.replaces, region)
		if _, ok := customer.Number(old.E164); err != nil || !ok {
			return callback.Errorf(callback.CodeInvalid, "--in-place-of: %q is not a number of this case", callback.Line(f.replaces)).
				WithHint("see: ringback number list %s", v.Case.ID)
		}
		added.Replaces = old.E164
	}
	also, err := d.alsoOnFile(ctx, p.E164, v.Case)
	if err != nil {
		return err
	}
	saved, err := d.store.Record(callback.Fact{CaseID: v.Case.ID, Fence: v.Fence, Payload: &added})
	if err != nil {
		return err
	}
	if a.flags.asJSON {
		return a.printJSON(map[string]any{
			"event_id": saved.EventID, "saved": true, "seq": saved.Seq, "at": saved.At, "case_id": v.Case.ID, "number": p.E164, "kind": p.Kind,
			"also_on_file": also, "doubt": doubt,
		})
	}
	what := p.E164
	if p.Kind != callback.PhoneOther {
		what += " (" + string(p.Kind) + ")"
	}
	a.sayf("Saved on this machine: %s for %s. It goes out with: ringback sync", what, callback.Line(customer.Name))
	if loc := zoneOf(p); loc != nil {
		a.sayf("  It is %s in %s", a.now().In(loc).Format("15:04"), callback.City(loc.String()))
	}
	if len(also) > 0 {
		a.notef("note: %s is also on file for %s", p.E164, strings.Join(also, ", "))
	}
	if doubt != "" {
		a.notef("note: %s", doubt)
	}
	a.sayf("  Take it back before it is sent with: ringback undo %s", saved.EventID)
	return nil
}
