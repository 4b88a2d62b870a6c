package protocol

import (
	"slices"
	"time"

	"ringback/callback"
)

// observer knows everything that happened, and judges.
type observer struct {
	cases  []caseRef
	events []note
	index  map[string]int
	// poison are events that the server's build cannot read.
	poison map[string]bool
	rises  []rise
	// erased are the cases of which nothing may be left, returned the leases that a desk has given back.
	erased   []gone
	returned []string
}

type caseRef struct {
	team int
	id   string
}

// note is what the observer has of one event: who showed it as saved, and what may excuse its absence.
type note struct {
	ev   callback.Event
	desk *desk
	// epoch is the history whose documents the desk showed then.
	epoch string
	// under is where the lease was given under which it was recorded.
	under branch
	// undone: its agent took it back.
	undone bool
	// orphan: the disk that held it was set back to an older image.
	orphan bool
	// left: it left the journal, as a backup held it. aged: it left because it was old.
	left, aged bool
}

func (o *observer) opened(team int, id string) { o.cases = append(o.cases, caseRef{team, id}) }

func (o *observer) of(id string) *note {
	if i, ok := o.index[id]; ok {
		return &o.events[i]
	}
	return nil
}

// saved notes that a desk showed an event as saved.
func (o *observer) saved(d *desk, e callback.Event) {
	if o.of(e.ID) != nil {
		return
	}
	if o.index == nil {
		o.index = map[string]int{}
	}
	o.index[e.ID] = len(o.events)
	n := note{ev: e, desk: d, epoch: d.disk.docs.at.Epoch}
	for _, l := range d.disk.leases {
		if l.CaseID == e.CaseID && l.Fence == e.Fence {
			n.under = l.from
		}
	}
	o.events = append(o.events, n)
}

func (o *observer) undone(d *desk, id string) {
	if n := o.of(id); n != nil && !d.copied {
		n.undone = true
	}
}

// left judges that an event leaves a journal: I2 of the protocol, a backup of the same history must hold it, or it is
// old.
func (o *observer) left(d *desk, r callback.JournalRow, now time.Time) {
	n := o.of(r.Event.ID)
	if n == nil {
		return
	}
	if now.Sub(r.AckedAt) >= callback.JournalKeeps {
		n.aged = true
		return
	}
	for _, b := range d.w.shelf {
		if b.teams[d.user.team].event(r.Event.ID) == nil {
			d.w.fail("I1: %s leaves the journal of %s, and a backup that may be restored does not hold it", r.Event.ID, d.name)
		}
	}
	n.left = true
}

// rise is one rise of a case's fence. mild tells that it passed nobody's right on for good: the case was assigned, or a
// time was agreed, and a result of somebody who had not heard of that may still lead.
type rise struct {
	id    string
	fence uint64
	mild  bool
	// claim tells that a lease was given to by, in the history epoch.
	claim     bool
	by, epoch string
}

// judged checks one fold: a fence never falls, and what takes effect was recorded by somebody from whom the right to act
// had not passed on.
func (w *world) judged(before callback.Case, e callback.Event, after callback.Case, v callback.Verdict) {
	if before.Version == 0 {
		return
	}
	if after.Fence < before.Fence {
		w.fail("I5: the fence of %s fell from %d to %d", e.CaseID, before.Fence, after.Fence)
	}
	if before.State == callback.Closed && after.State == callback.Closed && before.Round == after.Round &&
		before.Closing.EventID != after.Closing.EventID && !couldNotReach(before) && e.Kind != callback.KindEventAmended {
		w.fail("I5: round %d of %s was resolved by %s and then by %s", after.Round, e.CaseID, before.Closing.EventID, e.ID)
	}
	leads := v.Status == callback.Applied && !w.suppresses(e) && before.State != callback.Suppressed &&
		(e.Kind == callback.KindCallRecorded || e.Kind == callback.KindCaseClosed)
	if leads && e.Fence < before.Fence && before.FenceBy != e.Device && !couldNotReach(before) {
		w.passedOn(before, e)
	}
	if after.Fence > before.Fence {
		mild := e.Kind == callback.KindCaseAssigned || after.Plan.Callback != nil && after.Plan.Callback.Fence == after.Fence
		w.book.rises = slices.DeleteFunc(w.book.rises, func(r rise) bool { return r.id == e.CaseID && r.fence >= after.Fence })
		w.book.rises = append(w.book.rises, rise{e.CaseID, after.Fence, mild, e.Kind == callback.KindCaseClaimed, e.Device, w.srv.epoch})
	}
	if leads {
		w.ofALostHistory(before, e)
	}
}

// ofALostHistory fails if a result that was recorded in a history which is gone leads over a lease that the present one
// has given to another desk: fences of lost histories do not count.
func (w *world) ofALostHistory(before callback.Case, e callback.Event) {
	n := w.book.of(e.ID)
	if w.excused() || n == nil || n.epoch == w.srv.epoch || couldNotReach(before) {
		return
	}
	if n.under.epoch == w.srv.epoch && n.under.silences < w.silences {
		return // its right was given in this history, by a server that was set back in silence before the desk fetched anything of it
	}
	for _, r := range w.book.rises {
		if r.id == e.CaseID && r.claim && r.epoch == w.srv.epoch && r.by != e.Device && r.fence == before.Fence {
			w.fail("I5: %s of the lost history %s leads on %s over the lease of %s", e.ID, n.epoch, e.CaseID, r.by)
		}
	}
}

// couldNotReach tells that a case was closed only because nobody answered: whoever did reach the customer is heard.
func couldNotReach(c callback.Case) bool {
	if c.Closing == nil || c.State != callback.Closed {
		return false
	}
	switch c.Closing.Resolution {
	case callback.Exhausted, callback.AgedOut, callback.UnreachData, callback.StaleContact:
		return true
	}
	return false
}

// passedOn fails unless all that an event's desk had not heard of is one mild rise.
func (w *world) passedOn(before callback.Case, e callback.Event) {
	if w.excused() {
		return
	}
	n := 0
	for _, r := range w.book.rises {
		if r.id != e.CaseID || r.fence <= e.Fence || r.fence > before.Fence {
			continue
		}
		if n++; n > 1 || !r.mild {
			w.fail("I5: %s took effect on %s under fence %d, which %s had raised to %d", e.ID, e.CaseID, e.Fence, before.FenceBy, before.Fence)
		}
	}
}

// caseChecked checks a case as it is written: every event counts once, and a round ends once.
func (w *world) caseChecked(team int, before, now callback.Case) {
	for i, a := range now.Attempts {
		for _, b := range now.Attempts[:i] {
			if a.EventID == b.EventID {
				w.fail("I2: the attempt of %s counts twice on %s", a.EventID, now.ID)
			}
		}
	}
	for i, a := range now.Notes {
		for _, b := range now.Notes[:i] {
			if a.EventID == b.EventID {
				w.fail("I2: the note %s stands twice on %s", a.EventID, now.ID)
			}
		}
	}
	if before.State == callback.Suppressed && now.State != callback.Suppressed {
		w.fail("I6: %s was suppressed and is %s", now.ID, now.State)
	}
}

// leasesChecked checks that no two live leases cover one case or one number, and none a case that may not be called.
func (w *world) leasesChecked() {
	type live struct{ tel, agent, id string }
	var seen []live
	for t := range w.srv.teams {
		for _, p := range w.srv.teams[t].docs {
			if p.file == nil || p.file.Lease == nil || !w.now.Before(p.file.Lease.Until) {
				continue
			}
			l := live{p.file.Customer.Phone.E164, p.file.Lease.Agent, p.ID}
			for _, o := range seen {
				if o.tel == l.tel {
					w.fail("I5: %s and %s hold leases on one number, for %s and %s", o.agent, l.agent, o.id, l.id)
				}
			}
			seen = append(seen, l)
			if w.srv.banned(p.file.Customer) {
				w.fail("I6: %s holds a lease on %s, whose customer is never to be called", l.agent, l.id)
			}
		}
	}
}

// granted checks a lease as it is given: nobody else holds a live one on the case.
func (w *world) granted(before *callback.Lease, l callback.Lease) {
	if before != nil && before.Agent != l.Agent && w.now.Before(before.Until) {
		w.fail("I5: %s was given the lease of %s, which %s holds", l.Agent, l.CaseID, before.Agent)
	}
}

// serverChecked checks what must hold of the server at every moment.
func (w *world) serverChecked() {
	for t := range w.srv.teams {
		team := &w.srv.teams[t]
		for _, p := range team.docs {
			if p.file != nil && p.file.State.Open() && w.srv.banned(p.file.Customer) {
				w.fail("I6: %s is open, and its customer is never to be called", p.ID)
			}
		}
		for i := range team.events {
			for j := range team.events[:i] {
				if team.events[i].ev.ID == team.events[j].ev.ID {
					w.fail("I2: %s is stored twice", team.events[i].ev.ID)
				}
			}
		}
	}
	w.leasesChecked()
}

// deskChecked checks what must hold of a desk at every moment.
func (w *world) deskChecked(d *desk) {
	for i := range w.book.events {
		n := &w.book.events[i]
		if n.desk == d && !n.orphan && !n.left && !n.aged && !d.holds(n.ev.ID) {
			w.fail("I1: %s was shown as saved at %s, and is gone from its disk", n.ev.ID, d.name)
		}
	}
	if at := d.disk.docs.at; at.Cursor != "" && !at.Whole {
		w.fail("I4: %s shows half a snapshot", d.name)
	}
	for i, r := range d.disk.rows {
		for _, o := range d.disk.rows[:i] {
			if o.Event.Stream == r.Event.Stream && o.Event.Seq == r.Event.Seq && r.Event.Stream == d.disk.stream {
				w.fail("I2: %s and %s have the number %d of %s", o.Event.ID, r.Event.ID, r.Event.Seq, r.Event.Stream)
			}
		}
	}
	for i, r := range d.disk.rows {
		if r.resting || r.State == callback.Withdrawn || r.State == callback.Quarantined && !r.Again {
			continue
		}
		if w.suppresses(r.Event) {
			d.callsNobody(r.JournalRow)
		}
		if slices.ContainsFunc(d.disk.rows[:i], func(o row) bool { return o.Event.CaseID == r.Event.CaseID && !o.resting }) {
			continue
		}
		d.seesItsOwn(r.Event.CaseID)
	}
}

func (d *desk) holds(id string) bool {
	if slices.ContainsFunc(d.disk.rows, func(r row) bool { return r.Event.ID == id }) {
		return true
	}
	return slices.ContainsFunc(d.disk.logged[d.disk.counted:], func(e callback.Event) bool { return e.ID == id })
}

// seesItsOwn checks that each fact recorded here on a case is on the screen exactly once.
func (d *desk) seesItsOwn(id string) {
	c, _ := d.view(id)
	if c.Version == 0 {
		return
	}
	for _, r := range d.disk.rows {
		if r.resting || r.Event.CaseID != id || r.State == callback.Withdrawn || r.State == callback.Quarantined && !r.Again {
			continue
		}
		n, of := traces(c, r.Event)
		told := r.Receipt != nil && r.Receipt.Final().Reason == callback.ReasonErased
		if of && n != 1 && (n > 1 || c.Erased == nil && !told) {
			d.w.fail("I3: %s shows %s %d times on %s", d.name, r.Event.ID, n, id)
		}
	}
}

// traces counts how often a case shows an event; of is false for kinds that cannot be recognised.
func traces(c callback.Case, e callback.Event) (n int, of bool) {
	switch e.Kind {
	case callback.KindCallRecorded:
		for _, a := range c.Attempts {
			if a.EventID == e.ID {
				n++
			}
		}
	case callback.KindNoteAdded:
		for _, a := range c.Notes {
			if a.EventID == e.ID {
				n++
			}
		}
	default:
		return 0, false
	}
	return n, true
}

// callsNobody checks that a desk which recorded that somebody is never to be called offers no case of theirs.
func (d *desk) callsNobody(r callback.JournalRow) {
	about := d.disk.docs.file(r.Event.CaseID)
	if about == nil {
		return
	}
	for _, p := range d.disk.docs.papers {
		if p.file == nil || p.file.Customer.ID != about.file.Customer.ID && p.file.Customer.Phone.E164 != about.file.Customer.Phone.E164 {
			continue
		}
		if c, _ := d.view(p.ID); c.State.Open() && c.Confirmed(*p.file) {
			d.w.fail("I6: %s recorded %s, and offers %s of the same person", d.name, r.Event.ID, p.ID)
		}
	}
}
