package server

import (
	"encoding/json"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// ledger is one team's part of a unit. It folds events into cases in memory
// and writes each changed case once, when it is flushed.
type ledger struct {
	u    *unit
	team string
	// began is the head of the feed when the unit began, pos where it is now.
	began, pos int64
	// noted is the last place of the head that has a mark, in this unit.
	noted struct {
		pos  int64
		mark uint64
	}
	// floor is the position up to which tombstones and marks are gone.
	floor int64
	// events counts the team's events, for ever.
	events  int64
	version int64
	policy  callback.Policy
	cases   map[string]*entry
	// order lists the entries as they were first touched, so that positions do
	// not depend on the order of a map.
	order []*entry
	// fresh finds cases that this unit has opened, opened again or given numbers
	// by their customers' keys: the index does not have them so yet.
	fresh map[string][]string
	// holding is which case a customer has open, where this unit has changed it;
	// empty is none.
	holding       map[string]string
	days          map[string]*dayChange
	docs          []callback.Doc
	policyChanged bool
	// erasures tells whether anybody was ever erased; nil until it is asked.
	erasures *bool
	// leaders are the team's supervisors, nil until they are asked for; workers
	// remembers who can work on its cases.
	leaders []string
	workers map[string]bool
}

// entry is a case in a ledger: as it was when the unit last wrote it, as it
// is now, and the events in between.
type entry struct {
	id        string
	base, now callback.Case
	// pos is where the case stands in the feed; 0 if it is not in it.
	pos int64
	// effect is where the events of the last flush show: pos, or 0 if they
	// changed nothing. An older position would say that a backup of before
	// holds them.
	effect int64
	// rows wait for the position; touched tells that the case has changed.
	rows []rows.AddEventParams
	// again are those among them that were refused before, by id.
	again   map[string]bool
	touched bool
	// stale tells that the index may say something else of the case.
	stale bool
	// owner is the customer whose case it is, once it was asked: another one
	// than the case knows, if that one turned out to be somebody else.
	owner string
}

// entry loads a case, or begins one that does not exist yet.
func (l *ledger) entry(id string) (*entry, error) {
	if e := l.cases[id]; e != nil {
		return e, nil
	}
	e := &entry{id: id}
	if id != "" {
		row, ok, err := found(l.u.q.Doc(l.u.ctx, l.team, string(callback.DocCase), id))
		if err != nil {
			return nil, err
		}
		if ok && row.Body != nil {
			if err := json.Unmarshal(row.Body, &e.base); err != nil {
				return nil, fmt.Errorf("read case %s: %w", id, err)
			}
			e.pos = row.Pos
		}
	}
	e.now = e.base
	l.cases[id] = e
	l.order = append(l.order, e)
	return e, nil
}

// receipt is what the ledger keeps beside an event.
type receipt struct {
	hash []byte
	// refused is set when the event was rejected before it reached its case.
	refused callback.Verdict
	// again tells that the event is here, rejected, and is judged anew: if it
	// is rejected once more nothing changes.
	again bool
	// stub tells that the event's case was erased.
	stub bool
}

// apply folds an event into its case and keeps it. It is the only way a case
// changes.
func (l *ledger) apply(ev callback.Event, r receipt) (*entry, callback.Verdict, error) {
	e, err := l.entry(ev.CaseID)
	if err != nil {
		return nil, callback.Verdict{}, err
	}
	verdict := r.refused
	policy, version, err := l.policyFor(ev)
	if err != nil {
		return nil, verdict, err
	}
	said := ev
	if e.now.Erased != nil || r.stub {
		ev = ev.Stub()
	}
	if verdict.Status == "" {
		if err := l.barReopening(e, policy, ev); err != nil {
			return nil, verdict, err
		}
	}
	before := e.now
	if verdict.Status == "" {
		e.now, verdict = callback.Apply(policy, e.now, ev)
	}
	if r.again && verdict.Status == callback.Rejected {
		return e, verdict, nil
	}
	if e.now.Version != before.Version {
		e.touched = true
	}
	if becomesKnown(before, e.now) {
		for _, k := range l.u.s.keys.person(e.now.Customer) {
			l.fresh[string(k.hash)] = append(l.fresh[string(k.hash)], e.id)
		}
	}
	body := []byte{}
	if verdict.Status != callback.Rejected {
		if body, err = json.Marshal(ev); err != nil {
			return nil, verdict, fmt.Errorf("encode event %s: %w", ev.ID, err)
		}
	}
	l.events++
	e.rows = append(e.rows, rows.AddEventParams{
		Team: l.team, ID: ev.ID, N: l.events, CaseID: ev.CaseID, Kind: string(ev.Kind), Stream: ev.Stream, Seq: int64(ev.Seq),
		ReceivedAt: micros(l.u.now), Hash: r.hash, Status: string(verdict.Status), Reason: string(verdict.Reason),
		Fence: int64(e.now.Fence), Policy: version, Body: body,
	})
	if r.again {
		if e.again == nil {
			e.again = map[string]bool{}
		}
		e.again[ev.ID] = true
	}
	l.u.waiting[[2]string{l.team, ev.ID}] = e
	if verdict.Status == callback.Rejected {
		return e, verdict, nil
	}
	return e, verdict, l.keep(e, before, ev, said, verdict)
}

// keep draws the consequences of an event that was folded, beyond its case;
// said is the event before its texts were taken out.
func (l *ledger) keep(e *entry, before callback.Case, ev, said callback.Event, verdict callback.Verdict) error {
	if err := l.keepHolding(e, before, ev); err != nil {
		return err
	}
	if err := l.keepDials(e, before); err != nil {
		return err
	}
	if err := l.keepSuppressed(e, before, said); err != nil {
		return err
	}
	if verdict.Status != callback.Applied {
		return l.carry(e, ev, verdict)
	}
	if err := l.keepNumbers(e, before, ev); err != nil {
		return err
	}
	return l.keepOwners(e, before)
}

// becomesKnown tells whether an event makes a case one that is to be found by
// its customer: the index says so only when the unit is flushed.
func becomesKnown(before, now callback.Case) bool {
	return before.Version == 0 && now.Version > 0 || now.State.Open() && !before.State.Open() || len(now.Renumbered) > len(before.Renumbered)
}

// own makes an event of the server about a case.
func (l *ledger) own(caseID, agent, device string, p callback.Payload) (callback.Event, error) {
	ev, err := callback.NewEvent(l.u.s.cfg.NewID(), caseID, p)
	if err != nil {
		return ev, err
	}
	e, err := l.entry(caseID)
	if err != nil {
		return ev, err
	}
	ev.Team, ev.Agent, ev.Device, ev.At, ev.Fence = l.team, agent, device, l.u.now, e.now.Fence
	return ev, nil
}

// serverDevice is the device of events that the server records by itself.
const serverDevice = "server"

// applyOwn records an event of the server.
func (l *ledger) applyOwn(caseID, agent, device string, p callback.Payload) (*entry, callback.Verdict, error) {
	ev, err := l.own(caseID, agent, device, p)
	if err != nil {
		return nil, callback.Verdict{}, err
	}
	return l.apply(ev, receipt{hash: contentHash(l.team, ev)})
}

// put adds a document other than a case to what will be written.
func (l *ledger) put(t callback.DocType, id string, v any) error {
	var body []byte
	if v != nil {
		var err error
		if body, err = json.Marshal(v); err != nil {
			return fmt.Errorf("encode %s %s: %w", t, id, err)
		}
	}
	l.docs = append(l.docs, callback.Doc{Type: t, ID: id, Schema: callback.SchemaVersion, Body: body})
	return nil
}
