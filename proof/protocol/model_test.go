package protocol

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringback/proof/rig"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "run one history of the model, and tell what happens in it")
	firstSeed = flag.Uint64("from", 1, "the seed of the first history")
	every     = flag.Bool("every", false, "let a mutant live all -histories from -from, however soon others kill it")
	count     = flag.Uint64("histories", 20_000, "how many histories of the model to run")
)

// Histories are many and small: collecting their garbage less often is half of their speed.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	rig.Main(m, nil)
}

// Whatever happens, and in whatever order: nothing is lost, nothing counts twice, nobody is called who must not be, and
// in the end every desk holds what the server holds.
func TestHistories(t *testing.T) {
	t.Parallel()
	if *seedFlag != 0 {
		tell(t, *seedFlag)
		return
	}
	began := time.Now()
	n, bad := search(rulesInForce(), *firstSeed, *count, nil)
	if bad != nil {
		explain(t, rulesInForce(), *bad)
	}
	t.Logf("%d histories in %s", n, time.Since(began).Round(time.Millisecond))
}

// search runs the histories of seeds from first on, and gives how many ran and the first that breaks an invariant.
func search(r *rules, first, most uint64, stop func() bool) (ran uint64, bad *history) {
	list, start := actions(), newWorld(r)
	var next, worst atomic.Uint64
	worst.Store(most)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= worst.Load() || stop != nil && i%64 == 0 && stop() {
					return
				}
				if draw(first+i, list).live(start, list, nil) == "" {
					continue
				}
				for low := worst.Load(); i < low && !worst.CompareAndSwap(low, i); low = worst.Load() {
				}
			}
		})
	}
	wg.Wait()
	if low := worst.Load(); low < most {
		h := draw(first+low, list)
		return low + 1, &h
	}
	return min(next.Load(), most), nil
}

// explain fails with a shrunken history and the way to run it again.
func explain(t *testing.T, r *rules, h history) {
	t.Helper()
	list, start := actions(), newWorld(r)
	short := h.shrink(func(h history) bool { return h.live(start, list, nil) != "" })
	text := ""
	what := short.live(start, list, func(format string, args ...any) { text += fmt.Sprintf(format, args...) + "\n" })
	t.Fatalf("seed %d: %s\n%d of %d steps are enough:\n%s\nrepeat: go test ./proof/protocol -run Histories -seed %d -v",
		h.seed, what, len(short.steps), len(h.steps), text, h.seed)
}

// tell runs one history and tells all of it.
func tell(t *testing.T, seed uint64) {
	list := actions()
	h := draw(seed, list)
	if what := h.live(newWorld(rulesInForce()), list, t.Logf); what != "" {
		t.Errorf("seed %d: %s", seed, what)
		explain(t, rulesInForce(), h)
	}
}
