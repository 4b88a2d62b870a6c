package sample

import (
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// dice is a seeded source of chance. Separate parts of the year roll separate
// dice, so that a change in one leaves the others as they were.
type dice struct{ *rand.Rand }

// diceFor gives the dice of one part of the year.
func diceFor(seed uint64, part string) dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(part))
	return dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// between gives a whole number from a to b, both included.
func (d dice) between(a, b int) int {
	if b <= a {
		return a
	}
	return a + d.IntN(b-a+1)
}

// span gives a duration from a up to b.
func (d dice) span(a, b time.Duration) time.Duration {
	if b <= a {
		return a
	}
	return a + time.Duration(d.Int64N(int64(b-a)))
}

// about gives a waiting time whose mean is mean, most of them shorter.
func (d dice) about(mean time.Duration) time.Duration {
	return time.Duration(min(d.ExpFloat64(), 6) * float64(mean))
}

// weighted gives the index of a weight, chosen in proportion to it.
func (d dice) weighted(weights ...float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	at := d.Float64() * total
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// of gives one element of a list, which must not be empty.
func of[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// uuid makes a UUIDv7 (RFC 9562) of an instant; its random part is rolled, so
// that it can be rolled again.
func (d dice) uuid(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(max(0, at.UnixMilli()))<<16|d.Uint64()&0x0fff|0x7000)
	binary.BigEndian.PutUint64(b[8:], d.Uint64()&math.MaxInt64>>1|1<<63)
	var out [36]byte
	at0 := 0
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			out[at0] = '-'
			at0++
		}
		at0 += hex.Encode(out[at0:], part)
	}
	return string(out[:])
}

// deck deals the cards of a list in a shuffled order and shuffles again when
// they are used up, so that repeats lie as far apart as they can.
type deck struct {
	order []int
	next  int
}

func (k *deck) deal(d dice, n int) int {
	if k.next >= len(k.order) {
		last := -1
		if len(k.order) > 0 {
			last = k.order[len(k.order)-1]
		}
		k.order, k.next = d.Perm(n), 0
		if n > 1 && k.order[0] == last {
			k.order[0], k.order[n-1] = k.order[n-1], k.order[0]
		}
	}
	k.next++
	return k.order[k.next-1]
}
