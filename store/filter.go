package store

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"ringback/callback"
)

// matches are the cases that a filter chooses, by their index in the slab.
type matches struct {
	text string
	hits map[uint32]bool
	// unknown are cases that changed since they were looked at.
	unknown map[uint32]bool
}

// forget has a case looked at again.
func (m *matches) forget(i uint32) {
	if m != nil {
		m.unknown[i] = true
	}
}

// filter tells cases apart by what a person typed.
type filter struct {
	text, run needle
	digits    string
}

func newFilter(text string) filter {
	f := filter{text: newNeedle(text), run: newNeedle(longestRun(text))}
	phone := strings.Trim(text, "+0123456789 -./()") == ""
	if d := digitsOf(text); phone && len(d) >= 3 {
		f.digits = d
	}
	return f
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// searched are the parts of a case that a filter looks into.
type searched struct {
	ID       string `json:"id"`
	Customer struct {
		Name    string           `json:"name"`
		Account string           `json:"account"`
		Email   string           `json:"email"`
		Phone   callback.Phone   `json:"phone"`
		Others  []callback.Phone `json:"other_phones"`
	} `json:"customer"`
	Responses []struct {
		Comment string `json:"comment"`
		Product string `json:"product"`
	} `json:"responses"`
}

// chooses judges a document. Only those that may match are decoded: text that
// an encoder might have escaped cannot be told from the raw bytes.
func (f filter) chooses(body []byte) bool {
	if !f.run.in(body) && !bytes.Contains(body, []byte(`\u`)) && (f.digits == "" || !bytes.Contains(body, []byte(f.digits))) {
		return false
	}
	var c searched
	if json.Unmarshal(body, &c) != nil {
		return false
	}
	texts := []string{c.Customer.Name, c.Customer.Account, c.Customer.Email}
	for _, p := range append([]callback.Phone{c.Customer.Phone}, c.Customer.Others...) {
		if f.digits != "" && strings.Contains(p.E164, f.digits) {
			return true
		}
		texts = append(texts, p.E164, p.Raw)
	}
	for _, r := range c.Responses {
		texts = append(texts, r.Comment, r.Product)
	}
	for _, t := range texts {
		if f.text.in([]byte(t)) {
			return true
		}
	}
	return false
}

// filteredPage serves the part of the order that a filter chooses. What it
// chose is remembered, so that scrolling and the bell need not look through
// all cases again.
func (s *Store) filteredPage(ctx context.Context, q callback.QueueQuery) (callback.QueuePage, error) {
	text := strings.TrimSpace(q.Filter)
	f := newFilter(text)
	for {
		if !s.matched(text) {
			if err := s.match(ctx, text, f); err != nil {
				return callback.QueuePage{}, err
			}
		}
		if err := s.rematch(f); err != nil {
			return callback.QueuePage{}, err
		}
		s.queue.mu.RLock()
		m := s.queue.matches
		s.queue.mu.RUnlock()
		if m == nil || m.text != text {
			// Another filter, or another cache, came in between.
			if err := ctx.Err(); err != nil {
				return callback.QueuePage{}, err
			}
			continue
		}
		page, ids, ok := s.window(q, func(i uint32) bool { return m.hits[i] })
		if !ok {
			if err := s.WaitOrder(ctx); err != nil {
				return callback.QueuePage{}, err
			}
			continue
		}
		return s.fill(page, ids)
	}
}

func (s *Store) matched(text string) bool {
	s.queue.mu.RLock()
	defer s.queue.mu.RUnlock()
	return s.queue.matches != nil && s.queue.matches.text == text
}

// match looks through all open cases.
func (s *Store) match(ctx context.Context, text string, f filter) error {
	q := &s.queue
	q.matching.Lock()
	defer q.matching.Unlock()
	m := &matches{text: text, hits: map[uint32]bool{}, unknown: map[uint32]bool{}}
	var chosen []string
	s.mu.RLock()
	own := make([]string, 0, len(s.book.byCase))
	for id := range s.book.byCase {
		own = append(own, id)
	}
	s.mu.RUnlock()
	q.mu.Lock()
	q.changing = m
	q.mu.Unlock()
	err := s.eachOpen(ctx, func(id string, body []byte) {
		if f.chooses(body) {
			chosen = append(chosen, id)
		}
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	stillGood := q.changing == m
	q.changing = nil
	if err != nil || !stillGood {
		// Cases were packed anew meanwhile, and their indexes with them.
		return err
	}
	for _, id := range chosen {
		if i, ok := q.slab.find(id); ok && !m.unknown[i] {
			m.hits[i] = true
		}
	}
	for _, id := range own {
		// Its document may be closed and its view open.
		if i, ok := q.slab.find(id); ok {
			m.unknown[i] = true
		}
	}
	q.matches = m
	return nil
}

// rematch looks again at cases that changed.
func (s *Store) rematch(f filter) error {
	q := &s.queue
	q.mu.Lock()
	m := q.matches
	var ids []string
	var at []uint32
	if m != nil {
		for i := range m.unknown {
			at = append(at, i)
			ids = append(ids, q.slab.id(i))
		}
	}
	q.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	docs, _, err := s.caseDocs(ids)
	if err != nil {
		return err
	}
	chosen := make([]bool, len(ids))
	var room []byte
	for n, id := range ids {
		if docs[n] == nil {
			body := s.bornBody(id)
			chosen[n] = body != nil && f.chooses(body)
			continue
		}
		if room, err = s.body(room, docBuckets[callback.DocCase], []byte(id), docs[n]); err == nil {
			chosen[n] = f.chooses(room)
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.matches != m {
		return nil
	}
	fresh := make(map[uint32]bool, len(m.hits))
	for i := range m.hits {
		fresh[i] = true
	}
	for n, i := range at {
		delete(m.unknown, i)
		if chosen[n] {
			fresh[i] = true
		} else {
			delete(fresh, i)
		}
	}
	// Readers may hold the old map.
	q.matches = &matches{text: m.text, hits: fresh, unknown: m.unknown}
	return nil
}
