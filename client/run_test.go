package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringback/callback"
)

func TestRunGoesLive(t *testing.T) {
	live(t, 25, func(t *testing.T, d *running) {
		d.want(t, callback.LinkLive)
		d.same(t)
		if d.changes == 0 {
			t.Error("the screens heard nothing")
		}
		// A quiet hour: a poll every few minutes, and no more.
		d.centre.requests()
		d.settle(time.Hour)
		if n := d.count("GET /v1/feed"); n < 10 || n > 15 {
			t.Errorf("%d polls in a quiet hour", n)
		}
		d.want(t, callback.LinkLive)
	})
}

func TestNudgeSendsAtOnce(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.memory.notes(t, 1)
		d.Nudge()
		synctest.Wait()
		d.same(t)
	})
}

// Events that the journal holds back for a while are sent soon after.
func TestHeldBackEventsGoSoon(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.settle(greeting)
		d.memory.mu.Lock()
		until := time.Now().Add(10 * time.Second)
		d.memory.held = func() bool { return time.Now().Before(until) }
		d.memory.mu.Unlock()
		d.memory.notes(t, 1)
		d.Nudge()
		synctest.Wait()
		d.centre.requests()
		d.settle(25 * time.Second)
		d.same(t)
		if n := d.count("GET /v1/feed"); n > 4 {
			t.Errorf("%d requests while waiting", n)
		}
	})
}

// A server that tells its position at once is not asked for it.
func TestQuietReconnectOfTheLiveLine(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.centre.mu.Lock()
		d.centre.greets = true
		d.centre.mu.Unlock()
		d.centre.hangUp()
		synctest.Wait()
		d.centre.requests()
		d.settle(5 * time.Second)
		if asked := d.centre.requests(); !slices.Equal(asked, []string{"GET /v1/feed", "GET /v1/stream"}) {
			t.Errorf("requests: %v", asked)
		}
		d.want(t, callback.LinkLive)
	})
}

// A colleague's change reaches the desk by the bell; the bell of the desk's
// own change asks for nothing.
func TestBell(t *testing.T) {
	live(t, 2, func(t *testing.T, d *running) {
		d.settle(greeting)
		d.centre.requests()
		doc := d.centre.state.cases[caseID(1)]
		d.centre.mu.Lock()
		doc.Conflict = "changed by a colleague"
		d.centre.state.put(doc)
		for b := range d.centre.bells {
			b <- callback.Bell{Team: "north", Pos: d.centre.state.pos}
		}
		d.centre.mu.Unlock()
		d.settle(bellSpread)
		d.same(t)
		if n := d.count("GET /v1/feed"); n != 1 {
			t.Errorf("%d feed requests for one bell", n)
		}
		d.centre.mu.Lock()
		for b := range d.centre.bells {
			b <- callback.Bell{Team: "north", Pos: d.centre.state.pos}
		}
		d.centre.mu.Unlock()
		d.settle(bellSpread)
		if n := d.count("GET /v1/feed"); n != 0 {
			t.Errorf("%d feed requests for an old bell", n)
		}
	})
}

// With the live line blocked, polling gives the same result.
func TestPollingWithoutALiveLine(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/v1/stream" {
				w.WriteHeader(http.StatusNotImplemented)
				return true
			}
			return false
		})
		d.centre.hangUp()
		d.settle(time.Minute)
		d.want(t, callback.LinkPolling)
		d.centre.requests()
		d.settle(30 * time.Minute)
		asked := d.centre.requests()
		feeds := len(slices.DeleteFunc(slices.Clone(asked), func(r string) bool { return r != "GET /v1/feed" }))
		streams := len(slices.DeleteFunc(slices.Clone(asked), func(r string) bool { return r != "GET /v1/stream" }))
		if feeds < 30 || feeds > 70 {
			t.Errorf("%d polls in half an hour", feeds)
		}
		if streams > 10 {
			t.Errorf("the missing line was asked for %d times", streams)
		}
		d.centre.mu.Lock()
		d.centre.state.put(d.centre.state.cases[caseID(0)])
		d.centre.mu.Unlock()
		d.settle(pollMax)
		d.same(t)
	})
}

// A line that goes silent, heartbeats included, is given up.
func TestSilentLineIsGivenUp(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		hung := make(chan struct{})
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/v1/stream" {
				return false
			}
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = w.Write([]byte(": here\n\n"))
			w.(http.Flusher).Flush()
			select {
			case <-hung:
			case <-r.Context().Done():
			}
			return true
		})
		d.centre.hangUp()
		d.settle(time.Minute)
		seen := map[callback.LinkState]bool{}
		for range 300 {
			d.settle(time.Second)
			seen[d.Status().State] = true
		}
		if !seen[callback.LinkLive] || !seen[callback.LinkPolling] || len(seen) != 2 {
			t.Errorf("states: %v", seen)
		}
		close(hung)
	})
}

// A server that told its heartbeat and stands still is said not to answer soon
// after, and to be there again when it goes on.
func TestFrozenServerIsSaidNotToAnswer(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		freeze, thaw := make(chan struct{}), make(chan struct{})
		frozen := func() bool {
			select {
			case <-freeze:
				return true
			default:
				return false
			}
		}
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if frozen() {
				select {
				case <-thaw:
				case <-r.Context().Done():
				}
				return true
			}
			if r.URL.Path != "/v1/stream" {
				return false
			}
			w.Header().Set("Content-Type", "text/event-stream")
			w.Header().Set(callback.HeartbeatHeader, "5")
			for !frozen() {
				_, _ = w.Write([]byte(": here\n\n"))
				w.(http.Flusher).Flush()
				select {
				case <-time.After(5 * time.Second):
				case <-r.Context().Done():
					return true
				}
			}
			<-r.Context().Done()
			return true
		})
		d.centre.hangUp()
		d.settle(2 * time.Minute)
		d.want(t, callback.LinkLive)
		close(freeze)
		d.settle(12 * time.Second)
		if st := d.Status(); st.State != callback.LinkOffline || !strings.Contains(st.Problem, "does not answer") {
			t.Errorf("status: %+v", st)
		}
		d.centre.setTrouble(nil)
		close(thaw)
		d.settle(5 * time.Minute)
		d.want(t, callback.LinkLive)
	})
}

func TestOfflineAndBack(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.net.cut(true)
		d.settle(3 * time.Minute)
		d.want(t, callback.LinkOffline)
		since := d.Status().Since
		d.memory.notes(t, 2)
		d.Nudge()
		d.settle(10 * time.Minute)
		if st := d.Status(); st.State != callback.LinkOffline || !st.Since.Equal(since) || st.Problem == "" || st.Hint == "" {
			t.Errorf("status: %+v", st)
		}
		d.net.cut(false)
		d.settle(3 * time.Minute)
		d.want(t, callback.LinkLive)
		d.same(t)
	})
}

// Failures are tried again with growing, spread waits.
func TestBackOffGrows(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		var at []time.Time
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/v1/feed" {
				at = append(at, time.Now())
			}
			w.WriteHeader(500)
			return true
		})
		d.memory.notes(t, 1)
		d.Nudge()
		d.settle(2 * time.Hour)
		early, late := 0, 0
		for _, a := range at {
			switch since := a.Sub(at[0]); {
			case since < time.Minute:
				early++
			case since > time.Hour:
				late++
			}
		}
		// From 1 s doubling to 60 s, drawn evenly: 30 s on average at last.
		if early < 3 || early > 40 {
			t.Errorf("%d tries in the first minute", early)
		}
		if late < 80 || late > 170 {
			t.Errorf("%d tries in the second hour", late)
		}
		waits := map[time.Duration]bool{}
		for i := 1; i < len(at); i++ {
			wait := at[i].Sub(at[i-1])
			if wait > time.Minute+time.Second {
				t.Errorf("waited %v", wait)
			}
			waits[wait.Round(time.Millisecond)] = true
		}
		if len(waits) < len(at)/2 {
			t.Errorf("%d different waits of %d: no jitter", len(waits), len(at))
		}
		if d.memory.pending() != 1 {
			t.Error("the event is gone")
		}
	})
}

// The server's Retry-After is kept, nudges or not.
func TestRetryAfterIsHonoured(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/v1/stream" {
				return false
			}
			w.Header().Set("Retry-After", "90")
			refuse(w, 429, callback.CodeBusy, "slow down")
			return true
		})
		d.memory.notes(t, 1)
		d.Nudge()
		synctest.Wait()
		d.centre.setTrouble(nil)
		d.centre.requests()
		for range 89 {
			d.Nudge()
			d.settle(time.Second)
		}
		if asked := d.centre.requests(); len(asked) != 0 {
			t.Errorf("asked within the wait: %v", asked)
		}
		if st := d.Status(); st.State != callback.LinkLive || st.Problem != "slow down" {
			t.Errorf("status: %+v", st)
		}
		d.settle(30 * time.Second)
		d.same(t)
	})
}

// A token that is refused stops the sending; the desk asks now and then
// whether it is known again.
func TestSignedOutAndIn(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.centre.setTrouble(func(w http.ResponseWriter, _ *http.Request) bool {
			refuse(w, 401, callback.CodeUnauthorized, "revoked")
			return true
		})
		d.memory.notes(t, 1)
		d.Nudge()
		synctest.Wait()
		d.want(t, callback.LinkDenied)
		d.centre.requests()
		for range 4 * deniedGap / time.Second {
			d.Nudge()
			d.settle(time.Second)
		}
		asked := d.centre.requests()
		if n := len(asked); n > 6 {
			t.Errorf("%d requests within two minutes of nudging", n)
		}
		for _, r := range asked {
			if r != "GET /v1/me" && r != "GET /v1/stream" {
				t.Errorf("a desk that is signed out asked %s", r)
			}
		}
		d.want(t, callback.LinkDenied)
		d.centre.setTrouble(nil)
		d.settle(restMax + pollMax)
		d.same(t)
		if d.Status().State == callback.LinkDenied {
			t.Error("still signed out")
		}
	})
}

// A fault in one sync does not end the loop.
func TestLoopOutlivesPanics(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		left := 3
		d.memory.mu.Lock()
		d.memory.fail = func(string) error {
			if left > 0 {
				left--
				panic("broken")
			}
			return nil
		}
		d.memory.mu.Unlock()
		d.Nudge()
		synctest.Wait()
		if st := d.Status(); st.Problem == "" {
			t.Error("the fault is not shown")
		}
		d.settle(5 * time.Minute)
		d.memory.notes(t, 1)
		d.Nudge()
		d.settle(time.Minute)
		d.same(t)
		d.want(t, callback.LinkLive)
	})
}

// A claim on a dead network is given up in two seconds.
func TestClaimDoesNotWaitForADeadNetwork(t *testing.T) {
	live(t, 1, func(t *testing.T, d *running) {
		d.centre.setTrouble(func(_ http.ResponseWriter, r *http.Request) bool {
			_, _ = io.Copy(io.Discard, r.Body) // else the end of the connection goes unseen
			<-r.Context().Done()
			return true
		})
		began := time.Now()
		_, err := NewClaims(d.client, nil, nil).Claim(t.Context(), caseID(0), callback.LeasePreview)
		if took := time.Since(began); callback.CodeOf(err) != callback.CodeUnreachable || took != claimWait {
			t.Errorf("%v after %v", err, took)
		}
	})
}
