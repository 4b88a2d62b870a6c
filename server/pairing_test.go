package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// begin has a desk ask to be let in.
func (w *world) begin(name string) callback.PairingStart {
	w.t.Helper()
	return read[callback.PairingStart](w.t, w.call("", "POST", "/v1/pairings", callback.PairingRequest{Name: name}))
}

func (w *world) poll(code string) callback.PairingReply {
	w.t.Helper()
	return read[callback.PairingReply](w.t, w.call("", "POST", "/v1/pairings/poll", callback.PairingPollRequest{DeviceCode: code}))
}

// A desk shows a code, a supervisor sees which desk it is and lets it in, and
// its token works; a reply that was lost comes again.
func TestPairing(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		start := w.begin("kates-laptop\x1b[2J (linux)")
		if start.Interval != 5 || start.ExpiresIn != 600 || len(start.UserCode) != 9 {
			t.Fatalf("%+v", start)
		}
		if r := w.poll(start.DeviceCode); r.State != callback.PairingWaiting || r.Token != "" {
			t.Fatalf("before the answer: %+v", r)
		}
		typed := strings.ToLower(strings.ReplaceAll(start.UserCode, "-", " "))
		look := read[callback.Pairing](t, w.call("sue", "POST", "/v1/pairings/look", callback.PairingLook{Code: typed}))
		if look.Name != "kates-laptop (linux)" || look.Place != "192.0.2.1" || !look.Asked.Equal(w.now) {
			t.Errorf("the supervisor sees %+v", look)
		}
		if rec := w.call("sue", "POST", "/v1/pairings/answer", callback.PairingAnswer{Code: typed, User: "anna", Approve: true}); rec.Code != 204 {
			t.Fatalf("approve: %d %s", rec.Code, rec.Body)
		}
		got, again := w.poll(start.DeviceCode), w.poll(start.DeviceCode)
		if got.State != callback.PairingApproved || got.Me.ID != "anna" || got.Token == "" || got.Token != again.Token {
			t.Fatalf("after it: %+v, %+v", got, again)
		}
		if rec := w.from(got.Token, "new-desk", "", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Errorf("the token: %d %s", rec.Code, rec.Body)
		}
		if d := w.devices("anna"); len(d) != 1 || d[0].Name != "kates-laptop (linux)" {
			t.Errorf("devices: %+v", d)
		}
		if rec := w.call("sue", "POST", "/v1/pairings/answer", callback.PairingAnswer{Code: typed, User: "boris", Approve: true}); codeOf(rec) != callback.CodeConflict {
			t.Errorf("a second answer: %d %s", rec.Code, rec.Body)
		}
		w.now = w.now.Add(callback.PairingLife)
		if r := w.poll(start.DeviceCode); r.State != callback.PairingExpired || r.Token != "" {
			t.Errorf("after its time: %+v", r)
		}
		w.check()
	})
}

// Denied, expired, and for an account that was closed meanwhile: no token.
func TestPairingThatEndsWithoutAToken(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		denied, closed, late := w.begin("a"), w.begin("b"), w.begin("c")
		answer := func(s callback.PairingStart, user string, approve bool) callback.Code {
			return codeOf(w.call("adam", "POST", "/v1/pairings/answer", callback.PairingAnswer{Code: s.UserCode, User: user, Approve: approve}))
		}
		if code := answer(denied, "", false); code != "" {
			t.Fatal(code)
		}
		if r := w.poll(denied.DeviceCode); r.State != callback.PairingDenied {
			t.Errorf("denied: %+v", r)
		}
		if code := answer(closed, "boris", true); code != "" {
			t.Fatal(code)
		}
		w.must(nil, w.s.RevokeUser(t.Context(), "adam", "boris", false))
		if r := w.poll(closed.DeviceCode); r.State != callback.PairingDenied || r.Token != "" {
			t.Errorf("closed: %+v", r)
		}
		if code := answer(late, "boris", true); code != callback.CodeConflict {
			t.Errorf("for a closed account: %s", code)
		}
		if code := answer(late, "ghost", true); code != callback.CodeNotFound {
			t.Errorf("for nobody: %s", code)
		}
		w.now = w.now.Add(callback.PairingLife)
		if code := answer(late, "anna", true); code != callback.CodeNotFound {
			t.Errorf("after its time: %s", code)
		}
		if r := w.poll(late.DeviceCode); r.State != callback.PairingExpired {
			t.Errorf("after its time: %+v", r)
		}
		if r := w.poll(strings.Repeat("A", 43)); r.State != callback.PairingExpired {
			t.Errorf("nobody's: %+v", r)
		}
		w.now = w.now.Add(pairingKept + time.Second)
		w.begin("d")
		if n := must(w.s.db.ask.CountPairings(t.Context()))(t); n != 1 {
			t.Errorf("%d pairings are kept", n)
		}
	})
}

// Whoever asks sooner than told is told to ask later still (RFC 8628 §3.5).
func TestPairingSlowsDown(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		start := w.begin("hasty")
		for i, tt := range []struct {
			after time.Duration
			state callback.PairingState
			next  int
		}{
			{0, callback.PairingWaiting, 5},
			{5 * time.Second, callback.PairingWaiting, 5},
			{2 * time.Second, callback.PairingSlowDown, 10},
			{5 * time.Second, callback.PairingSlowDown, 15},
			{15 * time.Second, callback.PairingWaiting, 15},
		} {
			w.now = w.now.Add(tt.after)
			if r := w.poll(start.DeviceCode); r.State != tt.state || r.Interval != tt.next {
				t.Fatalf("poll %d: %+v", i, r)
			}
		}
	})
}

// Neither asking without end nor guessing gets far, and a right code still
// works for whoever did not guess.
func TestPairingIsRateLimited(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		codes := map[int]int{}
		for range 30 {
			codes[w.call("", "POST", "/v1/pairings", callback.PairingRequest{Name: "x"}).Code]++
		}
		if codes[200] != pairingBurst || codes[429] != 30-pairingBurst {
			t.Errorf("asking: %v", codes)
		}
		w.now = w.now.Add(time.Minute)
		right := w.begin("right")
		codes = map[int]int{}
		for range 30 {
			wrong := must(newPairingCode())(t)
			codes[w.call("sue", "POST", "/v1/pairings/look", callback.PairingLook{Code: wrong}).Code]++
		}
		if codes[404] != guessBurst || codes[429] != 30-guessBurst {
			t.Errorf("guessing: %v", codes)
		}
		if rec := w.call("adam", "POST", "/v1/pairings/look", callback.PairingLook{Code: right.UserCode}); rec.Code != 200 {
			t.Errorf("a right code: %d", rec.Code)
		}
		codes = map[int]int{}
		for range 40 {
			rec := w.call("", "POST", "/v1/pairings/poll", callback.PairingPollRequest{DeviceCode: strings.Repeat("B", 43)})
			codes[rec.Code]++
		}
		if codes[http.StatusTooManyRequests] < 10 {
			t.Errorf("polling with nobody's code: %v", codes)
		}
	})
}

// Who may let whom in.
func TestWhoMayPairWhom(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			by, user string
			code     callback.Code
		}{
			{"sue", "anna", ""},
			{"sue", "sue", ""},
			{"sue", "tina", callback.CodeForbidden},
			{"sue", "olga", callback.CodeNotFound},
			{"adam", "olga", ""},
			{"adam", "adam", ""},
			{"anna", "anna", callback.CodeForbidden},
			{"tina", "tina", callback.CodeForbidden},
		} {
			w.now = w.now.Add(time.Minute)
			start := w.begin("x")
			rec := w.call(tt.by, "POST", "/v1/pairings/answer", callback.PairingAnswer{Code: start.UserCode, User: tt.user, Approve: true})
			if codeOf(rec) != tt.code {
				t.Errorf("%s lets %s in: %d %s", tt.by, tt.user, rec.Code, rec.Body)
			}
		}
	})
}

// Neither code lies in the database as it is.
func TestPairingKeepsNoCode(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		start := w.begin("x")
		var device, user []byte
		w.must(nil, w.s.db.read.QueryRowContext(t.Context(), "SELECT device_code, user_code FROM pairings").Scan(&device, &user))
		code := must(callback.ReadPairingCode(start.UserCode))(t)
		for _, stored := range [][]byte{device, user} {
			if s := string(stored); strings.Contains(s, code) || strings.Contains(s, start.DeviceCode) {
				t.Error("a code is stored as it is")
			}
		}
	})
}
