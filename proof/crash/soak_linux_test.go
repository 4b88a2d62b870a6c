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
