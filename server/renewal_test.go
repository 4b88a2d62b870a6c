package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// life is how long the tokens of these tests last.
const life = 14 * 24 * time.Hour

// renewer is Anna's desk on a server whose tokens end.
type renewer struct {
	*world
	token string
}

func newRenewer(w *world) *renewer {
	w.s.cfg.TokenLife = life
	return &renewer{world: w, token: w.users["anna"].Token}
}

// with makes a request with a token from Anna's desk.
func (r *renewer) with(token string) *httptest.ResponseRecorder {
	return r.from(token, "annas", "m1", "GET", "/v1/me", "")
}

// next makes another token and tells the server its hash with the one at hand.
func (r *renewer) next(with string) (token string, rec *httptest.ResponseRecorder) {
	r.t.Helper()
	token = must(newToken())(r.t)
	sum := sha256.Sum256([]byte(token))
	return token, r.from(with, "annas", "m1", "POST", "/v1/me/token", `{"hash":"`+hex.EncodeToString(sum[:])+`"}`)
}

func (r *renewer) good(token string, yes bool) {
	r.t.Helper()
	if rec := r.with(token); (rec.Code == 200) != yes {
		r.t.Fatalf("%s: %d %s", r.now, rec.Code, rec.Body)
	}
}

// A desk that comes regularly stays signed in: it is told in time, and its next token takes the place of the one
// before when it is used, not sooner.
func TestADeskRenewsItsToken(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		r := newRenewer(w)
		r.good(r.token, true)
		if rec := r.with(r.token); rec.Header().Get(renewHeader) != "" {
			t.Fatal("a young token is to be renewed")
		}
		w.now = w.now.Add(life/2 + time.Minute)
		if rec := r.with(r.token); rec.Code != 200 || rec.Header().Get(renewHeader) == "" {
			t.Fatalf("a ripe token is not to be renewed: %d", rec.Code)
		}
		// The reply is lost, and it is asked again; another one is asked for, and the first never used.
		lost, _ := r.next(r.token)
		next, rec := r.next(r.token)
		got := read[callback.TokenRenewal](t, rec)
		if !got.Expires.Equal(w.now.Add(life)) {
			t.Fatalf("%+v", got)
		}
		sum := sha256.Sum256([]byte(next))
		if rec := r.from(r.token, "annas", "m1", "POST", "/v1/me/token", `{"hash":"`+hex.EncodeToString(sum[:])+`"}`); rec.Code != 200 {
			t.Fatalf("asked again: %d %s", rec.Code, rec.Body)
		}
		r.good(r.token, true)
		r.good(lost, false)
		r.good(next, true)
		// Requests on their way still come through; later ones do not.
		r.good(r.token, true)
		w.now = w.now.Add(tokenOverlap)
		if d := w.devices("anna"); !d[0].Copied.IsZero() {
			t.Fatalf("a copy is suspected: %+v", d)
		}
		rec = r.with(r.token)
		if rec.Code != 401 || codeOf(rec) != callback.CodeUnauthorized || !strings.Contains(rec.Body.String(), "another token since") {
			t.Fatalf("the former token: %d %s", rec.Code, rec.Body)
		}
		if d := w.devices("anna"); d[0].Copied.IsZero() {
			t.Fatalf("its use is not on record: %+v", d)
		}
		r.good(next, true)
		// Every fortnight for a quarter of a year.
		for range 9 {
			w.now = w.now.Add(life - time.Hour)
			was := next
			next, rec = r.next(was)
			if rec.Code != 200 {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			r.good(next, true)
		}
		w.check()
	})
}

// A desk that was away too long is told so in words, and signs in again as the same desk.
func TestATokenEnds(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		r := newRenewer(w)
		r.good(r.token, true)
		w.now = w.now.Add(life - time.Second)
		r.good(r.token, true)
		w.now = w.now.Add(time.Second)
		rec := r.with(r.token)
		if rec.Code != 401 || codeOf(rec) != callback.CodeUnauthorized ||
			!strings.Contains(rec.Body.String(), "away for more than 14 days") || !strings.Contains(rec.Body.String(), "ringback login") {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if _, rec := r.next(r.token); rec.Code != 401 {
			t.Fatalf("it is renewed: %d", rec.Code)
		}
		again := must(w.s.IssueToken(t.Context(), "adam", "anna", ""))(t)
		r.good(again.Token, true)
		if d := w.devices("anna"); len(d) != 1 || d[0].ID != "annas" || !d[0].Copied.IsZero() {
			t.Fatalf("%+v", d)
		}
		// One that was given long ago and never used at a desk is of no use there; a program may use it.
		old := must(w.s.IssueToken(t.Context(), "adam", "anna", ""))(t)
		w.now = w.now.Add(life)
		if rec := r.from(old.Token, "another", "m2", "GET", "/v1/me", ""); rec.Code != 401 || !strings.Contains(rec.Body.String(), "was to be used within 14 days") {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if rec := r.from(old.Token, "", "", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Fatalf("a program: %d %s", rec.Code, rec.Body)
		}
		w.check()
	})
}

// Nobody takes a token over: not from another desk, not one that was used, and not after it was signed out.
func TestRenewalIsTheDesksOwn(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		r := newRenewer(w)
		r.good(r.token, true)
		next, rec := r.next(r.token)
		if rec.Code != 200 {
			t.Fatal(rec.Body)
		}
		sum := sha256.Sum256([]byte(next))
		if rec := w.from(w.users["boris"].Token, "boriss", "m3", "POST", "/v1/me/token", `{"hash":"`+hex.EncodeToString(sum[:])+`"}`); codeOf(rec) != callback.CodeConflict {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if rec := w.from(w.users["olga"].Token, "", "", "POST", "/v1/me/token", `{"hash":"`+strings.Repeat("ab", 32)+`"}`); codeOf(rec) != callback.CodeConflict {
			t.Fatalf("a program: %d %s", rec.Code, rec.Body)
		}
		w.must(nil, w.s.RevokeDevice(t.Context(), "adam", "anna", "annas", false))
		for _, token := range []string{r.token, next} {
			if rec := r.with(token); codeOf(rec) != callback.CodeRevoked {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
		}
	})
}
