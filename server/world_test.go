package server

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringback/callback"
)

// monday is a Monday in working hours, in New York as in London.
var monday = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

// testKey signs the cursors of the tests.
var testKey = []byte("the key of the tests")

// world is a server on a database of its own, with a clock that stands still
// and ids that count.
type world struct {
	t   testing.TB
	s   *Server
	now time.Time
	ids atomic.Int64
	// side is where a PostgreSQL server's files are; those of a SQLite
	// database lie beside it.
	side  string
	users map[string]callback.UserToken
}

// everywhere runs a test on SQLite, and on PostgreSQL when RINGBACK_TEST_PG
// names one: the SQL is the same, the behaviour must be.
func everywhere(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "server.db")))
	})
	if os.Getenv("RINGBACK_TEST_PG") == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newWorld(t, pgSchema(t)))
	})
}

// pgSchema makes a schema of PostgreSQL for one test and gives its address.
func pgSchema(t testing.TB) string {
	t.Helper()
	base := os.Getenv("RINGBACK_TEST_PG")
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("ringback_%d", time.Now().UnixNano())
	if _, err := db.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func newWorld(t testing.TB, dsn string) *world {
	t.Helper()
	w := &world{t: t, now: monday, users: map[string]callback.UserToken{}}
	if !strings.HasPrefix(dsn, "sqlite:") {
		w.side = filepath.Join(t.TempDir(), "server")
	}
	w.s = w.open(dsn)
	w.must(w.s.AddTeam(t.Context(), "north", "North"))
	w.must(w.s.AddTeam(t.Context(), "south", "South"))
	for _, u := range []callback.NewUser{
		{ID: "anna", Name: "Anna", Role: callback.RoleAgent, Team: "north"},
		{ID: "boris", Name: "Boris", Role: callback.RoleAgent, Team: "north"},
		{ID: "sue", Name: "Sue", Role: callback.RoleSupervisor, Team: "north"},
		{ID: "tina", Name: "Tina", Role: callback.RoleTrainer, Team: "north"},
		{ID: "adam", Name: "Adam", Role: callback.RoleAdmin, Team: "north"},
		{ID: "olga", Name: "Olga", Role: callback.RoleAgent, Team: "south"},
	} {
		w.users[u.ID] = must(w.s.AddUser(t.Context(), "test", u))(t)
	}
	return w
}

func (w *world) open(dsn string) *Server {
	w.t.Helper()
	s, err := Open(context.Background(), Config{
		DSN: dsn, Side: w.side, Key: testKey, Now: func() time.Time { return w.now },
		NewID: func() string { return fmt.Sprintf("id-%06d", w.ids.Add(1)) },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return s
}

// must ends the test on an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) must(_ any, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as gives a user at a desk of their own.
func (w *world) as(user string) Caller {
	w.t.Helper()
	return must(w.s.As(w.t.Context(), user, "desk-of-"+user))(w.t)
}

// check fails the test unless a recount finds everything in order.
func (w *world) check() callback.CheckReport {
	w.t.Helper()
	r := must(w.s.Check(context.Background()))(w.t)
	if !r.OK {
		w.t.Fatalf("check: %+v", r.Problems)
	}
	return r
}

// row is an answer to a survey, a day old.
func row(id string, score int, comment string) callback.Intake {
	return callback.Intake{
		Source: "survey", ExternalID: id, Score: &score, Comment: comment, AnsweredAt: monday.Add(-24 * time.Hour),
		Channel: "web", Product: "phone", Language: "en",
		Person: callback.Person{Ref: "ref-" + id, Name: "Customer " + id, Phone: phoneOf(id), Region: "US", Email: id + "@example.com"},
	}
}

// phoneOf gives each id a number of the range kept for fiction.
func phoneOf(id string) string {
	sum := 0
	for _, r := range id {
		sum = (sum*31 + int(r)) % 10000
	}
	return fmt.Sprintf("+1 201 555 %04d", sum)
}

func (w *world) intake(team string, rows ...callback.Intake) callback.IntakeReport {
	w.t.Helper()
	return must(w.s.Intake(w.t.Context(), team, callback.IntakeBatch{Rows: rows}))(w.t)
}

// case gives a case by id, as the server has it.
func (w *world) caseOf(team, id string) callback.Case {
	w.t.Helper()
	return must(w.s.Case(w.t.Context(), Caller{Team: team, Role: callback.RoleAdmin}, id))(w.t)
}

// desk numbers the events of one stream.
type desk struct {
	w      *world
	who    Caller
	stream string
	seq    uint64
	ack    callback.Acked
}

func (w *world) desk(user string) *desk {
	return &desk{w: w, who: w.as(user), stream: "stream-of-" + user}
}

// event makes the stream's next event.
func (d *desk) event(id, caseID string, fence uint64, p callback.Payload) callback.Event {
	d.w.t.Helper()
	e, err := callback.NewEvent(id, caseID, p)
	if err != nil {
		d.w.t.Fatal(err)
	}
	d.seq++
	e.Seq, e.Stream, e.At, e.Fence = d.seq, d.stream, d.w.now, fence
	return e
}

func (d *desk) try(events ...callback.Event) (callback.PushReply, error) {
	return d.w.s.Record(d.w.t.Context(), d.who, callback.Push{Epoch: d.w.s.Epoch(), Stream: d.stream, Ack: d.ack, Events: events})
}

func (d *desk) push(events ...callback.Event) []callback.Receipt {
	d.w.t.Helper()
	reply, err := d.try(events...)
	if err != nil {
		d.w.t.Fatal(err)
	}
	if n := len(events); n > 0 {
		d.ack = callback.Acked{Seq: events[n-1].Seq, EventID: events[n-1].ID}
	}
	return reply.Receipts
}

// talked is a call that reached the customer and ended well.
func talked(w *world, attempt string, score int) *callback.CallRecorded {
	return &callback.CallRecorded{
		AttemptID: attempt, Number: "+12015550123", StartedAt: w.now.Add(-5 * time.Minute), Ring: 9, Talk: 240, WrapUp: 30,
		Disposition: callback.TalkedResolved, Root: &callback.RootCause{Driver: "billing"},
		Rescore: &callback.Answer{Answer: callback.Answered, Value: &score, Wording: "nps-1-en"},
	}
}

// ended is a call with no more than its disposition.
func ended(w *world, attempt string, d callback.Disposition) *callback.CallRecorded {
	return &callback.CallRecorded{AttemptID: attempt, StartedAt: w.now, Disposition: d, Note: "noted"}
}

// agreed is a call on which a time to call back was agreed.
func agreed(w *world, attempt string, at time.Time) *callback.CallRecorded {
	c := ended(w, attempt, callback.CallbackMine)
	c.Callback = &callback.CallbackWish{At: at}
	return c
}

// acts gives what is on record of a team, or of all if team is empty.
func (w *world) acts(team string) []callback.AuditAct {
	w.t.Helper()
	return must(w.s.Acts(w.t.Context(), team, 0, mostActs))(w.t).Acts
}

// feed reads the whole feed as a caller, page by page.
func (w *world) feed(who Caller, after string, limit int) (docs []callback.Doc, cursor string, heads []callback.PageHead) {
	w.t.Helper()
	for {
		page := must(w.s.Feed(w.t.Context(), who, callback.Position{Cursor: after}, limit))(w.t)
		docs, heads, after = append(docs, page.Docs...), append(heads, page.PageHead), page.Next
		if !page.More {
			return docs, after, heads
		}
	}
}

// call sends a request through the real handler.
func (w *world) call(user, method, path string, body any) *httptest.ResponseRecorder {
	w.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	case []byte:
		in = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	r := httptest.NewRequestWithContext(context.Background(), method, path, in)
	if user != "" {
		r.Header.Set("Authorization", "Bearer "+w.users[user].Token)
		r.Header.Set(deviceHeader, "desk-of-"+user)
	}
	rec := httptest.NewRecorder()
	w.s.Handler().ServeHTTP(rec, r)
	return rec
}

// read decodes a reply that must be a success.
func read[T any](t testing.TB, rec *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if rec.Code >= http.StatusMultipleChoices {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("read %s: %v", rec.Body, err)
	}
	return v
}
