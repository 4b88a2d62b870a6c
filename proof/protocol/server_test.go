package protocol

import (
	"slices"
	"time"

	"ringback/callback"
)

// server is the central endpoint in memory, with the tables that the real one has. It is copied for a backup, so what
// is changed in place is cloned by copy, and what only grows is shared.
type server struct {
	w     *world
	epoch string
	// floor is the least fence of a lease.
	floor uint64
	teams [teams]team
	// backups is the list of copies meant for restore, the oldest first.
	backups []*server
	// never is the do-not-call list, by the keys of persons.
	never []string
	// erased are the cases whose texts are gone, for ever.
	erased  []gone
	numbers []numberRow
}

// team is one team's part of the server's tables.
type team struct {
	pos        uint64
	floor      uint64
	heads      []head
	docs       []paper
	events     []stored
	streams    []streamRow
	restreams  []restreamRow
	quarantine []string
	policies   []inForce
}

// head is where the feed stood after a transaction, and the mark that was put there.
type head struct {
	pos, mark uint64
	at        time.Time
}

// paper is a document of the feed. Cases and days are values that never change once they are in one.
type paper struct {
	callback.Doc
	file   *callback.Case
	day    *callback.Day
	policy *callback.Policy
}

// stored is an event as the server keeps it.
type stored struct {
	ev     callback.Event
	status callback.Status
	reason callback.Reason
	pos    uint64
	fence  uint64
	// policy is the one that it was judged by.
	policy callback.Policy
	// again tells that it was refused first, and judged anew.
	again bool
}

type streamRow struct {
	name string
	head callback.StreamHead
}

type restreamRow struct {
	stream, id string
	seq        uint64
}

type numberRow struct {
	tel  string
	hold callback.NumberHold
}

// copy gives the server as it is now, to go on with or to come back to.
func (s *server) copy() *server {
	c := *s
	c.never, c.numbers, c.backups = slices.Clip(s.never), slices.Clone(s.numbers), slices.Clip(s.backups)
	for i := range c.teams {
		t := &c.teams[i]
		t.docs, t.streams = slices.Clone(t.docs), slices.Clone(t.streams)
		t.heads = slices.Clip(t.heads)
		t.policies = slices.Clip(t.policies)
		t.events, t.restreams, t.quarantine = slices.Clip(t.events), slices.Clip(t.restreams), slices.Clip(t.quarantine)
	}
	return &c
}

func (t *team) doc(kind callback.DocType, id string) *paper {
	for i := range t.docs {
		if t.docs[i].Type == kind && t.docs[i].ID == id {
			return &t.docs[i]
		}
	}
	return nil
}

// put gives a document the next position; a doc without a body is a tombstone.
func (t *team) put(p paper) uint64 {
	t.pos++
	p.Pos = t.pos
	t.docs = slices.DeleteFunc(t.docs, func(old paper) bool { return old.Type == p.Type && old.ID == p.ID })
	t.docs = append(t.docs, p)
	return t.pos
}

// mark notes where the feed stands after a transaction.
func (t *team) mark(w *world) {
	if n := len(t.heads); t.pos == 0 || n > 0 && t.heads[n-1].pos == t.pos {
		return
	}
	w.ids++
	t.heads = append(t.heads, head{t.pos, uint64(w.ids), w.now})
}

// marked gives the mark of a position, 0 if the feed never stood there.
func (t *team) marked(pos uint64) uint64 {
	for i := len(t.heads) - 1; i >= 0; i-- {
		if t.heads[i].pos == pos {
			return t.heads[i].mark
		}
	}
	return 0
}

func (t *team) file(id string) callback.Case {
	if p := t.doc(callback.DocCase, id); p != nil && p.file != nil {
		return *p.file
	}
	return callback.Case{}
}

func (t *team) event(id string) *stored {
	for i := range t.events {
		if t.events[i].ev.ID == id {
			return &t.events[i]
		}
	}
	return nil
}

func (t *team) stream(name string) *streamRow {
	for i := range t.streams {
		if t.streams[i].name == name {
			return &t.streams[i]
		}
	}
	return nil
}

// unit is one transaction: events are folded in memory, and each changed case is written once at its end.
type unit struct {
	s     *server
	teams [teams]ledger
}

type ledger struct {
	entries []*entry
}

// entry is a case in a unit: before, now, and the events in between.
type entry struct {
	id   string
	base callback.Case
	now  callback.Case
	// pos is where the case stands in the feed, effect where the unit's events show.
	pos, effect uint64
	touched     bool
	rows        []string
}

func (s *server) begin() *unit { return &unit{s: s} }

func (u *unit) entry(t int, id string) *entry {
	for _, e := range u.teams[t].entries {
		if e.id == id {
			return e
		}
	}
	e := &entry{id: id, base: u.s.teams[t].file(id)}
	if p := u.s.teams[t].doc(callback.DocCase, id); p != nil {
		e.pos = p.Pos
	}
	e.now = e.base
	u.teams[t].entries = append(u.teams[t].entries, e)
	return e
}

// apply folds an event into its case and keeps it; refused says that it was rejected before.
func (u *unit) apply(t int, ev callback.Event, refused callback.Verdict) (*entry, callback.Verdict) {
	e := u.entry(t, ev.CaseID)
	before, verdict, said := e.now, refused, ev
	late := u.s.gone(t, ev.CaseID) != nil && ev.Kind != callback.KindCaseErased
	if late && !u.s.w.rules.flaws.wholeLate {
		ev = ev.Stub()
		if before.Version == 0 && verdict.Status == "" {
			verdict = callback.Verdict{Status: callback.Shadowed, Reason: callback.ReasonErased}
		}
	}
	policy := u.s.w.policyFor(t, ev)
	if verdict.Status == "" {
		e.now, verdict = u.s.w.rules.apply(policy, e.now, ev)
		u.s.w.judged(before, ev, e.now, verdict)
	}
	e.touched = e.touched || e.now.Version != before.Version
	table := &u.s.teams[t]
	e.rows = append(e.rows, ev.ID)
	table.events = append(table.events, stored{ev: ev, status: verdict.Status, reason: verdict.Reason, fence: e.now.Fence, policy: policy})
	if verdict.Status != callback.Rejected {
		u.keepSuppressed(t, e, before, said)
	}
	return e, verdict
}

// serverDevice is the device of events that the server records by itself.
const serverDevice = "server"

func (u *unit) applyOwn(t int, id, agent, device string, p callback.Payload) (*entry, callback.Verdict) {
	w := u.s.w
	ev := w.event(id, p)
	ev.Team, ev.Agent, ev.Device, ev.At, ev.Fence = teamNames[t], agent, device, w.now, u.entry(t, id).now.Fence
	return u.apply(t, ev, callback.Verdict{})
}

// event makes an event that lacks who, where and when.
func (w *world) event(caseID string, p callback.Payload) callback.Event {
	ev, err := callback.NewEvent(w.id("e"), caseID, p)
	if err != nil {
		w.fail("make an event: %v", err)
	}
	return ev
}

// personKeys are the ways to recognise a customer.
func personKeys(c callback.Customer) []string {
	var keys []string
	if c.Ref != "" {
		keys = append(keys, "ref:"+c.Ref)
	}
	if c.Phone.E164 != "" {
		keys = append(keys, "tel:"+c.Phone.E164)
	}
	return keys
}

// keepSuppressed holds do-not-call above everything else.
func (u *unit) keepSuppressed(t int, e *entry, before callback.Case, ev callback.Event) {
	if u.s.w.suppresses(ev) && ev.Device != serverDevice {
		keys := personKeys(e.now.Customer)
		if g := u.s.gone(t, ev.CaseID); g != nil {
			keys = append(keys, g.keys...)
		}
		u.ban(keys, ev.Agent)
		return
	}
	if before.State.Open() || !e.now.State.Open() || u.s.w.rules.flaws.opensBanned || !u.s.banned(e.now.Customer) {
		return
	}
	u.applyOwn(t, e.id, ev.Agent, serverDevice, &callback.SuppressRequested{Reason: "on the list"})
}

func (s *server) banned(c callback.Customer) bool {
	if len(s.never) == 0 {
		return false
	}
	for _, k := range personKeys(c) {
		if slices.Contains(s.never, k) {
			return true
		}
	}
	return false
}

// ban puts keys on the list and ends every open case that has one of them, in all teams.
func (u *unit) ban(keys []string, agent string) {
	for _, k := range keys {
		if !slices.Contains(u.s.never, k) {
			u.s.never = append(u.s.never, k)
		}
	}
	if u.s.w.rules.flaws.soleCase {
		return
	}
	for t := range u.s.teams {
		ids := make([]string, 0, 8)
		for _, p := range u.s.teams[t].docs {
			if p.file != nil {
				ids = append(ids, p.ID)
			}
		}
		for _, e := range u.teams[t].entries {
			if e.id != "" && !slices.Contains(ids, e.id) {
				ids = append(ids, e.id)
			}
		}
		slices.Sort(ids)
		for _, id := range ids {
			e := u.entry(t, id)
			shares := func(k string) bool { return slices.Contains(keys, k) }
			if e.now.State.Open() && slices.ContainsFunc(personKeys(e.now.Customer), shares) {
				u.applyOwn(t, id, agent, serverDevice, &callback.SuppressRequested{Reason: "asked"})
			}
		}
	}
}

// flush writes what changed: cases, then counters, then the positions of the events' effects.
func (u *unit) flush() {
	for t := range u.teams {
		table := &u.s.teams[t]
		before, days, kept := table.pos, dayChanges{}, false
		for _, e := range u.teams[t].entries {
			if e.touched {
				file := e.now
				e.pos = table.put(paper{Doc: callback.Doc{Type: callback.DocCase, ID: e.id, Body: body}, file: &file})
				u.s.w.count(&days, t, e)
				u.s.holdNumber(t, e)
				u.s.w.caseChecked(t, e.base, e.now)
			}
			if e.effect = e.pos; e.pos <= before && !u.s.w.rules.flaws.oldEffect {
				e.effect = 0
			}
			for _, row := range e.rows {
				table.event(row).pos = e.effect
				kept = true
			}
		}
		days.write(table)
		if kept && table.pos == before {
			table.pos++ // a verdict is told: no history that lacks it may share this one's mark
		}
		u.teams[t] = ledger{}
		table.mark(u.s.w)
	}
}

// body stands for a document's bytes: the model hands values on, not JSON.
var body = []byte("{}")

// holdNumber frees the number of a case whose lease is gone.
func (s *server) holdNumber(t int, e *entry) {
	if e.now.Lease != nil || e.base.Lease == nil {
		return
	}
	s.numbers = slices.DeleteFunc(s.numbers, func(n numberRow) bool {
		return n.tel == e.base.Customer.Phone.E164 && n.hold.Team == teamNames[t] && n.hold.CaseID == e.id
	})
}

// intake opens a case for a customer, or adds their answer to the open one.
func (s *server) intake(i int) {
	who, w := customers[i], s.w
	t := &s.teams[who.team]
	three := 3
	response := callback.Response{ID: w.id("r"), Source: "web", Score: &three, AnsweredAt: w.now}
	u := s.begin()
	for _, p := range t.docs {
		if p.file != nil && p.file.Customer.Ref == who.ref && p.file.State.Open() {
			u.applyOwn(who.team, p.ID, "", serverDevice, &callback.ResponseAdded{Response: response})
			u.flush()
			return
		}
	}
	id := w.id("c")
	w.book.opened(who.team, id)
	u.applyOwn(who.team, id, "", serverDevice, &callback.CaseOpened{
		CaseKind: callback.KindDetractor,
		Customer: callback.Customer{ID: teamNames[who.team] + who.ref, Ref: who.ref, Value: -1, Phone: callback.Phone{E164: who.tel}},
		Response: response,
		Plan:     callback.Plan{FirstDue: w.now.Add(8 * time.Hour), CloseDue: w.now.Add(72 * time.Hour), WallDue: w.now.Add(24 * time.Hour)},
	})
	u.flush()
}
