package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/uuid"
)

// run executes a command line to its end.
func run(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	a := newApp(&o, &e)
	code = a.run(t.Context(), args)
	return code, o.String(), e.String()
}

func newApp(out, errs io.Writer) *app {
	return &app{
		out: out, err: errs, getenv: func(string) string { return "" }, now: time.Now,
		newID: func() string { return uuid.Must(uuid.NewV7()).String() },
	}
}

// lines is a writer that a test can wait on.
type lines struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	more chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.buf.Write(p)
	select {
	case l.more <- struct{}{}:
	default:
	}
	return n, err
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// await waits until the text holds a word.
func (l *lines) await(t *testing.T, word string) {
	t.Helper()
	for !strings.Contains(l.text(), word) {
		select {
		case <-l.more:
		case <-t.Context().Done():
			t.Fatalf("%q was not said: %s", word, l.text())
		}
	}
}

// startServe starts serve and gives what it printed; stop ends it and gives its
// exit code.
func startServe(t *testing.T, args ...string) (told serving, stop func() int) {
	t.Helper()
	return startServeLog(t, &lines{more: make(chan struct{}, 1)}, args...)
}

// startServeLog is startServe with its log.
func startServeLog(t *testing.T, errs *lines, args ...string) (told serving, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out := &lines{more: make(chan struct{}, 1)}
	code := make(chan int, 1)
	go func() {
		code <- newApp(out, errs).run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--json"}, args...))
	}()
	select {
	case <-out.more:
	case c := <-code:
		t.Fatalf("serve ended with %d: %s", c, errs.text())
	}
	out.mu.Lock()
	defer out.mu.Unlock()
	if err := json.Unmarshal(out.buf.Bytes(), &told); err != nil {
		t.Fatalf("serve printed %q: %v", out.buf.String(), err)
	}
	var once sync.Once
	last := 0
	stop = func() int {
		once.Do(func() {
			cancel()
			last = <-code
		})
		return last
	}
	t.Cleanup(func() { stop() })
	return told, stop
}

func get(t *testing.T, url, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// The first start makes a team and an administrator whose token works; the
// second start keeps both and shows no token.
func TestServeTwice(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "data", "server.db")
	told, stop := startServe(t, "--db", db)
	if told.Admin == nil || !strings.HasPrefix(told.Admin.Token, "rb_") || told.Admin.Team != "main" {
		t.Fatalf("first start: %+v", told)
	}
	code, body := get(t, told.URL+"/v1/me", told.Admin.Token)
	if code != 200 || !strings.Contains(body, `"administrator"`) {
		t.Fatalf("me: %d %s", code, body)
	}
	if code := stop(); code != 0 {
		t.Fatalf("stopped with %d", code)
	}
	again, stop := startServe(t, "--db", db)
	defer stop()
	if again.Admin != nil {
		t.Fatal("the second start shows a token")
	}
	if code, _ := get(t, again.URL+"/v1/me", told.Admin.Token); code != 200 {
		t.Fatalf("the token after a restart: %d", code)
	}
	info, err := os.Stat(strings.TrimPrefix(db, "sqlite:"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the database's mode is %v, %v", info.Mode(), err)
	}
}

// Accounts are added, listed and closed from the console while the server
// runs; a closed one is refused at once.
func TestAccountsWhileServing(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "server.db")
	told, stop := startServe(t, "--db", db)
	defer stop()
	code, out, errs := run(t, "user", "add", "Anna Petrova", "--db", db, "--json")
	var u callback.UserToken
	if code != 0 || json.Unmarshal([]byte(out), &u) != nil || u.ID != "anna.petrova" || u.Role != callback.RoleAgent {
		t.Fatalf("add: %d %s %s", code, out, errs)
	}
	if code, _ := get(t, told.URL+"/v1/me", u.Token); code != 200 {
		t.Fatalf("the new account: %d", code)
	}
	if code, out, _ := run(t, "user", "list", "--db", db); code != 0 || !strings.Contains(out, "Anna Petrova") || strings.Contains(out, "rb_") {
		t.Fatalf("list: %d %s", code, out)
	}
	if code, _, errs := run(t, "user", "revoke", u.ID, "--db", db); code != 0 {
		t.Fatalf("revoke: %d %s", code, errs)
	}
	if code, _ := get(t, told.URL+"/v1/me", u.Token); code != 401 {
		t.Fatalf("the closed account: %d", code)
	}
	for _, tt := range []struct {
		code int
		args []string
		says string
	}{
		{6, []string{"user", "add", "X", "--id", "admin"}, "taken"},
		{5, []string{"user", "add", "X", "--team", "nowhere"}, "no team"},
		{2, []string{"user", "add", "X", "--role", "king"}, "agent, supervisor, trainer"},
		{5, []string{"user", "revoke", "nobody"}, "no user"},
		{6, []string{"team", "add", "main"}, "already"},
		{2, []string{"team", "add", "no spaces here"}, "not usable"},
		{2, []string{"user", "add"}, ""},
	} {
		code, _, errs := run(t, append(tt.args, "--db", db)...)
		if code != tt.code || !strings.Contains(errs, tt.says) || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("%v: exit %d, %q", tt.args, code, errs)
		}
	}
}

// A backup taken while the server runs is a whole database.
func TestBackupWhileServing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, copied := "sqlite:"+filepath.Join(dir, "server.db"), filepath.Join(dir, "backup.db")
	_, stop := startServe(t, "--db", db)
	defer stop()
	if code, _, errs := run(t, "team", "add", "north", "--db", db); code != 0 {
		t.Fatal(errs)
	}
	code, out, errs := run(t, "backup", copied, "--db", db, "--json")
	if code != 0 || !strings.Contains(out, copied) {
		t.Fatalf("backup: %d %s %s", code, out, errs)
	}
	if code, out, _ := run(t, "team", "list", "--db", "sqlite:"+copied); code != 0 || !strings.Contains(out, "north") {
		t.Fatalf("the copy's teams: %d %s", code, out)
	}
	code, out, _ = run(t, "check", "--db", "sqlite:"+copied, "--json")
	var report callback.CheckReport
	if code != 0 || json.Unmarshal([]byte(out), &report) != nil || !report.OK {
		t.Fatalf("check of the copy: %d %s", code, out)
	}
	if code, _, errs := run(t, "backup", copied, "--db", db); code != 2 || !strings.Contains(errs, "does not exist yet") {
		t.Fatalf("over an existing file: %d %s", code, errs)
	}
}

// Where tokens would travel in the clear, the server does not start.
func TestPlainHTTPBeyondThisMachine(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "server.db")
	for addr, refused := range map[string]bool{
		"0.0.0.0:0": true, ":0": true, "192.168.1.5:80": true, "example.com:80": true, "[::]:0": true,
		"127.0.0.1:0": false, "localhost:0": false, "[::1]:0": false, "127.8.9.1:80": false,
	} {
		if err := (serveFlags{addr: addr}).check(); (err != nil) != refused {
			t.Errorf("%s: %v", addr, err)
		}
		if err := (serveFlags{addr: addr, plain: true}).check(); err != nil {
			t.Errorf("%s with --plain-http: %v", addr, err)
		}
		if err := (serveFlags{addr: addr, cert: "c", key: "k"}).check(); err != nil {
			t.Errorf("%s with TLS: %v", addr, err)
		}
	}
	code, _, errs := run(t, "serve", "--addr", "0.0.0.0:0", "--db", db)
	if code != 2 || !strings.Contains(errs, "--plain-http") {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if code, _, errs := run(t, "serve", "--tls-cert", "x", "--db", db); code != 2 || !strings.Contains(errs, "--tls-key") {
		t.Fatalf("half a certificate: exit %d: %s", code, errs)
	}
}

// Each way in which a database cannot be opened has its own sentence.
func TestDatabasesThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	noise := filepath.Join(dir, "noise.db")
	if err := os.WriteFile(noise, bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, tt := range map[string]struct {
		code int
		says string
	}{
		"mysql:x":                              {2, "neither SQLite nor PostgreSQL"},
		"sqlite:":                              {2, "names no file"},
		"sqlite::memory:":                      {2, "names no file"},
		"sqlite:" + noise:                      {7, "not a database"},
		"sqlite:" + dir:                        {2, "cannot be opened"},
		"postgres://x:secret@127.0.0.1:1/none": {1, "no PostgreSQL answers at 127.0.0.1:1"},
	} {
		code, _, errs := run(t, "check", "--db", dsn, "--state", filepath.Join(dir, "state"))
		if code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("%s: exit %d, %q", dsn, code, errs)
		}
		if strings.Contains(errs, "secret") {
			t.Errorf("%s: the password is in %q", dsn, errs)
		}
	}
}

// Commands beside the server make no database where they find none: a backup of
// nothing would look like one. Without a home, as a cron line or a service may
// be, none is kept in the root of the disk.
func TestNoDatabaseIsMadeByLookingForOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := filepath.Join(dir, "none", "server.db")
	for _, args := range [][]string{
		{"backup", filepath.Join(dir, "b.db")},
		{"backup", "--register", "dump"},
		{"backup", "list"},
		{"check"},
		{"scrub"},
		{"audit", "verify"},
		{"user", "list"},
		{"user", "add", "Anna"},
		{"team", "add", "south"},
	} {
		if code, _, errs := run(t, append(args, "--db", "sqlite:"+db)...); code != 5 || !strings.Contains(errs, "there is no database "+db) {
			t.Errorf("%v: exit %d, %q", args, code, errs)
		}
		if code, _, errs := run(t, args...); code != 2 || !strings.Contains(errs, "HOME") || !strings.Contains(errs, "RINGBACK_DB") {
			t.Errorf("%v without a home: exit %d, %q", args, code, errs)
		}
	}
	if code, _, errs := run(t, "serve"); code != 2 || !strings.Contains(errs, "HOME") {
		t.Errorf("serve without a home: exit %d, %q", code, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if code, _, errs := run(t, "user", "list", "--db", "postgres://x@127.0.0.1:1/none"); code != 2 || !strings.Contains(errs, "--state") {
		t.Errorf("PostgreSQL without a home: exit %d, %q", code, errs)
	}
}

// Nor do they make the tables in an empty file, or in a database of something
// else, whose bytes stay as they are.
func TestNoTablesAreMadeByLooking(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty, other := filepath.Join(dir, "empty.db"), filepath.Join(dir, "other.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE meta (of_another_program TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{empty, other} {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"check"},
			{"backup", "list"},
			{"audit", "list"},
			{"audit", "verify"},
			{"user", "list"},
			{"team", "list"},
			{"backup", filepath.Join(dir, "b.db")},
			{"backup", "--register", "dump"},
			{"scrub"},
			{"user", "add", "Anna"},
			{"team", "add", "south"},
		} {
			code, _, errs := run(t, append(args, "--db", "sqlite:"+path, "--state", filepath.Join(dir, "state"))...)
			if code != 5 || !strings.Contains(errs, "there is no ringback database in the file "+path) {
				t.Errorf("%v: exit %d, %q", args, code, errs)
			}
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was written to: %d bytes, %v", path, len(after), err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
