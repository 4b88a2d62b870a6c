package ui

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// replay is the screen where customers' comments are played one after another
// at reading speed: what trainers show at the start of a shift.
type replay struct {
	e      *env
	w, h   int
	deck   deck
	filter replayFilter
	load   replayLoad
	play   player
	// scrolled is how far a person moved a long comment.
	scrolled int
	drawn    string
	dirty    bool
}

// deck is the comments and the one in view.
type deck struct {
	cards []card
	at    int
}

// card is a comment with its words cleaned, once.
type card struct {
	raw           callback.Comment
	text, product callback.Text
}

func newCards(list []callback.Comment) []card {
	out := make([]card, len(list))
	for i, c := range list {
		out[i] = card{c, callback.Clean(c.Text), callback.Line(c.Product)}
	}
	return out
}

// replayFilter chooses the comments. The lists grow with what was seen.
type replayFilter struct {
	query               callback.CommentQuery
	languages, products []string
}

// replayLoad is what is being asked for.
type replayLoad struct {
	ask    int
	flying bool
	again  bool
	loaded bool
	front  bool
}

// commentsLoaded answers a question for comments.
type commentsLoaded struct {
	ask   int
	cards []card
	err   error
}

// replayFind asks for comments that hold some words.
type replayFind struct{ words string }

func newReplay(e *env) screen {
	r := &replay{e: e, dirty: true, play: player{speed: readingSpeed, on: !e.calm}}
	r.filter.query = promoters
	return r
}

func (r *replay) Title() string { return replayTitle }

func (r *replay) Init() tea.Cmd { return nil }

func (r *replay) Arrive() tea.Cmd { return r.reload() }

func (r *replay) SetSize(w, h int) { r.w, r.h, r.dirty = w, h, true }

func (r *replay) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return r.key(msg)
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			r.scroll(-1)
		} else {
			r.scroll(1)
		}
	case tick:
		r.beat()
	case shown:
		r.load.front = msg.title == replayTitle
		r.play.start(r.e.now())
	case commentsLoaded:
		return r.answered(msg)
	case replayFind:
		r.filter.query.Contains = msg.words
		return r.refilter()
	case bell:
		if r.load.loaded {
			return r.reload()
		}
	case themeChanged:
		r.dirty = true
	}
	return nil
}

func (r *replay) reload() tea.Cmd {
	if r.load.flying {
		r.load.again = true
		return nil
	}
	r.load.ask++
	r.load.flying, r.load.again = true, false
	return r.e.do.comments(r.load.ask, r.filter.query)
}

// refilter asks for other comments; what is being asked for is given up.
func (r *replay) refilter() tea.Cmd {
	r.load.flying = false
	r.deck.at, r.dirty = 0, true
	return r.reload()
}

// answered takes the comments; the one in view stays in view.
func (r *replay) answered(msg commentsLoaded) tea.Cmd {
	if msg.ask != r.load.ask {
		return nil
	}
	r.load.flying = false
	if msg.err != nil {
		return send(failed{"read the comments", msg.err})
	}
	id := r.deck.now().raw.ID
	r.load.loaded, r.dirty = true, true
	r.deck.cards = msg.cards
	at := -1
	for i, c := range msg.cards {
		r.filter.languages = known(r.filter.languages, c.raw.Language)
		r.filter.products = known(r.filter.products, c.raw.Product)
		if c.raw.ID == id {
			at = i
		}
	}
	if at < 0 {
		r.turn(clamp(r.deck.at, 0, max(0, len(msg.cards)-1)))
	} else {
		r.deck.at = at
	}
	if r.load.again {
		return r.reload()
	}
	return nil
}

// known adds a word to a sorted list without repeats.
func known(list []string, word string) []string {
	if i, ok := slices.BinarySearch(list, word); !ok && word != "" {
		return slices.Insert(list, i, word)
	}
	return list
}

// now gives the card in view; the zero card if there is none.
func (d *deck) now() card {
	if d.at < len(d.cards) {
		return d.cards[d.at]
	}
	return card{}
}

// turn puts a card in view and begins to read it.
func (r *replay) turn(at int) {
	r.deck.at, r.scrolled, r.dirty = at, 0, true
	r.play.start(r.e.now())
}

// filtered tells whether other comments are chosen than all promoters'.
func (r *replay) filtered() bool { return r.filter.query != promoters }

// replayLimit bounds the deck: hours of reading.
const replayLimit = 500

// promoters is what is played unless something else is asked for.
var promoters = callback.CommentQuery{Category: callback.Promoter, Limit: replayLimit}

// beat is one second of reading: at the end comes the next card.
func (r *replay) beat() {
	n := len(r.deck.cards)
	if !r.load.front || !r.play.on || n == 0 {
		return
	}
	if r.play.elapsed(r.e.now()) >= r.play.lasts(r.deck.now().text) {
		r.turn((r.deck.at + 1) % n)
	}
	if !r.e.calm {
		r.dirty = true
	}
}

func (r *replay) key(msg tea.KeyPressMsg) tea.Cmd {
	k, n := r.e.keys.replay, len(r.deck.cards)
	switch {
	case pressed(msg, k.category):
		order := []callback.Category{callback.Promoter, callback.Passive, callback.Detractor, ""}
		r.filter.query.Category = next(order, r.filter.query.Category)
		return r.refilter()
	case pressed(msg, k.language):
		r.filter.query.Language = next(append([]string{""}, r.filter.languages...), r.filter.query.Language)
		return r.refilter()
	case pressed(msg, k.product):
		r.filter.query.Product = next(append([]string{""}, r.filter.products...), r.filter.query.Product)
		return r.refilter()
	case pressed(msg, k.filter):
		return r.e.ask(newPrompt(r.e, say("Find words in the comments"), say("Only comments that hold them are played."), "words",
			func(text string) tea.Cmd { return send(replayFind{text}) }))
	case pressed(msg, k.clear) && r.filtered():
		r.filter.query = promoters
		return r.refilter()
	case n == 0:
		return nil
	case pressed(msg, k.pause):
		r.play.toggle(r.e.now())
		r.dirty = true
	case pressed(msg, k.next):
		r.turn((r.deck.at + 1) % n)
	case pressed(msg, k.prev):
		r.turn((r.deck.at + n - 1) % n)
	case pressed(msg, k.first):
		r.turn(0)
	case pressed(msg, k.last):
		r.turn(n - 1)
	case pressed(msg, k.faster):
		r.faster(40)
	case pressed(msg, k.slower):
		r.faster(-40)
	case pressed(msg, k.scrollDown):
		r.scroll(1)
	case pressed(msg, k.scrollUp):
		r.scroll(-1)
	}
	return nil
}

func (r *replay) faster(by int) { r.play.speed, r.dirty = clamp(r.play.speed+by, 80, 600), true }

func (r *replay) scroll(by int) { r.scrolled, r.dirty = r.scrolled+by, true }

// next gives what follows in a circle.
func next[T comparable](list []T, v T) T { return list[(slices.Index(list, v)+1)%len(list)] }

// Keys implements screen.
func (r *replay) Keys() help.KeyMap {
	k := r.e.keys.replay
	k.clear.SetEnabled(r.filtered())
	return keySet{
		[]key.Binding{k.pause, k.prev, k.next, k.filter, k.category, k.product, k.language, k.clear},
		[][]key.Binding{
			{k.pause, k.next, k.prev, k.first, k.last, k.slower, k.faster, k.scrollDown, k.scrollUp},
			{k.filter, k.category, k.language, k.product, k.clear},
		},
	}
}

// readingSpeed is words a minute: a little under the average of silent reading
// (238; Brysbaert, 2019), since a room reads together.
const readingSpeed = 200

// readingPause is the time to let a comment sink in.
const readingPause = 3 * time.Second

// player keeps the time of the card in view.
type player struct {
	on    bool
	speed int
	// since is when reading began or went on, before what was read until then.
	since  time.Time
	before time.Duration
}

func (p *player) start(now time.Time) { p.since, p.before = now, 0 }

func (p *player) elapsed(now time.Time) time.Duration {
	if !p.on || p.since.IsZero() {
		return p.before
	}
	return p.before + now.Sub(p.since)
}

func (p *player) toggle(now time.Time) {
	p.before = p.elapsed(now)
	p.on, p.since = !p.on, now
}

// lasts is how long a text is shown.
func (p *player) lasts(t callback.Text) time.Duration {
	return p.reading(t) + readingPause
}

func (p *player) reading(t callback.Text) time.Duration {
	return time.Duration(float64(wordsIn(t)) / float64(p.speed) * float64(time.Minute))
}
