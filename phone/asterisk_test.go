package phone_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/callback"
	"ringback/phone"
)

// The dialplan of the real server below: phones of agents, phones of
// customers, and what lies between. Local channels need no network.
const dialplan = `
[agents]
exten => anna,1,Answer()
 same => n,Wait(30)
exten => engaged,1,Busy(1)
exten => asleep,1,Ringing()
 same => n,Wait(30)

[customers]
exten => glad,1,Answer()
 same => n,Wait(30)
exten => engaged,1,Busy(1)
exten => asleep,1,Ringing()
 same => n,Wait(30)

[from-internal]
exten => +12015550101,1,Dial(Local/glad@customers/n)
exten => +12015550102,1,Dial(Local/engaged@customers/n)
exten => +12015550103,1,Dial(Local/asleep@customers/n,2)
`

// TestRealAsterisk holds what the double claims against a real server, where
// there is one: Debian 12 has none.
func TestRealAsterisk(t *testing.T) {
	program, err := exec.LookPath("asterisk")
	if err != nil {
		t.Skip("NOT RUN: asterisk is not on the PATH, so that only its double was called")
	}
	addr := startAsterisk(t, program)
	for _, c := range []struct {
		name, channel, number, secret string
		suggest                       callback.Disposition
		says                          string
		fails                         bool
	}{
		{name: "answered", number: "+12015550101", says: "Connected with"},
		{name: "customer is busy", number: "+12015550102", suggest: callback.Busy, says: "is busy"},
		{name: "customer does not answer", number: "+12015550103", suggest: callback.NoAnswer, says: "does not answer"},
		{name: "no such extension", number: "+12015550199", fails: true, says: "has nothing for"},
		{name: "own phone is busy", channel: "Local/engaged@agents", number: "+12015550101", fails: true, says: "your own phone"},
		{name: "own phone is not picked up", channel: "Local/asleep@agents", number: "+12015550101", fails: true, says: "was not picked up"},
		{name: "no such phone", channel: "Local/nobody@agents", number: "+12015550101", fails: true, says: "your own phone"},
		{name: "wrong secret", secret: "x", number: "+12015550101", fails: true, says: "refuses user"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := newAsterisk(t).settings()
			set.NewID = func() string { return fmt.Sprint(time.Now().UnixNano()) }
			set.AMI.Connect, set.AMI.Addr, set.AMI.Channel, set.AMI.TimeoutS = nil, addr, "Local/anna@agents", 3
			if c.channel != "" {
				set.AMI.Channel = c.channel
			}
			if c.secret != "" {
				set.AMI.Secret = func() (string, error) { return c.secret, nil }
			}
			p, err := phone.New(set)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			number := callback.Phone{E164: c.number}
			if c.name == "answered" {
				for _, s := range p.Check(ctx, number, false) {
					if !s.OK || strings.Contains(s.Detail, "unproved") {
						t.Errorf("check: %+v", s)
					}
				}
			}
			got, err := p.Dial(ctx, number)
			if c.fails {
				sentence(t, err, c.says)
				return
			}
			if err != nil || got.Suggest != c.suggest || !strings.Contains(got.Detail, c.says) {
				t.Errorf("result = %+v, %v", got, err)
			}
		})
	}
}

// startAsterisk runs a server on loopback, with folders of its own, until the
// test ends.
func startAsterisk(t *testing.T, program string) (addr string) {
	t.Helper()
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(addr)
	for name, text := range map[string]string{
		"asterisk.conf":   fmt.Sprintf("[directories]\nastetcdir => %[1]s\nastdbdir => %[1]s\nastspooldir => %[1]s\nastrundir => %[1]s\nastlogdir => %[1]s\n", dir),
		"modules.conf":    "[modules]\nautoload=no\nload=pbx_config.so\nload=app_dial.so\nload=func_devstate.so\nload=func_dialplan.so\n",
		"manager.conf":    "[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=" + port + "\n[ringback]\nsecret=" + secret + "\nread=call\nwrite=originate,call,reporting\n",
		"extensions.conf": dialplan,
		"logger.conf":     "[general]\n[logfiles]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, "-f", "-C", filepath.Join(dir, "asterisk.conf"))
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(out.String())
		}
	})
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			_ = conn.Close()
			return addr
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("asterisk does not start: %v", err)
		}
	}
}
