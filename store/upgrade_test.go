package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"ringback/callback"
)

// A kill at any moment of an upgrade leaves one good file of documents, and the next start goes on with it; nothing
// of the older one is left when it has ended.
func TestAKillDuringAnUpgrade(t *testing.T) {
	d, _ := withCases(t, 300)
	d.record(t, caseID(2), &callback.NoteAdded{Text: "x"})
	path := filepath.Join(d.options.Dir, "cache.db")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	setSchema(t, path, 1)
	dropBucket(t, path, "dispute")
	older := contentOf(t, path)
	d.open(t)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	upgraded := contentOf(t, path)
	for name, files := range map[string]map[string][]byte{
		"the copy has begun":       {"cache.db": older, "cache.db.compact": upgraded[:len(upgraded)/3]},
		"the copy is whole":        {"cache.db": older, "cache.db.compact": upgraded},
		"the old one has its name": {"cache.db.former": older, "cache.db.compact": upgraded},
		"the new one has its name": {"cache.db.former": older, "cache.db": upgraded},
		"the new one was damaged":  {"cache.db.former": older, "cache.db": upgraded[:len(upgraded)/3]},
	} {
		t.Run(name, func(t *testing.T) {
			for _, old := range []string{"cache.db", "cache.db.former", "cache.db.compact"} {
				if err := os.Remove(filepath.Join(d.options.Dir, old)); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
			for file, content := range files {
				if err := os.WriteFile(filepath.Join(d.options.Dir, file), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				d.open(t)
				if page := d.queue(t, callback.QueueQuery{}); page.Total != 300 {
					t.Fatalf("%d cases", page.Total)
				}
				d.check(t)
				if st, err := d.Stats(); err != nil || st.Pending != 1 {
					t.Fatalf("the journal: %+v %v", st, err)
				}
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for _, gone := range []string{"cache.db.former", "cache.db.compact"} {
				if _, err := os.Stat(filepath.Join(d.options.Dir, gone)); !os.IsNotExist(err) {
					t.Errorf("%s is left: %v", gone, err)
				}
			}
		})
	}
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
