package callback

// Category is the group that a 0–10 score falls into in the Net Promoter
// system. It is always computed from the score, never taken from a file.
type Category string

// The categories: detractor 0–6, passive 7–8, promoter 9–10 (Reichheld, "The
// One Number You Need to Grow", 2003). Unscored stands for a response without
// a score.
const (
	Unscored  Category = "unscored"
	Detractor Category = "detractor"
	Passive   Category = "passive"
	Promoter  Category = "promoter"
)

// Categories lists all categories in the order of tables and matrices.
func Categories() []Category { return []Category{Detractor, Passive, Promoter, Unscored} }

// CategoryOf gives the category of a score; nil, or a value outside 0–10, is
// Unscored.
func CategoryOf(score *int) Category {
	switch {
	case score == nil || *score < 0 || *score > 10:
		return Unscored
	case *score <= 6:
		return Detractor
	case *score <= 8:
		return Passive
	default:
		return Promoter
	}
}

// Weight is the category's share in the Net Promoter Score: −1, 0 or +1.
func (c Category) Weight() int {
	switch c {
	case Detractor:
		return -1
	case Promoter:
		return 1
	default:
		return 0
	}
}

// index is the category's row or column in a conversion matrix.
func (c Category) index() int {
	for i, k := range Categories() {
		if k == c {
			return i
		}
	}
	return len(Categories()) - 1
}
