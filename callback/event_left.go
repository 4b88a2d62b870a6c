package callback

import (
	"fmt"
	"time"
)

// KindAgentLeft is the word of AgentLeft.
const KindAgentLeft EventKind = "agent.left"

// AgentLeft takes a case out of the hands of a colleague who is not on the team
// any more: their account was closed, or they went to another team or role.
// Their lease ends, a callback of theirs is anyone's, an escalation they took
// is open again, and what they promised is the supervisor's. Only the server
// records it.
type AgentLeft struct {
	Agent string `json:"agent" erase:"id"`
	// To is the supervisor to whom their promises go; empty leaves those to the
	// team, until they are overdue and go to a supervisor by themselves.
	To string `json:"to,omitempty" erase:"id"`
}

// Kind implements Payload.
func (*AgentLeft) Kind() EventKind { return KindAgentLeft }

// Validate implements Payload.
func (l *AgentLeft) Validate() error {
	switch l.Agent {
	case "":
		return fmt.Errorf("agent is empty")
	case l.To:
		return fmt.Errorf("to is the agent who left")
	}
	return nil
}

func (l *AgentLeft) apply(f *fold) {
	c := f.c
	theirs := c.HeldBy(l.Agent)
	if theirs.None() {
		f.shadow(ReasonReassigned)
		return
	}
	for i := range c.Promises {
		if p := &c.Promises[i]; p.Status == PromiseOpen && p.Owner == l.Agent {
			p.Owner = l.To
		}
	}
	if !c.State.Open() {
		return
	}
	if theirs.Lease {
		c.Lease = nil
	}
	if theirs.Escalation {
		open := c.Escalation()
		open.TakenBy, open.TakenAt = "", nil
	}
	if theirs.Callback {
		anyone := *c.Plan.Callback
		anyone.Owner = ""
		c.Plan.Callback = &anyone
	}
	if theirs.Owner {
		f.raiseFence(f.e.Device)
		l.pass(f)
	}
}

// pass gives the case itself on: to whoever owes its next promise now, else to
// all. What the one who left did before they had heard of it still leads.
func (l *AgentLeft) pass(f *fold) {
	c := f.c
	to := ""
	if c.State == InProgress {
		to = c.promiser()
	}
	c.Assigned = &Assignment{To: to, By: f.e.Agent, At: f.e.EffectiveAt(), Fence: c.Fence}
	c.Plan.Owner, c.Plan.OwnerUntil = to, time.Time{}
	c.Plan.Reason = "Whose case it was is not on the team any more."
	switch used := f.p.capReached(*c); {
	case to != "", c.State == Escalated, c.State == Review:
	case c.State == InProgress && used != "":
		f.review(used) // nobody may call, and a pool can do nothing else
	default:
		f.callable()
	}
}

func sampleAgentLeft() Payload { return &AgentLeft{Agent: "anna", To: "olga"} }

// Holding says what a colleague has of a case.
type Holding struct {
	// Owner: the case is theirs. Lease: they have it on their desk. Callback:
	// they agreed to call. Escalation: they took it to answer it.
	Owner, Lease, Callback, Escalation bool
	// Promises counts the open ones that they owe.
	Promises int
}

// None tells that they have nothing of it.
func (h Holding) None() bool { return h == Holding{} }

// HeldBy tells what a colleague has of a case. Promises are owed although the
// case is closed.
func (c Case) HeldBy(agent string) Holding {
	var h Holding
	if agent == "" {
		return h
	}
	for _, p := range c.Promises {
		if p.Status == PromiseOpen && p.Owner == agent {
			h.Promises++
		}
	}
	if !c.State.Open() {
		return h
	}
	h.Owner = c.Plan.Owner == agent
	h.Lease = c.Lease != nil && c.Lease.Agent == agent
	h.Callback = c.Plan.Callback != nil && c.Plan.Callback.Owner == agent
	e := c.Escalation()
	h.Escalation = e != nil && e.TakenBy == agent
	return h
}

// Holders lists who has anything of a case, each once, in no order that matters.
func (c Case) Holders() []string {
	var out []string
	add := func(agent string) {
		if agent == "" {
			return
		}
		for _, x := range out {
			if x == agent {
				return
			}
		}
		out = append(out, agent)
	}
	for _, p := range c.Promises {
		if p.Status == PromiseOpen {
			add(p.Owner)
		}
	}
	if !c.State.Open() {
		return out
	}
	add(c.Plan.Owner)
	if c.Lease != nil {
		add(c.Lease.Agent)
	}
	if cb := c.Plan.Callback; cb != nil {
		add(cb.Owner)
	}
	if e := c.Escalation(); e != nil {
		add(e.TakenBy)
	}
	return out
}
