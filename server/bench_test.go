package server

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"ringback/callback"
)

// Budget B5: events in batches of 100, deduplicated, folded and counted, with
// full durability, against bare rows of the same bytes in transactions of 100.
func BenchmarkIngest(b *testing.B) {
	for name, dsn := range benchDatabases(b) {
		b.Run(name+"/bare-rows-of-100", func(b *testing.B) { bareRows(b, dsn(b)) })
		b.Run(name+"/events-of-100", func(b *testing.B) { ingest(b, dsn(b)) })
	}
}

func benchDatabases(*testing.B) map[string]func(*testing.B) string {
	out := map[string]func(*testing.B) string{
		"sqlite": func(b *testing.B) string { return "sqlite:" + b.TempDir() + "/bench.db" },
	}
	if os.Getenv("RINGBACK_TEST_PG") != "" {
		out["postgres"] = func(b *testing.B) string { return pgSchema(b) }
	}
	return out
}

func bareRows(b *testing.B, dsn string) {
	db, err := openDatabase(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.close() }()
	if _, err := db.write.Exec("CREATE TABLE bare (id TEXT PRIMARY KEY, body BYTEA NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	insert, err := db.write.Prepare("INSERT INTO bare (id, body) VALUES ($1, $2)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = insert.Close() }()
	body := make([]byte, 600)
	n := 0
	for b.Loop() {
		tx, err := db.write.Begin()
		if err != nil {
			b.Fatal(err)
		}
		row := tx.Stmt(insert) //nolint:sqlclosecheck // closed with its transaction
		for range 100 {
			n++
			if _, err := row.Exec(fmt.Sprintf("%09d", n), body); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

func ingest(b *testing.B, dsn string) {
	now := monday
	s, err := Open(b.Context(), Config{DSN: dsn, Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ids, who := benchTeam(b, s)
	batch := make([]callback.Event, 100)
	n := 0
	for b.Loop() {
		for i := range batch {
			n++
			call := &callback.CallRecorded{
				AttemptID: fmt.Sprintf("at%d", n), StartedAt: now, Ring: 12, Talk: 60, Disposition: callback.PartialTalk, Note: "Cut off.",
			}
			// Each case gets one call a round of all cases, as in life.
			if batch[i], err = callback.NewEvent(fmt.Sprintf("e%d", n), ids[n%len(ids)], call); err != nil {
				b.Fatal(err)
			}
			batch[i].Seq, batch[i].At, batch[i].Fence = uint64(n), now, 1<<30
		}
		ack := callback.Acked{}
		reply, err := s.Record(context.Background(), who, callback.Push{Stream: "bench", Ack: ack, Events: batch})
		if err != nil {
			b.Fatal(err)
		}
		if got := reply.Receipts[99].Status; got != callback.Applied {
			b.Fatalf("receipt: %s", got)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// benchTeam makes a team with a few thousand open cases.
func benchTeam(b *testing.B, s *Server) ([]string, Caller) {
	if _, err := s.AddTeam(b.Context(), "north", ""); err != nil {
		b.Fatal(err)
	}
	if _, err := s.AddUser(b.Context(), "bench", callback.NewUser{ID: "anna", Role: callback.RoleAgent, Team: "north"}); err != nil {
		b.Fatal(err)
	}
	rows := make([]callback.Intake, 5000)
	for i := range rows {
		rows[i] = row(fmt.Sprint(i), 2, "words")
	}
	report, err := s.Intake(b.Context(), "north", callback.IntakeBatch{Rows: rows})
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]string, 0, len(rows))
	for _, r := range report.Results {
		ids = append(ids, r.CaseID)
	}
	who, err := s.As(b.Context(), "anna", "bench")
	if err != nil {
		b.Fatal(err)
	}
	return ids, who
}

// BenchmarkIntake takes 1,000 rows at a time.
func BenchmarkIntake(b *testing.B) {
	s, err := Open(b.Context(), Config{DSN: "sqlite:" + b.TempDir() + "/bench.db", Now: func() time.Time { return monday }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.AddTeam(b.Context(), "north", ""); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		batch := callback.IntakeBatch{Rows: make([]callback.Intake, 1000)}
		for i := range batch.Rows {
			n++
			batch.Rows[i] = row(fmt.Sprint(n), n%11, "words")
		}
		if _, err := s.Intake(b.Context(), "north", batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkFeed reads pages of 500 cases.
func BenchmarkFeed(b *testing.B) {
	s, err := Open(b.Context(), Config{DSN: "sqlite:" + b.TempDir() + "/bench.db", Now: func() time.Time { return monday }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	_, who := benchTeam(b, s)
	docs := 0
	at := callback.Position{}
	for b.Loop() {
		page, err := s.Feed(b.Context(), who, at, 500)
		if err != nil {
			b.Fatal(err)
		}
		docs += len(page.Docs)
		if at = (callback.Position{Cursor: page.Next, High: page.High}); !page.More {
			at = callback.Position{}
		}
	}
	b.ReportMetric(float64(docs)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkCoolOff reads the whole list of those who are left in peace, of a
// team with 100,000 customers.
func BenchmarkCoolOff(b *testing.B) {
	s, err := Open(b.Context(), Config{DSN: "sqlite:" + b.TempDir() + "/bench.db", Now: func() time.Time { return monday }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.AddTeam(b.Context(), "north", ""); err != nil {
		b.Fatal(err)
	}
	const customers = 100_000
	err = s.Bulk(b.Context(), "north", func(bulk *Bulk) error {
		all := Arrival{At: monday}
		for n := range customers {
			all.Rows = append(all.Rows, row(fmt.Sprint(n), 1, "words"))
		}
		return bulk.Intake([]Arrival{all}, func(int, callback.IntakeReport) {})
	})
	if err != nil {
		b.Fatal(err)
	}
	who := Caller{ID: "sue", Team: "north", Role: callback.RoleSupervisor}
	pages, longest := 0, time.Duration(0)
	for b.Loop() {
		for after := ""; ; {
			at := time.Now()
			page, err := s.InPeace(b.Context(), who, "north", after)
			if err != nil {
				b.Fatal(err)
			}
			longest = max(longest, time.Since(at))
			pages++
			if after = page.Next; after == "" {
				break
			}
		}
	}
	b.ReportMetric(float64(pages)/float64(b.N), "pages")
	b.ReportMetric(longest.Seconds()*1000, "longest-page-ms")
}
