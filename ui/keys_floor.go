package ui

import "charm.land/bubbles/v2/key"

// floorKeys are those of the Floor screen.
type floorKeys struct {
	move                                 moveKeys
	take, giveBack, clear, assign, close key.Binding
	promise, call, show, refresh         key.Binding
}

func newFloorKeys() floorKeys {
	return floorKeys{
		move:     newMoveKeys(),
		take:     bind("t", "take", "t"),
		giveBack: bind("w", "return with words", "w"),
		clear:    bind("c", "clear", "c"),
		assign:   bind("a", "give to", "a"),
		close:    bind("x", "close", "x"),
		promise:  bind("p", "settle", "p"),
		call:     bind("enter", "call", "enter"),
		show:     bind("v", "show in the queue", "v"),
		refresh:  bind("r", "refresh", "r"),
	}
}
