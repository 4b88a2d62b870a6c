package callback

import (
	"slices"
	"strings"
	"time"
)

// RoutingRules say for which agents a case is, and for how long it is theirs
// alone. They never keep a case from being called: after its time anyone may
// take it, and what nobody on the team speaks or can do is not asked for.
type RoutingRules struct {
	// Language is for cases whose customer's language is stated.
	Language RouteRule   `json:"language,omitzero"`
	Skills   []SkillRule `json:"skills,omitempty"`
	// Weight is what the factor match adds to the points of a case for those
	// who meet what it asks for, if not everybody does, and takes from them for
	// the others.
	Weight float64 `json:"weight"`
}

// RouteRule is how strictly a need is taken.
type RouteRule struct {
	// Match is must, or prefer; empty asks for nothing.
	Match Match `json:"match,omitempty"`
	// OpenToAnyone is how long a case that could be called waits for those who
	// meet the need, in minutes; half of the time to its deadline at most.
	OpenToAnyone int `json:"open_to_anyone_min,omitempty"`
}

// Match says whether a need keeps others from a case.
type Match string

// The ways to take a need: those who meet it are served the case earlier, or
// for a while they alone.
const (
	MatchPrefer Match = "prefer"
	MatchMust   Match = "must"
)

// SkillRule says which cases ask for a skill. All conditions that are given
// must hold; several rules may ask for one skill.
type SkillRule struct {
	Skill string `json:"skill"`
	// Scores are those of the survey, both ends included; nil is any.
	Scores *ScoreRange `json:"scores,omitempty"`
	Kinds  []Kind      `json:"kinds,omitempty"`
	// ValueFrom is the least percentile of the customer's value, 0–1; 0 is any,
	// and a customer of unknown value has none.
	ValueFrom float64 `json:"value_from,omitempty"`
	// AfterRefusal: the customer would rather not talk, the last time.
	AfterRefusal bool `json:"after_refusal,omitempty"`
	RouteRule
}

// ScoreRange is a range of scores, both ends included.
type ScoreRange struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// DefaultRouting gives the rules of a new team. They ask for nothing until it
// is said what agents speak and can do.
func DefaultRouting() RoutingRules {
	must := func(minutes int) RouteRule { return RouteRule{MatchMust, minutes} }
	return RoutingRules{
		Language: must(240),
		Skills: []SkillRule{
			{Skill: "recovery", Scores: &ScoreRange{0, 3}, RouteRule: RouteRule{Match: MatchPrefer}},
			{Skill: "recovery", ValueFrom: 0.9, RouteRule: RouteRule{Match: MatchPrefer}},
			{Skill: "recovery", AfterRefusal: true, RouteRule: must(480)},
		},
		Weight: 10,
	}
}

// Need is something that a case asks of whoever calls.
type Need struct {
	Sort NeedSort
	// Name is a language, by its first subtag in small letters, or a skill.
	Name string
	// Until is when anyone may take the case. Zero: it is only preferred that
	// whoever calls meets the need. UTC.
	Until time.Time
}

// NeedSort tells languages from skills.
type NeedSort byte

// The sorts of needs.
const (
	NeedsLanguage NeedSort = iota + 1
	NeedsSkill
	// NeedsOther: anyone but the agent of that name, who passed it over a short
	// while ago.
	NeedsOther
)

// Language is what the customer speaks, as far as it is known: what was heard
// on a call, else what their record or their answer states. A BCP 47 tag, or
// empty.
func (c Case) Language() string {
	return firstWords(c.Heard, c.Customer.Language, c.Response().Language)
}

// needs lists what the policy asks of whoever calls a case, each once.
func (p Policy) needs(c Case, r Rank) []Need {
	if !r.Callable || r.State == Review || r.State == Escalated {
		return nil
	}
	var out []Need
	ask := func(sort NeedSort, name string, rule RouteRule) {
		n := Need{Sort: sort, Name: name}
		if rule.Match == MatchMust {
			n.Until = p.openToAnyone(c, r, minutesOf(rule.OpenToAnyone))
		}
		for i, had := range out {
			if had.Sort != sort || had.Name != name {
				continue
			}
			if n.Until.After(had.Until) {
				out[i].Until = n.Until
			}
			return
		}
		out = append(out, n)
	}
	if spoken := languageOf(c.Language()); spoken != "" && p.Routing.Language.Match != "" {
		ask(NeedsLanguage, spoken, p.Routing.Language)
	}
	for _, s := range p.Routing.Skills {
		if s.Match != "" && s.asks(c, r) {
			ask(NeedsSkill, s.Skill, s.RouteRule)
		}
	}
	return append(out, p.others(c, r.Due)...)
}

// asks tells whether a case asks for the skill.
func (s SkillRule) asks(c Case, r Rank) bool {
	score := c.Response().Score
	switch {
	case s.Scores != nil && (score == nil || *score < s.Scores.From || *score > s.Scores.To):
		return false
	case len(s.Kinds) > 0 && !slices.Contains(s.Kinds, c.Kind):
		return false
	case s.ValueFrom > 0 && c.Customer.Value < s.ValueFrom:
		return false
	}
	return !s.AfterRefusal || r.State == RetryWait && c.lastRefused()
}

// lastRefused tells that the last attempt of the round was a soft refusal.
func (c Case) lastRefused() bool {
	n := len(c.Attempts)
	return n > 0 && c.Attempts[n-1].Round == c.Round && c.Attempts[n-1].Disposition == SoftRefusal
}

// openToAnyone is when a case is anyone's: so long after it could first be
// called, at an hour that is allowed, and never later than halfway to its
// deadline. An agreed call is anyone's from the agreed time on: somebody must
// make it.
func (p Policy) openToAnyone(c Case, r Rank, wait time.Duration) time.Time {
	if cb := c.Plan.Callback; r.State == CallbackScheduled && cb != nil {
		if cb.Missed || !cb.Tried.IsZero() {
			return time.Time{}
		}
		return wholeSecond(cb.At)
	}
	ready := r.AnsweredAt
	if r.NotBefore.After(ready) {
		ready = r.NotBefore
	}
	ready = p.opensFrom(c.Customer.Phone, ready)
	left := r.Due.Sub(ready) / 2
	if left <= 0 {
		return time.Time{}
	}
	return wholeSecond(p.opensFrom(c.Customer.Phone, ready.Add(min(wait, left))))
}

// waitNeed tells for whom a case is that somebody could call otherwise: w is
// what else keeps them from it.
func (r Rank) waitNeed(who Seat, now time.Time, w waiting) waiting {
	if r.Owner != "" && r.Owner == who.Agent {
		return w // it was given to them
	}
	for _, n := range r.Needs {
		if !now.Before(n.Until) || w.cause != "" && (w.at.IsZero() || w.at.After(n.Until)) {
			continue
		}
		if n.Sort == NeedsOther {
			if n.Name == who.Agent && !who.alone() {
				w = waiting{cause: WaitsSkipped, words: "skipped by you, comes back", at: n.Until}
			}
			continue
		}
		if who.Meets(n) || !who.asked(n) {
			continue
		}
		w = waiting{cause: WaitsSkill, of: n.Name, words: "for colleagues with the skill " + n.Name + " first, then anyone", at: n.Until}
		if n.Sort == NeedsLanguage {
			w.cause, w.words = WaitsLanguage, "for speakers of "+LanguageName(n.Name)+" first, then anyone"
		}
	}
	return w
}

// match is how well somebody fits a case: −1 if they do not meet a need, 1 if
// they meet one that not everybody on the team does, else 0.
func (r Rank) match(who Seat) float64 {
	fit := 0.0
	for _, n := range r.Needs {
		switch {
		case !who.asked(n):
		case !who.Meets(n):
			return -1
		case who.scarce(n):
			fit = 1
		}
	}
	return fit
}

func (c *policyCheck) routing(r RoutingRules) {
	c.route("routing.language", r.Language)
	if !(r.Weight >= 0 && r.Weight <= 1e6) {
		c.add("routing.weight", "a weight is a number from 0 to 1000000")
	}
	for i, s := range r.Skills {
		path := nth("routing.skills", i)
		if SkillName(s.Skill) != s.Skill || s.Skill == "" {
			c.add(path+".skill", "%q is no name of a skill: up to %d small letters, digits and hyphens", Line(s.Skill), maxSkill)
		}
		if s.Scores != nil && (s.Scores.From < 0 || s.Scores.To > 10 || s.Scores.From > s.Scores.To) {
			c.add(path+".scores", "scores %d to %d are not a part of 0 to 10", s.Scores.From, s.Scores.To)
		}
		for j, k := range s.Kinds {
			if !slices.Contains([]Kind{KindRequest, KindDetractor, KindPassive, KindPromoter, KindAdHoc}, k) {
				c.add(nth(path+".kinds", j), "there is no such kind of case; kinds are request, detractor, passive, promoter and adhoc")
			}
		}
		if !(s.ValueFrom >= 0 && s.ValueFrom <= 1) {
			c.add(path+".value_from", "a percentile is a number from 0 to 1")
		}
		if s.Match == "" {
			c.add(path+".match", "it is must or prefer")
		}
		c.route(path, s.RouteRule)
	}
}

func (c *policyCheck) route(path string, r RouteRule) {
	switch r.Match {
	case MatchMust:
		c.between(path+".open_to_anyone_min", r.OpenToAnyone, 1, maxPolicyMinutes)
	case MatchPrefer, "":
		if r.OpenToAnyone != 0 {
			c.add(path+".open_to_anyone_min", "only what must match opens to anyone after a while")
		}
	default:
		c.add(path+".match", "%q is neither must nor prefer", Line(string(r.Match)))
	}
}

// maxSkill bounds the name of a skill, in bytes.
const maxSkill = 32

// SkillName gives a skill's name as it is compared: in small letters. What
// cannot be one is empty.
func SkillName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || len(s) > maxSkill {
		return ""
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return ""
		}
	}
	return s
}
