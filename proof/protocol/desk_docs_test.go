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
	for _, l := range d.disk.leases {
		if l.CaseID == id && rules.leaseCovers(l.Lease, base, l.epoch == at.Epoch, d.now().Before(l.Until)) {
			held := l.Lease
			c.Lease, c.Fence, c.FenceBy = &held, l.Fence, l.Device
			fence = l.Fence
		}
	}
	for _, r := range d.disk.rows {
		if r.resting || r.Event.CaseID != id {
			continue
		}
		if !r.Again && r.Receipt != nil && r.Epoch == at.Epoch {
			fence = max(fence, r.Receipt.Fence)
		}
		if rules.shows(r.JournalRow, at, base, p.Pos) {
			c, _ = callback.Apply(d.policy(), c, r.Event)
		}
	}
	return d.reach(c), fence
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
		disk.leases = append(disk.leases, lease{Lease: l, epoch: disk.docs.at.Epoch})
	})
}
