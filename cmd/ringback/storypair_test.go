package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// asking is `ringback login --json` behind a story: a desk that shows a code
// and waits.
type asking struct {
	cmd  *exec.Cmd
	rest *bytes.Buffer
	read chan struct{}
}

type askingKeyType struct{}

var askingKey askingKeyType

// pairingWord: pairing start lets the story's desk ask to be let in, and keeps
// its code in $CODE; [!] pairing wait waits until it was answered, and prints
// what the desk then said.
func pairingWord(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || args[0] != "start" && args[0] != "wait" || neg && args[0] == "start" {
		ts.Fatalf("usage: pairing start; [!] pairing wait")
	}
	a := ts.Value(askingKey).(*asking)
	if args[0] == "start" {
		ts.Check(a.start(ts))
		return
	}
	<-a.read
	err := a.cmd.Wait()
	a.cmd = nil
	_, _ = ts.Stdout().Write(a.rest.Bytes())
	if (err != nil) != neg {
		ts.Fatalf("the desk that asked ended with %v", err)
	}
}

func (a *asking) start(ts *testscript.TestScript) error {
	cmd := exec.Command("ringback", "login", ts.Getenv("RINGBACK_URL"), "--json", "--name", "front desk")
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "RINGBACK_") {
			cmd.Env = append(cmd.Env, e)
		}
	}
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
	a.cmd = cmd
	line, err := firstLine(out, serverPatience)
	if err != nil {
		a.kill()
		return err
	}
	var shown struct {
		Code string `json:"user_code"`
	}
	if err := json.Unmarshal([]byte(line), &shown); err != nil {
		a.kill()
		return err
	}
	ts.Setenv("CODE", shown.Code)
	a.rest, a.read = &bytes.Buffer{}, make(chan struct{})
	go func() { _, _ = io.Copy(a.rest, out); close(a.read) }()
	return nil
}

// kill ends the desk if a story failed while it waited.
func (a *asking) kill() {
	if a.cmd == nil {
		return
	}
	_ = a.cmd.Process.Kill()
	_ = a.cmd.Wait()
	a.cmd = nil
}

// writeWord: write FILE WORDS… writes a line into a file.
func writeWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: write FILE WORDS…")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(args[1:], " ")+"\n"), 0o600))
}

// filesWord: files DIR lists the files below a folder.
func filesWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: files DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			_, err = fmt.Fprintln(ts.Stdout(), filepath.ToSlash(name))
		}
		return err
	}))
}
