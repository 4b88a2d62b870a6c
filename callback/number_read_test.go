package callback

import (
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
)

// libraryReads is what the library makes of a number: the form in which it is
// dialled, its region and its zones; ok is false if it cannot be dialled.
func libraryReads(text, region string) (e164, home string, zones []string, ok bool) {
	n, err := phonenumbers.Parse(text, strings.ToUpper(region))
	if err != nil || phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return "", "", nil, false
	}
	e164, home = phonenumbers.Format(n, phonenumbers.E164), phonenumbers.GetRegionCodeForNumber(n)
	found, _ := phonenumbers.GetTimezonesForPrefix(e164)
	for _, name := range found {
		if _, err := Zone(name); err == nil && name != phonenumbers.UNKNOWN_TIMEZONE {
			zones = append(zones, name)
		}
	}
	return e164, home, zones, true
}

// agrees tells what is read otherwise than the library reads it, or "". What
// the library cannot dial may not be dialled; what only it can dial may be
// refused, if it is as short as a service number.
func agrees(text, region string) string {
	want, home, zones, ok := libraryReads(text, region)
	p, _, err := ReadNumber(text, region)
	switch {
	case err != nil && !ok:
		return ""
	case err != nil && len(want) <= len("+672106609"):
		return ""
	case err != nil:
		return "refused: " + err.Error() + "; the library dials " + want
	case !ok:
		return "dials " + p.E164 + ", which the library does not"
	case p.E164 != want:
		return "dials " + p.E164 + ", the library " + want
	case home != "" && home != "ZZ" && home != nowhere && p.Region != home:
		return "is at home in " + p.Region + ", says the library in " + home
	case !slices.Equal(p.Zones, zones):
		return "lies in " + strings.Join(p.Zones, " ") + ", says the library in " + strings.Join(zones, " ")
	}
	return ""
}

// In every country, the library's example of each kind of number is read as the
// library reads it, as it is written at home and abroad.
func TestNumbersAreReadAsTheLibraryReadsThem(t *testing.T) {
	count := 0
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			n := phonenumbers.GetExampleNumberForType(region, kind)
			if n == nil {
				continue
			}
			for _, form := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL, phonenumbers.NATIONAL, phonenumbers.RFC3966} {
				text := phonenumbers.Format(n, form)
				for _, from := range []string{region, strings.ToLower(region), "", "IT"} {
					count++
					if wrong := agrees(text, from); wrong != "" {
						t.Errorf("%s of %s (%v), typed in %q: %s", text, region, kind, from, wrong)
					}
				}
			}
		}
	}
	if count < 10_000 {
		t.Errorf("only %d numbers were compared", count)
	}
}

// Whatever digits are typed, a number that the library would not dial is not
// dialled, and none is dialled otherwise.
func TestTypedDigitsAreReadAsTheLibraryReadsThem(t *testing.T) {
	regions := append([]string{""}, slices.Sorted(func(yield func(string) bool) {
		for r := range phonenumbers.GetSupportedRegions() {
			if !yield(r) {
				return
			}
		}
	})...)
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`(\+|00|0|8|1)?[0-9]{1,3}[ -]?[0-9]{2,12}`).Draw(rt, "text")
		region := rapid.SampledFrom(regions).Draw(rt, "region")
		if wrong := agrees(text, region); wrong != "" && !strings.HasPrefix(wrong, "refused") {
			rt.Fatalf("%q in %q: %s", text, region, wrong)
		}
	})
}

func TestNumbersAsPeopleTypeThem(t *testing.T) {
	for _, row := range []struct{ text, region, want, ext string }{
		{"8 (916) 123-45-67", "RU", "+79161234567", ""},
		{"916 123 45 67", "ru", "+79161234567", ""},
		{"+7 701 234 56 78", "RU", "+77012345678", ""},
		{"+44 (0)20 7946 0018", "", "+442079460018", ""},
		{"07700 900123", "GB", "+447700900123", ""},
		{"06 698 12345", "IT", "+390669812345", ""},
		{"0011 44 20 7946 0018", "AU", "+442079460018", ""},
		{"(201) 555-0123 x77", "US", "+12015550123", "77"},
		{"+7 495 123-45-67 доб. 12", "", "+74951234567", "12"},
		{"tel:+1-201-555-0123;ext=5", "", "+12015550123", "5"},
		{"＋４９ ３０ １２３４５６７８", "", "+493012345678", ""},
		{"٠٩١٦ ١٢٣ ٤٥٦٧", "IR", "+989161234567", ""},
	} {
		p, _, err := ReadNumber(row.text, row.region)
		if err != nil || p.E164 != row.want || p.Ext != row.ext || len(p.Zones) == 0 {
			t.Errorf("%q in %q: %+v %v", row.text, row.region, p, err)
		}
	}
	for _, row := range []struct{ text, region, says string }{
		{"112", "DE", "emergency"},
		{"+49 112", "", "emergency"},
		{"030 1234567", "", "begin with +"},
		{"+999 1234567", "", "country code"},
		{"+1 201 555 01234", "", "too many"},
		{"201 555", "US", "too short"},
		{"0171 1234567, 030 7654321", "DE", "one number"},
		{"Anna", "DE", "no place"},
		{"", "DE", "type a number"},
		{"+7 495 123-45-67 доб. Анна", "", "extension"},
		{strings.Repeat("9", 200), "RU", "too long"},
	} {
		if p, _, err := ReadNumber(row.text, row.region); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%q in %q: %+v %v", row.text, row.region, p, err)
		}
	}
	if p, doubt, err := ReadNumber("+44 7999 0", ""); err == nil || doubt != "" {
		t.Errorf("too short: %+v %q %v", p, doubt, err)
	}
	if p, doubt, err := ReadNumber("+7 200 123 45 67", ""); err != nil || !strings.Contains(doubt, "may not exist") {
		t.Errorf("in no plan: %+v %q %v", p, doubt, err)
	}
}
