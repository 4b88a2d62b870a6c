package intake_test

import (
	"strings"
	"testing"

	"ringback/intake"
)

func TestParseScore(t *testing.T) {
	for cell, want := range map[string]int{
		"0": 0, "7": 7, "10": 10, " 8 ": 8, "07": 7, "9.0": 9, "9.00": 9, "10.0": 10,
		"10/10": 10, "0/10": 0, "7 / 10": 7,
		"Not at all likely - 0": 0, "Extremely likely - 10": 10, "EXTREMELY LIKELY – 10": 10,
		"10 - Extremely likely": 10, "0 = Not at all likely": 0, "Äußerst wahrscheinlich - 10": 10,
		"Pas du tout probable - 0": 0, "Muy probable: 10": 10, "Совсем не вероятно - 0": 0,
		"７": 7, "１０": 10, "٧": 7, "۱۰": 10, "१०": 10, "１０／１０": 10,
	} {
		if got, err := intake.ParseScore(cell); err != nil || got != want {
			t.Errorf("%q: got %d, %v; want %d", cell, got, err, want)
		}
	}
}

func TestParseScoreRefuses(t *testing.T) {
	for cell, reason := range map[string]string{
		"11":                            "not within",
		"-1":                            "not within",
		"100":                           "not within",
		"11/10":                         "not within",
		"7.5":                           "fraction",
		"9,0":                           "more than one number",
		"1, 3":                          "more than one number",
		"10, 50":                        "more than one number",
		"10; 9":                         "more than one number",
		"4/5":                           "more than one number",
		"7-8":                           "more than one number",
		"9 (was 3)":                     "more than one number",
		"2026-02-21":                    "more than one number",
		"21.02.2026":                    "more than one number",
		"call me +44 7700 900123":       "phone number",
		"+447700900123":                 "phone number",
		"8 07700 900123":                "phone number",
		"eight":                         "not a number",
		"I would say 8":                 "not a number",
		"8 stars":                       "not a number",
		"A8":                            "not a number",
		"Extremely likely":              "not a number",
		"Extremely likely - 9":          "not a number",
		"Not at all likely - 1":         "not a number",
		"very good - 10":                "not a number",
		"½":                             "not a number",
		"1e1":                           "more than one number",
		"0x7":                           "more than one number",
		"promoter":                      "not a number",
		"٣٫٥":                           "more than one number",
		"9.":                            "not a number 0–10",
		"=1+1":                          "more than one number",
		strings.Repeat("very good ", 9): "…",
	} {
		got, err := intake.ParseScore(cell)
		if err == nil {
			t.Errorf("%q: got %d, want a refusal", cell, got)
		} else if !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %q, want it to say %q", cell, err, reason)
		}
	}
}

func TestScoreReasonKeepsPhoneNumbersPrivate(t *testing.T) {
	for _, cell := range []string{"+44 7700 900123", "5 07700-900123", "ring ０７７００９００１２３", "tel 2026 555 0100"} {
		_, err := intake.ParseScore(cell)
		if err == nil || strings.ContainsAny(err.Error(), "0123456789") {
			t.Errorf("%q: got %v, want a reason without digits", cell, err)
		}
	}
}

func TestBlankScoreIsNoScore(t *testing.T) {
	for _, cell := range []string{"", "  ", "NA", "n/a", "N/A", "#N/A", "null", "NaN", "-", "—"} {
		if _, err := intake.ParseScore(cell); err == nil || err.Error() != "no score" {
			t.Errorf("%q: got %v, want no score", cell, err)
		}
	}
}

func TestParseAsked(t *testing.T) {
	for cell, want := range map[string]bool{
		"yes": true, "YES": true, "y": true, "true": true, "TRUE": true, "1": true, "x": true, "X": true, "да": true, "Да": true, "ja": true, "Oui": true,
		"sí": true, "si": true, "Yes, please": true, "✓": true, "☑": true, "はい": true, "Please call me!": true, "１": true,
		"no": false, "No.": false, "0": false, "false": false, "нет": false, "Nein": false, "non": false, "No, thanks": false, "n": false,
	} {
		if got, ok := intake.ParseAsked(cell); !ok || got != want {
			t.Errorf("%q: got %v, %v; want %v", cell, got, ok, want)
		}
	}
	for _, cell := range []string{"maybe", "no problem, call me", "yes but do not call", "2", "tomorrow", "", "yes no"} {
		if got, ok := intake.ParseAsked(cell); ok {
			t.Errorf("%q: got %v, want neither", cell, got)
		}
	}
}

func FuzzScore(f *testing.F) {
	for _, s := range []string{"7", "9.0", "10/10", "Extremely likely - 10", "1, 3", "٧", "１０", "-1", "+44 7700 900123", "", "\x00", "9.000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := intake.ParseScore(s)
		if err == nil && (n < 0 || n > 10) {
			t.Errorf("%q: got %d", s, n)
		}
		if err == nil && !hasDigit(s) {
			t.Errorf("%q has no digit but gives %d", s, n)
		}
	})
}
