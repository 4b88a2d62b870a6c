package protocol

import (
	"slices"
	"strconv"
	"time"

	"ringback/callback"
)

// image is a copy of a desk's disk.
type image struct {
	desk *desk
	disk disk
}

func (w *world) image(d *desk) {
	if len(w.images) < 3 {
		w.images = append(w.images, image{d, d.disk.copy()})
	}
}

// setBack gives a desk the disk that it had once. What it recorded since is nowhere but where it was sent.
func (w *world) setBack(which uint8) {
	if len(w.images) == 0 {
		return
	}
	old := w.images[int(which)%len(w.images)]
	d := old.desk
	d.disk, d.copied = old.disk.copy(), true
	w.book.returned = nil
	for i := range w.book.events {
		n := &w.book.events[i]
		if n.desk == d {
			n.orphan, n.undone = n.orphan || !d.holds(n.ev.ID), false
		}
	}
	w.log("%s is set back to stream %s, number %d", d.name, d.disk.stream, d.disk.seq)
	d.open()
	w.deskChecked(d)
}

// clone runs a copy of a desk beside it: same device, same agent, same numbers.
func (w *world) clone(which uint8) {
	if len(w.desks) == 6 {
		return
	}
	from := w.desk(which)
	from.copied = true
	to := &desk{w: w, user: from.user, name: from.name + "'", device: from.device, skew: from.skew, older: from.older, disk: from.disk.copy(), copied: true}
	// The copy speaks first: else the original's luck would hide what the copy can do.
	w.desks = append([]*desk{to}, w.desks...)
	w.log("%s is copied", from.name)
	to.open()
	w.deskChecked(to)
}

func (w *world) backup() {
	if len(w.shelf) == 4 {
		return
	}
	b := w.srv.copy()
	if !w.rules.flaws.unlisted {
		// The copy lists itself: a server that is set back to it must know that it may be so again.
		b.backups = append(b.backups, b)
	}
	w.srv.backups = append(slices.Clip(w.srv.backups), b)
	w.shelf = append(w.shelf, b)
	w.log("backup at %d", w.srv.teams[north].pos)
}

// dropBackup takes the oldest backup off the list. It is restored no more, though a restored server may still list it.
func (w *world) dropBackup() {
	if len(w.shelf) > 0 {
		b := w.shelf[0]
		w.shelf = w.shelf[1:]
		w.srv.backups = slices.DeleteFunc(slices.Clone(w.srv.backups), func(o *server) bool { return o == b })
	}
}

// restore sets the server back to a backup: by its own command, which begins another history, or in silence, as a disk
// does that is rolled back under a running machine. Neither is done within a second, by which epochs are numbered.
func (w *world) restore(which uint8, silent bool) {
	if len(w.shelf) == 0 {
		return
	}
	w.now = w.now.Add(time.Second)
	at, was := int(which)%len(w.shelf), w.srv.epoch
	from := w.shelf[at]
	// What was backed up later is of a history that is gone.
	w.shelf = w.shelf[:at+1]
	ledger := w.srv.erased
	w.srv = from.copy()
	w.log("restored to %d of %s, silent %v", w.srv.teams[north].pos, w.srv.epoch, silent)
	if silent {
		w.silences++
		w.book.erased = w.srv.erased // the ledger beside the database is set back with it
		w.book.returned = nil
	} else {
		w.srv.beginEpoch(w.srv.epoch, was)
		w.srv.eraseAgain(ledger)
		if !slices.Contains(w.srv.backups, from) {
			w.srv.backups = append(w.srv.backups, from)
		}
	}
}

// changeRole makes an agent a trainer, who sees no cases, or a trainer an agent again.
func (w *world) changeRole(which uint8) {
	u := w.users[int(which)%len(w.users)]
	if u.role == callback.RoleTrainer {
		u.role = callback.RoleAgent
	} else {
		u.role = callback.RoleTrainer
	}
	w.log("%s is %s now", u.id, u.role)
}

// never puts a customer on the do-not-call list at the server.
func (w *world) never(which uint8) {
	who := customers[int(which)%len(customers)]
	u := w.srv.begin()
	u.ban(personKeys(callback.Customer{Ref: who.ref, Phone: callback.Phone{E164: who.tel}}), "sue")
	u.flush()
	w.serverChecked()
}

// withdraw takes a document out of the feed, or puts it in: a word of a customer for the trainers.
func (w *world) withdraw(which uint8) {
	t := &w.srv.teams[int(which)%teams]
	p := paper{Doc: callback.Doc{Type: callback.DocComment, ID: "word" + strconv.Itoa(int(which)%3)}}
	if old := t.doc(p.Type, p.ID); old == nil || old.Body == nil {
		p.Body = body
	}
	t.put(p)
	t.mark(w)
}
