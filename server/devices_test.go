package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// from sends a request with a token from a desk on a machine.
func (w *world) from(token, device, mark, method, path, body string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if device != "" {
		r.Header.Set(deviceHeader, device)
	}
	if mark != "" {
		r.Header.Set(markHeader, mark)
	}
	rec := httptest.NewRecorder()
	w.s.Handler().ServeHTTP(rec, r)
	return rec
}

// codeOf gives the code of a refusal, or its status.
func codeOf(rec *httptest.ResponseRecorder) callback.Code {
	var p problem
	if rec.Code >= 400 && json.Unmarshal(rec.Body.Bytes(), &p) == nil {
		return p.Code
	}
	return ""
}

func (w *world) devices(user string) []callback.Device {
	w.t.Helper()
	return must(w.s.Devices(w.t.Context(), user, ""))(w.t).Devices
}

// A token belongs to the desk that uses it first; an account has as many desks
// as it has tokens.
func TestTokenBelongsToItsDesk(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		first := w.users["anna"].Token
		if rec := w.from(first, "", "", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Fatalf("without a desk: %d", rec.Code)
		}
		if l := must(w.s.Devices(t.Context(), "anna", ""))(t); len(l.Devices) != 0 || l.Unused != 1 {
			t.Fatalf("before: %+v", l)
		}
		if rec := w.from(first, "desk-1", "here", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Fatalf("at the first desk: %d %s", rec.Code, rec.Body)
		}
		rec := w.from(first, "desk-2", "there", "GET", "/v1/me", "")
		if rec.Code != 401 || !strings.Contains(rec.Body.String(), "another desk") {
			t.Fatalf("at a second desk: %d %s", rec.Code, rec.Body)
		}
		if d := w.devices("anna"); len(d) != 1 || d[0].ID != "desk-1" || d[0].Copied.IsZero() {
			t.Fatalf("devices: %+v", d)
		}
		second := must(w.s.IssueToken(t.Context(), "sue", "anna", ""))(t).Token
		if rec := w.from(second, "desk-2", "there", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Fatalf("with a token of its own: %d %s", rec.Code, rec.Body)
		}
		for device, token := range map[string]string{"desk-1": first, "desk-2": second} {
			if rec := w.from(token, device, "", "GET", "/v1/feed", ""); rec.Code != 200 {
				t.Errorf("%s: %d", device, rec.Code)
			}
		}
		if rec := w.from(w.users["boris"].Token, "desk-1", "", "GET", "/v1/me", ""); rec.Code != 403 {
			t.Errorf("a desk of somebody else: %d %s", rec.Code, rec.Body)
		}
		if rec := w.from(w.users["boris"].Token, "no spaces", "", "GET", "/v1/me", ""); rec.Code != 400 {
			t.Errorf("a device that is none: %d", rec.Code)
		}
	})
}

// What a desk records is the device's of its token, whatever it claims to be.
func TestDeviceComesFromTheToken(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		token := w.users["anna"].Token
		if rec := w.from(token, "desk-1", "", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Fatal(rec.Body)
		}
		rec := w.from(token, "", "", "POST", "/v1/claims", `{"case_id":"`+id+`","device":"forged"}`)
		reply := read[callback.ClaimReply](t, rec)
		if reply.Leases[0].Device != "desk-1" {
			t.Errorf("the lease is of %s", reply.Leases[0].Device)
		}
	})
}

// Signing one desk out leaves the others alone. After a new sign-in what it has
// recorded is taken; a token of before the sign-out is no new sign-in.
func TestRevokeOneDevice(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		old := must(w.s.IssueToken(t.Context(), "sue", "anna", ""))(t).Token
		a, b := w.users["anna"].Token, must(w.s.IssueToken(t.Context(), "sue", "anna", ""))(t).Token
		for device, token := range map[string]string{"desk-a": a, "desk-b": b} {
			if rec := w.from(token, device, "", "GET", "/v1/me", ""); rec.Code != 200 {
				t.Fatal(rec.Body)
			}
		}
		w.now = w.now.Add(time.Minute)
		if rec := w.call("sue", "DELETE", "/v1/users/anna/devices/desk-a", nil); rec.Code != 204 {
			t.Fatalf("revoke: %d %s", rec.Code, rec.Body)
		}
		rec := w.from(a, "desk-a", "", "GET", "/v1/me", "")
		if codeOf(rec) != callback.CodeRevoked || !strings.Contains(rec.Body.String(), "signed out on 2 March 2026") {
			t.Errorf("the revoked desk: %d %s", rec.Code, rec.Body)
		}
		if rec := w.from(a, "desk-a", "", "POST", "/v1/events", `{"stream":"s","events":[]}`); codeOf(rec) != callback.CodeRevoked {
			t.Errorf("a push of the revoked desk: %d %s", rec.Code, rec.Body)
		}
		if rec := w.from(b, "desk-b", "", "GET", "/v1/me", ""); rec.Code != 200 {
			t.Errorf("the other desk: %d", rec.Code)
		}
		if rec := w.from(old, "desk-a", "", "GET", "/v1/me", ""); codeOf(rec) != callback.CodeRevoked {
			t.Errorf("an older token at the revoked desk: %d %s", rec.Code, rec.Body)
		}
		w.now = w.now.Add(time.Minute)
		fresh := must(w.s.IssueToken(t.Context(), "sue", "anna", ""))(t).Token
		if rec := w.from(fresh, "desk-a", "", "POST", "/v1/events", `{"stream":"s","events":[]}`); rec.Code != 200 {
			t.Errorf("after signing in again: %d %s", rec.Code, rec.Body)
		}
		if rec := w.from(a, "desk-a", "", "GET", "/v1/me", ""); codeOf(rec) != callback.CodeRevoked {
			t.Errorf("the old token of the desk: %d %s", rec.Code, rec.Body)
		}
		if d := w.devices("anna"); len(d) != 2 || !d[0].Revoked.IsZero() || !d[1].Revoked.IsZero() {
			t.Errorf("devices: %+v", d)
		}
	})
}

// A desk that is to be wiped may hand in what it has and say that it is done,
// and nothing else, even if its account is closed.
func TestWipeTakesALastPush(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		if rec := w.call("anna", "GET", "/v1/feed", nil); rec.Code != 200 {
			t.Fatal(rec.Body)
		}
		if rec := w.call("anna", "DELETE", "/v1/me/device?wiped=true", nil); codeOf(rec) != callback.CodeConflict {
			t.Errorf("wiped without being told: %d %s", rec.Code, rec.Body)
		}
		if rec := w.call("sue", "DELETE", "/v1/users/anna?wipe=true", nil); rec.Code != 204 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		for _, at := range []string{"GET /v1/feed", "GET /v1/board", "GET /v1/stream", "GET /v1/cases/" + id, "POST /v1/claims"} {
			method, path, _ := strings.Cut(at, " ")
			if rec := w.call("anna", method, path, nil); codeOf(rec) != callback.CodeWipe {
				t.Errorf("%s: %d %s", at, rec.Code, rec.Body)
			}
		}
		e := must(callback.NewEvent("e1", id, &callback.NoteAdded{Text: "Kept."}))(t)
		e.Seq, e.Stream, e.At = 1, "s1", w.now
		reply := read[callback.PushReply](t, w.call("anna", "POST", "/v1/events", callback.Push{Stream: "s1", Events: []callback.Event{e}}))
		if reply.Receipts[0].Status != callback.Applied {
			t.Errorf("the last push: %+v", reply)
		}
		if rec := w.call("anna", "DELETE", "/v1/me/device?wiped=true", nil); rec.Code != 204 {
			t.Errorf("wiped: %d %s", rec.Code, rec.Body)
		}
		if d := w.devices("anna"); len(d) != 1 || d[0].Wiped.IsZero() || d[0].State() != "wiped" {
			t.Errorf("devices: %+v", d)
		}
		w.check()
	})
}

// A folder that is used on two machines in turn is noticed and told to the desk
// and to its supervisor; one that was moved once is not.
func TestCopiedFolderIsNoticed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		token := w.users["anna"].Token
		feed := func(mark string) []callback.Notice {
			rec := w.from(token, "desk-1", mark, "GET", "/v1/feed", "")
			var head callback.PageHead
			line, _, _ := strings.Cut(rec.Body.String(), "\n")
			if rec.Code != 200 || json.Unmarshal([]byte(line), &head) != nil {
				t.Fatalf("feed: %d %s", rec.Code, rec.Body)
			}
			return head.Notices
		}
		feed("here")
		feed("there")
		if d := w.devices("anna")[0]; d.Moved.IsZero() || !d.Copied.IsZero() {
			t.Errorf("moved: %+v", d)
		}
		if n := feed("there"); len(n) != 0 {
			t.Errorf("a moved desk is told %+v", n)
		}
		feed("here")
		if n := feed("there"); len(n) != 1 || !n[0].Own || !strings.Contains(n[0].Words(), "two places") {
			t.Errorf("the desk is told %+v", n)
		}
		told := must(w.s.Feed(t.Context(), w.as("sue"), callback.Position{}, 0))(t).Notices
		if len(told) != 1 || told[0].Own || told[0].User != "anna" || !strings.Contains(told[0].Words(), "Anna") {
			t.Errorf("the supervisor is told %+v", told)
		}
		for _, other := range []string{"boris", "tina", "olga"} {
			if n := must(w.s.Feed(t.Context(), w.as(other), callback.Position{}, 0))(t).Notices; len(n) != 0 {
				t.Errorf("%s is told %+v", other, n)
			}
		}
		if rec := w.call("sue", "PATCH", "/v1/users/anna/devices/desk-1", `{"shared":true}`); rec.Code != 204 {
			t.Fatalf("accept: %d %s", rec.Code, rec.Body)
		}
		feed("here")
		if n := feed("there"); len(n) != 0 {
			t.Errorf("after it was accepted: %+v", n)
		}
	})
}

// Two desks that write one stream are noticed as well.
func TestForkedStreamIsNoticed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		if rec := w.call("anna", "GET", "/v1/me", nil); rec.Code != 200 {
			t.Fatal(rec.Body)
		}
		mine := w.desk("anna")
		copied := *mine
		mine.push(mine.event("e1", id, 1, &callback.NoteAdded{Text: "One."}))
		_, err := copied.try(copied.event("e2", id, 1, &callback.NoteAdded{Text: "Two."}))
		if callback.CodeOf(err) != callback.CodeForked {
			t.Fatalf("the copy: %v", err)
		}
		if d := w.devices("anna")[0]; d.Copied.IsZero() || d.State() != "in use twice" {
			t.Errorf("%+v", d)
		}
	})
}

// Whoever is signed out loses the live stream at once, and nobody else does.
func TestSignOutEndsTheStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	b := w.s.bells
	var all []*listener
	for _, who := range []Caller{{ID: "anna", Team: "north", Device: "d1"}, {ID: "anna", Team: "north", Device: "d2"}, {ID: "boris", Team: "north", Device: "d3"}} {
		l, _ := b.listen(who, 10)
		all = append(all, l)
	}
	ended := func() (out []bool) {
		for _, l := range all {
			select {
			case <-l.gone:
				out = append(out, true)
			default:
				out = append(out, false)
			}
		}
		return out
	}
	b.dismiss("anna", "d2")
	if got := ended(); got[0] || !got[1] || got[2] {
		t.Fatalf("one device: %v", got)
	}
	w.must(nil, w.s.RevokeUser(t.Context(), "sue", "anna", false))
	if got := ended(); !got[0] || !got[1] || got[2] {
		t.Fatalf("the account: %v", got)
	}
}

// Behind a proxy the address is what the proxy says last, and what did not come
// by TLS is refused. Without one, nobody may say where they come from.
func TestBehindProxy(t *testing.T) {
	t.Parallel()
	ask := func(s *Server, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.RemoteAddr = "10.0.0.1:5555"
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, r)
		return rec
	}
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.RemoteAddr = "10.0.0.1:5555"
	r.Header.Set("X-Forwarded-For", "192.0.2.1, 192.0.2.2")
	if got := w.s.placeOf(r); got != "10.0.0.1" {
		t.Errorf("without a proxy: %s", got)
	}
	w.s.cfg.BehindProxy = true
	if got := w.s.placeOf(r); got != "192.0.2.2" {
		t.Errorf("behind a proxy: %s", got)
	}
	r.Header.Set("X-Forwarded-For", "<script>")
	if got := w.s.placeOf(r); got != "10.0.0.1" {
		t.Errorf("with nonsense: %s", got)
	}
	if rec := ask(w.s, "/v1/me"); rec.Code != 403 || !strings.Contains(rec.Body.String(), "https") {
		t.Errorf("plain: %d %s", rec.Code, rec.Body)
	}
	if rec := ask(w.s, "/v1/me", "X-Forwarded-Proto", "https"); rec.Code != 401 || rec.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("by TLS: %d", rec.Code)
	}
	if rec := ask(w.s, "/healthz"); rec.Code != 200 {
		t.Errorf("health: %d", rec.Code)
	}
}
