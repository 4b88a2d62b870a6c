package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ringback/callback"
)

const (
	// maxPushBytes bounds the body of a push.
	maxPushBytes = 256 << 10
	// maxRestreams is how often a push may renumber without any event coming
	// through in between; more means that the server contradicts itself.
	maxRestreams = 2
	// maxRefused is how many events in a row may be put aside at the desk:
	// when everything is refused, the fault is not the events'.
	maxRefused = 8
)

// errPostponed marks the receipt Retry: the server did not look at events.
var errPostponed = errors.New("put off by the server")

// errUnsettled keeps a journal that forgets receipts from sending for ever.
var errUnsettled = errors.New("an event with a receipt is given out again")

// pusher sends what waits, batch by batch.
type pusher struct {
	s *Syncer
	// size is how many events the next batch may hold.
	size int
	// restreams and refused count since the last event that was new to the
	// server.
	restreams, refused int
	// epoch is the server history that the journal last met, has what it is
	// believed to have of the journal's events.
	epoch string
	has   callback.StreamClaim
	// settled is the first event of the last batch with receipts.
	settled string
	// done counts events with a receipt, of those that waited at first.
	done, of int
	// copied tells that another desk writes this one's stream.
	copied bool
}

// run sends all that waits.
func (p *pusher) run(ctx context.Context) error {
	for first := true; ; first = false {
		batch, err := p.s.cache.NextPush(p.size)
		if err != nil {
			return local("read journal", err)
		}
		p.epoch, p.has = batch.Epoch, callback.StreamClaim{Stream: batch.Stream, Acked: batch.Ack, Mark: batch.Mark}
		if len(batch.Events) == 0 {
			return nil
		}
		if batch.Events[0].ID == p.settled {
			return local("read journal", errUnsettled)
		}
		if first && len(batch.Events) >= p.size {
			if err := p.hurry(ctx); err != nil {
				return err
			}
		}
		if p.of > 0 {
			p.s.link.busy(callback.BusySending, p.done, p.of)
		}
		if err := p.send(ctx, batch); err != nil {
			return err
		}
	}
}

// hurry sends the suppressions that wait behind the first batch ahead of
// everything: a customer who asked not to be called must not be called while
// the rest goes through. Order and receipts are left alone. The copies come
// again in their turn, where the server knows them by id; a server that will
// not take them early is not pressed.
func (p *pusher) hurry(ctx context.Context) error {
	stats, err := p.s.cache.Stats()
	if err != nil {
		return local("count journal", err)
	}
	p.of = stats.Pending
	if p.of <= p.size {
		return nil
	}
	all, err := p.s.cache.NextPush(p.of)
	if err != nil {
		return local("read journal", err)
	}
	urgent := all
	urgent.Events = nil
	for i, e := range all.Events {
		if i >= p.size && e.Suppresses() && len(urgent.Events) < callback.MaxPushEvents {
			urgent.Events = append(urgent.Events, e)
		}
	}
	if len(urgent.Events) == 0 {
		return nil
	}
	raw, _, err := encodePush(urgent)
	if err != nil {
		return err
	}
	if _, _, err := p.s.client.push(ctx, raw); err != nil && !pullsOn(err) {
		return err
	}
	return nil
}

// send makes one push and does what its answer asks for. No answer loses an
// event: it is settled with a receipt, or waits on.
func (p *pusher) send(ctx context.Context, batch callback.Push) error {
	raw, n, err := encodePush(batch)
	if err != nil {
		return err
	}
	batch.Events = batch.Events[:n]
	reply, at, err := p.s.client.push(ctx, raw)
	p.s.batch.note(n, callback.MaxPushEvents, err)
	switch callback.AnswerTo(callback.CodeOf(err)) {
	case callback.AnswerSettle:
		p.s.contact(reply.ServerTime, at)
		return p.settle(batch, reply)
	case callback.AnswerRestream:
		return p.restream(err)
	case callback.AnswerNarrow:
		return p.narrow(batch, err)
	}
	return err
}

// settle stores the receipts of what was sent.
func (p *pusher) settle(batch callback.Push, reply callback.PushReply) error {
	var final, news int
	reply.Receipts, final, news = match(batch, reply.Receipts)
	if err := p.s.cache.Settle(reply); err != nil {
		return local("store receipts", err)
	}
	p.done += final
	p.epoch = reply.Epoch
	if final > 0 {
		p.settled = batch.Events[0].ID
		p.s.ring()
	}
	if news > 0 {
		// What the server had already is no step forward: after each new
		// numbering it all comes again.
		p.restreams, p.refused = 0, 0
	}
	if left := len(batch.Events) - final; left > 0 {
		e := callback.Errorf(callback.CodeBusy, "the server put off %d of %d events", left, len(batch.Events)).
			WithHint("they are kept and sent again by themselves")
		e.Err = errPostponed
		return e
	}
	p.size = min(callback.MaxPushEvents, 2*p.size)
	return nil
}

// match keeps the receipts that answer what was sent, one an event, and
// counts those that settle it, and of these the ones of events that the server
// did not have. A status that this build does not know leaves its event
// waiting.
func match(batch callback.Push, receipts []callback.Receipt) (kept []callback.Receipt, final, news int) {
	waits := make(map[string]bool, len(batch.Events))
	for _, e := range batch.Events {
		waits[e.ID] = true
	}
	for _, r := range receipts {
		if !waits[r.EventID] {
			continue
		}
		switch r.Status {
		case callback.DuplicateEvent:
			final++
		case callback.Applied, callback.Shadowed, callback.Rejected:
			final++
			news++
		case callback.Retry:
		default:
			continue
		}
		delete(waits, r.EventID)
		kept = append(kept, r)
	}
	return kept, final, news
}

// restream numbers what waits anew, because the server's history is not the
// one that the desk's numbers were made for.
func (p *pusher) restream(cause error) error {
	if p.restreams++; p.restreams > maxRestreams {
		return cause
	}
	p.settled, p.has = "", callback.StreamClaim{}
	if callback.CodeOf(cause) == callback.CodeForked {
		p.copied = true
		p.s.link.copied()
	}
	return local("renumber journal", p.s.cache.Restream())
}

// narrow goes on with half of a batch that was refused. A single event that
// the server itself refuses is put aside with the server's reason, so that
// those behind it can go on.
func (p *pusher) narrow(batch callback.Push, cause error) error {
	if n := len(batch.Events); n > 1 {
		p.size = n / 2
		return nil
	}
	if p.refused++; p.refused > maxRefused || !errors.Is(cause, errTold) {
		return cause
	}
	reason := callback.ReasonInvalid
	if callback.CodeOf(cause) == callback.CodeTooLarge {
		reason = callback.ReasonTooLarge
	}
	words, _ := spell(cause)
	err := p.s.cache.Settle(callback.PushReply{Receipts: []callback.Receipt{{
		EventID: batch.Events[0].ID, Status: callback.Rejected, Reason: reason, Detail: words,
	}}})
	if err != nil {
		return local("store receipts", err)
	}
	p.s.ring()
	return nil
}

// encodePush writes as many events as fit into one push, at least one, and
// tells how many those are.
func encodePush(p callback.Push) (raw json.RawMessage, n int, err error) {
	events := make([]json.RawMessage, 0, len(p.Events))
	size := 512 // the envelope
	for _, e := range p.Events {
		one, err := json.Marshal(e)
		if err != nil {
			return nil, 0, fmt.Errorf("encode event %s: %w", e.ID, err)
		}
		if size += len(one) + 1; size > maxPushBytes && len(events) > 0 {
			break
		}
		events = append(events, one)
	}
	raw, err = json.Marshal(struct {
		callback.Push
		Events []json.RawMessage `json:"events"`
	}{p, events})
	if err != nil {
		return nil, 0, fmt.Errorf("encode push: %w", err)
	}
	return raw, len(events), nil
}
