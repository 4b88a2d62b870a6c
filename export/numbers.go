package export

import (
	"slices"
	"strings"

	"ringback/callback"
)

// numberColumns are those of a customer's telephone numbers, the one whose turn
// it is first. What may never be dialled is there too, and says so.
var numberColumns = []column{
	{"case", false, func(r record) string { return r.c.ID }},
	{"customer", true, func(r record) string { return r.c.Customer.Name }},
	{"customer_ref", true, func(r record) string { return r.c.Customer.Ref }},
	{"number_digits", true, func(r record) string { return digits(r.phone.E164) }},
	{"extension_digits", true, func(r record) string { return digits(r.phone.Ext) }},
	{"as_given", true, func(r record) string { return r.phone.Raw }},
	{"rings", false, func(r record) string { return string(r.phone.Kind) }},
	{"region", false, func(r record) string { return r.phone.Region }},
	{"zones", false, func(r record) string { return strings.Join(r.phone.Zones, " ") }},
	{"next", false, func(r record) string { return yes(r.phone.E164 == r.c.Customer.Phone.E164 && r.phone.Known()) }},
	{"leads_nowhere", false, func(r record) string { return yes(r.phone.Invalid) }},
	{"never_call", false, func(r record) string { return yes(r.phone.Barred) }},
	{"dialled", false, func(r record) string { return yes(dialled(r)) }},
}

// dialled tells whether the number was called on the case.
func dialled(r record) bool {
	return slices.ContainsFunc(r.c.Attempts, func(a callback.Attempt) bool {
		return a.Direction != callback.Inbound && a.Number != "" && a.Number == r.phone.E164
	})
}
