//go:build soak

package crash

import (
	"testing"

	"ringback/proof/rig"
)

func TestSoakKilledDesks(t *testing.T) {
	y := killDesks(t, rig.Soak(t, 2_000))
	y.sound(t)
	rig.Figure(t, "%s", y)
}

func TestSoakDesksWithoutPower(t *testing.T) {
	y := cutDesks(t, rig.Soak(t, 500), false)
	y.sound(t)
	rig.Figure(t, "%s", y)
}

func TestSoakKilledServers(t *testing.T) {
	y := killServers(t, rig.Soak(t, 2_000), 20, sqliteFresh)
	y.sound(t)
	rig.Figure(t, "SQLite: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestSoakKilledServersOnPostgreSQL(t *testing.T) {
	needPostgreSQL(t)
	y := killServers(t, rig.Soak(t, 500), 20, pgFresh)
	y.sound(t)
	rig.Figure(t, "PostgreSQL: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestSoakServersWithoutPower(t *testing.T) {
	y := cutServers(t, rig.Soak(t, 500), false)
	y.sound(t)
	rig.Figure(t, "SQLite: %s, %d rows taken in, %s", y, y.rows, y.recovery())
}

func TestSoakKilledRecords(t *testing.T) {
	y := killRecords(t, rig.Soak(t, 500))
	y.sound(t)
	rig.Figure(t, "ringback record: %s", y)
}

func TestSoakKilledScreens(t *testing.T) {
	y := killScreens(t, rig.Soak(t, 50))
	y.sound(t)
	rig.Figure(t, "the desk in a terminal: %s", y)
}

func TestSoakNewDesksWithoutPower(t *testing.T) {
	y := cutPrograms(t, rig.Soak(t, 100))
	y.sound(t)
	rig.Figure(t, "ringback record on a desk's first day: %s", y)
}

func TestSoakDamagedDesks(t *testing.T) {
	d := wear(t, rig.Soak(t, 50_000), 20, 200, 16)
	rig.Figure(t, "%s", d)
}
