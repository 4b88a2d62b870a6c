//go:build soak

package crash

import (
	"fmt"
	"sync"
	"testing"

	"ringback/proof/rig"
)

// sideBySide lets so many of the same rigs share the cycles, each with servers, disks and desks of its own.
func sideBySide(t *testing.T, rigs, cycles int, work func(*testing.T, *rig.Rounds) *tally) *tally {
	var mu sync.Mutex
	sum := &tally{}
	t.Run("side by side", func(t *testing.T) {
		for n := range rigs {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				y := work(t, rig.Soak(t, (cycles+rigs-1)/rigs))
				mu.Lock()
				defer mu.Unlock()
				sum.add(y)
			})
		}
	})
	return sum
}

// add takes in what another rig has found.
func (y *tally) add(o *tally) {
	y.cycles, y.acked, y.again, y.drafts, y.rows = y.cycles+o.cycles, y.acked+o.acked, y.again+o.again, y.drafts+o.drafts, y.rows+o.rows
	y.lost, y.double, y.corrupt = y.lost+o.lost, y.double+o.double, y.corrupt+o.corrupt
	y.back, y.first = append(y.back, o.back...), append(y.first, o.first...)
}

func TestSoakKilledDesks(t *testing.T) {
	y := sideBySide(t, 4, 2_000, killDesks)
	y.sound(t)
	rig.Figure(t, "%s", y)
}

func TestSoakDesksWithoutPower(t *testing.T) {
	y := sideBySide(t, 4, 500, func(t *testing.T, rounds *rig.Rounds) *tally { return cutDesks(t, rounds, false) })
	y.sound(t)
	rig.Figure(t, "%s", y)
}

func TestSoakKilledServers(t *testing.T) {
	y := sideBySide(t, 2, 2_000, func(t *testing.T, rounds *rig.Rounds) *tally { return killServers(t, rounds, 8, sqliteFresh) })
	y.sound(t)
	rig.Figure(t, "SQLite: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestSoakKilledServersOnPostgreSQL(t *testing.T) {
	needPostgreSQL(t)
	y := sideBySide(t, 2, 2_000, func(t *testing.T, rounds *rig.Rounds) *tally { return killServers(t, rounds, 8, pgFresh) })
	y.sound(t)
	rig.Figure(t, "PostgreSQL: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestSoakServersWithoutPower(t *testing.T) {
	y := sideBySide(t, 2, 500, func(t *testing.T, rounds *rig.Rounds) *tally { return cutServers(t, rounds, false) })
	y.sound(t)
	rig.Figure(t, "SQLite: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestSoakKilledRecords(t *testing.T) {
	y := killRecords(t, rig.Soak(t, 500))
	y.sound(t)
	rig.Figure(t, "ringback record: %s", y)
}

func TestSoakKilledPassphrases(t *testing.T) {
	y := killPassphrases(t, rig.Soak(t, 500))
	y.sound(t)
	rig.Figure(t, "ringback passphrase set: %s", y)
}

func TestSoakKilledScreens(t *testing.T) {
	y := killScreens(t, rig.Soak(t, 50))
	y.sound(t)
	y.prompt(t)
	rig.Figure(t, "the desk in a terminal: %s", y)
}

func TestSoakNewDesksWithoutPower(t *testing.T) {
	y := cutPrograms(t, rig.Soak(t, 100))
	y.sound(t)
	rig.Figure(t, "ringback record on a desk's first day: %s", y)
}

func TestSoakDamagedDesks(t *testing.T) {
	var mu sync.Mutex
	sum := damages{}
	t.Run("side by side", func(t *testing.T) {
		for n := range 3 {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				rounds := rig.Soak(t, 5_000)
				for more := true; more && !t.Failed(); more = rounds.Left() {
					t.Run(fmt.Sprintf("from %d", rounds.Done()), func(t *testing.T) {
						d := wear(t, rounds, 10, 20, 401)
						mu.Lock()
						defer mu.Unlock()
						sum.tried, sum.unnoticed, sum.mended = sum.tried+d.tried, sum.unnoticed+d.unnoticed, sum.mended+d.mended
						t.Logf("so far: %s", sum)
					})
				}
			})
		}
	})
	rig.Figure(t, "%s", sum)
}

func TestSoakBackupsUnderLoad(t *testing.T) {
	y, done := restores(t, rig.Soak(t, 200), 2_000)
	y.sound(t)
	rig.Figure(t, "%s", done)
}

func TestSoakStandByServers(t *testing.T) {
	needPostgreSQL(t)
	y := standBy(t, rig.Soak(t, 200))
	y.sound(t)
	rig.Figure(t, "two servers, one PostgreSQL: %s", y)
}
