// Package rig is the bench on which the proofs break the programs: it builds them, starts them as
// processes of their own, ends them without a word, and writes down what was counted.
package rig

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// childKey is the environment variable that makes a test binary one of its own children.
const childKey = "RINGBACK_PROOF_CHILD"

// seedKey chooses the chance of a run.
const seedKey = "RINGBACK_PROOF_SEED"

// atOnce is how many parallel tests run at one time: they wait for disks, networks and each other's
// processes more than they compute.
const atOnce = "6"

// Main runs the tests of a package, then prints the figures they noted. A process that was started
// by Child runs the child of that name instead.
func Main(m *testing.M, children map[string]func(args []string) error) {
	if name := os.Getenv(childKey); name != "" {
		child, ok := children[name]
		if !ok {
			fmt.Fprintf(os.Stderr, "there is no child %q\n", name)
			os.Exit(2)
		}
		if err := child(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	figures.print()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// Child gives a command that runs this test binary as one of its children.
func Child(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childKey+"="+name)
	return cmd
}

// figures are the lines that the tests want read, also when all went well.
var figures board

type board struct {
	mu    sync.Mutex
	lines []string
}

func (b *board) print() {
	for _, line := range b.lines {
		fmt.Println(line)
	}
}

// Figure notes a line of figures. It is printed when the package's tests have ended.
func Figure(t testing.TB, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf("%s: ", t.Name()) + fmt.Sprintf(format, args...)
	t.Log(line)
	figures.mu.Lock()
	defer figures.mu.Unlock()
	figures.lines = append(figures.lines, line)
}

// Chance gives a test its random numbers and tells the seed if it fails. They are the same in every
// run, so that a failure of the short forms is that of a change; a soak has new ones each time.
func Chance(t testing.TB) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if os.Getenv(soakKey) == "" {
		seed = uint64(crc32.ChecksumIEEE([]byte(t.Name())))
	}
	if text := os.Getenv(seedKey); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s is %q, not a number", seedKey, text)
		}
		seed = n
	}
	if os.Getenv(soakKey) != "" {
		Figure(t, "chance comes from %s=%d", seedKey, seed)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("chance came from %s=%d", seedKey, seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// soakKey is how long a soak may take; it is set for soaks only.
const soakKey = "RINGBACK_SOAK"

// soakTime is how long a soak may take when RINGBACK_SOAK does not say.
const soakTime = 60 * time.Minute

// Rounds is how often a test does the same again: cycles times, or as many as fit into the time.
type Rounds struct {
	Cycles int
	Time   time.Duration
	began  time.Time
	done   int
}

// Soak gives the rounds of a soak: cycles of them, but no longer than RINGBACK_SOAK. One that the time cuts short says
// so beside its figures.
func Soak(t testing.TB, cycles int) *Rounds {
	t.Helper()
	r := &Rounds{Cycles: cycles, Time: soakTime}
	if text := os.Getenv(soakKey); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("%s: %v", soakKey, err)
		}
		r.Time = d
	}
	t.Cleanup(func() {
		if r.done > 0 && r.done < r.Cycles && !t.Failed() {
			Figure(t, "ONLY %d OF %d ROUNDS, since %s=%s was over", r.done, r.Cycles, soakKey, r.Time)
		}
	})
	return r
}

// Short gives the rounds of a short form.
func Short(cycles int) *Rounds { return &Rounds{Cycles: cycles, Time: 5 * time.Minute} }

// Next tells whether there is another round, and begins it.
func (r *Rounds) Next() bool {
	if r.began.IsZero() {
		r.began = time.Now()
	}
	if !r.Left() {
		return false
	}
	r.done++
	return true
}

// Left tells whether there will be another round.
func (r *Rounds) Left() bool {
	return r.done < r.Cycles && (r.began.IsZero() || time.Since(r.began) < r.Time)
}

// Done counts the rounds so far.
func (r *Rounds) Done() int { return r.done }

// Patience bounds every wait for a process on a busy machine.
const Patience = 60 * time.Second

// Until waits for a state of the world outside, looking every few milliseconds.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	if !Wait(Patience, ok) {
		t.Fatalf("waited %s in vain: %s", Patience, what)
	}
}

// Wait looks until ok, and tells whether it was before the time was over.
func Wait(patience time.Duration, ok func() bool) bool {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	end := time.NewTimer(patience)
	defer end.Stop()
	for {
		if ok() {
			return true
		}
		select {
		case <-look.C:
		case <-end.C:
			return ok()
		}
	}
}

// Rest waits.
func Rest(d time.Duration) { <-time.After(d) }

// built holds the real programs: each is built once in a run of a package's tests.
var built struct {
	mu   sync.Mutex
	dir  string
	done map[string]error
}

// The real programs.
const (
	Desk   = "ringback"
	Server = "ringback-server"
)

// Program gives the path of a real program.
func Program(t testing.TB, name string) string {
	t.Helper()
	built.mu.Lock()
	defer built.mu.Unlock()
	if built.done == nil {
		dir, err := os.MkdirTemp("", "ringback-proof-")
		if err != nil {
			t.Fatal(err)
		}
		built.dir, built.done = dir, map[string]error{}
	}
	path := filepath.Join(built.dir, name)
	err, known := built.done[name]
	if !known {
		err = build(path, name)
		built.done[name] = err
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func build(path, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, "ringback/cmd/"+name)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return nil
}

// Run runs a program to its end and gives what it printed and its exit code.
func Run(cmd *exec.Cmd) (out string, code int, err error) {
	raw, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(raw) + string(exit.Stderr), exit.ExitCode(), nil
	}
	return string(raw), 0, err
}
