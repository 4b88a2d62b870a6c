package sample

import (
	"embed"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed words/*.txt
var wordFiles embed.FS

// book is the sentences of one language, or the names of the world, by
// section. A section begins with a line "== name"; each line after it is an
// entry. In an entry, {a|b} is a choice, {2-9} a number, {part} an entry of
// the section "@part". "e,c: text" limits an entry to products by letter.
type book struct {
	name     string
	sections map[string][]entry
	// order lists the sections as they stand in the file.
	order []string
}

type entry struct {
	text string
	// products are the letters of the products the entry speaks of, "" all.
	products string
}

// fits tells whether an entry may be said of a product.
func (e entry) fits(name string) bool {
	if e.products == "" {
		return true
	}
	for _, p := range products {
		if p.name == name {
			return strings.Contains(e.products, p.letter)
		}
	}
	return false
}

// library is all books, read once.
var library = sync.OnceValue(func() map[string]*book {
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		panic(fmt.Sprintf("read embedded words: %v", err))
	}
	books := map[string]*book{}
	for _, f := range files {
		text, err := wordFiles.ReadFile(path.Join("words", f.Name()))
		if err != nil {
			panic(fmt.Sprintf("read embedded words: %v", err))
		}
		name, _, _ := strings.Cut(strings.TrimSuffix(f.Name(), ".txt"), "-")
		b := books[name]
		if b == nil {
			b = &book{name: name, sections: map[string][]entry{}}
			books[name] = b
		}
		b.read(string(text))
	}
	return books
})

func (b *book) read(text string) {
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "== "); ok {
			section = name
			b.order = append(b.order, name)
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		b.sections[section] = append(b.sections[section], parseEntry(line))
	}
}

// parseEntry splits off the letters of products, "e,c: ".
func parseEntry(line string) entry {
	if head, rest, ok := strings.Cut(line, ": "); ok && len(head) <= 9 {
		letters := strings.ReplaceAll(head, ",", "")
		if letters != "" && strings.Trim(letters, productLetters) == "" {
			return entry{text: rest, products: letters}
		}
	}
	return entry{text: line}
}

// reader reads from books with one pair of dice; it deals the entries of each
// section like cards.
type reader struct {
	d     dice
	decks map[string]*deck
}

func newReader(d dice) *reader { return &reader{d: d, decks: map[string]*deck{}} }

// entry deals an entry of a section, with its slots still open.
func (r *reader) entry(b *book, section string) (entry, bool) {
	list := b.sections[section]
	if len(list) == 0 {
		return entry{}, false
	}
	key := b.name + " " + section
	k := r.decks[key]
	if k == nil {
		k = &deck{}
		r.decks[key] = k
	}
	return list[k.deal(r.d, len(list))], true
}

// line deals an entry of a section and fills its slots; "" if there is none.
func (r *reader) line(b *book, section string) string {
	e, _ := r.entry(b, section)
	return r.fill(b, e.text)
}

// fill fills the slots of a text.
func (r *reader) fill(b *book, text string) string {
	if !strings.ContainsRune(text, '{') {
		return text
	}
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		slot, after, _ := strings.Cut(rest, "}")
		out.WriteString(r.slot(b, slot))
		text = after
	}
}

func (r *reader) slot(b *book, slot string) string {
	if strings.ContainsRune(slot, '|') {
		return of(r.d, strings.Split(slot, "|"))
	}
	if from, to, ok := strings.Cut(slot, "-"); ok {
		a, errA := strconv.Atoi(from)
		z, errZ := strconv.Atoi(to)
		if errA == nil && errZ == nil {
			return strconv.Itoa(r.d.between(a, z))
		}
	}
	return r.line(b, "@"+slot)
}
