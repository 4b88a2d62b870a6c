package phone_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringback/callback"
	"ringback/phone"
)

func TestCallReachesTheCustomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		set := s.settings()
		set.AMI.CallerID = "ringback <100>"
		got, err := s.dial(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		if got.How != "ami" || got.Suggest != "" || got.Copy != "" || got.Detail != "Connected with +12015550123." {
			t.Errorf("result = %+v", got)
		}
		calls := s.actions("Originate")
		if len(calls) != 1 {
			t.Fatalf("%d calls, want one", len(calls))
		}
		want := action{
			"Action": "Originate", "Channel": "PJSIP/anna", "Context": "from-internal", "Exten": ourExt, "Priority": "1",
			"Timeout": "30000", "Async": "true", "CallerID": "ringback <100>",
		}
		for key, value := range want {
			if calls[0][key] != value {
				t.Errorf("%s = %q, want %q", key, calls[0][key], value)
			}
		}
		if calls[0]["ActionID"] == "" || calls[0]["ChannelId"] == "" || calls[0]["ActionID"] == calls[0]["ChannelId"] {
			t.Errorf("ids %q and %q", calls[0]["ActionID"], calls[0]["ChannelId"])
		}
		if len(calls[0]) != len(want)+2 {
			t.Errorf("the action holds more than it should: %v", calls[0])
		}
		if strings.Contains(s.bytes(), secret) {
			t.Error("the secret itself was sent, though there was a challenge")
		}
		if len(s.actions("Logoff")) != 1 || len(s.actions("Hangup")) != 0 {
			t.Error("the session should end with a goodbye, and the call go on")
		}
	})
}

func TestWhatBecameOfTheCustomer(t *testing.T) {
	for _, c := range []struct {
		status, cause string
		suggest       callback.Disposition
		says          string
	}{
		{"BUSY", "17", callback.Busy, "is busy"},
		{"NOANSWER", "19", callback.NoAnswer, "does not answer"},
		{"CANCEL", "16", callback.NoAnswer, "Hung up while"},
		{"CONGESTION", "34", callback.TechnicalFailure, "could not take the call"},
		{"CHANUNAVAIL", "20", callback.TechnicalFailure, "no way to"},
		{"CHANUNAVAIL", "1", callback.Disconnected, "leads nowhere"},
		{"CONGESTION", "28", callback.Disconnected, "leads nowhere"},
		{"BUSY", "1", callback.Busy, "is busy"},
		{"TORTURE", "16", "", "with TORTURE"},
		{"", "16", callback.NoAnswer, "Hung up while"},
	} {
		t.Run(c.status+c.cause, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				s.originate = func(a action) []string {
					out := story(a, "4", c.status, c.cause)
					if c.status == "" {
						out = append(story(a, "4", "ANSWER", "")[:6], hungUp(a["ChannelId"], c.cause))
					}
					return out
				}
				got, err := s.dial(t.Context(), s.settings())
				if err != nil {
					t.Fatal(err)
				}
				if got.Suggest != c.suggest || !strings.Contains(got.Detail, c.says) || !strings.Contains(got.Detail, ourExt) {
					t.Errorf("result = %+v, want %q and words with %q", got, c.suggest, c.says)
				}
			})
		})
	}
}

func TestDialplanThatNeverDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		s.originate = func(a action) []string {
			return []string{queued(a), newChannel(a), outcome(a, "4"), hungUp(a["ChannelId"], "16")}
		}
		got, err := s.dial(t.Context(), s.settings())
		if err != nil || got.Suggest != callback.TechnicalFailure || !strings.Contains(got.Detail, "before it dialled") {
			t.Errorf("result = %+v, %v", got, err)
		}
	})
}

func TestDialplanTriesAnotherWay(t *testing.T) {
	for name, tries := range map[string]func(a action) []string{
		"one after the other": func(a action) []string {
			return []string{
				dialBegin(a, "peer-1"), hungUp("peer-1", "34"), dialEnd(a, "peer-1", "CONGESTION"), pause(time.Second),
				dialBegin(a, "peer-2"), pause(20 * time.Second), dialEnd(a, "peer-2", "ANSWER"),
			}
		},
		"both at once": func(a action) []string {
			return []string{
				dialBegin(a, "peer-1"), dialBegin(a, "peer-2"), dialEnd(a, "peer-1", "BUSY"), pause(20 * time.Second), dialEnd(a, "peer-2", "ANSWER"),
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				s.originate = func(a action) []string {
					return append([]string{queued(a), newChannel(a), outcome(a, "4")}, tries(a)...)
				}
				got, err := s.dial(t.Context(), s.settings())
				if err != nil || got.Suggest != "" || !strings.Contains(got.Detail, "Connected") {
					t.Errorf("result = %+v, %v", got, err)
				}
			})
		})
	}
}

// A dialplan may play a busy tone to the agent: the failure counts before the
// agent hangs up.
func TestFailureCountsWithoutHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		s.originate = func(a action) []string {
			return []string{queued(a), newChannel(a), outcome(a, "4"), dialBegin(a, "p"), hungUp("p", "17"), dialEnd(a, "p", "BUSY"), pause(time.Hour)}
		}
		began := time.Now()
		got, err := s.dial(t.Context(), s.settings())
		if err != nil || got.Suggest != callback.Busy {
			t.Errorf("result = %+v, %v", got, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestOwnPhoneIsNotPickedUp(t *testing.T) {
	for _, c := range []struct{ reason, says, do string }{
		{"5", "is busy", "end its other call"},
		{"3", "rang for 30 seconds", "pick it up"},
		{"8", "congested", "try again"},
		{"0", "not registered", "dial.ami.channel"},
		{"1", "declined", "try again"},
		{"77", "reason 77", "try again"},
		{"\x1b[31mred", "reason red", "try again"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				s.originate = func(a action) []string { return story(a, c.reason, "", "17") }
				got, err := s.dial(t.Context(), s.settings())
				sentence(t, err, "your own phone PJSIP/anna", c.says, "the customer was not called", c.do)
				if got != (callback.DialResult{}) {
					t.Errorf("there was no call, but the result is %+v", got)
				}
			})
		})
	}
}

// sentence checks that an error says all this to a person, on one line.
func sentence(t *testing.T, err error, parts ...string) {
	t.Helper()
	var e *callback.Error
	if !errors.As(err, &e) {
		t.Fatalf("error = %v, want one for a person", err)
	}
	if e.Code == callback.CodeInternal || e.Hint == "" {
		t.Errorf("error has code %q and hint %q", e.Code, e.Hint)
	}
	if callback.Line(e.Error()).Altered() || strings.ContainsAny(e.Error(), "\r\n") {
		t.Errorf("the sentence is not clean: %q", e.Error())
	}
	for _, p := range parts {
		if !strings.Contains(e.Error(), p) {
			t.Errorf("error = %q, want words with %q", e.Error(), p)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		text string
		code callback.Code
		says string
	}{
		{"Extension does not exist.", callback.CodeInvalid, "nothing for +12015550123 in context from-internal"},
		{"Channel not specified", callback.CodeInvalid, "PJSIP/anna for a phone"},
		{"Invalid channel", callback.CodeInvalid, "dial.ami.channel"},
		{"Permission denied", callback.CodeForbidden, "add originate to the user's write line"},
		{"Originate failed", callback.CodeInvalid, "Originate failed"},
		{"Invalid priority", callback.CodeInvalid, "dial.ami.priority"},
		{"Originate with 'Exten' requires 'Context' and 'Priority'", callback.CodeInvalid, "dial.ami.context"},
		{"Invalid/unknown command: Originate. Use Action: ListCommands to show available commands.", callback.CodeForbidden, "does not know how to start calls"},
		{"", callback.CodeInvalid, "no reason given"},
		{"\x1b]0;owned\x07" + strings.Repeat("long ", 1000), callback.CodeInvalid, "…"},
	} {
		t.Run(c.text[:min(len(c.text), 20)], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				s.originate = func(a action) []string { return []string{bystanders(a), refuse(a, c.text)} }
				_, err := s.dial(t.Context(), s.settings())
				sentence(t, err, c.says)
				if callback.CodeOf(err) != c.code {
					t.Errorf("code = %s, want %s", callback.CodeOf(err), c.code)
				}
			})
		})
	}
}

func TestSignIn(t *testing.T) {
	for _, c := range []struct {
		name  string
		set   func(*asterisk, *phone.Settings)
		code  callback.Code
		says  string
		plain bool
	}{
		{name: "by challenge", set: func(*asterisk, *phone.Settings) {}},
		{
			name: "wrong secret", code: callback.CodeUnauthorized, says: "refuses user ringback",
			set: func(s *asterisk, _ *phone.Settings) { s.secret = "another" },
		},
		{name: "no challenges, on this machine", plain: true, set: func(s *asterisk, _ *phone.Settings) { s.challenge = "" }},
		{
			name: "no challenges, over a network", code: callback.CodeUnauthorized, says: "dial.ami.tls = true",
			set: func(s *asterisk, set *phone.Settings) { s.challenge, set.AMI.Addr = "", "pbx.example.org" },
		},
		{
			name: "no secret", code: callback.CodeKey, says: "run: something",
			set: func(_ *asterisk, set *phone.Settings) {
				set.AMI.Secret = func() (string, error) {
					return "", callback.Errorf(callback.CodeKey, "no secret").WithHint("run: something")
				}
			},
		},
		{
			name: "another program", code: callback.CodeUnreachable, says: "usually 5038",
			set: func(s *asterisk, _ *phone.Settings) { s.banner = "SSH-2.0-OpenSSH_9.2\r\n" },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				set := s.settings()
				c.set(s, &set)
				_, err := s.dial(t.Context(), set)
				if (err == nil) != (c.code == "") {
					t.Fatalf("error = %v", err)
				}
				if err != nil {
					sentence(t, err, c.says)
					if callback.CodeOf(err) != c.code {
						t.Errorf("code = %s, want %s", callback.CodeOf(err), c.code)
					}
				}
				if strings.Contains(s.bytes(), secret) != c.plain {
					t.Errorf("secret sent as it is: %v, want %v", !c.plain, c.plain)
				}
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Error("the error tells the secret")
				}
			})
		})
	}
}

func TestNobodyAnswersThere(t *testing.T) {
	s := newAsterisk(t)
	set := s.settings()
	set.AMI.Connect = func(_ context.Context, addr string) (net.Conn, error) {
		if addr != "127.0.0.1:5038" {
			t.Errorf("addr = %s", addr)
		}
		return nil, errors.New("connection refused")
	}
	_, err := s.dial(t.Context(), set)
	sentence(t, err, "127.0.0.1:5038 does not answer", "bindaddr")
	if callback.CodeOf(err) != callback.CodeUnreachable {
		t.Errorf("code = %s", callback.CodeOf(err))
	}
}

// However the bytes are cut and whoever else calls meanwhile, the result is
// the same.
func TestSplitAndInterleaved(t *testing.T) {
	for size := 1; size <= 64; size *= 2 {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				s.write = func(conn net.Conn, piece string) error {
					for len(piece) > 0 {
						n := min(size, len(piece))
						if _, err := io.WriteString(conn, piece[:n]); err != nil {
							return err
						}
						piece = piece[n:]
					}
					return nil
				}
				s.originate = func(a action) []string {
					var out []string
					for _, piece := range story(a, "4", "BUSY", "17") {
						out = append(out, bystanders(a), piece, bystanders(a))
					}
					return out
				}
				got, err := s.dial(t.Context(), s.settings())
				if err != nil || got.Suggest != callback.Busy {
					t.Errorf("result = %+v, %v", got, err)
				}
			})
		})
	}
}

// Events may overtake the response to the action that caused them.
func TestEventsBeforeTheResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		s.originate = func(a action) []string {
			out := story(a, "4", "ANSWER", "")
			return append(out[1:], out[0])
		}
		got, err := s.dial(t.Context(), s.settings())
		if err != nil || !strings.Contains(got.Detail, "Connected") {
			t.Errorf("result = %+v, %v", got, err)
		}
	})
}
