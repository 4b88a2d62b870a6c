package protocol

import (
	"cmp"
	"slices"
	"time"

	"ringback/callback"
)

// holdBack is how long a fact waits so that it can be undone.
const holdBack = 10 * time.Second

// desk is one running desk: what is on its disk, and what it only remembers.
type desk struct {
	w    *world
	user *user
	name string
	// device goes with every request. Copies of a desk share it.
	device string
	// skew is how far the desk's clock is ahead of the true time.
	skew time.Duration
	disk disk

	// What follows is lost in a crash.
	flushed uint64
	// older tells that the program is; it outlives a crash.
	older  bool
	broken bool
	up     bool
	told   *int64
	// asked is when the server was asked about held cases, fresh that a snapshot has come since.
	asked time.Time
	fresh bool
	// copied tells that another desk had this one's disk, or this one an older one: what was not sent then may be
	// anywhere.
	copied bool
	// overlays and pendings only save work.
	overlays map[string]overlay
	pendings []callback.Event
}

// disk is what a desk keeps over a crash: the two files and the log, each changed in transactions.
type disk struct {
	stream string
	seq, n uint64
	ack    callback.Acked
	epoch  string
	mark   string
	skewMS *int64
	rows   []row
	leases []lease
	// logged are events in the log, counted those of them that the journal has.
	logged  []callback.Event
	counted int

	docs files
	next *files
}

// row is an event of the journal, and whether it only waits for a backup.
type row struct {
	callback.JournalRow
	resting bool
}

// lease is one that the desk was given, and the history that gave it.
type lease struct {
	callback.Lease
	epoch string
	// back tells that it is to be given back at the next contact.
	back bool
	from branch
}

// branch is the server's history in which something was given: its epoch, and how often the server had been set back in
// silence by then. Only the observer knows it.
type branch struct {
	epoch    string
	silences int
}

// files is one set of documents and where it stands.
type files struct {
	at     callback.Stand
	papers []paper
}

func (f *files) put(p paper) {
	f.papers = slices.DeleteFunc(f.papers, func(old paper) bool { return old.Type == p.Type && old.ID == p.ID })
	if p.Body != nil {
		f.papers = append(f.papers, p)
	}
}

func (f *files) file(id string) *paper {
	for i := range f.papers {
		if f.papers[i].file != nil && f.papers[i].ID == id {
			return &f.papers[i]
		}
	}
	return nil
}

func (d disk) copy() disk {
	d.rows, d.leases, d.logged = slices.Clone(d.rows), slices.Clone(d.leases), slices.Clone(d.logged)
	d.docs.papers = slices.Clone(d.docs.papers)
	if d.next != nil {
		next := *d.next
		next.papers = slices.Clone(next.papers)
		d.next = &next
	}
	return d
}

// crashed is what a desk panics with when the fuse burns down.
type crashed struct{}

// write changes the disk in one transaction: all of it is there after a crash, or nothing.
func (d *desk) write(change func(*disk)) {
	d.burn()
	change(&d.disk)
	d.burn()
}

// burn is a moment at which the desk may die.
func (d *desk) burn() {
	if d.w.fuse == 0 {
		return
	}
	if d.w.fuse--; d.w.fuse == 0 {
		panic(crashed{})
	}
}

// now is the desk's time as events carry it.
func (d *desk) now() time.Time { return d.w.now.Add(d.skew).Truncate(time.Millisecond) }

// open begins from the disk alone, as store.Open does.
func (d *desk) open() {
	d.flushed, d.broken, d.up, d.told = 0, false, false, nil
	d.asked, d.fresh = time.Time{}, false
	if d.w.rules.flaws.volatileSeq {
		d.disk.seq = d.disk.ack.Seq
	}
	if tail := d.disk.logged[d.disk.counted:]; len(tail) > 0 {
		d.write(func(disk *disk) {
			for _, e := range tail {
				disk.n++
				disk.seq++
				e.Stream, e.Seq = disk.stream, disk.seq
				disk.rows = append(disk.rows, row{JournalRow: callback.JournalRow{N: disk.n, Event: e, State: callback.Waiting}})
			}
			disk.counted = len(disk.logged)
		})
		for _, e := range tail {
			d.w.book.saved(d, e)
		}
	}
	if d.disk.next != nil && d.disk.next.at.Whole {
		d.swap()
	}
	d.followEpoch()
	d.followErasures()
}

// record saves a fact: in the log, then in the journal; only then is it shown as saved.
func (d *desk) record(id string, p callback.Payload) {
	e := d.w.event(id, p)
	_, fence := d.view(id)
	e.Agent, e.Team, e.Device, e.Stream = d.user.id, teamNames[d.user.team], d.device, d.disk.stream
	e.Seq, e.At, e.Fence = d.disk.seq+1, d.now(), fence
	e.SkewMS = d.disk.skewMS
	if d.paper(callback.Doc{Type: callback.DocErased, ID: id}) != nil && !d.w.rules.flaws.wholeLate {
		e = e.Stub()
	}
	if d.w.rules.flaws.savedEarly {
		d.w.book.saved(d, e)
	}
	d.write(func(disk *disk) { disk.logged = append(disk.logged, e) })
	d.write(func(disk *disk) {
		disk.n++
		disk.seq = e.Seq
		disk.rows = append(disk.rows, row{JournalRow: callback.JournalRow{N: disk.n, Event: e, State: callback.Waiting}})
		disk.counted = len(disk.logged)
	})
	d.w.book.saved(d, e)
	if d.w.rules.flaws.writeThrough {
		if file := d.disk.docs.file(id); file != nil {
			c, _ := callback.Apply(d.w.policy[d.user.team], *file.file, e)
			file.file = &c
		}
	}
	d.w.log("%s records %s %s on %s with fence %d, number %d of %s", d.name, e.ID, e.Kind, id, e.Fence, e.Seq, e.Stream)
}

// undo takes a fact back that was never sent.
func (d *desk) undo(at int) {
	r := d.disk.rows[at]
	mayBe := r.State == callback.Waiting || d.w.rules.flaws.undoSent && r.State == callback.Sent && r.Receipt == nil
	if !mayBe || r.resting {
		return
	}
	was := r.Event.Kind
	e := d.w.event(r.Event.CaseID, &callback.Undone{Was: was})
	d.write(func(disk *disk) {
		to := &disk.rows[at]
		to.State, to.Event.Kind, to.Event.Payload = callback.Withdrawn, callback.KindUndone, e.Payload
	})
	d.w.book.undone(d, r.Event.ID)
	d.w.log("%s undoes %s", d.name, r.Event.ID)
}

// requeue offers a refused event again, under the next number; seen says that a person has read of a refusal or a
// conflict.
func (d *desk) requeue(at int) {
	r := d.disk.rows[at]
	if r.State != callback.Quarantined || r.Again {
		return
	}
	d.write(func(disk *disk) {
		disk.seq++
		to := &disk.rows[at]
		to.Event.Stream, to.Event.Seq, to.Again, to.Seen = disk.stream, disk.seq, true, false
	})
	d.w.log("%s offers %s again", d.name, r.Event.ID)
}

func (d *desk) markSeen(at int) {
	if !d.disk.rows[at].resting {
		d.write(func(disk *disk) { disk.rows[at].Seen = true })
	}
}

// nextPush gives the next events to send and writes down first that they are being sent.
func (d *desk) nextPush(max int) callback.Push {
	p := callback.Push{Epoch: d.disk.epoch, Stream: d.disk.stream, Ack: d.disk.ack, Cursor: d.disk.docs.at.Cursor, Mark: d.disk.mark}
	if d.older {
		p.Mark = ""
	}
	var marked []int
	for _, at := range d.sendable() {
		if len(p.Events) == max {
			break
		}
		p.Events = append(p.Events, d.disk.rows[at].Event)
		if d.disk.rows[at].State == callback.Waiting {
			marked = append(marked, at)
		}
	}
	if len(marked) > 0 {
		d.write(func(disk *disk) {
			for _, at := range marked {
				disk.rows[at].State = callback.Sent
			}
		})
	}
	return p
}

// sendable gives the pending rows that may go out, by number.
func (d *desk) sendable() []int {
	var rows []int
	urgent := false
	for i, r := range d.disk.rows {
		if !r.resting && r.Pending() {
			rows = append(rows, i)
			urgent = urgent || d.w.suppresses(r.Event)
		}
	}
	slices.SortFunc(rows, func(a, b int) int { return int(d.disk.rows[a].Event.Seq) - int(d.disk.rows[b].Event.Seq) })
	if urgent {
		return rows
	}
	for i, at := range rows {
		if d.w.rules.heldBack(d.disk.rows[at].JournalRow, d.now(), d.flushed, holdBack) {
			return rows[:i]
		}
	}
	return rows
}

func (d *desk) pending() int {
	n := 0
	for _, r := range d.disk.rows {
		if r.Pending() {
			n++
		}
	}
	return n
}

// settle writes down the server's receipts, as store.Settle does.
func (d *desk) settle(reply callback.PushReply) {
	rules, now := d.w.rules, d.now()
	at := d.disk.docs.at
	rows := slices.Clone(d.disk.rows)
	for i := range rows {
		r := &rows[i]
		if word, ok := receiptFor(reply, r.Event.ID); ok && !r.resting {
			if settled, ok := rules.settle(r.JournalRow, word, reply.Epoch, now); ok {
				r.JournalRow = settled
			}
		}
	}
	epoch, ack := d.disk.epoch, d.disk.ack
	if reply.Epoch != "" {
		epoch = reply.Epoch
		ack = rules.advance(ack, func(seq uint64) (string, bool) {
			for _, r := range rows {
				if !r.resting && r.Event.Stream == d.disk.stream && r.Event.Seq == seq && !r.Pending() && r.Epoch != "" {
					return r.Event.ID, true
				}
			}
			return "", false
		})
	}
	resting := false
	for i := range rows {
		rows[i].resting = rows[i].resting || rules.rests(rows[i].JournalRow, at)
		resting = resting || rows[i].resting
	}
	rows = d.forget(rows, reply, now)
	if d.older {
		reply.Mark = ""
	}
	d.write(func(disk *disk) {
		disk.rows, disk.epoch, disk.ack, disk.mark = rows, epoch, ack, cmp.Or(reply.Mark, disk.mark)
	})
	d.shredTold(reply)
}

func receiptFor(reply callback.PushReply, id string) (callback.Receipt, bool) {
	for _, word := range reply.Receipts {
		if word.EventID == id {
			return word, true
		}
	}
	return callback.Receipt{}, false
}

// forget takes resting rows out that a backup holds, or that are old: the oldest first, and none past one that stays.
func (d *desk) forget(rows []row, reply callback.PushReply, now time.Time) []row {
	stays := false
	return slices.DeleteFunc(rows, func(r row) bool {
		if stays || !r.resting {
			return false
		}
		if !d.w.rules.leaves(r.JournalRow, reply.Epoch, reply.StablePos, now) {
			stays = true
			return false
		}
		d.w.book.left(d, r.JournalRow, now)
		return true
	})
}

// restreamAll begins a new stream with everything in the journal.
func (d *desk) restreamAll() {
	rules := d.w.rules
	rows := slices.Clone(d.disk.rows)
	stream, seq := d.w.id("s"), uint64(0)
	if rules.flaws.forgetResting {
		rows = slices.DeleteFunc(rows, func(r row) bool { return r.resting })
	}
	for i := range rows {
		again, ok := rules.restream(rows[i].JournalRow, stream, seq+1)
		if rows[i].JournalRow, rows[i].resting = again, false; ok {
			seq++
		}
	}
	d.write(func(disk *disk) {
		disk.rows, disk.stream, disk.seq, disk.ack, disk.epoch, disk.mark = rows, stream, seq, callback.Acked{}, "", ""
	})
	d.w.log("%s begins stream %s with %d events", d.name, stream, seq)
}

// followEpoch restreams when the documents in use are of another history than the receipts.
func (d *desk) followEpoch() {
	if d.w.rules.docsRestream(d.disk.epoch, d.disk.docs.at.Epoch) {
		d.restreamAll()
	}
}
