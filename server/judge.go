package server

import (
	"fmt"
	"strings"
	"time"

	"ringback/callback"
)

// Limits of the texts of one row, in bytes. What is longer is refused, never
// cut.
const (
	maxComment = 16 << 10
	maxField   = 512
)

// earliestAnswer is before any survey of the kind existed; an older date is a
// mistake in reading it.
var earliestAnswer = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// judged is a row that has been cleaned and judged, without asking the
// database.
type judged struct {
	row      int
	response callback.Response
	customer callback.Customer
	// refused and column say why the row is rejected; warnings what is worth
	// knowing of an accepted one.
	column, refused string
	warnings        []string
}

func (j *judged) refuse(column, format string, args ...any) {
	if j.refused == "" {
		j.column, j.refused = column, fmt.Sprintf(format, args...)
	}
}

func (j *judged) warn(w string) {
	if w != "" {
		j.warnings = append(j.warnings, w)
	}
}

// judge cleans a row and decides whether it can be taken. Nothing is guessed
// or clamped: a row is taken as it is, or refused with its column and reason.
func judge(team string, b callback.IntakeBatch, row callback.Intake, now time.Time) judged {
	j := judged{row: row.Row}
	j.response = callback.Response{
		Source:     j.line("source", row.Source),
		ExternalID: j.line("external_id", row.ExternalID),
		Score:      row.Score,
		Comment:    j.comment(row.Comment),
		Asked:      row.Asked,
		AnsweredAt: row.AnsweredAt.UTC(),
		Channel:    strings.ToLower(j.line("channel", row.Channel)),
		Product:    j.line("product", row.Product),
		Language:   j.line("language", row.Language),
	}
	r := &j.response
	r.ID = "r" + idOf(team, r.Source, r.ExternalID)
	if row.AskedFor != nil {
		at := row.AskedFor.UTC()
		r.AskedFor, r.Asked = &at, true
	}
	j.check(now)
	if j.refused == "" {
		j.person(row.Person, b)
	}
	return j
}

func (j *judged) check(now time.Time) {
	r := j.response
	switch {
	case r.ExternalID == "":
		j.refuse("external_id", "it is missing, so that a second import could not be told from the first")
	case r.Source == "":
		j.refuse("source", "it is missing")
	case r.Score != nil && (*r.Score < 0 || *r.Score > 10):
		j.refuse("score", "%d is not between 0 and 10", *r.Score)
	case r.AnsweredAt.IsZero():
		j.refuse("answered_at", "it is missing; deadlines run from when the customer answered")
	case r.AnsweredAt.After(now.Add(24 * time.Hour)):
		j.refuse("answered_at", "%s lies in the future", r.AnsweredAt.Format(time.RFC3339))
	case r.AnsweredAt.Before(earliestAnswer):
		j.refuse("answered_at", "%s is too long ago to be right", r.AnsweredAt.Format(time.RFC3339))
	case r.AskedFor != nil && (r.AskedFor.Before(earliestAnswer) || r.AskedFor.After(now.AddDate(2, 0, 0))):
		j.refuse("asked_for", "%s cannot be right", r.AskedFor.Format(time.RFC3339))
	case r.Score == nil && !r.Asked && r.Comment == "":
		j.refuse("score", "there is no score, no comment and no wish for a call")
	}
}

// person reads the customer. What is wrong here never costs the response: a
// number that cannot be dialled is worth a warning, and the case waits for a
// better one.
func (j *judged) person(p callback.Person, b callback.IntakeBatch) {
	c := callback.Customer{
		Ref:      j.line("person.ref", p.Ref),
		Name:     j.line("person.name", p.Name),
		Account:  j.line("person.account", p.Account),
		Email:    j.line("person.email", p.Email),
		Language: j.response.Language,
		Value:    -1,
	}
	if p.Value != nil {
		if *p.Value >= 0 && *p.Value <= 1 {
			c.Value = *p.Value
		} else {
			j.warn("value: it is a share between 0 and 1; it was left out")
		}
	}
	switch role := callback.Role(strings.ToLower(j.line("person.role", string(p.Role)))); role {
	case callback.NoRole, callback.DecisionMaker, callback.Influencer, callback.EndUser:
		c.Role = role
	default:
		j.warn("role: it is decision_maker, influencer or end_user; it was left out")
	}
	if c.Email != "" && (strings.Count(c.Email, "@") != 1 || strings.ContainsAny(c.Email, " ,;<>")) {
		j.warn("email: not an address; it was left out")
		c.Email = ""
	}
	region := j.line("person.region", p.Region)
	if region == "" {
		region = callback.Line(b.Region).String()
	}
	c.Phone.Region = strings.ToUpper(region)
	if list := j.phones(p, region); len(list) > 0 {
		c.Phone, c.Others = list[0], list[1:]
	}
	var warning string
	c.Phone.Zones, c.Phone.ZoneFrom, warning = zonesOf(c.Phone, p.Zone, b.Zone)
	for i := range c.Others {
		c.Others[i].Zones, c.Others[i].ZoneFrom, _ = zonesOf(c.Others[i], p.Zone, b.Zone)
	}
	j.warn(warning)
	j.customer = c
}

// line cleans a text of one line; one that is too long refuses the row.
func (j *judged) line(column, raw string) string {
	if len(raw) > maxField {
		j.refuse(column, "%d bytes are over %d", len(raw), maxField)
		return ""
	}
	return callback.Line(raw).String()
}

func (j *judged) comment(raw string) string {
	if len(raw) > maxComment {
		j.refuse("comment", "%d bytes are over %d", len(raw), maxComment)
		return ""
	}
	return strings.TrimSpace(callback.Clean(raw).String())
}
