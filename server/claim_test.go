package server

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ringback/callback"
)

func (w *world) claim(user string, req callback.ClaimRequest) ([]callback.Lease, error) {
	w.t.Helper()
	reply, err := w.s.Claim(w.t.Context(), w.as(user), req)
	return reply.Leases, err
}

// One live lease covers a case; the refusal names who holds it; it ends by the
// server's clock.
func TestOneLeasePerCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		lease := must(w.claim("anna", callback.ClaimRequest{CaseID: id}))(t)[0]
		if lease.Fence != 2 || !lease.Until.Equal(w.now.Add(10*time.Minute)) {
			t.Fatalf("lease: %+v", lease)
		}
		_, err := w.claim("boris", callback.ClaimRequest{CaseID: id})
		if callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "anna") || !strings.Contains(err.Error(), "2026-03-02T15:10:00Z") {
			t.Fatalf("second claim: %v", err)
		}
		w.now = w.now.Add(9 * time.Minute)
		renewed := must(w.s.Renew(t.Context(), w.as("anna"), lease.ID, callback.LeaseInCall))(t)
		if renewed.ID != lease.ID || renewed.Fence != lease.Fence || !renewed.Until.Equal(w.now.Add(30*time.Minute)) {
			t.Fatalf("renewed: %+v", renewed)
		}
		w.now = w.now.Add(31 * time.Minute)
		taken := must(w.claim("boris", callback.ClaimRequest{CaseID: id}))(t)[0]
		if taken.Fence <= lease.Fence {
			t.Fatalf("takeover: %+v", taken)
		}
		if _, err := w.s.Renew(t.Context(), w.as("anna"), lease.ID, ""); callback.CodeOf(err) != callback.CodeNotFound {
			t.Fatalf("renewing a lost lease: %v", err)
		}
		for range 2 {
			if err := w.s.Release(t.Context(), w.as("boris"), taken.ID); err != nil {
				t.Fatalf("release: %v", err)
			}
		}
		if c := w.caseOf("north", id); c.Lease != nil {
			t.Fatalf("still leased: %+v", c.Lease)
		}
		w.check()
	})
}

// One live lease covers a number, even if two teams have a case of it.
func TestOneLeasePerNumber(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		twin := row("2", 1, "Bad.")
		twin.Person.Phone = phoneOf("1")
		north := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		south := w.intake("south", twin).Results[0].CaseID
		must(w.claim("anna", callback.ClaimRequest{CaseID: north}))(t)
		if _, err := w.claim("olga", callback.ClaimRequest{CaseID: south}); callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "another team") {
			t.Fatalf("the same number: %v", err)
		}
		if got := must(w.claim("olga", callback.ClaimRequest{Next: true}))(t); len(got) != 0 {
			t.Fatalf("next gave %+v", got)
		}
		anna := w.desk("anna")
		anna.push(anna.event("e1", north, 2, ended(w, "at1", callback.NoAnswer)))
		must(w.claim("olga", callback.ClaimRequest{CaseID: south}))(t)
		w.check()
	})
}

// "Next" serves what may be called now, the most urgent first; outside the
// customer's hours it serves nobody.
func TestNextServesInOrder(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		asked := row("3", 6, "Please call.")
		asked.Asked = true
		ids := map[string]string{}
		for _, r := range w.intake("north", row("1", 6, "Meh."), row("2", 0, "Terrible."), asked).Results {
			ids[r.CaseID] = r.CaseID
		}
		lease := must(w.claim("anna", callback.ClaimRequest{Next: true}))(t)[0]
		if c := w.caseOf("north", lease.CaseID); c.Kind != callback.KindRequest {
			t.Fatalf("first served: %s", c.Kind)
		}
		second := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t)[0]
		if c := w.caseOf("north", second.CaseID); *c.Response().Score != 0 {
			t.Fatalf("second served: score %d", *c.Response().Score)
		}
		// Asking for another gives the one back that was not called.
		w.must(w.claim("boris", callback.ClaimRequest{Next: true}))
		leases := must(w.s.db.ask.LeasesOf(t.Context(), "north", "boris"))(t)
		if len(leases) != 1 {
			t.Fatalf("boris holds %d leases", len(leases))
		}
		w.now = time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC) // 23:00 in New Jersey
		if got := must(w.claim("anna", callback.ClaimRequest{Next: true}))(t); len(got) != 0 {
			t.Fatalf("at night: %+v", got)
		}
		w.check()
	})
}

// A day pack takes what can be called until the shift ends, and no more than
// the policy says.
func TestDayPack(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		var rows []callback.Intake
		for i := range 30 {
			rows = append(rows, row(string(rune('a'+i%26))+string(rune('0'+i/26)), 2, "Bad."))
		}
		w.intake("north", rows...)
		pack := must(w.claim("anna", callback.ClaimRequest{Pack: 50}))(t)
		if len(pack) != 20 || pack[0].Purpose != callback.LeasePack {
			t.Fatalf("%d leases, %+v", len(pack), pack[0])
		}
		if rest := must(w.claim("boris", callback.ClaimRequest{Pack: 50}))(t); len(rest) != 10 {
			t.Fatalf("the other got %d", len(rest))
		}
		w.check()
	})
}

// Of many who claim one case at once, one gets it.
func TestClaimRace(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		callers := []Caller{w.as("anna"), w.as("boris"), w.as("sue"), w.as("adam")}
		var won sync.Map
		var wg sync.WaitGroup
		for _, who := range callers {
			wg.Go(func() {
				if _, err := w.s.Claim(t.Context(), who, callback.ClaimRequest{CaseID: id}); err == nil {
					won.Store(who.ID, true)
				} else if callback.CodeOf(err) != callback.CodeConflict {
					t.Errorf("%s: %v", who.ID, err)
				}
			})
		}
		wg.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Fatalf("%d of them got it", n)
		}
		w.check()
	})
}

func TestClaimsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		for _, req := range []callback.ClaimRequest{
			{}, {Next: true, CaseID: "x"}, {Pack: -1}, {Next: true, Purpose: "for fun"},
		} {
			if _, err := w.claim("anna", req); callback.CodeOf(err) != callback.CodeInvalid {
				t.Errorf("%+v: %v", req, err)
			}
		}
		if _, err := w.claim("anna", callback.ClaimRequest{CaseID: "no-such-case"}); callback.CodeOf(err) != callback.CodeNotFound {
			t.Errorf("no such case: %v", err)
		}
		if _, err := w.claim("tina", callback.ClaimRequest{Next: true}); callback.CodeOf(err) != callback.CodeForbidden {
			t.Errorf("a trainer: %v", err)
		}
	})
}
