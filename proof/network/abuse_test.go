package network

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"ringback/client"
	"ringback/proof/rig"
)

// memory is the resident memory of a process in MiB: now, and the most it ever was.
func memory(t testing.TB, pid int) (now, peak int) {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("NO MEMORY IS MEASURED HERE: %v", err)
	}
	field := func(name string) int {
		_, after, _ := strings.Cut(string(raw), name)
		kib, err := strconv.Atoi(strings.Fields(after)[0])
		if err != nil {
			t.Fatal(err)
		}
		return kib >> 10
	}
	return field("VmRSS:"), field("VmHWM:")
}

// squeeze packs so many MiB of zeros, or of a pattern, into little.
func squeeze(t testing.TB, mib int, pack func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var out bytes.Buffer
	w := pack(&out)
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range mib {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func zstded(w io.Writer) io.WriteCloser {
	e, err := zstd.NewWriter(w)
	if err != nil {
		panic(err)
	}
	return e
}

func pack(t testing.TB, text string, with func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var out bytes.Buffer
	w := with(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// abuse is a request that no desk makes, and how it is to be refused.
type abuse struct {
	name, path, encoding string
	body                 []byte
	status               []int
}

func abuses(t testing.TB) []abuse {
	const events, responses = "/v1/events", "/v1/responses"
	member := pack(t, `{"rows":[]}`, gzipped)
	frame := pack(t, `{"rows":[]}`, zstded)
	many := func(n int, one string) []byte { return []byte("[" + strings.Repeat(one+",", n-1) + one + "]") }
	push := func(n int) []byte {
		return []byte(`{"stream":"s","ack":{"seq":0,"event_id":""},"events":` + string(many(n, "{}")) + `}`)
	}
	refused, large := []int{400}, []int{413}
	either := []int{400, 413}
	return []abuse{
		{"gzip bomb, 96 MiB", responses, "gzip", squeeze(t, 96, gzipped), large},
		{"gzip bomb for events", events, "gzip", squeeze(t, 48, gzipped), large},
		{"zstd bomb, 256 MiB", responses, "zstd", squeeze(t, 256, zstded), large},
		{"two gzip members", responses, "gzip", append(slices.Clone(member), member...), refused},
		{"two zstd frames", responses, "zstd", append(slices.Clone(frame), frame...), refused},
		{"gzip that ends in the middle", responses, "gzip", member[:len(member)-9], refused},
		{"noise that is called gzip", responses, "gzip", []byte("no gzip at all"), refused},
		{"an encoding nobody knows", responses, "br", []byte("x"), refused},
		{"JSON 10,000 deep", events, "", []byte(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), refused},
		{"objects 10,000 deep", events, "", []byte(strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)), refused},
		{"a giant string", responses, "", []byte(`{"team":"` + strings.Repeat("x", 900<<10) + `"}`), refused},
		{"a giant string, packed", responses, "gzip", pack(t, `{"team":"`+strings.Repeat("x", 7<<20)+`"}`, gzipped), refused},
		{"a body over the limit", events, "", bytes.Repeat([]byte(" "), 300<<10), large},
		{"1 MiB of {}, packed", events, "zstd", pack(t, string(many(340_000, "{}")), zstded), either},
		{"1 MiB of {} as rows", responses, "", []byte(`{"rows":` + string(many(340_000, "{}")) + `}`), either},
		{"a million keys", events, "zstd", pack(t, `{`+strings.Repeat(`"k":1,`, 150_000)+`"z":1}`, zstded), either},
		{"101 events", events, "", push(101), either},
		{"10,001 rows", responses, "", []byte(`{"rows":` + string(many(10_001, `{"source":"a"}`)) + `}`), either},
		{"two values", events, "", []byte(`{} {}`), refused},
		{"a key that stands twice", events, "", []byte(`{"stream":"a","Stream":"b"}`), refused},
		{"text that is not UTF-8", events, "", []byte("{\"stream\":\"\xff\"}"), refused},
		{"a number beyond all numbers", events, "", []byte(`{"ack":{"seq":` + strings.Repeat("9", 4000) + `}}`), refused},
	}
}

// guest is somebody who uses the server as it is meant, meanwhile.
type guest struct {
	c     *client.Client
	mu    sync.Mutex
	times []time.Duration
	fails atomic.Int64
}

func (g *guest) visit(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		if _, err := g.c.Me(context.Background()); err != nil {
			g.fails.Add(1)
		}
		g.mu.Lock()
		g.times = append(g.times, time.Since(began))
		g.mu.Unlock()
		rig.Rest(2 * time.Millisecond)
	}
}

// took gives the median and the 99th of a hundred of the visits so far, and forgets them.
func (g *guest) took() (p50, p99 time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	slices.Sort(g.times)
	if n := len(g.times) - 1; n >= 0 {
		p50, p99 = g.times[n/2], g.times[n*99/100]
	}
	g.times = nil
	return p50.Round(10 * time.Microsecond), p99.Round(10 * time.Microsecond)
}

// mayGrow is how much memory all the abuse together may cost the server, in MiB: a few bodies of
// the largest size that is taken, and the buffers of two thousand connections.
const mayGrow = 160

// The real server under abuse: the right status for each, memory that stays, and others who notice
// nothing.
func TestAbuse(t *testing.T) {
	t.Parallel()
	s := rig.NewServer(t, rig.SQLite(t.TempDir()))
	s.MustStart(t)
	bare := &http.Client{Timeout: rig.Patience}
	g := &guest{c: client.New(client.Options{URL: s.URL, Token: s.Admin})}
	ctx, stop := context.WithCancel(context.Background())
	var busy sync.WaitGroup
	busy.Go(func() { g.visit(ctx) })
	defer busy.Wait()
	defer stop()
	rig.Rest(200 * time.Millisecond)
	before, _ := memory(t, s.PID())
	slow := slowHeaders(t, s.URL, 50)

	list := abuses(t)
	for range 2 {
		for _, x := range list {
			if got := send(t, bare, s, x); !slices.Contains(x.status, got) {
				t.Errorf("%s: status %d, not %v", x.name, got, x.status)
			}
		}
	}
	// And several at once.
	var storm sync.WaitGroup
	for n := range 8 {
		storm.Go(func() { send(t, bare, s, list[n%3]) })
	}
	storm.Wait()
	p50, p99 := g.took()
	_, peak := memory(t, s.PID())
	rig.Figure(t, "%d kinds of bad bodies, twice each and 8 bombs at once: each refused as it should be; memory %d MiB before, %d MiB at most; another client meanwhile p50 %s, p99 %s", len(list), before, peak, p50, p99)
	if peak > before+mayGrow {
		t.Errorf("the server grew from %d to %d MiB", before, peak)
	}

	idle := crowd(t, s, 2_000)
	stalled := stalledStreams(t, s, 20)
	rig.Rest(300 * time.Millisecond)
	g.took()
	rig.Rest(500 * time.Millisecond)
	p50, p99 = g.took()
	now, _ := memory(t, s.PID())
	rig.Figure(t, "%d idle connections and %d streams that nobody reads: memory %d MiB; another client p50 %s, p99 %s", len(idle), len(stalled), now, p50, p99)
	if now > before+mayGrow {
		t.Errorf("the server grew from %d to %d MiB under idle connections", before, now)
	}
	if dropped := <-slow; dropped > 20*time.Second {
		t.Errorf("half a header was held for %s", dropped)
	} else {
		rig.Figure(t, "50 clients that never end their header were dropped after %s", dropped.Round(100*time.Millisecond))
	}
	for _, c := range append(idle, stalled...) {
		_ = c.Close()
	}
	if n := g.fails.Load(); n > 0 {
		t.Errorf("%d visits of another client failed", n)
	}
	if g.c.Health(context.Background()) != nil {
		t.Error("the server is gone")
	}
}

func send(t testing.TB, bare *http.Client, s *rig.Process, x abuse) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+x.path, bytes.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Admin)
	req.Header.Set("Content-Type", "application/json")
	if x.encoding != "" {
		req.Header.Set("Content-Encoding", x.encoding)
	}
	resp, err := bare.Do(req)
	if err != nil {
		t.Errorf("%s: %v", x.name, err)
		return 0
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode >= 400 && !bytes.Contains(body, []byte(`"message"`)) {
		t.Errorf("%s: status %d without a sentence: %s", x.name, resp.StatusCode, body)
	}
	return resp.StatusCode
}

// slowHeaders opens connections that send a header and never end it, and tells when the last was
// dropped.
func slowHeaders(t testing.TB, url string, n int) <-chan time.Duration {
	t.Helper()
	began, out := time.Now(), make(chan time.Duration, 1)
	var all sync.WaitGroup
	for range n {
		c := dial(t, url)
		all.Go(func() {
			defer c.Close() //nolint:errcheck // what was to be seen has been seen
			_, _ = io.WriteString(c, "GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ")
			_ = c.SetReadDeadline(time.Now().Add(rig.Patience))
			_, _ = io.Copy(io.Discard, c)
		})
	}
	go func() {
		all.Wait()
		out <- time.Since(began)
	}()
	return out
}

func dial(t testing.TB, url string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// crowd opens connections that were used once and are kept.
func crowd(t testing.TB, s *rig.Process, n int) []net.Conn {
	t.Helper()
	list := make([]net.Conn, n)
	for i := range list {
		c := dial(t, s.URL)
		list[i] = c
		if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("connection %d: %v", i+1, err)
		}
		_ = resp.Body.Close()
	}
	return list
}

// stalledStreams opens live streams and reads nothing of them.
func stalledStreams(t testing.TB, s *rig.Process, n int) []net.Conn {
	t.Helper()
	list := make([]net.Conn, n)
	for i := range list {
		list[i] = dial(t, s.URL)
		if _, err := io.WriteString(list[i], "GET /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.Admin+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// Two desks that record all the time, with their live lines open, on lines that break in every way
// again and again: when the lines heal, everything is there once.
func TestLinesThatBreakAllTheTime(t *testing.T) {
	t.Parallel()
	breakAllTheTime(t, 3*time.Second)
}

func breakAllTheTime(t *testing.T, lasts time.Duration) {
	r := rig.Chance(t)
	h := rig.NewHouseAt(t, rig.SQLite(t.TempDir()), time.Now, rig.Answers("start", 30))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var busy sync.WaitGroup
	kinds := append(stubborn(1), fatal...)
	faults, seats := 0, []*seat{}
	lines := []*line{}
	for n := range 2 {
		l := newLine(t, h.URL)
		lines = append(lines, l)
		h.Token = h.Agent(t, fmt.Sprintf("agent-%d", n)).Token
		d := newSeat(t, h, l.url, 0.1)
		seats = append(seats, d)
		busy.Go(func() { d.syncer.Run(ctx) })
		busy.Go(func() {
			for ctx.Err() == nil {
				d.record(1)
				d.syncer.Nudge()
				rig.Rest(15 * time.Millisecond)
			}
		})
	}
	for began := time.Now(); time.Since(began) < lasts; faults++ {
		l := lines[faults%2]
		l.spoil(kinds[r.IntN(len(kinds))].toxins...)
		rig.Rest(time.Duration(50+r.IntN(200)) * time.Millisecond)
		l.heal()
		rig.Rest(time.Duration(50+r.IntN(200)) * time.Millisecond)
	}
	stop()
	busy.Wait()
	total := 0
	for _, d := range seats {
		d.catchUp("after all faults")
		total += len(d.saved)
	}
	times := h.Counted(t)
	for _, d := range seats {
		for _, id := range d.saved {
			if times[id] != 1 {
				t.Errorf("event %s counts %d times", id, times[id])
			}
		}
		if rep, err := d.Check(context.Background()); err != nil || !rep.OK {
			t.Errorf("check: %v %v", rep.Problems, err)
		}
		if v, err := d.Case(h.Cases[0]); err != nil || v.Pending > 0 {
			t.Errorf("the desk's view: %d pending, %v", v.Pending, err)
		}
	}
	if len(times) != total {
		t.Errorf("the server has %d events, %d were recorded", len(times), total)
	}
	h.Clean(t)
	rig.Figure(t, "%d faults on two lines in %s, %d events, 0 lost, 0 double", faults, lasts, total)
}
