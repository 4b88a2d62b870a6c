package server

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ringback/callback"

	"pgregory.net/rapid"
)

// Whatever two teams do, as long as their agents dial only what they were given
// a lease for, no person and no number is dialled more often in 7 days than the
// ceiling, and nobody outside the hours.
func TestClaimsNeverExceedTheCeiling(t *testing.T) {
	t.Parallel()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		w := &world{t: t, now: monday, users: map[string]callback.UserToken{}}
		w.s = w.open("sqlite:" + filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", run)))
		ceiling := rapid.IntRange(1, 3).Draw(rt, "ceiling")
		type one struct{ team, id, person, number string }
		var cases []one
		desks := map[string]*desk{}
		for i, team := range []string{"north", "south"} {
			w.must(w.s.AddTeam(t.Context(), team, ""))
			agent := []string{"anna", "olga"}[i]
			w.must(w.s.AddUser(t.Context(), "test", callback.NewUser{ID: agent, Role: callback.RoleAgent, Team: team}))
			p := must(w.s.Policy(t.Context(), team))(t)
			p.Retry.PerPersonWeek, p.Retry.MaxAttempts, p.Retry.PerDay, p.Retry.MinApart = ceiling, 100, 100, 0
			w.must(w.s.SetPolicy(t.Context(), "test", team, p))
			desks[team] = w.desk(agent)
			for k := range 3 {
				in := row(fmt.Sprint(team, k), 1, "Bad.")
				in.Person.Ref = rapid.SampledFrom([]string{"pat", "kim", ""}).Draw(rt, "person") + fmt.Sprint(k%2)
				in.Person.Phone = phoneOf(fmt.Sprint("phone", rapid.IntRange(0, 2).Draw(rt, "phone")))
				if res := w.intake(team, in).Results[0]; res.Opened {
					c := w.caseOf(team, res.CaseID)
					cases = append(cases, one{team, res.CaseID, c.Customer.Ref, c.Customer.Phone.E164})
				}
			}
		}
		dials := map[string][]time.Time{}
		for n := range rapid.IntRange(5, 40).Draw(rt, "steps") {
			w.now = w.now.Add(time.Duration(rapid.IntRange(1, 1500).Draw(rt, "minutes")) * time.Minute)
			o := rapid.SampledFrom(cases).Draw(rt, "case")
			d := desks[o.team]
			reply, err := w.s.Claim(t.Context(), d.who, callback.ClaimRequest{CaseID: o.id})
			if err != nil {
				if callback.CodeOf(err) != callback.CodeConflict {
					rt.Fatal(err)
				}
				continue
			}
			p := must(w.s.Policy(t.Context(), o.team))(t)
			if c := w.caseOf(o.team, o.id); !p.Window(c.Customer.Phone.Region, c.Customer.Phone.Zones, w.now).Open {
				rt.Fatalf("a lease outside the hours, at %s", w.now)
			}
			call := ended(w, fmt.Sprint("a", n), callback.NoAnswer)
			call.Number = o.number
			d.push(d.event(fmt.Sprint("e", n), o.id, reply.Leases[0].Fence, call))
			for _, key := range []string{"person " + o.person, "number " + o.number} {
				dials[key] = append(dials[key], w.now)
				count := 0
				for _, at := range dials[key] {
					if w.now.Sub(at) < 7*24*time.Hour {
						count++
					}
				}
				if count > ceiling {
					rt.Fatalf("%s was dialled %d times of %d in 7 days", key, count, ceiling)
				}
			}
		}
	})
}
