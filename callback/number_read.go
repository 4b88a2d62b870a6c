package callback

import (
	"slices"
	"strings"
	"unicode"
)

// The digits that a number may have in all, and without its country code.
// Below them are emergency and service numbers, which are never called.
const (
	fewestDigits = 7
	mostDigits   = 15
	fewestOwn    = 5
)

// ReadNumber understands a number as a person types it, at the desk and without
// a connection. region (ISO 3166-1 alpha-2, may be empty) reads a number that
// lacks its country code. doubt says why a number that can be dialled may
// nevertheless be wrong, or is empty; an error says in a few words what to
// change.
func ReadNumber(text, region string) (p Phone, doubt string, err error) {
	text = Line(text).String()
	digits, ext, plus, err := digitsTyped(text)
	if err != nil {
		return Phone{}, "", err
	}
	t, region := dialPlans(), strings.ToUpper(region)
	home := t.regions[region]
	if !plus && home == nil {
		return Phone{}, "", Errorf(CodeInvalid, "the country is not known; begin with + and its code")
	}
	var code, own string
	if plus {
		code, own = t.split(digits)
	} else {
		code, own = t.fromHome(home, digits)
	}
	if code == "" {
		return Phone{}, "", Errorf(CodeInvalid, "there is no such country code")
	}
	if err := possible(t.codes[code][0], code, own); err != nil {
		return Phone{}, "", err
	}
	p = Phone{E164: "+" + code + own, Ext: ext, Raw: text, Region: t.home(code, own)}
	if p.Region == "" || p.Region == nowhere {
		p.Region = region
	}
	for _, name := range t.zonesOf(code + own) {
		if _, err := Zone(name); err == nil {
			p.Zones, p.ZoneFrom = append(p.Zones, name), zoneGuessed
		}
	}
	if !slices.ContainsFunc(t.codes[code], func(x *plan) bool { return x.is(x.general, own) }) {
		doubt = "it is in no numbering plan; it may not exist"
	}
	return p, doubt, nil
}

// KnownRegion tells whether there is a numbering plan of a country (ISO 3166-1
// alpha-2), so that numbers without their code can be read.
func KnownRegion(region string) bool { return dialPlans().regions[strings.ToUpper(region)] != nil }

// zoneGuessed says of zones that they were found by the number alone.
const zoneGuessed = "number"

var errShort = Errorf(CodeInvalid, "it is too short; emergency and service numbers are never called")

// possible tells whether a number of this length can be dialled.
func possible(p *plan, code, own string) error {
	least, most := slices.Min(p.lengths), slices.Max(p.lengths)
	switch n := len(own); {
	case n < least, n < fewestOwn, n+len(code) < fewestDigits, n <= 6 && own[0] == '1':
		return errShort
	case n > most, n+len(code) > mostDigits:
		return Errorf(CodeInvalid, "it has %d digits too many", max(n-most, n+len(code)-mostDigits))
	case !slices.Contains(p.lengths, n):
		return Errorf(CodeInvalid, "no number there has %d digits", n)
	}
	return nil
}

// split parts a number into its country code and the rest.
func (t *plans) split(digits string) (code, own string) {
	for n := 1; n <= min(3, len(digits)); n++ {
		if list := t.codes[digits[:n]]; list != nil {
			return digits[:n], list[0].own3(digits[n:])
		}
	}
	return "", ""
}

// own3 takes the trunk prefix off a number of the plan, unless it would be too
// short then: "+44 (0)20 …" is written so.
func (p *plan) own3(number string) string {
	if bare := p.stripTrunk(number); slices.Contains(p.lengths, len(bare)) || len(bare) > slices.Max(p.lengths) {
		return bare
	}
	return number
}

// fromHome parts a number as it is dialled in a region.
func (t *plans) fromHome(home *plan, digits string) (code, own string) {
	if end, _, _ := home.at(home.exit, digits); end > 0 && end < len(digits) && digits[end] != '0' {
		return t.split(digits[end:])
	}
	if rest, ok := strings.CutPrefix(digits, home.code); ok {
		bare := home.stripTrunk(rest)
		if !home.is(home.general, digits) && home.is(home.general, bare) || len(digits) > slices.Max(home.lengths) {
			return home.code, bare
		}
	}
	return home.code, home.own3(digits)
}

// extensions are how the end of a number is written that is dialled after it.
var extensions = []string{";ext=", "extension", "ext.", "ext", "доб.", "доб", "anexo", "durchwahl", "x", "#", "х"}

// digitsTyped takes a number out of what was typed: its digits, with those of
// all scripts as 0–9, and its extension. Anything else in it may be a second
// number or a name, and is not guessed at.
func digitsTyped(text string) (digits, ext string, plus bool, err error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	rest = strings.TrimPrefix(rest, "tel:")
	for _, mark := range extensions {
		if at := strings.Index(rest, mark); at > 0 {
			tail, bad := plainDigits(rest[at+len(mark):])
			if bad != 0 || tail == "" || len(tail) > 7 {
				return "", "", false, Errorf(CodeInvalid, "the extension is not understood; write it as ext. 12")
			}
			rest, ext = rest[:at], tail
			break
		}
	}
	rest = strings.TrimSpace(rest)
	for _, sign := range []string{"+", "＋"} {
		if after, ok := strings.CutPrefix(rest, sign); ok {
			rest, plus = after, true
		}
	}
	digits, bad := plainDigits(rest)
	switch {
	case bad != 0:
		return "", "", false, Errorf(CodeInvalid, "%q has no place in a number; one number is entered at a time", bad)
	case digits == "":
		return "", "", false, Errorf(CodeInvalid, "type a number, such as +12015550123")
	case len(digits) > 2*mostDigits:
		return "", "", false, Errorf(CodeInvalid, "it is too long for a number")
	}
	return digits, ext, plus, nil
}

// plainDigits gives the digits of a text as 0–9, passing over what people write
// between them; bad is the first rune that is something else.
func plainDigits(text string) (digits string, bad rune) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" \u00a0\u202f().-‐‑‒–—−/~·", r):
		case unicode.IsDigit(r):
			b.WriteByte(digitOf(r))
		default:
			return "", r
		}
	}
	return b.String(), 0
}

// digitOf gives a decimal digit of any script as 0–9: Unicode keeps the ten of
// each in order (category Nd).
func digitOf(r rune) byte {
	for _, x := range unicode.Nd.R16 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + byte((r-rune(x.Lo))%10)
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + byte((r-rune(x.Lo))%10)
		}
	}
	return '0'
}

// DialledWhole tells whether digits are a whole number as it is dialled in a
// region: with its trunk prefix, where the region has one that cannot be left
// out. Elsewhere a part of a number could be taken for one.
func DialledWhole(digits, region string) bool {
	p := dialPlans().regions[strings.ToUpper(region)]
	if p == nil {
		return false
	}
	if strings.HasPrefix(p.trunk, "0") && !strings.HasPrefix(digits, "0") {
		return false
	}
	return p.is(p.general, p.own3(digits))
}
