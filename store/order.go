package store

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"ringback/callback"
)

// order is the serving order of the open cases at an instant.
type order struct {
	at  time.Time
	seq []uint32
	// ready counts the cases that may be called at that instant; they come
	// first.
	ready int
	// turn is when the first of the others becomes ready; zero if none does.
	turn time.Time
	// placer judges cases as of at; later, if there is one, those whose time
	// has come since.
	placer, later *placer
}

// placer finds the places of ranks at one instant. The windows of a customer's
// zones are worked out once for each set of zones: a hundred thousand ranks
// share a few.
type placer struct {
	policy callback.Policy
	// always is the policy without closed windows.
	always  callback.Policy
	who     callback.Seat
	now     time.Time
	windows map[windowOf]callback.Opening
}

type windowOf struct{ region, zones string }

func newPlacer(p callback.Policy, who callback.Seat, now time.Time) *placer {
	always := p
	day := []callback.Span{{From: 0, To: 24 * 60}}
	always.Windows = []callback.Window{{Hours: [7][]callback.Span{day, day, day, day, day, day, day}}}
	always.Legal, always.Zone = callback.Span{}, "UTC"
	return &placer{policy: p, always: always, who: who, now: now, windows: map[windowOf]callback.Opening{}}
}

// place is Rank.Place but for the words of Wait, which only shown rows need.
func (p *placer) place(r callback.Rank) callback.Place {
	if (r.State == callback.CallbackScheduled || r.State == callback.Escalated) && !r.Callback.IsZero() {
		return r.PlaceFor(p.policy, p.who, p.now)
	}
	anywhere := r
	anywhere.Region, anywhere.Zones = "", nil
	place := anywhere.PlaceFor(p.always, p.who, p.now)
	if !place.Ready {
		return place
	}
	if o := p.window(r); !o.Open {
		place.Ready, place.At, place.Cause, place.Of = false, o.At, callback.WaitsHours, o.Zone
	}
	return place
}

func (p *placer) window(r callback.Rank) callback.Opening {
	k := windowOf{region: r.Region}
	switch len(r.Zones) {
	case 0:
	case 1:
		k.zones = r.Zones[0]
	default:
		k.zones = strings.Join(r.Zones, "\x00")
	}
	o, ok := p.windows[k]
	if !ok {
		o = p.policy.Window(r.Region, r.Zones, p.now)
		p.windows[k] = o
	}
	return o
}

// rung is a case's place in a form that sorts fast. It orders as Place.Before
// does; of equals, the customer who answered first goes first, then the
// smaller id.
type rung struct {
	first    uint64
	points   float64
	answered uint32
	i        uint32
}

const (
	waitingBit = 1 << 63
	never      = waitingBit - 1
)

func rungOf(place callback.Place, answered time.Time, i uint32) rung {
	g := rung{first: uint64(place.Tier) << 1, points: place.Points, answered: secondsOf(answered), i: i}
	if place.Early {
		g.first |= 1
	}
	if place.Ready {
		return g
	}
	at := uint64(never >> 8)
	if !place.At.IsZero() {
		at = uint64(secondsOf(place.At))
	}
	g.first |= waitingBit | at<<8
	return g
}

// secondsOf gives the Unix seconds of a time as ranks know it.
func secondsOf(t time.Time) uint32 {
	return uint32(min(max(t.Unix(), 0), math.MaxUint32))
}

func compareRungs(s *slab, a, b rung) int {
	if a.first != b.first {
		return cmp.Compare(a.first, b.first)
	}
	if a.points != b.points {
		return cmp.Compare(b.points, a.points)
	}
	if a.answered != b.answered {
		return cmp.Compare(a.answered, b.answered)
	}
	return bytes.Compare(s.key(a.i), s.key(b.i))
}

// rung gives the rung of a case as of the order's instant.
func (o *order) rung(r *reader, i uint32) (rung, error) {
	rank, err := r.rank(i)
	if err != nil {
		return rung{}, err
	}
	_, place := o.judge(rank)
	return rungOf(place, rank.AnsweredAt, i), nil
}

// finish turns sorted rungs into the order.
func (o *order) finish(rungs []rung) {
	o.seq = make([]uint32, len(rungs))
	for n, g := range rungs {
		o.seq[n] = g.i
		if g.first&waitingBit == 0 {
			o.ready++
		}
	}
	if o.ready < len(rungs) {
		o.turn = turnOf(rungs[o.ready])
	}
}

func turnOf(g rung) time.Time {
	at := g.first &^ waitingBit >> 8
	if at >= never>>8 {
		return time.Time{}
	}
	return time.Unix(int64(at), 0).UTC()
}

// move takes a case to its new place, or out of the order if it is gone.
func (o *order) move(s *slab, r *reader, i uint32) error {
	if n := slices.Index(o.seq, i); n >= 0 {
		o.seq = slices.Delete(o.seq, n, n+1)
		if n < o.ready {
			o.ready--
		}
	}
	if !s.open(i) {
		return nil
	}
	return o.insert(s, r, i)
}

// insert puts a case that is not in the order to its place.
func (o *order) insert(s *slab, r *reader, i uint32) error {
	g, err := o.rung(r, i)
	if err != nil {
		return err
	}
	n, _ := slices.BinarySearchFunc(o.seq, g, func(other uint32, g rung) int {
		h, err := o.rung(r, other)
		if err != nil {
			return -1
		}
		return compareRungs(s, h, g)
	})
	o.seq = slices.Insert(o.seq, n, i)
	if g.first&waitingBit == 0 {
		o.ready++
	} else if t := turnOf(g); !t.IsZero() && (o.turn.IsZero() || t.Before(o.turn)) {
		o.turn = t
	}
	return nil
}
