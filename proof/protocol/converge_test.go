package protocol

import (
	"time"

	"ringback/callback"
)

// heal ends every fault, lets the network deliver what it still carries, and lets all desks sync until they rest.
// first says which desk speaks first.
func (w *world) heal(first int) {
	w.net, w.fuse = line{}, 0
	w.update()
	w.now = w.now.Add(holdBack)
	for _, l := range w.late {
		w.arrive(l)
	}
	w.late = nil
	w.book.poison = nil
	const rounds = 6
	for n := 0; ; n++ {
		quiet := true
		for i := range w.desks {
			d := w.desks[(i+first)%len(w.desks)]
			d.flushed, d.asked = d.disk.n, time.Time{}
			before, returned := d.disk.docs.at, len(w.book.returned)
			code := d.sync(100, 100)
			quiet = quiet && code == "" && d.disk.docs.at == before && d.pending() == 0 && len(w.book.returned) == returned
			w.deskChecked(d)
		}
		if quiet {
			break
		}
		if n == rounds {
			w.fail("I4: after %d rounds of syncing the desks do not rest", rounds)
		}
	}
	w.converged()
}

// converged checks what must hold when everything has been said.
func (w *world) converged() {
	w.serverChecked()
	for i := range w.book.events {
		w.accounted(&w.book.events[i])
	}
	for _, d := range w.desks {
		d.agrees()
	}
	w.nothingLeft()
	w.givenBack()
	for t := range w.srv.teams {
		w.inOrder(&w.srv.teams[t])
		if w.counts {
			w.recounted(t)
		}
	}
}

// inOrder checks that within a stream the server's order is that of the numbers, without holes. Only a request never to
// be called again may come early.
func (w *world) inOrder(t *team) {
	for _, s := range t.streams {
		last, have := uint64(0), make([]bool, s.head.Last+1)
		for _, e := range t.events {
			if e.ev.Stream != s.name || e.ev.Seq > s.head.Last {
				continue
			}
			have[e.ev.Seq] = true
			if w.suppresses(e.ev) || e.again {
				continue
			}
			if e.ev.Seq < last {
				w.fail("I2: number %d of %s came after %d", e.ev.Seq, s.name, last)
			}
			last = e.ev.Seq
		}
		for _, r := range t.restreams {
			if r.stream == s.name {
				have[r.seq] = true
			}
		}
		for seq := uint64(1); seq <= s.head.Last; seq++ {
			if !have[seq] {
				w.fail("I2: number %d of %s is missing, and %d is here", seq, s.name, s.head.Last)
			}
		}
	}
}

// accounted checks that an event which was shown as saved is at the server once, or in a quarantine that its agent sees.
func (w *world) accounted(n *note) {
	if n.orphan {
		return
	}
	stored := w.srv.teams[n.desk.user.team].event(n.ev.ID)
	row := n.desk.row(n.ev.ID)
	switch {
	case stored == nil && row != nil && (row.State == callback.Quarantined || row.State == callback.Withdrawn):
		return
	case stored == nil && (n.aged || n.undone):
		return
	case stored == nil:
		w.fail("I3: %s of %s was shown as saved, and the server does not have it", n.ev.ID, n.desk.name)
	case n.undone && stored.ev.Kind != callback.KindUndone:
		w.fail("I3: %s of %s was undone, and the server counts it", n.ev.ID, n.desk.name)
	}
	if w.suppresses(n.ev) && stored.status != callback.Rejected && !n.undone && stored.ev.Kind == n.ev.Kind {
		if c := w.srv.teams[n.desk.user.team].file(n.ev.CaseID); c.State.Open() {
			w.fail("I6: %s asks that nobody call again, and %s is open", n.ev.ID, c.ID)
		}
	}
	if row != nil && !w.excused() {
		w.toldRight(n, row, stored)
	}
}

// toldRight checks that the desk shows the verdict that the server gave.
func (w *world) toldRight(n *note, row *row, stored *stored) {
	want := callback.Settled
	switch {
	case row.State == callback.Withdrawn:
		return
	case row.State == callback.Quarantined && !row.Again:
		// A person is to decide about it: what another desk or a supervisor made of it since does not hide it.
		return
	case stored.status == callback.Rejected:
		want = callback.Quarantined
	case stored.status == callback.Shadowed:
		want = callback.InShadow
	}
	if row.Pending() || row.State != want {
		w.fail("I3: the server's word on %s is %s, and %s shows it as %s", n.ev.ID, stored.status, n.desk.name, row.State)
	}
}

func (d *desk) row(id string) *row {
	for i := range d.disk.rows {
		if d.disk.rows[i].Event.ID == id {
			return &d.disk.rows[i]
		}
	}
	return nil
}

// agrees checks that a desk holds exactly the documents that its user may see, and shows each as the server has it.
func (d *desk) agrees() {
	w, team := d.w, &d.w.srv.teams[d.user.team]
	n := 0
	for _, p := range team.docs {
		if p.Body == nil || !sees(d.user, p.Doc) {
			continue
		}
		n++
		mine := d.paper(p.Doc)
		if mine == nil {
			w.fail("I4: %s lacks %s %s", d.name, p.Type, p.ID)
		}
		if mine.Pos != p.Pos || mine.file != p.file || mine.day != p.day {
			w.fail("I4: %s has %s %s of position %d, the server of %d", d.name, p.Type, p.ID, mine.Pos, p.Pos)
		}
		if p.file == nil {
			continue
		}
		if c, _ := d.view(p.ID); !w.excused() && (c.Version != p.file.Version || c.State != p.file.State) {
			w.fail("I4: %s shows %s in version %d, %s; the server has version %d, %s",
				d.name, p.ID, c.Version, c.State, p.file.Version, p.file.State)
		}
	}
	if extra := len(d.disk.docs.papers) - n; extra != 0 {
		w.fail("I4: %s holds %d documents that the server does not give it", d.name, extra)
	}
}

func (d *desk) paper(of callback.Doc) *paper {
	for i := range d.disk.docs.papers {
		if p := &d.disk.docs.papers[i]; p.Type == of.Type && p.ID == of.ID {
			return p
		}
	}
	return nil
}

// recounted checks that the counters are what a recount of the cases gives.
func (w *world) recounted(t int) {
	var count dayChanges
	for _, p := range w.srv.teams[t].docs {
		switch {
		case p.file != nil:
			count.add(w.tally(t, *p.file), +1)
		case p.day != nil:
			count.add([]callback.Day{*p.day}, -1)
		}
	}
	for _, day := range count {
		if !day.Zero() {
			w.fail("I9: the counters of %s on %s differ from a recount", day.Agent, day.Date)
		}
	}
}
