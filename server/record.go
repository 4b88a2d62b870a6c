package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// incoming is one event of a push: as it was sent, and as it was understood.
type incoming struct {
	callback.Event
	raw []byte
	// unread says why the event could not be read at all.
	unread error
}

// push is a batch of one stream, as read from the wire.
type push struct {
	callback.Push
	events []incoming
}

// Record takes a batch of events of one stream and gives one receipt for
// each. Facts are always kept: a receipt says whether they took effect. Only
// a stream that is not what the desk believes it to be is refused as a whole:
// CodeEpoch, CodeAckUnknown, CodeForked or CodeGap, upon which the desk begins
// a new stream with everything it holds.
func (s *Server) Record(ctx context.Context, who Caller, p callback.Push) (callback.PushReply, error) {
	batch := push{Push: p}
	for _, e := range p.Events {
		raw, err := json.Marshal(e)
		if err != nil {
			return callback.PushReply{}, callback.Errorf(callback.CodeInvalid, "event %s cannot be encoded: %w", e.ID, err)
		}
		batch.events = append(batch.events, incoming{Event: e, raw: raw})
	}
	return s.record(ctx, who, batch)
}

func (s *Server) record(ctx context.Context, who Caller, p push) (callback.PushReply, error) {
	if err := s.checkPush(who, p); err != nil {
		return callback.PushReply{}, err
	}
	all := false
	for _, in := range p.events {
		all = all || in.Suppresses()
	}
	reply := callback.PushReply{Epoch: s.Epoch()}
	var early error
	claim, told := s.claimed(p.Cursor), s.claimed(p.Mark)
	err := s.write(ctx, scope{team: who.Team, all: all}, func(u *unit) error {
		l, err := u.ledger(who.Team)
		if err != nil {
			return err
		}
		if forked, err := l.contradicts(reply.Epoch, claim); err != nil || forked {
			return errors.Join(err, errFork)
		}
		if err := l.stands(reply.Epoch, told); err != nil {
			return err
		}
		desk := &intent{l: l, who: who, stream: p.Stream}
		if err := desk.open(p.Ack); err != nil {
			return err
		}
		for _, in := range p.events {
			if err := desk.judge(in); err != nil {
				return err
			}
		}
		if err := desk.noteClock(p.events); err != nil {
			return err
		}
		reply.Receipts, err = desk.close()
		early = desk.early
		if err != nil {
			return err
		}
		if reply.Mark, err = l.mark(reply.Epoch); err != nil {
			return err
		}
		reply.ServerTime = u.now
		reply.StablePos, err = stable(u.ctx, u.q, who.Team)
		return err
	})
	if errors.Is(err, errFork) {
		if err = s.doubt(ctx, reply.Epoch, claim.Cursor.Epoch, told.Cursor.Epoch); err == nil {
			err = otherEpoch(s.Epoch(), reply.Epoch)
		}
	}
	if callback.CodeOf(err) == callback.CodeForked {
		s.noteCopied(ctx, who, "stream")
	}
	if err == nil {
		err = early
	}
	return reply, err
}

func (s *Server) checkPush(who Caller, p push) error {
	if err := validWord("stream", p.Stream); err != nil {
		return err
	}
	if err := validWord("device", who.Device); err != nil {
		return err
	}
	if len(p.events) > callback.MaxPushEvents {
		return callback.Errorf(callback.CodeTooLarge, "%d events are over the %d of one push", len(p.events), callback.MaxPushEvents).
			WithHint("send them in several")
	}
	if now := s.Epoch(); !callback.EpochFits(now, p.Epoch) {
		return otherEpoch(now, p.Epoch)
	}
	return nil
}

// intent is one push on its way through a ledger.
type intent struct {
	l      *ledger
	who    Caller
	stream string
	// head is the stream as it is after the events judged so far.
	head callback.StreamHead
	// early is why the desk is to send again what took effect before its turn.
	early    error
	receipts []callback.Receipt
	// effects are the entries of the receipts that have a position to tell.
	effects []*entry
}

// open checks that the stream belongs to this desk and that both sides agree
// on what was acknowledged: by the event's id, since a number alone would also
// fit a copied desk.
func (d *intent) open(ack callback.Acked) error {
	u := d.l.u
	row, ok, err := found(u.q.Stream(u.ctx, d.l.team, d.stream))
	if err != nil {
		return err
	}
	if ok {
		d.head = callback.StreamHead{Device: row.Device, Agent: row.Agent, Last: uint64(row.LastSeq)}
	}
	if !d.head.Fits(d.who.Device, d.who.ID) {
		return forked(d.stream)
	}
	return ackKnown(u.ctx, u.q, d.l.team, callback.StreamClaim{Stream: d.stream, Acked: ack})
}

// Acknowledged fails with CodeAckUnknown unless the server has what a desk of
// the caller's believes acknowledged, and can stand by what it told the desk
// last. If it told what its history does not hold, a new epoch begins.
func (s *Server) Acknowledged(ctx context.Context, who Caller, claim callback.StreamClaim) error {
	if claim.Empty() {
		return nil
	}
	if claim.Seq > 0 {
		if err := validWord("stream", claim.Stream); err != nil {
			return err
		}
	}
	epoch, told := s.Epoch(), s.claimed(claim.Mark)
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		if err := ackKnown(ctx, q, who.Team, claim); err != nil {
			return err
		}
		begin, past, err := s.standing(ctx, q, who, told)
		if err != nil {
			return err
		}
		epoch = begin.Epoch
		return vouched(begin.Vouches(told, past))
	})
	if errors.Is(err, errFork) {
		return s.doubt(ctx, epoch, told.Cursor.Epoch)
	}
	return s.db.failure("look for what was acknowledged", err)
}

func ackKnown(ctx context.Context, q *rows.Queries, team string, claim callback.StreamClaim) error {
	if claim.Seq == 0 {
		return nil
	}
	first, _, err := found(q.EventAt(ctx, team, claim.Stream, int64(claim.Seq)))
	if err != nil || callback.AckFits(claim.Acked, first) {
		return err
	}
	// The event may have come first in an earlier stream.
	again, _, err := found(q.RestreamAt(ctx, team, claim.Stream, int64(claim.Seq)))
	if err != nil || callback.AckFits(claim.Acked, again) {
		return err
	}
	return callback.Errorf(callback.CodeAckUnknown, "number %d of the stream is not the event that the desk believes acknowledged", claim.Seq).
		WithHint("begin a new stream and send everything again")
}

func forked(stream string) error {
	return callback.Errorf(callback.CodeForked, "the stream %s is written by two desks", callback.Line(stream).String()).
		WithHint("begin a new stream and send everything again")
}

// judge decides on one event: known, out of order, refused, or folded.
func (d *intent) judge(in incoming) error {
	ev := d.mine(in.Event)
	hash := contentHash(d.l.team, ev)
	arrival := callback.Arrival{Seq: ev.Seq, Early: ev.Suppresses(), Nameless: in.unread != nil || !isShortWord(ev.ID)}
	var first rows.EventRow
	if !arrival.Nameless {
		var err error
		if first, arrival.Known, err = d.known(ev.ID); err != nil {
			return err
		}
		arrival.Same = bytes.Equal(hash, first.Hash)
	}
	gone, err := d.erased(&in, ev)
	if err != nil {
		return err
	}
	if gone {
		// The desk may have destroyed the texts before it sent the event again, but not
		// made another kind of it: one that it undid, and has again since its disk was
		// set back, is not what it says.
		arrival.Same = arrival.Known && first.Kind == string(ev.Kind)
	}
	before := d.head
	if before.Overtakes(ev.Seq) {
		d.early = gap(before.Last, ev.Seq)
	}
	taking, after := before.Next(arrival)
	d.head = after
	switch taking {
	case callback.TakeGap:
		return gap(before.Last, ev.Seq)
	case callback.TakeFork:
		return forked(d.stream)
	case callback.TakeNameless:
		return d.nameless(in, ev)
	case callback.TakeReused:
		if err := d.remember(ev, before); err != nil {
			return err
		}
		return d.reject(in, ev, hash, callback.ReasonIDReused, "an event with this id, but other content, was here before", nil)
	case callback.TakeAgain:
		if err := d.remember(ev, before); err != nil {
			return err
		}
		return d.again(in, ev, hash, first)
	}
	if reason, detail := d.refuse(in, ev); reason != "" {
		if gone {
			detail = "" // it may quote the event
		}
		return d.quarantine(in, ev, hash, reason, detail)
	}
	as, err := d.l.filing(gone, ev, hash)
	if err != nil {
		return err
	}
	e, verdict, err := d.l.said(ev, as)
	if err != nil {
		return err
	}
	if verdict.Status == callback.Rejected {
		if err := d.banNumber(ev); err != nil {
			return err
		}
		return d.reject(in, ev, hash, verdict.Reason, "", e)
	}
	d.receipt(callback.Receipt{EventID: ev.ID, Status: verdict.Status, Reason: verdict.Reason, Fence: e.now.Fence}, e)
	return d.auditAssigned(ev)
}

// nameless refuses an event that has no usable id: it cannot be told from
// others, so its content stands for it.
func (d *intent) nameless(in incoming, ev callback.Event) error {
	detail := "the event has no usable id"
	if in.unread != nil {
		detail = callback.Line(in.unread.Error()).String()
	}
	return d.reject(in, ev, bodyHash(in.raw), callback.ReasonInvalid, detail, nil)
}

func gap(last, seq uint64) error {
	return callback.Errorf(callback.CodeGap, "number %d came after %d; the numbers between are missing", seq, last).
		WithHint("begin a new stream and send everything again")
}

// mine puts the caller's identity on an event: who and where are known from
// the token and the device, never from the body.
func (d *intent) mine(ev callback.Event) callback.Event {
	ev.Team, ev.Agent, ev.Device, ev.Stream = d.l.team, d.who.ID, d.who.Device, d.stream
	ev.At = ev.At.UTC().Truncate(time.Millisecond)
	return ev
}

// known finds the first verdict on an event, in the database or earlier in
// this very push.
func (d *intent) known(id string) (rows.EventRow, bool, error) {
	if e := d.l.u.waiting[[2]string{d.l.team, id}]; e != nil {
		for _, r := range e.rows {
			if r.ID == id {
				return rows.EventRow{Kind: r.Kind, Stream: r.Stream, Seq: r.Seq, Hash: r.Hash, Status: r.Status, Reason: r.Reason, Fence: r.Fence}, true, nil
			}
		}
	}
	return found(d.l.u.q.Event(d.l.u.ctx, d.l.team, id))
}

// remember keeps that an event which was here before used a number up.
func (d *intent) remember(ev callback.Event, before callback.StreamHead) error {
	if d.head.Last == before.Last {
		return nil
	}
	return d.l.u.q.AddRestream(d.l.u.ctx, rows.AddRestreamParams{
		Team: d.l.team, Stream: d.stream, Seq: int64(ev.Seq), EventID: ev.ID,
	})
}

// banNumber keeps the number of a do-not-call whose case the server does not
// have, as after a restore: nobody may be called because a backup was old.
func (d *intent) banNumber(ev callback.Event) error {
	number, reason, ok := ev.Suppression()
	if !ok || number == "" {
		return nil
	}
	_, err := d.l.u.ban([]personKey{{"tel", d.l.u.s.keys.tel(number)}}, ban{team: d.l.team, event: ev.ID, agent: ev.Agent, reason: reason})
	return err
}

// again answers an event that was here before with the first verdict. One that
// was refused is judged anew: its desk sends it again because a person asked
// for it.
func (d *intent) again(in incoming, ev callback.Event, hash []byte, first rows.EventRow) error {
	verdict := callback.Verdict{Status: callback.Status(first.Status), Reason: callback.Reason(first.Reason)}
	r := callback.Receipt{EventID: ev.ID, Status: callback.DuplicateEvent, First: &verdict, Pos: uint64(first.Pos), Fence: uint64(first.Fence)}
	if verdict.Status != callback.Rejected {
		d.receipt(r, nil)
		return nil
	}
	now, detail, e, err := d.rejudge(in, ev, hash, d.who.ID, "")
	if err != nil {
		return err
	}
	if now.Status == callback.Rejected {
		verdict, r.Detail = now, detail
		d.receipt(r, nil)
		return nil
	}
	d.receipt(callback.Receipt{EventID: ev.ID, Status: now.Status, Reason: now.Reason, Fence: e.now.Fence}, e)
	return nil
}

func (d *intent) receipt(r callback.Receipt, e *entry) {
	d.receipts = append(d.receipts, r)
	d.effects = append(d.effects, e)
}

// close writes the stream's number and gives the receipts with the positions
// of their effects.
func (d *intent) close() ([]callback.Receipt, error) {
	u := d.l.u
	if len(d.receipts) > 0 {
		err := u.q.PutStream(u.ctx, rows.PutStreamParams{
			Team: d.l.team, Stream: d.stream, Device: d.who.Device, Agent: d.who.ID, LastSeq: int64(d.head.Last), UpdatedAt: micros(u.now),
		})
		if err != nil {
			return nil, err
		}
	}
	if err := u.flush(); err != nil {
		return nil, err
	}
	for i, e := range d.effects {
		if e != nil {
			d.receipts[i].Pos = uint64(e.effect)
		}
	}
	if d.receipts == nil {
		d.receipts = []callback.Receipt{}
	}
	return d.receipts, nil
}
