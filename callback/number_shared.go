package callback

import "slices"

// AlsoOnFile names the others who have a number, of the cases that were found by
// it: each once, and with it if they asked not to be called. Of the person on a
// case themselves, and of the case, nothing is told.
func AlsoOnFile(found []QueueRow, caseID, person string) []string {
	out := []string{}
	for _, r := range found {
		if r.ID == caseID || SameName(r.Customer, person) {
			continue
		}
		name := Line(r.Customer).String()
		if name == "" {
			name = "somebody without a name"
		}
		if r.State == Suppressed {
			name += " (asked not to be called)"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
