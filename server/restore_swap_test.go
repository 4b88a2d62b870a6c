package server

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A restore that ends in the middle of its last step leaves the database of before in its place.
func TestRestoreCutShort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "server.db")
	for _, ending := range []string{"", "-wal"} {
		if err := os.WriteFile(path+ending, []byte("before"+ending), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := restore{path: path, tmp: filepath.Join(dir, "gone"), begunAt: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	if err := r.swap(); err == nil {
		t.Fatal("nothing was put in place")
	}
	first := r.report.Aside
	if err := r.swap(); err == nil || r.report.Aside == first {
		t.Fatalf("a second restore in the same second puts the database at %s too", first)
	}
	for _, name := range []string{path, first, first + "-wal", r.report.Aside} {
		if raw, err := os.ReadFile(name); err != nil || !bytes.HasPrefix(raw, []byte("before")) {
			t.Errorf("%s: %q %v", name, raw, err)
		}
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("the log of the database of before would be taken for that of the next")
	}
}
