package protocol

import (
	"time"

	"ringback/callback"
)

// step is one thing that happens, with what it is left to choose. The choices are taken modulo what there is, so that
// every part of a history is a history.
type step struct {
	action     int
	a, b, c, d uint8
}

// action is one kind of step.
type action struct {
	name string
	// weight is how often it is drawn.
	weight int
	theme  theme
	do     func(w *world, s step)
}

// theme is what kinds of steps are about.
type theme int

// The themes. No history goes without the steps that are always there.
const (
	always theme = iota
	aboutLine
	aboutDeath
	aboutJournal
	aboutClock
	aboutLeases
	aboutCopies
	aboutHistory
	aboutPeople
	aboutVersions
	themes
)

// actions is the list of everything that can happen. Those of other parts of the house are added here.
func actions() []action {
	return []action{
		{"record", 8, always, func(w *world, s step) { w.record(w.desk(s.a), s.b, s.c) }},
		{"sync", 8, always, func(w *world, s step) { w.sync(w.desk(s.a), s, 0) }},
		{"sync in trouble", 6, aboutLine, func(w *world, s step) { w.sync(w.desk(s.a), s, 1) }},
		{"cut off after a push", 2, aboutHistory, func(w *world, s step) {
			w.net.pushes = true
			w.sync(w.desk(s.a), s, 0)
		}},
		{"settle a dispute", 3, aboutJournal, func(w *world, s step) { w.settleDispute(w.desk(s.a), s.b, s.c) }},
		{"crash while syncing", 3, aboutDeath, func(w *world, s step) { w.sync(w.desk(s.a), s, 2) }},
		{"crash while recording", 1, aboutDeath, func(w *world, s step) {
			w.fuse = 1 + int(s.d)%5
			w.record(w.desk(s.a), s.b, s.c)
		}},
		{"crash", 1, aboutDeath, func(w *world, s step) { w.desk(s.a).open() }},
		{"undo", 2, aboutJournal, func(w *world, s step) { w.desk(s.a).onRow(s.b, (*desk).undo) }},
		{"offer again", 1, aboutJournal, func(w *world, s step) { w.desk(s.a).onRow(s.b, (*desk).requeue) }},
		{"seen", 1, aboutJournal, func(w *world, s step) { w.desk(s.a).onRow(s.b, (*desk).markSeen) }},
		{"poison", 1, aboutJournal, func(w *world, s step) { w.poison(s.a) }},
		{"a moment", 3, aboutClock, func(w *world, s step) { w.pass(time.Duration(s.a) * time.Second) }},
		{"hours", 2, aboutClock, func(w *world, s step) { w.pass(time.Duration(s.a) * 7 * time.Minute) }},
		{"six weeks", 1, aboutClock, func(w *world, _ step) { w.pass(46 * 24 * time.Hour) }},
		{"a season", 1, aboutClock, func(w *world, _ step) { w.pass(100 * 24 * time.Hour) }},
		{"claim", 4, aboutLeases, func(w *world, s step) { w.claim(w.desk(s.a), s) }},
		{"renew or release", 1, aboutLeases, func(w *world, s step) { w.lease(w.desk(s.a), s) }},
		{"take a pack", 1, aboutLeases, func(w *world, s step) { w.takePack(w.desk(s.a)) }},
		{"return a pack", 1, aboutLeases, func(w *world, s step) { w.desk(s.a).returnPack() }},
		{"intake", 2, aboutLeases, func(w *world, s step) { w.srv.intake(int(s.a) % len(customers)) }},
		{"late delivery", 2, aboutLine, func(w *world, s step) { w.deliver(s.a) }},
		{"image", 1, aboutCopies, func(w *world, s step) { w.image(w.desk(s.a)) }},
		{"set back a desk", 1, aboutCopies, func(w *world, s step) { w.setBack(s.a) }},
		{"clone a desk", 1, aboutCopies, func(w *world, s step) { w.clone(s.a) }},
		{"backup", 2, aboutHistory, func(w *world, _ step) { w.backup() }},
		{"restore", 1, aboutHistory, func(w *world, s step) { w.restore(s.a, false) }},
		{"restore in silence", 1, aboutHistory, func(w *world, s step) { w.restore(s.a, true) }},
		{"throw a backup away", 1, aboutHistory, func(w *world, _ step) { w.dropBackup() }},
		{"change of role", 1, aboutPeople, func(w *world, s step) { w.changeRole(s.a) }},
		{"clock set", 1, aboutClock, func(w *world, s step) { w.desk(s.a).skew = time.Duration(int(s.b)-128) * 11 * time.Minute }},
		{"broken documents", 1, aboutDeath, func(w *world, s step) { w.desk(s.a).broken = true }},
		{"another build of a desk", 1, aboutVersions, func(w *world, s step) { w.changeBuild(w.desk(s.a)) }},
		{"another build of the server", 1, aboutVersions, func(w *world, _ step) { w.changeServer() }},
		{"documents of a new form", 1, aboutVersions, func(w *world, _ step) { w.newDocs, w.mixed = true, true }},
		{"another policy", 1, aboutPeople, func(w *world, s step) { w.setPolicy(s.a) }},
		{"erase a person", 1, aboutPeople, func(w *world, s step) { w.erasePerson(s.a) }},
		{"never call", 1, aboutPeople, func(w *world, s step) { w.never(s.a) }},
		{"document withdrawn", 1, aboutPeople, func(w *world, s step) { w.withdraw(s.a) }},
	}
}

func (w *world) desk(n uint8) *desk { return w.desks[int(n)%len(w.desks)] }

// run does one step; a desk that dies in it begins again from its disk. The step itself checks the desks that it
// touches.
func (w *world) run(a action, s step) {
	w.log("-- %s %d %d %d %d", a.name, s.a, s.b, s.c, s.d)
	w.survive(func() { a.do(w, s) })
	w.fuse, w.net = 0, line{}
	w.serverChecked()
}

func (w *world) survive(do func()) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case crashed:
			w.log("  a desk dies")
			w.fuse, w.net = 0, line{}
			w.dying.open()
			w.deskChecked(w.dying)
		default:
			panic(v)
		}
	}()
	do()
}

func (w *world) record(d *desk, which, what uint8) {
	id := w.caseOf(d, which)
	if id == "" {
		return
	}
	w.dying = d
	d.record(id, w.fact(d, id, what))
	w.deskChecked(d)
}

// caseOf chooses a case of a desk's team: every second time the first one, so that desks meet there.
func (w *world) caseOf(d *desk, which uint8) string {
	n := 0
	for _, c := range w.book.cases {
		if c.team == d.user.team {
			n++
		}
	}
	at := int(which/2) % n * int(which%2)
	for _, c := range w.book.cases {
		if c.team == d.user.team {
			if at == 0 {
				return c.id
			}
			at--
		}
	}
	return ""
}

// settleDispute records what a person decides on a fact that does not lead.
func (w *world) settleDispute(d *desk, which, how uint8) {
	id := w.caseOf(d, which)
	c, _ := d.view(id)
	if len(c.Disputes) == 0 {
		return
	}
	about := c.Disputes[int(how/4)%len(c.Disputes)]
	p := &callback.EventAmended{EventID: about.EventID, Act: []callback.Act{callback.ActKeep, callback.ActLead, callback.ActAsk}[how%3], Over: about.Over, Reason: secret}
	if p.Act == callback.ActKeep && about.Leads() {
		p.Over = about.EventID
	}
	w.dying = d
	d.record(id, p)
	d.w.deskChecked(d)
}

// fact makes something that an agent may state.
func (w *world) fact(d *desk, id string, what uint8) callback.Payload {
	later := w.now.Add(time.Duration(what) * time.Hour)
	nine := 9
	call := &callback.CallRecorded{AttemptID: "a", StartedAt: d.now(), Disposition: callback.NoAnswer, Note: secret, Root: &callback.RootCause{Driver: "billing"}}
	switch what % 16 {
	case 0, 1:
		call.Disposition, call.Rescore = callback.TalkedResolved, &callback.Answer{Answer: callback.Answered, Value: &nine}
	case 2, 3:
		call.Disposition, call.Promises = callback.TalkedPromise, []callback.NewPromise{{ID: "p" + id, Text: secret, Due: later}}
	case 4:
		call.Disposition, call.Callback = callback.CallbackMine, &callback.CallbackWish{At: later}
	case 5:
		call.Disposition = callback.DoNotCall
	case 6:
		return &callback.SuppressRequested{Reason: "asked"}
	case 7:
		return &callback.CaseClosed{Resolution: callback.Listened}
	case 8:
		return &callback.CaseReopened{Reason: "rang again"}
	case 9:
		return &callback.CaseSkipped{Reason: "busy"}
	case 10:
		return &callback.PromiseSettled{PromiseID: "p" + id, Status: callback.PromiseDone}
	case 11:
		return &callback.CaseAssigned{To: d.user.id}
	case 12:
		return &callback.CallbackSet{Callback: callback.CallbackWish{At: later}}
	case 13, 14:
		return &callback.NoteAdded{Text: secret}
	}
	return call
}

// sync lets a desk speak to the server; how chooses trouble on the line (1) or death (2).
func (w *world) sync(d *desk, s step, how int) {
	switch how {
	case 1:
		if s.d%4 == 0 {
			w.net.silent = 1 + int(s.c)%6
		}
		w.net.troubles = []trouble{trouble(s.c) % troubles, trouble(s.d) % troubles, trouble(s.c/16) % troubles, trouble(s.d/16) % troubles}
	case 2:
		w.fuse = 1 + int(s.d)%24
	}
	if s.b&128 == 0 {
		d.flushed = d.disk.n
	}
	w.dying = d
	code := d.sync(1+int(s.b)%5, 1+int(s.b/5)%6)
	w.log("  %s ends with %q, documents of %s up to %d", d.name, code, d.disk.docs.at.Epoch, d.disk.docs.at.Shown)
	w.deskChecked(d)
}

// onRow does something to a row of the journal.
func (d *desk) onRow(which uint8, do func(*desk, int)) {
	if n := len(d.disk.rows); n > 0 {
		do(d, n-1-int(which)%n)
		d.w.deskChecked(d)
	}
}

func (w *world) poison(which uint8) {
	if n := len(w.book.events); n > 0 {
		if w.book.poison == nil {
			w.book.poison = map[string]bool{}
		}
		w.book.poison[w.book.events[n-1-int(which)%min(n, 3)].ev.ID] = true
	}
}

func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	w.srv.tick()
}

func (w *world) claim(d *desk, s step) {
	id := w.caseOf(d, s.b)
	purpose := []callback.LeasePurpose{callback.LeasePreview, callback.LeaseInCall, callback.LeasePack}[s.c%3]
	if l, code := w.srv.claim(d.user, d.device, id, purpose); code == "" {
		w.log("%s claims %s under fence %d until %s", d.name, id, l.Fence, l.Until.Format(time.TimeOnly))
		if s.d%4 != 0 { // else the answer is lost
			d.saveLease(l)
		}
	}
}

func (w *world) lease(d *desk, s step) {
	if n := len(d.disk.leases); n > 0 {
		l := d.disk.leases[int(s.b)%n]
		if s.c%2 == 0 {
			w.srv.release(d.user, d.device, l.ID)
			return
		}
		if l, code := w.srv.renew(d.user, d.device, l.ID); code == "" {
			d.saveLease(l)
		}
	}
}

func (w *world) deliver(which uint8) {
	n := len(w.late)
	if n == 0 {
		return
	}
	l := w.late[int(which)%n]
	w.late = append(w.late[:int(which)%n:int(which)%n], w.late[int(which)%n+1:]...)
	w.arrive(l)
}
