package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// app is the root: the only tea.Model, the only one that knows the terminal's
// size, and the one that decides who gets a message.
type app struct {
	e       *env
	look    Look
	dark    bool
	screens []screen
	at      int
	dialogs []dialog
	// opened is when the dialog in front was opened.
	opened time.Time
	// first is the load of the first screen, if it was begun already.
	first tea.Cmd
	// wish is what was asked for before a screen wanted to be asked first.
	wish   tea.Msg
	bar    bar
	notes  notes
	remind reminders
	frame  frame
}

// quitNow ends the program after every screen has let go.
type quitNow struct{}

func newApp(o Options, do commands) *app {
	s := newStyles(o.Look, true)
	e := &env{
		styles: &s, keys: newKeyMap(), now: o.Now, instant: o.Instant, newID: o.NewID, do: do, me: o.Me, zone: o.Zone, region: o.Region, calm: o.Look.Calm,
	}
	a := &app{e: e, look: o.Look, dark: true, screens: screens(e), bar: newBar(e), notes: notes{e: e}, remind: newReminders(e, o.Look)}
	a.e.keys.global.screens.SetHelp(say("1…%d", len(a.screens)).String(), "screens")
	a.bar.titles(a.screens)
	return a
}

// Init implements tea.Model.
func (a *app) Init() tea.Cmd {
	cmds := []tea.Cmd{a.e.do.waitBell(), a.e.do.status(), a.e.do.after(time.Second, tick{}), a.e.do.team()}
	if a.look.Theme == "" || a.look.Theme == "auto" {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	if a.first == nil {
		a.first = a.screens[0].Init()
	}
	cmds = append(cmds, a.first)
	for _, s := range a.screens[1:] {
		cmds = append(cmds, s.Init())
	}
	return tea.Batch(cmds...)
}

// begin loads the first screen while the terminal is being taken, so that the
// first frame has rows in it.
func (a *app) begin() { a.first = begun(a.screens[0].Init()) }

// begun starts a command at once; the one it gives waits for the answer. A
// panic happens in the one that waits: the program knows how to tell it.
func begun(cmd tea.Cmd) tea.Cmd {
	type end struct {
		msg   tea.Msg
		panic any
	}
	done := make(chan end, 1)
	go func() {
		var e end
		defer func() {
			e.panic = recover()
			done <- e
		}()
		e.msg = cmd()
	}()
	return func() tea.Msg {
		e := <-done
		if e.panic != nil {
			panic(e.panic)
		}
		return e.msg
	}
}

// Update implements tea.Model.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.take(msg)
	a.show()
	a.heed()
	return a, cmd
}

// show opens what was asked for, before the next key is looked at.
func (a *app) show() {
	for _, d := range a.e.asked {
		a.open(d)
	}
	a.e.asked = nil
}

// take gives a message to whoever it is for.
func (a *app) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.resize(msg.Width, msg.Height)
		return a.e.do.after(resizeSettles, resized{})
	case resized:
		// The renderer takes the columns that a terminal gained for blank, although its first frame at the new width
		// wrote there, and would leave that standing under the next screen: have it write them once more.
		return tea.ClearScreen
	case tea.KeyPressMsg:
		return a.key(msg)
	case tea.PasteMsg:
		if a.hold(msg) {
			return nil
		}
		return a.front(pasted(msg))
	case awaited:
		return a.arrived(msg)
	case tea.MouseMsg:
		return a.mouse(msg)
	case tea.BackgroundColorMsg:
		a.dark = msg.IsDark()
		return a.theme(a.look.Theme)
	case goTo:
		return a.goTo(msg)
	case letGo:
		wish := a.wish
		a.wish = nil
		return a.grant(wish)
	case quitNow:
		return tea.Quit
	case command:
		return a.command(msg)
	}
	return tea.Batch(a.hear(msg), a.broadcast(msg))
}

// hear takes the root's own share of the news that all screens get.
func (a *app) hear(msg tea.Msg) tea.Cmd {
	a.notes.hear(msg)
	switch msg := msg.(type) {
	case tick:
		cmds := []tea.Cmd{a.patience(), a.e.do.after(time.Second, tick{}), a.remind.ask()}
		if a.bar.due(a.e.now()) {
			cmds = append(cmds, a.e.do.status())
		}
		return tea.Batch(cmds...)
	case pairingSeen:
		return a.pairingSeen(msg)
	case outsideFound:
		return a.foundOutside(msg)
	case outsideBegun:
		return a.begunOutside(msg)
	case callersFound:
		return a.found(msg)
	case callbacksSoon:
		return a.remind.take(msg, &a.notes, a.running().caseID)
	case bell:
		return tea.Batch(a.e.do.after(bellPause, bellReady{}), a.e.do.status(), a.e.do.team())
	case bellReady:
		return a.e.do.waitBell()
	case linkChanged:
		a.bar.link(msg)
	case openCall:
		return a.goTo(goTo{title: callTitle})
	case showCase:
		return a.goTo(goTo{title: queueTitle})
	case recorded, undone, synced:
		return a.e.do.status()
	}
	return nil
}

// bellPause is how long the bell is not listened to after it rang: a storm of
// news is answered by a few reloads.
const bellPause = 150 * time.Millisecond

// bellReady tells the root to listen to the bell again.
type bellReady struct{}

// broadcast offers a message to every screen and to the dialog in front.
func (a *app) broadcast(msg tea.Msg) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(a.screens)+1)
	for _, s := range a.screens {
		cmds = append(cmds, s.Update(msg))
	}
	if len(a.dialogs) > 0 {
		cmds = append(cmds, a.toDialog(msg))
	}
	return tea.Batch(cmds...)
}

func (a *app) resize(w, h int) {
	a.frame = frame{w, h}
	bw, bh := a.frame.body()
	for _, s := range a.screens {
		s.SetSize(bw, bh)
	}
	a.bar.dirty = true
}

// View implements tea.Model.
func (a *app) View() tea.View {
	v := tea.NewView(a.draw())
	v.AltScreen = true
	v.WindowTitle = "ringback · " + say("%s", a.screens[a.at].Title()).String()
	v.KeyboardEnhancements.ReportAlternateKeys = true
	if !a.look.NoMouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// draw gives the whole picture.
func (a *app) draw() string {
	if a.frame.tooSmall() {
		return a.drawTooSmall()
	}
	w, h := a.frame.body()
	body := a.screens[a.at].View()
	footer := a.bar.footer(a.frame.w, a.screens[a.at].Keys(), a.typing())
	if len(a.dialogs) > 0 {
		body, footer = a.drawDialog(body, w, h), a.bar.dialogFooter(a.frame.w, a.dialogs[0])
	}
	status := a.notes.lines(a.frame.w)
	if more := len(status) - 1; more > 0 {
		lines := open(strings.Split(body, "\n"), w, h-more)
		body = strings.Join(lines, "\n")
	}
	return a.bar.header(a.frame.w, a.at) + "\n" + body + "\n" + strings.Join(status, "\n") + "\n" + footer
}

func (a *app) drawDialog(body string, w, h int) string {
	under := block(strings.Split(body, "\n"), w, h)
	box := strings.Split(a.dialogs[0].View(w, h), "\n")
	if len(box) > h {
		box = box[:h]
	}
	wide := 0
	for i, l := range box {
		box[i] = stretch(l, min(w, max(wide, cells(l))))
		wide = max(wide, cells(l))
	}
	return strings.Join(overlay(under, box, max(0, (w-wide)/2), max(0, (h-len(box))/3)), "\n")
}

func (a *app) drawTooSmall() string {
	t := say("ringback needs %d×%d cells; this window has %d×%d.", minWidth, minHeight, a.frame.w, a.frame.h)
	return strings.Join(wrapMax(t, a.frame.w, a.frame.h), "\n")
}

// The titles by which screens find one another.
const (
	queueTitle  = "Queue"
	callTitle   = "Call"
	boardTitle  = "Board"
	replayTitle = "Replay"
	syncTitle   = "Sync"
	floorTitle  = "Floor"
)

func (a *app) find(title string) int {
	for i, s := range a.screens {
		if s.Title() == title {
			return i
		}
	}
	return a.at
}

// theme builds the styles anew and tells the screens.
func (a *app) theme(name string) tea.Cmd {
	a.look.Theme = name
	*a.e.styles = newStyles(a.look, a.dark)
	a.bar.reset()
	return a.broadcast(themeChanged{})
}

// failing tells whether the link is in a state that the header should say why.
func failing(s callback.LinkState) bool { return s == callback.LinkOffline || s == callback.LinkDenied }
