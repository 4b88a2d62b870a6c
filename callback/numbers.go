package callback

// dialled marks what an attempt found out about a number: one that leads
// nowhere is not tried again. An attempt that does not name its number was
// made to the present one.
func (c *Customer) dialled(number string, bad bool) {
	if !bad {
		return
	}
	if number == "" || number == c.Phone.E164 {
		c.Phone.Invalid = true
	}
	for i := range c.Others {
		if c.Others[i].E164 == number {
			c.Others[i].Invalid = true
		}
	}
}

// Numbers gives the numbers of a customer that may be dialled, the one whose
// turn it is first.
func (c Customer) Numbers() []Phone {
	var out []Phone
	for _, p := range append([]Phone{c.Phone}, c.Others...) {
		if p.Known() {
			out = append(out, p)
		}
	}
	return out
}

// rotateNumber makes it another number's turn: when the present one leads
// nowhere, or when it was attempted as often in a row as the policy allows and
// another was attempted less. It tells whether there is a number to dial.
func (p Policy) rotateNumber(c *Case) bool {
	tries := map[string]int{}
	for _, a := range c.Attempts {
		if a.counts() && a.Round == c.Round {
			tries[a.Number]++
		}
	}
	now := c.Customer.Phone
	n, most := tries[now.E164], p.Retry.PerNumber
	if now.Known() && (most <= 0 || n == 0 || n%most != 0) {
		return true
	}
	best := -1
	for i, other := range c.Customer.Others {
		if other.Known() && (best < 0 || tries[other.E164] < tries[c.Customer.Others[best].E164]) {
			best = i
		}
	}
	if best < 0 || now.Known() && tries[c.Customer.Others[best].E164] >= n {
		return now.Known()
	}
	rest := make([]Phone, 0, len(c.Customer.Others))
	rest = append(rest, c.Customer.Others[best+1:]...)
	rest = append(rest, now)
	rest = append(rest, c.Customer.Others[:best]...)
	c.Customer.Phone, c.Customer.Others = c.Customer.Others[best], rest
	return true
}
