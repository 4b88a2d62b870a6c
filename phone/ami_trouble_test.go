package phone_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringback/callback"
)

// TestSilence shows that nothing waits for ever, whatever is never said.
func TestSilence(t *testing.T) {
	for _, c := range []struct {
		name string
		mute string
		says string
		// unknown tells that the call may be under way: no error, no suggestion.
		unknown bool
		story   func(a action) []string
		most    time.Duration
	}{
		{name: "banner", says: "not Asterisk's manager interface", most: 10 * time.Second},
		{name: "challenge", mute: "Challenge", says: "does not answer in time", most: 15 * time.Second},
		{name: "login", mute: "Login", says: "does not answer in time", most: 15 * time.Second},
		{name: "originate", mute: "Originate", says: "does not answer in time", most: 15 * time.Second},
		{
			name: "outcome", unknown: true, says: "Look at your phone", most: time.Minute,
			story: func(a action) []string { return []string{queued(a), newChannel(a), pause(time.Hour)} },
		},
		{
			name: "customer", unknown: true, says: "is being dialled", most: 2 * time.Minute,
			story: func(a action) []string { return append(story(a, "4", "ANSWER", "")[:6], pause(time.Hour)) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				if s.mute = c.mute; c.name == "banner" {
					s.banner = pause(time.Hour)
				}
				if c.story != nil {
					s.originate = c.story
				}
				began := time.Now()
				got, err := s.dial(t.Context(), s.settings())
				if took := time.Since(began); took > c.most {
					t.Errorf("it took %s, more than %s", took, c.most)
				}
				if !c.unknown {
					sentence(t, err, c.says)
					return
				}
				if err != nil || got.Suggest != "" || !strings.Contains(got.Detail, c.says) {
					t.Errorf("result = %+v, %v", got, err)
				}
			})
		})
	}
}

// TestBrokenAnywhere breaks the line after every byte that the telephone system
// sends. There is always an end: an error for a person, or a result that claims
// nothing of the customer; and no reader stays behind, which the bubble checks.
func TestBrokenAnywhere(t *testing.T) {
	whole := 0
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		if _, err := s.dial(t.Context(), s.settings()); err != nil {
			t.Fatal(err)
		}
		s.served.Wait()
		whole = s.sent
	})
	connected := 0
	for cut := 1; cut < whole; cut++ {
		synctest.Test(t, func(t *testing.T) {
			s := newAsterisk(t)
			s.cut = cut
			got, err := s.dial(t.Context(), s.settings())
			switch {
			case err != nil:
				sentence(t, err)
				if callback.CodeOf(err) != callback.CodeUnreachable {
					t.Errorf("cut at %d: %v", cut, err)
				}
			case got.Suggest != "":
				t.Errorf("cut at %d: %+v", cut, got)
			case strings.Contains(got.Detail, "stopped telling"):
				connected++
			}
		})
	}
	if connected == 0 {
		t.Error("no cut came while the two could be talking: the test is blind")
	}
}

func TestGivenUp(t *testing.T) {
	for _, c := range []struct {
		name string
		// at is when the agent gives up; the story says what is known by then.
		at      time.Duration
		story   func(a action) []string
		hangsUp string
		tries   int
	}{
		{
			name: "while our phone rings", at: 5 * time.Second, hangsUp: ourChan, tries: 1,
			story: func(a action) []string { return []string{queued(a), newChannel(a), ringing(a)} },
		},
		{
			name: "while the customer's rings", at: 5 * time.Second, hangsUp: ourChan, tries: 1,
			story: func(a action) []string { return story(a, "4", "ANSWER", "")[:6] },
		},
		{
			name: "before there is a channel", at: 5 * time.Second, hangsUp: "ringback-id-4", tries: 3,
			story: func(a action) []string { return []string{queued(a)} },
		},
		{
			name: "before the answer", at: 5 * time.Second, hangsUp: "ringback-id-4", tries: 3,
			story: func(action) []string { return nil },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				s.originate = c.story
				tries := 0
				s.hangup = func(a action) []string {
					if tries++; tries < c.tries {
						return []string{refuse(a, "No such channel")}
					}
					return []string{accept(a, "Channel Hungup")}
				}
				ctx, cancel := context.WithTimeout(t.Context(), c.at)
				defer cancel()
				began := time.Now()
				_, err := s.dial(ctx, s.settings())
				sentence(t, err)
				if took := time.Since(began); took > c.at+4*time.Second {
					t.Errorf("it took %s", took)
				}
				hangups := s.actions("Hangup")
				if len(hangups) != c.tries {
					t.Fatalf("%d hang-ups, want %d", len(hangups), c.tries)
				}
				call := s.actions("Originate")[0]
				for _, h := range hangups {
					if h["Channel"] != c.hangsUp {
						t.Errorf("hung up %q, want %q", h["Channel"], c.hangsUp)
					}
				}
				if c.hangsUp != ourChan && call["ChannelId"] != c.hangsUp {
					t.Errorf("our channel is %q, hung up was %q", call["ChannelId"], c.hangsUp)
				}
			})
		})
	}
}

// A channel that cannot be hung up does not hold the desk.
func TestGivenUpInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		s.originate = func(a action) []string { return []string{queued(a), newChannel(a)} }
		s.hangup = func(a action) []string { return []string{refuse(a, "No such channel")} }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := s.dial(ctx, s.settings()); err == nil {
			t.Error("the call was given up without a word")
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// What was answered is not hung up, even if the desk goes at that moment.
func TestTalkIsNotCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newAsterisk(t)
		ctx, cancel := context.WithCancel(t.Context())
		got, err := s.dial(ctx, s.settings())
		cancel()
		synctest.Wait()
		if err != nil || !strings.Contains(got.Detail, "Connected") || len(s.actions("Hangup")) != 0 {
			t.Errorf("result = %+v, %v", got, err)
		}
	})
}

// A telephone system that floods, or talks nonsense, costs no memory and no
// patience.
func TestHostileSystem(t *testing.T) {
	for name, noise := range map[string]string{
		"endless line":    strings.Repeat("x", 1<<20),
		"endless message": strings.Repeat("Key: value\r\n", 1<<16),
		"endless banner":  strings.Repeat("y", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				if name == "endless banner" {
					s.banner = noise
				}
				s.originate = func(a action) []string { return []string{queued(a), noise} }
				_, err := s.dial(t.Context(), s.settings())
				sentence(t, err, "too long")
			})
		})
	}
	t.Run("nonsense", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newAsterisk(t)
			s.originate = func(a action) []string {
				nonsense := "\r\n\r\nno colon here\r\n:\r\n: :\r\n\x00\xff\r\n\r\n" + message("Event: ", "Uniqueid: "+a["ChannelId"])
				var out []string
				for _, piece := range story(a, "4", "BUSY\x1b[2J\u202e", "17") {
					out = append(out, nonsense, piece)
				}
				return out
			}
			got, err := s.dial(t.Context(), s.settings())
			if err != nil || callback.Line(got.Detail).Altered() || got.Suggest != "" {
				t.Errorf("result = %+v, %v", got, err)
			}
		})
	})
	t.Run("many tries", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newAsterisk(t)
			s.originate = func(a action) []string {
				out := []string{queued(a), outcome(a, "4")}
				for i := range 10_000 {
					out = append(out, dialBegin(a, fmt.Sprint("peer-", i)))
				}
				return append(out, dialEnd(a, "peer-1", "ANSWER"))
			}
			got, err := s.dial(t.Context(), s.settings())
			if err != nil || !strings.Contains(got.Detail, "Connected") {
				t.Errorf("result = %+v, %v", got, err)
			}
		})
	})
}
