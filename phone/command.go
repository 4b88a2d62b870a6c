package phone

import (
	"strings"

	"ringback/callback"
)

// argv gives the program that starts a call and its arguments, or nil when the
// number can only be copied.
func (p *Phone) argv(number callback.Phone) ([]string, error) {
	tel, err := callback.TelURI(number)
	if err != nil {
		return nil, wrong("%w", err)
	}
	sip := tel
	if p.set.SIPHost != "" || p.with == SIP {
		if sip, err = sipAddress(number, p.set.SIPHost); err != nil {
			return nil, err
		}
	}
	switch p.with {
	case Command:
		return fill(p.set.Command, number, tel, sip), nil
	case Tel, SIP:
		if len(p.set.Opener) == 0 {
			return nil, nil
		}
		address := tel
		if p.with == SIP {
			address = sip
		}
		if !openable(address) {
			return nil, wrong("%q is no address that may be opened", callback.Line(address))
		}
		return append(append([]string(nil), p.set.Opener...), address), nil
	}
	return nil, nil
}

// sipAddress gives the address of a number at a host.
func sipAddress(number callback.Phone, host string) (string, error) {
	bare, tls := strings.CutPrefix(host, "sips:")
	uri, err := callback.SIPURI(number, bare)
	if err != nil {
		return "", wrong("%w", err).WithHint("mend dial.sip_host in the settings")
	}
	if tls {
		return "sips:" + strings.TrimPrefix(uri, "sip:"), nil
	}
	return uri, nil
}

// fill puts the number into the arguments.
func fill(template []string, number callback.Phone, tel, sip string) []string {
	digits := digitsOf(number.E164)
	r := strings.NewReplacer("{number}", "+"+digits, "{digits}", digits, "{tel}", tel, "{sip}", sip)
	out := make([]string, len(template))
	for i, arg := range template {
		out[i] = r.Replace(arg)
	}
	return out
}

// fills tells whether the number reaches the command at all.
func fills(template []string) bool {
	for _, arg := range template[1:] {
		for _, name := range []string{"{number}", "{digits}", "{tel}", "{sip}"} {
			if strings.Contains(arg, name) {
				return true
			}
		}
	}
	return false
}

// openable tells whether an address is of a kind that a desktop may be asked
// to open, and holds nothing but printable ASCII without spaces.
func openable(address string) bool {
	for _, r := range address {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	for _, scheme := range []string{"tel:", "sip:", "sips:"} {
		if strings.HasPrefix(address, scheme) {
			return true
		}
	}
	return false
}
