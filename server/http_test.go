package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ringback/callback"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gzipped(raw []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(raw)
	_ = w.Close()
	return b.Bytes()
}

func zstded(raw []byte) []byte {
	w, _ := zstd.NewWriter(nil)
	defer func() { _ = w.Close() }()
	return w.EncodeAll(raw, nil)
}

// Bodies that are too large, packed to burst, malformed or ambiguous are
// refused with the right status, before anything is done with them.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	batch := []byte(`{"rows":[]}`)
	bomb := append([]byte(`{"rows":[], "x":"`), append(bytes.Repeat([]byte("a"), 64<<20), `"}`...)...)
	for name, tt := range map[string]struct {
		body     []byte
		encoding string
		kind     string
		status   int
	}{
		"plain":                {batch, "", "application/json", 200},
		"gzip":                 {gzipped(batch), "gzip", "application/json", 200},
		"zstd":                 {zstded(batch), "zstd", "application/json; charset=utf-8", 200},
		"gzip bomb":            {gzipped(bomb), "gzip", "application/json", 413},
		"zstd bomb":            {zstded(bomb), "zstd", "application/json", 413},
		"two gzip members":     {append(gzipped(batch), gzipped(batch)...), "gzip", "application/json", 400},
		"over the wire limit":  {bytes.Repeat([]byte(" "), 1<<20+1), "", "application/json", 413},
		"cut gzip":             {gzipped(batch)[:15], "gzip", "application/json", 400},
		"not gzip":             {batch, "gzip", "application/json", 400},
		"not zstd":             {batch, "zstd", "application/json", 400},
		"unknown encoding":     {batch, "br", "application/json", 400},
		"a form":               {[]byte("rows=1"), "", "application/x-www-form-urlencoded", 400},
		"nothing":              {nil, "", "application/json", 400},
		"two values":           {[]byte(`{"rows":[]} {"rows":[]}`), "", "application/json", 400},
		"a key twice":          {[]byte(`{"rows":[],"rows":[]}`), "", "application/json", 400},
		"a key in two cases":   {[]byte(`{"rows":[],"Rows":[]}`), "", "application/json", 400},
		"an escaped key twice": {[]byte(`{"rows":[],"\u0072ows":[]}`), "", "application/json", 400},
		"deep":                 {[]byte(`{"rows":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`), "", "application/json", 400},
		"not UTF-8":            {[]byte("{\"rows\":[],\"team\":\"\xff\"}"), "", "application/json", 400},
		"many empty objects":   {[]byte(`{"rows":[` + strings.Repeat("{},", 9_000) + `{}]}`), "", "application/json", 200},
		"too many rows":        {[]byte(`{"rows":[` + strings.Repeat("{},", 10_000) + `{}]}`), "", "application/json", 413},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/responses", bytes.NewReader(tt.body))
		r.Header.Set("Authorization", "Bearer "+w.users["sue"].Token)
		r.Header.Set("Content-Type", tt.kind)
		if tt.encoding != "" {
			r.Header.Set("Content-Encoding", tt.encoding)
		}
		rec := httptest.NewRecorder()
		w.s.Handler().ServeHTTP(rec, r)
		if rec.Code != tt.status {
			t.Errorf("%s: status %d, want %d: %.200s", name, rec.Code, tt.status, rec.Body)
		}
		if rec.Code >= 400 && (rec.Header().Get("Content-Type") != "application/problem+json" || !json.Valid(rec.Body.Bytes())) {
			t.Errorf("%s: the problem is %q: %s", name, rec.Header().Get("Content-Type"), rec.Body)
		}
	}
}

// A row of the wrong shape costs only itself.
func TestRowsOfTheWrongShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	body := `{"rows":[
		{"row":2,"source":"s","external_id":"1","score":"seven","answered_at":"2026-03-01T10:00:00Z"},
		{"row":3,"source":"s","external_id":"2","score":7.5,"answered_at":"2026-03-01T10:00:00Z"},
		{"row":4,"source":"s","external_id":"3","score":7,"answered_at":"yesterday"},
		{"row":5,"source":"s","external_id":"4","score":7,"answered_at":"2026-03-01T10:00:00Z","person":{"name":5}},
		17,
		{"row":7,"source":"s","external_id":"6","score":7,"answered_at":"2026-03-01T10:00:00Z","unknown":"field"}]}`
	report := read[callback.IntakeReport](t, w.call("sue", "POST", "/v1/responses", body))
	if report.Rejected != 5 || report.Accepted != 1 || len(report.Results) != 6 {
		t.Fatalf("report: %+v", report)
	}
	for i, column := range []string{"score", "score", "", "person.name", ""} {
		r := report.Results[i]
		if r.Column != column || r.Reason == "" || i < 4 && r.Row != i+2 {
			t.Errorf("row %d: %+v", i+2, r)
		}
	}
}

// Replies are packed as the client likes.
func TestRepliesArePacked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	plain := w.call("anna", "GET", "/v1/feed", nil).Body.Len()
	for encoding, unpack := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/feed", nil)
		r.Header.Set("Authorization", "Bearer "+w.users["anna"].Token)
		r.Header.Set("Accept-Encoding", encoding)
		rec := httptest.NewRecorder()
		w.s.Handler().ServeHTTP(rec, r)
		if rec.Header().Get("Content-Encoding") != encoding || rec.Body.Len() >= plain/2 {
			t.Fatalf("%s: encoding %q, %d bytes instead of %d", encoding, rec.Header().Get("Content-Encoding"), rec.Body.Len(), plain)
		}
		in := must(unpack(rec.Body))(t)
		out := must(io.ReadAll(in))(t)
		if len(out) != plain {
			t.Fatalf("%s: %d bytes unpacked, want %d", encoding, len(out), plain)
		}
	}
}

// Wrong tokens get 401, too many of them 429; a right token from the same
// address goes on.
func TestWrongTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	codes := map[int]int{}
	for i := range 40 {
		token := must(newToken())(t)
		if i%2 == 0 {
			token = "rb_mistyped"
		}
		w.users["stranger"] = callback.UserToken{Token: token}
		rec := w.call("stranger", "GET", "/v1/me", nil)
		codes[rec.Code]++
		if strings.Contains(rec.Body.String(), token) {
			t.Fatal("the token is repeated in the reply")
		}
	}
	if codes[401] != bouncerBurst || codes[429] != 40-bouncerBurst {
		t.Fatalf("answers: %v", codes)
	}
	if rec := w.call("anna", "GET", "/v1/me", nil); rec.Code != 200 {
		t.Fatalf("a right token: %d", rec.Code)
	}
	w.now = w.now.Add(time.Hour)
	if rec := w.call("stranger", "GET", "/v1/me", nil); rec.Code != 401 {
		t.Fatalf("an hour later: %d", rec.Code)
	}
}

// Addresses that do not exist, and methods that they do not take.
func TestNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/v2/feed", 404}, {"GET", "/debug/pprof/", 404}, {"GET", "/metrics", 404}, {"POST", "/v1/feed", 405}, {"PATCH", "/v1/me", 405},
	} {
		rec := w.call("adam", tt.method, tt.path, nil)
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), `"code"`) {
			t.Errorf("%s %s: %d %s", tt.method, tt.path, rec.Code, rec.Body)
		}
	}
}

// liveServer serves a world on a real port with the real limits.
func liveServer(t *testing.T, w *world) (url string, h *http.Server) {
	t.Helper()
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	h = w.s.HTTPServer()
	done := make(chan error, 1)
	go func() { done <- h.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String(), h
}

// The live stream rings when the team's feed moves, not for another team, and
// ends when the account is closed and when the server stops.
func TestStreamRings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	url, _ := liveServer(t, w)
	listen := func(user string) (*bufio.Scanner, io.Closer) {
		r := must(http.NewRequestWithContext(t.Context(), "GET", url+streamPath, nil))(t)
		r.Header.Set("Authorization", "Bearer "+w.users[user].Token)
		resp := must(http.DefaultClient.Do(r))(t)
		if resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("content type %q", resp.Header.Get("Content-Type"))
		}
		return bufio.NewScanner(resp.Body), resp.Body
	}
	next := func(s *bufio.Scanner) (b callback.Bell, ok bool) {
		for s.Scan() {
			if data, found := strings.CutPrefix(s.Text(), "data: "); found {
				return b, json.Unmarshal([]byte(data), &b) == nil
			}
		}
		return b, false
	}
	anna, c1 := listen("anna")
	defer func() { _ = c1.Close() }()
	olga, c2 := listen("olga")
	defer func() { _ = c2.Close() }()
	first, ok := next(anna)
	if !ok || first.Team != "north" {
		t.Fatalf("first bell: %+v", first)
	}
	south, _ := next(olga)
	w.intake("north", row("1", 1, "Bad."))
	bell, ok := next(anna)
	if !ok || bell.Pos <= first.Pos || bell.Team != "north" {
		t.Fatalf("bell: %+v after %+v", bell, first)
	}
	w.intake("south", row("2", 1, "Bad."))
	if b, ok := next(olga); !ok || b.Team != "south" || b.Pos <= south.Pos {
		t.Fatalf("the other team's bell: %+v", b)
	}
	if err := w.s.RevokeUser(t.Context(), "test", "anna", false); err != nil {
		t.Fatal(err)
	}
	if b, ok := next(anna); ok {
		t.Fatalf("a bell for a closed account: %+v", b)
	}
	w.s.Stop()
	if b, ok := next(olga); ok {
		t.Fatalf("a bell after the end: %+v", b)
	}
}

// Many bells become one for a listener that is slow, and the number of
// listeners is bounded.
func TestBellsAreGathered(t *testing.T) {
	t.Parallel()
	b := newBelfry()
	l, ok := b.listen(Caller{Team: "north"}, 1)
	if !ok {
		t.Fatal("the first listener was refused")
	}
	if _, ok := b.listen(Caller{Team: "north"}, 1); ok {
		t.Fatal("one listener too many")
	}
	for pos := range uint64(1000) {
		b.ring(callback.Bell{Team: "north", Pos: pos})
	}
	<-l.wake
	if got := l.heard().Pos; got != 999 {
		t.Fatalf("heard %d", got)
	}
	select {
	case <-l.wake:
		t.Fatal("a second bell for the same news")
	default:
	}
	b.leave(l)
	b.leave(l)
	if _, ok := b.listen(Caller{Team: "south"}, 1); !ok {
		t.Fatal("the place was not given back")
	}
}

// A client that sends its headers slowly is dropped.
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	h := w.s.HTTPServer()
	if h.ReadHeaderTimeout == 0 || h.ReadTimeout == 0 || h.IdleTimeout == 0 || h.MaxHeaderBytes == 0 || h.WriteTimeout != 0 {
		t.Fatalf("limits: %+v", h)
	}
}

// The documents about the interface are complete and load nothing.
func TestDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	spec := read[struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}](t, w.call("", "GET", "/openapi.json", nil))
	if spec.OpenAPI != "3.1.0" || len(spec.Paths) < 15 {
		t.Fatalf("OpenAPI %s with %d paths", spec.OpenAPI, len(spec.Paths))
	}
	page := w.call("", "GET", "/docs", nil).Body.String()
	for path, ops := range spec.Paths {
		if !strings.Contains(page, path) {
			t.Errorf("the page lacks %s", path)
		}
		for method, op := range ops {
			o := op.(map[string]any)
			if o["summary"] == "" || o["operationId"] == "" {
				t.Errorf("%s %s has no summary", method, path)
			}
			const bare = "publish-default-guides" // all of it is said by its path and the team
			if _, body := o["requestBody"]; !body && (method == "post" || method == "put") && o["operationId"] != bare {
				t.Errorf("%s %s does not say what it takes", method, path)
			}
		}
	}
	for _, bad := range []string{"<script", "http://", "src=", "@import"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}
