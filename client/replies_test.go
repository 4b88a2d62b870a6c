package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"ringback/callback"
)

// serve starts a server of its own and a client to it.
func serve(t *testing.T, h http.HandlerFunc, change ...func(*Options)) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	o := Options{URL: srv.URL, Token: goodToken, Device: "de-1", UserAgent: "ringback/test", Compress: true}
	for _, f := range change {
		f(&o)
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

// somePage is a true page of three documents.
func somePage() []byte {
	p := testPage{
		PageHead: callback.PageHead{Epoch: "e1", Next: "e1:3", High: 3, Count: 3, Schema: 1, ServerTime: time.Now()},
	}
	for i := range 3 {
		p.Docs = append(p.Docs, callback.Doc{
			Type: callback.DocCase, ID: caseID(i), Pos: uint64(i + 1), Schema: 1, Rank: []byte{1, 2}, Body: []byte(`{"id":"x","text":"tab\\t"}`),
		})
	}
	return p.lines()
}

func packed(t *testing.T, coding string, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	switch coding {
	case "gzip":
		z := gzip.NewWriter(&b)
		_, _ = z.Write(raw)
		_ = z.Close()
	case "zstd":
		z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = z.Write(raw)
		_ = z.Close()
	default:
		return raw
	}
	return b.Bytes()
}

// reply is one answer, good or bad.
type answer struct {
	status int
	header map[string]string
	body   []byte
	// cut ends the connection after so many bytes of the body, though more
	// was announced.
	cut int
}

func (a answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	if a.cut > 0 {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
		a.body = a.body[:a.cut]
	}
	w.WriteHeader(max(200, a.status))
	_, _ = w.Write(a.body)
	if a.cut > 0 {
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

func TestFeedPageInEveryCoding(t *testing.T) {
	for _, coding := range []string{"", "gzip", "zstd"} {
		body := packed(t, coding, somePage())
		c := serve(t, answer{header: map[string]string{"Content-Encoding": coding}, body: body}.ServeHTTP)
		page, err := c.Feed(context.Background(), callback.Position{}, 0)
		if err != nil || len(page.Docs) != 3 || page.Docs[2].ID != "ca-2" || page.High != 3 {
			t.Errorf("%q: %+v, %v", coding, page, err)
		}
	}
}

// A page is taken whole or refused: nothing of a damaged one is used.
func TestDamagedPagesAreRefused(t *testing.T) {
	page := somePage()
	lines := bytes.SplitAfter(page, []byte{'\n'})
	join := func(l ...[]byte) []byte { return bytes.Join(l, nil) }
	long := bytes.Repeat([]byte("x"), maxPage+1)
	endless := bytes.Repeat(packed(t, "gzip", nil), maxPage/10)
	for name, a := range map[string]answer{
		"cut within a line, connection broken": {body: page, cut: len(page) - 10},
		"cut within a line, cleanly":           {body: page[:len(page)-10]},
		"cut between lines":                    {body: join(lines[0], lines[1])},
		"cut within the head":                  {body: page[:20]},
		"one line too many":                    {body: join(lines[0], lines[1], lines[2], lines[3], lines[1])},
		"empty":                                {},
		"a line of nonsense":                   {body: join(lines[0], lines[1], []byte("nonsense\n"), lines[3])},
		"a wrong position":                     {body: bytes.Replace(page, []byte("\t2\t"), []byte("\tzwei\t"), 1)},
		"head without epoch":                   {body: []byte(`{"next":"a","count":0}` + "\n")},
		"head that counts backwards":           {body: []byte(`{"epoch":"e","next":"a","count":-1}` + "\n")},
		"head that claims billions":            {body: []byte(`{"epoch":"e","next":"a","count":99999999999}` + "\n")},
		"plain text that is no page":           {body: []byte("Welcome to the hotel\n")},
		"gzip cut":                             {header: coding("gzip"), body: packed(t, "gzip", page)[:40]},
		"gzip cut at its trailer":              {header: coding("gzip"), body: trim(packed(t, "gzip", page), 4)},
		"zstd cut":                             {header: coding("zstd"), body: packed(t, "zstd", page)[:40]},
		"gzip that is not":                     {header: coding("gzip"), body: page},
		"zstd that is not":                     {header: coding("zstd"), body: page},
		"a coding nobody asked for":            {header: coding("br"), body: page},
		"plain bomb":                           {body: long},
		"gzip bomb":                            {header: coding("gzip"), body: packed(t, "gzip", long)},
		"zstd bomb":                            {header: coding("zstd"), body: packed(t, "zstd", long)},
		"gzip that inflates to nothing":        {header: coding("gzip"), body: endless},
		"web page with status 200":             {header: html, body: []byte("<html>Sign in</html>")},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, a.ServeHTTP)
			got, err := c.Feed(context.Background(), callback.Position{}, 0)
			want := callback.CodeUnreachable
			if strings.Contains(name, "bomb") || strings.Contains(name, "inflates to nothing") {
				want = callback.CodeTooLarge
			}
			if code := callback.CodeOf(err); code != want {
				t.Fatalf("code %s (%v), want %s", code, err, want)
			}
			if len(got.Docs) != 0 || got.Next != "" {
				t.Errorf("something of the page came through: %+v", got)
			}
		})
	}
}

var html = map[string]string{"Content-Type": "text/html; charset=utf-8"}

func coding(name string) map[string]string { return map[string]string{"Content-Encoding": name} }

func trim(b []byte, n int) []byte { return b[:len(b)-n] }

// Every status has its code, its words and a hint.
func TestRefusals(t *testing.T) {
	told := map[string]string{"Content-Type": "application/problem+json"}
	says := func(h map[string]string, more ...string) map[string]string {
		out := map[string]string{}
		for k, v := range h {
			out[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	for name, row := range map[string]struct {
		answer
		code    callback.Code
		message string
		wait    time.Duration
	}{
		"401 told":           {answer{status: 401, header: told, body: []byte(`{"code":"unauthorized","message":"revoked"}`)}, callback.CodeUnauthorized, "revoked", 0},
		"401 web page":       {answer{status: 401, header: html}, callback.CodeUnreachable, "web page", 0},
		"403 untold":         {answer{status: 403}, callback.CodeForbidden, "does not allow", 0},
		"404 untold":         {answer{status: 404, body: []byte("404 page not found")}, callback.CodeNotFound, "does not know", 0},
		"404 web page":       {answer{status: 404, header: html}, callback.CodeUnreachable, "web page", 0},
		"409 with its code":  {answer{status: 409, header: told, body: []byte(`{"code":"epoch_changed","message":"another history"}`)}, callback.CodeEpoch, "another history", 0},
		"409 of an unknown":  {answer{status: 409, header: told, body: []byte(`{"code":"brand_new","message":"hm"}`)}, callback.CodeConflict, "hm", 0},
		"413 of a proxy":     {answer{status: 413, header: html}, callback.CodeTooLarge, "too large", 0},
		"422 of a framework": {answer{status: 422, header: told, body: []byte(`{"title":"Unprocessable","detail":"limit is wrong"}`)}, callback.CodeInvalid, "limit is wrong", 0},
		"426":                {answer{status: 426}, callback.CodeNewer, "newer ringback", 0},
		"429 in seconds":     {answer{status: 429, header: says(told, "Retry-After", "7"), body: []byte(`{"code":"busy","message":"slow"}`)}, callback.CodeBusy, "slow", 7 * time.Second},
		"503 of a proxy":     {answer{status: 503, header: says(html, "Retry-After", "120")}, callback.CodeBusy, "serviced", 2 * time.Minute},
		"429 as a date": {answer{status: 429, header: map[string]string{
			"Date": "Mon, 02 Mar 2026 12:00:00 GMT", "Retry-After": "Mon, 02 Mar 2026 12:00:30 GMT",
		}}, callback.CodeBusy, "slow down", 30 * time.Second},
		"429 for ever":       {answer{status: 429, header: map[string]string{"Retry-After": "4000000000"}}, callback.CodeBusy, "slow down", maxWait},
		"502 web page":       {answer{status: 502, header: html, body: []byte("<html>Bad Gateway</html>")}, callback.CodeUnreachable, "proxy", 0},
		"511":                {answer{status: 511, header: html}, callback.CodeUnreachable, "sign in", 0},
		"507":                {answer{status: 507}, callback.CodeBusy, "no room", 0},
		"500 told":           {answer{status: 500, header: told, body: []byte(`{"code":"internal","message":"we failed"}`)}, callback.CodeInternal, "we failed", 0},
		"500 untold":         {answer{status: 500}, callback.CodeInternal, "failed (status 500)", 0},
		"418":                {answer{status: 418}, callback.CodeInvalid, "418", 0},
		"302 to elsewhere":   {answer{status: 302, header: map[string]string{"Location": "http://portal.example/login"}}, callback.CodeUnreachable, "portal.example", 0},
		"200 as a web page":  {answer{header: html}, callback.CodeUnreachable, "answered with a web page", 0},
		"200 of another":     {answer{header: map[string]string{"Content-Type": "text/plain"}, body: []byte("hi")}, callback.CodeUnreachable, "not a ringback server", 0},
		"200 broken JSON":    {answer{header: map[string]string{"Content-Type": "application/json"}, body: []byte(`{"id":`)}, callback.CodeUnreachable, "not one of a ringback", 0},
		"200 twice":          {answer{header: map[string]string{"Content-Type": "application/json"}, body: []byte(`{"id":"a"}{}`)}, callback.CodeUnreachable, "not one of a ringback", 0},
		"200 of another API": {answer{header: map[string]string{"Content-Type": "application/json"}, body: []byte(`{"hello":1}`)}, callback.CodeUnreachable, "not one of a ringback", 0},
		"hostile words":      {answer{status: 400, header: told, body: []byte(`{"code":"invalid","message":"\u001b[31mred\u202e ` + goodToken + `","hint":"a\nb"}`)}, callback.CodeInvalid, "red", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, row.ServeHTTP)
			_, err := c.Me(context.Background())
			var e *callback.Error
			if !errors.As(err, &e) || e.Code != row.code || !strings.Contains(e.Message, row.message) {
				t.Fatalf("%s: %v; want %s: …%s…", callback.CodeOf(err), err, row.code, row.message)
			}
			if all := err.Error() + fmt.Sprint(e.Err); strings.Contains(all, goodToken) || strings.ContainsAny(e.Error(), "\x1b\n\u202e") {
				t.Errorf("the error holds what it must not: %q", all)
			}
			var asked *backoff.RetryAfterError
			if errors.As(err, &asked) != (row.wait > 0) || asked != nil && asked.Duration != row.wait {
				t.Errorf("wait %v, want %v", asked, row.wait)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	ctx := context.Background()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = quietLog()
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for name, row := range map[string]struct {
		url     string
		trip    http.RoundTripper
		message string
	}{
		"refused":       {url: closed.URL, message: "nothing answers at"},
		"no such name":  {url: "https://x.example", trip: failing{&net.DNSError{Name: "x.example", IsNotFound: true}}, message: "no server has the name"},
		"DNS is silent": {url: "https://x.example", trip: failing{&net.DNSError{Name: "x.example", IsTimeout: true}}, message: "cannot be looked up"},
		"untrusted":     {url: secure.URL, message: "is not trusted here"},
		"not https":     {url: strings.Replace(plain.URL, "http:", "https:", 1), message: "speaks plain http, and was asked in https"},
		"not plain":     {url: strings.Replace(secure.URL, "https:", "http:", 1), message: "speaks https, and was asked in plain http"},
		"not plain, behind nginx": {
			url: "http://localhost", message: "speaks https, and was asked in plain http",
			trip: answering("<html><body><center>The plain HTTP request was sent to HTTPS port</center></body></html>"),
		},
		"not plain, by an alert": {
			url: "http://localhost", message: "speaks https, and was asked in plain http",
			trip: failing{errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x15\x03\x01\x00\x02\x02"`)},
		},
		"proxy is down": {url: "https://x.example", trip: failing{&net.OpError{Op: "proxyconnect", Err: errors.New("no")}}, message: "the proxy on the way"},
		"timed out":     {url: "https://x.example", trip: failing{context.DeadlineExceeded}, message: "did not answer in time"},
		"alert":         {url: "https://x.example", trip: failing{tls.AlertError(40)}, message: "no secure connection"},
		"anything else": {url: "https://x.example", trip: failing{errors.New("whatever")}, message: "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			o := Options{URL: row.url, Token: goodToken}
			if row.trip != nil {
				o.HTTP = &http.Client{Transport: row.trip}
			}
			c := New(o)
			defer c.Close()
			_, err := c.Me(ctx)
			var e *callback.Error
			if !errors.As(err, &e) || e.Code != callback.CodeUnreachable || !strings.Contains(e.Message, row.message) || e.Hint == "" {
				t.Errorf("%v; want …%s…", err, row.message)
			}
		})
	}
}

// answering refuses every request as bad, with a page.
type answering string

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "text/html")
	rec.WriteHeader(http.StatusBadRequest)
	_, _ = rec.WriteString(string(a))
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestCancelledByTheCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	if _, err := c.Me(ctx); !errors.Is(err, context.Canceled) || callback.CodeOf(err) == callback.CodeUnreachable {
		t.Errorf("error: %v", err)
	}
}

func TestAddressesAndTokens(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://calls.example.org": true, "https://calls.example.org/ringback/": true, "http://localhost:8080": true,
		"http://127.0.0.1:1": true, "http://[::1]:1": true, "http://demo.localhost": true,
		"http://calls.example.org": false, "http://192.168.0.7": false, "http://localhost.evil.example": false,
		"https://anna:secret@calls.example.org": false, "https://calls.example.org?x=1": false, "ftp://x": false, "": false,
		"calls.example.org": false, "https://": false, "::": false,
	} {
		err := New(Options{URL: url, Token: goodToken}).Valid()
		if (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && (callback.CodeOf(err) != callback.CodeInvalid || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", url, err)
		}
	}
	c := New(Options{URL: "http://192.168.0.7", PlainHTTP: true, Token: goodToken})
	if err := c.Valid(); err != nil {
		t.Errorf("allowed: %v", err)
	}
	for _, token := range []string{"", "a b", "a\r\nX: y", "ключ"} {
		_, err := New(Options{URL: "https://x.example", Token: token, HTTP: &http.Client{Transport: failing{errors.New("asked")}}}).Me(context.Background())
		if callback.CodeOf(err) != callback.CodeUnauthorized {
			t.Errorf("token %q: %v", token, err)
		}
	}
	_, err := New(Options{URL: "http://192.168.0.7", Token: goodToken}).Me(context.Background())
	if callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), "RINGBACK_PLAIN_HTTP=1") {
		t.Errorf("a verb on a refused address: %v", err)
	}
}

// Nothing follows a redirect, so that no token goes where it was not meant.
func TestTokenGoesToTheServerOnly(t *testing.T) {
	var leaked bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked = true }))
	defer elsewhere.Close()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer "+goodToken {
			t.Errorf("authorization %q", got)
		}
		if r.Header.Get("X-Ringback-Device") != "de-1" || r.UserAgent() != "ringback/test" {
			t.Errorf("headers %v", r.Header)
		}
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	_, err := c.Me(context.Background())
	if callback.CodeOf(err) != callback.CodeUnreachable || leaked {
		t.Errorf("%v, leaked %v", err, leaked)
	}
}

func TestCodingsAskedFor(t *testing.T) {
	for compress, want := range map[bool]string{true: "zstd, gzip", false: "identity"} {
		var got string
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Accept-Encoding")
			_, _ = w.Write(somePage())
		}, func(o *Options) { o.Compress = compress })
		if _, err := c.Feed(context.Background(), callback.Position{}, 0); err != nil || got != want {
			t.Errorf("%v: %q, %v", compress, got, err)
		}
	}
	if c := New(Options{URL: "https://calls.example.org"}); c.codes != "zstd, gzip" {
		t.Errorf("a distant server is asked for %q", c.codes)
	}
}

// The desk claims what it has seen, so that a server that was set back notices.
func TestFeedClaims(t *testing.T) {
	var query string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		_, _ = w.Write(somePage())
	})
	_, err := c.Feed(context.Background(), callback.Position{Epoch: "e1", Cursor: "e1:2&x=", High: 9}, 50)
	if err != nil || query != "cursor=e1%3A2%26x%3D&high=9&limit=50" {
		t.Errorf("%q, %v", query, err)
	}
}

func TestAFeedThatStandsStillIsRefused(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"epoch":"e1","next":"e1:2","count":0,"more":true}` + "\n"))
	})
	_, err := c.Feed(context.Background(), callback.Position{Epoch: "e1", Cursor: "e1:2"}, 0)
	if callback.CodeOf(err) != callback.CodeUnreachable {
		t.Errorf("error: %v", err)
	}
}
