package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// switchboard is a telephone system on loopback that lets everybody in and
// rings for ever. It tells what it was asked to do.
func switchboard(t *testing.T) (addr string, asked <-chan map[string]string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	heard := make(chan map[string]string, 20)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		fmt.Fprint(conn, "Asterisk Call Manager/9.0.0\r\n")
		action := map[string]string{}
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			if key, value, ok := strings.Cut(lines.Text(), ": "); ok {
				action[key] = value
				continue
			}
			fmt.Fprintf(conn, "Response: Success\r\nActionID: %s\r\nChallenge: 1\r\n\r\n", action["ActionID"])
			heard <- action
			action = map[string]string{}
		}
	}()
	return l.Addr().String(), heard
}

// TestCallEndsWithTheDesk: a phone that still rings when the desk closes must
// not ring on, and no call begins afterwards.
func TestCallEndsWithTheDesk(t *testing.T) {
	addr, asked := switchboard(t)
	a := &app{newID: newID, now: time.Now, environ: []string{amiSecretVariable + "=x"}}
	a.settings.Dial = dialSettings{With: "ami", AMI: amiSettings{Addr: addr, User: "ringback", Channel: "PJSIP/anna"}}
	l := newLine(t.Context(), a, &desk{})
	number := callback.Phone{E164: "+12015550123"}
	failed := make(chan error, 1)
	go func() {
		_, err := l.Dial(context.Background(), number)
		failed <- err
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	next := func(name string) map[string]string {
		for {
			select {
			case action := <-asked:
				if action["Action"] == name {
					return action
				}
			case <-ctx.Done():
				t.Fatalf("the telephone system never heard %s", name)
			}
		}
	}
	call := next("Originate")
	l.releaseAll()
	if hangup := next("Hangup"); hangup["Channel"] != call["ChannelId"] || call["ChannelId"] == "" {
		t.Errorf("hung up %q, but the call is %q", hangup["Channel"], call["ChannelId"])
	}
	if err := <-failed; err == nil {
		t.Error("the call that was given up gave no error")
	}
	if _, err := l.Dial(t.Context(), number); err == nil {
		t.Error("the closed desk began a call")
	}
}

// TestDeskOpensWithoutAPhone: settings that do not fit are told when dialling,
// not by a desk that does not open.
func TestDeskOpensWithoutAPhone(t *testing.T) {
	a := &app{newID: newID}
	a.settings.Dial = dialSettings{With: "command"}
	l := newLine(t.Context(), a, &desk{})
	defer l.releaseAll()
	_, err := l.Dial(t.Context(), callback.Phone{E164: "+12015550123"})
	if callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), "dial.command is empty") {
		t.Errorf("error = %v", err)
	}
}
