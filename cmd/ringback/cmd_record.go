package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// recordFlags are what a script says of a call.
type recordFlags struct {
	disposition, rescore, note, root, promise, promiseDue, callback, settled, number, language string
	anyone, inbound                                                                            bool
	talk                                                                                       int
}

func (a *app) recordCommand() *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record CASE --disposition CODE",
		Short: "Record a call that was made",
		Long: `Record a call that was made. It is saved on this machine at once and sent with
the next sync.

Dispositions:
` + dispositionHelp() + `

A team may have codes of its own for these; its policy names them.`,
		Example: `ringback record 0199f3 --disposition NA
ringback record 0199f3 --disposition CP --callback "tomorrow 15:30" --note "in a meeting"
ringback record 0199f3 --disposition PM --promise "refund on the card" --promise-due "fri 12:00" \
    --root-cause "billing/refund late" --note "was charged twice" --rescore 9`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), func(d *desk) error { return a.record(d, args[0], f) })
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.disposition, "disposition", "", "how the call ended: a code of the list above")
	fl.StringVar(&f.rescore, "rescore", "", "the new score 0–10, or: declined, not_asked")
	fl.StringVar(&f.number, "number", "", "which of the customer's numbers was dialled (default: the one whose turn it is)")
	fl.StringVar(&f.note, "note", "", "what was said")
	fl.StringVar(&f.root, "root-cause", "", "why the customer was unhappy: DRIVER or DRIVER/CAUSE")
	fl.StringVar(&f.promise, "promise", "", "what we said we would do")
	fl.StringVar(&f.settled, "settled", "", "what became of the promises made before: kept, broken or cancelled")
	fl.StringVar(&f.promiseDue, "promise-due", "in 2 days", "by when, in the customer's time zone")
	fl.StringVar(&f.callback, "callback", "", "when to call again, in the customer's time zone")
	fl.StringVar(&f.language, "language", "", "with LA: which language was heard, by its English name or its code; whoever speaks it calls next")
	fl.BoolVar(&f.anyone, "anyone", false, "anyone may make the callback")
	fl.BoolVar(&f.inbound, "inbound", false, "the customer rang us")
	fl.IntVar(&f.talk, "talk", 0, "seconds of talk")
	_ = cmd.MarkFlagRequired("disposition")
	return cmd
}

func dispositionHelp() string {
	var b strings.Builder
	for _, r := range callback.Dispositions() {
		fmt.Fprintf(&b, "  %s  %s\n", r.Code, r.Meaning)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (a *app) record(d *desk, id string, f recordFlags) error {
	v, err := d.caseOf(id)
	if err != nil {
		return err
	}
	call, err := a.callOf(d, v, f)
	if err != nil {
		return err
	}
	if call.Undialled(v.Case) {
		return callback.Errorf(callback.CodeInvalid, "not recorded: case %s has no number, so nobody can have been dialled", v.Case.ID).
			WithHint("enter the number first: ringback number add %s NUMBER", v.Case.ID)
	}
	if err := call.Validate(); err != nil {
		return callback.Errorf(callback.CodeInvalid, "not recorded: %w", err).WithHint("%s", d.recordHint(call))
	}
	saved, err := d.store.Record(callback.Fact{CaseID: v.Case.ID, Fence: v.Fence, Payload: call})
	if err != nil {
		return err
	}
	after, err := d.caseOf(v.Case.ID)
	if err != nil {
		return err
	}
	was := closedBefore(v.Case)
	if err := a.noteClosed(d, was, after.Case); err != nil {
		a.noteFault(err) // the call is saved, whatever can be said of it
	}
	if a.flags.asJSON {
		report := recordReport(after, saved)
		report.ClosedBefore = was
		return a.printJSON(report)
	}
	a.sayRecorded(d, after, call, saved)
	return nil
}

// recordJSON is what `ringback record --json` prints.
type recordJSON struct {
	EventID string    `json:"event_id"`
	Saved   bool      `json:"saved"`
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
	// State is what the call made of the case, NextTry from when it is served
	// again: null if it may be at once, or is not waiting for a time.
	State   callback.State `json:"state"`
	NextTry *time.Time     `json:"next_try"`
	// ClosedBefore is how the case was closed before this call; null if it was
	// open.
	ClosedBefore *closedJSON `json:"closed_before"`
}

func recordReport(after callback.CaseView, saved callback.Saved) recordJSON {
	out := recordJSON{EventID: saved.EventID, Saved: true, Seq: saved.Seq, At: saved.At, State: after.Case.State}
	if after.Case.State.Open() {
		out.NextTry = orNull(nextOf(after))
	}
	return out
}

// sayRecorded repeats what was understood, so that a slip is seen while it can
// still be taken back.
func (a *app) sayRecorded(d *desk, after callback.CaseView, call *callback.CallRecorded, saved callback.Saved) {
	c := after.Case
	a.sayf("Saved on this machine: %s for %s. It goes out with: ringback sync", call.Disposition, callback.Line(c.Customer.Name))
	policy, err := d.store.Policy()
	if err != nil {
		return
	}
	loc := locationOf(policy, c)
	when := func(t time.Time) string {
		return t.In(loc).Format("Mon 2 Jan 15:04") + " in " + callback.City(loc.String())
	}
	if call.Callback != nil {
		a.sayf("  Call again: %s", when(call.Callback.At))
	}
	if call.Language != "" {
		a.sayf("  Heard: %s; whoever speaks it calls next", callback.LanguageName(call.Language))
	}
	for _, p := range call.Promises {
		a.sayf("  Promise: %s, due %s", callback.Line(p.Text), when(p.Due))
	}
	a.sayAfter(after, call, policy)
	if left, most := policy.Voicemails(c); call.Disposition == callback.VoicemailLeft && left >= most {
		a.notef("note: that is one message more than the %d that the policy allows on a case; it is on record", most)
	}
	if call.Root != nil && !knownDriver(policy, call.Root.Driver) {
		a.notef("note: the root cause %q is not on the team's list (%s)", callback.Line(call.Root.Driver), strings.Join(drivers(policy), ", "))
	}
	a.sayf("  Take it back before it is sent with: ringback undo %s", saved.EventID)
}

// sayAfter says what a call made of the case: how it ended, or when it is tried
// again, on the customer's clock and on ours.
func (a *app) sayAfter(after callback.CaseView, call *callback.CallRecorded, policy callback.Policy) {
	c := after.Case
	switch {
	case c.State == callback.Suppressed:
		a.sayf("  Never called again, by anyone.")
	case c.Closing != nil && !c.State.Open():
		a.sayf("  The case is closed: %s.", c.Closing.Resolution)
	case call.Callback == nil && c.State != callback.InProgress && !nextOf(after).IsZero(): // a promise was said with its time
		a.sayf("  %s", nextWords(nextOf(after), locationOf(policy, c)))
	}
}

func drivers(p callback.Policy) []string {
	out := make([]string, len(p.Causes))
	for i, d := range p.Causes {
		out[i] = callback.Line(d.Name).String()
	}
	return out
}

func knownDriver(p callback.Policy, name string) bool {
	for _, d := range p.Causes {
		if strings.EqualFold(d.Name, name) {
			return true
		}
	}
	return false
}

// callOf builds the call from the flags; times are the customer's.
func (a *app) callOf(d *desk, v callback.CaseView, f recordFlags) (*callback.CallRecorded, error) {
	policy, err := d.store.Policy()
	if err != nil {
		return nil, err
	}
	now := a.now().UTC()
	c := &callback.CallRecorded{
		AttemptID: a.newID(), Number: v.Case.Customer.Phone.E164, StartedAt: now.Add(-time.Duration(f.talk) * time.Second),
		Talk: f.talk, Note: f.note,
	}
	if f.number != "" {
		dialled, _, err := callback.ReadNumber(f.number, v.Case.Customer.Region())
		if _, known := v.Case.Customer.Number(dialled.E164); err != nil || !known {
			return nil, callback.Errorf(callback.CodeInvalid, "--number: %q is not a number of this case", callback.Line(f.number)).
				WithHint("enter it first: ringback number add %s NUMBER", v.Case.ID)
		}
		c.Number = dialled.E164
	}
	rule, own, ok := policy.Disposition(f.disposition)
	if !ok {
		return nil, callback.Errorf(callback.CodeInvalid, "disposition %q is not known", callback.Line(f.disposition)).WithHint("%s", knownCodes(policy))
	}
	c.Disposition, c.Custom = rule.Code, own.Code
	if f.inbound {
		c.Direction = callback.Inbound
	}
	if c.Language, err = heardOf(f.language, c.Disposition); err != nil {
		return nil, err
	}
	if f.root != "" {
		driver, cause, _ := strings.Cut(f.root, "/")
		c.Root = &callback.RootCause{Driver: strings.TrimSpace(driver), Cause: strings.TrimSpace(cause)}
	}
	if f.rescore != "" {
		if c.Rescore, err = answerOf(f.rescore, policy.Wording(v.Case.Language()).ID); err != nil {
			return nil, err
		}
	}
	if f.promise != "" {
		due, err := callback.ParseWhen(f.promiseDue, now, locationOf(policy, v.Case))
		if err != nil {
			return nil, callback.Errorf(callback.CodeInvalid, "--promise-due: %w", err)
		}
		c.Promises = []callback.NewPromise{{ID: a.newID(), Text: f.promise, Owner: d.Me.ID, Due: due.UTC()}}
	}
	if f.settled != "" {
		if c.Settled, err = settledOf(v.Case, f.settled); err != nil {
			return nil, err
		}
	}
	if f.callback != "" {
		if c.Callback, err = a.wishOf(policy, v.Case, f, now); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// heardOf reads the language that was the barrier of a call.
func heardOf(language string, d callback.Disposition) (string, error) {
	if language == "" {
		return "", nil
	}
	if d != callback.LanguageBarrier {
		return "", callback.Errorf(callback.CodeInvalid, "--language tells what was heard at a language barrier; this call ended with %s", d).
			WithHint("leave it out, or record the call with --disposition %s", callback.LanguageBarrier)
	}
	tag, ok := callback.ReadLanguage(language)
	if !ok {
		return "", callback.Errorf(callback.CodeInvalid, "--language: %q is not understood", callback.Line(language)).WithHint("give its English name or its code, such as Spanish or es")
	}
	return tag, nil
}

// settledOf says the same of every promise that is open on a case.
func settledOf(c callback.Case, status string) ([]callback.PromiseOutcome, error) {
	var out []callback.PromiseOutcome
	for _, p := range c.Promises {
		if p.Status == callback.PromiseOpen {
			out = append(out, callback.PromiseOutcome{PromiseID: p.ID, Status: callback.PromiseStatus(status)})
		}
	}
	if len(out) == 0 {
		return nil, callback.Errorf(callback.CodeInvalid, "--settled: no promise is open on case %s", c.ID)
	}
	if err := out[0].Validate(); err != nil {
		return nil, callback.Errorf(callback.CodeInvalid, "--settled: %w", err)
	}
	return out, nil
}

func (a *app) wishOf(policy callback.Policy, c callback.Case, f recordFlags, now time.Time) (*callback.CallbackWish, error) {
	loc := locationOf(policy, c)
	at, err := callback.ParseWhen(f.callback, now, loc)
	if err != nil {
		return nil, callback.Errorf(callback.CodeInvalid, "--callback: %w", err)
	}
	if stop := policy.MayAgree(c, at, now); stop.Stops() {
		return nil, callback.Errorf(callback.CodeInvalid, "--callback: %s in %s: %s", at.In(loc).Format("Mon 2 Jan 15:04"), callback.City(loc.String()), stop.Words).
			WithHint("agree another time with the customer")
	}
	return &callback.CallbackWish{At: at.UTC(), Zone: loc.String(), Anyone: f.anyone || isAnyone(policy, f.disposition)}, nil
}

// isAnyone tells whether a code means a callback that anyone may make.
func isAnyone(policy callback.Policy, code string) bool {
	rule, _, _ := policy.Disposition(code)
	return rule.Code == callback.CallbackAnyone
}

// locationOf is the customer's time zone as far as it is known, else the team's.
func locationOf(policy callback.Policy, c callback.Case) *time.Location {
	if z := c.Customer.Phone.Zones; len(z) > 0 {
		if loc, err := callback.Zone(z[0]); err == nil {
			return loc
		}
	}
	return policy.Location()
}

func answerOf(text, wording string) (*callback.Answer, error) {
	switch text {
	case string(callback.Declined), string(callback.NotAsked):
		return &callback.Answer{Answer: callback.ScoreAnswer(text), Wording: wording}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 10 {
		return nil, callback.Errorf(callback.CodeInvalid, "--rescore is %q", callback.Line(text)).WithHint("it is a whole number 0–10, declined or not_asked")
	}
	return &callback.Answer{Answer: callback.Answered, Value: &n, Wording: wording}, nil
}

// knownCodes says where dispositions are told, and the team's own ones.
func knownCodes(p callback.Policy) string {
	hint := "see: ringback record --help"
	if len(p.Custom) == 0 {
		return hint
	}
	own := make([]string, len(p.Custom))
	for i, d := range p.Custom {
		own[i] = callback.Line(d.Code + " (" + d.Name + ")").String()
	}
	return hint + "; your team's own are " + strings.Join(own, ", ")
}
