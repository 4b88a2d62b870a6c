package server

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"ringback/callback"
)

// Every administrative act is on record, in one chain over all teams, without
// a word of what somebody wrote.
func TestActsAreOnRecord(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		const secret = "Mrs. Whoever of 12 Elm Street"
		w.act(secret)
		seen := map[string]string{}
		for _, a := range w.acts("") {
			seen[a.What] += a.Who + " " + a.Target + " " + a.Detail + "\n"
			for _, part := range strings.Fields(secret) {
				if len(part) > 3 && strings.Contains(fmt.Sprint(a), part) {
					t.Errorf("act %d holds what somebody wrote: %+v", a.N, a)
				}
			}
		}
		for what, want := range map[string]string{
			"team.add": "server north", "user.add": "test anna agent", "user.rename": "adam boris", "user.role": "adam boris agent trainer",
			"user.team": "adam boris north south", "user.revoke": "adam boris", "user.open": "adam boris", "token.issue": "adam boris",
			"policy.set": "sue 2", "guide.publish": "tina house-en 2", "case.assign": "sue ", "suppression.add": "sue ",
			"device.add": "anna desk-of-anna anna", "device.pair": "sue anna", "device.deny": "sue ", "device.revoke": "sue desk-of-anna anna",
			"device.wipe": "sue desk-of-anna anna", "device.wiped": "anna desk-of-anna anna",
		} {
			if !strings.Contains(seen[what], want) {
				t.Errorf("%s: %q lacks %q", what, seen[what], want)
			}
		}
		if r := must(w.s.CheckActs(t.Context(), callback.AuditHead{}))(t); !r.OK || r.Acts != int64(len(w.acts(""))) {
			t.Errorf("check: %+v", r)
		}
		w.check()
	})
}

// act does one of everything, with words of a person where there is room.
func (w *world) act(words string) {
	t, ctx := w.t, w.t.Context()
	t.Helper()
	role, team, no := callback.RoleTrainer, "south", false
	w.must(w.s.ChangeUser(ctx, "adam", "boris", callback.UserChange{Name: &words, Role: &role}))
	w.must(w.s.ChangeUser(ctx, "adam", "boris", callback.UserChange{Team: &team}))
	w.must(nil, w.s.RevokeUser(ctx, "adam", "boris", false))
	w.must(w.s.ChangeUser(ctx, "adam", "boris", callback.UserChange{Closed: &no}))
	w.must(w.s.IssueToken(ctx, "adam", "boris", ""))
	p := must(w.s.Policy(ctx, "north"))(t)
	w.must(w.s.SetPolicy(ctx, "sue", "north", p))
	w.must(w.s.PublishGuide(ctx, "tina", "north", "house-en", strings.Replace(northGuide, "Say who", words+" says who", 1)))
	id := w.intake("north", row("1", 1, words)).Results[0].CaseID
	sue := w.desk("sue")
	sue.push(sue.event("a1", id, 1, &callback.CaseAssigned{To: "anna"}))
	w.must(w.s.Suppress(ctx, w.as("sue"), callback.SuppressionBatch{Rows: []callback.NewSuppression{{CaseID: id, Reason: words}, {Number: "+12015550999", Reason: words}}}))
	for _, approve := range []bool{true, false} {
		start := must(w.s.StartPairing(ctx, "192.0.2.7", callback.PairingRequest{Name: words}))(t)
		w.must(nil, w.s.AnswerPairing(ctx, w.as("sue"), callback.PairingAnswer{Code: start.UserCode, User: "anna", Approve: approve}))
	}
	if rec := w.call("anna", "GET", "/v1/me", nil); rec.Code != 200 {
		t.Fatalf("anna's desk: %d", rec.Code)
	}
	w.must(nil, w.s.RevokeDevice(ctx, "sue", "anna", "desk-of-anna", true))
	if rec := w.call("anna", "DELETE", "/v1/me/device?wiped=true", nil); rec.Code != 204 {
		t.Fatalf("wiped: %d %s", rec.Code, rec.Body)
	}
}

// Whoever changes the record by hand is found out, at the first row that does
// not fit.
func TestTamperingShows(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		noted := must(w.s.CheckActs(t.Context(), callback.AuditHead{}))(t).Head
		rows := noted.N
		if rows < 6 {
			t.Fatalf("only %d acts", rows)
		}
		rehash := func(from int64) {
			list := w.acts("")
			prev := ""
			for _, a := range list {
				if a.N >= from {
					a.Prev = prev
					a.Hash = a.Sum()
					w.exec("UPDATE acts SET prev = $1, hash = $2 WHERE n = $3", a.Prev, a.Hash, a.N)
				}
				prev = a.Hash
			}
			w.exec("UPDATE act_head SET n = $1, hash = $2", list[len(list)-1].N, prev)
		}
		for _, tt := range []struct {
			name   string
			tamper func()
			noted  callback.AuditHead
			broken int64
			says   string
		}{
			{"edited", func() { w.exec("UPDATE acts SET who = 'nobody' WHERE n = 3") }, callback.AuditHead{}, 3, "act 3 was changed"},
			{"another time", func() { w.exec("UPDATE acts SET at = at + 1 WHERE n = 4") }, callback.AuditHead{}, 4, "act 4 was changed"},
			{"deleted", func() { w.exec("DELETE FROM acts WHERE n = 4") }, callback.AuditHead{}, 4, "act 4 is missing"},
			{"deleted and numbered anew", func() {
				w.exec("DELETE FROM acts WHERE n = 4")
				w.exec("UPDATE acts SET n = n - 1 WHERE n = 5")
			}, callback.AuditHead{}, 4, "does not follow"},
			{"swapped", func() {
				w.exec("UPDATE acts SET n = -1 WHERE n = 2")
				w.exec("UPDATE acts SET n = 2 WHERE n = 3")
				w.exec("UPDATE acts SET n = 3 WHERE n = -1")
			}, callback.AuditHead{}, 2, "does not follow"},
			{"the first deleted", func() { w.exec("DELETE FROM acts WHERE n = 1") }, callback.AuditHead{}, 1, "act 1 is missing"},
			{"slipped in", func() {
				w.exec("INSERT INTO acts SELECT 0, at, who, device, team, what, target, detail, prev, hash FROM acts WHERE n = 1")
			}, callback.AuditHead{}, 0, "act 0 comes twice or out of order"},
			{"cut off", func() { w.exec("DELETE FROM acts WHERE n > 4") }, callback.AuditHead{}, 5, "cut off"},
			{"cut off with its end", func() {
				w.exec("DELETE FROM acts WHERE n > 4")
				rehash(5)
			}, noted, 5, "is gone"},
			{"written anew", func() {
				w.exec("UPDATE acts SET who = 'nobody' WHERE n = 2")
				rehash(2)
			}, noted, rows, "not the one that was noted"},
			{"the end moved", func() { w.exec("UPDATE act_head SET n = 2") }, callback.AuditHead{}, rows, "the end of the audit"},
			{"emptied", func() { w.exec("DELETE FROM acts") }, callback.AuditHead{}, 1, "cut off"},
		} {
			w.exec("CREATE TABLE spare AS SELECT * FROM acts")
			w.exec("CREATE TABLE spare_head AS SELECT * FROM act_head")
			tt.tamper()
			r := must(w.s.CheckActs(t.Context(), tt.noted))(t)
			if r.OK || r.Broken != tt.broken || !strings.Contains(r.Problem, tt.says) {
				t.Errorf("%s: %+v", tt.name, r)
			}
			if all := must(w.s.Check(t.Context()))(t); tt.noted.N == 0 && all.OK {
				t.Errorf("%s: check finds nothing", tt.name)
			}
			for _, q := range []string{
				"DELETE FROM acts", "INSERT INTO acts SELECT * FROM spare", "DELETE FROM act_head", "INSERT INTO act_head SELECT * FROM spare_head",
				"DROP TABLE spare", "DROP TABLE spare_head",
			} {
				w.exec(q)
			}
		}
		if r := must(w.s.CheckActs(t.Context(), noted))(t); !r.OK || r.Head != noted {
			t.Errorf("put back: %+v", r)
		}
		w.must(w.s.AddTeam(t.Context(), "west", ""))
		if r := must(w.s.CheckActs(t.Context(), noted))(t); !r.OK || r.Acts != rows+1 {
			t.Errorf("after one more: %+v", r)
		}
	})
}

func (w *world) exec(q string, args ...any) {
	w.t.Helper()
	if _, err := w.s.db.write.ExecContext(w.t.Context(), q, args...); err != nil {
		w.t.Fatalf("%s: %v", q, err)
	}
}

// What was on record before there was a chain is chained at the next start, and
// only then.
func TestEarlierActsAreChained(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "server.db")
	w := newWorld(t, dsn)
	before := w.acts("")
	w.exec("UPDATE acts SET prev = '', hash = ''")
	w.exec("UPDATE act_head SET hash = ''")
	w.must(nil, w.s.Close())
	w.s = w.open(dsn)
	after := w.acts("")
	if len(after) != len(before) || after[len(after)-1] != before[len(before)-1] {
		t.Fatalf("chained: %+v, want %+v", after, before)
	}
	if r := must(w.s.CheckActs(t.Context(), callback.AuditHead{}))(t); !r.OK {
		t.Fatalf("%+v", r)
	}
}

// The audit takes ids, numbers and words of our own, and no sentences.
func TestAuditTakesNoProse(t *testing.T) {
	t.Parallel()
	for detail, fits := range map[string]bool{
		"": true, "agent": true, "agent trainer": true, "ended 12": true, "anna.petrova token": true, "müller": true,
		"She asked us, twice, to stop": false, "a\nb": false, "he said \"no\"": false, "one two three four five": false, " ": false,
	} {
		if isPlainDetail(detail) != fits {
			t.Errorf("%q: fits is %v", detail, !fits)
		}
	}
}
