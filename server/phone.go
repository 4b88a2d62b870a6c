package server

import (
	"fmt"
	"strings"

	"ringback/callback"

	"github.com/nyaruka/phonenumbers"
)

// readPhone understands a number as it was written. region (ISO 3166-1
// alpha-2, may be empty) reads national numbers; the server's own place never
// counts. A number that cannot be dialled keeps only its raw text, with a
// warning that says why.
func readPhone(raw, region string) (callback.Phone, string) {
	raw = callback.Line(raw).String()
	region = strings.ToUpper(region)
	p := callback.Phone{Raw: raw, Region: region}
	if raw == "" {
		return p, ""
	}
	if emergency(raw, region) {
		return p, "phone: an emergency or short number is never called"
	}
	n, err := phonenumbers.Parse(raw, region)
	if err != nil {
		if region == "" && !strings.HasPrefix(raw, "+") {
			return p, "phone: a national number needs a region to be read"
		}
		return p, "phone: not a phone number"
	}
	if got := phonenumbers.IsPossibleNumberWithReason(n); got != phonenumbers.IS_POSSIBLE {
		return p, "phone: " + impossible(got)
	}
	national := phonenumbers.GetNationalSignificantNumber(n)
	home := phonenumbers.GetRegionCodeForNumber(n)
	if emergency(national, home) {
		return p, "phone: an emergency or short number is never called"
	}
	p.E164 = phonenumbers.Format(n, phonenumbers.E164)
	p.Ext = n.GetExtension()
	p.Region = home
	if p.Region == "" || p.Region == "ZZ" || p.Region == "001" {
		p.Region = region
	}
	if !phonenumbers.IsValidNumber(n) {
		return p, "phone: the number is in no numbering plan; it may not exist"
	}
	return p, ""
}

// emergency tells whether a text is an emergency or other short number of a
// region, or anywhere if none is given.
func emergency(text, region string) bool {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if len(digits) == 0 || len(digits) > 6 || strings.HasPrefix(strings.TrimSpace(text), "+") {
		return false
	}
	if len(digits) <= 3 {
		return true
	}
	if region == "" {
		return false
	}
	n, err := phonenumbers.Parse(digits, region)
	return phonenumbers.ConnectsToEmergencyNumber(digits, region) || err == nil && phonenumbers.IsValidShortNumberForRegion(n, region)
}

func impossible(r phonenumbers.ValidationResult) string {
	switch r {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "the number is too short to be called"
	case phonenumbers.TOO_LONG:
		return "the number is too long"
	case phonenumbers.INVALID_COUNTRY_CODE:
		return "there is no such country code"
	}
	return "no number has this length"
}

// zonesOf finds the time zones that a person may be in. What the record says
// wins; the number is a guess, and a number of many zones means all of them.
func zonesOf(p callback.Phone, record, batch string) (zones []string, from, warning string) {
	for _, name := range []string{record, batch} {
		if name == "" {
			continue
		}
		if _, err := callback.Zone(name); err == nil {
			return []string{name}, "record", warning
		}
		warning = fmt.Sprintf("zone: %q is not a time zone", callback.Line(name).String())
	}
	if p.E164 == "" {
		return nil, "", warning
	}
	found, err := phonenumbers.GetTimezonesForPrefix(p.E164)
	if err != nil {
		return nil, "", warning
	}
	for _, name := range found {
		if name == phonenumbers.UNKNOWN_TIMEZONE {
			continue
		}
		if _, err := callback.Zone(name); err == nil {
			zones = append(zones, name)
		}
	}
	if len(zones) == 0 {
		return nil, "", warning
	}
	return zones, "number", warning
}
