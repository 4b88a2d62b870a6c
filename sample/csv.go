package sample

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"ringback/callback"
)

// CSVHeader is the first row of what CSV writes, in the words of a survey
// tool.
var CSVHeader = []string{
	"id", "name", "phone", "email", "company", "role", "country", "time zone", "customer no", "score", "comment",
	"asked for a call", "call me at", "answered_at", "channel", "product", "language", "mobile", "work", "home",
}

// CSV writes responses as the export of a survey tool: a header, a row each,
// times in RFC 3339. Foreign words are cleaned, and cells that a spreadsheet
// would take for a formula get an apostrophe before them.
func CSV(w io.Writer, rows []callback.Intake) error {
	out := csv.NewWriter(w)
	if err := out.Write(CSVHeader); err != nil {
		return fmt.Errorf("write header: %w", err)
	}
	for _, r := range rows {
		cells := []string{
			r.ExternalID, r.Person.Name, r.Person.Phone, r.Person.Email, r.Person.Account, string(r.Person.Role),
			r.Person.Region, r.Person.Zone, r.Person.Ref, "", r.Comment, "", "", r.AnsweredAt.Format(time.RFC3339),
			r.Channel, r.Product, r.Language, numberOf(r.Person, callback.PhoneMobile), numberOf(r.Person, callback.PhoneWork),
			numberOf(r.Person, callback.PhoneHome),
		}
		if r.Score != nil {
			cells[9] = strconv.Itoa(*r.Score)
		}
		if r.Asked {
			cells[11] = "yes"
		}
		if r.AskedFor != nil {
			cells[12] = r.AskedFor.Format(time.RFC3339)
		}
		for i, c := range cells {
			cells[i] = cell(c)
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("write %s: %w", r.ExternalID, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write responses: %w", err)
	}
	return nil
}

// numberOf gives the further number of a person that rings at such a place.
func numberOf(p callback.Person, kind callback.PhoneKind) string {
	for _, n := range p.Phones {
		if n.Kind == kind {
			return n.Number
		}
	}
	return ""
}

// cell makes a text safe for terminals and spreadsheets. A phone number keeps
// its plus: "+44…" is a number to a spreadsheet too, but a harmless one.
func cell(s string) string {
	s = callback.Clean(s).String()
	if s == "" || strings.Trim(s, "+0123456789 ()-.") == "" {
		return s
	}
	if strings.ContainsRune("=+-@\t", rune(s[0])) {
		return "'" + s
	}
	return s
}
