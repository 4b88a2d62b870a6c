package server

import (
	"bytes"
	"strings"
	"testing"

	"ringback/callback"
)

// What another build has ranked is ranked anew once this one serves, the hours
// of the clock with it, and desks are told; until then check says what to do.
func TestAnUpgradeRanksOpenCasesAnew(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.s.cfg.Version = "v2"
		w.intake("north", row("1", 2, "Bad."), row("2", 3, "Slow."))
		id := caseIDOf(t, row("1", 2, "Bad."))
		ctx := t.Context()
		right := must(w.s.db.ask.Doc(ctx, "north", string(callback.DocCase), id))(t)
		for _, q := range []string{
			"UPDATE docs SET rank = (SELECT rank FROM docs WHERE team = 'north' AND type = 'case' AND id <> $1) WHERE team = 'north' AND type = 'case' AND id = $1",
			"UPDATE cases SET wake = wake + 1 WHERE team = 'north' AND id = $1",
		} {
			if _, err := w.s.db.write.ExecContext(ctx, q, id); err != nil {
				t.Fatal(err)
			}
		}
		report := must(w.s.Check(ctx))(t)
		if report.OK || len(report.Problems) != 2 {
			t.Fatalf("%+v", report)
		}
		for _, p := range report.Problems {
			if !strings.Contains(p.Where, id) || !strings.Contains(p.What, "set right when serve is started") {
				t.Errorf("%+v", p)
			}
		}
		before := must(w.s.db.ask.Team(ctx, "north"))(t)
		if n := must(w.s.rankAnew(ctx))(t); n != 1 {
			t.Fatalf("%d were ranked anew, want 1", n)
		}
		w.check()
		now := must(w.s.db.ask.Doc(ctx, "north", string(callback.DocCase), id))(t)
		if !bytes.Equal(now.Rank, right.Rank) || !bytes.Equal(now.Body, right.Body) || now.Pos <= before.Pos {
			t.Errorf("the document is at %d after %d; its rank is %v, was %v", now.Pos, before.Pos, now.Rank, right.Rank)
		}
		// Once is enough until another build serves; what is wrong then is no
		// matter of an upgrade, and check says no more than that.
		if _, err := w.s.db.write.ExecContext(ctx, "UPDATE cases SET wake = wake + 1 WHERE team = 'north' AND id = $1", id); err != nil {
			t.Fatal(err)
		}
		if n := must(w.s.rankAnew(ctx))(t); n != 0 {
			t.Fatalf("%d were ranked again", n)
		}
		if report := must(w.s.Check(ctx))(t); report.OK || strings.Contains(report.Problems[0].What, "set right") {
			t.Fatalf("%+v", report)
		}
		w.s.cfg.Version = "v3"
		if n := must(w.s.rankAnew(ctx))(t); n != 1 {
			t.Fatalf("%d by the next build, want 1", n)
		}
		w.check()
	})
}
