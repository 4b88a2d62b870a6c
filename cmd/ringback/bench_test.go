package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"ringback/callback"
	"ringback/sample"
)

// The benchmarks of the whole program: budgets B1, B2 and B8 of
// docs/benchmarks.md. The peer in the same run is testdata/barelist, the least
// a queue in the terminal can be. Trust the ratios.

// loaded is a desk with so many open cases, and the same rows for the peer.
type loaded struct {
	data, rows string
	// deskMark and bareMark are texts that the first frame with real rows
	// holds.
	deskMark, bareMark string
}

const benchURL, benchToken = "http://127.0.0.1:1", "bench"

func (l loaded) env() []string {
	return []string{"HOME=" + l.data, "RINGBACK_DATA=" + l.data, "RINGBACK_KEYRING=off", "RINGBACK_URL=" + benchURL, "RINGBACK_TOKEN=" + benchToken}
}

// loadDesk puts n cases of sample straight into the sealed store of a desk
// whose server does not answer.
func loadDesk(b testing.TB, n int) loaded {
	b.Helper()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		b.Skip("memory and processor time are read from /proc, which is not on this system")
	}
	dir := b.TempDir()
	l := loaded{data: filepath.Join(dir, "desk"), rows: filepath.Join(dir, "rows.db")}
	a := &app{out: io.Discard, err: io.Discard, environ: l.env(), now: time.Now, newID: newID, settings: settings{Data: l.data, Keyring: "off"}}
	me := callback.Me{ID: "anna", Name: "Anna", Role: callback.RoleAgent, Team: "main"}
	acc := account{URL: benchURL, Me: me}
	id := fingerprint(benchURL, benchToken)
	if err := a.writeBook(book{Current: id, Met: map[string]account{id: acc}}); err != nil {
		b.Fatal(err)
	}
	peer, fill := startFill(b, l.rows)
	st, err := a.openStore(session{account: acc.settled(), id: id, token: benchToken}, 0)
	if err != nil {
		b.Fatal(err)
	}
	page := callback.Page{PageHead: callback.PageHead{Epoch: "bench", Snapshot: true, Cause: "new", Schema: callback.SchemaVersion, High: uint64(n + 1)}}
	flush := func(more bool) {
		page.Next, page.More, page.Count, page.ServerTime = fmt.Sprintf("bench.%d", n), more, len(page.Docs), time.Now().UTC()
		if err := st.ApplyPage(page); err != nil {
			b.Fatal(err)
		}
		page.Docs, page.Snapshot = nil, false
	}
	policy, err := json.Marshal(openPolicy(me.Team))
	if err != nil {
		b.Fatal(err)
	}
	page.Docs = append(page.Docs, callback.Doc{Type: callback.DocPolicy, ID: "policy", Pos: 1, Schema: callback.SchemaVersion, Body: policy})
	i := 0
	for doc := range sample.Cases(n, 7, time.Now()) {
		if i++; i%3 == 0 {
			doc.Body = withWideName(b, doc.Body)
		}
		if l.bareMark == "" {
			l.bareMark = firstWord(b, doc.Body)
		}
		_, _ = peer.Write(append(slices.Clone([]byte(doc.Body)), '\n'))
		page.Docs = append(page.Docs, doc)
		if len(page.Docs) == 1000 {
			flush(true)
		}
	}
	flush(false)
	fill()
	if err := st.Close(); err != nil {
		b.Fatal(err)
	}
	// The desk starts as it does every morning: after a day that ended well.
	if st, err = a.openStore(session{account: acc.settled(), token: benchToken}, 0); err != nil {
		b.Fatal(err)
	}
	if err := st.WaitOrder(context.Background()); err != nil {
		b.Fatal(err)
	}
	q, err := st.Queue(callback.QueueQuery{Limit: 20})
	if err != nil || q.Open != n || len(q.Rows) < 20 {
		b.Fatalf("the desk has %d open cases of %d, %d in view: %v", q.Open, n, len(q.Rows), err)
	}
	l.deskMark = strings.Fields(callback.Line(q.Rows[1].Customer).String())[0]
	if err := st.Close(); err != nil {
		b.Fatal(err)
	}
	return l
}

// startFill feeds rows to the peer's own database.
func startFill(b testing.TB, path string) (rows *bufio.Writer, done func()) {
	b.Helper()
	cmd := exec.Command(builtPath(b, barePackage), "fill", path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	rows = bufio.NewWriterSize(in, 1<<20)
	return rows, func() {
		if err := rows.Flush(); err != nil {
			b.Fatal(err)
		}
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}

// openPolicy lets everyone be called at any hour, so that figures do not
// depend on the time of day.
func openPolicy(team string) callback.Policy {
	p := callback.DefaultPolicy(team)
	always := callback.Span{From: 0, To: 24 * 60}
	p.Legal = always
	w := callback.Window{Source: "bench"}
	for i := range w.Hours {
		w.Hours[i] = []callback.Span{always}
	}
	p.Windows = []callback.Window{w}
	return p
}

// withWideName gives a case a name of wide letters, which are dearer to draw.
func withWideName(b testing.TB, body json.RawMessage) json.RawMessage {
	b.Helper()
	var c callback.Case
	if err := json.Unmarshal(body, &c); err != nil {
		b.Fatal(err)
	}
	c.Customer.Name = "王小芳 " + c.Customer.Name
	raw, err := json.Marshal(c)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

func firstWord(b testing.TB, body json.RawMessage) string {
	b.Helper()
	var c callback.Case
	if err := json.Unmarshal(body, &c); err != nil {
		b.Fatal(err)
	}
	return strings.Fields(c.Customer.Name)[0]
}

func (l loaded) desk(b *testing.B) *screenful {
	b.Helper()
	return startScreen(b, l.deskMark, l.env(), builtPath(b, deskPackage), "--theme", "dark")
}

func (l loaded) bare(b *testing.B) *screenful {
	b.Helper()
	return startScreen(b, l.bareMark, nil, builtPath(b, barePackage), l.rows)
}

// median gives the middle of a list.
func median[T int | float64 | time.Duration](list []T) T {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkFirstFrame is budget B1: from the start of the process to the first
// frame with real rows, the sides interleaved.
func BenchmarkFirstFrame(b *testing.B) {
	few, many := loadDesk(b, 100), loadDesk(b, 100_000)
	const rounds = 9
	for b.Loop() {
		var bare, desk, small []time.Duration
		for range rounds {
			for _, x := range []struct {
				start func(*testing.B) *screenful
				to    *[]time.Duration
			}{{many.bare, &bare}, {many.desk, &desk}, {few.desk, &small}} {
				s := x.start(b)
				*x.to = append(*x.to, s.firstFrame(b))
				s.end()
			}
		}
		ms := func(list []time.Duration) float64 { return float64(median(list)) / 1e6 }
		b.ReportMetric(ms(bare), "bare-ms")
		b.ReportMetric(ms(desk), "desk-ms")
		b.ReportMetric(ms(small), "desk-100-ms")
		b.ReportMetric(ms(desk)/ms(bare), "desk/bare")
		b.ReportMetric(ms(desk)/ms(small), "100k/100")
	}
}

// BenchmarkKeys is budgets B2 and B8: bytes and processor time of 500 presses
// of j among 100,000 cases, the bytes of an idle second with wide letters on
// the screen, and the memory held after it.
func BenchmarkKeys(b *testing.B) {
	l := loadDesk(b, 100_000)
	presses := 500
	if v := os.Getenv("RINGBACK_BENCH_KEYS"); v != "" {
		presses, _ = strconv.Atoi(v)
	}
	type figures struct {
		bytes      int
		start, cpu time.Duration
		all, own   int
		idle, most int
	}
	measure := func(s *screenful) figures {
		defer s.end()
		s.firstFrame(b)
		// The order of all cases is made after the first frame; keys are
		// measured when it stands.
		before := s.settle(b)
		sizes := s.keys(b, "j", presses)
		f := figures{start: before, bytes: sum(sizes) / presses, cpu: s.cpu(b) - before, most: slices.Max(sizes)}
		f.all, f.own = s.memory(b)
		s.rest(400 * time.Millisecond)
		const seconds = 5
		from, _ := s.written()
		time.Sleep(seconds * time.Second)
		to, _ := s.written()
		f.idle = (to - from) / seconds
		if !hasWide(s.all.String()) {
			b.Fatal("no wide letter was on the screen")
		}
		return f
	}
	for b.Loop() {
		bare, desk := measure(l.bare(b)), measure(l.desk(b))
		b.ReportMetric(float64(bare.bytes), "bare-B/key")
		b.ReportMetric(float64(desk.bytes), "desk-B/key")
		b.ReportMetric(float64(desk.most), "desk-max-B/key")
		b.ReportMetric(float64(desk.bytes)/float64(bare.bytes), "B-desk/bare")
		b.ReportMetric(desk.start.Seconds()*1e3, "desk-start-cpu-ms")
		b.ReportMetric(bare.cpu.Seconds()*1e3, "bare-cpu-ms")
		b.ReportMetric(desk.cpu.Seconds()*1e3, "desk-cpu-ms")
		b.ReportMetric(desk.cpu.Seconds()/bare.cpu.Seconds(), "cpu-desk/bare")
		b.ReportMetric(float64(desk.idle), "idle-B/s")
		b.ReportMetric(float64(bare.all)/1024, "bare-MiB")
		b.ReportMetric(float64(desk.all)/1024, "desk-MiB")
		b.ReportMetric(float64(desk.own)/1024, "desk-own-MiB")
		b.ReportMetric(float64(desk.all)/float64(bare.all), "mem-desk/bare")
	}
}

func sum(list []int) (total int) {
	for _, n := range list {
		total += n
	}
	return total
}

func hasWide(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
