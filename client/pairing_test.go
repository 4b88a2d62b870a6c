package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringback/callback"
)

// porter is a server that lets desks in: it answers polls from a list.
type porter struct {
	t       *testing.T
	answers []any // callback.PairingReply, or an int for a bare status
	polls   []time.Duration
	began   time.Time
}

func (p *porter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("Authorization") != "" {
		p.t.Error("a desk without a token shows one")
	}
	if r.URL.Path == "/v1/pairings" {
		p.began = time.Now()
		_ = json.NewEncoder(w).Encode(callback.PairingStart{DeviceCode: "secret", UserCode: "BCDF-GHJK", ExpiresIn: 600, Interval: 5})
		return
	}
	p.polls = append(p.polls, time.Since(p.began))
	next := p.answers[min(len(p.polls), len(p.answers))-1]
	if status, ok := next.(int); ok {
		w.WriteHeader(status)
		return
	}
	_ = json.NewEncoder(w).Encode(next)
}

// A desk asks no sooner than it was told, slows down when told so, goes on
// after a server that fails, and ends with the answer.
func TestPair(t *testing.T) {
	waits := callback.PairingReply{State: callback.PairingWaiting, Interval: 5}
	let := callback.PairingReply{State: callback.PairingApproved, Token: "rb_x", Me: &callback.Me{ID: "anna"}}
	for name, tt := range map[string]struct {
		answers []any
		polls   []time.Duration
		code    callback.Code
	}{
		"let in":       {[]any{waits, waits, let}, []time.Duration{5 * time.Second, 10 * time.Second, 15 * time.Second}, ""},
		"slowed down":  {[]any{callback.PairingReply{State: callback.PairingSlowDown, Interval: 10}, let}, []time.Duration{5 * time.Second, 15 * time.Second}, ""},
		"hasty server": {[]any{callback.PairingReply{State: callback.PairingWaiting, Interval: 0}, let}, []time.Duration{5 * time.Second, 10 * time.Second}, ""},
		"failing":      {[]any{502, waits, let}, []time.Duration{5 * time.Second, 15 * time.Second, 20 * time.Second}, ""},
		"turned away":  {[]any{callback.PairingReply{State: callback.PairingDenied}}, []time.Duration{5 * time.Second}, callback.CodeForbidden},
		"expired":      {[]any{callback.PairingReply{State: callback.PairingExpired}}, []time.Duration{5 * time.Second}, callback.CodeUnauthorized},
		"no token":     {[]any{callback.PairingReply{State: callback.PairingApproved}}, []time.Duration{5 * time.Second}, callback.CodeUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &porter{t: t, answers: tt.answers}
				c := New(Options{URL: "http://localhost", HTTP: &http.Client{Transport: &inProcess{h: p}}})
				shown := ""
				reply, err := c.Pair(t.Context(), "front desk", func(s callback.PairingStart) { shown = s.UserCode })
				if callback.CodeOf(err) != tt.code || err == nil && reply.Token != "rb_x" {
					t.Fatalf("%+v, %v", reply, err)
				}
				if shown != "BCDF-GHJK" {
					t.Errorf("shown: %q", shown)
				}
				if len(p.polls) != len(tt.polls) {
					t.Fatalf("polls at %v, want %v", p.polls, tt.polls)
				}
				for i, at := range tt.polls {
					if p.polls[i] != at {
						t.Errorf("poll %d at %v, want %v", i, p.polls[i], at)
					}
				}
			})
		})
	}
}

// A code that nobody answers ends by itself, and ctrl+c at once.
func TestPairEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		giveUp time.Duration
		took   time.Duration
	}{"nobody answers": {time.Hour, 605 * time.Second}, "given up": {12 * time.Second, 12 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &porter{t: t, answers: []any{callback.PairingReply{State: callback.PairingWaiting, Interval: 5}}}
				c := New(Options{URL: "http://localhost", HTTP: &http.Client{Transport: &inProcess{h: p}}})
				ctx, cancel := context.WithCancel(t.Context())
				timer := time.AfterFunc(tt.giveUp, cancel)
				defer timer.Stop()
				began := time.Now()
				_, err := c.Pair(ctx, "front desk", func(callback.PairingStart) {})
				if took := time.Since(began); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if given := tt.giveUp < time.Hour; errors.Is(err, context.Canceled) != given || !given && callback.CodeOf(err) != callback.CodeUnauthorized {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// A desk that is to be wiped pushes what it has before it is refused the rest,
// and the program hears of it; what the server has to say reaches the screens.
func TestWipeIsHeardAfterTheLastPush(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		var heard []callback.Code
		d.opt.OnSignedOut = func(err error) { heard = append(heard, callback.CodeOf(err)) }
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/v1/feed" {
				refuse(w, 401, callback.CodeWipe, "this desk is to forget everything")
				return true
			}
			return false
		})
		d.memory.notes(t, 1)
		d.Nudge()
		synctest.Wait()
		if len(heard) == 0 || heard[0] != callback.CodeWipe {
			t.Errorf("heard %v", heard)
		}
		if n := d.count("POST /v1/events"); n != 1 {
			t.Errorf("%d pushes", n)
		}
		if stats, _ := d.memory.Stats(); stats.Pending != 0 {
			t.Errorf("%d wait", stats.Pending)
		}
		d.want(t, callback.LinkDenied)
	})
}

func TestNotices(t *testing.T) {
	l := &link{now: time.Now}
	l.told([]callback.Notice{{Kind: "of a later ringback"}, {Kind: callback.NoticeCopied, Own: true}, {Kind: callback.NoticeCopied}})
	if n := l.status().Notice; !strings.HasPrefix(n, "This desk's folder") || !strings.HasSuffix(n, "(and 1 more)") {
		t.Errorf("%q", n)
	}
	l.told(nil)
	if n := l.status().Notice; n != "" {
		t.Errorf("%q", n)
	}
}
