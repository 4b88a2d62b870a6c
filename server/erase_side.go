package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ringback/callback"
)

// sideErased is the ledger of erasures, a line of JSON each.
const sideErased = ".erased"

// addErasure writes an erasure down beside the database, durably. The line may
// come twice; its id tells.
func (f side) addErasure(rec erasure) error {
	if f.prefix == "" {
		return nil
	}
	line, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode erasure %s: %w", rec.ID, err)
	}
	file, err := os.OpenFile(f.path(sideErased), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "nothing was erased: the ledger of erasures cannot be written: %w", err)
	}
	// A line that a crash cut short must not swallow this one.
	_, err = file.Write(append(append([]byte{'\n'}, line...), '\n'))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = syncFolder(f.path(sideErased))
	}
	if err != nil {
		return callback.Errorf(callback.CodeInternal, "nothing was erased: the ledger of erasures cannot be written: %w", err)
	}
	return nil
}

// erasures reads the ledger, the oldest first. Lines that cannot be read are
// counted: only the last one can have been cut short, by a crash before its
// erasure took effect.
func (f side) erasures() (list []erasure, bad int, err error) {
	if f.prefix == "" {
		return nil, 0, nil
	}
	raw, err := os.ReadFile(f.path(sideErased))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, callback.Errorf(callback.CodeInvalid, "the ledger of erasures cannot be read: %w", err).
			WithHint("without it people who were erased might come back; make it readable")
	}
	seen := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, len(raw)+1)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var rec erasure
		if json.Unmarshal(lines.Bytes(), &rec) != nil || rec.ID == "" {
			bad++
			continue
		}
		if at, twice := seen[rec.ID]; twice {
			list[at] = rec
			continue
		}
		seen[rec.ID] = len(list)
		list = append(list, rec)
	}
	return list, bad, lines.Err()
}

// replayErasures repeats the erasures that the database does not know: it was
// restored from a backup of before, or a crash came between the ledger and the
// commit. Nothing is served until that is done.
func (s *Server) replayErasures(ctx context.Context) error {
	if s.cfg.History == HistoryLook {
		return nil
	}
	from := s.side
	if s.cfg.ledger != "" {
		from = side{s.cfg.ledger}
	}
	list, bad, err := from.erasures()
	if err != nil {
		return err
	}
	if bad > 0 {
		s.cfg.Log.Warn("lines of the ledger of erasures cannot be read", "lines", bad)
	}
	done := 0
	for _, rec := range list {
		again, err := s.replay(ctx, rec)
		if err != nil {
			return fmt.Errorf("repeat erasure %s: %w", rec.ID, err)
		}
		if again {
			done++
		}
	}
	s.erased = done
	if err := s.completeLedger(ctx, list); err != nil || done == 0 {
		return err
	}
	s.cfg.Log.Warn("erasures were repeated on a database that did not know them", "erasures", done)
	_, err = s.db.engine.scrub(ctx, s.db, true)
	return err
}

// completeLedger writes down beside the database what only the database knows:
// the file was lost, or damaged.
func (s *Server) completeLedger(ctx context.Context, list []erasure) error {
	if s.side.prefix == "" {
		return nil
	}
	noted := map[string]bool{}
	for _, rec := range list {
		noted[rec.ID] = true
	}
	all, err := s.db.ask.Erasures(ctx)
	if err != nil {
		return s.db.failure("list erasures", err)
	}
	for _, r := range all {
		if noted[r.ID] {
			continue
		}
		rec := erasure{ID: r.ID, At: fromMicros(r.At), By: r.Who, Reason: r.Reason}
		if err := s.recall(ctx, &rec); err != nil {
			return s.db.failure("recall erasure "+r.ID, err)
		}
		if err := s.side.addErasure(rec); err != nil {
			return err
		}
	}
	return nil
}

// recall completes an erasure from the database.
func (s *Server) recall(ctx context.Context, rec *erasure) error {
	cases, err := s.db.ask.CasesOfErasure(ctx, rec.ID)
	if err != nil {
		return err
	}
	at := map[[2]string]int{}
	for _, c := range cases {
		k := [2]string{c.Team, c.CustomerID}
		if _, known := at[k]; !known {
			at[k] = len(rec.People)
			rec.People = append(rec.People, erasedPerson{Team: c.Team, Customer: c.CustomerID})
		}
		p := &rec.People[at[k]]
		p.Cases = append(p.Cases, c.CaseID)
	}
	keys, err := s.db.ask.ErasedKeysOf(ctx, rec.ID)
	for _, k := range keys {
		rec.key(k.Kind, k.Key)
	}
	return err
}

// checkErasures compares the database with the ledger beside it.
func (s *Server) checkErasures(ctx context.Context, report *callback.CheckReport) error {
	list, _, err := s.side.erasures()
	if err != nil {
		return err
	}
	wrong := func(what string) {
		report.Problems = append(report.Problems, callback.Problem{Where: "erasures", What: what})
	}
	noted := map[string]bool{}
	for _, rec := range list {
		noted[rec.ID] = true
		if _, known, err := found(s.db.ask.Erasure(ctx, rec.ID)); err != nil {
			return s.db.failure("look for an erasure", err)
		} else if !known {
			wrong("the database does not know the erasure " + rec.ID + "; the server repeats it at its next start")
		}
	}
	if s.side.prefix == "" || len(list) == 0 {
		return nil // nothing lies beside the database, as with a backup that is only looked at
	}
	all, err := s.db.ask.Erasures(ctx)
	if err != nil {
		return s.db.failure("list erasures", err)
	}
	for _, r := range all {
		if !noted[r.ID] {
			wrong("the ledger beside the database lacks the erasure " + r.ID + ", so that a restore could not repeat it")
		}
	}
	return nil
}

// replay repeats one erasure, if the database does not know it.
func (s *Server) replay(ctx context.Context, rec erasure) (bool, error) {
	if _, known, err := found(s.db.ask.Erasure(ctx, rec.ID)); err != nil || known {
		return false, err
	}
	err := s.write(ctx, scope{all: true}, func(u *unit) error {
		known := rec.People
		if err := u.findEverywhere(&rec, known...); err != nil {
			return err
		}
		rec.People = withCases(rec.People, known)
		e := eraser{u: u, rec: &rec}
		return e.run()
	})
	return err == nil, err
}

// withCases adds the cases of the ledger to those that were found: a backup
// may lack them, and what desks send of them later must be known.
func withCases(found, known []erasedPerson) []erasedPerson {
	for _, k := range known {
		at := -1
		for i, p := range found {
			if p.Team == k.Team && p.Customer == k.Customer {
				at = i
			}
		}
		if at < 0 {
			continue // the team is not in this database
		}
		have := map[string]bool{}
		for _, id := range found[at].Cases {
			have[id] = true
		}
		for _, id := range k.Cases {
			if !have[id] {
				found[at].Cases = append(found[at].Cases, id)
			}
		}
	}
	return found
}
