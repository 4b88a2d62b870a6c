package store

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// sweepBans asks for a look at all open cases, because the bans or the dials
// changed.
func (s *Store) sweepBans() {
	s.queue.mu.Lock()
	s.queue.sweeps++
	s.queue.mu.Unlock()
	s.nudge()
}

// sweepDue tells whether a sweep is wanted, and which.
func (s *Store) sweepDue() (which uint64, due bool) {
	s.queue.mu.RLock()
	defer s.queue.mu.RUnlock()
	return s.queue.sweeps, s.queue.swept < s.queue.sweeps
}

// sweep finds the open cases that a ban or a dial reaches, or no longer
// reaches, and has them judged anew. Rows on screen are right at once in any case: this is for
// the order and its counts.
func (s *Store) sweep(ctx context.Context, which uint64) error {
	list, err := s.banList()
	if err != nil {
		return err
	}
	needles := map[string]bool{}
	for id := range list.people {
		needles[id] = true
	}
	for n := range list.numbers {
		needles[n] = true
	}
	for _, d := range list.dials {
		needles[d.Person], needles[d.Ref], needles[d.Number] = true, true, true
	}
	delete(needles, "")
	hits := map[string]bool{}
	if len(needles) > 0 {
		err = s.eachOpen(ctx, func(id string, body []byte) {
			if quoted(body, needles) {
				hits[id] = true
			}
		})
		if err != nil {
			return err
		}
	}
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	for id := range q.hidden {
		q.touched[id] = true
	}
	for id := range hits {
		q.touched[id] = true
	}
	q.hidden, q.swept = hits, which
	return nil
}

// scanBatch is how many documents are copied out in one short transaction.
const scanBatch = 512

// eachOpen gives every case that the server holds open, in short transactions
// between which others may write. A document that does not open is left out.
func (s *Store) eachOpen(ctx context.Context, f func(id string, body []byte)) error {
	type piece struct {
		id       string
		from, to int
	}
	bucket := docBuckets[callback.DocCase]
	var pieces []piece
	var copies, plain []byte
	err := s.cache.scan(ctx, rankBucket, nil, scanBatch, func(tx *bbolt.Tx, k, _ []byte) {
		at := len(copies)
		copies = append(copies, tx.Bucket([]byte(bucket)).Get(k)...)
		pieces = append(pieces, piece{string(k), at, len(copies)})
	}, func() error {
		for _, p := range pieces {
			var err error
			if plain, err = s.body(plain, bucket, []byte(p.id), copies[p.from:p.to]); err != nil {
				s.giveUpCache()
				continue
			}
			f(p.id, plain)
		}
		pieces, copies = pieces[:0], copies[:0]
		return nil
	})
	if errors.Is(err, errDamaged) {
		s.giveUpCache()
	}
	return readError("the queue", s.cachePath(), err)
}
