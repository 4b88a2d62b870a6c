package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"ringback/callback"
)

// colleagueNames gives the name a team's colleague goes by; people it does not know keep their id.
func colleagueNames(team []callback.Agent) func(id string) callback.Text {
	names := map[string]callback.Text{}
	for _, one := range team {
		names[one.ID] = callback.Line(one.Name)
	}
	return func(id string) callback.Text {
		if n := names[id]; n.String() != "" {
			return n
		}
		return callback.Line(id)
	}
}

// sayCase prints a case for a person: who, their words, where it stands, and what happened so far.
func (a *app) sayCase(v callback.CaseView, policy callback.Policy, name func(string) callback.Text) {
	c := v.Case
	a.sayf("%s  %s  %s", c.ID, c.Kind, c.State)
	a.sayf("%s  %s  %s", callback.Line(c.Customer.Name), callback.Line(c.Customer.Account), c.Customer.Phone.E164)
	for _, z := range c.Customer.Phone.Zones[:min(1, len(c.Customer.Phone.Zones))] {
		if loc, err := callback.Zone(z); err == nil {
			a.sayf("Local time %s (%s)", a.now().In(loc).Format("Mon 15:04"), callback.City(z))
		}
	}
	for _, p := range c.Customer.All() {
		if p.E164 != c.Customer.Phone.E164 {
			a.sayf("Also: %s %s", callback.Line(cmp.Or(p.E164, p.Raw)), numberStands(numberJSON{Phone: p}))
		}
	}
	for _, n := range c.Renumbered {
		a.sayf("%s  %s %s", dayOf(n.At), n.Number, n.What.Words())
	}
	for _, r := range c.Responses {
		a.sayf("\n%s  score %s  %s", dayOf(r.AnsweredAt), scoreText(r.Score), callback.Line(r.Product))
		if r.Comment != "" {
			a.sayf("“%s”", callback.Clean(r.Comment))
		}
	}
	a.sayf("")
	if c.State.Open() {
		a.sayf("Deadline: %s; %s", dueText(c.Plan.FirstDue, a.now()), waitNamed(v.Place, name))
		a.sayNext(nextOf(v), locationOf(policy, c))
	} else if c.Closing != nil {
		a.sayf("%s on %s by %s", c.Closing.Resolution, onClock(c.Closing.At), name(c.Closing.By))
	}
	for _, t := range c.Troubles() {
		a.sayf("Look at this: %s", callback.Line(t))
	}
	a.sayHistory(c, policy, name)
	a.sayCauseAndStory(c)
	if v.Pending > 0 {
		a.sayf("%d of this wait to be sent.", v.Pending)
	}
}

// nextOf is when a waiting case goes on: for an agreed call the time that was
// agreed, not the one from which it is served.
func nextOf(v callback.CaseView) time.Time {
	switch cb := v.Case.Plan.Callback; {
	case v.Place.Ready:
		return time.Time{}
	case v.Place.Wait == callback.AgreedWords && cb != nil:
		return cb.At
	}
	return v.Place.At
}

// sayNext says when a waiting case goes on, on the customer's clock and on ours.
func (a *app) sayNext(at time.Time, theirs *time.Location) {
	if at.IsZero() {
		return
	}
	a.sayf("%s", nextWords(at, theirs))
}

func nextWords(at time.Time, theirs *time.Location) string {
	const clock = "Mon 2 Jan 15:04"
	return fmt.Sprintf("Next: %s in %s (%s here)", at.In(theirs).Format(clock), callback.City(theirs.String()), at.In(time.Local).Format(clock))
}

// waitNamed says what a case waits for, a colleague by name.
func waitNamed(p callback.Place, name func(string) callback.Text) string {
	if words, ok := strings.CutSuffix(p.Wait, p.Of); ok && p.Of != "" && p.Cause != callback.WaitsHours && !p.Ready {
		return words + name(p.Of).String()
	}
	return waitText(p)
}

// collectedBy says who asked for a score.
func collectedBy(by string, name func(string) callback.Text) string {
	if id, ok := strings.CutPrefix(by, "agent:"); ok {
		return "asked by " + name(id).String()
	}
	if by == "self" {
		return "in the survey"
	}
	return "by " + callback.Line(by).String()
}

func waitText(p callback.Place) string {
	if p.Ready {
		return "can be called now"
	}
	return callback.Line(p.Wait).String()
}

func (a *app) sayHistory(c callback.Case, policy callback.Policy, name func(string) callback.Text) {
	for _, at := range c.Attempts {
		code := string(at.Disposition)
		if at.Custom != "" {
			code = at.Custom + ", " + code
		}
		a.sayf("%s  %s  %s (%s)  %s", onClock(at.At), name(at.Agent), callback.Line(policy.Outcome(at)), callback.Line(code), callback.Line(at.Note))
		for _, said := range at.Answers {
			a.sayf("    %s %s", callback.Line(said.Question), callback.Line(said.Answer))
		}
		if at.Shadowed != "" {
			a.sayf("    without effect: %s", at.Shadowed.Words())
		}
	}
	for _, n := range c.Notes {
		a.sayf("%s  %s  noted: %s", onClock(n.At), name(n.By), callback.Line(n.Text))
	}
	for _, s := range c.Scores {
		a.sayf("%s  score %s (%s, %s, %s)", onClock(s.At), scoreText(s.Value), s.Role, s.Answer, collectedBy(s.CollectedBy, name))
	}
	a.sayCooledOff(c)
	a.sayFloor(c, name)
	for _, p := range c.Promises {
		a.sayf("Promise (%s): %s, due %s, %s", p.Status, callback.Line(p.Text), onBothClocks(p.Due, locationOf(policy, c)), name(p.Owner))
	}
}

// sayCauseAndStory prints what the call brought to light: the root cause and the story.
func (a *app) sayCauseAndStory(c callback.Case) {
	if r := c.Root; r != nil {
		parts := []string{callback.Line(r.Driver).String()}
		for _, more := range []string{r.Cause, r.Text} {
			if more != "" {
				parts = append(parts, callback.Line(more).String())
			}
		}
		if r.Control != "" {
			parts = append(parts, "in the hands of: "+string(r.Control))
		}
		a.sayf("Root cause: %s", strings.Join(parts, " · "))
	}
	if s := c.Story; s != nil {
		for _, part := range []struct{ what, text string }{{"what was wrong", s.Wrong}, {"what we did", s.Did}, {"what they said after", s.Said}} {
			if part.text != "" {
				a.sayf("Story, %s: %s", part.what, callback.Line(part.text))
			}
		}
	}
}
