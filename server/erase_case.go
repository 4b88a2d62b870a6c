package server

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"ringback/callback"
	"ringback/server/rows"
)

// erase takes the texts out of one case: out of its events first, so that the
// case stays the fold of them.
func (e *eraser) erase(l *ledger, id string) error {
	c, err := l.entry(id)
	if err != nil {
		return err
	}
	if c.now.Version == 0 || c.now.Erased != nil {
		return nil // a backup may lack it; what comes of it later is kept as stubs
	}
	u, customer := e.u, c.now.Customer
	for _, k := range u.s.keys.person(customer) {
		e.rec.key(k.kind, k.hash)
	}
	for _, p := range customer.All() {
		if p.E164 != "" && !p.Barred {
			e.rec.key("tel", u.s.keys.tel(p.E164))
		}
	}
	if c.now, err = e.refold(l, id); err != nil {
		return err
	}
	_, verdict, err := l.applyOwn(id, e.rec.By, serverDevice, &callback.CaseErased{})
	if err != nil {
		return err
	}
	if verdict.Status != callback.Applied {
		return fmt.Errorf("erase case %s: it was %s", id, verdict.Status)
	}
	c.touched = true
	for _, p := range customer.All() {
		if err := u.q.FreeNumber(u.ctx, u.s.keys.tel(p.E164), l.team, id); err != nil {
			return err
		}
	}
	if err := u.q.DropContacts(u.ctx, l.team, id); err != nil {
		return err
	}
	e.cases = append(e.cases, id)
	return l.put(callback.DocErased, id, callback.Erased{At: e.rec.At})
}

// otherNumber names a number so that nothing leads back to it.
func (e *eraser) otherNumber(number string) string {
	return "x" + hex.EncodeToString(keyring{e.salt}.tel(number)[:6])
}

// refold takes the texts out of a case's events and folds them anew.
func (e *eraser) refold(l *ledger, id string) (callback.Case, error) {
	var c callback.Case
	list, err := e.u.q.CaseEvents(e.u.ctx, l.team, id)
	if err != nil {
		return c, err
	}
	for _, row := range list {
		if row.Status == string(callback.Rejected) {
			continue
		}
		p, err := e.u.s.policies.get(e.u.ctx, e.u.q, l.team, row.Policy)
		if err != nil {
			return c, err
		}
		var ev callback.Event
		if err := json.Unmarshal(row.Body, &ev); err != nil {
			return c, fmt.Errorf("read event %s: %w", row.ID, err)
		}
		stub := ev.StubAs(e.otherNumber)
		body, err := json.Marshal(stub)
		if err != nil {
			return c, fmt.Errorf("encode what is left of event %s: %w", row.ID, err)
		}
		if err := e.u.q.EraseEvent(e.u.ctx, l.team, row.ID, body); err != nil {
			return c, err
		}
		c, _ = callback.Apply(p, c, stub)
		e.events++
	}
	return c, nil
}

// quarantined takes what was refused about the erased cases out of quarantine,
// but for its place there.
func (e *eraser) quarantined(team string, gone map[string]bool) error {
	list, err := e.u.q.AllQuarantine(e.u.ctx, team)
	if err != nil {
		return err
	}
	for _, row := range list {
		if !mentions(row.Body, gone) {
			continue
		}
		err := e.u.q.EraseQuarantined(e.u.ctx, rows.EraseQuarantinedParams{Team: team, EventID: row.EventID, Hash: row.Hash, Body: stubOf(row.Body)})
		if err != nil {
			return err
		}
	}
	return nil
}

// mentions tells whether a refused event is about one of the cases, whatever
// shape it has.
func mentions(raw []byte, cases map[string]bool) bool {
	if id := caseOf(raw); id != "" {
		return cases[id]
	}
	for id := range cases {
		if bytes.Contains(raw, []byte(id)) {
			return true
		}
	}
	return false
}

// caseOf reads the case of an event that may not be readable otherwise.
func caseOf(raw []byte) string {
	var part struct {
		CaseID json.RawMessage `json:"case_id"`
	}
	if json.Unmarshal(raw, &part) != nil {
		return ""
	}
	return strings.Trim(string(part.CaseID), `"`)
}

// stubOf gives what may be kept of an event as it was sent.
func stubOf(raw []byte) []byte {
	var ev callback.Event
	if json.Unmarshal(raw, &ev) == nil {
		if body, err := json.Marshal(ev.Stub()); err == nil {
			return body
		}
	}
	return []byte("{}")
}

// record keeps the erasure: by whom it was asked for, which cases and keys it
// reached. What was known of it before is completed.
func (e *eraser) record() error {
	q, ctx := e.u.q, e.u.ctx
	for _, p := range e.rec.People {
		for _, id := range p.Cases {
			if err := q.AddErasedCase(ctx, id, p.Team, e.rec.ID); err != nil {
				return err
			}
		}
	}
	for _, k := range e.rec.Keys {
		hash, err := hex.DecodeString(k.Hash)
		if err != nil {
			return fmt.Errorf("read key of erasure %s: %w", e.rec.ID, err)
		}
		if err := q.EraseSuppressionReason(ctx, hash); err != nil {
			return err
		}
		if err := q.EraseChangeReasons(ctx, hash); err != nil {
			return err
		}
		if err := q.EraseNumberReason(ctx, hash); err != nil {
			return err
		}
		if err := q.AddErasedKey(ctx, rows.AddErasedKeyParams{Key: hash, Erasure: e.rec.ID, Kind: k.Kind, At: micros(e.rec.At)}); err != nil {
			return err
		}
	}
	if _, known, err := found(q.Erasure(ctx, e.rec.ID)); err != nil || known {
		return err
	}
	return q.AddErasure(ctx, rows.AddErasureParams{ID: e.rec.ID, At: micros(e.rec.At), Who: e.rec.By, Reason: e.rec.Reason, Cases: int64(len(e.cases))})
}
