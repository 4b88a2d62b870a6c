package server

import (
	"bytes"
	"context"
	"encoding/json"

	"ringback/callback"
	"ringback/server/rows"
)

// Bounds of how many entries of the quarantine are given at once.
const (
	someQuarantined = 500
	mostQuarantined = 10_000
)

// Quarantine gives a team's refused events, the latest first; those that were settled too if settled is set.
// limit 0 means 500.
func (s *Server) Quarantine(ctx context.Context, team string, settled bool, limit int) ([]callback.QuarantineEntry, error) {
	if limit == 0 {
		limit = someQuarantined
	}
	list, err := s.db.ask.Quarantine(ctx, team, settled, int32(min(limit, mostQuarantined)))
	if err != nil {
		return nil, s.db.failure("list the quarantine", err)
	}
	out := make([]callback.QuarantineEntry, 0, len(list))
	for _, r := range list {
		out = append(out, quarantineEntry(r))
	}
	return out, nil
}

func quarantineEntry(r rows.Quarantine) callback.QuarantineEntry {
	e := callback.QuarantineEntry{
		EventID: r.EventID, Agent: r.Agent, Device: r.Device, ReceivedAt: fromMicros(r.ReceivedAt), Reason: callback.Reason(r.Reason), Detail: r.Detail,
	}
	if json.Valid(r.Body) {
		e.Event = r.Body
		var ev callback.Event
		if json.Unmarshal(r.Body, &ev) == nil {
			e.Kind, e.CaseID = callback.EventKind(callback.Line(string(ev.Kind)).String()), callback.Line(ev.CaseID).String()
		}
	}
	if r.SettledAt != 0 {
		e.Settled = &callback.QuarantineEnd{By: r.SettledBy, At: fromMicros(r.SettledAt), How: r.How, Note: r.Note}
	}
	return e
}

// RetryQuarantined judges a refused event anew, as its author's: after an upgrade the server may know its kind,
// after a restore its case may be back. The first verdict stays on record. What is still refused stays in
// quarantine.
func (s *Server) RetryQuarantined(ctx context.Context, who Caller, eventID, reason string) (callback.QuarantineResult, error) {
	out := callback.QuarantineResult{EventID: eventID, Status: callback.Rejected}
	if reason = callback.Line(reason).String(); len(reason) > maxReason {
		return out, callback.Errorf(callback.CodeInvalid, "the reason is over %d bytes", maxReason)
	}
	err := s.quarantined(ctx, who, eventID, func(l *ledger, r rows.Quarantine) (err error) {
		out, err = l.retry(r, who.ID, reason)
		return err
	})
	return out, err
}

// retry judges an event in quarantine anew, on behalf of by.
func (l *ledger) retry(r rows.Quarantine, by, note string) (callback.QuarantineResult, error) {
	out := callback.QuarantineResult{EventID: r.EventID, Status: callback.Rejected}
	author, err := l.u.author(r)
	if err != nil {
		return out, err
	}
	in := readEvent(r.Body)
	d := &intent{l: l, who: author, stream: r.Stream}
	ev := d.mine(in.Event)
	hash := contentHash(l.team, ev)
	first, known, err := d.known(ev.ID)
	switch {
	case err != nil:
		return out, err
	case in.unread != nil || !known || !bytes.Equal(hash, first.Hash):
		// It has no id of its own, so it can only be dismissed.
		out.Reason, out.Detail = callback.Reason(r.Reason), r.Detail
		return out, nil
	}
	verdict, detail, _, err := d.rejudge(in, ev, hash, by, note)
	out.Status, out.Reason, out.Detail = verdict.Status, verdict.Reason, detail
	return out, err
}

// DismissQuarantined takes an event out of quarantine without effect. It stays on record with who dismissed it
// and why.
func (s *Server) DismissQuarantined(ctx context.Context, who Caller, eventID, reason string) error {
	reason = callback.Line(reason).String()
	if reason == "" || len(reason) > maxReason {
		return callback.Errorf(callback.CodeInvalid, "a dismissal needs a reason of at most %d bytes", maxReason)
	}
	return s.quarantined(ctx, who, eventID, func(l *ledger, r rows.Quarantine) error {
		return l.u.leaveQuarantine(r, who.ID, callback.QuarantineDismissed, reason)
	})
}

// quarantined runs do on each version of an event that waits in the caller's team's quarantine.
func (s *Server) quarantined(ctx context.Context, who Caller, eventID string, do func(*ledger, rows.Quarantine) error) error {
	absent := callback.Errorf(callback.CodeNotFound, "no event %q waits in quarantine", callback.Line(eventID).String()).
		WithHint("ringback quarantine list shows those that do")
	if !isShortWord(eventID) {
		return absent
	}
	return s.write(ctx, scope{team: who.Team, all: true}, func(u *unit) error {
		l, err := u.ledger(who.Team)
		if err != nil {
			return err
		}
		list, err := u.q.QuarantineOf(u.ctx, who.Team, eventID)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return absent
		}
		for _, r := range list {
			if err := do(l, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// author gives whose event it is, with the rights they have now.
func (u *unit) author(r rows.Quarantine) (Caller, error) {
	row, ok, err := found(u.q.User(u.ctx, r.Agent))
	if err != nil {
		return Caller{}, err
	}
	if !ok {
		return Caller{ID: r.Agent, Team: r.Team, Device: r.Device}, nil
	}
	return callerOf(row, r.Device), nil
}

// leaveQuarantine settles a row of the quarantine and writes it into the audit.
func (u *unit) leaveQuarantine(r rows.Quarantine, by, how, note string) error {
	n, err := u.q.SettleQuarantine(u.ctx, rows.SettleQuarantineParams{
		Team: r.Team, EventID: r.EventID, Hash: r.Hash, SettledAt: micros(u.now), SettledBy: by, How: how, Note: note,
	})
	if err != nil || n == 0 {
		return err
	}
	return u.audit(r.Team, by, "quarantine."+how, r.EventID, "")
}

// rejudge judges an event anew that was rejected before, on behalf of by, who may say why in a note. If it passes it takes its place behind
// the events judged since, and leaves quarantine.
func (d *intent) rejudge(in incoming, ev callback.Event, hash []byte, by, note string) (callback.Verdict, string, *entry, error) {
	if reason, detail := d.refuse(in, ev); reason != "" {
		return callback.Verdict{Status: callback.Rejected, Reason: reason}, detail, nil, nil
	}
	e, verdict, err := d.l.said(ev, receipt{hash: hash, again: true})
	if err != nil || verdict.Status == callback.Rejected {
		return verdict, "", e, err
	}
	return verdict, "", e, d.l.u.leaveQuarantine(rows.Quarantine{Team: d.l.team, EventID: ev.ID, Hash: hash}, by, callback.QuarantineApplied, note)
}
