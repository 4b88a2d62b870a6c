package protocol

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"runtime/debug"
)

// history is all that a run depends on: what happens, step by step, and who speaks first in the end.
type history struct {
	seed  uint64
	first int
	// desks tells which desks take part, a bit for each.
	desks uint32
	steps []step
}

// draw makes the history of a seed. Each leaves out many of the kinds of steps, and some of the desks (swarm testing,
// Groce et al., ISSTA 2012): what never happens gives room to what then happens often. Half of the histories leave out a
// quarter, half or three quarters of the kinds at random; the others are about one to three themes, and of these the
// rare steps are as frequent as the others.
func draw(seed uint64, list []action) history {
	r := rand.New(rand.NewPCG(seed, 0x72696e676261636b))
	var pool []int
	share, about := 1+r.Uint32N(3), uint32(0)
	if seed%2 == 0 {
		share = 3
		for n := 1 + r.IntN(3); bits.OnesCount32(about) < n; {
			about |= 1 << (1 + r.Uint32N(uint32(themes-1)))
		}
	}
	for i, a := range list {
		weight := a.weight
		if a.theme != always && about != 0 {
			if weight = 3; about>>a.theme&1 == 0 {
				continue
			}
		}
		if a.theme == always || r.Uint32N(4) < share {
			for range weight {
				pool = append(pool, i)
			}
		}
	}
	h := history{seed: seed, first: int(r.Uint32N(4)), desks: 1 + r.Uint32N(15), steps: make([]step, 8+r.Uint32N(48))}
	for i := range h.steps {
		v := r.Uint32()
		h.steps[i] = step{pool[r.IntN(len(pool))], uint8(v), uint8(v >> 8), uint8(v >> 16), uint8(v >> 24)}
	}
	return h
}

// live runs a history from a beginning and gives the invariant that it breaks, or "".
func (h history) live(start *world, list []action, trace func(string, ...any)) (what string) {
	w := start.fork()
	w.trace, w.counts = trace, h.seed/2%4 == 0
	all := w.desks
	w.desks = nil
	for i, d := range all {
		if h.desks>>i&1 == 1 {
			w.desks = append(w.desks, d)
		}
	}
	defer func() {
		switch v := recover().(type) {
		case nil:
		case broken:
			what = v.what
		default:
			what = fmt.Sprintf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	for _, s := range h.steps {
		w.run(list[s.action], s)
	}
	w.log("-- heal")
	w.heal(h.first)
	return ""
}

// shrink leaves out what a failure does not need, as long as the history still fails.
func (h history) shrink(fails func(history) bool) history {
	for size := len(h.steps) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(h.steps); {
			shorter := h
			shorter.steps = append(append([]step(nil), h.steps[:at]...), h.steps[at+size:]...)
			if fails(shorter) {
				h = shorter
				continue
			}
			at += size
		}
	}
	return h
}
