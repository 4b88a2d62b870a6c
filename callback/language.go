package callback

import "strings"

// languageOf gives the first subtag of a BCP 47 tag in small letters: who
// speaks Spanish speaks it with everybody. What cannot be a tag is empty.
func languageOf(tag string) string {
	base := strings.ToLower(baseLanguage(strings.TrimSpace(tag)))
	if len(base) < 2 || len(base) > 3 {
		return ""
	}
	for _, r := range base {
		if r < 'a' || r > 'z' {
			return ""
		}
	}
	return base
}

// LanguageTag gives a BCP 47 tag the way it is kept, "pt-BR"; what cannot be
// one is empty.
func LanguageTag(s string) string {
	parts := strings.Split(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), "-")
	if parts[0] = languageOf(parts[0]); parts[0] == "" || len(parts) > 4 {
		return ""
	}
	for i, p := range parts[1:] {
		if len(p) < 2 || len(p) > 8 || SkillName(p) == "" {
			return ""
		}
		if len(p) == 2 {
			p = strings.ToUpper(p)
		}
		parts[i+1] = p
	}
	return strings.Join(parts, "-")
}

// LanguageName is the English name of a tag's language; the tag itself if it
// is none of those that have one here.
func LanguageName(tag string) string {
	base := languageOf(tag)
	if name, ok := languageNames[base]; ok {
		return name
	}
	return Line(tag).String()
}

// ReadLanguage understands a language as a person writes it: a BCP 47 tag, or
// the beginning of its English name, if that is the beginning of one only.
func ReadLanguage(text string) (tag string, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	found := map[string]bool{}
	for base, name := range languageNames {
		switch name = strings.ToLower(name); {
		case name == text:
			return preferredTag(base, name), true
		case len(text) >= 3 && strings.HasPrefix(name, text):
			found[preferredTag(base, name)] = true
		}
	}
	if len(found) == 1 {
		for tag := range found {
			return tag, true
		}
	}
	if _, known := languageNames[languageOf(text)]; known || len(languageOf(text)) == 3 && len(text) == 3 && len(found) == 0 {
		return LanguageTag(text), LanguageTag(text) != ""
	}
	return "", false
}

// preferredTag gives the most general tag of a name: Norwegian has three.
func preferredTag(base, name string) string {
	for tag, other := range languageNames {
		if strings.EqualFold(other, name) && tag > base {
			base = tag
		}
	}
	return base
}

// languageNames are the English names of ISO 639-1 for what is spoken most.
var languageNames = map[string]string{
	"ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
	"en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish",
	"gl": "Galician", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
	"is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian",
	"lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "nb": "Norwegian", "ne": "Nepali", "nl": "Dutch", "nn": "Norwegian",
	"no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
	"sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog",
	"tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "zh": "Chinese",
}
