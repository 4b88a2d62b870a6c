package protocol

import (
	"slices"

	"ringback/callback"
)

// position is where the desk asks the feed from.
func (d *desk) position() callback.Position {
	var next *callback.Stand
	if d.disk.next != nil {
		next = &d.disk.next.at
	}
	return d.w.rules.askFrom(d.disk.docs.at, d.broken, next)
}

// applyPage takes a page of the feed in, as store.ApplyPage does: documents, cursor and head in one transaction.
func (d *desk) applyPage(p page) {
	var next *callback.Stand
	if d.disk.next != nil {
		next = &d.disk.next.at
	}
	switch d.w.rules.filing(p.PageHead, next) {
	case callback.FileChanges:
		at := d.w.rules.stand(d.disk.docs.at, p.Page)
		at.Whole = true
		d.file(&d.disk.docs, p, at)
		if !p.More {
			d.followErasures()
		}
		return
	case callback.FileBegin:
		d.write(func(disk *disk) { disk.next = &files{} })
	}
	at := d.w.rules.stand(d.disk.next.at, p.Page)
	at.Whole = !p.More
	d.file(d.disk.next, p, at)
	if !p.More || d.w.rules.flaws.swapEarly {
		d.swap()
		d.followEpoch()
		d.followErasures()
	}
}

// file adds a page to a set of documents.
func (d *desk) file(to *files, p page, at callback.Stand) {
	if d.w.rules.flaws.cursorFirst {
		d.write(func(*disk) { to.at = at })
	}
	d.write(func(*disk) {
		for _, p := range p.papers {
			to.put(p)
		}
		to.at = at
	})
}

// swap puts a finished snapshot in the place of the documents in use.
func (d *desk) swap() {
	d.write(func(disk *disk) {
		disk.docs, disk.next = *disk.next, nil
	})
	d.broken, d.fresh = false, true
}

// view is a case as the desk shows it, as store.views makes it: the server's document, this desk's lease, and this
// desk's events that the document does not show yet. fence is what the desk's events on the case carry.
func (d *desk) view(id string) (c callback.Case, fence uint64) {
	rules, at := d.w.rules, d.disk.docs.at
	p := d.disk.docs.file(id)
	if p == nil {
		return c, 0
	}
	base := *p.file
	c, fence = base, base.Fence
	var mine callback.Lease
	for _, l := range d.disk.leases {
		if l.CaseID == id && rules.leaseCovers(l.Lease, base, l.epoch == at.Epoch, d.now().Before(l.Until)) {
			mine = l.Lease
			held := mine
			c.Lease, c.Fence, c.FenceBy = &held, l.Fence, l.Device
			fence = l.Fence
		}
	}
	pending := d.pendings[:0]
	for _, r := range d.disk.rows {
		if r.resting || r.Event.CaseID != id {
			continue
		}
		if !r.Again && r.Receipt != nil && r.Epoch == at.Epoch {
			fence = max(fence, r.Receipt.Fence)
		}
		if rules.shows(r.JournalRow, at, base, p.Pos) {
			pending = append(pending, r.Event)
		}
	}
	d.pendings = pending
	if len(pending) > 0 {
		c = d.overlaid(id, overlay{base: p.file, lease: mine, policy: d.policyPaper(), pending: pending}, c)
	}
	return d.reach(c), fence
}

// overlay is what pending events make of a case, and all that it follows from. The model looks at each case many times
// between two changes; folding its events anew each time would be a fifth of its work.
type overlay struct {
	base    *callback.Case
	lease   callback.Lease
	policy  *callback.Policy
	pending []callback.Event
	shown   callback.Case
}

// overlaid folds the pending events into c, and goes on with what came of the first of them if these were the same.
func (d *desk) overlaid(id string, o overlay, c callback.Case) callback.Case {
	was := d.overlays[id]
	n := len(was.pending)
	same := n > 0 && n <= len(o.pending) && was.base == o.base && was.lease == o.lease && was.policy == o.policy &&
		slices.EqualFunc(was.pending, o.pending[:n], sameEvent)
	if same {
		c = was.shown
	} else {
		n = 0
	}
	if n == len(o.pending) {
		return c
	}
	policy := d.policy()
	for _, e := range o.pending[n:] {
		c, _ = callback.Apply(policy, c, e)
	}
	o.shown, o.pending = c, append(was.pending[:0], o.pending...)
	if d.overlays == nil {
		d.overlays = map[string]overlay{}
	}
	d.overlays[id] = o
	return c
}

// sameEvent compares all of two events; payloads by where they lie, since nobody writes into one.
func sameEvent(a, b callback.Event) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.CaseID == b.CaseID && a.Team == b.Team && a.Agent == b.Agent && a.Device == b.Device &&
		a.Stream == b.Stream && a.Seq == b.Seq && a.At.Equal(b.At) && a.SkewMS == b.SkewMS && a.Fence == b.Fence && a.Schema == b.Schema &&
		len(a.Payload) == len(b.Payload) && (len(a.Payload) == 0 || &a.Payload[0] == &b.Payload[0])
}

// reach suppresses a case of somebody whom an event of this desk took out of all calls.
func (d *desk) reach(c callback.Case) callback.Case {
	if c.State == callback.Suppressed {
		return c
	}
	for _, r := range d.disk.rows {
		if r.resting || !d.w.suppresses(r.Event) || !d.w.rules.bans(r.JournalRow, d.disk.docs.at) {
			continue
		}
		about := d.disk.docs.file(r.Event.CaseID)
		if about == nil {
			continue
		}
		who := about.file.Customer
		if who.ID == c.Customer.ID || who.Phone.E164 == c.Customer.Phone.E164 {
			c, _ = callback.Apply(d.policy(), c, d.w.banOf(r.Event, c))
			return c
		}
	}
	return c
}

// banOf makes of an event that suppresses the one that suppresses another case.
func (w *world) banOf(e callback.Event, c callback.Case) callback.Event {
	e.CaseID, e.Fence, e.Kind, e.Payload = c.ID, c.Fence, callback.KindSuppressed, banPayload
	return e
}

var banPayload = []byte(`{"reason":"asked"}`)

// saveLease keeps a lease over a restart.
func (d *desk) saveLease(l callback.Lease) {
	d.write(func(disk *disk) {
		disk.leases = slices.DeleteFunc(disk.leases, func(old lease) bool { return old.CaseID == l.CaseID })
		disk.leases = append(disk.leases, lease{Lease: l, epoch: disk.docs.at.Epoch, from: branch{d.w.srv.epoch, d.w.silences}})
	})
}
