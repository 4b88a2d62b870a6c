package protocol

import (
	"slices"

	"ringback/callback"
)

// trouble is what happens to one exchange between a desk and the server.
type trouble uint8

// The troubles. After lost, lostReply and delayed the desk has no answer.
const (
	fine trouble = iota
	// lost: the request never arrives; lostReply: its answer never does.
	lost
	lostReply
	// twice: the network delivers the request twice, and the second answer arrives.
	twice
	// delayed: the request arrives some day, when nobody waits for the answer any more.
	delayed
	// putOff: the server looks at the first event only and asks to wait with the others.
	putOff
	// busy: the server answers that it cannot just now.
	busy
	// failed: the server answers that it failed.
	failed
	// tooLarge: something between the two takes no more than one event at once.
	tooLarge
	// cut: a page arrives without its end.
	cut
	troubles
)

// line is the network as a desk meets it: troubles for the next exchanges, and how many there are before it is
// silent; 0 is never.
type line struct {
	troubles []trouble
	silent   int
	// pushes tells that answers to pushes come through, and no page does.
	pushes bool
}

// late is a push that the network still carries.
type late struct {
	who    *user
	device string
	push   callback.Push
}

// arrive delivers a request that nobody waits for any more.
func (w *world) arrive(l late) {
	_, code := w.srv.push(l.who, l.device, l.push)
	w.log("late: %d of %s, %q", len(l.push.Events), l.push.Stream, code)
	w.serverChecked()
}

// exchange gives what happens to the next exchange.
func (w *world) exchange() trouble {
	if w.net.silent > 0 {
		if w.net.silent--; w.net.silent == 0 {
			w.net.silent = 1
			return lost
		}
	}
	if len(w.net.troubles) == 0 {
		return fine
	}
	t := w.net.troubles[0]
	w.net.troubles = w.net.troubles[1:]
	return t
}

// unreachable, and the server's own words, as codes.
const (
	noAnswer = callback.CodeUnreachable
	// postponed is what the client makes of events that were put off: it pulls all the same.
	postponed callback.Code = "postponed"
)

// sync pushes all that waits and pulls all that is new, as client.Syncer does: batch events at once, limit documents
// to a page.
func (d *desk) sync(batch, limit int) callback.Code {
	code := d.syncOnce(batch, limit)
	d.up = code != noAnswer
	return code
}

func (d *desk) syncOnce(batch, limit int) callback.Code {
	if !d.up && d.pending() > 0 {
		// Nothing is taken from the journal until the server was met.
		if t := d.w.exchange(); t != fine && t != twice {
			return noAnswer
		}
	}
	for range 2 {
		again, code := d.round(batch, limit)
		if code != "" {
			return code
		}
		if !again {
			break
		}
	}
	d.askHeld()
	return ""
}

// round pushes and pulls once; again tells that the pull met another history.
func (d *desk) round(batch, limit int) (again bool, code callback.Code) {
	epoch, has, held := d.pushAll(batch)
	if held == noAnswer {
		return false, held
	}
	replaced, code := d.pullAll(limit, epoch, has)
	if code == callback.CodeAckUnknown {
		d.restreamAll()
		replaced = true
		_, code = d.pullAll(limit, epoch, callback.StreamClaim{})
	}
	if code == "" {
		d.giveBack()
		code = held
	}
	return replaced, code
}

// maxRestreams and maxRefused are the client's; endless is more pushes than any journal here needs.
const (
	endless      = 300
	maxRestreams = 2
	maxRefused   = 8
)

// pushAll sends all that waits, batch by batch. It gives the history that the journal met last, and what of the journal
// the server is believed to have.
func (d *desk) pushAll(most int) (epoch string, has callback.StreamClaim, code callback.Code) {
	size, restreams, refused := most, 0, 0
	for n := 0; ; n++ {
		if n == endless {
			d.w.fail("I4: %s pushes without end", d.name)
		}
		p := d.nextPush(size)
		epoch, has = p.Epoch, callback.StreamClaim{Stream: p.Stream, Acked: p.Ack, Mark: p.Mark}
		if len(p.Events) == 0 {
			return epoch, has, ""
		}
		if n == 0 && len(p.Events) >= most {
			if code := d.hurry(most); code == noAnswer {
				return epoch, has, code
			}
		}
		reply, code := d.send(p)
		switch d.w.rules.answerTo(code) {
		case callback.AnswerSettle:
			n, news := d.answered(p, reply)
			epoch = reply.Epoch
			if news > 0 {
				restreams, refused = 0, 0
			}
			if n < len(p.Events) {
				return epoch, has, postponed
			}
			size = min(most, 2*size)
		case callback.AnswerRestream:
			if restreams++; restreams > maxRestreams {
				return epoch, has, code
			}
			d.restreamAll()
		case callback.AnswerNarrow:
			if len(p.Events) > 1 {
				size = len(p.Events) / 2
				break
			}
			if refused++; refused > maxRefused {
				return epoch, has, code
			}
			d.settle(callback.PushReply{Receipts: []callback.Receipt{{EventID: p.Events[0].ID, Status: callback.Rejected, Reason: callback.ReasonInvalid}}})
		default:
			return epoch, has, code
		}
	}
}

// answered stores the receipts of what was sent, and counts those that settle, and of these the ones of events that the
// server did not have.
func (d *desk) answered(p callback.Push, reply callback.PushReply) (final, news int) {
	sent := func(id string) bool {
		return slices.ContainsFunc(p.Events, func(e callback.Event) bool { return e.ID == id })
	}
	reply.Receipts = slices.DeleteFunc(slices.Clone(reply.Receipts), func(r callback.Receipt) bool { return !sent(r.EventID) })
	for _, r := range reply.Receipts {
		if r.Status != callback.Retry {
			final++
		}
		if r.Status != callback.Retry && r.Status != callback.DuplicateEvent {
			news++
		}
	}
	if d.w.rules.flaws.dropOn2xx {
		rows := slices.DeleteFunc(slices.Clone(d.disk.rows), func(r row) bool { return sent(r.Event.ID) })
		d.write(func(disk *disk) { disk.rows = rows })
		return len(p.Events), 1
	}
	d.settle(reply)
	d.met(reply.ServerTime.Sub(d.now()).Milliseconds())
	return final, news
}

// met notes how far the desk's clock is behind the server's.
func (d *desk) met(behind int64) {
	if old := d.disk.skewMS; old != nil && (behind-*old < 2000 && *old-behind < 2000) {
		return
	}
	d.write(func(disk *disk) { disk.skewMS = &behind })
}

// hurry sends the requests never to be called again that wait behind the first batch ahead of everything; they come
// again in their turn.
func (d *desk) hurry(most int) callback.Code {
	if d.pending() <= most {
		return ""
	}
	all := d.nextPush(d.pending())
	var urgent []callback.Event
	for i, e := range all.Events {
		if i >= most && d.w.suppresses(e) && len(urgent) < most {
			urgent = append(urgent, e)
		}
	}
	if len(urgent) == 0 {
		return ""
	}
	all.Events = urgent
	_, code := d.send(all)
	return code
}

// send makes one push over the network.
func (d *desk) send(p callback.Push) (callback.PushReply, callback.Code) {
	w := d.w
	t := w.exchange()
	w.log("%s pushes %d of %s from %d, trouble %d", d.name, len(p.Events), p.Stream, p.Events[0].Seq, t)
	switch t {
	case lost:
		return callback.PushReply{}, noAnswer
	case delayed:
		w.late = append(w.late, late{d.user, d.device, p})
		return callback.PushReply{}, noAnswer
	case busy, failed:
		return callback.PushReply{}, callback.CodeInternal
	case tooLarge:
		if len(p.Events) > 1 {
			return callback.PushReply{}, callback.CodeTooLarge
		}
	}
	if slices.ContainsFunc(p.Events, func(e callback.Event) bool { return w.book.poison[e.ID] }) {
		// A build of the server that cannot read an event refuses the whole request.
		return callback.PushReply{}, callback.CodeInvalid
	}
	var reply callback.PushReply
	var code callback.Code
	if t == putOff && len(p.Events) > 1 {
		reply, code = w.putOff(d, p)
	} else {
		reply, code = w.srv.push(d.user, d.device, p)
	}
	if t == twice {
		reply, code = w.srv.push(d.user, d.device, p)
	}
	w.serverChecked()
	if t == lostReply {
		return callback.PushReply{}, noAnswer
	}
	w.log("  %q %d receipts", code, len(reply.Receipts))
	return reply, code
}

// putOff judges the first event only and asks to wait with the others.
func (w *world) putOff(d *desk, p callback.Push) (callback.PushReply, callback.Code) {
	rest := p.Events[1:]
	p.Events = p.Events[:1]
	reply, code := w.srv.push(d.user, d.device, p)
	if code != "" {
		return reply, code
	}
	for _, e := range rest {
		reply.Receipts = append(reply.Receipts, callback.Receipt{EventID: e.ID, Status: callback.Retry})
	}
	return reply, ""
}

// mayHave checks that a page holds nothing but what the desk's user may see.
func (d *desk) mayHave(p page) {
	for _, one := range p.papers {
		switch own := d.w.srv.teams[d.user.team].doc(one.Type, one.ID); {
		case own == nil || own.Pos != one.Pos:
			d.w.fail("I7: %s is given %s %s of another team", d.name, one.Type, one.ID)
		case d.user.role == callback.RoleTrainer && one.Type == callback.DocCase:
			d.w.fail("I7: %s of a trainer is given the case %s", d.name, one.ID)
		}
	}
}

// pullAll brings what is new, page by page. replaced tells that the server has another history than the desk knew.
func (d *desk) pullAll(limit int, epoch string, has callback.StreamClaim) (replaced bool, code callback.Code) {
	at := d.position()
	if epoch == "" {
		epoch = at.Epoch
	}
	for {
		t := d.w.exchange()
		if d.w.net.pushes {
			t = lost
		}
		switch t {
		case lost, lostReply, delayed, cut:
			return replaced, noAnswer
		case busy, failed:
			return replaced, callback.CodeInternal
		}
		if code := d.w.srv.stands(d.user.team, has); code != "" && !d.w.rules.flaws.silentPull {
			return replaced, code
		}
		has = callback.StreamClaim{}
		p := d.w.srv.feed(d.user, at, limit)
		d.mayHave(p)
		if !d.reads() && !d.w.rules.flaws.swallows {
			return replaced, callback.CodeNewer
		}
		if !d.reads() {
			p.Docs, p.papers = nil, nil
		}
		d.w.log("%s pulls %d documents up to %d, head %d, cause %q, more %v", d.name, p.Count, last(p), p.High, p.Cause, p.More)
		if d.w.rules.pageRestreams(epoch, p.PageHead) {
			d.restreamAll()
			replaced = true
		}
		epoch = p.Epoch
		next := callback.Position{Epoch: p.Epoch, Cursor: p.Next, High: p.High}
		if len(p.Docs) > 0 || p.Snapshot || next != at {
			d.applyPage(p)
		}
		at = next
		if !p.More {
			return replaced, ""
		}
	}
}

func last(p page) uint64 {
	if len(p.Docs) == 0 {
		return 0
	}
	return p.Docs[len(p.Docs)-1].Pos
}
