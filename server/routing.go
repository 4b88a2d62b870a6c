package server

import (
	"fmt"
	"strings"

	"ringback/callback"
	"ringback/server/rows"
)

// maxSaid bounds how many languages, or skills, are said of somebody.
const maxSaid = 32

// languages checks a list of languages and gives them the way they are kept.
func languages(list []string) ([]string, error) {
	return words(list, callback.LanguageTag, "%q is no language", "give tags such as en, es or pt-BR")
}

// skills checks a list of skills and gives them the way they are kept.
func skills(list []string) ([]string, error) {
	return words(list, callback.SkillName, "%q is no name of a skill", "a name has small letters, digits and hyphens, such as recovery")
}

func words(list []string, read func(string) string, wrong, hint string) ([]string, error) {
	if len(list) > maxSaid {
		return nil, callback.Errorf(callback.CodeInvalid, "%d are too many; there may be %d", len(list), maxSaid)
	}
	var out []string
	seen := map[string]bool{}
	for _, w := range list {
		word := read(w)
		if word == "" {
			return nil, callback.Errorf(callback.CodeInvalid, wrong, callback.Line(w).String()).WithHint("%s", hint)
		}
		if !seen[word] {
			seen[word] = true
			out = append(out, word)
		}
	}
	return out, nil
}

// said gives the words of a column, and kept the column for words.
func said(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Fields(column)
}

func kept(words []string) string { return strings.Join(words, " ") }

// languages and skills change what is said of an account.
func (c *accountChange) languages(list *[]string) error {
	if list == nil {
		return nil
	}
	have, err := languages(*list)
	if err != nil || kept(have) == c.is.Languages {
		return err
	}
	c.is.Languages = kept(have)
	return c.audit("user.languages", brief(have))
}

func (c *accountChange) skills(list *[]string) error {
	if list == nil {
		return nil
	}
	have, err := skills(*list)
	if err != nil || kept(have) == c.is.Skills {
		return err
	}
	c.is.Skills = kept(have)
	return c.audit("user.skills", brief(have))
}

// brief is a list for the audit, whose words are short.
func brief(list []string) string {
	if s := strings.Join(list, "+"); len(s) <= 64 {
		return s
	}
	return fmt.Sprint(len(list))
}

// seat gives somebody in the ledger's team, for the serving order.
func (l *ledger) seat(agent string) (callback.Seat, error) {
	list, err := l.u.q.Users(l.u.ctx)
	if err != nil {
		return callback.Seat{}, err
	}
	return rosterOf(list, l.team).Seat(agent), nil
}

func rosterOf(list []rows.User, team string) *callback.Roster {
	var agents []callback.Agent
	for _, r := range list {
		if r.Team == team {
			agents = append(agents, userOf(r).Agent)
		}
	}
	return callback.NewRoster(agents)
}
