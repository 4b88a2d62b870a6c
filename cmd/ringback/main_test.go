package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the program under test a command of the stories in testdata.
func TestMain(m *testing.M) {
	testscript.Main(cleanRun{m}, map[string]func(){"ringback": main})
}

// cleanRun removes the programs that the tests built.
type cleanRun struct{ m *testing.M }

func (r cleanRun) Run() int {
	code := r.m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	return code
}

// built holds the real programs: each is built once in a run of the tests, if
// anything asks for it.
var built struct {
	mu   sync.Mutex
	dir  string
	done map[string]error
}

// builtPath gives the path of a real program, by its package in the module.
func builtPath(t testing.TB, pkg string) string {
	t.Helper()
	built.mu.Lock()
	defer built.mu.Unlock()
	if built.done == nil {
		dir, err := os.MkdirTemp("", "ringback-programs-")
		if err != nil {
			t.Fatal(err)
		}
		built.dir, built.done = dir, map[string]error{}
	}
	path := filepath.Join(built.dir, filepath.Base(pkg))
	err, known := built.done[pkg]
	if !known {
		err = build(path, pkg)
		built.done[pkg] = err
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func build(path, pkg string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, "ringback/"+pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// The real programs, and the least a queue can be.
const (
	deskPackage   = "cmd/ringback"
	serverPackage = "cmd/ringback-server"
	barePackage   = "cmd/ringback/testdata/barelist"
)
