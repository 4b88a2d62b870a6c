package store

import (
	"cmp"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Packing loses nothing, and keeps the order of UUIDs.
func TestKeysOfASlabAreItsIDs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		anyID := rapid.OneOf(
			rapid.Custom(func(rt *rapid.T) string {
				return uuid.UUID([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "bytes"))).String()
			}),
			rapid.StringMatching(`[0-9a-fA-Fg]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
			rapid.StringMatching(`case-[0-9]{1,6}`),
			rapid.StringN(0, 40, 60),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 18), func(tail []byte) string { return "\x01" + string(tail) }),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 18), func(tail []byte) string { return "\x02" + string(tail) }),
		)
		a, b := anyID.Draw(rt, "a"), anyID.Draw(rt, "b")
		ka, kb := keyOf(a), keyOf(b)
		if got := idOf([]byte(ka)); got != a {
			rt.Fatalf("%q came back as %q", a, got)
		}
		packed := func(key string) bool { return key != "" && key[0] == uuidMark }
		if packed(ka) == packed(kb) && cmp.Compare(a, b) != cmp.Compare(ka, kb) {
			rt.Fatalf("%q and %q stand the other way round", a, b)
		}
	})
}
