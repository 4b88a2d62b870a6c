package ui

import (
	"fmt"
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"ringback/callback"
)

// A step along the list is one picture: the selection and its details change
// together, without waiting for the disk (docs/benchmarks.md, B2).
func TestStepIsOnePicture(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	for _, c := range []struct{ key, details string }{
		{"j", "Before Maria López"},
		{"j", "Before Ayşe Yılmaz"},
		{"k", "Before Maria López"},
		{"k", "Before Jürgen Groß"},
	} {
		_, cmd := x.app.Update(pressOf(c.key))
		x.sees(c.details)
		whole := x.app.View().Content
		x.drain(cmd)
		if x.app.View().Content != whole {
			t.Errorf("after %s the details came in a second picture", c.key)
		}
	}
}

// A case that cannot be read is said once, and not asked for again until there
// is news.
func TestUnreadableCaseIsSaidOnce(t *testing.T) {
	x := newHand(t, 120, 40, peopled)
	x.press("r")
	x.desk.fails["Case"] = callback.Errorf(callback.CodeDamaged, "the page is torn")
	x.tell(bell{})
	x.sees("Could not read the case: the page is torn")
	asked := x.desk.calls["Case"]
	x.press("k", "k")
	x.tell(tick{})
	if n := x.desk.calls["Case"]; n != asked {
		t.Errorf("asked %d times more without news", n-asked)
	}
	delete(x.desk.fails, "Case")
	x.tell(bell{})
	x.press("j", "j")
	x.sees("Before Ayşe Yılmaz")
}

// slow runs commands in any order, and lets their answers wait.
type slow struct {
	x    *hand
	cmds []tea.Cmd
	msgs []tea.Msg
}

func (s *slow) take(cmd tea.Cmd) {
	if cmd != nil {
		s.cmds = append(s.cmds, cmd)
	}
}

func (s *slow) tell(msg tea.Msg) {
	_, cmd := s.x.app.Update(msg)
	s.take(cmd)
}

// run lets a command do its work; the answer waits.
func (s *slow) run(i int) {
	cmd := s.cmds[i]
	s.cmds = append(s.cmds[:i], s.cmds[i+1:]...)
	switch msg := cmd().(type) {
	case nil, delayed:
	case tea.BatchMsg:
		for _, c := range msg {
			s.take(c)
		}
	default:
		s.msgs = append(s.msgs, msg)
	}
}

// hear lets an answer arrive.
func (s *slow) hear(i int) {
	msg := s.msgs[i]
	s.msgs = append(s.msgs[:i], s.msgs[i+1:]...)
	s.tell(msg)
}

// rest lets everything come to an end, or tells that it does not.
func (s *slow) rest() bool {
	for range 1000 {
		switch {
		case len(s.cmds) > 0:
			s.run(0)
		case len(s.msgs) > 0:
			s.hear(0)
		default:
			return true
		}
	}
	return false
}

// However slowly and in whatever order the desk answers while somebody moves
// and cases change, the details end as those of the case in hand, as they are
// now.
func TestDetailsFollowTheSelection(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := newHand(t, 120, 40, crowd(30))
		q, s, troubled := queueOf(x), &slow{x: x}, false
		for n := range rapid.IntRange(1, 60).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"key", "key", "run", "run", "hear", "hear", "news", "quiet news", "trouble"}).Draw(rt, "step") {
			case "key":
				s.tell(pressOf(rapid.SampledFrom([]string{"j", "j", "j", "k", "G", "g"}).Draw(rt, "key")))
			case "run":
				if len(s.cmds) > 0 {
					s.run(rapid.IntRange(0, len(s.cmds)-1).Draw(rt, "command"))
				}
			case "hear":
				if len(s.msgs) > 0 {
					s.hear(rapid.IntRange(0, len(s.msgs)-1).Draw(rt, "answer"))
				}
			case "news":
				c := x.desk.cases[x.desk.rows()[rapid.IntRange(0, 29).Draw(rt, "case")].ID]
				c.Conflict = fmt.Sprintf("news %d", n)
				x.desk.cases[c.ID] = c
				x.desk.moved()
				s.tell(bell{})
			case "quiet news":
				s.tell(bell{})
			case "trouble":
				if troubled = true; x.desk.fails["Case"] == nil {
					x.desk.fails["Case"] = callback.Errorf(callback.CodeDamaged, "the page is torn")
				} else {
					delete(x.desk.fails, "Case")
				}
			}
		}
		if !s.rest() {
			rt.Fatal("the screen never stops asking")
		}
		if troubled {
			delete(x.desk.fails, "Case")
			s.tell(bell{})
			s.rest()
		}
		want, err := x.desk.Case(q.win.id)
		if err != nil {
			rt.Fatal(err)
		}
		if q.side.id != q.win.id || !reflect.DeepEqual(q.side.view, want) {
			rt.Fatalf("in hand is %s; the details are of %s: %q, not %q", q.win.id, q.side.id, q.side.view.Case.Conflict, want.Case.Conflict)
		}
		if len(q.ahead.near) > 2*reach+1 {
			rt.Fatalf("%d cases are held beside the one in hand", len(q.ahead.near))
		}
	})
}
