package callback

import "time"

// InPeace is a customer who is left in peace: for a while no survey should be
// sent to them, or another answer of theirs opens no case, or both.
type InPeace struct {
	CustomerID string `json:"customer_id"`
	Ref        string `json:"ref,omitempty"`
	Name       string `json:"name,omitempty"`
	Email      string `json:"email,omitempty"`
	// Phone is in E.164 form.
	Phone string `json:"phone,omitempty"`
	// Survey is why no survey should be sent, and until when; without an end it
	// is as long as the case is open.
	Survey *Cooling `json:"survey,omitempty"`
	// Case is why another answer opens no case, and until when.
	Case *Cooling `json:"case,omitempty"`
	// Kept are the answers that opened none.
	Kept []CooledOff `json:"kept,omitempty"`
}

// PeacePage is the reply of GET /v1/cool-off: customers in the order of their
// ids.
type PeacePage struct {
	Customers []InPeace `json:"customers"`
	// Next is where the next page begins; empty after the last.
	Next string `json:"next,omitempty"`
}

// Peace tells how a customer is left in peace at an instant, by all their cases
// of a team, the latest last; ok is false if they are not.
func (p Policy) Peace(id string, cases []Case, now time.Time) (who InPeace, ok bool) {
	who.CustomerID = id
	for _, c := range cases {
		if c.Erased != nil {
			continue
		}
		who.Ref, who.Name, who.Email, who.Phone = c.Customer.Ref, c.Customer.Name, c.Customer.Email, c.Customer.Phone.E164
		if k, is := p.NoSurvey(c); is && (k.Until.IsZero() || now.Before(k.Until)) && k.longer(who.Survey) {
			who.Survey = &k
		}
		if k, is := p.Cooling(c); is && now.Before(k.Until) && k.longer(who.Case) {
			who.Case = &k
		}
		who.Kept = append(who.Kept, c.Cooled...)
	}
	return who, who.Survey != nil || who.Case != nil
}

// longer tells whether a peace lasts longer than another; an open end is the
// longest.
func (k Cooling) longer(than *Cooling) bool {
	switch {
	case than == nil:
		return true
	case than.Until.IsZero():
		return false
	}
	return k.Until.IsZero() || k.Until.After(than.Until)
}
