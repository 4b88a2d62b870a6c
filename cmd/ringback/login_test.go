package main

import (
	"slices"
	"strings"
	"testing"
)

// The command for the supervisor is read out from the screen: it stands whole
// on one line, however long the desk's name is.
func TestCodeIsReadOutWhole(t *testing.T) {
	for _, name := range []string{"pc", strings.Repeat("front desk ", 12)} {
		lines := strings.Split(howToLetIn(name, "BCDF-GHJK"), "\n")
		if !slices.Contains(lines, "    ringback user pair BCDF-GHJK --user YOU") {
			t.Errorf("the command is not on a line of its own: %q", lines)
		}
	}
}
