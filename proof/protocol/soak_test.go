//go:build soak

package protocol

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ringback/proof/rig"
)

// Two million histories of the model, or as many as fit into the soak's time; their seeds follow those of the tests.
func TestSoakHistories(t *testing.T) {
	began, limit := time.Now(), rig.Soak(t, 1).Time
	n, bad := search(rulesInForce(), 10_000_000, 2_000_000, func() bool { return time.Since(began) >= limit })
	if bad != nil {
		explain(t, rulesInForce(), *bad)
	}
	t.Logf("%d histories in %s", n, time.Since(began).Round(time.Second))
}

// Thousands of histories on the real handlers and files.
func TestSoakRealHistories(t *testing.T) {
	dir, rounds := realFolder(t), rig.Soak(t, 5_000)
	for rounds.Next() {
		seed := uint64(20_000_000 + rounds.Done())
		if what := liveReal(t, seed, filepath.Join(dir, fmt.Sprint(seed))); what != "" {
			t.Fatalf("seed %d: %s\nrepeat: go test ./proof/protocol -run RealHistories -seed %d", seed, what, seed)
		}
	}
	t.Logf("%d real histories", rounds.Done())
}
