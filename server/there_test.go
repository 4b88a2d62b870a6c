package server

import (
	"os"
	"path/filepath"
	"testing"

	"ringback/callback"
)

// Where nothing was made yet, whoever does not serve makes nothing; where a
// server has, they are let in, also beside it.
func TestExistingMakesNoDatabase(t *testing.T) {
	t.Parallel()
	places := map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "server.db")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return "sqlite:" + path
		},
	}
	if os.Getenv("RINGBACK_TEST_PG") != "" {
		places["postgres"] = func(t *testing.T) string { return pgSchema(t) }
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := Config{DSN: place(t), Side: filepath.Join(t.TempDir(), "state"), Existing: true}
			for range 2 { // a first look that made tables would let the second one in
				for _, rule := range []HistoryRule{HistoryLook, HistoryStop} {
					cfg.History = rule
					if s, err := Open(t.Context(), cfg); callback.CodeOf(err) != callback.CodeNotFound {
						t.Fatalf("rule %d: %v %v", rule, s, err)
					}
				}
			}
			if name == "postgres" {
				if _, err := Restore(t.Context(), cfg, "", RestoreOptions{}); callback.CodeOf(err) != callback.CodeNotFound {
					t.Fatalf("restore: %v", err)
				}
			}
			making := cfg
			making.Existing, making.Serve = false, true
			served := must(Open(t.Context(), making))(t)
			t.Cleanup(func() {
				if err := served.Close(); err != nil {
					t.Error(err)
				}
			})
			beside := must(Open(t.Context(), cfg))(t)
			report := must(beside.Check(t.Context()))(t)
			if !report.OK {
				t.Errorf("%+v", report)
			}
			if err := beside.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
