package store

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"ringback/callback"
)

// What this desk dialled and the server's documents do not show yet counts
// toward the ceiling of a person and of a number on all of their cases, so
// that it holds without a connection too.

// dialsOf works out what rows dialled, as far as the documents are behind.
func (s *Store) dialsOf(rows []*row) ([]callback.Dial, error) {
	at := s.cache.stand()
	var out []callback.Dial
	for _, r := range rows {
		if !r.Bans(at) {
			continue
		}
		who, _, err := s.customerAsSent(r.Event.CaseID)
		if err != nil {
			return nil, err
		}
		if d, ok := callback.DialOf(r.Event, who); ok {
			out = append(out, d)
		}
	}
	return out, nil
}

// customerAsSent gives the customer of a case by the server's document, or by
// the event of this desk that began the case.
func (s *Store) customerAsSent(id string) (callback.Customer, callback.Stand, error) {
	docs, at, err := s.caseDocs([]string{id})
	if err != nil {
		return callback.Customer{}, at, err
	}
	if docs[0] != nil {
		var base callback.Case
		raw, err := s.body(nil, docBuckets[callback.DocCase], []byte(id), docs[0])
		if err == nil {
			err = json.Unmarshal(raw, &base)
		}
		if err != nil {
			s.giveUpCache()
		}
		return base.Customer, at, nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, r := range s.book.byCase[id] {
		if r.Event.Kind != callback.KindAdHocOpened {
			continue
		}
		if p, err := r.Event.Decode(); err == nil {
			return p.(*callback.AdHocOpened).Customer, at, nil
		}
	}
	return callback.Customer{}, at, nil
}

// tellDials puts what this desk knows of dials to a person on the event that
// begins their case outside the queue. Every document is looked at: it is done
// once for a case.
func (s *Store) tellDials(e callback.Event) (callback.Event, error) {
	if e.Kind != callback.KindAdHocOpened {
		return e, nil
	}
	p, err := e.Decode()
	if err != nil {
		return e, err
	}
	opened := p.(*callback.AdHocOpened)
	who := callback.Case{ID: e.CaseID, Customer: opened.Customer}
	if len(opened.Dials) > 0 || who.Customer.Phone.E164 == "" {
		return e, nil
	}
	number, now := []byte(who.Customer.Phone.E164), s.clock()
	err = s.eachView(context.Background(), func(body []byte) bool { return bytes.Contains(body, number) }, func(v folded) {
		opened.Dials = append(opened.Dials, v.c.DialsTo(who, now)...)
	})
	if err != nil || len(opened.Dials) == 0 {
		return e, err
	}
	opened.Noted()
	e.Payload, err = json.Marshal(opened)
	return e, err
}

// quoted tells whether one of the strings in a document is in a set. Ids and
// numbers are written as they are.
func quoted(body []byte, set map[string]bool) bool {
	for {
		i := bytes.IndexByte(body, '"')
		if i < 0 {
			return false
		}
		body = body[i+1:]
		end := bytes.IndexByte(body, '"')
		if end < 0 {
			return false
		}
		if set[string(body[:end])] {
			return true
		}
		body = body[end:]
	}
}

func sameDials(a, b []callback.Dial) bool {
	return slices.EqualFunc(a, b, func(x, y callback.Dial) bool {
		return x.CaseID == y.CaseID && x.Number == y.Number && x.Person == y.Person && x.At.Equal(y.At)
	})
}
