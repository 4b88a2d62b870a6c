package ui

import "ringback/callback"

// barred tells that the call ended because nobody understood each other.
func (s *sheet) barred() bool { return s.draft.Disposition == callback.LanguageBarrier }

// heard is the language that the agent heard, if that was the barrier and it was
// understood.
func (s *sheet) heard() string {
	if !s.barred() {
		return ""
	}
	tag, _ := callback.ReadLanguage(s.text(fieldLanguage))
	return tag
}

// languageRows ask which language was heard: whoever speaks it calls next.
func (c *call) languageRows(f *formLines, w int) {
	if !c.sheet.barred() {
		return
	}
	s, in := c.e.styles, w-formLabel
	c.line(f, fieldLanguage, "Language", "which one you heard; tab goes there", w)
	text, heard := c.sheet.trimmed(fieldLanguage), c.sheet.heard()
	switch {
	case text == "" && c.focus == fieldLanguage:
		c.below(f, fieldLanguage, paint(s.faint, wrapMax(say("which one you heard; leave it empty if you cannot tell"), in, 2)))
	case text != "" && heard == "":
		c.below(f, fieldLanguage, paint(s.warn, wrapMax(say("? not understood: its English name or its code"), in, 2)))
	case text != "":
		c.below(f, fieldLanguage, paint(s.accent, wrapMax(say("= %s: whoever speaks it calls next", callback.LanguageName(heard)), in, 2)))
	}
}
