//go:build soak

package month

import (
	"testing"

	"ringback/proof/rig"
)

// The month of two thousand customers.
func TestSoakMonth(t *testing.T) {
	m := newMonth(t, rig.Chance(t), 2000, 28)
	m.diary = true
	m.pass()
}
