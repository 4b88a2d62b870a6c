package server

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// What counts toward the ceiling of a week follows from the attempts: a check
// that counts again sees what is missing, twice, moved, or of no attempt.
func TestCheckCountsTheDialsAgain(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		for i, id := range []string{"1", "2"} {
			caseID := w.intake("north", row(id, 1, "")).Results[0].CaseID
			anna.push(anna.event("e"+id, caseID, 1, ended(w, "at-"+string(rune('a'+i)), callback.NoAnswer)))
		}
		w.check()
		for do, want := range map[string]string{
			"DELETE FROM dials WHERE attempt = 'at-a'":                     "the dial of attempt at-a is not counted",
			"UPDATE dials SET at = at + 1000000 WHERE attempt = 'at-a'":    "is no attempt of it",
			"UPDATE dials SET attempt = 'at-x' WHERE attempt = 'at-b'":     "is no attempt of it",
			"INSERT INTO dials SELECT * FROM dials WHERE attempt = 'at-a'": "is no attempt of it",
			"UPDATE dials SET person = tel":                                "for somebody else",
		} {
			w.exec(do)
			r := must(w.s.Check(t.Context()))(t)
			said := ""
			for _, p := range r.Problems {
				said += p.Where + ": " + p.What + "\n"
			}
			if r.OK || !strings.Contains(said, want) {
				t.Errorf("after %s: %q", do, said)
			}
			w.must(nil, w.s.countDials(t.Context()))
			w.check()
		}
	})
}

// A restore counts the dials again, even from a backup that has none of them.
func TestARestoreCountsTheDials(t *testing.T) {
	t.Parallel()
	w, path := fileWorld(t)
	id := w.intake("north", row("1", 1, "")).Results[0].CaseID
	anna := w.desk("anna")
	anna.push(anna.event("e1", id, 1, ended(w, "at-1", callback.NoAnswer)))
	w.exec("DELETE FROM dials")
	backup := filepath.Join(t.TempDir(), "b.db")
	w.must(w.s.Backup(t.Context(), backup))
	w.close()
	w.must(w.restore(path, backup, RestoreOptions{AcceptLoss: true}))
	w.must(w.reopen("sqlite:"+path, HistoryStop))
	w.check()
	w.now = w.now.Add(8 * 24 * time.Hour)
	w.must(nil, w.s.Tick(context.Background(), w.now))
	w.check()
}
