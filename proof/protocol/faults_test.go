package protocol

import (
	"slices"
	"strconv"

	"ringback/callback"
)

// image is a copy of a desk's disk.
type image struct {
	desk *desk
	disk disk
}

// backup is a copy of the server meant for restore.
type backup struct{ srv *server }

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
	to := &desk{w: w, user: from.user, name: from.name + "'", device: from.device, skew: from.skew, disk: from.disk.copy(), copied: true}
	// The copy speaks first: else the original's luck would hide what the copy can do.
	w.desks = append([]*desk{to}, w.desks...)
	w.log("%s is copied", from.name)
	to.open()
	w.deskChecked(to)
}

func (w *world) backup() {
	if len(w.backups) < 4 {
		w.backups = append(w.backups, backup{w.srv.copy()})
		w.log("backup at %d", w.srv.teams[north].pos)
	}
}

func (w *world) dropBackup() {
	if len(w.backups) > 0 {
		w.backups = slices.Delete(w.backups, 0, 1)
	}
}

// restore sets the server back to a backup: with a word, which begins another history, or in silence.
func (w *world) restore(which uint8, announced bool) {
	if len(w.backups) == 0 {
		return
	}
	at := int(which) % len(w.backups)
	// What was backed up later is of a history that is gone.
	w.backups = w.backups[:at+1]
	w.srv = w.backups[at].srv.copy()
	if announced {
		w.srv.epoch = strconv.Itoa(w.nextOrd()) + "-" + w.id("h")
	}
	w.log("restored to %d, epoch %s", w.srv.teams[north].pos, w.srv.epoch)
}

// nextOrd numbers the histories; no number comes twice.
func (w *world) nextOrd() int {
	w.ids++
	return w.ids + 1
}

// stable is the position that every backup meant for restore holds.
func (w *world) stable(team int) uint64 {
	if len(w.backups) == 0 {
		return 0
	}
	low := w.backups[0].srv.teams[team].pos
	for _, b := range w.backups {
		if b.srv.epoch != w.srv.epoch {
			return 0
		}
		low = min(low, b.srv.teams[team].pos)
	}
	return low
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
}
