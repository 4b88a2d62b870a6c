package export

import (
	"strconv"
	"strings"
	"time"

	"ringback/callback"
)

// record is what a row is made of: the case, and the part that the table is about.
type record struct {
	c       callback.Case
	attempt callback.Attempt
	score   callback.Score
	promise callback.Promise
	phone   callback.Phone
}

// column is a named value of a record. A personal one tells who the customer is, or holds somebody's own words.
type column struct {
	name     string
	personal bool
	value    func(record) string
}

type table struct {
	columns []column
	rows    func(callback.Case) []record
}

var tables = map[Table]table{
	Cases: {caseColumns, func(c callback.Case) []record { return []record{{c: c}} }},
	Attempts: {attemptColumns, func(c callback.Case) (out []record) {
		for _, a := range c.Attempts {
			out = append(out, record{c: c, attempt: a})
		}
		return out
	}},
	Scores: {scoreColumns, func(c callback.Case) (out []record) {
		for _, r := range c.Responses {
			if r.Score != nil {
				out = append(out, record{c: c, score: callback.Score{
					ID: r.ID, Value: r.Score, Answer: callback.Answered, Role: callback.Baseline, CollectedBy: "self", Mode: r.Channel, At: r.AnsweredAt,
				}})
			}
		}
		for _, s := range c.Scores {
			if s.Role != callback.Baseline {
				out = append(out, record{c: c, score: s})
			}
		}
		return out
	}},
	Promises: {promiseColumns, func(c callback.Case) (out []record) {
		for _, p := range c.Promises {
			out = append(out, record{c: c, promise: p})
		}
		return out
	}},
	Numbers: {numberColumns, func(c callback.Case) (out []record) {
		for _, p := range c.Customer.All() {
			out = append(out, record{c: c, phone: p})
		}
		return out
	}},
}

var caseColumns = []column{
	{"case", false, func(r record) string { return r.c.ID }},
	{"team", false, func(r record) string { return r.c.Team }},
	{"kind", false, func(r record) string { return string(r.c.Kind) }},
	{"state", false, func(r record) string { return string(r.c.State) }},
	{"round", false, func(r record) string { return strconv.Itoa(r.c.Round) }},
	{"answered_at", false, func(r record) string { return stamp(r.c.Response().AnsweredAt) }},
	{"opened_at", false, func(r record) string { return stamp(r.c.OpenedAt) }},
	{"first_due", false, func(r record) string { return stamp(r.c.Plan.FirstDue) }},
	{"score", false, func(r record) string { return number(r.c.Opening().Score) }},
	{"category", false, func(r record) string { return string(callback.CategoryOf(r.c.Opening().Score)) }},
	{"asked_for_call", false, func(r record) string { return yes(r.c.Response().Asked) }},
	{"channel", false, func(r record) string { return r.c.Response().Channel }},
	{"product", false, func(r record) string { return r.c.Response().Product }},
	{"language", false, func(r record) string { return r.c.Language() }},
	{"customer", true, func(r record) string { return r.c.Customer.Name }},
	{"customer_ref", true, func(r record) string { return r.c.Customer.Ref }},
	{"account", true, func(r record) string { return r.c.Customer.Account }},
	{"email", true, func(r record) string { return r.c.Customer.Email }},
	{"phone_digits", true, func(r record) string { return digits(r.c.Customer.Phone.E164) }},
	{"all_phone_digits", true, func(r record) string {
		all := []string{}
		for _, p := range r.c.Customer.All() {
			all = append(all, digits(p.E164))
		}
		return strings.TrimSpace(strings.Join(all, " "))
	}},
	{"phone_region", false, func(r record) string { return r.c.Customer.Phone.Region }},
	{"comment", true, func(r record) string { return r.c.Response().Comment }},
	{"attempts", false, func(r record) string { return strconv.Itoa(len(r.c.Attempts)) }},
	{"last_disposition", false, lastDisposition},
	{"rescore", false, func(r record) string { return rescore(r.c, func(s callback.Score) string { return number(s.Value) }) }},
	{"rescore_answer", false, func(r record) string { return rescore(r.c, func(s callback.Score) string { return string(s.Answer) }) }},
	{"rescore_category", false, func(r record) string {
		return rescore(r.c, func(s callback.Score) string {
			if s.Value == nil {
				return ""
			}
			return string(callback.CategoryOf(s.Value))
		})
	}},
	{"root_driver", false, func(r record) string { return root(r.c, func(x callback.RootCause) string { return x.Driver }) }},
	{"root_cause", false, func(r record) string { return root(r.c, func(x callback.RootCause) string { return x.Cause }) }},
	{"root_control", false, func(r record) string {
		return root(r.c, func(x callback.RootCause) string { return string(x.Control) })
	}},
	{"root_words", true, func(r record) string { return root(r.c, func(x callback.RootCause) string { return x.Text }) }},
	{"resolution", false, func(r record) string {
		return closing(r.c, func(x callback.Closing) string { return string(x.Resolution) })
	}},
	{"closed_at", false, func(r record) string { return closing(r.c, func(x callback.Closing) string { return stamp(x.At) }) }},
	{"closed_by", false, func(r record) string { return closing(r.c, func(x callback.Closing) string { return x.By }) }},
}

var attemptColumns = []column{
	{"case", false, func(r record) string { return r.c.ID }},
	{"attempt", false, func(r record) string { return r.attempt.ID }},
	{"at", false, func(r record) string { return stamp(r.attempt.At) }},
	{"agent", false, func(r record) string { return r.attempt.Agent }},
	{"direction", false, func(r record) string {
		if r.attempt.Direction == callback.Inbound {
			return string(callback.Inbound)
		}
		return "outbound"
	}},
	{"number_digits", true, func(r record) string { return digits(r.attempt.Number) }},
	{"disposition", false, func(r record) string { return string(r.attempt.Disposition) }},
	{"own_code", false, func(r record) string { return r.attempt.Custom }},
	{"ring_s", false, func(r record) string { return strconv.Itoa(r.attempt.Ring) }},
	{"talk_s", false, func(r record) string { return strconv.Itoa(r.attempt.Talk) }},
	{"wrap_s", false, func(r record) string { return strconv.Itoa(r.attempt.WrapUp) }},
	{"without_effect", false, func(r record) string { return string(r.attempt.Shadowed) }},
	{"guide", false, func(r record) string { return r.attempt.Guide }},
	{"guide_version", false, func(r record) string { return strconv.Itoa(r.attempt.GuideVersion) }},
	{"answers", true, func(r record) string {
		said := []string{}
		for _, a := range r.attempt.Answers {
			said = append(said, a.ID+": "+a.Answer)
		}
		return strings.Join(said, "; ")
	}},
	{"note", true, func(r record) string { return r.attempt.Note }},
}

var scoreColumns = []column{
	{"case", false, func(r record) string { return r.c.ID }},
	{"role", false, func(r record) string { return string(r.score.Role) }},
	{"at", false, func(r record) string { return stamp(r.score.At) }},
	{"answer", false, func(r record) string { return string(r.score.Answer) }},
	{"score", false, func(r record) string { return number(r.score.Value) }},
	{"category", false, func(r record) string { return string(callback.CategoryOf(r.score.Value)) }},
	{"collected_by", false, func(r record) string { return r.score.CollectedBy }},
	{"mode", false, func(r record) string { return r.score.Mode }},
	{"wording", false, func(r record) string { return r.score.Wording }},
	{"without_effect", false, func(r record) string { return string(r.score.Shadowed) }},
}

var promiseColumns = []column{
	{"case", false, func(r record) string { return r.c.ID }},
	{"promise", false, func(r record) string { return r.promise.ID }},
	{"status", false, func(r record) string { return string(r.promise.Status) }},
	{"owner", false, func(r record) string { return r.promise.Owner }},
	{"due", false, func(r record) string { return stamp(r.promise.Due) }},
	{"made_at", false, func(r record) string { return stamp(r.promise.MadeAt) }},
	{"made_by", false, func(r record) string { return r.promise.MadeBy }},
	{"settled_at", false, func(r record) string {
		if r.promise.SettledAt == nil {
			return ""
		}
		return stamp(*r.promise.SettledAt)
	}},
	{"settled_by", false, func(r record) string { return r.promise.SettledBy }},
	{"text", true, func(r record) string { return r.promise.Text }},
}

// stamp writes an instant in UTC (RFC 3339); a zero one is left out.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func lastDisposition(r record) string {
	if n := len(r.c.Attempts); n > 0 {
		return string(r.c.Attempts[n-1].Disposition)
	}
	return ""
}

func rescore(c callback.Case, say func(callback.Score) string) string {
	if s := c.LastRescore(); s != nil {
		return say(*s)
	}
	return ""
}

func root(c callback.Case, say func(callback.RootCause) string) string {
	if c.Root == nil {
		return ""
	}
	return say(*c.Root)
}

func closing(c callback.Case, say func(callback.Closing) string) string {
	if c.Closing == nil {
		return ""
	}
	return say(*c.Closing)
}
