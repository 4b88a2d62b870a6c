package main

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"ringback/callback"
)

// policyChange is a place where two policies differ. From is empty where the
// place is new, To where it is gone.
type policyChange struct {
	Path string `json:"path"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// policyChanges compares what two policies say; versions do not count.
func policyChanges(was, is callback.Policy) ([]policyChange, error) {
	is.Schema, is.Team, is.Version = was.Schema, was.Team, was.Version
	before, order, err := policyFacts(was)
	if err != nil {
		return nil, err
	}
	after, later, err := policyFacts(is)
	if err != nil {
		return nil, err
	}
	out := []policyChange{}
	for _, path := range order {
		if before[path] != after[path] {
			out = append(out, policyChange{factPath(path), before[path], after[path]})
		}
	}
	for _, path := range later {
		if _, known := before[path]; !known {
			out = append(out, policyChange{Path: factPath(path), To: after[path]})
		}
	}
	return out, nil
}

// member marks the part of a fact's path that is the fact itself: a member of
// a list of words.
const member = "\x00"

func factPath(path string) string {
	path, _, _ = strings.Cut(path, member)
	return callback.Line(path).String()
}

// policyFacts gives what a policy says, by place, and the places in order.
// Things that have names stand under their names, so that one that moves down
// a list does not differ.
func policyFacts(p callback.Policy) (facts map[string]string, order []string, err error) {
	tree, err := policyTree(formOf(p))
	if err != nil {
		return nil, nil, err
	}
	facts = map[string]string{}
	add := func(path, value string) {
		if _, twice := facts[path]; !twice {
			order = append(order, path)
		}
		facts[path] = value
	}
	walkFacts(tree, "", add)
	return facts, order, nil
}

func walkFacts(n *yaml.Node, path string, add func(path, value string)) {
	switch {
	case n.Kind == yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			walkFacts(n.Content[i+1], strings.TrimPrefix(path+"."+n.Content[i].Value, "."), add)
		}
	case n.Kind == yaml.SequenceNode && n.Style&yaml.FlowStyle != 0:
		var words []string
		for _, x := range n.Content {
			words = append(words, x.Value)
		}
		add(path, strings.Join(words, ", "))
	case n.Kind == yaml.SequenceNode:
		for i, x := range n.Content {
			if x.Kind == yaml.ScalarNode {
				add(path+member+x.Value, x.Value)
				continue
			}
			walkFacts(x, fmt.Sprintf("%s[%s]", path, nameIn(x, i)), add)
		}
	default:
		add(path, n.Value)
	}
}

// nameIn gives the name by which people know a member of a list.
func nameIn(n *yaml.Node, i int) string {
	for _, key := range []string{"name", "id", "code", "region"} {
		if v := valueOf(n, key); v != nil && v.Value != "" {
			return v.Value
		}
	}
	if valueOf(n, "hours") != nil {
		return "other regions"
	}
	return fmt.Sprint(i)
}

// sayChanges lists changes for a person.
func (a *app) sayChanges(changes []policyChange) {
	for _, c := range changes {
		from, to := callback.Line(c.From), callback.Line(c.To)
		switch {
		case c.From == "":
			a.sayf("+ %s: %s", c.Path, to)
		case c.To == "":
			a.sayf("- %s: %s", c.Path, from)
		default:
			a.sayf("~ %s: %s → %s", c.Path, from, to)
		}
	}
}
