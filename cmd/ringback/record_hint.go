package main

import (
	"fmt"
	"slices"
	"strings"

	"ringback/callback"
)

// recordHint names the flags that would complete the call.
func (d *desk) recordHint(c *callback.CallRecorded) string {
	flags := map[string]string{
		"a note": "--note", "a root cause": "--root-cause DRIVER/CAUSE", "a time to call back": `--callback "tomorrow 15:30"`, "a promise": "--promise TEXT",
	}
	var need []string
	for _, m := range c.Missing() {
		need = append(need, flags[m])
	}
	if len(need) == 0 {
		return "see: ringback record --help"
	}
	hint := "add " + strings.Join(need, " and ")
	if policy, err := d.store.Policy(); err == nil && slices.Contains(need, flags["a root cause"]) {
		hint += causeHint(policy)
	}
	return hint
}

// shownDrivers is how many of the team's drivers a hint names.
const shownDrivers = 4

// causeHint says what a root cause can be.
func causeHint(p callback.Policy) string {
	known := drivers(p)
	if len(known) == 0 {
		return "; a driver alone is enough"
	}
	more := ""
	if left := len(known) - shownDrivers; left > 0 {
		known, more = known[:shownDrivers], fmt.Sprintf(" and %d more", left)
	}
	return "; a driver alone is enough: " + strings.Join(known, ", ") + more + "; the team's list with its causes: ringback policy show"
}
