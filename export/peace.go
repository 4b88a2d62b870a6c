package export

import (
	"encoding/csv"
	"io"
	"time"

	"ringback/callback"
)

// Peace writes customers who should get no survey as CSV, for the tools that
// send surveys: what they are known by, until when, and why. An end that is not
// known yet, while a case is open, is empty.
func Peace(w io.Writer, list []callback.InPeace) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"customer_id", "ref", "name", "email", "phone", "no_survey_until", "why", "case_id"}); err != nil {
		return err
	}
	for _, p := range list {
		if p.Survey == nil {
			continue
		}
		until := ""
		if !p.Survey.Until.IsZero() {
			until = p.Survey.Until.UTC().Format(time.RFC3339)
		}
		row := []string{p.CustomerID, Words(p.Ref), Words(p.Name), Words(p.Email), digits(p.Phone), until, string(p.Survey.Cause), p.Survey.CaseID}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
