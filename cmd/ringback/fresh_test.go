package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A desk that has long not synced says so; one that just did does not.
func TestOldDataTellsItsAge(t *testing.T) {
	program := builtPath(t, serverPackage)
	s := newServer(program, t.TempDir())
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	home := t.TempDir()
	begin := time.Now()
	later := func(by time.Duration, args ...string) (string, string) {
		t.Helper()
		var out, errs bytes.Buffer
		a := &app{
			in: strings.NewReader(""), out: &out, err: &errs, newID: newID,
			now: func() time.Time { return begin.Add(by) },
			environ: []string{
				"HOME=" + home, "XDG_CONFIG_HOME=" + home, "RINGBACK_DATA=" + filepath.Join(home, "desk"), "RINGBACK_KEYRING=off",
				"RINGBACK_URL=" + s.url, "RINGBACK_TOKEN=" + s.admin,
			},
		}
		if code := a.run(t.Context(), args); code != 0 {
			t.Fatalf("ringback %v: exit code %d, %s", args, code, errs.String())
		}
		return out.String(), errs.String()
	}
	later(0, "sync")
	if _, note := later(oldAfter-time.Minute, "queue"); note != "" {
		t.Errorf("soon after a sync: %q", note)
	}
	if _, note := later(3*time.Hour, "promise", "list"); note != "note: as fetched 3 h ago; fetch what is new with: ringback sync\n" {
		t.Errorf("long after a sync: %q", note)
	}
	out, _ := later(3*time.Hour, "queue", "--json")
	var page struct {
		Fetched time.Time `json:"fetched_at"`
		AsOf    time.Time `json:"as_of"`
	}
	if err := json.Unmarshal([]byte(out), &page); err != nil {
		t.Fatal(err)
	}
	if age := page.AsOf.Sub(page.Fetched); age < 2*time.Hour || age > 4*time.Hour {
		t.Errorf("fetched %s, asked %s", page.Fetched, page.AsOf)
	}
}
