package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// erasure is one person's erasure, as it is kept beside the database: enough to
// repeat it on a backup, without a word about the person.
type erasure struct {
	ID     string         `json:"id"`
	At     time.Time      `json:"at"`
	By     string         `json:"by"`
	Reason string         `json:"reason"`
	People []erasedPerson `json:"people"`
	Keys   []erasedKey    `json:"keys"`
}

// erasedPerson is the person in one team.
type erasedPerson struct {
	Team     string   `json:"team"`
	Customer string   `json:"customer"`
	Cases    []string `json:"cases"`
}

// erasedKey is a keyed hash by which the person, or a response of theirs, is
// known again.
type erasedKey struct {
	Kind string `json:"kind"`
	Hash string `json:"hash"`
}

// keyResponse is the kind of the keys of responses.
const keyResponse = "response"

func (k keyring) response(source, externalID string) []byte {
	return k.hash(keyResponse, source+"\x00"+externalID)
}

// Erase takes a person's data out of everything the server holds, in every
// team: texts go from cases, events, responses, comments and the quarantine,
// the person's keys become hashes of an erasure, and open cases end. What is
// left folds and counts as before. Desks are told with the feed. It cannot be
// undone.
func (s *Server) Erase(ctx context.Context, who Caller, r callback.EraseRequest) (callback.ErasureReport, error) {
	report := callback.ErasureReport{Cases: []string{}}
	if r.Reason = callback.Line(r.Reason).String(); r.Reason == "" || len(r.Reason) > maxReason {
		return report, callback.Errorf(callback.CodeInvalid, "an erasure needs a reason of at most %d bytes", maxReason).
			WithHint("write why, without the person's name: it stays on record")
	}
	if (r.CaseID == "") == (r.CustomerID == "") {
		return report, callback.Errorf(callback.CodeInvalid, "an erasure names either a case or a customer")
	}
	id := s.cfg.NewID()
	err := s.write(ctx, scope{team: r.Team, all: true}, func(u *unit) error {
		rec := erasure{ID: id, At: u.now, By: who.ID, Reason: r.Reason}
		if err := u.findPerson(&rec, r); err != nil {
			return err
		}
		e := eraser{u: u, rec: &rec}
		if err := e.run(); err != nil {
			return err
		}
		report = e.report(report)
		if r.DryRun {
			return errUndo
		}
		// Before the commit: an erasure that was begun is finished at the next
		// start, whatever happens.
		if err := s.side.addErasure(rec); err != nil {
			return err
		}
		return u.audit(who.Team, who.ID, "person.erase", id, fmt.Sprintf("cases %d", len(report.Cases)))
	})
	if err != nil || r.DryRun {
		return report, err
	}
	report.Left, err = s.db.engine.scrub(ctx, s.db, false)
	if err != nil {
		s.cfg.Log.Error("an erasure took effect, but not all of its traces left the disk; erase again, or see the operator's guide", "erasure", id, "error", err)
		report.Left = "traces may be left on the server's disk: see its log"
	}
	return report, nil
}

// Scrub takes what was erased off the server's disk, as far as the engine can,
// and says what is left to the operator. Writers wait meanwhile.
func (s *Server) Scrub(ctx context.Context) (left string, err error) {
	left, err = s.db.engine.scrub(ctx, s.db, true)
	return left, s.db.failure("scrub the database", err)
}

// findPerson finds who is meant, in every team.
func (u *unit) findPerson(rec *erasure, r callback.EraseRequest) error {
	missing := callback.Errorf(callback.CodeNotFound, "there is no such case or customer").
		WithHint("give the whole id, as ringback show prints it, and the team with --team")
	id := r.CustomerID
	if id == "" {
		var ok bool
		var err error
		if !isShortWord(r.CaseID) {
			return missing
		}
		if id, ok, err = found(u.q.CustomerOfCase(u.ctx, r.Team, r.CaseID)); err != nil {
			return err
		} else if !ok {
			return missing
		}
	}
	row, ok, err := u.whoIs(r.Team, id)
	if err != nil {
		return err
	}
	if !ok {
		return missing
	}
	rec.key("ref", row.Ref)
	rec.key("tel", row.Tel)
	rec.key("mail", row.Mail)
	more, err := u.q.CustomerNumbers(u.ctx, r.Team, row.ID)
	if err != nil {
		return err
	}
	for _, hash := range more {
		rec.key("tel", hash)
	}
	return u.findEverywhere(rec, erasedPerson{Team: r.Team, Customer: row.ID})
}

func (rec *erasure) key(kind string, hash []byte) {
	if len(hash) == 0 {
		return
	}
	k := erasedKey{kind, hex.EncodeToString(hash)}
	for _, have := range rec.Keys {
		if have == k {
			return
		}
	}
	rec.Keys = append(rec.Keys, k)
}

func (rec *erasure) has(kind string, hash []byte) bool {
	for _, k := range rec.Keys {
		if k.Kind == kind && (hash == nil || k.Hash == hex.EncodeToString(hash)) {
			return true
		}
	}
	return false
}

// findEverywhere finds the person's entries in all teams, and their cases.
// Whoever has another number in the source is another person, even on the same
// telephone.
func (u *unit) findEverywhere(rec *erasure, known ...erasedPerson) error {
	teams, err := u.q.Teams(u.ctx)
	if err != nil {
		return err
	}
	ids := map[[2]string]bool{}
	for _, p := range known {
		ids[[2]string{p.Team, p.Customer}] = true
	}
	for _, t := range teams {
		list, err := u.alike(t.Team, rec)
		if err != nil {
			return err
		}
		for _, c := range list {
			if len(c.Ref) == 0 || !rec.has("ref", nil) || rec.has("ref", c.Ref) {
				ids[[2]string{t.Team, c.ID}] = true
			}
		}
	}
	if err := u.withJoined(rec, ids); err != nil {
		return err
	}
	rec.People = nil
	for _, t := range teams {
		for _, id := range sortedOf(ids, t.Team) {
			cases, err := u.q.CasesOfCustomer(u.ctx, t.Team, id)
			if err != nil {
				return err
			}
			rec.People = append(rec.People, erasedPerson{Team: t.Team, Customer: id, Cases: append([]string{}, cases...)})
		}
	}
	return nil
}

// alike gives a team's customers that share a key with the person.
func (u *unit) alike(team string, rec *erasure) ([]rows.CustomersByRefRow, error) {
	var out []rows.CustomersByRefRow
	for _, k := range rec.Keys {
		hash, err := hex.DecodeString(k.Hash)
		if err != nil {
			return nil, fmt.Errorf("read key of erasure %s: %w", rec.ID, err)
		}
		var list []rows.CustomersByRefRow
		switch k.Kind {
		case "ref":
			list, err = u.q.CustomersByRef(u.ctx, team, hash)
		case "tel":
			var by []rows.CustomersByTelRow
			by, err = u.q.CustomersByTel(u.ctx, team, hash)
			for _, r := range by {
				list = append(list, rows.CustomersByRefRow(r))
			}
		case "mail":
			var by []rows.CustomersByMailRow
			by, err = u.q.CustomersByMail(u.ctx, team, hash)
			for _, r := range by {
				list = append(list, rows.CustomersByRefRow(r))
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func sortedOf(ids map[[2]string]bool, team string) []string {
	of := map[string]bool{}
	for k := range ids {
		if k[0] == team {
			of[k[1]] = true
		}
	}
	return sorted(of)
}

// eraser carries one erasure out.
type eraser struct {
	u   *unit
	rec *erasure
	// what was reached
	cases             []string
	responses, events int
	// salt names numbers otherwise; it is forgotten when the erasure ends.
	salt []byte
}

func (e *eraser) report(r callback.ErasureReport) callback.ErasureReport {
	r.ID, r.At, r.Customers = e.rec.ID, e.rec.At, len(e.rec.People)
	r.Cases = append([]string{}, e.cases...)
	r.Responses, r.Events = e.responses, e.events
	return r
}

func (e *eraser) run() error {
	e.salt = make([]byte, 32)
	if _, err := rand.Read(e.salt); err != nil {
		return fmt.Errorf("make a random number: %w", err)
	}
	gone := map[string]bool{}
	for _, p := range e.rec.People {
		if err := e.person(p); err != nil {
			return fmt.Errorf("erase a person of team %s: %w", p.Team, err)
		}
		for _, id := range p.Cases {
			gone[id] = true
		}
	}
	for _, p := range e.rec.People {
		if err := e.quarantined(p.Team, gone); err != nil {
			return err
		}
	}
	return e.record()
}

func (e *eraser) person(p erasedPerson) error {
	l, err := e.u.ledger(p.Team)
	if err != nil {
		return err
	}
	for _, id := range p.Cases {
		if err := e.erase(l, id); err != nil {
			return err
		}
	}
	if err := e.answers(l, p.Customer); err != nil {
		return err
	}
	if err := e.u.q.DropCustomerNumbers(e.u.ctx, p.Team, p.Customer); err != nil {
		return err
	}
	body, err := json.Marshal(callback.Customer{ID: p.Customer, Name: callback.ErasedText, Value: -1})
	if err != nil {
		return fmt.Errorf("encode what is left of a customer: %w", err)
	}
	if err := e.u.q.DropCustomerKeys(e.u.ctx, p.Team, p.Customer); err != nil {
		return err
	}
	return e.u.q.EraseCustomer(e.u.ctx, rows.EraseCustomerParams{Team: p.Team, ID: p.Customer, Ref: []byte{}, Body: body})
}

// answers takes the texts out of the person's responses, and the comments out
// of the feed.
func (e *eraser) answers(l *ledger, customer string) error {
	list, err := e.u.q.ResponsesOfCustomer(e.u.ctx, l.team, customer)
	if err != nil {
		return err
	}
	for _, row := range list {
		var old callback.Response
		if row.Source == erasedSource {
			continue
		}
		if err := json.Unmarshal(row.Body, &old); err != nil {
			return fmt.Errorf("read response %s: %w", row.ID, err)
		}
		hash := e.u.s.keys.response(row.Source, row.ExternalID)
		e.rec.key(keyResponse, hash)
		left := callback.Response{ID: row.ID, Score: old.Score, Asked: old.Asked, AnsweredAt: old.AnsweredAt}
		body, err := json.Marshal(left)
		if err != nil {
			return fmt.Errorf("encode what is left of response %s: %w", row.ID, err)
		}
		err = e.u.q.EraseResponse(e.u.ctx, rows.EraseResponseParams{
			Team: l.team, Source: row.Source, ExternalID: row.ExternalID,
			Source_2: erasedSource, ExternalID_2: hex.EncodeToString(hash), Body: body,
		})
		if err != nil {
			return err
		}
		e.responses++
		if row.Words {
			if err := l.put(callback.DocComment, row.ID, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// erasedSource stands in the place of the source of an erased response.
const erasedSource = "erased"
