package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// demoPatience bounds the making of a whole year on a busy machine.
const demoPatience = 3 * time.Minute

// runningDemo is `ringback demo --no-ui --json` behind a story.
type runningDemo struct {
	cmd  *exec.Cmd
	rest *bytes.Buffer
	read chan struct{}
}

type demoKeyType struct{}

var demoKey demoKeyType

// demoWord: demo start puts the demo's line into demo.json; demo stop
// interrupts it, as a person would, and fails unless it ends well and printed
// nothing but that line.
func demoWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: demo start|stop")
	}
	demo := ts.Value(demoKey).(*runningDemo)
	switch args[0] {
	case "start":
		ts.Check(demo.start(ts))
	case "stop":
		ts.Check(demo.cmd.Process.Signal(os.Interrupt))
		<-demo.read
		err := demo.cmd.Wait()
		demo.cmd = nil
		if err != nil {
			ts.Fatalf("the demo ended with %v", err)
		}
		if extra := strings.TrimSpace(demo.rest.String()); extra != "" {
			ts.Fatalf("the demo printed more than its line:\n%s", extra)
		}
	}
}

func (d *runningDemo) start(ts *testscript.TestScript) error {
	cmd := exec.Command("ringback", "demo", "--no-ui", "--json", "--dir", ts.MkAbs("demo"))
	cmd.Env = os.Environ()
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "RINGBACK_DATA", "RINGBACK_KEYRING", "TZ"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stderr = ts.Stderr()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	d.cmd = cmd
	line, err := firstLine(out, demoPatience)
	if err != nil {
		d.kill()
		return err
	}
	d.rest, d.read = &bytes.Buffer{}, make(chan struct{})
	go func() { _, _ = io.Copy(d.rest, out); close(d.read) }()
	return os.WriteFile(ts.MkAbs("demo.json"), []byte(line), 0o600)
}

// kill ends the demo if a story failed before it stopped it.
func (d *runningDemo) kill() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	_ = d.cmd.Wait()
	d.cmd = nil
}

// personWord: person NAME ROLE keeps the token of the first person with
// a role in $NAME; person NAME ROLE other takes one of another team than the
// first.
func personWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: person NAME ROLE [other]")
	}
	users, err := pick(readJSON(ts, "demo.json"), ".users")
	ts.Check(err)
	first := ""
	for _, u := range users.([]any) {
		user := u.(map[string]any)
		if user["role"] != args[1] {
			continue
		}
		team := asWord(user["team"])
		if first == "" {
			first = team
		}
		if other := len(args) == 3; other && team == first {
			continue
		}
		ts.Setenv(args[0], asWord(user["token"]))
		return
	}
	ts.Fatalf("nobody in the demo is such a %s", args[1])
}
