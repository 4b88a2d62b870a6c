package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ringback/callback"
)

// caller tells people apart by what they say on the phone: their name, or the
// end of their number.
type caller struct {
	// digits end the number; national is the same without the zeros that are
	// dialled before a whole number in its own country, or to leave one's own.
	digits, national string
	words            []needle
	runs             []needle
}

// The least that is looked for: fewer digits or letters mean nearly everybody.
// From wholeNumber digits on, zeros at the beginning may be a prefix.
const (
	leastDigits  = 3
	leastLetters = 2
	wholeNumber  = 7
)

func newCaller(text string) (c caller, ok bool) {
	if strings.Trim(text, "+0123456789 -./()\u00a0") == "" {
		c.digits = digitsOf(text)
		c.national = c.digits
		if len(c.digits) >= wholeNumber {
			c.national = strings.TrimLeft(c.digits, "0")
		}
		return c, len(c.national) >= leastDigits
	}
	for _, word := range strings.Fields(text) {
		c.words, c.runs = append(c.words, newNeedle(word)), append(c.runs, newNeedle(longestRun(word)))
	}
	return c, utf8.RuneCountInString(strings.TrimSpace(text)) >= leastLetters
}

// may tells quickly whether a document is worth decoding.
func (c caller) may(body []byte) bool {
	if c.digits != "" {
		return bytes.Contains(body, []byte(c.national))
	}
	escaped := bytes.Contains(body, []byte(`\u`))
	for _, run := range c.runs {
		if !escaped && !run.in(body) {
			return false
		}
	}
	return true
}

// is tells whether a customer is the one: a number ends as given, or every
// word is in the name or the account.
func (c caller) is(name, account string, phones ...callback.Phone) bool {
	if c.digits != "" {
		return slices.ContainsFunc(phones, func(p callback.Phone) bool {
			number := digitsOf(p.E164)
			return strings.HasSuffix(number, c.digits) || strings.HasSuffix(number, c.national)
		})
	}
	who := []byte(name + "\n" + account)
	for _, w := range c.words {
		if !w.in(who) {
			return false
		}
	}
	return true
}

// other gives the number by which a customer was found, if it is not the first
// of theirs.
func (c caller) other(of callback.Customer) string {
	if c.digits == "" || c.is("", "", of.Phone) {
		return ""
	}
	for _, p := range of.All() {
		if c.is("", "", p) {
			return p.E164
		}
	}
	return ""
}

// match is a case that was found.
type match struct {
	id   string
	open bool
	at   time.Time
}

func compareMatches(a, b match) int {
	if a.open != b.open {
		if a.open {
			return -1
		}
		return 1
	}
	if n := b.at.Compare(a.at); n != 0 {
		return n
	}
	return cmp.Compare(a.id, b.id)
}

// Find gives the cases of whoever rings: by the end of their number (three
// digits or more) or by words of their name or account. Closed cases are found
// too; open ones come first, and of each the latest opened. At most limit rows
// are read whole. All documents are gone through in short transactions, between
// which others may write.
func (s *Store) Find(ctx context.Context, text string, limit int) ([]callback.QueueRow, error) {
	who, ok := newCaller(text)
	if !ok {
		return nil, callback.Errorf(callback.CodeInvalid, "%q is too short to find anybody by", callback.Line(text)).
			WithHint("give %d digits of the number, from its end, or %d letters of the name", leastDigits, leastLetters)
	}
	var hits []match
	own := map[string]bool{}
	for _, id := range s.bornHere() {
		if m, ok := who.match(id, s.bornBody(id)); ok {
			hits, own[id] = append(hits, m), true
		}
	}
	for _, id := range s.typedHere(who) {
		if !own[id] {
			hits, own[id] = append(hits, match{id: id, open: true, at: s.clock()}), true
		}
	}
	n := 0
	err := s.eachDoc(callback.DocCase, nil, func(id string, body []byte) bool {
		if n++; n%docsBatch == 0 && ctx.Err() != nil {
			return false
		}
		if own[id] {
			return true
		}
		if m, ok := who.match(id, body); ok {
			hits = append(hits, m)
		}
		return true
	})
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	slices.SortFunc(hits, compareMatches)
	return s.foundRows(hits[:min(limit, len(hits))], who)
}

// typedHere gives the cases that a number was added to at this desk which the
// server has not sent back yet: its document does not have it.
func (s *Store) typedHere(c caller) (ids []string) {
	if c.digits == "" {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for id, rows := range s.book.byCase {
		for _, r := range rows {
			if r.Event.Kind != callback.KindNumberAdded || r.State == callback.Withdrawn || !r.Pending() {
				continue
			}
			p, err := r.Event.Decode()
			if added, ok := p.(*callback.NumberAdded); err == nil && ok && c.is("", "", added.Phone) {
				ids = append(ids, id)
				break
			}
		}
	}
	return ids
}

func (c caller) match(id string, body []byte) (match, bool) {
	if !c.may(body) {
		return match{}, false
	}
	var doc struct {
		State    callback.State `json:"state"`
		OpenedAt time.Time      `json:"opened_at"`
		Customer struct {
			Name    string           `json:"name"`
			Account string           `json:"account"`
			Phone   callback.Phone   `json:"phone"`
			Others  []callback.Phone `json:"other_phones"`
		} `json:"customer"`
	}
	if json.Unmarshal(body, &doc) != nil ||
		!c.is(doc.Customer.Name, doc.Customer.Account, append([]callback.Phone{doc.Customer.Phone}, doc.Customer.Others...)...) {
		return match{}, false
	}
	return match{id, doc.State.Open(), doc.OpenedAt}, true
}

// foundRows reads the cases that were found as the desk sees them now: what it
// recorded itself may have closed them.
func (s *Store) foundRows(hits []match, who caller) ([]callback.QueueRow, error) {
	policy, err := s.Policy()
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	views, err := s.views(ids, policy)
	if err != nil {
		return nil, err
	}
	now := s.clock()
	rows := make([]callback.QueueRow, 0, len(views))
	for _, v := range views {
		if !v.found {
			continue
		}
		row, ok := s.rowOf(v, policy, now)
		if !ok {
			row = callback.RowOf(v.c, callback.Place{}, v.pending > 0)
		}
		row.Found = who.other(v.c.Customer)
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b callback.QueueRow) int {
		return compareMatches(match{open: a.State.Open()}, match{open: b.State.Open()})
	})
	return rows, nil
}
