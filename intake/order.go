package intake

import (
	"fmt"
	"strings"
)

// evidence is what a column's dates say about their order.
type evidence struct {
	dmy, mdy, open sighting // day first, month first, either
	points         int      // with points between, which mean day first
}

// sighting counts dates of a sort and keeps the first for the question.
type sighting struct {
	n    int
	row  int
	cell string
}

func (s *sighting) add(row int, cell string) {
	if s.n == 0 {
		s.row, s.cell = row, strings.Clone(cell)
	}
	s.n++
}

// see takes in one cell. It is called for every cell of a file, so it leaves
// at once where there is no numeric date.
func (e *evidence) see(row int, cell string) {
	if len(cell) < 6 || len(cell) > 64 || cell[0] > '9' && cell[0] < 0x80 {
		return
	}
	sc := scanner{s: asciiDigits(cell)}
	a, an := sc.number()
	sep := sc.separator()
	b, bn := sc.number()
	if an == 0 || an > 2 || bn == 0 || bn > 2 || sep == 0 || sep == ' ' || sc.separator() != sep {
		return
	}
	if _, cn := sc.number(); cn != 2 && cn != 4 {
		return
	}
	switch {
	case a > 31 || b > 31 || a > 12 && b > 12 || a < 1 || b < 1:
	case a > 12:
		e.dmy.add(row, cell)
	case b > 12:
		e.mdy.add(row, cell)
	case sep == '.':
		e.points++
	case a != b:
		e.open.add(row, cell)
	}
}

// verdict is the order a column's own dates prove. It needs no answer where
// no date is in doubt; conflict tells that the dates contradict each other.
func (e evidence) verdict() (order DateOrder, settled, conflict bool) {
	switch {
	case e.dmy.n > 0 && e.mdy.n > 0:
		return AnyOrder, false, true
	case e.dmy.n > 0:
		return DMY, true, false
	case e.mdy.n > 0 && e.points > 0:
		return AnyOrder, false, true
	case e.mdy.n > 0:
		return MDY, true, false
	case e.open.n > 0:
		return AnyOrder, false, false
	case e.points > 0:
		return DMY, true, false
	default:
		return AnyOrder, true, false
	}
}

// why says how verdict was reached.
func (e evidence) why(order DateOrder) string {
	switch {
	case order == DMY && e.dmy.n > 0:
		return fmt.Sprintf("day first, as %s in row %d", excerpt(e.dmy.cell), e.dmy.row)
	case order == MDY && e.mdy.n > 0:
		return fmt.Sprintf("month first, as %s in row %d", excerpt(e.mdy.cell), e.mdy.row)
	case order == DMY && e.points > 0:
		return "day first, as dates with points are written"
	case order != AnyOrder:
		return "order " + string(order) + " as the file's other dates"
	default:
		return "dates that read one way only"
	}
}
