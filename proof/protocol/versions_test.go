package protocol

import "ringback/callback"

// changeBuild gives a desk an older program or the newest again: an older one does not know of marks.
func (w *world) changeBuild(d *desk) {
	d.older = !d.older
	d.disk.mark = ""
	w.mixed = true
	w.log("%s is older now: %v", d.name, d.older)
	d.open()
}

// changeServer puts an older server in the place of the newest, or the newest again; data and history stay. An older one
// does not know of marks, nor of every kind of event.
func (w *world) changeServer() {
	w.oldServer = !w.oldServer
	w.mixed = true
	w.log("the server is older now: %v", w.oldServer)
}

// knows tells whether the server's build knows a kind of events.
func (w *world) knows(kind callback.EventKind) bool {
	return !w.oldServer || kind != callback.KindCaseSkipped && kind != callback.KindEventAmended
}

// reads tells whether a desk's build can read the documents that the server's build writes.
func (d *desk) reads() bool { return !d.older || !d.w.newDocs }

// excused tells that verdicts may differ: a server that was set back in silence told them without a mark, or to a desk
// that hands none back. Facts must be there all the same.
func (w *world) excused() bool { return w.mixed && w.silences > 0 }

// update brings every program to the newest build, so that all can come to rest.
func (w *world) update() {
	w.oldServer = false
	for _, d := range w.desks {
		d.older = d.older && !w.newDocs
	}
}
