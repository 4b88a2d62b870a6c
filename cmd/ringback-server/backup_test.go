package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/callback"
	"ringback/server"
)

// asProgram makes the test's own binary the program under test.
const asProgram = "RINGBACK_SERVER_UNDER_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// kills is how often the backup is killed: at its first sign of life, and ever
// later after it.
const kills = 6

// A backup that is killed at any moment leaves either nothing under its name or
// a whole backup, and nothing but whole ones on the list; the next one is made
// as if nothing had been.
func TestAKilledBackupLeavesNothingThatLooksLikeOne(t *testing.T) {
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "server.db")
	fillDatabase(t, db)
	folder := filepath.Join(dir, "backups")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	whole := 0
	for n := range kills {
		path := filepath.Join(folder, fmt.Sprintf("backup-%d.db", n))
		killed := killedBackup(t, db, path, time.Duration(n*n)*25*time.Millisecond)
		_, err := os.Stat(path)
		there := err == nil
		if there {
			whole++
		}
		t.Logf("kill %d: killed in time %t, its file is there %t", n, killed, there)
		if code, out, errs := run(t, "backup", "list", "--db", db); code != 0 || strings.Contains(out, path) && !there {
			t.Fatalf("after kill %d the list has a file that is not there: %d %s%s", n, code, out, errs)
		}
		if !there {
			if code, _, errs := run(t, "backup", path, "--db", db); code != 0 {
				t.Fatalf("the next backup after kill %d: %d %s", n, code, errs)
			}
		}
	}
	t.Logf("%d of %d were whole when they were killed", whole, kills)
	files, err := filepath.Glob(filepath.Join(folder, "*.db"))
	if err != nil || len(files) != kills {
		t.Fatalf("%d backups, %v", len(files), err)
	}
	for n, file := range files {
		code, _, errs := run(t, "restore", file, "--db", fmt.Sprintf("sqlite:%s/restored-%d.db", dir, n))
		if code != 0 {
			t.Errorf("restore of %s: %d %s", filepath.Base(file), code, errs)
		}
	}
}

// fillDatabase makes a database large enough that its copy takes a while.
func fillDatabase(t *testing.T, db string) {
	t.Helper()
	srv, err := server.Open(t.Context(), server.Config{DSN: db})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = srv.Close() }()
	if _, err := srv.AddTeam(t.Context(), "north", "North"); err != nil {
		t.Fatal(err)
	}
	nine, now := 9, time.Now().UTC().Truncate(time.Millisecond)
	rows := make([]callback.Intake, 200)
	for i := range rows {
		rows[i] = callback.Intake{Source: "s", ExternalID: fmt.Sprint(i), Score: &nine, Comment: strings.Repeat("very good ", 1600), AnsweredAt: now}
	}
	err = srv.Bulk(t.Context(), "north", func(b *server.Bulk) error {
		return b.Intake([]server.Arrival{{At: now, IntakeBatch: callback.IntakeBatch{Rows: rows}}}, func(int, callback.IntakeReport) {})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// killedBackup begins a backup and kills it some time after its first file
// appears; false if it had ended by then.
func killedBackup(t *testing.T, db, path string, after time.Duration) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "backup", path, "--db", db)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("the backup failed by itself: %v", err)
			}
			return false
		case <-look.C:
		}
		if seen, err := filepath.Glob(path + "*"); err == nil && len(seen) > 0 {
			break
		}
	}
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("the backup failed by itself: %v", err)
		}
		return false
	case <-timer.C:
	}
	_ = cmd.Process.Kill()
	<-done //nolint:errcheck // killed, or just ended
	return true
}
