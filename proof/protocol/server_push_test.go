package protocol

import (
	"bytes"
	"slices"

	"ringback/callback"
)

// push takes a batch of events of one stream, as server.Record does: all of it is judged, or nothing is kept.
func (s *server) push(who *user, device string, p callback.Push) (callback.PushReply, callback.Code) {
	r := s.w.rules
	if !r.epochFits(s.epoch, p.Epoch) {
		return callback.PushReply{}, callback.CodeEpoch
	}
	if claim := s.w.readClaim(callback.Position{Cursor: p.Cursor}); s.contradicted(who.team, claim) {
		s.beginEpoch(s.epoch, claim.Cursor.Epoch)
		return callback.PushReply{}, callback.CodeEpoch
	}
	switch s.vouch(who.team, p.Mark) { // an older server says yes
	case callback.VouchLost:
		s.beginEpoch(s.epoch, s.w.readClaim(callback.Position{Cursor: p.Mark}).Cursor.Epoch)
		return callback.PushReply{}, callback.CodeEpoch
	case callback.VouchUnknown:
		return callback.PushReply{}, callback.CodeAckUnknown
	}
	before := s.copy()
	in := &intent{s: s, u: s.begin(), who: who, device: device, stream: p.Stream}
	code := in.open(p.Ack)
	for i := 0; i < len(p.Events) && code == ""; i++ {
		code = in.judge(p.Events[i])
	}
	if code != "" {
		*s = *before
		return callback.PushReply{}, code
	}
	if in.early && !r.flaws.earlyAck {
		in.close()
		return callback.PushReply{}, callback.CodeGap
	}
	reply := callback.PushReply{Epoch: s.epoch, Receipts: in.close(), ServerTime: s.w.now, StablePos: s.stable(who.team)}
	if t := &s.teams[who.team]; !r.flaws.unmarked && !s.w.oldServer {
		reply.Mark = callback.Cursor{Epoch: s.epoch, Team: teamNames[who.team]}.Marked(t.pos, t.marked(t.pos)).Sealed(cursorKey)
	}
	return reply, ""
}

// intent is one push on its way through a unit.
type intent struct {
	s        *server
	u        *unit
	who      *user
	device   string
	stream   string
	head     callback.StreamHead
	early    bool
	receipts []callback.Receipt
	effects  []*entry
}

func (d *intent) team() *team { return &d.s.teams[d.who.team] }

func (d *intent) open(ack callback.Acked) callback.Code {
	if row := d.team().stream(d.stream); row != nil {
		d.head = row.head
	}
	if !d.s.w.rules.streamFits(d.head, d.device, d.who.id) {
		return callback.CodeForked
	}
	if !d.s.acknowledged(d.who.team, callback.StreamClaim{Stream: d.stream, Acked: ack}) {
		return callback.CodeAckUnknown
	}
	return ""
}

// acknowledged tells whether the server has what a desk believes acknowledged.
func (s *server) acknowledged(team int, claim callback.StreamClaim) bool {
	at := make([]string, 0, 2)
	for _, e := range s.teams[team].events {
		if e.ev.Stream == claim.Stream && e.ev.Seq == claim.Seq {
			at = append(at, e.ev.ID)
			break
		}
	}
	for _, row := range s.teams[team].restreams {
		if row.stream == claim.Stream && row.seq == claim.Seq {
			at = append(at, row.id)
			break
		}
	}
	return s.w.rules.ackFits(claim.Acked, at...)
}

func (d *intent) judge(ev callback.Event) callback.Code {
	r := d.s.w.rules
	ev.Team, ev.Agent, ev.Device, ev.Stream = teamNames[d.who.team], d.who.id, d.device, d.stream
	known := d.team().event(ev.ID)
	arrival := callback.Arrival{Seq: ev.Seq, Known: known != nil, Early: d.s.w.suppresses(ev)}
	arrival.Same = known != nil && (same(known.ev, ev) || (known.ev.Kind == ev.Kind || r.flaws.anyKindOfErased) && d.s.gone(d.who.team, known.ev.CaseID) != nil)
	d.early = d.early || d.head.Overtakes(ev.Seq)
	taking, after := r.next(d.head, arrival)
	used := after.Last != d.head.Last
	d.head = after
	switch taking {
	case callback.TakeGap:
		return callback.CodeGap
	case callback.TakeFork:
		return callback.CodeForked
	case callback.TakeAgain, callback.TakeReused:
		if used {
			d.team().restreams = append(d.team().restreams, restreamRow{d.stream, ev.ID, ev.Seq})
		}
		d.again(taking, ev, known)
		return ""
	}
	d.take(ev, nil)
	return ""
}

// again answers an event whose id was here before.
func (d *intent) again(taking callback.Taking, ev callback.Event, first *stored) {
	if taking == callback.TakeReused {
		d.team().quarantine = append(d.team().quarantine, ev.ID)
		d.receipt(callback.Receipt{EventID: ev.ID, Status: callback.Rejected, Reason: callback.ReasonIDReused}, nil)
		return
	}
	if first != nil && first.status == callback.Rejected {
		d.take(ev, first)
		return
	}
	receipt := callback.Receipt{EventID: ev.ID, Status: callback.DuplicateEvent}
	if first != nil {
		receipt.First = &callback.Verdict{Status: first.status, Reason: first.reason}
		receipt.Pos, receipt.Fence = first.pos, first.fence
	}
	if d.s.w.rules.flaws.forgetVerdict {
		receipt.First = &callback.Verdict{Status: callback.Applied}
	}
	d.receipt(receipt, nil)
}

// take judges a new event, or anew one that was refused: if it passes, it takes its place behind those judged since.
func (d *intent) take(ev callback.Event, first *stored) {
	if first != nil {
		ev.Stream, ev.Seq = first.ev.Stream, first.ev.Seq
		d.team().events = slices.DeleteFunc(slices.Clone(d.team().events), func(s stored) bool { return s.ev.ID == ev.ID })
		defer func() { d.team().event(ev.ID).again = true }()
	}
	if d.who.role == callback.RoleTrainer && ev.Kind != callback.KindUndone {
		ev.CaseID = ""
		e, _ := d.u.apply(d.who.team, ev, callback.Verdict{Status: callback.Rejected, Reason: callback.ReasonForbidden})
		d.team().quarantine = append(d.team().quarantine, ev.ID)
		d.receipt(callback.Receipt{EventID: ev.ID, Status: callback.Rejected, Reason: callback.ReasonForbidden, Fence: e.now.Fence}, nil)
		return
	}
	var refused callback.Verdict
	if !d.s.w.knows(ev.Kind) {
		if d.s.w.rules.flaws.dropsUnknown {
			d.receipt(callback.Receipt{EventID: ev.ID, Status: callback.Applied}, nil)
			return
		}
		refused = callback.Verdict{Status: callback.Rejected, Reason: callback.ReasonUnknownKind}
	}
	e, verdict := d.u.apply(d.who.team, ev, refused)
	receipt := callback.Receipt{EventID: ev.ID, Status: verdict.Status, Reason: verdict.Reason, Fence: e.now.Fence}
	if verdict.Status == callback.Rejected {
		d.team().quarantine = append(d.team().quarantine, ev.ID)
		d.receipt(receipt, nil)
		return
	}
	d.receipt(receipt, e)
}

func (d *intent) receipt(r callback.Receipt, e *entry) {
	d.receipts, d.effects = append(d.receipts, r), append(d.effects, e)
}

func (d *intent) close() []callback.Receipt {
	if row := d.team().stream(d.stream); row != nil {
		row.head.Last = d.head.Last
	} else if len(d.receipts) > 0 {
		d.head.Device, d.head.Agent = d.device, d.who.id
		d.team().streams = append(d.team().streams, streamRow{d.stream, d.head})
	}
	d.u.flush()
	for i, e := range d.effects {
		if e != nil {
			d.receipts[i].Pos = e.effect
		}
	}
	return d.receipts
}

// same tells whether two events have the same content: who said what about which case, and when. It stands for the
// hash that the real server keeps.
func same(a, b callback.Event) bool {
	return a.ID == b.ID && a.Agent == b.Agent && a.Kind == b.Kind && a.Fence == b.Fence && a.At.Equal(b.At) && bytes.Equal(a.Payload, b.Payload) &&
		(a.CaseID == b.CaseID || a.CaseID == "")
}
