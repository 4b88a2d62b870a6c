package store

import (
	"bytes"
	"slices"
	"sort"
	"sync"

	"ringback/callback"
)

// gone is the model of a case that is no longer open.
const gone = ^uint32(0)

// slab holds the ranks of all open cases in a handful of pieces of memory: a
// hundred thousand cases are about six megabytes, and nothing for the
// collector to walk. A case keeps its index until the slab is packed anew.
type slab struct {
	// keys are those of the ids, one after another; ends[i] is where the i-th
	// ends. The first sorted of them are in order, the others are found by
	// extra.
	keys   []byte
	ends   []uint32
	sorted int
	extra  map[string]uint32
	rows   []callback.RankRow
	// live counts the cases that are not gone.
	live int

	// models are what the ranks of many cases have in common, packed.
	models  []string
	modelAt map[string]uint32
	words   map[string]string
	room    []byte
}

func newSlab() *slab {
	return &slab{extra: map[string]uint32{}, modelAt: map[string]uint32{}, words: map[string]string{}}
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
	return i, s.open(i)
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
	s.rows = append(s.rows, callback.RankRow{Model: gone})
	if inOrder {
		s.sorted++
	} else {
		s.extra[id] = i
	}
	return i
}

// open tells whether the case at an index is still open.
func (s *slab) open(i uint32) bool { return s.rows[i].Model != gone }

// set stores the packed rank of a case. One that cannot be read is refused.
func (s *slab) set(id string, packed []byte) (uint32, bool) {
	rank, err := callback.ParseRank(packed, s.word)
	if err != nil {
		return 0, false
	}
	row, model := rank.Split()
	s.room = callback.AppendRank(s.room[:0], model)
	row.Model = s.modelOf(s.room)
	i := s.place(id)
	if !s.open(i) {
		s.live++
	}
	s.rows[i] = row
	return i, true
}

// remove takes a case out.
func (s *slab) remove(id string) (uint32, bool) {
	i, ok := s.find(id)
	if ok {
		s.rows[i].Model = gone
		s.live--
	}
	return i, ok
}

func (s *slab) modelOf(packed []byte) uint32 {
	if n, ok := s.modelAt[string(packed)]; ok {
		return n
	}
	n := uint32(len(s.models))
	s.models = append(s.models, string(packed))
	s.modelAt[s.models[n]] = n
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
	slab   *slab
	words  map[string]string
	models map[uint32]callback.Rank
}

func (s *slab) reader() *reader {
	return &reader{slab: s, words: map[string]string{}, models: map[uint32]callback.Rank{}}
}

// rank unpacks the rank of an open case.
func (r *reader) rank(i uint32) (callback.Rank, error) {
	row := r.slab.rows[i]
	model, ok := r.models[row.Model]
	if !ok {
		var err error
		if model, err = callback.ParseRank([]byte(r.slab.models[row.Model]), r.word); err != nil {
			return callback.Rank{}, err
		}
		r.models[row.Model] = model
	}
	return row.Join(model), nil
}

// word makes equal strings share their memory.
func (r *reader) word(b []byte) string {
	if w, ok := r.words[string(b)]; ok {
		return w
	}
	w := string(b)
	r.words[w] = w
	return w
}

// loose tells whether packing anew is worth it.
func (s *slab) loose() bool {
	return len(s.extra)+s.len()-s.live > s.len()/8+64
}

// packed gives a copy without gaps, in order of ids.
func (s *slab) packed() *slab {
	order := make([]uint32, 0, s.live)
	for i := range uint32(s.len()) {
		if s.open(i) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b uint32) int { return bytes.Compare(s.key(a), s.key(b)) })
	out := newSlab()
	out.grow(len(order), len(s.keys))
	for _, i := range order {
		out.keys = append(out.keys, s.key(i)...)
		out.ends = append(out.ends, uint32(len(out.keys)))
		row := s.rows[i]
		row.Model = out.modelOf([]byte(s.models[row.Model]))
		out.rows = append(out.rows, row)
	}
	out.sorted, out.live = len(order), len(order)
	return out
}

// grow makes room for so many cases, whose keys have so many bytes together.
func (s *slab) grow(cases, keyBytes int) {
	s.keys = slices.Grow(s.keys, keyBytes)
	s.ends = slices.Grow(s.ends, cases)
	s.rows = slices.Grow(s.rows, cases)
}

// names gives a view of the ids that later additions do not disturb.
func (s *slab) names(mu *sync.RWMutex) *slab {
	mu.RLock()
	defer mu.RUnlock()
	return &slab{keys: s.keys, ends: s.ends}
}
