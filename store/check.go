package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// checker gathers what a check finds.
type checker struct {
	s      *Store
	report callback.CheckReport
}

// maxProblems bounds a report: a broken file has as many as it has values.
const maxProblems = 100

func (c *checker) wrong(where, format string, args ...any) {
	if len(c.report.Problems) < maxProblems {
		c.report.Problems = append(c.report.Problems, callback.Problem{Where: where, What: fmt.Sprintf(format, args...)})
	}
}

// Check recomputes everything and compares: every sealed value opens, every
// document decodes, ranks and queue are those of the documents with this
// desk's events folded in, numbers have no holes, and the log holds the
// journal.
func (s *Store) Check(ctx context.Context) (callback.CheckReport, error) {
	for try := 1; ; try++ {
		before := s.moves()
		report, err := s.checkOnce(ctx)
		if len(report.Problems) > 0 && err == nil && try < checkTries && s.moves() != before {
			// What moved while it was compared proves nothing.
			continue
		}
		if slices.ContainsFunc(report.Problems, func(p callback.Problem) bool { return p.Where == cacheName }) {
			s.giveUpCache()
		}
		return report, err
	}
}

// checkTries is how often a desk that is at work is checked until it has stood
// still meanwhile.
const checkTries = 3

// moved tells one state of the desk from the next.
type moved struct {
	cache   callback.Stand
	version uint64
	n       uint64
	ack     callback.Acked
	resting int
}

func (s *Store) moves() moved {
	m := moved{cache: s.cache.stand(), version: s.cache.generation()}
	s.mu.RLock()
	defer s.mu.RUnlock()
	m.n, m.ack, m.resting = s.state.N, s.state.Ack, s.resting
	return m
}

func (s *Store) checkOnce(ctx context.Context) (callback.CheckReport, error) {
	c := &checker{s: s, report: callback.CheckReport{Problems: []callback.Problem{}}}
	if err := c.journal(); err != nil {
		return c.report, err
	}
	sound, err := c.pages()
	if err != nil || !sound {
		return c.report, err
	}
	if err := c.erasures(); err != nil {
		return c.report, err
	}
	if err := c.documents(ctx); err != nil {
		return c.report, err
	}
	if err := c.cases(ctx); err != nil {
		return c.report, err
	}
	c.report.OK = len(c.report.Problems) == 0
	return c.report, nil
}

// journal checks the rows, their numbers and the log.
func (c *checker) journal() error {
	s := c.s
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return errClosed()
	}
	onDisk := map[uint64]row{}
	err := view(s.outbox, func(tx *bbolt.Tx) error {
		for _, bucket := range []string{liveBucket, restBucket} {
			err := loadAll(s.seal, tx, bucket, func(r row) { onDisk[r.N] = r })
			if err != nil {
				c.wrong(outboxName, "An event does not open: %v.", err)
			}
		}
		for _, bucket := range []string{draftBucket, leaseBucket} {
			if err := loadAll(s.seal, tx, bucket, func(json.RawMessage) {}); err != nil {
				c.wrong(outboxName, "A %s does not open: %v.", bucket, err)
			}
		}
		return nil
	})
	if err != nil {
		c.wrong(outboxName, "It cannot be read: %v.", err)
	}
	c.report.Events = len(onDisk)
	for _, r := range s.book.rows {
		if d, ok := onDisk[r.N]; !ok || d.Event.ID != r.Event.ID || d.State != r.State {
			c.wrong(outboxName, "Event %s is not on disk as it is in memory.", r.Event.ID)
		}
	}
	c.numbers(onDisk)
	before := len(c.report.Problems)
	c.log(onDisk)
	if len(c.report.Problems) == before {
		return nil
	}
	// The log is a second copy: what the journal holds can be written again.
	if err := s.rewriteLog(); err != nil {
		return err
	}
	c.wrong(logName, "It was written anew from the journal.")
	return nil
}

// numbers checks that the events still to be acknowledged follow one another
// from the last acknowledged one to the last recorded one.
func (c *checker) numbers(onDisk map[uint64]row) {
	s := c.s
	have := map[uint64]string{}
	var waiting []uint64
	for _, r := range onDisk {
		if r.Refused() {
			// It keeps the number it was refused under, maybe of an older
			// stream.
			if r.Event.Stream == s.state.Stream {
				have[r.Event.Seq] = r.Event.ID
			}
			continue
		}
		if r.Event.Stream != s.state.Stream {
			c.wrong(outboxName, "Event %s is of another stream.", r.Event.ID)
			continue
		}
		if other, ok := have[r.Event.Seq]; ok {
			c.wrong(outboxName, "Events %s and %s have the same number %d.", other, r.Event.ID, r.Event.Seq)
		}
		have[r.Event.Seq] = r.Event.ID
		if r.Event.Seq > s.state.Seq {
			c.wrong(outboxName, "Event %s has number %d, but the last one given is %d.", r.Event.ID, r.Event.Seq, s.state.Seq)
		}
		if r.Pending() {
			waiting = append(waiting, r.Event.Seq)
		}
	}
	sort.Slice(waiting, func(i, j int) bool { return waiting[i] < waiting[j] })
	for i := 1; i < len(waiting); i++ {
		for n := waiting[i-1] + 1; n < waiting[i]; n++ {
			if have[n] == "" && n > s.state.Ack.Seq {
				c.wrong(outboxName, "Number %d is missing between events that wait to be sent.", n)
			}
		}
	}
}

// log checks that everything in the journal is in the log too.
func (c *checker) log(onDisk map[uint64]row) {
	got, err := c.s.log.read(int64(logHeader))
	if err != nil {
		c.wrong(logName, "It cannot be read: %v.", err)
		return
	}
	if got.bad > 0 {
		c.wrong(logName, "%d stretches of it are damaged.", got.bad)
	}
	logged := map[string]callback.EventKind{}
	for _, e := range got.events {
		logged[e.ID] = e.Kind
	}
	for _, r := range onDisk {
		if kind, ok := logged[r.Event.ID]; !ok {
			c.wrong(logName, "Event %s is in the journal only.", r.Event.ID)
		} else if kind != r.Event.Kind && r.Event.Kind != callback.KindUndone {
			c.wrong(logName, "Event %s is another one in the journal.", r.Event.ID)
		}
	}
}

// pages checks the structure of both databases, while nobody writes. sound
// tells whether the documents can be looked at.
func (c *checker) pages() (sound bool, err error) {
	s := c.s
	s.feeding.Lock()
	defer s.feeding.Unlock()
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.isClosed() {
		return false, errClosed()
	}
	if err := checkStructure(filepath.Join(s.o.Dir, outboxName), s.outbox); err != nil {
		c.wrong(outboxName, "It cannot be used: %v. Quit and start ringback again; it restores itself from %s.", err, logName)
	}
	sound = true
	err = s.cache.writeIn(func(db *bbolt.DB) error {
		if err := checkStructure(s.cachePath(), db); err != nil {
			sound = false
			c.wrong(cacheName, "It cannot be used: %v.", err)
		}
		return nil
	})
	return sound, err
}

// documents checks that all documents but cases open and decode.
func (c *checker) documents(ctx context.Context) error {
	into := map[callback.DocType]func() any{
		callback.DocComment: func() any { return &callback.Comment{} },
		callback.DocGuide:   func() any { return &callback.Guide{} },
		callback.DocPolicy:  func() any { return &callback.Policy{} },
		callback.DocDay:     func() any { return &callback.Day{} },
		callback.DocAgent:   func() any { return &callback.Agent{} },
		callback.DocDispute: func() any { return &callback.OpenDisputes{} },
	}
	for t, fresh := range into {
		err := c.each(ctx, docBuckets[t], func(key, body []byte) {
			if err := json.Unmarshal(body, fresh()); err != nil {
				c.wrong(cacheName, "%s %s does not decode: %v.", t, key, err)
			}
			if t == callback.DocDay {
				c.report.Days++
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each opens every document of a bucket, in short transactions.
func (c *checker) each(ctx context.Context, bucket string, f func(key, body []byte)) error {
	var keys, values [][]byte
	err := c.s.cache.scan(ctx, bucket, nil, scanBatch, func(_ *bbolt.Tx, k, v []byte) {
		keys, values = append(keys, bytes.Clone(k)), append(values, bytes.Clone(v))
	}, func() error {
		for i, k := range keys {
			body, err := c.s.body(nil, bucket, k, values[i])
			if err != nil {
				c.wrong(cacheName, "%s %s does not open.", bucket, k)
				continue
			}
			f(k, body)
		}
		keys, values = keys[:0], values[:0]
		return nil
	})
	if errors.Is(err, errDamaged) {
		c.wrong(cacheName, "%s cannot be read: %v.", bucket, err)
		return nil
	}
	return err
}

// cases checks every case: its document decodes, the server's rank is that of
// the document, and the queue holds it at the rank of its view.
func (c *checker) cases(ctx context.Context) error {
	s := c.s
	policy, err := s.Policy()
	if err != nil {
		return err
	}
	ranks, err := c.ranks()
	if err != nil {
		return err
	}
	if err := s.settleOrder(ctx); err != nil {
		if callback.CodeOf(err) == callback.CodeDamaged {
			c.wrong(cacheName, "The queue cannot be put in order: %v.", err)
			return nil
		}
		return err
	}
	stand := s.standRanks()
	bucket := docBuckets[callback.DocCase]
	return c.each(ctx, bucket, func(key, body []byte) {
		c.report.Cases++
		var base callback.Case
		if err := json.Unmarshal(body, &base); err != nil {
			c.wrong(cacheName, "Case %s does not decode: %v.", key, err)
			return
		}
		if base.ID != string(key) {
			c.wrong(cacheName, "Case %s says that it is %s.", key, callback.Line(base.ID))
		}
		if want := rankBytes(policy, base); !bytes.Equal(ranks[string(key)], want) {
			c.wrong(cacheName, "The rank of case %s is not that of its document.", key)
		}
		views, err := s.views([]string{string(key)}, policy)
		if err != nil || !views[0].found {
			c.wrong(cacheName, "Case %s cannot be folded.", key)
			return
		}
		var place []byte
		if views[0].offered() {
			place = rankBytes(policy, views[0].c)
		}
		if !bytes.Equal(stand(string(key)), place) {
			c.wrong("queue", "Case %s does not stand where its view says.", key)
		}
	})
}

func rankBytes(p callback.Policy, c callback.Case) []byte {
	r, ok := callback.RankOf(p, c)
	if !ok {
		return nil
	}
	return callback.AppendRank(nil, r)
}

// ranks opens the ranks as the server sent them.
func (c *checker) ranks() (map[string][]byte, error) {
	out := map[string][]byte{}
	err := c.s.cache.read(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(rankBucket)).ForEach(func(k, v []byte) error {
			plain, err := c.s.seal.open(nil, rankBucket, k, v)
			if err != nil {
				c.wrong(cacheName, "The rank of case %s does not open.", k)
				return nil
			}
			out[string(k)] = plain
			return nil
		})
	})
	if errors.Is(err, errDamaged) {
		c.wrong(cacheName, "The ranks cannot be read: %v.", err)
		err = nil
	}
	return out, readError("the ranks", c.s.cachePath(), err)
}

// standRanks gives a function that tells at which rank a case stands in the
// queue now, or nil.
func (s *Store) standRanks() func(id string) []byte {
	q := &s.queue
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.order == nil {
		return func(string) []byte { return nil }
	}
	standing := make([]bool, q.slab.len())
	for _, i := range q.order.seq {
		standing[i] = true
	}
	slab, r := q.slab, q.slab.reader()
	return func(id string) []byte {
		q.mu.RLock()
		defer q.mu.RUnlock()
		i, ok := slab.find(id)
		if !ok || int(i) >= len(standing) || !standing[i] {
			return nil
		}
		rank, err := r.rank(i)
		if err != nil {
			return nil
		}
		return callback.AppendRank(nil, rank)
	}
}
