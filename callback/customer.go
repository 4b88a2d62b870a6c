package callback

// Role is what a customer decides in the account they belong to.
type Role string

// The roles of a business contact; private customers have NoRole.
const (
	NoRole        Role = ""
	DecisionMaker Role = "decision_maker"
	Influencer    Role = "influencer"
	EndUser       Role = "end_user"
)

// Customer is the person we phone.
type Customer struct {
	// ID identifies the person within the organisation.
	ID string `json:"id" erase:"id"`
	// Ref is the customer's number in the system the responses came from.
	Ref     string `json:"ref,omitempty"`
	Name    string `json:"name,omitempty" erase:"say"`
	Account string `json:"account,omitempty"`
	Role    Role   `json:"role,omitempty"`
	Email   string `json:"email,omitempty"`
	// Phone is the number whose turn it is, Others are further ones in the
	// order in which they are tried.
	Phone  Phone   `json:"phone,omitzero"`
	Others []Phone `json:"other_phones,omitempty"`
	// Language is a BCP 47 tag, or empty if unknown.
	Language string `json:"language,omitempty"`
	// Value is the customer's percentile of revenue or lifetime value, 0–1;
	// negative if unknown.
	Value float64 `json:"value"`
	// EarlierDetractor tells that an earlier response was a detractor too.
	EarlierDetractor bool `json:"earlier_detractor,omitempty"`
}

// Phone is a number as the intake understood it.
type Phone struct {
	// E164 is the number in ITU-T E.164 form, "+12015550123".
	E164 string `json:"e164,omitempty" erase:"number"`
	// Ext is the extension to dial after the number, digits only.
	Ext string `json:"ext,omitempty"`
	// Raw is the number as it was written in the source.
	Raw string `json:"raw,omitempty"`
	// Region is the ISO 3166-1 alpha-2 region of the number.
	Region string `json:"region,omitempty" erase:"word"`
	// Zones are the IANA time zones that the person may be in. A call is
	// allowed only if it is in every one of them.
	Zones []string `json:"zones,omitempty" erase:"zone"`
	// ZoneFrom says how the zones were found: record, region or number.
	ZoneFrom string `json:"zone_from,omitempty" erase:"word"`
	// Kind says where the number rings, if its source told.
	Kind PhoneKind `json:"kind,omitempty"`
	// Invalid is set when an attempt found that the number leads nowhere, or
	// another one was entered in its place.
	Invalid bool `json:"invalid,omitempty"`
	// Barred is set when the number is on the do-not-call list, though the
	// person is not.
	Barred bool `json:"barred,omitempty"`
}

// Known tells whether there is a number to dial.
func (p Phone) Known() bool { return p.E164 != "" && !p.Invalid && !p.Barred }

// Blank tells that there is nothing on record, not even an unreadable number.
func (p Phone) Blank() bool { return p.E164 == "" && p.Raw == "" }

// PhoneKind is where a number rings.
type PhoneKind string

// The kinds of numbers.
const (
	PhoneOther  PhoneKind = ""
	PhoneMobile PhoneKind = "mobile"
	PhoneWork   PhoneKind = "work"
	PhoneHome   PhoneKind = "home"
)

// PhoneKinds lists the kinds that have a name.
func PhoneKinds() []PhoneKind { return []PhoneKind{PhoneMobile, PhoneWork, PhoneHome} }

// Known tells whether the kind is one of the table's, PhoneOther included.
func (k PhoneKind) Known() bool {
	return k == PhoneOther || k == PhoneMobile || k == PhoneWork || k == PhoneHome
}
