package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"ringback/callback"
)

// maxPolicyBytes bounds a policy's YAML.
const maxPolicyBytes = 256 << 10

// policyNotes stand above the sections of a policy's YAML.
var policyNotes = map[string]string{
	"version":             "The version that this text replaces when it is applied.",
	"zone":                "The team's own time zone: days of the board are counted in it.",
	"company":             "What agents call the company on the phone: it fills [company] in the guides.",
	"requests":            "Whether asking for a call always opens a case.",
	"stages":              "Which scores open cases. A score can have one active stage.",
	"deadlines":           "first and close count business hours after the answer, wall all hours.",
	"windows":             "When customers may be phoned, by their own clock. The one without a region\nis for all other regions. These are settings, not legal advice.",
	"legal":               "Outside these hours nobody is phoned, even if they asked for it.",
	"retry":               "How long to wait after a disposition, and how often to try.",
	"bands":               "Parts of the customer's day between which attempts rotate.",
	"callbacks":           "Agreed callbacks: when to remind, and when anyone may take one that is late.",
	"ageing":              "What keeps a case open beyond max_age_days, and how long after its own time.",
	"cool_off":            "For how long a customer is left in peace: another answer opens no case, unless they ask\nfor a call or its stage is spared, and no survey should be sent.",
	"leases":              "How long the right to phone a customer lasts.",
	"floor":               "How long a supervisor has for an escalated case, how late a promise goes to one, and\nhow many people may share a number before a supervisor looks at it.",
	"weights":             "The factors of the serving order.",
	"routing":             "For whom a case is: must keeps others from it for a while, prefer serves it to them\nearlier. What nobody on the team speaks or can do is asked of nobody.",
	"signals":             "Words in a comment that make a call more urgent.",
	"wordings":            "The fixed question for the score, one to a language.",
	"causes":              "Root causes that agents choose from.",
	"goals":               "What the team set itself: so many percent of first attempts within this time.",
	"custom_dispositions": "The team's own codes for standard dispositions.",
}

// lazy compiles an expression when it is first used: most runs of the program
// read no policy.
func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// policyYAML writes a policy for people.
func policyYAML(p callback.Policy) (string, error) {
	tree, err := policyTree(formOf(p))
	if err != nil {
		return "", err
	}
	for i := 0; i < len(tree.Content); i += 2 {
		tree.Content[i].HeadComment = policyNotes[tree.Content[i].Value]
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(tree); err != nil {
		return "", fmt.Errorf("write policy: %w", err)
	}
	if err := enc.Close(); err != nil {
		return "", fmt.Errorf("write policy: %w", err)
	}
	return out.String(), nil
}

// policyTree gives a policy's YAML as a tree. It is made in flow style and then
// unfolded: of texts with line breaks the library would otherwise make blocks,
// and of those that begin with a space it makes ones that nobody can read.
func policyTree(f policyForm) (*yaml.Node, error) {
	tree := &yaml.Node{}
	err := tree.Encode(struct {
		Policy policyForm `yaml:"policy,flow"`
	}{f})
	if err != nil {
		return nil, fmt.Errorf("write policy: %w", err)
	}
	whole := tree.Content[1]
	unfold(whole, "")
	return whole, nil
}

// short lists the lists that stay on one line.
var short = map[string]bool{
	"backoff": true, "days": true, "rotate": true, "unspaced": true, "spare": true, "monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true,
	"saturday": true, "sunday": true,
}

func unfold(n *yaml.Node, key string) {
	switch {
	case n.Kind == yaml.SequenceNode && short[key]:
		return
	case n.Kind != yaml.ScalarNode:
		n.Style &^= yaml.FlowStyle
	case !strings.Contains(n.Value, "\n"):
		n.Style = 0 // quoted where it must be
	}
	for i, c := range n.Content {
		name := ""
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			name = n.Content[i-1].Value
		}
		unfold(c, name)
	}
}

// policyFlaw is one thing that is wrong with a policy's YAML.
type policyFlaw struct {
	Line int    `json:"line"`
	Path string `json:"path,omitempty"`
	What string `json:"what"`
}

// readPolicyYAML reads a policy and lists everything that is wrong with it, by
// line; without flaws it may be applied.
func readPolicyYAML(text string) (callback.Policy, []policyFlaw) {
	if len(text) > maxPolicyBytes {
		return callback.Policy{}, []policyFlaw{{Line: 1, What: fmt.Sprintf("the policy is over %d KiB", maxPolicyBytes>>10)}}
	}
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	var form policyForm
	if err := dec.Decode(&form); err != nil {
		return callback.Policy{}, yamlFlaws(err)
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return callback.Policy{}, []policyFlaw{{Line: 1, What: "the file holds more than one document"}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return callback.Policy{}, yamlFlaws(err)
	}
	want, err := policyTree(form)
	if err != nil {
		return callback.Policy{}, []policyFlaw{{Line: 1, What: err.Error()}}
	}
	p, have := form.policy(), doc.Content[0]
	var flaws []policyFlaw
	absent := map[string]bool{}
	missing(want, have, "", func(line int, path string) {
		absent[path] = true
		flaws = append(flaws, policyFlaw{line, path, "this is missing"})
	})
	if p.Version < 1 && !absent["version"] {
		flaws = append(flaws, policyFlaw{lineOf(have, "version"), "version", "there is no such version; it is the one that this text replaces"})
	}
	for _, problem := range p.Problems() {
		if !within(problem.Path, absent) {
			flaws = append(flaws, policyFlaw{lineOf(have, problem.Path), formPath(problem.Path), problem.What})
		}
	}
	slices.SortStableFunc(flaws, func(a, b policyFlaw) int { return a.Line - b.Line })
	return p, flaws
}

// missing finds the fields of a whole policy that a text leaves out: what is
// not said would be taken for 0, and for no limit.
func missing(want, have *yaml.Node, path string, found func(line int, path string)) {
	for have.Kind == yaml.AliasNode {
		have = have.Alias
	}
	switch {
	case want.Kind == yaml.MappingNode && have.Kind == yaml.MappingNode:
		for i := 0; i < len(want.Content); i += 2 {
			key := want.Content[i].Value
			where := strings.TrimPrefix(path+"."+key, ".")
			switch v := valueOf(have, key); {
			case v == nil:
				found(have.Line, where)
			default:
				missing(want.Content[i+1], v, where, found)
			}
		}
	case want.Kind == yaml.MappingNode:
		found(have.Line, path)
	case want.Kind == yaml.SequenceNode && have.Kind == yaml.SequenceNode:
		for i := range min(len(want.Content), len(have.Content)) {
			missing(want.Content[i], have.Content[i], fmt.Sprintf("%s[%d]", path, i), found)
		}
	case want.Kind == yaml.ScalarNode && have.Tag == "!!null":
		found(have.Line, path)
	}
}

// valueOf finds a key's value. Keys that came by a merge are not found, so
// that a policy says in each place what holds there.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, key) {
			return n.Content[i+1]
		}
	}
	return nil
}

// within tells whether a place lies in one that is missing altogether.
func within(path string, absent map[string]bool) bool {
	path = formPath(path)
	for a := range absent {
		if path == a || strings.HasPrefix(path, a+".") || strings.HasPrefix(path, a+"[") {
			return true
		}
	}
	return false
}

// formPath turns a place in a policy's JSON into one in its YAML.
func formPath(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		parts[i] = strings.TrimSuffix(part, "_min")
	}
	return strings.Join(parts, ".")
}

var pathStep = lazy(`[^.\[\]]+`)

// lineOf finds the line of a place, or of what encloses it.
func lineOf(n *yaml.Node, path string) int {
	line := n.Line
	for _, step := range pathStep().FindAllString(formPath(path), -1) {
		for n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		switch n.Kind {
		case yaml.MappingNode:
			n = valueOf(n, step)
		case yaml.SequenceNode:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(n.Content) {
				return line
			}
			n = n.Content[i]
		default:
			return line
		}
		if n == nil {
			return line
		}
		line = n.Line
	}
	return line
}

// What the YAML library says, and what a person should read instead.
var (
	yamlLine    = lazy(`line (\d+): `)
	yamlUnknown = lazy(`^field (.*) not found in type .*$`)
	yamlType    = lazy("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (.*)$")
	yamlTwice   = lazy(`^mapping key (".*") already defined at line (\d+)$`)
)

// yamlFlaws turns the library's errors into ours.
func yamlFlaws(err error) []policyFlaw {
	if errors.Is(err, io.EOF) {
		return []policyFlaw{{Line: 1, What: "the file is empty"}}
	}
	list := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	var typed *yaml.TypeError
	if errors.As(err, &typed) {
		list = typed.Errors
	}
	var out []policyFlaw
	for _, text := range list {
		line := 1
		if m := yamlLine().FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1]) // digits
			text = strings.Replace(text, m[0], "", 1)
		}
		if m := yamlUnknown().FindStringSubmatch(text); m != nil {
			text = fmt.Sprintf("there is no field %q here", callback.Line(m[1]))
		} else if m := yamlType().FindStringSubmatch(text); m != nil {
			text = typeWords(m[2], m[3])
		} else if m := yamlTwice().FindStringSubmatch(text); m != nil {
			text = fmt.Sprintf("the field %s stands in line %s already", m[1], m[2])
		}
		out = append(out, policyFlaw{Line: line, What: callback.Line(text).String()})
	}
	slices.SortStableFunc(out, func(a, b policyFlaw) int { return a.Line - b.Line })
	return out
}

// typeWords says what should stand where something else does.
func typeWords(value, goType string) string {
	want := "a group of fields"
	switch {
	case goType == "int":
		want = "a whole number"
	case goType == "float64":
		want = "a number"
	case goType == "bool":
		want = "true or false"
	case goType == "string" || goType == "callback.Disposition":
		want = "text"
	case strings.HasPrefix(goType, "[]"):
		want = "a list"
	}
	if value == "" {
		return "this is not " + want
	}
	return fmt.Sprintf("%q is not %s", callback.Line(value), want)
}
