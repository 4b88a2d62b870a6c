package callback

import (
	"testing"
	"time"
)

// What somebody did who left leads, as long as nobody else has been given the case since: a number that they found to lead
// nowhere is not called again, and nobody is called twice.
func TestTheLastCallsOfWhoLeftLead(t *testing.T) {
	p := DefaultPolicy("main")
	left := &AgentLeft{Agent: "boris", To: sofia}
	for _, d := range []Disposition{Disconnected, NoAnswer, TalkedResolved} {
		for _, taken := range []bool{false, true} {
			c := claim(t, p, opened(t, p, 2), "boris", "de-boris", t0.Add(time.Hour))
			fence := c.Fence
			c, v := Apply(p, c, from(event(t, "ev-left", t0.Add(4*time.Hour), c.Fence, left), sofia, "server"))
			if v.Status != Applied || c.Lease != nil {
				t.Fatalf("%v, lease %v", v, c.Lease)
			}
			if taken {
				c = claim(t, p, c, "chloe", "de-chloe", t0.Add(5*time.Hour))
			}
			c, v = Apply(p, c, from(event(t, "ev-last", t0.Add(3*time.Hour), fence, complete(d)), "boris", "de-boris"))
			if leads := v.Status == Applied; leads == taken || taken && c.Lease == nil {
				t.Errorf("%s, taken by somebody else since: %v; it is %v, lease %v", d, taken, v, c.Lease)
			}
			if !taken && d == Disconnected && c.Customer.Phone.Known() {
				t.Error("a number that leads nowhere is called again")
			}
		}
	}
}
