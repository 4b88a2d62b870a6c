package phone

import (
	"strings"

	"ringback/callback"
)

// digitsOf keeps the ASCII digits of a text and nothing else.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// e164 gives a number anew from its digits.
func e164(p callback.Phone) string { return "+" + digitsOf(p.E164) }

// withExt gives the words about an extension, if there is one.
func withExt(p callback.Phone) string {
	if ext := digitsOf(p.Ext); ext != "" {
		return ", extension " + ext
	}
	return ""
}

// rules turn an E.164 number into what a telephone system dials: the first
// rule whose beginning fits puts its replacement there.
type rules []rule

type rule struct{ begins, becomes string }

// named are the number formats that have a name.
var named = map[string]string{"": "+=+", "+e164": "+=+", "e164": "+=", "00": "+=00"}

// parseRules reads the setting dial.ami.number: a name, or rules such as
// "+49=0 +=00", which dials German numbers with a 0 and all others with 00.
func parseRules(format string) (rules, error) {
	text, ok := named[format]
	if !ok {
		text = format
	}
	var out rules
	for _, word := range strings.Fields(text) {
		begins, becomes, ok := strings.Cut(word, "=")
		if !ok || !strings.HasPrefix(begins, "+") || digitsOf(begins) != begins[1:] || !dialable(becomes, true) {
			return nil, wrong("dial.ami.number holds %q, which is no rule for numbers", callback.Line(word)).
				WithHint(`use +e164, e164, 00, or rules such as "+49=0 +=00" (German numbers with a 0, others with 00)`)
		}
		out = append(out, rule{begins, becomes})
	}
	return out, nil
}

// dial gives the digits to dial.
func (r rules) dial(p callback.Phone) (string, error) {
	if _, err := callback.TelURI(p); err != nil {
		return "", wrong("%w", err)
	}
	number := e164(p)
	for _, rule := range r {
		if rest, ok := strings.CutPrefix(number, rule.begins); ok && dialable(rule.becomes+rest, false) {
			return rule.becomes + rest, nil
		}
	}
	return "", wrong("no rule of dial.ami.number fits %s", number).WithHint(`add one for all other numbers, such as "+=00"`)
}

// maxDialled bounds what is dialled: E.164 has 15 digits, an outside line and
// a carrier's prefix come before them. Asterisk's extensions have 79 letters.
const maxDialled = 40

// dialable tells whether a text is what a keypad can send, perhaps with a plus.
func dialable(s string, mayBeEmpty bool) bool {
	if s == "" {
		return mayBeEmpty
	}
	return len(s) <= maxDialled && strings.Trim(s, "0123456789+*#") == ""
}
