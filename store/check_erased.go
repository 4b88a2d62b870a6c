package store

import "ringback/callback"

// erasures checks that of the cases which the feed has named as erased, and
// whose destruction this desk has confirmed, no text is left here.
func (c *checker) erasures() error {
	s := c.s
	if err := s.rekeyFailure(); err != nil {
		c.wrong(outboxName, "Somebody was erased, and the desk's new key could not be kept (%v); unlock the keyring and start ringback again.", err)
	}
	ids, _, err := s.erasedSince(0)
	if err != nil || len(ids) == 0 {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	rows, err := s.allRows()
	if err != nil {
		return err
	}
	for _, r := range rows {
		if ids[r.Event.CaseID] && !isStub(r.Event) {
			c.wrong(outboxName, "Event %s still says something of an erased case.", r.Event.ID)
		}
	}
	for _, d := range s.drafts {
		if ids[d.CaseID] {
			c.wrong(outboxName, "The draft %s is of an erased case.", callback.Line(d.EventID))
		}
	}
	return nil
}
