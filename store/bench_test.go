package store_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
	"ringback/store"
)

// These benchmarks measure the store against the barest thing that could do
// the same work, in the same run: "x bare" is what to read.

// filler makes case documents about 1.2 KB long, as the budgets assume.
var filler = strings.Repeat("The line was dead for nine days and nobody could tell me why. ", 6)

// feedOf makes the feed of n open cases.
func feedOf(n int) []callback.Doc {
	c := newCentre(newClock().now)
	for i := 1; i <= n; i++ {
		c.open(i, func(o *callback.CaseOpened) { o.Response.Comment += filler[:len(filler)-i%200] })
	}
	docs := make([]callback.Doc, 0, n)
	for i := 1; i <= n; i++ {
		docs = append(docs, c.docs["case/"+caseID(i)])
	}
	return docs
}

// fill applies a feed in pages of a thousand.
func fill(b *testing.B, s *store.Store, docs []callback.Doc) {
	b.Helper()
	for from := 0; from < len(docs); from += 1000 {
		to := min(from+1000, len(docs))
		p := callback.Page{PageHead: callback.PageHead{
			Epoch: "e", Snapshot: from == 0, Next: fmt.Sprint(to), High: uint64(len(docs)), More: to < len(docs), Count: to - from,
		}, Docs: docs[from:to]}
		if err := s.ApplyPage(p); err != nil {
			b.Fatal(err)
		}
	}
}

// filled gives a closed desk with n cases, whose order was once computed.
func filled(b *testing.B, n int) store.Options {
	b.Helper()
	o := options(filepath.Join(b.TempDir(), "desk"), newClock())
	s, err := store.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	fill(b, s, feedOf(n))
	if err := s.WaitOrder(context.Background()); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return o
}

// openFirst opens a desk, reads the first page and gives how long that took.
func openFirst(b *testing.B, o store.Options) time.Duration {
	b.Helper()
	at := time.Now()
	s, err := store.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	page, err := s.Queue(callback.QueueQuery{Limit: 50})
	took := time.Since(at)
	if err != nil || len(page.Rows) != 50 {
		b.Fatalf("%d rows: %v", len(page.Rows), err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// BenchmarkOpen is the store's part of B1: from nothing to the first page,
// with the same for 100 cases in between.
func BenchmarkOpen(b *testing.B) {
	few := filled(b, 100)
	for _, n := range []int{100, 1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			o := filled(b, n)
			var small, big time.Duration
			for b.Loop() {
				small += openFirst(b, few)
				big += openFirst(b, o)
			}
			b.ReportMetric(float64(big.Microseconds())/float64(b.N), "µs/open")
			b.ReportMetric(float64(big)/float64(small), "x100cases")
		})
	}
}

// BenchmarkRecord is B4: an event saved, against a bare bbolt update and a
// bare append, both flushed, of the same bytes.
func BenchmarkRecord(b *testing.B) {
	dir := b.TempDir()
	s, err := store.Open(options(filepath.Join(dir, "desk"), newClock()))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	fill(b, s, feedOf(100))
	db, err := bbolt.Open(filepath.Join(dir, "bare.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	log, err := os.Create(filepath.Join(dir, "bare.log"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	value := make([]byte, 1000)
	var own, bare time.Duration
	n := uint64(0)
	d := &desk{clock: newClock()}
	for b.Loop() {
		n++
		at := time.Now()
		if _, err := s.Record(callback.Fact{CaseID: caseID(int(n)%100 + 1), Payload: d.call(callback.NoAnswer)}); err != nil {
			b.Fatal(err)
		}
		own += time.Since(at)
		at = time.Now()
		if _, err := log.Write(value); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(log.Fd())); err != nil {
			b.Fatal(err)
		}
		err := db.Update(func(tx *bbolt.Tx) error {
			k, err := tx.CreateBucketIfNotExists([]byte("events"))
			if err != nil {
				return err
			}
			return k.Put(binary.BigEndian.AppendUint64(nil, n), value)
		})
		if err != nil {
			b.Fatal(err)
		}
		bare += time.Since(at)
	}
	b.ReportMetric(float64(own.Microseconds())/float64(b.N), "µs/event")
	b.ReportMetric(float64(own)/float64(bare), "xbare")
}

// BenchmarkSnapshot is the store's part of B3: 100,000 documents into the
// sealed cache, against a bare bbolt load of the same bytes.
func BenchmarkSnapshot(b *testing.B) {
	docs := feedOf(100_000)
	dir := b.TempDir()
	var own, bare time.Duration
	i := 0
	for b.Loop() {
		i++
		at := time.Now()
		bareLoad(b, filepath.Join(dir, fmt.Sprintf("bare-%d.db", i)), docs)
		bare += time.Since(at)
		s, err := store.Open(options(filepath.Join(dir, fmt.Sprint(i)), newClock()))
		if err != nil {
			b.Fatal(err)
		}
		at = time.Now()
		fill(b, s, docs)
		own += time.Since(at)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(own.Seconds()/float64(b.N), "s/100k")
	b.ReportMetric(float64(own)/float64(bare), "xbare")
}

func bareLoad(b *testing.B, path string, docs []callback.Doc) {
	b.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < len(docs); from += 1000 {
		err := db.Update(func(tx *bbolt.Tx) error {
			k, err := tx.CreateBucketIfNotExists([]byte("case"))
			if err != nil {
				return err
			}
			k.FillPercent = 0.9
			for _, d := range docs[from:min(from+1000, len(docs))] {
				if err := k.Put([]byte(d.ID), d.Body); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkQueue reads pages and filters of a queue of 100,000.
func BenchmarkQueue(b *testing.B) {
	s, err := store.Open(filled(b, 100_000))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.WaitOrder(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Run("page", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n += 977
			if _, err := s.Queue(callback.QueueQuery{Offset: n % 99_000, Limit: 50}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("around", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n += 977
			if _, err := s.Queue(callback.QueueQuery{Around: caseID(n%99_000 + 1), Limit: 50}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("filter", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			page, err := s.Queue(callback.QueueQuery{Filter: fmt.Sprintf("customer %d", n), Limit: 50})
			if err != nil || page.Total == 0 {
				b.Fatal(page.Total, err)
			}
		}
	})
	b.Run("same filter", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Queue(callback.QueueQuery{Filter: "customer 9", Limit: 50}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMemory is the store's part of B8: what a process of its own holds
// in memory after it has put 100,000 cases in order and read 500 pages, less
// what an empty desk needs.
func BenchmarkMemory(b *testing.B) {
	full, empty := filled(b, 100_000), filled(b, 100)
	var big, small float64
	for b.Loop() {
		big, small = residentOf(b, full), residentOf(b, empty)
	}
	b.ReportMetric(big, "MiB-RSS")
	b.ReportMetric(big-small, "MiB-more-than-100cases")
}

// residentOf runs this test's own program on a desk.
func residentOf(b *testing.B, o store.Options) float64 {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestResidentChild$", "-test.v")
	cmd.Env = append(os.Environ(), residentVar+"="+o.Dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var mib float64
	for line := range strings.Lines(string(out)) {
		if n, _ := fmt.Sscanf(strings.TrimSpace(line), "resident %f", &mib); n == 1 {
			return mib
		}
	}
	b.Fatalf("no figure in:\n%s", out)
	return 0
}

const residentVar = "RINGBACK_TEST_RESIDENT"

// TestResidentChild is the other half of BenchmarkMemory.
func TestResidentChild(t *testing.T) {
	dir := os.Getenv(residentVar)
	if dir == "" {
		t.Skip("only run by BenchmarkMemory")
	}
	s, err := store.Open(options(dir, newClock()))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WaitOrder(context.Background()); err != nil {
		t.Fatal(err)
	}
	for n := range 500 {
		if _, err := s.Queue(callback.QueueQuery{Offset: n, Limit: 50}); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Printf("\nresident %.1f\n", resident())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// resident is the process's resident memory in MiB, or 0 where it cannot be
// told.
func resident() float64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
