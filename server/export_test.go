package server

import (
	"encoding/json"
	"fmt"
	"testing"

	"ringback/callback"
)

// An export gives every case of the team once, over as many pages as it takes, and nothing of another team.
func TestExportPages(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		want := map[string]bool{}
		for from := 0; from <= exportPage; from += 100 {
			rows := []callback.Intake{}
			for i := from; i < from+100; i++ {
				rows = append(rows, row(fmt.Sprint(i), 1, "Nobody answers."))
			}
			for _, r := range w.intake("north", rows...).Results {
				want[r.CaseID] = true
			}
		}
		w.intake("south", row("s", 1, "Elsewhere."))
		sue := Caller{ID: "sue", Team: "north", Role: callback.RoleSupervisor}
		pages, got, after := 0, map[string]bool{}, ""
		for {
			page := must(w.s.Export(t.Context(), sue, "north", after))(t)
			pages++
			for _, raw := range page.Cases {
				var c callback.Case
				if err := json.Unmarshal(raw, &c); err != nil || got[c.ID] || !want[c.ID] {
					t.Fatalf("case %s: %v, twice: %v, of the team: %v", c.ID, err, got[c.ID], want[c.ID])
				}
				got[c.ID] = true
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if len(got) != len(want) || pages != 2 {
			t.Errorf("%d of %d cases in %d pages", len(got), len(want), pages)
		}
	})
}
