package main_test

import (
	"errors"
	"go/scanner"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLaw holds the whole module against the law in law_rules_test.go.
func TestLaw(t *testing.T) {
	house := readHouse(t, moduleRoot(t))
	seen := map[string]bool{}
	for _, s := range house {
		seen[room(s.path)] = true
	}
	for name := range mayImport {
		if !seen[name] {
			t.Errorf("the law speaks of room %s, where no Go file is", name)
		}
	}
	for _, r := range law {
		t.Run(r.name, func(t *testing.T) {
			breaches := r.check(house)
			slices.Sort(breaches)
			for _, breach := range slices.Compact(breaches) {
				t.Error(breach)
			}
		})
	}
	for name, reason := range oversized {
		if strings.TrimSpace(reason) == "" {
			t.Errorf("%s may be oversized, but nobody says why", name)
		}
	}
}

// moduleRoot is the nearest folder above this test that holds go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the test")
	}
}

// readHouse parses every Go file of the module at root; modules of their own below it (the tools)
// and testdata are not part of the house.
func readHouse(t *testing.T, root string) (house []source) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // an editor's file that has gone again
			return nil
		}
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && foreign(name) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(below), text)
		if list := scanner.ErrorList(nil); errors.As(err, &list) {
			t.Errorf("cannot judge %s: %v", below, list)
			return nil
		}
		house = append(house, s)
		return err
	})
	if err != nil {
		t.Fatalf("read the module: %v", err)
	}
	return house
}

func foreign(dir string) bool {
	base := filepath.Base(dir)
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil || base == "testdata" || base == "vendor" || base == "bin" || base[0] == '.' || base[0] == '_'
}

// deskSource stands in for ui/desk.go below.
const deskSource = `package ui
type Desk interface { Queue() int; Record() error }
type Options struct { Desk Desk; Now int }
`

// lawful is a small house in order; every trial below changes or adds one file.
var lawful = map[string]string{
	"deps.go":                  "package ringback",
	"callback/a.go":            `package callback; import ("time"; "net/url"; "golang.org/x/text/unicode/norm"); var _ = norm.NFC; func F(u url.URL) time.Time { return time.Time{} }`,
	"callback/a_test.go":       `package callback; import ("os"; "testing"; "time"; "pgregory.net/rapid"); func TestA(t *testing.T) { rapid.Check(t, nil); go os.ReadFile("x"); _ = time.Now() }`,
	"client/a_test.go":         `package client; import ("testing/synctest"; "time"); func f() { synctest.Wait(); time.Sleep(1) }`,
	"store/a.go":               `package store; import ("os"; "time"; "go.etcd.io/bbolt"; "ringback/callback"; "ringback/store/seal"); var _ = time.Now`,
	"store/seal/a.go":          `package seal; import "ringback/callback"`,
	"ui/desk.go":               deskSource,
	"ui/commands.go":           `package ui; type commands struct { desk Desk }; func (c commands) queue() int { return c.desk.Queue() }`,
	"ui/ui.go":                 `package ui; type env struct { do commands }; func Run(o Options) { e := env{do: commands{desk: o.Desk}}; _ = e }`,
	"ui/keys.go":               `package ui; import "charm.land/bubbles/v2/key"; var up = key.NewBinding(key.WithKeys("k"))`,
	"ui/keys_call.go":          `package ui; import "charm.land/bubbles/v2/key"; var down = key.NewBinding()`,
	"ui/commands_call.go":      `package ui; func (c commands) record() error { return c.desk.Record() }`,
	"ui/styles.go":             `package ui; import "charm.land/lipgloss/v2"; var red = lipgloss.NewStyle().Foreground(lipgloss.Red)`,
	"ui/queue.go":              `package ui; import ("charm.land/lipgloss/v2"; "charm.land/bubbles/v2/key"; "ringback/callback"); type queue struct { env env; s lipgloss.Style; page callback.Desk; up key.Binding }; func (q queue) load() { q.env.do.queue(); q.page.Desk.Case.Queue() }`,
	"ui/queue_test.go":         `package ui; import ("os"; "time"); type fake struct{ Desk }; var _ = time.Now; var _ = os.Args`,
	"cmd/ringback/m.go":        `package main; import ("os"; "ringback/client"; "ringback/store"; "ringback/ui")`,
	"cmd/ringback/e2e_test.go": `package main; import ("ringback/server"; "time"); func f() { time.Sleep(1) }`,
	"cmd/ringback-server/m.go": `package main; import "ringback/server"`,
	"proof/month/a_test.go":    `package month; import ("ringback/client"; "ringback/server"; "ringback/store")`,
	"server/a.go":              "package server; import (\"time\"; \"github.com/jackc/pgx/v5/stdlib\"); func f() { go f(); _ = time.Now() }",
	"server/sql.go":            "// Code generated by sqlc. DO NOT EDIT.\n\npackage server\n" + strings.Repeat("// x\n", 500) + "type Q interface { A(); B(); C(); D(); E(); F(); G(); H(); I() }",
}

// TestLawCanBeBroken shows of every rule that it sees what it forbids, and that a lawful house
// passes all of them.
func TestLawCanBeBroken(t *testing.T) {
	type trial struct {
		rule       string
		path, text string
		want       string // part of the one breach expected
	}
	long := strings.Repeat("\n", maxFuncLines)
	trials := []trial{
		{"", "", "", ""},
		{law[0].name, "store/b.go", `package store; import "ringback/client"`, "store may not import ringback/client"},
		{law[0].name, "store/b_test.go", `package store_test; import "ringback/server"`, "store may not import ringback/server"},
		{law[0].name, "ui/b.go", `package ui; import s "ringback/store/seal"`, "ui may not import ringback/store/seal"},
		{law[0].name, "callback/b.go", `package callback; import "ringback/sample"`, "callback may not import ringback/sample"},
		{law[0].name, "cmd/ringback/b.go", `package main; import "ringback/server"`, "cmd/ringback may not import ringback/server"},
		{law[0].name, "cmd/ringback/b.go", `package main; import "ringback/proof/month"`, "cmd/ringback may not import ringback/proof/month"},
		{law[0].name, "utils/b.go", `package utils`, "utils is no room"},
		{law[0].name, "store/b.go", `package store; import . "ringback/callback"`, "dot import"},
		{law[1].name, "client/b.go", `package client; import bolt "go.etcd.io/bbolt"`, "its home is [store]"},
		{law[1].name, "cmd/ringback/b.go", `package main; import _ "modernc.org/sqlite"`, "its home is [server]"},
		{law[1].name, "server/b.go", `package server; import "charm.land/lipgloss/v2/table"`, "charm.land/lipgloss/v2/table"},
		{law[2].name, "ui/b.go", `package ui; import "os/exec"`, "ui may not import os/exec"},
		{law[2].name, "ui/b.go", `package ui; import "log/slog"`, "ui may not import log/slog"},
		{law[2].name, "ui/b.go", `package ui; import "net/http/httptest"`, "ui may not import net/http/httptest"},
		{law[2].name, "callback/b.go", `package callback; import "net"`, "callback may not import net"},
		{law[2].name, "callback/b.go", `package callback; import "github.com/spf13/cobra"`, "callback may not import github.com/spf13/cobra"},
		{law[3].name, "ui/b.go", `package ui; import clock "time"; var now = clock.Now`, "time.Now in ui"},
		{law[3].name, "callback/b.go", `package callback; import "time"; func f(t time.Time) { time.Since(t) }`, "time.Since in callback"},
		{law[4].name, "callback/b.go", `package callback; func f() { go f() }`, "goroutine in callback"},
		{law[5].name, "ui/b.go", `package ui; import "charm.land/bubbles/v2/key"; var b = key.NewBinding()`, "key.NewBinding outside ui/keys*.go"},
		{law[5].name, "ui/b.go", `package ui; import k "charm.land/bubbles/v2/key"; var b = k.WithKeys("x")`, "key.WithKeys outside ui/keys*.go"},
		{law[6].name, "ui/b.go", `package ui; import lg "charm.land/lipgloss/v2"; var s = lg.NewStyle()`, "lipgloss.NewStyle outside ui/styles.go"},
		{law[6].name, "ui/b.go", `package ui; import "charm.land/lipgloss/v2"; var c = lipgloss.BrightRed`, "lipgloss.BrightRed outside ui/styles.go"},
		{law[7].name, "ui/b.go", `package ui; type s struct { d Desk }`, "Desk, an interface of ui/desk.go, named outside"},
		{law[7].name, "ui/b.go", `package ui; func f(ds []Desk) {}`, "Desk, an interface of ui/desk.go, named outside"},
		{law[7].name, "ui/b.go", `package ui; func f(v any) { _ = v.(Desk) }`, "Desk, an interface of ui/desk.go, named outside"},
		{law[7].name, "ui/b.go", `package ui; func f(e env) { d := e.do.desk; d.Queue() }`, "do.desk reaches behind the commands"},
		{law[7].name, "ui/b.go", `package ui; func f(o Options) { o.Desk.Record() }`, "Desk.Record called outside"},
		{law[7].name, "ui/ui.go", `package ui; type env struct { do commands }; func Run(o Options) { o.Desk.Queue() }`, "Desk.Queue called outside"},
		{law[7].name, "ui/commands.go", `package ui; type commands struct { Desk }`, "commands embeds Desk"},
		{law[8].name, "ui/b.go", `package ui; type big interface { A(); B(); C(); D(); E(); F(); G(); H(); I() }`, "interface big has 9 methods"},
		{law[8].name, "store/b.go", `package store; type small interface { A(); B(); C(); D() }; type big interface { small; error; E(); F(); G(); H() }`, "interface big has 9 methods"},
		{law[9].name, "store/b.go", "package store" + strings.Repeat("\n", maxFileLines+1), "401 lines, more than 400"},
		{law[9].name, "store/b.go", "package store; func f() {" + long + "}", "f has 71 lines, more than 70"},
		{law[9].name, "store/b.go", "package store; var f = func() {" + long + "}", "function literal has 71 lines"},
		{law[10].name, "store/b_test.go", `package store; import "time"; func f() { time.Sleep(1) }`, "a test that sleeps"},
	}
	tried := map[string]bool{}
	for _, trial := range trials {
		tried[trial.rule] = true
		t.Run(trial.rule+"/"+trial.want, func(t *testing.T) {
			house := build(t, trial.path, trial.text)
			var found []string
			for _, r := range law {
				for _, breach := range r.check(house) {
					found = append(found, r.name+": "+breach)
				}
			}
			switch {
			case trial.want == "" && len(found) > 0:
				t.Errorf("a lawful house broke the law:\n%s", strings.Join(found, "\n"))
			case trial.want != "" && len(found) != 1:
				t.Errorf("got %d breaches, want one:\n%s", len(found), strings.Join(found, "\n"))
			case trial.want != "" && !(strings.HasPrefix(found[0], trial.rule+": "+trial.path) && strings.Contains(found[0], trial.want)):
				t.Errorf("got %q, want %q of rule %q", found[0], trial.want, trial.rule)
			}
		})
	}
	for _, r := range law {
		if !tried[r.name] {
			t.Errorf("no trial shows that the rule %q can fail", r.name)
		}
	}
}

// build parses the lawful house with one file changed or added.
func build(t *testing.T, changed, text string) (house []source) {
	t.Helper()
	files := map[string]string{}
	for name, content := range lawful {
		files[name] = content
	}
	if changed != "" {
		files[changed] = text
	}
	for name, content := range files {
		s, err := parse(name, []byte(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		house = append(house, s)
	}
	return house
}
