package server

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// A row is taken as it is or refused with its column; nothing is guessed.
func TestJudgeRows(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change  func(*callback.Intake)
		column  string
		warning string
	}{
		"fine":                {func(*callback.Intake) {}, "", ""},
		"score 11":            {func(r *callback.Intake) { *r.Score = 11 }, "score", ""},
		"score -1":            {func(r *callback.Intake) { *r.Score = -1 }, "score", ""},
		"nothing said":        {func(r *callback.Intake) { r.Score, r.Comment = nil, " \x00 " }, "", ""},
		"nothing at all":      {func(r *callback.Intake) { r.Score, r.Comment = nil, "  " }, "score", ""},
		"only a wish":         {func(r *callback.Intake) { r.Score, r.Comment, r.Asked = nil, "", true }, "", ""},
		"no id":               {func(r *callback.Intake) { r.ExternalID = " \t" }, "external_id", ""},
		"no source":           {func(r *callback.Intake) { r.Source = "" }, "source", ""},
		"no date":             {func(r *callback.Intake) { r.AnsweredAt = time.Time{} }, "answered_at", ""},
		"tomorrow":            {func(r *callback.Intake) { r.AnsweredAt = monday.Add(23 * time.Hour) }, "", ""},
		"next week":           {func(r *callback.Intake) { r.AnsweredAt = monday.AddDate(0, 0, 7) }, "answered_at", ""},
		"before surveys":      {func(r *callback.Intake) { r.AnsweredAt = time.Unix(0, 0) }, "answered_at", ""},
		"endless comment":     {func(r *callback.Intake) { r.Comment = strings.Repeat("a", 20_000) }, "comment", ""},
		"endless name":        {func(r *callback.Intake) { r.Person.Name = strings.Repeat("a", 600) }, "person.name", ""},
		"no phone":            {func(r *callback.Intake) { r.Person.Phone = "" }, "", ""},
		"words for a phone":   {func(r *callback.Intake) { r.Person.Phone = "ask reception" }, "", "not a phone number"},
		"national, no region": {func(r *callback.Intake) { r.Person.Phone, r.Person.Region = "201 555 0123", "" }, "", "needs a region"},
		"emergency":           {func(r *callback.Intake) { r.Person.Phone, r.Person.Region = "112", "DE" }, "", "emergency"},
		"emergency, US":       {func(r *callback.Intake) { r.Person.Phone = "911" }, "", "emergency"},
		"short code":          {func(r *callback.Intake) { r.Person.Phone, r.Person.Region = "116117", "DE" }, "", "emergency or short"},
		"too short":           {func(r *callback.Intake) { r.Person.Phone = "+1 201 555" }, "", "too short"},
		"too long":            {func(r *callback.Intake) { r.Person.Phone = "+1 201 555 0123 45" }, "", "long"},
		"possible, not valid": {func(r *callback.Intake) { r.Person.Phone = "+44 7700 900123" }, "", "numbering plan"},
		"odd zone":            {func(r *callback.Intake) { r.Person.Zone = "Moscow time" }, "", "not a time zone"},
		"odd value":           {func(r *callback.Intake) { v := 7.0; r.Person.Value = &v }, "", "between 0 and 1"},
		"odd role":            {func(r *callback.Intake) { r.Person.Role = "king" }, "", "decision_maker"},
		"odd mail":            {func(r *callback.Intake) { r.Person.Email = "a@b@c" }, "", "not an address"},
		"asked for 2100":      {func(r *callback.Intake) { at := monday.AddDate(70, 0, 0); r.AskedFor = &at }, "asked_for", ""},
	} {
		r := row("1", 3, "Bad.")
		tt.change(&r)
		j := judge("north", callback.IntakeBatch{}, r, monday)
		if (tt.column != "") != (j.refused != "") || j.column != tt.column {
			t.Errorf("%s: refused %q in column %q", name, j.refused, j.column)
		}
		warning := strings.Join(j.warnings, "; ")
		if !strings.Contains(warning, tt.warning) || tt.warning == "" && warning != "" {
			t.Errorf("%s: warning %q, want %q", name, warning, tt.warning)
		}
	}
}

// Numbers as people write them.
func TestReadPhone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ raw, region, e164, ext, home string }{
		{"8 (916) 123-45-67", "RU", "+79161234567", "", "RU"},
		{"+7 701 234 5678", "RU", "+77012345678", "", "KZ"},
		{"(201) 555-0123 x77", "US", "+12015550123", "77", "US"},
		{"+44 (0)20 7946 0018", "", "+442079460018", "", "GB"},
		{"02079460018", "GB", "+442079460018", "", "GB"},
		{"06 12 34 56 78", "fr", "+33612345678", "", "FR"},
		{"٠٢٠ ٧٩٤٦ ٠٠١٨", "GB", "+442079460018", "", "GB"},
		{"555-0123", "US", "", "", "US"},
		{"", "US", "", "", "US"},
	} {
		p, warning := readPhone(tt.raw, tt.region)
		if p.E164 != tt.e164 || p.Ext != tt.ext || p.Region != tt.home {
			t.Errorf("%q in %q: %+v (%s)", tt.raw, tt.region, p, warning)
		}
	}
}

// What the record says of the zone wins; else the number's zones count, all of
// them.
func TestZones(t *testing.T) {
	t.Parallel()
	us := callback.Phone{E164: "+12015550123"}
	free := callback.Phone{E164: "+18005550123"}
	for name, tt := range map[string]struct {
		phone         callback.Phone
		record, batch string
		from          string
		first         string
		many          bool
	}{
		"the number":        {us, "", "", "number", "America/New_York", false},
		"the record":        {us, "Asia/Tokyo", "Europe/Paris", "record", "Asia/Tokyo", false},
		"the batch":         {us, "", "Europe/Paris", "record", "Europe/Paris", false},
		"a wrong record":    {us, "Nowhere", "", "number", "America/New_York", false},
		"a toll-free":       {free, "", "", "number", "", true},
		"no number":         {callback.Phone{}, "", "", "", "", false},
		"no number, a zone": {callback.Phone{}, "Asia/Tokyo", "", "record", "Asia/Tokyo", false},
	} {
		zones, from, _ := zonesOf(tt.phone, tt.record, tt.batch)
		if from != tt.from || tt.many != (len(zones) > 10) || tt.first != "" && (len(zones) == 0 || zones[0] != tt.first) {
			t.Errorf("%s: %v from %q", name, zones, from)
		}
	}
}

// Foreign text is cleaned on its way in.
func TestIntakeCleansText(t *testing.T) {
	t.Parallel()
	r := row("1", 3, "Bad\x1b]0;pwned\x07 \u202Eesrever\u200B words\r\nsecond line")
	r.Person.Name = "Eve\x1b[31m\nSecond"
	j := judge("north", callback.IntakeBatch{}, r, monday)
	if j.response.Comment != "Bad esrever words\nsecond line" || j.customer.Name != "Eve Second" {
		t.Fatalf("comment %q, name %q", j.response.Comment, j.customer.Name)
	}
}
