package ui

// frame is the whole terminal, in cells. It is the only place that divides it.
type frame struct{ w, h int }

// The smallest terminal that the screens fit, in cells.
const (
	minWidth  = 60
	minHeight = 16
)

// The heights of what surrounds a screen.
const (
	headerHeight = 1
	statusHeight = 1
	footerHeight = 1
)

// From these widths on a screen shows so many panes.
const (
	threePanes = 110
	twoPanes   = 80
	// queueRoomy is from where on its list has room for names beside a wider pane.
	queueRoomy = 100
	// queueThree is for the queue alone: below it a third pane would cut the names in the list.
	queueThree = 140
)

func (f frame) tooSmall() bool { return f.w < minWidth || f.h < minHeight }

// body is the box of a screen.
func (f frame) body() (w, h int) {
	return f.w, max(0, f.h-headerHeight-statusHeight-footerHeight)
}

// panes is how many panes stand beside one another in a width.
func panes(w int) int {
	switch {
	case w >= threePanes:
		return 3
	case w >= twoPanes:
		return 2
	}
	return 1
}

// split divides a width, less one cell for each line between, by weights. The
// parts and the lines add up to the width.
func split(w int, weights ...int) []int {
	total, out := 0, make([]int, len(weights))
	for _, x := range weights {
		total += x
	}
	left := max(0, w-(len(weights)-1))
	given := 0
	for i, x := range weights {
		out[i] = left * x / total
		given += out[i]
	}
	out[0] += left - given
	return out
}

// dialogWidth is how wide a dialog of a wished width may be.
func dialogWidth(w, wish int) int { return max(10, min(wish, w-4)) }
