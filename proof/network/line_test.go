package network

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/store"
)

func TestMain(m *testing.M) {
	rig.Main(m, map[string]func([]string) error{"holder": holderChild})
}

// line is a bad network between a desk and the server.
type line struct {
	t     testing.TB
	api   *toxiproxy.ApiServer
	proxy *toxiproxy.Proxy
	url   string
	count int
}

// newLine puts a proxy before a server.
func newLine(t testing.TB, url string) *line {
	t.Helper()
	nowhere := zerolog.Nop()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), nowhere)
	p := toxiproxy.NewProxy(api, "line", "127.0.0.1:0", strings.TrimPrefix(url, "http://"))
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	l := &line{t: t, api: api, proxy: p, url: "http://" + p.Listen}
	t.Cleanup(func() { l.proxy.Stop() })
	return l
}

// toxin is one thing that is wrong with a line.
type toxin struct {
	kind string
	// up tells that it is on the way to the server, else it is on the way back.
	up   bool
	with map[string]any
}

// spoil makes the line bad.
func (l *line) spoil(list ...toxin) {
	l.t.Helper()
	for _, x := range list {
		stream := "downstream"
		if x.up {
			stream = "upstream"
		}
		l.count++
		raw, err := json.Marshal(map[string]any{
			"name": fmt.Sprintf("toxin-%d", l.count), "type": x.kind, "stream": stream, "toxicity": 1, "attributes": x.with,
		})
		if err != nil {
			l.t.Fatal(err)
		}
		if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(string(raw))); err != nil {
			l.t.Fatalf("%s: %v", x.kind, err)
		}
	}
}

// heal makes the line good again; what was on its way is lost.
func (l *line) heal() {
	l.t.Helper()
	old := l.proxy
	old.Stop()
	l.proxy = toxiproxy.NewProxy(l.api, "line", old.Listen, old.Upstream)
	if err := l.proxy.Start(); err != nil {
		l.t.Fatal(err)
	}
}

// seat is a desk in this process.
type seat struct {
	*store.Store
	t      testing.TB
	h      *rig.House
	client *client.Client
	syncer *client.Syncer
	saved  []string
}

// newSeat opens a desk whose way to the server is at url.
func newSeat(t testing.TB, h *rig.House, url string, patience float64) *seat {
	t.Helper()
	s, err := rig.Sit(filepath.Join(t.TempDir(), "desk"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &seat{Store: s, t: t, h: h}
	d.client = client.New(client.Options{URL: url, Token: h.Token, Device: s.Device(), Patience: patience, Compress: true})
	t.Cleanup(d.client.Close)
	d.syncer = client.NewSyncer(d.client, s, client.SyncOptions{PageDocs: 200})
	return d
}

// record saves so many notes.
func (d *seat) record(n int) {
	d.t.Helper()
	for i := range n {
		saved, err := d.Record(callback.Fact{CaseID: d.h.Cases[i%len(d.h.Cases)], Payload: &callback.NoteAdded{Text: strings.Repeat("Said much. ", 20)}})
		if err != nil {
			d.t.Fatal(err)
		}
		d.saved = append(d.saved, saved.EventID)
	}
	d.Flush()
}

// once syncs and gives the failure.
func (d *seat) once() error {
	_, err := d.syncer.Once(context.Background())
	return err
}

// settled fails the test unless the server has each event once and both sides agree.
func (d *seat) settled(what string) {
	d.t.Helper()
	times := d.h.Counted(d.t)
	for _, id := range d.saved {
		if times[id] != 1 {
			d.t.Errorf("%s: event %s counts %d times", what, id, times[id])
		}
	}
	if len(times) != len(d.saved) {
		d.t.Errorf("%s: the server has %d events, %d were recorded", what, len(times), len(d.saved))
	}
	r, err := d.Check(context.Background())
	if err != nil || !r.OK {
		d.t.Errorf("%s: check: %v %v", what, r.Problems, err)
	}
	d.h.Clean(d.t)
}

// catchUp syncs until nothing waits, and tells how long that took.
func (d *seat) catchUp(what string) time.Duration {
	d.t.Helper()
	began := time.Now()
	var err error
	for range 20 {
		if err = d.once(); err != nil {
			continue
		}
		if st, _ := d.Stats(); st.Pending == 0 {
			return time.Since(began)
		}
	}
	d.t.Errorf("%s: the desk does not catch up: %v", what, err)
	return time.Since(began)
}

// fault is a bad line and what the desk is to say about it.
type fault struct {
	name   string
	toxins []toxin
	// patience scales the client's waits.
	patience float64
	// says is in the desk's sentence while the line is bad; "" if all must work.
	says string
}

// stubborn are faults under which everything must still come through.
func stubborn(scale int) []fault {
	return []fault{
		{name: "latency", patience: 1, toxins: []toxin{{"latency", true, map[string]any{"latency": 100 * scale, "jitter": 100 * scale}}, {"latency", false, map[string]any{"latency": 50 * scale, "jitter": 50 * scale}}}},
		{name: "slices", patience: 1, toxins: []toxin{{"slicer", true, map[string]any{"average_size": 97, "size_variation": 90, "delay": 300}}, {"slicer", false, map[string]any{"average_size": 97, "size_variation": 90, "delay": 300}}}},
		{name: "slow close", patience: 1, toxins: []toxin{{"slow_close", false, map[string]any{"delay": 100 * scale}}}},
	}
}

// fatal are faults under which nothing comes through.
var fatal = []fault{
	{"blackhole on the way back", []toxin{{"timeout", false, map[string]any{"timeout": 0}}}, 0.05, "did not answer in time"},
	{"blackhole on the way there", []toxin{{"timeout", true, map[string]any{"timeout": 0}}}, 0.05, "did not answer in time"},
	{"cut in the middle of a request", []toxin{{"limit_data", true, map[string]any{"bytes": 1500}}}, 0.1, "the connection to"},
	{"cut in the middle of a reply", []toxin{{"limit_data", false, map[string]any{"bytes": 900}}}, 0.1, ""},
	{"reset by the server's side", []toxin{{"reset_peer", false, map[string]any{"timeout": 0}}}, 0.1, "the connection to"},
	{"reset after a while", []toxin{{"reset_peer", true, map[string]any{"timeout": 5}}}, 0.1, "the connection to"},
}

// A bad line loses nothing, counts nothing twice, and is told in words that are true.
func TestBadLines(t *testing.T) {
	t.Parallel()
	for _, f := range append(stubborn(1), fatal...) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 20)
			l := newLine(t, h.URL)
			d := newSeat(t, h, l.url, f.patience)
			d.catchUp("before all faults")
			d.record(30)
			l.spoil(f.toxins...)
			bad, tries := time.Now(), 0
			for range 3 {
				tries++
				if err := d.once(); err == nil {
					break
				}
				d.says(f)
			}
			stats, err := d.Stats()
			if err != nil || f.patience == 1 && stats.Pending > 0 {
				t.Errorf("%d events still wait: %v", stats.Pending, err)
			}
			took := time.Since(bad)
			l.heal()
			caught := d.catchUp(f.name)
			d.settled(f.name)
			rig.Figure(t, "%d tries in %s, then in step after %s, 0 lost, 0 double", tries, took.Round(time.Millisecond), caught.Round(time.Millisecond))
		})
	}
}

// says checks the desk's sentence about a line that failed.
func (d *seat) says(f fault) {
	d.t.Helper()
	st := d.syncer.Status()
	if st.State != callback.LinkOffline && (f.name != "narrow" || st.State != callback.LinkNever) {
		d.t.Errorf("%s: the desk says it is %s", f.name, st.State)
	}
	if !strings.Contains(st.Problem, f.says) || st.Hint == "" || strings.Contains(st.Problem, d.h.Token) {
		d.t.Errorf("%s: the desk says %q (%s), without %q", f.name, st.Problem, st.Hint, f.says)
	}
}

// stranger is something between desk and server that answers in its place.
type stranger struct {
	name   string
	answer func(w http.ResponseWriter)
	state  callback.LinkState
	says   string
}

func page(status int, media, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", media)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

const portal = "<html><body>Welcome to the hotel! <form>Room number <input></form></body></html>"

var strangers = []stranger{
	{"captive portal", page(200, "text/html", portal), callback.LinkOffline, "answered with a web page"},
	{"captive portal that says it is JSON", page(200, "application/json", portal), callback.LinkOffline, "not one of a ringback server"},
	{"captive portal by redirect", page(302, "text/html", portal, "Location", "http://portal.example/login"), callback.LinkOffline, "sends us elsewhere, to portal.example"},
	{"network that wants a sign-in", page(511, "text/html", portal), callback.LinkOffline, "wants you to sign in"},
	{"502 of a proxy", page(502, "text/html", "<h1>Bad gateway</h1>"), callback.LinkOffline, "the server behind it does not"},
	{"504 of a proxy", page(504, "text/html", "<h1>Gateway time-out</h1>"), callback.LinkOffline, "the server behind it does not"},
	{"503 of a proxy", page(503, "text/html", "<h1>Service unavailable</h1>", "Retry-After", "1"), "", "busy or being serviced"},
	{"500 of something", page(500, "text/plain", "oops"), "", "failed (status 500)"},
	{"404 of another server", page(404, "text/plain", "not found"), "", "does not know this request"},
	{"an empty 200", page(200, "application/json", "{}"), callback.LinkOffline, "not one of a ringback server"},
	{"half an answer", page(200, "application/json", `{"epoch":"x","receipts":[{"event`), callback.LinkOffline, "not one of a ringback server"},
	{"an answer that lies about its compression", page(200, "application/json", "not zstd at all", "Content-Encoding", "zstd"), callback.LinkOffline, "damaged or incomplete"},
	{"204 for everything", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }, callback.LinkOffline, "not one of a ringback server"},
}

// Whatever answers in the server's place is told apart from it, and takes nothing from the journal.
func TestStrangersOnTheLine(t *testing.T) {
	t.Parallel()
	for _, x := range strangers {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 5)
			between := newSwitch(t, h.URL)
			d := newSeat(t, h, between.url, 0.2)
			d.catchUp("before the stranger")
			d.record(7)
			between.answer(x.answer)
			for range 2 {
				if err := d.once(); err == nil {
					t.Error("the sync believed the stranger")
				}
			}
			st := d.syncer.Status()
			if x.state != "" && st.State != x.state || !strings.Contains(st.Problem, x.says) || st.Hint == "" {
				t.Errorf("the desk is %s and says %q (%s)", st.State, st.Problem, st.Hint)
			}
			if stats, err := d.Stats(); err != nil || stats.Pending != 7 || stats.Quarantined > 0 {
				t.Errorf("the journal after the stranger: %+v %v", stats, err)
			}
			between.answer(nil)
			d.catchUp(x.name)
			d.settled(x.name)
		})
	}
}

// newSwitch gives a proxy of requests that can answer by itself.
func newSwitch(t testing.TB, url string) *between {
	t.Helper()
	b := &between{upstream: url}
	s := httptest.NewServer(b)
	t.Cleanup(s.Close)
	b.url = s.URL
	return b
}

// A server that is not there at all.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 3)
	l := newLine(t, h.URL)
	d := newSeat(t, h, l.url, 0.2)
	d.catchUp("before")
	d.record(5)
	l.proxy.Stop()
	for range 2 {
		if err := d.once(); err == nil {
			t.Error("a sync with nobody")
		}
		d.says(fault{name: "nobody", says: "nothing answers at"})
	}
	l.heal()
	d.catchUp("nobody")
	d.settled("nobody")
}

// A line of a few kilobytes a second carries everything in the end: what does not come through at
// once is asked for in smaller parts. It measures time, and runs alone.
func TestNarrowLine(t *testing.T) {
	narrowLine(t, 40, 20, 16, 0.01)
}

func narrowLine(t *testing.T, cases, events, rate int, patience float64) {
	h := rig.NewHouse(t, rig.SQLite(t.TempDir()), cases)
	l := newLine(t, h.URL)
	d := newSeat(t, h, l.url, patience)
	began := time.Now()
	l.spoil(toxin{"bandwidth", true, map[string]any{"rate": rate}}, toxin{"bandwidth", false, map[string]any{"rate": rate}})
	for tries := 1; ; tries++ {
		if len(d.saved) == 0 {
			if st, _ := d.Position(); st.Cursor != "" {
				d.record(events)
			}
		}
		err := d.once()
		st, _ := d.Stats()
		if err == nil && st.Pending == 0 && len(d.saved) > 0 {
			rig.Figure(t, "%d KiB/s: %d cases and %d events came through after %d syncs in %s", rate, cases, events, tries, time.Since(began).Round(time.Millisecond))
			break
		}
		if tries == 60 {
			t.Fatalf("after %d syncs: %+v %v", tries, st, err)
		}
		if err != nil {
			d.says(fault{name: "narrow", says: ""})
		}
	}
	d.settled("narrow")
}
