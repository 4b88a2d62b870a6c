package store

import (
	"bytes"
	"slices"
	"sort"
	"sync"

	"ringback/callback"
)

// rankHead is where a packed rank is split: what comes after it (people and
// zones) is the same for many cases and kept once. Any split gives the same
// rank back; this one saves the most.
const rankHead = 42

// gone marks the place of a case that is no longer open.
const gone = ^uint32(0)

// slab holds the ranks of all open cases, packed, in a handful of pieces of
// memory: a hundred thousand cases are about ten megabytes, and nothing for
// the collector to walk. A case keeps its index until the slab is packed anew.
type slab struct {
	// keys are those of the ids, one after another; ends[i] is where the i-th
	// ends. The first sorted of them are in order, the others are found by
	// extra.
	keys   []byte
	ends   []uint32
	sorted int
	extra  map[string]uint32
	heads  []byte
	tails  []uint32
	// live counts the cases that are not gone.
	live int

	tail   []string
	tailAt map[string]uint32
	words  map[string]string
}

func newSlab() *slab {
	return &slab{extra: map[string]uint32{}, tailAt: map[string]uint32{}, words: map[string]string{}}
}

func (s *slab) len() int { return len(s.ends) }

// id gives the id of a case.
func (s *slab) id(i uint32) string { return idOf(s.key(i)) }

func (s *slab) key(i uint32) []byte {
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.keys[from:s.ends[i]]
}

// search gives the place of a key among the sorted ones, or where it would
// stand.
func (s *slab) search(key string) (n int, found bool) {
	n = sort.Search(s.sorted, func(n int) bool { return string(s.key(uint32(n))) >= key })
	return n, n < s.sorted && string(s.key(uint32(n))) == key
}

// find gives the index of a case that is open.
func (s *slab) find(id string) (uint32, bool) {
	i, ok := s.extra[id]
	if !ok {
		n, found := s.search(keyOf(id))
		if !found {
			return 0, false
		}
		i = uint32(n)
	}
	return i, s.tails[i] != gone
}

// place finds the index that a case has or had, or makes one.
func (s *slab) place(id string) uint32 {
	key := keyOf(id)
	i := uint32(s.len())
	inOrder := s.sorted == s.len() && (i == 0 || string(s.key(i-1)) < key)
	if !inOrder {
		if i, ok := s.extra[id]; ok {
			return i
		}
		if n, found := s.search(key); found {
			return uint32(n)
		}
	}
	s.keys = append(s.keys, key...)
	s.ends = append(s.ends, uint32(len(s.keys)))
	s.heads = append(s.heads, make([]byte, rankHead)...)
	s.tails = append(s.tails, gone)
	if inOrder {
		s.sorted++
	} else {
		s.extra[id] = i
	}
	return i
}

// set stores the packed rank of a case. One that cannot be read is refused.
func (s *slab) set(id string, rank []byte) (uint32, bool) {
	if len(rank) < rankHead {
		return 0, false
	}
	if _, err := callback.ParseRank(rank, s.word); err != nil {
		return 0, false
	}
	i := s.place(id)
	if s.tails[i] == gone {
		s.live++
	}
	copy(s.heads[int(i)*rankHead:], rank[:rankHead])
	s.tails[i] = s.tailOf(rank[rankHead:])
	return i, true
}

// remove takes a case out.
func (s *slab) remove(id string) (uint32, bool) {
	i, ok := s.find(id)
	if ok {
		s.tails[i] = gone
		s.live--
	}
	return i, ok
}

func (s *slab) tailOf(b []byte) uint32 {
	if n, ok := s.tailAt[string(b)]; ok {
		return n
	}
	n := uint32(len(s.tail))
	s.tail = append(s.tail, string(b))
	s.tailAt[s.tail[n]] = n
	return n
}

// word makes equal strings share their memory.
func (s *slab) word(b []byte) string {
	if w, ok := s.words[string(b)]; ok {
		return w
	}
	w := string(b)
	s.words[w] = w
	return w
}

// reader unpacks ranks; each goroutine needs its own.
type reader struct {
	slab  *slab
	words map[string]string
	room  []byte
}

func (s *slab) reader() *reader { return &reader{slab: s, words: map[string]string{}} }

// rank unpacks the rank of an open case.
func (r *reader) rank(i uint32) (callback.Rank, error) {
	s := r.slab
	r.room = append(r.room[:0], s.heads[int(i)*rankHead:int(i+1)*rankHead]...)
	r.room = append(r.room, s.tail[s.tails[i]]...)
	return callback.ParseRank(r.room, func(b []byte) string {
		if w, ok := r.words[string(b)]; ok {
			return w
		}
		w := string(b)
		r.words[w] = w
		return w
	})
}

// loose tells whether packing anew is worth it.
func (s *slab) loose() bool {
	return len(s.extra)+s.len()-s.live > s.len()/8+64
}

// packed gives a copy without gaps, in order of ids.
func (s *slab) packed() *slab {
	order := make([]uint32, 0, s.live)
	for i := range s.tails {
		if s.tails[i] != gone {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int { return bytes.Compare(s.key(a), s.key(b)) })
	out := newSlab()
	out.grow(len(order), len(s.keys))
	for _, i := range order {
		out.keys = append(out.keys, s.key(i)...)
		out.ends = append(out.ends, uint32(len(out.keys)))
		out.heads = append(out.heads, s.heads[int(i)*rankHead:int(i+1)*rankHead]...)
		out.tails = append(out.tails, out.tailOf([]byte(s.tail[s.tails[i]])))
	}
	out.sorted, out.live = len(order), len(order)
	return out
}

// grow makes room for so many cases, whose keys have so many bytes together.
func (s *slab) grow(cases, keyBytes int) {
	s.keys = slices.Grow(s.keys, keyBytes)
	s.ends = slices.Grow(s.ends, cases)
	s.heads = slices.Grow(s.heads, cases*rankHead)
	s.tails = slices.Grow(s.tails, cases)
}

// names gives a view of the ids that later additions do not disturb.
func (s *slab) names(mu *sync.RWMutex) *slab {
	mu.RLock()
	defer mu.RUnlock()
	return &slab{keys: s.keys, ends: s.ends}
}
