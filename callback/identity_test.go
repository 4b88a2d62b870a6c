package callback_test

import (
	"testing"

	"pgregory.net/rapid"

	"ringback/callback"
)

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		same bool
	}{
		{"Ana Ruiz", "ana ruiz", true},
		{"Ruiz, Ana", "Ana Ruiz", true},
		{"Ana", "Ana Ruiz", true},
		{"A. Ruiz", "Ana Ruiz", true},
		{"Ana María Ruiz", "Ruiz", true},
		{"", "Ana Ruiz", true},
		{"Ana Ruiz", "Boris Ruiz", false},
		{"A. Ruiz", "Boris Ruiz", false},
		{"Ana Ana", "Ana Ruiz", false},
		{"Анна Иванова", "иванова а.", true},
		{"Customer 1", "Customer 2", false},
	} {
		if callback.SameName(row.a, row.b) != row.same || callback.SameName(row.b, row.a) != row.same {
			t.Errorf("%q and %q: not %v", row.a, row.b, row.same)
		}
	}
}

func TestSamePerson(t *testing.T) {
	t.Parallel()
	who := func(ref, name, number string) callback.Customer {
		return callback.Customer{Ref: ref, Name: name, Phone: callback.Phone{E164: number}}
	}
	other := who("", "", "+2")
	other.Others = []callback.Phone{{E164: "+1"}}
	for name, row := range map[string]struct {
		known, now callback.Customer
		share      callback.KnownBy
		same       bool
	}{
		"one ref":                  {who("K1", "Ana", "+1"), who("K1", "Eve", "+2"), callback.ByRef, true},
		"two refs, one telephone":  {who("K1", "Ana", "+1"), who("K2", "Ana", "+1"), callback.ByNumber, false},
		"a ref comes later":        {who("", "Ana", "+1"), who("K1", "Ana Ruiz", "+1"), callback.ByNumber, true},
		"a ref is left out":        {who("K1", "Ana Ruiz", "+1"), who("", "", "+1"), callback.ByNumber, true},
		"two names, one telephone": {who("", "Ana", "+1"), who("", "Boris", "+1"), callback.ByNumber, false},
		"a number of before":       {who("", "Ana", "+2"), who("", "Ana", "+1"), callback.ByNumber, true},
		"one address":              {who("", "", ""), who("", "Ana", "+1"), callback.ByAddress, true},
		"one address, two numbers": {who("", "Ana", "+2"), who("", "Ana", "+1"), callback.ByAddress, true},
		"an address of a company":  {who("", "", "+2"), who("", "Ana", "+1"), callback.ByAddress, false},
		"the same further number":  {other, who("", "Ana", "+1"), callback.ByAddress, true},
	} {
		if got := callback.SamePerson(row.known, row.now, row.share); got != row.same {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Which of two cases goes on does not depend on which is named first.
func TestGoesOnIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(id string) callback.Case {
			c := callback.Case{ID: id, OpenedAt: ended.AddDate(0, 0, rapid.IntRange(0, 1).Draw(t, "day"))}
			c.Attempts = make([]callback.Attempt, rapid.IntRange(0, 2).Draw(t, "attempts"))
			if rapid.Bool().Draw(t, "leased") {
				c.Lease = &callback.Lease{}
			}
			if rapid.Bool().Draw(t, "agreed") {
				c.Plan.Callback = &callback.Callback{}
			}
			return c
		}
		a, b := draw("a"), draw("b")
		if x, y := callback.GoesOn(a, b), callback.GoesOn(b, a); x.ID != y.ID {
			t.Fatalf("%s, but %s the other way round", x.ID, y.ID)
		}
	})
}
