//go:build soak

package protocol

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ringback/proof/rig"
)

// Two million histories of the model, or as many as fit into the soak's time. Their seeds are new in every soak, unless
// the first one is given.
func TestSoakHistories(t *testing.T) {
	const portion, all = 50_000, 2_000_000
	first := firstOfSoak()
	began, rounds, ran := time.Now(), rig.Soak(t, all/portion), uint64(0)
	for rounds.Next() {
		n, bad := search(rulesInForce(), first+ran, portion, nil)
		ran += n
		if bad != nil {
			explain(t, rulesInForce(), *bad)
		}
		fmt.Printf("%d histories from seed %d in %s\n", ran, first, time.Since(began).Round(time.Second))
	}
	rig.Figure(t, "%d histories from seed %d in %s: 0 failures", ran, first, time.Since(began).Round(time.Second))
}

// Thousands of histories on the real handlers and files, with seeds chosen in the same way.
func TestSoakRealHistories(t *testing.T) {
	first := firstOfSoak()
	began, dir, rounds := time.Now(), realFolder(t), rig.Soak(t, 5_000)
	for rounds.Next() {
		seed := first + uint64(rounds.Done()-1)
		if what := liveReal(t, drawReal(seed), filepath.Join(dir, fmt.Sprint(seed))); what != "" {
			t.Fatalf("seed %d: %s\nrepeat: go test ./proof/protocol -run RealHistories -seed %d", seed, what, seed)
		}
		if rounds.Done()%500 == 0 {
			fmt.Printf("%d histories of the real programs from seed %d in %s\n", rounds.Done(), first, time.Since(began).Round(time.Second))
		}
	}
	rig.Figure(t, "%d histories of the real programs from seed %d in %s: 0 failures", rounds.Done(), first, time.Since(began).Round(time.Second))
}

// firstOfSoak is the seed of a soak's first history.
func firstOfSoak() uint64 {
	if *firstSeed != 1 {
		return *firstSeed
	}
	return uint64(time.Now().Unix()) << 24
}
