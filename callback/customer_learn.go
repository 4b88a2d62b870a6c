package callback

// learn takes over what is known of a customer by now, but for their numbers,
// which come by events of their own.
func (c *Customer) learn(now Customer) {
	fill := func(have *string, is string) {
		if is != "" {
			*have = is
		}
	}
	fill(&c.ID, now.ID)
	fill(&c.Ref, now.Ref)
	fill(&c.Name, now.Name)
	fill(&c.Account, now.Account)
	fill(&c.Email, now.Email)
	fill(&c.Language, now.Language)
	if now.Role != NoRole {
		c.Role = now.Role
	}
	if now.Value >= 0 {
		c.Value = now.Value
	}
	c.EarlierDetractor = c.EarlierDetractor || now.EarlierDetractor
}
