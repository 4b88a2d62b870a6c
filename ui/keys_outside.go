package ui

import "charm.land/bubbles/v2/key"

// outsideKeys answer what is to become of a call that no open case knows.
type outsideKeys struct{ theirs, other, reopen, record, fresh key.Binding }

func newOutsideKeys() outsideKeys {
	return outsideKeys{
		theirs: bind("o", "open their case", "o"),
		other:  bind("e", "somebody else", "e"),
		reopen: bind("r", "open it again", "r"),
		record: bind("y", "put it on record", "y"),
		fresh:  bind("a", "something new", "a"),
	}
}
