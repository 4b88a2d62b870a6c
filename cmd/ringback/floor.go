package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// statement is something that a person states about a case by command.
type statement struct {
	// want tells what the case must be for it to make sense, or is nil.
	want func(callback.Case) error
	fact callback.Payload
	// said repeats it; the customer's name follows.
	said string
}

// state records what a person states about a case, named by its id or a part
// of it. What is for supervisors to decide is refused here already, not only
// by the server.
func (a *app) state(cmd *cobra.Command, id string, s statement) error {
	return a.withDesk(cmd.Context(), func(d *desk) error {
		if err := mayDecide(d, s.fact); err != nil {
			return err
		}
		v, err := d.caseOf(id)
		if err != nil {
			return err
		}
		if s.want != nil {
			if err := s.want(v.Case); err != nil {
				return err
			}
		}
		saved, err := d.store.Record(callback.Fact{CaseID: v.Case.ID, Fence: v.Fence, Payload: s.fact})
		if err != nil {
			return err
		}
		if a.flags.asJSON {
			return a.printJSON(map[string]any{
				"event_id": saved.EventID, "saved": true, "seq": saved.Seq, "at": saved.At, "case_id": v.Case.ID, "kind": s.fact.Kind(),
			})
		}
		a.sayf("Saved on this machine: %s %s. It goes out with: ringback sync", s.said, callback.Line(v.Case.Customer.Name))
		a.sayf("  Take it back before it is sent with: ringback undo %s", saved.EventID)
		return nil
	})
}

func mayDecide(d *desk, p callback.Payload) error {
	if !p.Kind().ForLeaders() || d.Me.Role.Leads() {
		return nil
	}
	return callback.Errorf(callback.CodeForbidden, "a %s may not do this", d.Me.Role).WithHint("it is for supervisors and administrators")
}

// knownAgent checks that an agent named in a flag is one; empty is nobody.
func (a *app) knownAgent(cmd *cobra.Command, id string) error {
	if id == "" {
		return nil
	}
	return a.readDesk(cmd.Context(), func(d *desk) error {
		names, err := d.names()
		if err != nil {
			return err
		}
		if _, ok := names[id]; ok {
			return nil
		}
		return callback.Errorf(callback.CodeInvalid, "there is no agent %q in the team", callback.Line(id).String()).
			WithHint("name them by the word they sign in with; ringback user list shows it")
	})
}

// resolutionOf reads how a case ended.
func resolutionOf(text string) (callback.Resolution, error) {
	r := callback.Resolution(strings.ToUpper(text))
	if r.Known() && givenByHand(r) {
		return r, nil
	}
	return "", callback.Errorf(callback.CodeInvalid, "--resolution is %q", callback.Line(text)).
		WithHint("it is one of %s", resolutionWords())
}

// givenByHand tells whether a person may give a resolution: those of the
// do-not-call list and of erasures come with what they say.
func givenByHand(r callback.Resolution) bool {
	return r != callback.ResolvedSuppressed && r != callback.ResolvedErased
}

func resolutionWords() string {
	var out []string
	for _, r := range callback.Resolutions() {
		if givenByHand(r) {
			out = append(out, string(r))
		}
	}
	return strings.Join(out, ", ")
}

// floor gives what waits for people, with the whole order behind it.
func (a *app) floor(cmd *cobra.Command, d *desk) (callback.Floor, map[string]string, error) {
	if err := d.store.WaitOrder(cmd.Context()); err != nil {
		return callback.Floor{}, nil, err
	}
	f, err := d.store.Floor(cmd.Context())
	if err != nil {
		return f, nil, err
	}
	names, err := d.names()
	return f, names, err
}

// named gives a colleague's name, or their id if it is not known.
func named(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return callback.Line(n).String()
	}
	return callback.Line(id).String()
}

// since says how long ago something was.
func since(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return callback.Ago(now.Sub(t)) + " ago"
}

// sayFloor prints what happened to a case beside the calls: skips,
// escalations, and what it waits for.
func (a *app) sayFloor(c callback.Case, name func(string) callback.Text) {
	for _, s := range c.Skips {
		a.sayf("%s  %s  skipped: %s", onClock(s.At), name(s.By), callback.Line(s.Reason))
	}
	for _, e := range c.Escalations {
		by := callback.Line("the server")
		if e.By != "" {
			by = name(e.By)
		}
		a.sayf("%s  %s  escalated: %s", onClock(e.At), by, callback.Line(e.Reason))
		switch {
		case e.Outcome == callback.OutcomeOvertaken:
			a.sayf("    overtaken on %s", onClock(*e.EndedAt))
		case e.Outcome != "":
			a.sayf("    %s on %s by %s: %s", e.Outcome, onClock(*e.EndedAt), name(e.EndedBy), callback.Line(e.Words))
		case e.TakenBy != "":
			a.sayf("    with %s, to be answered by %s", name(e.TakenBy), onClock(e.Due))
		default:
			a.sayf("    to be answered by %s", onClock(e.Due))
		}
	}
	if h := c.Hold; h != nil {
		a.sayf("Waits for a supervisor since %s (%s): %s", onClock(h.At), h.Cause.Words(), callback.Line(h.Reason))
	}
}
