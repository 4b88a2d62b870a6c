package callback

import (
	"fmt"
	"strings"
)

// TelURI gives the "tel:" address of a number in E.164 form, with its
// extension if there is one (RFC 3966). Only digits reach the address, so that
// nothing from outside can.
func TelURI(p Phone) (string, error) {
	digits := onlyDigits(p.E164)
	if len(digits) < 3 {
		return "", fmt.Errorf("%q is not a number to dial", Line(p.E164).String())
	}
	uri := "tel:+" + digits
	if ext := onlyDigits(p.Ext); ext != "" {
		uri += ";ext=" + ext
	}
	return uri, nil
}

// SIPURI gives the "sip:" address of a number at a host (RFC 3261, user=phone).
func SIPURI(p Phone, host string) (string, error) {
	digits := onlyDigits(p.E164)
	if len(digits) < 3 {
		return "", fmt.Errorf("%q is not a number to dial", Line(p.E164).String())
	}
	for _, r := range host {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-:[]", r)) {
			return "", fmt.Errorf("SIP host %q holds %q; it is a name or an address, with a port if need be", Line(host).String(), r)
		}
	}
	if host == "" {
		return "", fmt.Errorf("no SIP host is set")
	}
	return "sip:+" + digits + "@" + host + ";user=phone", nil
}

func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
