package server

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"ringback/callback"
)

// maxReason bounds the words that say why somebody is on the do-not-call list.
const maxReason = 500

// Suppress puts numbers and persons on the do-not-call list, as a customer's
// own request would: they are called by no team any more, and their open cases
// end at once. A row that is on the list already is counted as known. Either
// all rows are judged and kept, or none is.
func (s *Server) Suppress(ctx context.Context, who Caller, b callback.SuppressionBatch) (callback.SuppressionReport, error) {
	report := callback.SuppressionReport{Results: []callback.SuppressionResult{}}
	if len(b.Rows) > callback.MaxSuppressionRows {
		return report, callback.Errorf(callback.CodeTooLarge, "%d rows are over the %d of one request", len(b.Rows), callback.MaxSuppressionRows).
			WithHint("send them in several")
	}
	switch b.Way {
	case "":
		b.Way = callback.WayREST
	case callback.WayHand, callback.WayImport:
	default:
		return report, callback.Errorf(callback.CodeInvalid, "way %q is not known", callback.Line(string(b.Way)).String()).WithHint("it is hand or import, or left out")
	}
	err := s.write(ctx, scope{team: who.Team, all: true}, func(u *unit) error {
		report = callback.SuppressionReport{Results: []callback.SuppressionResult{}}
		for _, row := range b.Rows {
			result, err := u.suppressRow(who, b, row)
			if err != nil {
				return err
			}
			report.Add(result)
		}
		return nil
	})
	return report, err
}

// suppressRow judges one row and, if it can be used, keeps it.
func (u *unit) suppressRow(who Caller, batch callback.SuppressionBatch, row callback.NewSuppression) (callback.SuppressionResult, error) {
	reject := func(why string) (callback.SuppressionResult, error) {
		return callback.SuppressionResult{Status: callback.SuppressionRejected, Reason: why}, nil
	}
	reason := callback.Line(row.Reason).String()
	if reason == "" {
		reason = "On the do-not-call list."
	}
	switch {
	case len(reason) > maxReason:
		return reject("the reason is too long")
	case (row.Number == "") == (row.CaseID == ""):
		return reject("a row names either a number or a case")
	case row.CaseID != "" && !isShortWord(row.CaseID):
		return reject("there is no such case")
	case row.CaseID != "":
		return u.suppressCase(who, row.CaseID, reason, batch.Way)
	}
	p, warning := readPhone(row.Number, batch.Region)
	if p.E164 == "" {
		return reject(strings.TrimPrefix(warning, "phone: "))
	}
	key := personKey{"tel", u.s.keys.tel(p.E164)}
	known, err := suppressed(u.ctx, u.q, []personKey{key})
	if err != nil {
		return callback.SuppressionResult{}, err
	}
	b := ban{team: who.Team, event: u.s.cfg.NewID(), agent: who.ID, reason: reason, way: batch.Way}
	ended, err := u.ban([]personKey{key}, b)
	if err != nil {
		return callback.SuppressionResult{}, err
	}
	return u.listed(nameOf(key), []personKey{key}, b, known, ended)
}

// suppressCase puts the person of a case of the caller's team on the list.
func (u *unit) suppressCase(who Caller, id, reason string, way callback.SuppressionWay) (callback.SuppressionResult, error) {
	l, err := u.ledger(who.Team)
	if err != nil {
		return callback.SuppressionResult{}, err
	}
	doc, ok, err := found(u.q.Doc(u.ctx, who.Team, string(callback.DocCase), id))
	if err != nil {
		return callback.SuppressionResult{}, err
	}
	if !ok || doc.Body == nil {
		return callback.SuppressionResult{Status: callback.SuppressionRejected, Reason: "there is no such case"}, nil
	}
	e, err := l.entry(id)
	if err != nil {
		return callback.SuppressionResult{}, err
	}
	keys := u.s.keys.person(e.now.Customer)
	known, open := e.now.State == callback.Suppressed, e.now.State.Open()
	for _, k := range keys {
		listed, err := suppressed(u.ctx, u.q, []personKey{k})
		if err != nil {
			return callback.SuppressionResult{}, err
		}
		known = known && listed
	}
	b := ban{team: who.Team, caseID: id, event: u.s.cfg.NewID(), agent: who.ID, reason: reason, way: way}
	ended, err := u.ban(keys, b)
	if err != nil {
		return callback.SuppressionResult{}, err
	}
	if e.now.State != callback.Suppressed {
		// The case is closed, or nothing of its person is known.
		if _, _, err := l.applyOwn(id, who.ID, serverDevice, &callback.SuppressRequested{Reason: reason}); err != nil {
			return callback.SuppressionResult{}, err
		}
		if open {
			ended++
		}
	}
	name := id
	if len(keys) > 0 {
		name = nameOf(keys[0])
	}
	return u.listed(name, keys, b, known, ended)
}

// listed puts a change of the list on record and gives its result. Something
// known that ended no case changed nothing.
func (u *unit) listed(name string, keys []personKey, b ban, known bool, ended int) (callback.SuppressionResult, error) {
	out := callback.SuppressionResult{Status: callback.SuppressionAdded, Key: name, Ended: ended}
	if known {
		out.Status = callback.SuppressionKnown
		if ended == 0 {
			return out, nil
		}
	}
	if err := u.noteBan(keys, b, ended); err != nil {
		return out, err
	}
	return out, u.audit(b.team, b.agent, "suppression.add", name, fmt.Sprintf("ended %d", ended))
}

// nameOf names an entry of the list: its keyed hash, of which no number can be
// made.
func nameOf(k personKey) string { return hex.EncodeToString(k.hash) }

// Bounds of how many entries of the list are given at once.
const (
	someSuppressions = 500
	mostSuppressions = 10_000
)

// Suppressions gives the latest entries of the do-not-call list: those that
// came from a team, or all if team is empty. limit 0 means 500.
func (s *Server) Suppressions(ctx context.Context, team string, limit int) (callback.SuppressionList, error) {
	if limit == 0 {
		limit = someSuppressions
	}
	out := callback.SuppressionList{Entries: []callback.Suppression{}}
	total, err := s.db.ask.CountSuppressions(ctx, team)
	if err != nil {
		return out, s.db.failure("count suppressions", err)
	}
	list, err := s.db.ask.Suppressions(ctx, team, int32(min(limit, mostSuppressions)))
	if err != nil {
		return out, s.db.failure("list suppressions", err)
	}
	out.Total = int(total)
	for _, r := range list {
		out.Entries = append(out.Entries, callback.Suppression{
			Key: hex.EncodeToString(r.Key), Kind: r.Kind, At: fromMicros(r.At), Team: r.Team, CaseID: r.CaseID, Reason: r.Reason,
		})
	}
	return out, nil
}
