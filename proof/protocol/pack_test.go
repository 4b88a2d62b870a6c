package protocol

import (
	"slices"

	"ringback/callback"
)

// takePack gives a desk leases on all cases of its team that are free, to take along.
func (w *world) takePack(d *desk) {
	for _, c := range w.book.cases {
		if c.team != d.user.team {
			continue
		}
		if l, code := w.srv.claim(d.user, d.device, c.id, callback.LeasePack); code == "" {
			d.saveLease(l)
		}
	}
	w.log("%s takes a pack: %d leases", d.name, len(d.disk.leases))
}

// returnPack notes that everything is to be given back at the next contact.
func (d *desk) returnPack() {
	d.write(func(disk *disk) {
		disk.leases = slices.Clone(disk.leases)
		for i := range disk.leases {
			disk.leases[i].back = true
		}
	})
}

// giveBack releases what is to be given back, as the desk does when it has met the server.
func (d *desk) giveBack() {
	for _, l := range slices.Clone(d.disk.leases) {
		if !l.back {
			continue
		}
		if !d.w.rules.flaws.keepsPack {
			d.w.srv.release(d.user, d.device, l.ID)
		}
		d.write(func(disk *disk) {
			disk.leases = slices.DeleteFunc(slices.Clone(disk.leases), func(o lease) bool { return o.ID == l.ID })
		})
		d.w.book.returned = append(d.w.book.returned, l.ID)
	}
}

// givenBack checks that nobody holds what was given back.
func (w *world) givenBack() {
	for t := range w.srv.teams {
		for _, p := range w.srv.teams[t].docs {
			if p.file != nil && p.file.Lease != nil && slices.Contains(w.book.returned, p.file.Lease.ID) {
				w.fail("I5: the lease of %s was given back, and %s still holds it", p.ID, p.file.Lease.Agent)
			}
		}
	}
}
