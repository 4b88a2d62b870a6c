package server

import (
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// anyErased tells whether anybody was ever erased: until then nothing needs to
// be looked up.
func (l *ledger) anyErased() (bool, error) {
	if l.erasures == nil {
		n, err := l.u.q.CountErasures(l.u.ctx)
		if err != nil {
			return false, err
		}
		some := n > 0
		l.erasures = &some
	}
	return *l.erasures, nil
}

// isErased tells whether a case was erased; also one that the database does
// not hold, because it was restored from before the case was opened.
func (l *ledger) isErased(caseID string) (bool, error) {
	if some, err := l.anyErased(); err != nil || !some || caseID == "" {
		return false, err
	}
	_, ok, err := found(l.u.q.ErasedCase(l.u.ctx, caseID, l.team))
	return ok, err
}

// erased tells whether an event is about a case that was erased; then only a
// stub of it may be kept, in quarantine too.
func (d *intent) erased(in *incoming, ev callback.Event) (bool, error) {
	id := ev.CaseID
	if in.unread != nil {
		id = caseOf(in.raw)
	}
	gone, err := d.l.isErased(id)
	if gone {
		in.raw = stubOf(in.raw)
	}
	return gone, err
}

// filing is how an event is kept. One about an erased case that is not here
// has nothing to fold into; it is kept as a stub all the same, and its desk is
// told why.
func (l *ledger) filing(gone bool, ev callback.Event, hash []byte) (receipt, error) {
	r := receipt{hash: hash, stub: gone}
	if !gone {
		return r, nil
	}
	e, err := l.entry(ev.CaseID)
	if err == nil && e.now.Version == 0 {
		r.refused = callback.Verdict{Status: callback.Shadowed, Reason: callback.ReasonErased}
	}
	return r, err
}

// keysOfErased gives the keys by which the person of an erased case is known.
func (l *ledger) keysOfErased(caseID string) ([]personKey, error) {
	id, ok, err := found(l.u.q.ErasedCase(l.u.ctx, caseID, l.team))
	if err != nil || !ok {
		return nil, err
	}
	list, err := l.u.q.ErasedKeysOf(l.u.ctx, id)
	if err != nil {
		return nil, err
	}
	var out []personKey
	for _, k := range list {
		if k.Kind != keyResponse {
			out = append(out, personKey{k.Kind, k.Key})
		}
	}
	return out, nil
}

// returns tells how a row of an import meets the erasures: again is set when
// the very response was erased, since when its person was.
func (l *ledger) returns(j judged) (again bool, since time.Time, err error) {
	if some, err := l.anyErased(); err != nil || !some {
		return false, since, err
	}
	hash := l.u.s.keys.response(j.response.Source, j.response.ExternalID)
	if _, again, err = found(l.u.q.ErasedKey(l.u.ctx, hash)); err != nil || again {
		return again, since, err
	}
	for _, k := range l.u.s.keys.person(j.customer) {
		hit, ok, err := found(l.u.q.ErasedKey(l.u.ctx, k.hash))
		if err != nil {
			return false, since, err
		}
		if !ok {
			continue
		}
		same, err := l.samePerson(hit, j.customer)
		if err != nil {
			return false, since, err
		}
		if at := fromMicros(hit.At); same && at.After(since) {
			since = at
		}
	}
	return false, since, nil
}

// samePerson tells two people on one telephone apart by their numbers in the
// source, where both have one.
func (l *ledger) samePerson(hit rows.ErasedKeyRow, c callback.Customer) (bool, error) {
	if hit.Kind == "ref" || c.Ref == "" {
		return true, nil
	}
	list, err := l.u.q.ErasedKeysOf(l.u.ctx, hit.Erasure)
	if err != nil {
		return false, err
	}
	for _, k := range list {
		if k.Kind == "ref" {
			return false, nil
		}
	}
	return true, nil
}
