package callback

// This file and its neighbours protocol_*.go decide what the server and the desk do when they speak to each
// other: values in, values out. Server and store act on these decisions, and the model test in proof/protocol
// acts on the same ones.

// StreamHead is what the server knows of a stream: whose it is, and the number of its last event. The zero
// value is a stream that it has never met.
type StreamHead struct {
	Device, Agent string
	Last          uint64
}

// Fits tells whether a device and its agent may go on with the stream. A stream has one writer for ever; a
// copied desk that changed hands begins another.
func (h StreamHead) Fits(device, agent string) bool {
	return h == StreamHead{} || h.Device == device && h.Agent == agent
}

// EpochFits tells whether a desk that last met the history desk may push into the history server. A desk
// that has met none may.
func EpochFits(server, desk string) bool { return desk == "" || desk == server }

// AckFits tells whether the server has what the desk believes acknowledged: at holds the ids of the events
// that it has under that number of the stream, first received there or sent again. The id decides, not the
// number: the copy of a desk gives the same numbers to other events.
func AckFits(ack Acked, at ...string) bool {
	if ack.Seq == 0 {
		return true
	}
	for _, id := range at {
		if id != "" && id == ack.EventID {
			return true
		}
	}
	return false
}

// Arrival is how the next event of a push meets what the server has.
type Arrival struct {
	Seq uint64
	// Nameless: it has no id by which it could be told from others.
	Nameless bool
	// Known: an event with its id is here; Same: with the same content.
	Known, Same bool
	// Early: it may overtake those before it, as a request never to be called again does. It takes effect at
	// once, but its number stays free and the push is answered with a gap, so that it comes again in its place
	// and is known then: an acknowledgement without its number is one that no desk could claim later.
	Early bool
}

// Taking is what the server does with an event of a push.
type Taking int

// The ways in which an event is taken.
const (
	// TakeNew: judge it and keep it.
	TakeNew Taking = iota
	// TakeAgain: it is here; the first verdict is the answer.
	TakeAgain
	// TakeReused: its id belongs to another event; it goes into quarantine.
	TakeReused
	// TakeNameless: it goes into quarantine under a name made of its content.
	TakeNameless
	// TakeFork: two desks write the stream; nothing of the push is kept.
	TakeFork
	// TakeGap: events before it are missing; nothing of the push is kept.
	TakeGap
)

// Overtakes tells whether an event that is taken comes before its turn.
func (h StreamHead) Overtakes(seq uint64) bool { return seq > h.Last+1 }

// Next decides what becomes of a stream's next event, and gives the stream after it. An event that was here
// before uses its number up if it is the next one: a desk that begins a new stream sends known events again.
func (h StreamHead) Next(a Arrival) (Taking, StreamHead) {
	next := a.Seq == h.Last+1
	if h.Overtakes(a.Seq) && (a.Nameless || !a.Early) {
		return TakeGap, h
	}
	after := h
	if next || a.Nameless && a.Seq == 0 {
		after.Last++
	}
	switch {
	case a.Nameless:
		return TakeNameless, after
	case a.Known && a.Same:
		return TakeAgain, after
	case a.Known:
		return TakeReused, after
	case a.Seq <= h.Last:
		return TakeFork, h
	}
	return TakeNew, after
}

// HeartbeatHeader tells, on a stream, after how many seconds of silence the
// server says that it lives. A desk that hears nothing for twice as long knows
// that the server does not answer.
const HeartbeatHeader = "Ringback-Heartbeat"
