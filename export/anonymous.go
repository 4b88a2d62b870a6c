package export

import (
	"slices"

	"ringback/callback"
)

// anonymous leaves a case what can be counted: who the customer is and everybody's own words are left out. Codes,
// times, scores and the colleagues' ids stay.
func anonymous(c callback.Case) callback.Case {
	c.Customer = callback.Customer{
		Role: c.Customer.Role, Language: c.Customer.Language, Value: c.Customer.Value, EarlierDetractor: c.Customer.EarlierDetractor,
		Phone: callback.Phone{Region: c.Customer.Phone.Region, Zones: c.Customer.Phone.Zones},
	}
	c.Responses = slices.Clone(c.Responses)
	for i := range c.Responses {
		c.Responses[i].Comment, c.Responses[i].ExternalID = "", ""
	}
	c.Attempts = slices.Clone(c.Attempts)
	for i := range c.Attempts {
		c.Attempts[i].Number, c.Attempts[i].Note, c.Attempts[i].Answers = "", "", nil
	}
	c.Scores = slices.Clone(c.Scores)
	for i := range c.Scores {
		c.Scores[i].Comment = ""
	}
	c.Promises = slices.Clone(c.Promises)
	for i := range c.Promises {
		c.Promises[i].Text = ""
	}
	c.Notes = slices.Clone(c.Notes)
	for i := range c.Notes {
		c.Notes[i].Text = ""
	}
	c.Skips = slices.Clone(c.Skips)
	for i := range c.Skips {
		c.Skips[i].Reason = ""
	}
	c.Escalations = slices.Clone(c.Escalations)
	for i := range c.Escalations {
		c.Escalations[i].Reason, c.Escalations[i].Words = "", ""
	}
	if c.Hold != nil {
		hold := *c.Hold
		hold.Reason = ""
		c.Hold = &hold
	}
	c.Renumbered = slices.Clone(c.Renumbered)
	for i := range c.Renumbered {
		c.Renumbered[i].Number = ""
	}
	if c.AdHoc != nil {
		outside := *c.AdHoc
		outside.Reason = ""
		c.AdHoc = &outside
	}
	if c.Root != nil {
		root := *c.Root
		root.Text = ""
		c.Root = &root
	}
	c.Plan.Reason, c.Conflict = "", ""
	c.Story, c.Disputes = nil, nil
	return c
}
