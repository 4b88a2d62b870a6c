package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

const secret = "Zylberstein of Elm Road"

// shredder is a desk whose sealed values a test looks into.
type shredder struct {
	*Store
	t   *testing.T
	dir string
	n   int
	now time.Time
	// keys, if set, keep the desk's key.
	keys *testKeys
	// sealed are the beginnings of all sealed values that ever held the secret:
	// mark and nonce, which no two values share.
	sealed map[string]string
}

func newShredder(t *testing.T) *shredder {
	s := &shredder{t: t, dir: filepath.Join(t.TempDir(), "desk"), now: time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC), sealed: map[string]string{}}
	s.open()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *shredder) open() {
	s.t.Helper()
	o := Options{
		Dir: s.dir, Key: bytes.Repeat([]byte{7}, KeySize), Agent: "anna", Team: "north", Now: func() time.Time { return s.now },
		NewID: func() string { s.n++; return fmt.Sprintf("id-%06d", s.n) },
	}
	if s.keys != nil {
		o.Key, o.Next, o.Keys = s.keys.key, s.keys.next, s.keys
	}
	st, err := Open(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Store = st
}

func (s *shredder) must(_ any, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// look remembers the sealed values that hold the secret now.
func (s *shredder) look() {
	s.t.Helper()
	remember := func(where string, sealed []byte) {
		s.sealed[string(sealed[:len(sealMark)+24])] = where
	}
	scan := func(name string, db *bbolt.DB) {
		s.must(0, view(db, func(tx *bbolt.Tx) error {
			return tx.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					if plain, err := s.seal.open(nil, string(bucket), k, v); err == nil && bytes.Contains(plain, []byte(secret)) {
						remember(name+"/"+string(bucket), v)
					}
					return nil
				})
			})
		}))
	}
	scan(outboxName, s.outbox)
	scan(cacheName, s.cache.db)
	raw, err := os.ReadFile(s.log.path)
	s.must(0, err)
	for at := logHeader; at < len(raw); {
		e, n, ok := s.log.record(raw[at:])
		if !ok {
			s.t.Fatalf("the log cannot be read at %d", at)
		}
		if strings.Contains(string(e.Payload), secret) {
			remember(logName, raw[at+logFrame:])
		}
		at += n
	}
}

// left counts, in all files of the desk, the values that held the secret.
func (s *shredder) left() map[string]int {
	s.t.Helper()
	out := map[string]int{}
	s.must(0, filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for head, where := range s.sealed {
			if bytes.Contains(raw, []byte(head)) {
				out[filepath.Base(path)+" had "+where]++
			}
		}
		if bytes.Contains(raw, []byte(secret)) {
			out[filepath.Base(path)+" in the clear"]++
		}
		return err
	}))
	return out
}

// docOf makes a case's document at a position, whose every text is the secret
// or, once it is erased, none.
func docOf(t *testing.T, id string, pos uint64, erased bool) callback.Doc {
	t.Helper()
	two := 2
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	opened := &callback.CaseOpened{
		CaseKind: callback.KindDetractor, Customer: callback.Customer{ID: "cu-" + id, Name: secret, Account: secret, Phone: callback.Phone{E164: "+12015550100"}},
		Response: callback.Response{ID: "re-" + id, Score: &two, Comment: secret, AnsweredAt: at},
	}
	e, err := callback.NewEvent("ev-"+id, id, opened)
	if err != nil {
		t.Fatal(err)
	}
	e.Team, e.Agent, e.Device, e.At = "north", "intake", "server", at
	policy := callback.DefaultPolicy("north")
	if erased {
		e = e.Stub()
	}
	c, _ := callback.Apply(policy, callback.Case{}, e)
	if erased {
		gone, err := callback.NewEvent("gone-"+id, id, &callback.CaseErased{})
		if err != nil {
			t.Fatal(err)
		}
		gone.Team, gone.Agent, gone.Device, gone.At, gone.Fence = "north", "adam", "server", at.Add(time.Hour), c.Fence
		c, _ = callback.Apply(policy, c, gone)
	}
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	d := callback.Doc{Type: callback.DocCase, ID: id, Pos: pos, Schema: 1, Body: body}
	if r, ok := callback.RankOf(policy, c); ok {
		d.Rank = callback.AppendRank(nil, r)
	}
	return d
}

// page makes a page of the feed.
func page(epoch string, high uint64, snapshot, more bool, docs ...callback.Doc) callback.Page {
	return callback.Page{PageHead: callback.PageHead{
		Epoch: epoch, Snapshot: snapshot, Next: fmt.Sprint("c", high, more), High: high, More: more, Count: len(docs), Schema: 1,
	}, Docs: docs}
}

// erasedDocs are what the feed gives after an erasure.
func erasedDocs(t *testing.T, id string, pos uint64) []callback.Doc {
	t.Helper()
	return []callback.Doc{
		docOf(t, id, pos, true),
		{Type: callback.DocComment, ID: "re-" + id, Pos: pos + 1, Schema: 1},
		{Type: callback.DocErased, ID: id, Pos: pos + 2, Schema: 1, Body: []byte(`{"at":"2026-03-02T09:00:00Z"}`)},
	}
}

// live fills the desk with what is recorded about two cases: sent and
// acknowledged, acknowledged long ago, waiting, and being typed.
func (s *shredder) live() {
	s.t.Helper()
	comment := func(id string, pos uint64) callback.Doc {
		body, err := json.Marshal(callback.Comment{ID: "re-" + id, Text: secret})
		s.must(0, err)
		return callback.Doc{Type: callback.DocComment, ID: "re-" + id, Pos: pos, Schema: 1, Body: body}
	}
	docs := []callback.Doc{docOf(s.t, "ca-1", 1, false), comment("ca-1", 2), docOf(s.t, "ca-2", 3, false), comment("ca-2", 4)}
	for n := range 40 {
		docs = append(docs, docOf(s.t, fmt.Sprintf("fill-%02d", n), uint64(5+n), true))
	}
	s.must(0, s.ApplyPage(page("e1", 50, true, false, docs...)))
	s.look()
	for _, id := range []string{"ca-1", "ca-2"} {
		s.must(s.Record(callback.Fact{CaseID: id, Payload: &callback.NoteAdded{Text: secret}}))
		s.must(0, s.SaveDraft(callback.Draft{EventID: "typed-" + id, CaseID: id, Texts: map[string]string{"note": secret}}))
	}
	s.look()
	push, err := s.NextPush(10)
	s.must(push, err)
	s.look()
	reply := callback.PushReply{Epoch: "e1"}
	for i, e := range push.Events {
		reply.Receipts = append(reply.Receipts, callback.Receipt{EventID: e.ID, Status: callback.Applied, Pos: uint64(40 + i)})
	}
	s.must(0, s.Settle(reply))
	s.look()
	for _, id := range []string{"ca-1", "ca-2"} {
		s.must(s.Record(callback.Fact{CaseID: id, Payload: &callback.CallRecorded{
			AttemptID: "at-" + id, StartedAt: s.now, Disposition: callback.NoAnswer, Note: secret, Talk: 7,
		}}))
		lease := callback.Lease{ID: "le-" + id, CaseID: id, Agent: "anna", Device: s.Device(), Since: s.now, Until: s.now.Add(time.Hour)}
		s.must(0, s.SaveLeases([]callback.Granted{callback.GrantedAt(lease, s.now, callback.Instant{Wall: s.now})}))
	}
	s.look()
}

// An erasure reaches every file of the desk: documents, journal, log, drafts,
// and the pages that bbolt has freed. The other case keeps all of its own.
func TestErasureReachesEveryFile(t *testing.T) {
	s := newShredder(t)
	s.live()
	if n := len(s.left()); n < 5 {
		t.Fatalf("the test hides too little: %v", s.left())
	}
	// What is said of the other case must stay readable; it is sealed anew, so
	// only the first case's values are looked for.
	s.sealed = map[string]string{}
	s.onlyCase("ca-1")
	if len(s.sealed) < 6 {
		t.Fatalf("only %v", s.sealed)
	}
	old := filepath.Join(s.dir, outboxName+".broken-20260301T000000Z")
	s.must(0, os.WriteFile(old, []byte(secret), 0o600))
	s.must(0, s.ApplyPage(page("e1", 60, false, true, erasedDocs(t, "ca-1", 57)...)))
	if at, err := s.Position(); err != nil || at.Erased != 0 {
		t.Fatalf("confirmed before the last page came: %+v", at)
	}
	s.must(0, s.ApplyPage(page("e1", 61, false, false)))
	if left := s.left(); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	if at, err := s.Position(); err != nil || at.Erased != 59 {
		t.Fatalf("%+v, %v", at, err)
	}
	s.judge()

	s.must(0, s.Close())
	s.open()
	if left := s.left(); len(left) > 0 {
		t.Fatalf("left after a restart: %v", left)
	}
	s.judge()
	if report, err := s.Check(t.Context()); err != nil || !report.OK {
		t.Fatalf("%v, %+v", err, report.Problems)
	}
}

// onlyCase remembers the sealed values of one case alone.
func (s *shredder) onlyCase(id string) {
	s.t.Helper()
	find := func(name string, db *bbolt.DB) {
		s.must(0, view(db, func(tx *bbolt.Tx) error {
			return tx.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					plain, err := s.seal.open(nil, string(bucket), k, v)
					if err == nil && bytes.Contains(plain, []byte(secret)) && bytes.Contains(plain, []byte(id)) {
						s.sealed[string(v[:len(sealMark)+24])] = name + "/" + string(bucket)
					}
					return nil
				})
			})
		}))
	}
	find(outboxName, s.outbox)
	find(cacheName, s.cache.db)
	raw, err := os.ReadFile(s.log.path)
	s.must(0, err)
	for at := logHeader; at < len(raw); {
		e, n, _ := s.log.record(raw[at:])
		if e.CaseID == id {
			s.sealed[string(raw[at+logFrame:at+logFrame+len(sealMark)+24])] = logName
		}
		at += n
	}
}

// judge looks at what the desk shows after the erasure of ca-1.
func (s *shredder) judge() {
	s.t.Helper()
	rows, err := s.Journal(0)
	s.must(rows, err)
	waiting := 0
	for _, r := range rows {
		said := strings.Contains(string(r.Event.Payload), secret)
		if said != (r.Event.CaseID == "ca-2") {
			s.t.Errorf("event %s of %s says %s", r.Event.ID, r.Event.CaseID, r.Event.Payload)
		}
		if r.Event.CaseID == "ca-1" && r.State == callback.Waiting {
			waiting++
		}
	}
	if len(rows) != 4 || waiting != 1 {
		s.t.Errorf("%d events, %d of the erased case wait: none may be lost", len(rows), waiting)
	}
	drafts, err := s.Drafts()
	s.must(drafts, err)
	if len(drafts) != 1 || drafts[0].CaseID != "ca-2" {
		s.t.Errorf("drafts: %+v", drafts)
	}
	if l := s.Leases(); len(l) != 1 || l[0].CaseID != "ca-2" {
		s.t.Errorf("leases: %+v", l)
	}
	v, err := s.Case("ca-1")
	s.must(v, err)
	if v.Case.Erased == nil || v.Case.Customer.Name != callback.ErasedText {
		s.t.Errorf("%+v", v.Case)
	}
}

// A call that goes on while its customer is erased is kept without a word.
func TestRecordingOnAnErasedCase(t *testing.T) {
	s := newShredder(t)
	s.live()
	s.must(0, s.ApplyPage(page("e1", 60, false, false, erasedDocs(t, "ca-1", 58)...)))
	s.sealed = map[string]string{}
	s.must(0, s.SaveDraft(callback.Draft{EventID: "late", CaseID: "ca-1", Texts: map[string]string{"note": secret}}))
	s.must(s.Record(callback.Fact{EventID: "late", CaseID: "ca-1", Payload: &callback.CallRecorded{
		AttemptID: "late", StartedAt: s.now, Disposition: callback.NoAnswer, Note: secret, Talk: 9,
	}}))
	s.onlyCase("ca-1")
	for _, where := range s.sealed {
		if where != logName {
			t.Errorf("%s holds a text of the erased case", where)
		}
	}
	rows, err := s.Journal(1)
	s.must(rows, err)
	if strings.Contains(string(rows[0].Event.Payload), secret) || !strings.Contains(string(rows[0].Event.Payload), `"talk_s":9`) {
		t.Errorf("%s", rows[0].Event.Payload)
	}
	raw, err := os.ReadFile(s.log.path)
	s.must(raw, err)
	for at := logHeader; at < len(raw); {
		e, n, _ := s.log.record(raw[at:])
		if e.CaseID == "ca-1" && strings.Contains(string(e.Payload), secret) {
			t.Errorf("the log: %s", e.Payload)
		}
		at += n
	}
}

// Cases that the desk no longer sees are named, so that it can ask of them; of
// those that were erased nothing stays.
func TestHeldCases(t *testing.T) {
	s := newShredder(t)
	s.live()
	if held, err := s.Held(); err != nil || len(held) != 0 {
		t.Fatalf("%v, %v", held, err)
	}
	// Another team's documents: both cases are out of sight.
	s.must(0, s.ApplyPage(page("e1", 70, true, false, docOf(t, "fill-00", 70, true))))
	held, err := s.Held()
	if err != nil || strings.Join(held, " ") != "ca-1 ca-2" {
		t.Fatalf("%v, %v", held, err)
	}
	s.sealed = map[string]string{}
	s.onlyCase("ca-1")
	s.must(0, s.Shred([]string{"ca-1"}))
	if left := s.left(); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	if held, err = s.Held(); err != nil || strings.Join(held, " ") != "ca-2" {
		t.Fatalf("%v, %v", held, err)
	}
}

// Who has lost the documents that call a case erased may record on it. When they were fetched again, the server is asked.
func TestHeldThoughSeenAsErased(t *testing.T) {
	s := newShredder(t)
	s.live()
	s.must(0, s.ApplyPage(page("e1", 60, false, false, erasedDocs(t, "ca-1", 58)...)))
	s.must(0, s.Close())
	s.must(0, os.Remove(filepath.Join(s.dir, cacheName)))
	s.open()
	s.must(s.Record(callback.Fact{CaseID: "ca-1", Payload: &callback.CallRecorded{
		AttemptID: "late", StartedAt: s.now, Disposition: callback.DoNotCall, Note: secret,
	}}))
	s.must(0, s.ApplyPage(page("e1", 60, true, false, append(erasedDocs(t, "ca-1", 58), docOf(t, "ca-2", 3, false))...)))
	held, err := s.Held()
	if err != nil || strings.Join(held, " ") != "ca-1" {
		t.Fatalf("%v, %v", held, err)
	}
	s.sealed = map[string]string{}
	s.onlyCase("ca-1")
	s.must(0, s.Shred(held))
	if left := s.left(); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	if held, err = s.Held(); err != nil || len(held) > 0 {
		t.Fatalf("%v, %v", held, err)
	}
}

// A receipt that says so is enough; nobody waits for the feed.
func TestAReceiptErases(t *testing.T) {
	s := newShredder(t)
	s.live()
	push, err := s.NextPush(10)
	s.must(push, err)
	reply := callback.PushReply{Epoch: "e1"}
	for _, e := range push.Events {
		r := callback.Receipt{EventID: e.ID, Status: callback.Applied, Pos: 49}
		if e.CaseID == "ca-1" {
			r = callback.Receipt{EventID: e.ID, Status: callback.Shadowed, Reason: callback.ReasonErased}
		}
		reply.Receipts = append(reply.Receipts, r)
	}
	s.must(0, s.Settle(reply))
	rows, err := s.Journal(0)
	s.must(rows, err)
	for _, r := range rows {
		if r.Event.CaseID == "ca-1" && strings.Contains(string(r.Event.Payload), secret) {
			t.Errorf("%s", r.Event.Payload)
		}
	}
	if d, err := s.Drafts(); err != nil || len(d) != 1 {
		t.Errorf("%v %+v", err, d)
	}
}

// A crash in the middle of the destruction is made good at the next start.
func TestACrashWhileShredding(t *testing.T) {
	s := newShredder(t)
	s.live()
	s.sealed = map[string]string{}
	s.onlyCase("ca-1")
	// The page is on disk, and the process ends before anything is destroyed.
	at := s.cache.stand().After(page("e1", 60, false, false))
	at.Whole = true
	s.must(0, s.cache.writeIn(func(db *bbolt.DB) error { return s.writePage(db, erasedDocs(t, "ca-1", 58), at, 0) }))
	s.must(0, os.WriteFile(filepath.Join(s.dir, outboxName+compactEnding), []byte("half"), 0o600))
	s.must(0, s.Close())
	if len(s.left()) == 0 {
		t.Fatal("nothing to destroy is left")
	}
	s.open()
	if left := s.left(); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	s.judge()
}
