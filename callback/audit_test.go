package callback_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringback/callback"
)

// chain makes acts that follow one another.
func chain(n int) []callback.AuditAct {
	var out []callback.AuditAct
	prev := ""
	for i := range n {
		a := callback.AuditAct{N: int64(i + 1), At: time.Date(2026, 3, 2, 15, i, 0, 0, time.UTC), Who: "sue", What: "user.close", Target: "anna", Prev: prev}
		a.Hash = a.Sum()
		prev = a.Hash
		out = append(out, a)
	}
	return out
}

func follow(acts []callback.AuditAct, noted, stored callback.AuditHead) callback.AuditReport {
	c := callback.AuditCheck{Noted: noted}
	for _, a := range acts {
		c.Add(a)
	}
	return c.End(stored)
}

// Whatever is done to a chain, the check finds it; left alone, it is whole.
func TestAuditCheckFindsEveryChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		acts := chain(rapid.IntRange(2, 12).Draw(t, "acts"))
		last := acts[len(acts)-1]
		head := callback.AuditHead{N: last.N, Hash: last.Hash}
		if r := follow(acts, head, head); !r.OK || r.Head != head {
			t.Fatalf("untouched: %+v", r)
		}
		i := rapid.IntRange(0, len(acts)-1).Draw(t, "which")
		switch rapid.SampledFrom([]string{"who", "target", "time", "delete", "swap", "twice", "hash"}).Draw(t, "how") {
		case "who":
			acts[i].Who += "x"
		case "target":
			acts[i].Target, acts[i].Detail = acts[i].Target[:2], acts[i].Target[2:]
		case "time":
			acts[i].At = acts[i].At.Add(time.Microsecond)
		case "delete":
			acts = append(acts[:i:i], acts[i+1:]...)
		case "swap":
			j := (i + 1) % len(acts)
			acts[i], acts[j] = acts[j], acts[i]
		case "twice":
			acts = append(acts[:i+1:i+1], acts[i:]...)
		case "hash":
			acts[i].Hash = strings.Repeat("0", 64)
		}
		r := follow(acts, callback.AuditHead{}, head)
		if r.OK || r.Problem == "" || r.Broken == 0 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestParseAuditHead(t *testing.T) {
	t.Parallel()
	a := chain(3)[2]
	h := callback.AuditHead{N: a.N, Hash: a.Hash}
	if got, err := callback.ParseAuditHead(" " + strings.ToUpper(h.String()) + "\n"); err != nil || got != h {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "3", "3:", "3:abc", "x:" + a.Hash, "-1:" + a.Hash, a.Hash} {
		if _, err := callback.ParseAuditHead(bad); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A restore cuts the chain off and says so; what was noted before it is
// explained by that act, and by no other.
func TestAuditCheckKnowsRestores(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := chain(rapid.IntRange(2, 12).Draw(t, "acts"))
		end := before[len(before)-1]
		kept := rapid.IntRange(1, len(before)-1).Draw(t, "kept")
		noted := before[rapid.IntRange(0, len(before)-1).Draw(t, "noted")]
		known := rapid.Bool().Draw(t, "the database before was read")
		begun := callback.AuditAct{N: int64(kept + 1), At: end.At, Who: "server", What: callback.ActHistoryBegun, Target: "e2", Prev: before[kept-1].Hash}
		if known {
			begun.Detail = callback.HistoryBegun(callback.AuditHead{N: end.N, Hash: end.Hash})
		}
		begun.Hash = begun.Sum()
		acts := append(before[:kept:kept], begun)
		head := callback.AuditHead{N: begun.N, Hash: begun.Hash}
		mark := callback.AuditHead{N: noted.N, Hash: noted.Hash}
		lost := noted.N > int64(kept)
		r := follow(acts, mark, head)
		if r.OK == lost || (r.Restore != nil) != lost {
			t.Fatalf("noted %d of %d, %d kept: %+v", noted.N, len(before), kept, r)
		}
		c := callback.AuditCheck{Noted: mark, AcceptRestore: true}
		for _, a := range acts {
			c.Add(a)
		}
		if r := c.End(head); !r.OK || r.Head != head {
			t.Fatalf("accepted: %+v", r)
		}
		// An end that the database before never had is not explained.
		beyond := callback.AuditHead{N: end.N + 1, Hash: end.Hash}
		if r := follow(acts, beyond, head); known && (r.OK || r.Restore != nil) {
			t.Fatalf("beyond: %+v", r)
		}
	})
}
