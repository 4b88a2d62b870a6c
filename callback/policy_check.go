package callback

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// PolicyProblem is one thing that is wrong with a policy: where, and why.
type PolicyProblem struct {
	// Path names the place as the policy's JSON does, with weekdays by name:
	// "windows[1].hours.monday[0]".
	Path string `json:"path"`
	// What is one sentence for the person who wrote it.
	What string `json:"what"`
}

// Bounds of what a policy may ask for: no deadline or delay is longer than a
// year, in minutes, and no count of days longer than ten.
const (
	maxPolicyMinutes = 366 * 24 * 60
	maxPolicyDays    = 3660
	dayMinutes       = 24 * 60
	// maxCompany bounds what the company is called, in bytes.
	maxCompany = 120
)

// Problems lists everything that is wrong with a policy, in the order of its
// document; none means that it can be put in force.
func (p Policy) Problems() []PolicyProblem {
	c := policyCheck{}
	if p.Schema < 0 || p.Schema > SchemaVersion {
		c.add("schema", "schema %d is not known here, the latest is %d: it says how the text is to be read, not which version of your policy it is", p.Schema, SchemaVersion)
	}
	if _, err := Zone(p.Zone); err != nil {
		c.add("zone", "%v", err)
	}
	if len(p.Company) > maxCompany || strings.ContainsAny(p.Company, "\n\t") || Clean(p.Company).String() != p.Company {
		c.add("company", "it is one line of at most %d bytes", maxCompany)
	}
	c.stages(p.Stages)
	c.deadlines(p.Deadlines)
	c.week("business.hours", p.Business.Hours, Span{})
	c.holidays("business.holidays", p.Business.Holidays, false)
	c.span("legal", p.Legal)
	c.windows(p.Windows, p.Legal)
	c.retry(p.Retry)
	c.bands(p.Bands)
	c.callbacks(p.Callbacks)
	c.ageing(p.AgeingInForce())
	c.coolOff(p.CoolOffInForce(), p.Stages)
	c.leases(p.Leases)
	c.floor(p.FloorInForce())
	c.weights(p.Weights)
	c.routing(p.Routing)
	c.words("signals", "the word", p.Signals)
	c.wordings(p.Wordings)
	c.causes(p.Causes)
	c.goals(p.Goals)
	c.custom(p.Custom)
	return c.found
}

// policyCheck gathers problems.
type policyCheck struct{ found []PolicyProblem }

func (c *policyCheck) add(path, format string, args ...any) {
	c.found = append(c.found, PolicyProblem{path, fmt.Sprintf(format, args...)})
}

// between says that a number is not in its range.
func (c *policyCheck) between(path string, n, least, most int) {
	switch {
	case n < least:
		c.add(path, "%d is below %d", n, least)
	case n > most:
		c.add(path, "%d is above %d", n, most)
	}
}

// named says that a name is missing, or that it stands twice; seen remembers
// names regardless of capitals.
func (c *policyCheck) named(path, what, name string, seen map[string]bool) {
	key := strings.ToLower(strings.TrimSpace(name))
	switch {
	case key == "":
		c.add(path, "%s is empty", what)
	case seen[key]:
		c.add(path, "%s %q stands twice", what, Line(name))
	}
	seen[key] = true
}

// words checks a list of words, each of which may stand once.
func (c *policyCheck) words(path, what string, list []string) {
	seen := map[string]bool{}
	for i, w := range list {
		c.named(nth(path, i), what, w, seen)
	}
}

func nth(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func (c *policyCheck) stages(list []Stage) {
	seen := map[string]bool{}
	var taken [11]string
	for i, s := range list {
		path := nth("stages", i)
		c.named(path+".name", "the name", s.Name, seen)
		c.between(path+".percent", s.Percent, 0, 100)
		if s.Deadline != nil {
			c.deadline(path+".deadline", *s.Deadline)
		}
		if s.From < 0 || s.To > 10 || s.From > s.To {
			c.add(path, "scores %d to %d are not a part of 0 to 10", s.From, s.To)
			continue
		}
		if !s.Active {
			continue
		}
		for score := s.From; score <= s.To; score++ {
			if taken[score] != "" {
				c.add(path, "score %d belongs to stage %s already, and a score can have one active stage", score, taken[score])
				break
			}
			taken[score] = fmt.Sprintf("%q", Line(s.Name))
		}
	}
}

func (c *policyCheck) deadlines(list map[Kind]Deadline) {
	kinds := []Kind{KindRequest, KindDetractor, KindPassive, KindPromoter, KindAdHoc}
	known := map[Kind]bool{}
	for _, k := range kinds {
		known[k] = true
		d, ok := list[k]
		switch {
		case ok:
			c.deadline("deadlines."+string(k), d)
		case k != KindAdHoc:
			c.add("deadlines."+string(k), "there is no deadline for this kind of case")
		}
	}
	for _, k := range slices.Sorted(maps.Keys(list)) {
		if !known[k] {
			c.add("deadlines."+Line(string(k)).String(), "there is no such kind of case; kinds are request, detractor, passive, promoter and adhoc")
		}
	}
}

func (c *policyCheck) deadline(path string, d Deadline) {
	c.between(path+".first_min", d.First, 1, maxPolicyMinutes)
	c.between(path+".close_min", d.Close, 1, maxPolicyMinutes)
	c.between(path+".wall_min", d.Wall, 1, maxPolicyMinutes)
	if d.First > 0 && d.Close > 0 && d.Close < d.First {
		c.add(path+".close_min", "the case would have to be closed before its first attempt is due")
	}
}

// span checks one part of a day and tells whether it can be used.
func (c *policyCheck) span(path string, s Span) bool {
	if s.From >= 0 && s.From < s.To && s.To <= dayMinutes {
		return true
	}
	c.add(path, "from and to are minutes of a day, in order: %d to %d is no part of one", s.From, s.To)
	return false
}

// week checks the hours of a week, which lie in order and at least partly
// within the legal hours, if there are any.
func (c *policyCheck) week(path string, week [7][]Span, legal Span) {
	for day, list := range week {
		last := 0
		for i, s := range list {
			where := nth(path+"."+strings.ToLower(time.Weekday(day).String()), i)
			if !c.span(where, s) {
				continue
			}
			if s.From < last {
				c.add(where, "it begins before the hours above it end")
			}
			last = s.To
			if in := s.within(legal); in.From >= in.To {
				c.add(where, "it lies outside the legal hours, so it never opens")
			}
		}
	}
}

// holidays checks a list of dates and calendars; a region's own holidays have a
// meaning only where there is a region.
func (c *policyCheck) holidays(path string, list []string, national bool) {
	seen := map[string]bool{}
	for i, h := range list {
		where := nth(path, i)
		_, err := time.Parse(time.DateOnly, h)
		switch {
		case h == National && !national:
			c.add(where, "the business calendar has no region whose holidays were national; name its calendar")
			continue
		case err != nil && h != National && !IsCalendar(h):
			c.add(where, "%q is not a date such as 2026-12-25, and there is no such calendar; calendars are %s", Line(h), strings.Join(countries(), ", "))
			continue
		}
		c.named(where, "holiday", h, seen)
	}
}

// countries lists the calendars of whole countries.
func countries() []string {
	return slices.DeleteFunc(Calendars(), func(name string) bool { return strings.Contains(name, "-") })
}

// windows checks the calling hours; one of them holds for all regions that
// have none of their own.
func (c *policyCheck) windows(list []Window, legal Span) {
	if legal.From < 0 || legal.From >= legal.To {
		legal = Span{} // said already
	}
	seen := map[string]bool{}
	for i, w := range list {
		path := nth("windows", i)
		switch {
		case w.Region == "":
		case !isRegion(w.Region):
			c.add(path+".region", "%q is not a region such as ES, in two capital letters", Line(w.Region))
		case !KnownRegion(w.Region):
			// A slip here would leave a country's customers to the hours of all others.
			c.add(path+".region", "no telephone number is of a region %q, so nobody would have these hours", Line(w.Region))
		}
		if seen[w.Region] {
			c.add(path+".region", "%q has hours already", Line(w.Region))
		}
		seen[w.Region] = true
		c.week(path+".hours", w.Hours, legal)
		c.holidays(path+".holidays", w.Holidays, true)
		if w.Region == "" && !(Business{Hours: w.Hours}).hasHours() {
			c.add(path+".hours", "no day has hours, so most customers could never be called")
		}
	}
	if !seen[""] {
		c.add("windows", "none is without a region, so customers of all other regions could never be called")
	}
}

// isRegion tells whether a text has the form of ISO 3166-1 alpha-2.
func isRegion(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func (c *policyCheck) bands(list []Band) {
	seen := map[string]bool{}
	var taken [7][]Span
	for i, b := range list {
		path := nth("bands", i)
		c.named(path+".name", "the name", b.Name, seen)
		days := c.days(path+".days", b.Days)
		if !c.span(path, b.Span) {
			continue
		}
		overlaps := false
		for _, d := range days {
			for _, s := range taken[d] {
				if !overlaps && b.From < s.To && s.From < b.To {
					c.add(path, "on %s it overlaps a band above it", d)
					overlaps = true
				}
			}
			taken[d] = append(taken[d], b.Span)
		}
	}
}

// days checks a list of weekdays and gives those that can be used.
func (c *policyCheck) days(path string, list []time.Weekday) (usable []time.Weekday) {
	if len(list) == 0 {
		c.add(path, "the band has no day")
	}
	for i, d := range list {
		switch {
		case d < time.Sunday || d > time.Saturday:
			c.add(nth(path, i), "%d is not a weekday", int(d))
		case slices.Contains(usable, d):
			c.add(nth(path, i), "%s stands twice", d)
		default:
			usable = append(usable, d)
		}
	}
	return usable
}

func (c *policyCheck) callbacks(r CallbackRules) {
	c.between("callbacks.remind_min", r.Remind, 0, dayMinutes)
	c.between("callbacks.open_to_anyone_min", r.OpenToAnyone, 0, maxPolicyMinutes)
	c.between("callbacks.max_ahead_days", r.MaxAhead, 0, maxPolicyDays)
	c.between("callbacks.again_min", r.Again, 0, dayMinutes)
	c.between("callbacks.max_moves", r.MaxMoves, 0, 100)
}

func (c *policyCheck) leases(r LeaseRules) {
	c.between("leases.preview_min", r.Preview, 1, dayMinutes)
	c.between("leases.in_call_min", r.InCall, 1, dayMinutes)
	c.between("leases.pack_size", r.PackSize, 0, 10_000)
	c.between("leases.pack_min", r.PackFor, 1, maxPolicyMinutes)
}

// weights checks that no factor turns the order around: more of what is bad
// never makes a case wait longer.
func (c *policyCheck) weights(w Weights) {
	for _, f := range []struct {
		name  string
		value float64
	}{
		{"sla", w.SLA},
		{"severity", w.Severity},
		{"value", w.Value},
		{"role", w.Role},
		{"reachability", w.Reach},
		{"repeat", w.Repeat},
		{"signal", w.Signal},
		{"attempts", w.Attempts},
	} {
		if math.IsNaN(f.value) || f.value < 0 || f.value > 1e6 {
			c.add("weights."+f.name, "a weight is a number from 0 to 1000000")
		}
	}
}

func (c *policyCheck) wordings(list []Wording) {
	if len(list) == 0 {
		c.add("wordings", "there is none in which to ask for the score")
	}
	ids, languages := map[string]bool{}, map[string]bool{}
	for i, w := range list {
		path := nth("wordings", i)
		c.named(path+".id", "the id", w.ID, ids)
		c.named(path+".language", "the language", baseLanguage(w.Language), languages)
		if strings.TrimSpace(w.Text) == "" {
			c.add(path+".text", "the question is empty")
		}
	}
}

func (c *policyCheck) causes(list []Driver) {
	seen := map[string]bool{}
	for i, d := range list {
		c.named(nth("causes", i)+".name", "the driver", d.Name, seen)
		c.words(nth("causes", i)+".causes", "the cause", d.Causes)
	}
}

func (c *policyCheck) goals(g Goals) {
	c.between("goals.within_percent", g.Within, 0, 100)
	c.between("goals.within_min", g.WithinMin, 0, maxPolicyMinutes)
}

// custom checks a team's own codes: each stands for a standard one, and none
// hides one.
func (c *policyCheck) custom(list []CustomDisposition) {
	seen := map[string]bool{}
	for i, d := range list {
		path := nth("custom_dispositions", i)
		c.named(path+".code", "the code", d.Code, seen)
		if _, taken := Disposition(d.Code).Rule(); taken {
			c.add(path+".code", "%s is a standard code", Line(d.Code))
		}
		if strings.TrimSpace(d.Name) == "" {
			c.add(path+".name", "the name is empty")
		}
		if _, ok := d.Standard.Rule(); !ok {
			c.add(path+".standard", "%q is not a standard code", Line(string(d.Standard)))
		}
	}
}
