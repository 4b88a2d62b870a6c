package callback

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"regexp"
	"time"
)

// ErasedText stands where a text must stand that was erased.
const ErasedText = "[erased]"

// DocErased is the document that tells of an erased case; its id is the case's.
// A desk that meets it destroys what it holds of the case, journal and drafts
// included. It stays in the feed, so that a snapshot tells it too.
const DocErased DocType = "erased"

// Erased is the body of a DocErased.
type Erased struct {
	At time.Time `json:"at"`
}

// Stub gives an event without what it says of a person: the envelope, ids,
// codes, numbers and times stay, so that it folds to the same figures; every
// text is gone. Fields that have to say something say ErasedText; the tag erase
// of a field tells what else may stay:
//
//	say    something must stand there
//	id     the id of a thing or of a colleague; one that is no plain id is hashed
//	word   a word of the policy's lists, or a region; anything longer is erased
//	zone   a time zone by its IANA name, which decides when a call is allowed
//	number a telephone number, which only StubAs lets another name stand for
//
// Whatever has no tag is erased, in kinds of events to come too. Of a kind that
// this build does not know nothing is left.
func (e Event) Stub() Event { return e.StubAs(nil) }

// StubAs is Stub for a whole history: which number was called decides what
// comes next, so other gives each one a name that leads nowhere, the same for
// the same number. CaseErased takes those away as well.
func (e Event) StubAs(other func(number string) string) Event {
	spec, known := e.Kind.Spec()
	if !known {
		e.Payload = json.RawMessage("{}")
		return e
	}
	p := spec.New()
	if json.Unmarshal(e.Payload, p) != nil {
		p = spec.New()
	}
	e.Payload = json.RawMessage("{}")
	eraser{other}.value(reflect.ValueOf(p).Elem(), "")
	if raw, err := json.Marshal(p); err == nil {
		e.Payload = raw
	}
	return e
}

var (
	timeType = reflect.TypeFor[time.Time]()
	// plainID is what ids look like that ringback makes.
	plainID = regexp.MustCompile(`^[0-9A-Za-z._:-]{1,64}$`)
	// plainWord is what codes and the words of lists look like.
	plainWord = regexp.MustCompile(`^[\p{L}0-9_/-]{1,24}$`)
	// plainZone is what the names of IANA time zones look like.
	plainZone = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+/-]{1,39}$`)
)

// erasedID keeps an id. One that could be a text becomes its hash, so that
// what refers to it still does.
func erasedID(id string) string {
	if id == "" || plainID.MatchString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "x" + hex.EncodeToString(sum[:10])
}

func erasedCode(code string) string {
	if plainWord.MatchString(code) {
		return code
	}
	return ""
}

// eraser takes the texts out of a value.
type eraser struct{ other func(string) string }

func (x eraser) value(v reflect.Value, tag string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(x.text(v, tag))
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Type() != timeType {
			x.value(v.Elem(), tag)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return
		}
		for i := range v.NumField() {
			x.value(v.Field(i), v.Type().Field(i).Tag.Get("erase"))
		}
	case reflect.Slice:
		x.slice(v, tag)
	case reflect.Map, reflect.Interface:
		v.SetZero()
	}
}

// slice keeps the elements that still say something.
func (x eraser) slice(v reflect.Value, tag string) {
	switch v.Type().Elem().Kind() {
	case reflect.Struct, reflect.Pointer, reflect.String:
	default:
		v.SetZero()
		return
	}
	left := false
	for i := range v.Len() {
		x.value(v.Index(i), tag)
		left = left || !v.Index(i).IsZero()
	}
	if !left {
		v.SetZero()
	}
}

func (x eraser) text(v reflect.Value, tag string) string {
	text := v.String()
	switch {
	case text == "":
		return ""
	case v.Type() != reflect.TypeFor[string]():
		return erasedCode(text) // a type of its own holds codes
	case tag == "id":
		return erasedID(text)
	case tag == "word" && plainWord.MatchString(text), tag == "zone" && plainZone.MatchString(text):
		return text
	case tag == "number" && x.other != nil:
		return x.other(text)
	case tag == "word", tag == "say":
		return ErasedText
	}
	return ""
}
