package callback

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// GuideProblem is one thing that is wrong with a guide's Markdown.
type GuideProblem struct {
	// Line counts from 1.
	Line int `json:"line"`
	// What is one sentence for the person who wrote it.
	What string `json:"what"`
}

// MaxGuideBytes bounds a guide's Markdown.
const MaxGuideBytes = 64 << 10

// guideID is what the id of a guide may look like: it stands in addresses.
// Compiled when first asked for, since every start of the desk would pay.
var guideID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)
})

// scoreWords ask for the score or tell what it should be. The program asks, in
// the policy's fixed words: a question that leads spoils the figures.
var scoreWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b0 ?(to|-|–|bis|a) ?10\b|от 0 до 10|\b(9 or 10|a ten|a nine)\b|how likely .* recommend|насколько вероятно`)
})

// CheckGuide reads a guide and lists everything that is wrong with it, in the
// order of its lines; without problems it may be published. Lines that cannot be
// read come alone: what they were to say would be missed elsewhere.
func CheckGuide(text string) (Guide, []GuideProblem) {
	if len(text) > MaxGuideBytes {
		return Guide{}, []GuideProblem{{1, "the guide is over " + strconv.Itoa(MaxGuideBytes>>10) + " KiB"}}
	}
	g, faults := readGuide(text)
	switch {
	case len(faults) > 0:
		return Guide{}, faults
	case g.ID == "" || len(g.Steps) == 0:
		return Guide{}, []GuideProblem{{1, errNoGuide.Error()}}
	}
	var found []GuideProblem
	say := func(line int, what string) { found = append(found, GuideProblem{line, what}) }
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if !guideID().MatchString(g.ID) {
		say(fieldLine(lines, "id"), "the id is made of 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first")
	}
	if g.Title == "" {
		say(fieldLine(lines, "title"), "the guide has no title")
	}
	if fieldLine(lines, "version") == 1 {
		say(1, "the guide has no version; each publication has a higher one")
	}
	g.checkBranches(lines, say)
	seen := map[string]bool{}
	step := -1
	for i, l := range lines {
		title, begins := strings.CutPrefix(l, "## ")
		if begins {
			step++
			key := strings.ToLower(strings.TrimSpace(title))
			switch {
			case key == "":
				say(i+1, "the step has no title")
			case seen[key]:
				say(i+1, "another step has this title")
			case g.Steps[step].Body == "" && len(g.Steps[step].Ask) == 0:
				say(i+1, "the step says nothing")
			}
			seen[key] = true
		}
		if scoreWords().MatchString(l) {
			say(i+1, "the guide asks for the score; leave that to the program, which asks everybody in the same words")
		}
		if Clean(l).Altered() {
			say(i+1, "the line holds characters that cannot be shown")
		}
	}
	return g, found
}

// fieldLine finds the line of a field at the head of a guide; 1 if it has
// none.
func fieldLine(lines []string, name string) int {
	for i, l := range lines[1:] {
		field, _, ok := strings.Cut(l, ":")
		if ok && strings.TrimSpace(field) == name {
			return i + 2
		}
		if strings.TrimSpace(l) == "---" {
			break
		}
	}
	return 1
}

// GuideSource is the body of PUT /v1/guides/{id}: a guide's Markdown as its
// author wrote it.
type GuideSource struct {
	Source string `json:"source"`
}

// GuideMarkdown is a version of a team's guide as its author wrote it.
type GuideMarkdown struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Source  string `json:"source"`
}
