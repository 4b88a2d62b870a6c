package server

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringback/callback"
)

// serves opens a database as the process that serves it does.
func serves(t *testing.T, dsn, side string) (*Server, error) {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: dsn, Side: side, Key: testKey, Serve: true})
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

// One process serves a database. A second one is refused with a sentence that names the first, changes nothing, and
// may begin when the first has ended. Commands work beside it.
func TestASecondServerIsRefused(t *testing.T) {
	test := func(t *testing.T, dsn string) {
		t.Parallel()
		side := filepath.Join(t.TempDir(), "server")
		first := must(serves(t, dsn, side))(t)
		must(first.AddTeam(t.Context(), "north", "North"))(t)

		for _, rule := range []HistoryRule{HistoryStop, HistoryNew} {
			_, err := Open(t.Context(), Config{DSN: dsn, Side: side, Key: testKey, Serve: true, History: rule})
			if callback.CodeOf(err) != callback.CodeLocked || !strings.Contains(err.Error(), "another ringback-server serves this database (process ") {
				t.Fatalf("a second server: %v", err)
			}
		}
		if !strings.HasPrefix(dsn, "sqlite:") {
			if _, err := Restore(t.Context(), Config{DSN: dsn, Side: side, Key: testKey}, "", RestoreOptions{}); callback.CodeOf(err) != callback.CodeLocked {
				t.Fatalf("a new history begins below a server: %v", err)
			}
		}
		if got := must(first.readEpoch(t))(t); got != first.Epoch() {
			t.Fatalf("whoever was refused began the epoch %s", got)
		}
		beside := must(Open(t.Context(), Config{DSN: dsn, Side: side, Key: testKey}))(t)
		must(beside.AddTeam(t.Context(), "south", "South"))(t)
		must(0, beside.Close())(t)

		epoch := first.Epoch()
		must(0, first.Close())(t)
		second := must(serves(t, dsn, side))(t)
		if second.Epoch() != epoch {
			t.Fatalf("the epoch was %s and is %s", epoch, second.Epoch())
		}
		must(second.AddTeam(t.Context(), "west", "West"))(t)
	}
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "server.db")) })
	if os.Getenv("RINGBACK_TEST_PG") != "" {
		t.Run("postgres", func(t *testing.T) { test(t, pgSchema(t)) })
	}
}

// readEpoch reads the epoch from the database.
func (s *Server) readEpoch(t *testing.T) (string, error) {
	return s.db.ask.Meta(t.Context(), metaEpoch)
}

// A database has one server by whatever name it is opened.
func TestASecondServerByAnotherName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(serves(t, "sqlite:"+filepath.Join(dir, "server.db"), ""))(t)
	must(0, os.Symlink(filepath.Join(dir, "server.db"), filepath.Join(dir, "other.db")))(t)
	if _, err := serves(t, "sqlite:"+filepath.Join(dir, "other.db"), filepath.Join(dir, "server.db")); callback.CodeOf(err) != callback.CodeLocked {
		t.Fatalf("a second server: %v", err)
	}
}

// A server whose connections are cut goes on if nobody else has begun meanwhile. If somebody has, it can write and
// read nothing any more, and ends with a sentence.
func TestAServerThatWasCutOff(t *testing.T) {
	if os.Getenv("RINGBACK_TEST_PG") == "" {
		t.Skip("RINGBACK_TEST_PG names no PostgreSQL")
	}
	t.Parallel()
	dsn, side := pgSchema(t), filepath.Join(t.TempDir(), "server")
	first := must(serves(t, named(t, dsn, "reign-first"), side))(t)
	must(first.AddTeam(t.Context(), "north", "North"))(t)

	cutOff(t, dsn, "reign-first")
	for range pgConnections { // the pool meets its dead connections one by one
		if first.Ready(t.Context()) == nil {
			break
		}
	}
	must(first.AddTeam(t.Context(), "south", "South"))(t)
	if _, err := serves(t, dsn, side); callback.CodeOf(err) != callback.CodeLocked {
		t.Fatalf("its place was taken as long as it serves: %v", err)
	}

	cutOff(t, dsn, "reign-first")
	second := must(serves(t, dsn, side))(t)
	must(second.AddTeam(t.Context(), "west", "West"))(t)
	var err error
	for range 2 * pgConnections {
		if _, err = first.AddTeam(t.Context(), "east", "East"); callback.CodeOf(err) != callback.CodeBusy {
			t.Fatalf("a server that was cut off writes: %v", err)
		}
		if strings.Contains(err.Error(), "another ringback-server") {
			break
		}
	}
	if err := first.Run(t.Context()); callback.CodeOf(err) != callback.CodeLocked || !strings.Contains(err.Error(), "another one serves it now (process ") {
		t.Fatalf("it goes on: %v", err)
	}
	teams := must(second.Teams(t.Context()))(t)
	for _, team := range teams {
		if team.ID == "east" {
			t.Fatal("what it was refused is there")
		}
	}
}

// named gives an address whose connections bear a name.
func named(t *testing.T, dsn, name string) string {
	t.Helper()
	u := must(url.Parse(dsn))(t)
	q := u.Query()
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// cutOff ends the connections that bear a name, as the end of a machine or of its network does.
func cutOff(t *testing.T, dsn, name string) {
	t.Helper()
	db := must(sql.Open("pgx", dsn))(t)
	defer func() { _ = db.Close() }()
	var n int
	err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM (SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1) AS cut", name).Scan(&n)
	if err != nil || n == 0 {
		t.Fatalf("%d connections were cut: %v", n, err)
	}
}
