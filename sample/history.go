package sample

import (
	"container/heap"
	"slices"
	"sort"
	"time"

	"ringback/callback"
)

// History gives what a team's people recorded in the year on the cases that
// its responses opened: opened maps external ids to the ids of the cases that
// the server opened for them. The events are in order of time; each carries
// its agent, a device, and its number in that device's stream, counted 1, 2,
// 3… without holes. It is the same for the same year and the same set of
// opened responses.
//
// Every case is folded here with callback.Apply and the team's policy while
// its events are made, beginning with the event that the server opens it with.
// An event's fence is that of the folded case just before it: what a desk
// would have seen. So a server that holds no other events on these cases and
// takes them in this order applies every one, but for the few calls that two
// desks made without knowing of each other (see Shadowed).
//
// Nothing in a history is the server's to record. A loader gives it to the
// server before the server's own housekeeping (missed callbacks, cases that
// are too old) has looked at the cases, or that would come first.
// Cases of the last month are
// left open on purpose, so that today's queue has some of every kind; no case
// is left open 30 days after its response.
func (y Year) History(team string, opened map[string]string) []callback.Event {
	t := y.Team(team)
	if t.ID == "" {
		return nil
	}
	p := y.newPlay(t)
	var rest []*answer
	for i := range y.answers {
		a := &y.answers[i]
		switch id, ok := opened[a.ExternalID]; {
		case a.customer.team != team:
		case ok:
			p.enter(a, id)
		default:
			rest = append(rest, a)
		}
	}
	p.run()
	p.outside(rest)
	return p.events()
}

// Shadowed is how many events of a team's history are shadowed on purpose:
// calls that were made at a desk without a connection, to a customer with whom
// a colleague had just settled. Years much smaller than the default may have
// fewer.
const Shadowed = 3

// play is a team's year while it is worked.
type play struct {
	team   Team
	now    time.Time
	d      dice
	k      *caller
	agents []*station
	boss   *station
	// server records what the clock brings about.
	server *station
	stage  stage
	files  []*file
	made   []made
	// clashes counts the calls that two desks made without knowing of each
	// other.
	clashes int
}

// station is a worker at a desk.
type station struct {
	worker
	device, stream string
	// busy is when the running call ends.
	busy time.Time
}

// made is an event with its time by the server's clock.
type made struct {
	at    time.Time
	event callback.Event
}

// file is a case and what is to happen to it next.
type file struct {
	c    callback.Case
	a    *answer
	mind mind
	// at is when the next step is to be taken, last when the last was.
	at, last time.Time
	n        int
	// turns counts the steps of a part.
	turns int
	// looked tells that the supervisor has looked at it.
	looked bool
}

func (y Year) newPlay(t Team) *play {
	d := diceFor(y.seed, "history "+t.ID)
	p := &play{team: t, now: y.Now, d: d, k: newCaller(d, t.Policy)}
	start := y.Now.AddDate(-1, 0, -7)
	p.server = &station{device: "server", stream: d.uuid(start)}
	for _, w := range staff {
		if w.Team != t.ID {
			continue
		}
		s := &station{worker: w, device: d.uuid(start), stream: d.uuid(start)}
		switch w.Role {
		case callback.RoleAgent:
			p.agents = append(p.agents, s)
		case callback.RoleSupervisor:
			p.boss = s
		}
	}
	return p
}

// enter opens a case as the server does. A response that the policy opens no
// case for is left out.
func (p *play) enter(a *answer, caseID string) {
	resp := a.response()
	decision := p.team.Policy.Decide(resp)
	if !decision.Open {
		return
	}
	customer := callback.Customer{
		ID: a.Person.Ref, Ref: a.Person.Ref, Name: a.Person.Name, Account: a.Person.Account, Role: a.Person.Role,
		Phone: a.customer.phone, Others: slices.Clone(a.customer.others), Value: -1,
	}
	e, err := callback.NewEvent(p.d.uuid(a.AnsweredAt), caseID, &callback.CaseOpened{
		CaseKind: decision.Kind, Customer: customer, Response: resp, Plan: decision.Plan,
	})
	if err != nil {
		return
	}
	e.Team, e.Device, e.At = p.team.ID, "server", a.AnsweredAt
	c, v := callback.Apply(p.team.Policy, callback.Case{}, e)
	if v.Status != callback.Applied {
		return
	}
	f := &file{
		c: c, a: a, n: len(p.files), last: a.AnsweredAt,
		mind: mind{root: a.root, lang: a.customer.lang, easy: a.easy, firm: a.Person.Account != ""},
	}
	f.at = p.entrance(f)
	p.files = append(p.files, f)
}

// response is the answer as the server keeps it.
func (a *answer) response() callback.Response {
	return callback.Response{
		ID: a.ExternalID, Source: a.Source, ExternalID: a.ExternalID, Score: a.Score, Comment: a.Comment, Asked: a.Asked,
		AskedFor: a.AskedFor, AnsweredAt: a.AnsweredAt, Channel: a.Channel, Product: a.Product, Language: a.Language,
	}
}

// entrance is when a case is first touched; zero is not before now.
func (p *play) entrance(f *file) time.Time {
	if f.a.part.role != "" {
		return p.cue(f)
	}
	mean := 7 * time.Hour
	switch s := f.a.Score; {
	case f.c.Kind == callback.KindRequest:
		mean = 80 * time.Minute
	case s != nil && *s <= 3:
		mean = 3 * time.Hour
	}
	at := p.k.k.workable(f.a.AnsweredAt, f.c.Customer.Phone)
	if f.a.AskedFor != nil {
		return f.a.AskedFor.Add(p.d.span(0, 12*time.Minute))
	}
	at = at.Add(p.d.about(mean))
	if p.d.chance(0.07) {
		at = at.Add(p.d.span(20*time.Hour, 60*time.Hour))
	}
	return at
}

// run takes the steps of all cases in order of time, up to now.
func (p *play) run() {
	for _, f := range p.files {
		if !f.at.IsZero() {
			p.stage = append(p.stage, f)
		}
	}
	heap.Init(&p.stage)
	for len(p.stage) > 0 {
		f := heap.Pop(&p.stage).(*file)
		next := p.step(f)
		if next.IsZero() {
			continue
		}
		if next.Before(f.at) {
			next = f.at.Add(time.Minute)
		}
		f.at = next
		if p.now.Sub(next) > 0 {
			heap.Push(&p.stage, f)
		}
	}
}

// events gives all events in order of time, numbered.
func (p *play) events() []callback.Event {
	sort.SliceStable(p.made, func(i, j int) bool { return p.made[i].at.Before(p.made[j].at) })
	seq := map[string]uint64{}
	out := make([]callback.Event, len(p.made))
	for i, m := range p.made {
		seq[m.event.Stream]++
		m.event.Seq = seq[m.event.Stream]
		out[i] = m.event
	}
	return out
}

// record makes an event of what somebody did, and folds it into the case.
func (p *play) record(f *file, s *station, at time.Time, what callback.Payload) {
	p.recordAt(f, s, at, f.c.Fence, what)
}

func (p *play) recordAt(f *file, s *station, at time.Time, fence uint64, what callback.Payload) {
	at = at.UTC().Truncate(time.Millisecond)
	if !at.After(f.last) {
		at = f.last.Add(time.Second)
	}
	if !at.Before(p.now) {
		return // it has not happened yet
	}
	e, err := callback.NewEvent(p.d.uuid(at), f.c.ID, what)
	if err != nil {
		return
	}
	e.Team, e.Agent, e.Device, e.Stream, e.Fence = p.team.ID, s.ID, s.device, s.stream, fence
	e.At = at.Add(-s.skew)
	skew := s.skew.Milliseconds()
	e.SkewMS = &skew
	f.c, _ = callback.Apply(p.team.Policy, f.c, e)
	f.last = at
	p.made = append(p.made, made{at, e})
}

// stage is a heap of cases by the time of their next step.
type stage []*file

func (s stage) Len() int { return len(s) }
func (s stage) Less(i, j int) bool {
	return s[i].at.Before(s[j].at) || s[i].at.Equal(s[j].at) && s[i].n < s[j].n
}
func (s stage) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *stage) Push(x any)   { *s = append(*s, x.(*file)) }
func (s *stage) Pop() any {
	old := *s
	x := old[len(old)-1]
	*s = old[:len(old)-1]
	return x
}
