package server

import (
	"context"
	"fmt"
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

// A pack leaves colleagues the calls that they agreed to make, although anyone
// may make them later in its time.
func TestAPackLeavesAgreedCalls(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		theirs := w.intake("north", row("a", 2, "Bad.")).Results[0].CaseID
		mine := w.intake("north", row("b", 2, "Bad.")).Results[0].CaseID
		boris, anna := w.desk("boris"), w.desk("anna")
		agree := &callback.CallbackSet{Callback: callback.CallbackWish{At: w.now.Add(2 * time.Hour)}}
		boris.push(boris.event("b1", theirs, 1, agree))
		anna.push(anna.event("a1", mine, 1, agree))
		pack := must(w.claim("anna", callback.ClaimRequest{Pack: 10, Until: w.now.Add(8 * time.Hour)}))(t)
		if len(pack) != 1 || pack[0].CaseID != mine {
			t.Fatalf("the pack holds %+v", pack)
		}
		w.now = w.now.Add(2 * time.Hour)
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: theirs}); err != nil {
			t.Fatalf("at the agreed time: %v", err)
		}
		w.check()
	})
}

// A time that the customer chose lies outside the team's hours and within the
// law: the pack of that evening holds the call.
func TestAPackHoldsCallsAgreedOutOfHours(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		asked := w.intake("north", row("a", 2, "Bad.")).Results[0].CaseID
		w.intake("north", row("b", 2, "Bad."))
		p := must(w.s.Policy(t.Context(), "north"))(t)
		var evening time.Time
		c := w.caseOf("north", asked)
		for at := w.now; evening.IsZero(); at = at.Add(15 * time.Minute) {
			o := p.Window(c.Customer.Phone.Region, c.Customer.Phone.Zones, at)
			if !o.Open && o.At.After(at.Add(3*time.Hour)) && p.AskedTime(c.Customer.Phone.Zones, at.Add(45*time.Minute)) {
				evening = at
			}
		}
		anna := w.desk("anna")
		anna.push(anna.event("a1", asked, 1, &callback.CallbackSet{Callback: callback.CallbackWish{At: evening.Add(45 * time.Minute)}}))
		w.now = evening
		pack := must(w.claim("anna", callback.ClaimRequest{Pack: 10, Until: evening.Add(2 * time.Hour)}))(t)
		if len(pack) != 1 || pack[0].CaseID != asked {
			t.Fatalf("at %s the pack holds %+v", evening, pack)
		}
		w.check()
	})
}

// What is in a pack stays in it, whatever its desk does with it meanwhile, until the time that was asked for; no
// longer than the policy allows.
func TestAPackLastsUntilTheShiftEnds(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		for i := range 6 {
			w.intake("north", row(string(rune('a'+i)), 2, "Bad."))
		}
		end := w.now.Add(3 * time.Hour)
		pack := must(w.claim("anna", callback.ClaimRequest{Pack: 3, Until: end}))(t)
		if len(pack) != 3 || !pack[0].Until.Equal(end) || !pack[0].Pack.Equal(end) {
			t.Fatalf("%+v", pack)
		}
		if long := must(w.claim("boris", callback.ClaimRequest{Pack: 1, Until: w.now.Add(48 * time.Hour)}))(t); !long[0].Until.Equal(w.now.Add(10 * time.Hour)) {
			t.Fatalf("beyond the policy: %+v", long)
		}
		if _, err := w.claim("anna", callback.ClaimRequest{Pack: 1, Until: w.now}); callback.CodeOf(err) != callback.CodeInvalid {
			t.Fatalf("over before it began: %v", err)
		}
		// She looks at one, calls it, and looks at another that is not in the pack.
		id := pack[0].CaseID
		looked := must(w.claim("anna", callback.ClaimRequest{CaseID: id}))(t)[0]
		if looked.ID != pack[0].ID || !looked.Until.Equal(end) || looked.Fence != pack[0].Fence {
			t.Fatalf("looked at: %+v", looked)
		}
		must(w.claim("anna", callback.ClaimRequest{Next: true}))(t)
		if l := w.caseOf("north", id).Lease; l == nil || l.Agent != "anna" {
			t.Fatalf("looking at another gave it away: %+v", l)
		}
		called := must(w.s.Renew(t.Context(), w.as("anna"), looked.ID, callback.LeaseInCall))(t)
		if !called.Until.Equal(end) || called.Purpose != callback.LeaseInCall {
			t.Fatalf("in the call: %+v", called)
		}
		// The last one of the shift is called past its end.
		w.now = end.Add(-time.Minute)
		if late := must(w.s.Renew(t.Context(), w.as("anna"), looked.ID, ""))(t); !late.Until.Equal(w.now.Add(30 * time.Minute)) {
			t.Fatalf("over the end: %+v", late)
		}
		w.now = end.Add(time.Second)
		if _, err := w.claim("boris", callback.ClaimRequest{CaseID: pack[1].CaseID}); err != nil {
			t.Fatalf("after the end: %v", err)
		}
		w.check()
	})
}

// An agent's pack at one desk is not served to the same agent at another; asked for by name, it moves.
func TestAPackIsOfOneDesk(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		pack := must(w.claim("anna", callback.ClaimRequest{Pack: 5}))(t)
		other := must(w.s.As(t.Context(), "anna", "her-other-desk"))(t)
		for _, req := range []callback.ClaimRequest{{Next: true}, {Pack: 5}} {
			if reply := must(w.s.Claim(t.Context(), other, req))(t); len(reply.Leases) != 0 {
				t.Fatalf("%+v gave %+v", req, reply.Leases)
			}
		}
		moved := must(w.s.Claim(t.Context(), other, callback.ClaimRequest{CaseID: id}))(t).Leases[0]
		if moved.Fence <= pack[0].Fence {
			t.Fatalf("the fence did not rise: %+v after %+v", moved, pack[0])
		}
		w.check()
	})
}

// Two who take packs at once never get the same case or the same number, in one team or in two.
func TestPacksRace(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		var rows []callback.Intake
		for i := range 24 {
			r := row(fmt.Sprintf("p%d", i), 2, "Bad.")
			r.Person.Phone = phoneOf(fmt.Sprintf("n%d", i/2)) // two customers a number
			rows = append(rows, r)
		}
		w.intake("north", rows...)
		w.intake("south", rows...)
		numbers := map[string]string{}
		for _, team := range []string{"north", "south"} {
			for _, d := range must(w.s.db.ask.DocsOf(t.Context(), team, string(callback.DocCase)))(t) {
				numbers[team+d.ID] = w.caseOf(team, d.ID).Customer.Phone.E164
			}
		}
		var mu sync.Mutex
		cases, held := map[string]string{}, map[string]string{}
		var wg sync.WaitGroup
		for _, user := range []string{"anna", "boris", "sue", "adam", "olga"} {
			who := w.as(user)
			wg.Go(func() {
				reply, err := w.s.Claim(context.WithoutCancel(t.Context()), who, callback.ClaimRequest{Pack: 20})
				if err != nil {
					t.Errorf("%s: %v", user, err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				for _, l := range reply.Leases {
					key := who.Team + l.CaseID
					if other := cases[key]; other != "" {
						t.Errorf("case %s is %s's and %s's", l.CaseID, other, user)
					}
					if other := held[numbers[key]]; other != "" {
						t.Errorf("number %s is %s's and %s's", numbers[key], other, user)
					}
					cases[key], held[numbers[key]] = user, user
				}
			})
		}
		wg.Wait()
		if len(held) != 12 {
			t.Errorf("%d of 12 numbers were taken", len(held))
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
