package callback

import (
	"regexp"
	"strings"
	"sync"
)

// Blank is something that a trainer leaves open in the words of a guide, in
// square brackets, and that the desk knows when the call is made.
type Blank string

// The blanks that a desk fills. What else stands in brackets is the agent's to
// say.
const (
	BlankAgent    Blank = "agent"
	BlankCompany  Blank = "company"
	BlankCustomer Blank = "customer"
)

// blankNames are how trainers write the blanks, by what stands in the brackets.
var blankNames = map[string]Blank{
	"your name": BlankAgent, "agent": BlankAgent, "имя": BlankAgent, "ваше имя": BlankAgent,
	"company": BlankCompany, "название": BlankCompany, "компания": BlankCompany,
	"customer": BlankCustomer, "customer's name": BlankCustomer, "клиент": BlankCustomer, "имя клиента": BlankCustomer,
}

// blankForm finds what stands in brackets on one line. Compiled when first
// asked for, since every start of the desk would pay.
var blankForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[[^\[\]\n]{1,40}\]`) })

// FillBlanks puts values into the words of a guide. A blank for which fill
// gives nothing stays as it is written: the agent reads what belongs there.
func FillBlanks(words string, fill func(Blank) string) string {
	return blankForm().ReplaceAllStringFunc(words, func(found string) string {
		blank, ok := blankNames[strings.ToLower(strings.TrimSpace(strings.Trim(found, "[]")))]
		if !ok {
			return found
		}
		if value := fill(blank); value != "" {
			return value
		}
		return found
	})
}
