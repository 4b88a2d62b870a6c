package intake_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"ringback/callback"
	"ringback/intake"
)

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

func TestParseDate(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	for _, c := range []struct {
		cell  string
		order intake.DateOrder
		zone  *time.Location
		want  string
	}{
		{"2026-02-21", "", nil, "2026-02-21T00:00:00Z"},
		{"2026-02-21 17:05:47", "", nil, "2026-02-21T17:05:47Z"},
		{"2026-02-21 17:05:47", "", berlin, "2026-02-21T16:05:47Z"},
		{"2026-02-21T17:05:47Z", "", berlin, "2026-02-21T17:05:47Z"},
		{"2026-02-21T17:05:47.250+03:00", "", nil, "2026-02-21T14:05:47.25Z"},
		{"2016-01-01T21:56:31.182613+00:00", "", nil, "2016-01-01T21:56:31.182613Z"},
		{"2026-02-21 17:05 UTC", "", berlin, "2026-02-21T17:05:00Z"},
		{"2026/02/21 5:05:47 PM GMT+1", "", nil, "2026-02-21T16:05:47Z"},
		{"2026-02-21T17:05-0530", "", nil, "2026-02-21T22:35:00Z"},
		{"21-Feb-2026", "", nil, "2026-02-21T00:00:00Z"},
		{"21 February 2026 09:30", "", nil, "2026-02-21T09:30:00Z"},
		{"April 19, 2026", "", nil, "2026-04-19T00:00:00Z"},
		{"April 19th, 2026 8:00 a.m.", "", nil, "2026-04-19T08:00:00Z"},
		{"Sat, 21 Feb 2026 10:00:00 GMT", "", nil, "2026-02-21T10:00:00Z"},
		{"Saturday, February 21, 2026", "", nil, "2026-02-21T00:00:00Z"},
		{"21. Februar 2026, 09:30 Uhr", "", nil, "2026-02-21T09:30:00Z"},
		{"21 févr. 2026", "", nil, "2026-02-21T00:00:00Z"},
		{"21 de febrero de 2026", "", nil, "2026-02-21T00:00:00Z"},
		{"21 февраля 2026 г. 10:15", "", nil, "2026-02-21T10:15:00Z"},
		{"21.02.2026 17:05", "", nil, "2026-02-21T17:05:00Z"},
		{"01.02.2026", "", nil, "2026-02-01T00:00:00Z"},
		{"01.02.2026", intake.MDY, nil, "2026-01-02T00:00:00Z"},
		{"01/02/2026", intake.DMY, nil, "2026-02-01T00:00:00Z"},
		{"01/02/2026", intake.MDY, nil, "2026-01-02T00:00:00Z"},
		{"26/02/03", intake.YMD, nil, "2026-02-03T00:00:00Z"},
		{"03/02/26", intake.DMY, nil, "2026-02-03T00:00:00Z"},
		{"08/11/2021 17:05:47", intake.DMY, nil, "2021-11-08T17:05:47Z"},
		{"2/21/2026 12:00:05 AM", intake.MDY, nil, "2026-02-21T00:00:05Z"},
		{"2/21/2026 12:30 PM", intake.MDY, nil, "2026-02-21T12:30:00Z"},
		{"2/21/2026 5 pm", intake.MDY, nil, "2026-02-21T17:00:00Z"},
		{"2026-02-21\u202f5:05\u202fPM", "", nil, "2026-02-21T17:05:00Z"},
		{"٢١/٠٢/٢٠٢٦", intake.DMY, nil, "2026-02-21T00:00:00Z"},
		{"46132", "", nil, "2026-04-20T00:00:00Z"},
		{"46132.5", "", nil, "2026-04-20T12:00:00Z"},
		{"46132,75", "", berlin, "2026-04-20T17:00:00Z"},
		{"1771693547", "", berlin, "2026-02-21T17:05:47Z"},
		{"1771693547.9", "", nil, "2026-02-21T17:05:47Z"},
		{"1771693547250", "", nil, "2026-02-21T17:05:47.25Z"},
		{"20260221", "", nil, "2026-02-21T00:00:00Z"},
		{"20260221170547", "", nil, "2026-02-21T17:05:47Z"},
	} {
		zone := c.zone
		if zone == nil {
			zone = time.UTC
		}
		got, err := intake.ParseDate(c.cell, c.order, zone)
		if err != nil {
			t.Errorf("%q %s: %v", c.cell, c.order, err)
		} else if s := got.Format(time.RFC3339Nano); s != c.want {
			t.Errorf("%q %s: got %s, want %s", c.cell, c.order, s, c.want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, cell := range []string{
		"", "NA", "yesterday", "17:05", "31/04/2026", "2026-02-30", "2026-13-01", "32.01.2026", "2026-02-21T", "2026-02-21 25:00", "2026-02-21 10:60",
		"2026-02-21 13:00 PM", "21 Foo 2026", "2026-02-21 10:00 CST", "1980-01-01", "1970-01-01 00:00:00", "0", "7", "1900-01-06", "1/2", "1/2/3/4", "12/12/126",
		"2026-02-21 10:00:00 +99:00", "+44 7700 900123", "2026-02-21 and more", "10000-01-01", "99999999999999999999",
	} {
		for _, order := range []intake.DateOrder{intake.DMY, intake.MDY} {
			if got, err := intake.ParseDate(cell, order, time.UTC); err == nil {
				t.Errorf("%q %s: got %s, want a refusal", cell, order, got)
			}
		}
	}
	if got, err := intake.ParseDate("01/02/2026", intake.AnyOrder, time.UTC); err == nil {
		t.Errorf("a date of two readings became %s", got)
	}
}

func TestDateOrderComesFromTheFile(t *testing.T) {
	for _, c := range []struct {
		name, cells string
		opts        intake.Options
		want        string // answered_at of the first row; or the question
	}{
		{"day first by evidence", "03/02/2026|13/02/2026", intake.Options{}, "2026-02-03"},
		{"month first by evidence", "03/02/2026|02/13/2026", intake.Options{}, "2026-03-02"},
		{"evidence late in the file", "03/02/2026|" + strings.Repeat("04/02/2026|", 3000) + "13/02/2026", intake.Options{}, "2026-02-03"},
		{"nothing tells", "03/02/2026|04/02/2026", intake.Options{}, "--date-order"},
		{"a person tells", "03/02/2026|04/02/2026", intake.Options{DateOrder: intake.MDY}, "2026-03-02"},
		{"both in one column", "13/02/2026|02/14/2026", intake.Options{}, "mixes"},
		{"same either way", "03/03/2026|02/02/2026", intake.Options{}, "2026-03-03"},
		{"points", "03.02.2026|04.02.2026", intake.Options{}, "2026-02-03"},
		{"ISO needs no order", "2026-02-03|2026-02-04", intake.Options{}, "2026-02-03"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "score,answered_at\n7," + strings.ReplaceAll(c.cells, "|", "\n7,") + "\n"
			f := open(t, text, c.opts)
			m := guess(t, f, nil)
			if err := m.Ready(); err != nil {
				if callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %q", err, c.want)
				}
				return
			}
			accepted, _ := read(t, f, m)
			if got := accepted[0].AnsweredAt.Format("2006-01-02"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestOneColumnLendsItsOrderToAnother(t *testing.T) {
	f := open(t, "score,asked,answered_at,callback time\n7,yes,13/02/2026,03/04/2026 10:00\n", intake.Options{})
	accepted, _ := read(t, f, guess(t, f, nil))
	if got := accepted[0].AskedFor.Format("2006-01-02 15:04"); got != "2026-04-03 10:00" {
		t.Errorf("asked for %s", got)
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2026-02-21", "21-Feb-2026", "April 19, 2026", "46132.5", "1771693547", "2/21/2026 5:05 PM", "2026-02-21T17:05:47.25+03:00", "21 de febrero de 2026", "", "٢١/٠٢/٢٠٢٦"} {
		f.Add(s, "dmy")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, order string) {
		o, err := intake.ParseDateOrder(order)
		if err != nil {
			return
		}
		got, err := intake.ParseDate(s, o, time.UTC)
		if err != nil {
			return
		}
		if got.Location() != time.UTC || got.Year() < 1990 || got.Year() > 9999 {
			t.Errorf("%q: got %s", s, got)
		}
		// What was understood is understood again in its plainest form.
		again, err := intake.ParseDate(got.Format(time.RFC3339Nano), o, time.UTC)
		if err != nil || !again.Equal(got) {
			t.Errorf("%q: %s became %s, %v", s, got, again, err)
		}
	})
}
