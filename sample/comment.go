package sample

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ringback/callback"
)

// languages are those that customers write in, besides English.
var languages = []string{"es", "de", "fr", "ru", "uk", "pt", "pl", "tr", "ja", "zh", "ar", "he"}

// writer writes what customers write.
type writer struct {
	*reader
	books map[string]*book
}

func newWriter(seed uint64) *writer {
	return &writer{reader: newReader(diceFor(seed, "comments")), books: library()}
}

// remark is a comment with what it is about.
type remark struct {
	text    string
	product string
	root    callback.RootCause
}

// driverWeights are how often things go wrong, by driver.
var driverWeights = map[string]float64{
	"product": 24, "delivery": 20, "billing": 14, "support": 20, "website or app": 8, "expectation": 7, "price": 5, "other": 2,
}

// cause chooses what went wrong and what is said about it.
func (w *writer) cause(lang string) (root callback.RootCause, e entry, b *book) {
	b = w.books[lang]
	var sections []string
	var weights []float64
	perDriver := map[string]int{}
	for _, s := range b.order {
		if name, ok := strings.CutPrefix(s, "d."); ok && name != "open" && name != "close" && !strings.HasSuffix(name, ".hot") {
			driver, _, _ := strings.Cut(name, "/")
			sections, perDriver[driver] = append(sections, name), perDriver[driver]+1
		}
	}
	for _, name := range sections {
		driver, _, _ := strings.Cut(name, "/")
		weights = append(weights, driverWeights[driver]/float64(perDriver[driver]))
	}
	name := sections[w.d.weighted(weights...)]
	driver, cause, _ := strings.Cut(name, "/")
	e, _ = w.entry(b, "d."+name)
	return callback.RootCause{Driver: driver, Cause: cause, Control: controlOf(driver, cause)}, e, b
}

func controlOf(driver, cause string) callback.Control {
	switch {
	case cause == "rude" || cause == "unhelpful":
		return callback.ControlAgent
	case driver == "support" || driver == "website or app":
		return callback.ControlTeam
	case driver == "delivery":
		return callback.ControlExternal
	}
	return callback.ControlCompany
}

// detractor writes a complaint; hot ones are the 0–3.
func (w *writer) detractor(lang string, score int) remark {
	root, e, b := w.cause(lang)
	hot := ""
	if score <= 3 && w.d.chance(0.75) && len(b.sections["d.open.hot"]) > 0 {
		hot = ".hot"
	}
	out := remark{root: root, product: productOf(w.d, e.products)}
	core := w.fill(b, e.text)
	if w.d.chance(0.13) {
		if more, ok := w.second(b, root, e, out.product); ok {
			core += w.join(lang) + w.fill(b, more.text)
		}
	}
	out.text = w.frame(b, core, "d.open"+hot, "d.close"+hot)
	return out
}

// second finds another complaint about the same thing and the same product.
func (w *writer) second(b *book, root callback.RootCause, first entry, product string) (entry, bool) {
	section := "d." + root.Driver
	if root.Cause != "" {
		section += "/" + root.Cause
	}
	e, ok := w.entry(b, section)
	return e, ok && e.text != first.text && e.fits(product)
}

// other writes what passives ("n") and promoters ("p") say.
func (w *writer) other(lang, mood string) remark {
	b := w.books[lang]
	e, _ := w.entry(b, mood+".core")
	out := remark{product: productOf(w.d, e.products)}
	core := w.fill(b, e.text)
	if w.d.chance(0.12) {
		if more, _ := w.entry(b, mood+".core"); more.text != e.text && more.fits(out.product) {
			core += w.join(lang) + w.fill(b, more.text)
		}
	}
	out.text = w.frame(b, core, mood+".open", mood+".close")
	return out
}

// request writes a request for a call: after a comment if there is one, else
// with what it is about, or bare.
func (w *writer) request(lang, after string) remark {
	b := w.books[lang]
	if after != "" {
		return remark{text: after + w.join(lang) + w.line(b, "r.bare")}
	}
	if w.d.chance(0.45) || len(b.sections["r.bare"]) == 0 {
		e, _ := w.entry(b, "r.core")
		return remark{
			text: capitals(w.fill(b, e.text)), product: productOf(w.d, ""),
			root: callback.RootCause{Driver: "other", Control: callback.ControlTeam},
		}
	}
	root, e, _ := w.cause(lang)
	out := remark{root: root, product: productOf(w.d, e.products), text: w.line(b, "r.bare")}
	if w.d.chance(0.85) {
		out.text = w.hand(b, capitals(w.fill(b, e.text))+w.join(lang)+out.text, true)
	}
	return out
}

// frame puts a sentence before and after a core, or neither.
func (w *writer) frame(b *book, core, open, end string) string {
	parts := make([]string, 0, 3)
	shape := w.d.weighted(20, 27, 31, 22)
	if shape&1 == 1 {
		parts = append(parts, w.line(b, open))
	}
	parts = append(parts, core)
	if shape >= 2 {
		parts = append(parts, w.line(b, end))
	}
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	if len(kept) > 1 && b.name != "de" {
		kept[1] = continued(kept[0], kept[1])
	}
	text := capitals(strings.Join(kept, w.join(b.name)))
	return w.hand(b, text, strings.HasPrefix(open, "d."))
}

// join is what stands between two sentences; a few people press Enter.
func (w *writer) join(lang string) string {
	if w.d.chance(0.04) {
		return "\n"
	}
	if lang == "ja" || lang == "zh" {
		return ""
	}
	return " "
}

// continued writes a sentence small after words that have not ended one.
func continued(before, s string) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	if (last == ',' || unicode.IsLetter(last)) && unicode.IsLower(second) {
		return string(unicode.ToLower(first)) + s[n:]
	}
	return s
}

// capitals begins sentences with a capital, also where a slot was filled.
func capitals(s string) string {
	var b strings.Builder
	start := true
	for i, r := range s {
		switch {
		case start && unicode.IsLetter(r):
			r, start = unicode.ToUpper(r), false
		case r == '.' || r == '!' || r == '?':
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			start = next == ' ' && !strings.HasSuffix(s[:i], ".")
		case start && r != ' ' && r != '¿' && r != '¡' && r != '"' && r != '\n':
			start = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hand writes a text as a hurried hand does: without capitals, in capitals,
// with typing errors, with a picture.
func (w *writer) hand(b *book, s string, bad bool) string {
	latin := s != "" && s[0] < utf8.RuneSelf
	switch {
	case !latin:
	case w.d.chance(0.06):
		s = strings.ToLower(s)
	case bad && w.d.chance(0.02):
		s = strings.ToUpper(s)
	case b.name == "en" && w.d.chance(0.09):
		s = w.typo(s)
	}
	if w.d.chance(0.05) {
		s = strings.TrimRight(s, ".")
	}
	if w.d.chance(0.06) {
		pictures := "emoji.good"
		if bad {
			pictures = "emoji.bad"
		}
		s += " " + strings.Repeat(w.line(w.books["en"], pictures), w.d.weighted(0, 8, 1, 2))
	}
	return s
}

// typo swaps, drops or doubles letters inside one or two words.
func (w *writer) typo(s string) string {
	for range w.d.between(1, 2) {
		words := strings.Split(s, " ")
		i := w.d.IntN(len(words))
		word := words[i]
		if len(word) < 5 || strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf || !unicode.IsLetter(r) }) >= 0 {
			continue
		}
		k := w.d.between(1, len(word)-3)
		switch w.d.IntN(3) {
		case 0:
			word = word[:k] + word[k+1:k+2] + word[k:k+1] + word[k+2:]
		case 1:
			word = word[:k] + word[k+1:]
		default:
			word = word[:k] + word[k:k+1] + word[k:]
		}
		words[i] = word
		s = strings.Join(words, " ")
	}
	return s
}
