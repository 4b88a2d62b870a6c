package protocol

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"ringback/callback"
)

// secret stands in every text of the histories: none of it may be left of somebody who was erased.
const secret = "secret"

// gone is an erased case and the keys by which its person is known.
type gone struct {
	team int
	id   string
	keys []string
}

// erasePerson erases a customer in every team, as server.Erase does.
func (w *world) erasePerson(which uint8) {
	who := customers[int(which)%len(customers)]
	u := w.srv.begin()
	for t := range w.srv.teams {
		for _, p := range slices.Clone(w.srv.teams[t].docs) {
			if p.file != nil && p.file.Customer.Ref == who.ref {
				u.erase(t, p.ID)
			}
		}
	}
	u.flush()
	w.book.erased = w.srv.erased
	w.log("%s is erased", who.ref)
	w.serverChecked()
}

// erase takes the texts out of a case: out of its events first, so that the case stays the fold of them.
func (u *unit) erase(t int, id string) {
	e, table, w := u.entry(t, id), &u.s.teams[t], u.s.w
	if u.s.gone(t, id) == nil {
		u.s.erased = append(slices.Clip(u.s.erased), gone{t, id, personKeys(e.now.Customer)})
	}
	if e.now.Version == 0 || e.now.Erased != nil {
		return
	}
	var c callback.Case
	table.events = slices.Clone(table.events)
	for i := range table.events {
		row := &table.events[i]
		if row.ev.CaseID != id {
			continue
		}
		row.ev = row.ev.Stub()
		if row.status != callback.Rejected {
			c, _ = w.rules.apply(row.policy, c, row.ev)
		}
	}
	e.now, e.touched = c, true
	u.applyOwn(t, id, "sue", serverDevice, &callback.CaseErased{})
	table.put(paper{Doc: callback.Doc{Type: callback.DocErased, ID: id, Body: body}})
}

func (s *server) gone(team int, id string) *gone {
	for i := range s.erased {
		if s.erased[i].team == team && s.erased[i].id == id {
			return &s.erased[i]
		}
	}
	return nil
}

// eraseAgain repeats on a restored database what a ledger beside it says of erasures.
func (s *server) eraseAgain(ledger []gone) {
	if s.w.rules.flaws.forgetsErasures {
		return
	}
	u := s.begin()
	for _, g := range ledger {
		if s.gone(g.team, g.id) == nil {
			s.erased = append(slices.Clip(s.erased), g)
		}
		u.erase(g.team, g.id)
	}
	u.flush()
}

// followErasures destroys what the desk keeps of cases that its documents name as erased, as store.followErasures does.
func (d *desk) followErasures() {
	var ids []string
	for _, p := range d.disk.docs.papers {
		if p.Type == callback.DocErased {
			ids = append(ids, p.ID)
		}
	}
	d.shred(ids)
}

// shred makes stubs of what the journal and its log say of cases.
func (d *desk) shred(ids []string) {
	about := func(e callback.Event) bool {
		return slices.Contains(ids, e.CaseID) && bytes.Contains(e.Payload, []byte(secret))
	}
	some := slices.ContainsFunc(d.disk.rows, func(r row) bool { return about(r.Event) }) || slices.ContainsFunc(d.disk.logged, about)
	if !some || d.w.rules.flaws.keepsErased {
		return
	}
	rows, logged := slices.Clone(d.disk.rows), slices.Clone(d.disk.logged)
	for i := range rows {
		if about(rows[i].Event) {
			rows[i].Event = rows[i].Event.Stub()
		}
	}
	for i := range logged {
		if about(logged[i]) && !d.w.rules.flaws.keepsLog {
			logged[i] = logged[i].Stub()
		}
	}
	d.write(func(disk *disk) { disk.rows = rows })
	d.write(func(disk *disk) { disk.logged = logged })
	d.w.log("%s destroys what it kept of %v", d.name, ids)
}

// shredTold destroys what was recorded about cases that a receipt calls erased.
func (d *desk) shredTold(reply callback.PushReply) {
	var ids []string
	for _, word := range reply.Receipts {
		if r := d.row(word.EventID); r != nil && word.Final().Reason == callback.ReasonErased {
			ids = append(ids, r.Event.CaseID)
		}
	}
	if len(ids) > 0 {
		d.shred(ids)
	}
}

// heldEvery is how often a desk asks about cases that it does not see, besides after each snapshot.
const heldEvery = 6 * time.Hour

// askHeld asks which of the cases that the journal speaks of, and the documents do not show, were erased: the feed need
// not say so, as when a restored server lacks the case.
func (d *desk) askHeld() {
	if d.w.rules.flaws.neverAsks || !d.fresh && d.w.now.Sub(d.asked) < heldEvery {
		return
	}
	if t := d.w.exchange(); t != fine && t != twice {
		return
	}
	var erased []string
	for _, r := range d.disk.rows {
		id := r.Event.CaseID
		if bytes.Contains(r.Event.Payload, []byte(secret)) && d.disk.docs.file(id) == nil && d.w.srv.gone(d.user.team, id) != nil {
			erased = append(erased, id)
		}
	}
	d.shred(erased)
	d.asked, d.fresh = d.w.now, false
}

// nothingLeft checks that no text of an erased case is left on the server or on a desk that has synced.
func (w *world) nothingLeft() {
	for _, g := range w.book.erased {
		t := &w.srv.teams[g.team]
		for _, e := range t.events {
			if e.ev.CaseID == g.id && bytes.Contains(e.ev.Payload, []byte(secret)) {
				w.fail("I8: the server keeps the text of %s about %s, which was erased", e.ev.ID, g.id)
			}
		}
		if raw, err := json.Marshal(t.file(g.id)); err != nil || bytes.Contains(raw, []byte(secret)) {
			w.fail("I8: the server's document of %s, which was erased, has a text (%v)", g.id, err)
		}
		for _, d := range w.desks {
			if d.user.team != g.team {
				continue
			}
			for _, r := range d.disk.rows {
				if r.Event.CaseID == g.id && bytes.Contains(r.Event.Payload, []byte(secret)) {
					w.fail("I8: the journal of %s keeps the text of %s about %s, which was erased", d.name, r.Event.ID, g.id)
				}
			}
			for _, e := range d.disk.logged {
				if e.CaseID == g.id && bytes.Contains(e.Payload, []byte(secret)) {
					w.fail("I8: the log of %s keeps the text of %s about %s, which was erased", d.name, e.ID, g.id)
				}
			}
		}
	}
}
