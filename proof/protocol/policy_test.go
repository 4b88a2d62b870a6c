package protocol

import (
	"slices"
	"time"

	"ringback/callback"
)

// inForce is a policy and since when it is in force.
type inForce struct {
	since time.Time
	callback.Policy
}

// setPolicy puts another policy in force in a team, as an administrator does; desks learn of it by the feed.
func (w *world) setPolicy(which uint8) {
	t := int(which) % teams
	p := policies[t]
	p.Version = int(w.now.Unix())
	p.Retry.MaxAttempts = 1 + int(which/teams)%4
	table := &w.srv.teams[t]
	table.policies = append(slices.Clip(table.policies), inForce{w.now, p})
	table.put(paper{Doc: callback.Doc{Type: callback.DocPolicy, ID: "policy", Body: body}, policy: &p})
	table.mark(w)
	w.log("%s: attempts of a case are %d now", teamNames[t], p.Retry.MaxAttempts)
}

// policyFor gives the policy that an event is judged by, as server.policyFor does: the one of its time if the desk's
// clock proves it, else the newest.
func (w *world) policyFor(team int, e callback.Event) callback.Policy {
	list := w.srv.teams[team].policies
	n := len(list) - 1
	for n >= 0 && !w.rules.flaws.newestPolicy && statedBefore(e, list[n].since) {
		n--
	}
	if n < 0 {
		return w.policy[team]
	}
	if statedBefore(e, list[n].since) {
		w.fail("I3: %s was stated before %s, and is judged by a policy of then", e.ID, list[n].since)
	}
	return list[n].Policy
}

// statedBefore tells whether it is certain that an event was stated before a time.
func statedBefore(e callback.Event, at time.Time) bool {
	return e.SkewMS != nil && e.EffectiveAt().Add(callback.SkewWarning).Before(at)
}

// policy gives the rules that a desk folds by.
func (d *desk) policy() callback.Policy {
	if p := d.policyPaper(); p != nil {
		return *p
	}
	return d.w.policy[d.user.team]
}

// policyPaper gives the policy that the desk was told of, or nil. Policies never change once they are in a document.
func (d *desk) policyPaper() *callback.Policy {
	for i := range d.disk.docs.papers {
		if p := d.disk.docs.papers[i].policy; p != nil {
			return p
		}
	}
	return nil
}
