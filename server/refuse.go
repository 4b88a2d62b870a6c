package server

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"ringback/callback"
	"ringback/server/rows"
)

// refuse tells why an event cannot be judged, before it reaches its case.
func (d *intent) refuse(in incoming, ev callback.Event) (callback.Reason, string) {
	if len(in.raw) > callback.MaxEventBytes {
		return callback.ReasonTooLarge, fmt.Sprintf("%d bytes are over %d", len(in.raw), callback.MaxEventBytes)
	}
	if ev.CaseID != "" {
		if err := validWord("case id", ev.CaseID); err != nil {
			return callback.ReasonInvalid, err.Error()
		}
	}
	spec, known := ev.Kind.Spec()
	if !known {
		return callback.ReasonUnknownKind, ""
	}
	if err := ev.Validate(); err != nil {
		return callback.ReasonInvalid, callback.Line(err.Error()).String()
	}
	if !spec.Desk || !mayRecord(d.who, ev) || !d.mayAmend(ev) {
		return callback.ReasonForbidden, fmt.Sprintf("%s is not for the role %s to record", ev.Kind, d.who.Role)
	}
	if !d.mayEnd(ev) {
		return callback.ReasonForbidden, "the case is with a supervisor, and only a supervisor ends it"
	}
	return d.mayCallOutside(ev)
}

// mayEnd tells whether the caller may close a case without a call: one that is
// with a supervisor is not an agent's to end.
func (d *intent) mayEnd(ev callback.Event) bool {
	if ev.Kind != callback.KindCaseClosed || d.who.Role.Leads() {
		return true
	}
	e, err := d.l.entry(ev.CaseID)
	return err == nil && !ev.Kind.ForLeadersOn(e.now)
}

// mayAmend tells whether the caller may say this of a dispute. Which fact leads
// is for supervisors to decide; agents may accept what stands beside their own,
// or ask.
func (d *intent) mayAmend(ev callback.Event) bool {
	if ev.Kind != callback.KindEventAmended || d.who.Role != callback.RoleAgent {
		return true
	}
	p, err := ev.Decode()
	if err != nil {
		return false
	}
	amended := p.(*callback.EventAmended)
	e, err := d.l.entry(ev.CaseID)
	if err != nil {
		return false
	}
	own, known := e.now.Dispute(amended.EventID)
	own.Acts = nil // whether it was settled meanwhile changes nobody's rights
	return !known || callback.MatterOf(e.now, own).Allow(d.who.ID, false).May.Acts(amended.Act)
}

// mayRecord is who may record what. Trainers have no cases; agents may take a
// case or give it back, but not give it to another, and what is for a
// supervisor to decide is not theirs.
func mayRecord(who Caller, ev callback.Event) bool {
	switch who.Role {
	case callback.RoleSupervisor, callback.RoleAdmin:
		return true
	case callback.RoleAgent:
		if ev.Kind.ForLeaders() {
			return false
		}
		if ev.Kind != callback.KindCaseAssigned {
			return true
		}
		payload, err := ev.Decode()
		if err != nil {
			return false
		}
		to, ok := payload.(*callback.CaseAssigned)
		return ok && (to.To == "" || to.To == who.ID)
	}
	return ev.Kind == callback.KindUndone
}

// quarantine keeps an event that was refused before it reached its case.
func (d *intent) quarantine(in incoming, ev callback.Event, hash []byte, why callback.Reason, detail string) error {
	ev.CaseID = ""
	if !isShortWord(string(ev.Kind)) {
		ev.Kind = "unknown"
	}
	e, _, err := d.l.apply(ev, receipt{hash: hash, refused: callback.Verdict{Status: callback.Rejected, Reason: why}})
	if err != nil {
		return err
	}
	return d.reject(in, ev, hash, why, detail, e)
}

// maxKept bounds what is kept of a refused event, in bytes.
const maxKept = 64 << 10

// reject keeps a refused event byte for byte and writes its receipt.
func (d *intent) reject(in incoming, ev callback.Event, hash []byte, why callback.Reason, detail string, e *entry) error {
	id := ev.ID
	if !isShortWord(id) {
		id = "nameless-" + hex.EncodeToString(hash[:8])
	}
	err := d.l.u.q.AddQuarantine(d.l.u.ctx, rows.AddQuarantineParams{
		Team: d.l.team, EventID: id, Hash: hash, Stream: d.stream, Seq: int64(ev.Seq), Agent: d.who.ID,
		Device: d.who.Device, ReceivedAt: micros(d.l.u.now), Reason: string(why), Detail: detail, Body: in.raw[:min(len(in.raw), maxKept)],
	})
	if err != nil {
		return err
	}
	r := callback.Receipt{EventID: ev.ID, Status: callback.Rejected, Reason: why, Detail: detail}
	if e != nil {
		r.Fence = e.now.Fence
	}
	d.receipt(r, nil)
	return nil
}

func bodyHash(raw []byte) []byte {
	sum := sha256.Sum256(raw)
	return sum[:]
}
