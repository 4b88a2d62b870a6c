package server

import (
	"net/http"
	"testing"

	"ringback/callback"
)

// Whatever is sent, the server answers with a status that is not its own
// fault, and a recount stays right. One server takes it all, since opening one
// takes longer than a hundred requests.
func fuzzBody(f *testing.F, path string, seeds ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	w := newWorld(f, "sqlite:"+f.TempDir()+"/server.db")
	f.Cleanup(func() {
		w.t = f
		w.check()
	})
	f.Fuzz(func(t *testing.T, body []byte) {
		w.t = t
		rec := w.call("sue", http.MethodPost, path, body)
		if rec.Code >= http.StatusInternalServerError {
			t.Fatalf("status %d: %s", rec.Code, rec.Body)
		}
	})
}

func FuzzIntakeBody(f *testing.F) {
	fuzzBody(f, "/v1/responses",
		`{"rows":[{"source":"s","external_id":"1","score":3,"answered_at":"2026-03-01T10:00:00Z","person":{"ref":"a","phone":"+12015550123"}}]}`,
		`{"rows":[{"source":"s\u0000","external_id":"\ufffe","score":null,"asked":true,"answered_at":"2026-03-01T10:00:00Z"}]}`,
		`{"team":"south","region":"ZZ","zone":"Nowhere","dry_run":true,"rows":[{}]}`,
		`{"rows":null}`, `[]`, `{`, ``)
}

func FuzzPushBody(f *testing.F) {
	fuzzBody(f, "/v1/events",
		`{"stream":"s1","ack":{"seq":0,"event_id":""},"events":[{"id":"e1","kind":"note.added","case_id":"c","agent":"","device":"","stream":"s1","seq":1,"at":"2026-03-01T10:00:00Z","fence":0,"schema":1,"payload":{"text":"x"}}]}`,
		`{"stream":"s1","events":[{"id":"e\u0000","seq":1,"kind":"x\u0000y","payload":null},{"seq":18446744073709551615}]}`,
		`{"stream":"s1","events":[{"id":"e1","seq":1,"at":"2026-03-01T10:00:00Z","kind":"suppress.requested","case_id":"c","payload":{"reason":"\u0000"}}]}`,
		`{"stream":"s1","ack":{"seq":18446744073709551615,"event_id":"x"},"events":[]}`,
		`{"events":[1,2,"3",null]}`)
}

// Strict reading never takes what encoding/json would refuse, and never
// breaks.
func FuzzStrictJSON(f *testing.F) {
	for _, s := range []string{`{"a":1,"A":2}`, `[[[]]]`, `{"a":{"a":1}}`, `"\ud800"`, `{"a`, `]`, `{"\u0061":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := strictJSON(raw); err != nil {
			if callback.CodeOf(err) != callback.CodeInvalid {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		if _, err := decode[any](raw); err != nil {
			t.Fatalf("%q was taken for JSON: %v", raw, err)
		}
	})
}
