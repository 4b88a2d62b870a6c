package server

import (
	"testing"

	"ringback/callback"
)

// After an upgrade the quarantine is judged anew, once: what the server understands now takes effect, what it still
// refuses stays, and both are on record.
func TestAnUpgradeJudgesTheQuarantineAnew(t *testing.T) {
	t.Parallel()
	in := row("1", 2, "Bad.")
	id := caseIDOf(t, in)
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		early := anna.event("e1", id, 1, &callback.NoteAdded{Text: "Before its case was known."})
		odd := anna.event("e2", id, 1, &callback.NoteAdded{Text: "Odd."})
		odd.Kind = "from.tomorrow"
		anna.push(early, odd)
		w.intake("north", in)
		if n := len(w.quarantineOf(false)); n != 2 {
			t.Fatalf("%d in quarantine", n)
		}
		if left := must(w.s.followUpgrade(t.Context()))(t); left != 1 {
			t.Fatalf("%d left quarantine, want 1", left)
		}
		list := w.quarantineOf(false)
		if len(list) != 1 || list[0].EventID != "e2" || list[0].Reason != callback.ReasonUnknownKind {
			t.Fatalf("%+v", list)
		}
		for _, e := range w.quarantineOf(true) {
			if e.EventID == "e1" && (e.Settled == nil || e.Settled.By != serverDevice || e.Settled.Note != upgradeNote) {
				t.Fatalf("%+v", e)
			}
		}
		if c := w.caseOf("north", id); len(c.Notes) != 1 {
			t.Fatalf("%+v", c.Notes)
		}
		// Once is enough until the next upgrade.
		again := anna.event("e3", "cnosuchcase000000", 1, &callback.NoteAdded{Text: "Nowhere."})
		anna.push(again)
		if left := must(w.s.followUpgrade(t.Context()))(t); left != 0 {
			t.Fatalf("judged again: %d", left)
		}
		w.check()
	})
}
