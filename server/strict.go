package server

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"ringback/callback"
)

// maxDepth is how deep JSON may be nested; no document of ours needs ten.
const maxDepth = 64

// maxKeys is how many keys one object may have; more are taken for repeated.
const maxKeys = 1000

// strictJSON refuses JSON that different readers would understand differently:
// several values, invalid UTF-8, keys that come twice (Go takes the last one,
// and does not tell capital letters apart), or nesting beyond reason.
func strictJSON(raw []byte) error {
	if !utf8.Valid(raw) {
		return callback.Errorf(callback.CodeInvalid, "the body is not UTF-8")
	}
	// The depth is looked at first: the validator below recurses.
	if deep(raw) {
		return callback.Errorf(callback.CodeInvalid, "the body is nested deeper than %d", maxDepth)
	}
	if !json.Valid(raw) {
		return callback.Errorf(callback.CodeInvalid, "the body is not one JSON value")
	}
	if key, twice := twiceKeyed(raw); twice {
		return callback.Errorf(callback.CodeInvalid, "the key %q stands twice in one object", callback.Line(key).String())
	}
	return nil
}

func deep(raw []byte) bool {
	depth, inText := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inText:
			if c == '\\' {
				i++
			} else if c == '"' {
				inText = false
			}
		case c == '"':
			inText = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// twiceKeyed finds an object with a repeated key in valid JSON.
func twiceKeyed(raw []byte) (string, bool) {
	type level struct {
		object bool
		keys   []string
	}
	var stack []level
	expectKey := false
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{':
			stack = append(stack, level{object: true})
			expectKey = true
		case '[':
			stack = append(stack, level{})
			expectKey = false
		case '}', ']':
			stack = stack[:len(stack)-1]
			expectKey = false
		case ',':
			expectKey = stack[len(stack)-1].object
		case '"':
			end := textEnd(raw, i)
			if expectKey {
				key := keyOf(raw[i:end])
				top := &stack[len(stack)-1]
				if len(top.keys) >= maxKeys || slices.Contains(top.keys, key) {
					return key, true
				}
				top.keys = append(top.keys, key)
				expectKey = false
			}
			i = end - 1
		}
	}
	return "", false
}

// textEnd gives the index after a JSON string's closing quote.
func textEnd(raw []byte, i int) int {
	for i++; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func keyOf(quoted []byte) string {
	var key string
	if err := json.Unmarshal(quoted, &key); err != nil {
		key = string(quoted)
	}
	return strings.ToLower(key)
}
