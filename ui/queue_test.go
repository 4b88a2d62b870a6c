package ui

import "testing"

func TestQueueShowsNextUpFirst(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.sees("Анастасия Ковалёва", "Третий раз списали", "7 ready now", "1 Queue", "asked for a call")
	x.press("j", "j")
	x.sees("The line drops every")
}
