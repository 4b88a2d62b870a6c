package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"ringback/callback"
)

// choice is a line of a chooser.
type choice struct {
	key  callback.Text
	text callback.Text
	// also is found by a search, and not shown.
	also string
	// group heads the choices that follow it, until the next group.
	group string
	// act is what choosing does; nil only closes. then is asked for it when it
	// was chosen: it may open a dialog.
	act  tea.Cmd
	then func() tea.Cmd
}

// chooser is a dialog that narrows a list down while one types: the help and
// the palette.
type chooser struct {
	e     *env
	title callback.Text
	all   []choice
	shown []choice
	input textinput.Model
	at    int
	// chooses tells that a line is in hand; without it the list only scrolls.
	chooses bool
	top     int
}

func newChooser(e *env, title callback.Text, all []choice, chooses bool) *chooser {
	c := &chooser{e: e, title: title, all: all, shown: all, input: textinput.New(), chooses: chooses}
	c.input.Prompt = "/ "
	c.input.Placeholder = "type to search"
	c.input.CharLimit = 60
	c.input.SetStyles(e.styles.input())
	c.input.Focus()
	return c
}

// chosen does what a choice is for, before the next key is looked at.
func (e *env) chosen(act tea.Cmd, then func() tea.Cmd) tea.Cmd {
	if then != nil {
		return then()
	}
	return e.follow(act)
}

// Typing implements typist.
func (c *chooser) Typing() bool { return true }

func (c *chooser) Update(msg tea.Msg) (bool, tea.Cmd) {
	press, isKey := msg.(tea.KeyPressMsg)
	_, isPaste := msg.(tea.PasteMsg)
	if !isKey && !isPaste {
		return false, nil
	}
	d, m := c.e.keys.dialog, c.e.keys.queue.move
	switch {
	case isKey && pressed(press, d.cancel):
		return true, nil
	case isKey && pressed(press, d.ok):
		if c.chooses && c.at < len(c.shown) {
			return true, c.e.chosen(c.shown[c.at].act, c.shown[c.at].then)
		}
		return true, nil
	case isKey && pressed(press, d.up):
		c.move(-1)
	case isKey && pressed(press, d.down):
		c.move(1)
	case isKey && press.Text == "" && pressed(press, m.pageUp):
		c.move(-8)
	case isKey && press.Text == "" && pressed(press, m.pageDown):
		c.move(8)
	default:
		return false, c.search(msg)
	}
	return false, nil
}

func (c *chooser) move(by int) { c.at = clamp(c.at+by, 0, max(0, len(c.shown)-1)) }

// search narrows the list to what matches, the best first.
func (c *chooser) search(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	c.input, cmd = c.input.Update(msg)
	words := strings.TrimSpace(c.input.Value())
	c.at, c.top, c.shown = 0, 0, c.all
	if words == "" {
		return cmd
	}
	hay := make([]string, len(c.all))
	for i, x := range c.all {
		hay[i] = x.text.String() + " " + x.key.String() + " " + x.group + " " + x.also
	}
	c.shown = nil
	for _, m := range fuzzy.Find(words, hay) {
		c.shown = append(c.shown, c.all[m.Index])
	}
	return cmd
}

func (c *chooser) View(w, h int) string {
	s := c.e.styles
	width := dialogWidth(w, 64)
	in := width - 4
	c.input.SetWidth(max(1, in-3))
	lines, at := c.lines(in)
	room := max(1, h-6)
	if at >= 0 {
		c.top = clamp(c.top, at-room+1, at)
	}
	c.top = clamp(c.top, 0, max(0, len(lines)-room))
	more := say("%d of %d", min(c.at+1, len(c.shown)), len(c.shown))
	head := stretch(s.title.Render(cut(c.title, in-cells(more.String())-1)), in-cells(more.String())) + s.faint.Render(more.String())
	out := []string{head, limit(c.input.View(), in), ""}
	if len(lines) == 0 {
		lines = []string{s.faint.Render(cut(say("Nothing by that name."), in))}
	}
	out = append(out, lines[c.top:min(len(lines), c.top+room)]...)
	return s.box(width).Render(strings.Join(out, "\n"))
}

// lines draws the choices and tells on which line the one in hand stands.
func (c *chooser) lines(w int) (out []string, at int) {
	s := c.e.styles
	at = -1
	group := ""
	keyW := c.keyWidth()
	for i, x := range c.shown {
		if x.group != group && c.input.Value() == "" {
			group = x.group
			if len(out) > 0 {
				out = append(out, "")
			}
			out = append(out, s.faint.Render(cut(say("%s", group), w)))
		}
		if i == c.at {
			at = len(out)
		}
		k, text := pad(x.key, keyW), pad(x.text, w-2-keyW)
		if i == c.at {
			out = append(out, s.selection.Render("▸ "+k+text))
			continue
		}
		out = append(out, "  "+s.key.Render(k)+s.text.Render(text))
	}
	return out, at
}

// keyWidth is the room for the keys, none in a list without any.
func (c *chooser) keyWidth() int {
	for _, x := range c.all {
		if x.key.String() != "" {
			return 10
		}
	}
	return 0
}

// newHelp is the help of the screen in front: every key that works there.
func newHelp(a *app) dialog {
	return newChooser(a.e, say("Keys of %s", a.screens[a.at].Title()), keyChoices(a), true)
}

// newPalette offers everything that can be done from here: what the screen in
// front can do, then what can be done anywhere, the screens, and how it looks.
func newPalette(a *app) dialog {
	all := screenKeys(a)
	here := map[string]bool{}
	for _, c := range all {
		here[c.text.String()] = true
	}
	add := func(group string, names ...string) {
		for _, n := range names {
			if !here[n] {
				all = append(all, choice{text: say("%s", n), group: group, act: send(command{n})})
			}
		}
	}
	add("Anywhere", inboundCommand, outsideCommand, "sync now")
	if a.e.do.letsIn() {
		add("Anywhere", pairCommand)
	}
	for i, s := range a.screens {
		all = append(all, choice{
			key: say("%d", i+1), text: say("Go to %s", s.Title()), group: "Screens", act: send(goTo{title: s.Title()}),
		})
	}
	add("Looks", "theme plain")
	for _, t := range append(themes(), "auto") {
		add("Looks", "theme "+t)
	}
	add("Looks", "mouse off", "mouse on")
	return newChooser(a.e, say("Commands"), append(all, houseKeys(a)...), true)
}

// keyChoices lists the bindings that work on the screen in front, then those
// of the house.
func keyChoices(a *app) []choice { return append(screenKeys(a), houseKeys(a)...) }

func screenKeys(a *app) (out []choice) {
	for _, list := range a.screens[a.at].Keys().FullHelp() {
		out = append(out, keysAsChoices(a.screens[a.at].Title(), list)...)
	}
	return out
}

func houseKeys(a *app) []choice { return keysAsChoices("Everywhere", a.e.keys.global.all()) }

// keysAsChoices lists the bindings that work now. Choosing one presses its key.
func keysAsChoices(group string, list []key.Binding) (out []choice) {
	for _, b := range list {
		if b.Enabled() {
			c := choice{key: say("%s", b.Help().Key), text: say("%s", b.Help().Desc), group: group}
			c.act = send(pressOf(b.Keys()[0]))
			out = append(out, c)
		}
	}
	return out
}
