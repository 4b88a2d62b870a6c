package server

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringback/callback"
)

// Desks of the version before and of the one after still record: what this server understands counts, what it does
// not know is kept unharmed.
func TestDesksOfOtherVersionsRecord(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		push := func(user, file string) []string {
			t.Helper()
			raw, err := os.ReadFile(filepath.Join("testdata", "schema", file))
			if err != nil {
				t.Fatal(err)
			}
			rec := w.call(user, http.MethodPost, "/v1/events", strings.ReplaceAll(string(raw), "CASE", id))
			return statuses(read[callback.PushReply](t, rec).Receipts)
		}
		for _, c := range []struct {
			user, file string
			want       []string
		}{
			{"anna", "older.json", []string{"applied", "applied", "applied"}},
			{"boris", "newer.json", []string{"applied", "rejected unknown_kind", "applied"}},
			{"anna", "older.json", []string{"duplicate", "duplicate", "duplicate"}},
			{"boris", "newer.json", []string{"duplicate", "duplicate", "duplicate"}},
		} {
			if got := push(c.user, c.file); strings.Join(got, ", ") != strings.Join(c.want, ", ") {
				t.Errorf("%s: %v, want %v", c.file, got, c.want)
			}
		}
		c := w.caseOf("north", id)
		if len(c.Notes) != 2 || len(c.Attempts) != 2 || len(c.Skips) != 1 {
			t.Fatalf("the case: %+v", c)
		}
		list := w.quarantineOf(false)
		if len(list) != 1 || !strings.Contains(string(list[0].Event), `"of":{"model":"none"}`) || list[0].Kind != "sentiment.guessed" {
			t.Fatalf("in quarantine: %+v", list)
		}
		events := must(w.s.db.ask.CaseEvents(t.Context(), "north", id))(t)
		whole := false
		for _, e := range events {
			whole = whole || strings.Contains(string(e.Body), `"parts":[1,2,3]`)
		}
		if !whole {
			t.Error("fields that this server does not know were lost")
		}
		w.check()
	})
}
