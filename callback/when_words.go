package callback

import (
	"strconv"
	"strings"
	"unicode"
)

// whenIs is what a word does in a time that a person typed.
type whenIs int

const (
	whenSkip    whenIs = iota // of no meaning: "the", "uhr"
	whenDay                   // n days from today
	whenWeekday               // n is a time.Weekday
	whenMonth                 // n is a time.Month
	whenUnit                  // n minutes
	whenNumber                // n halves: "an", "полтора"
	whenPart                  // a part of the day, see the parts below
	whenClock                 // n is a minute of the day
	whenNext                  // "next"
	whenAt                    // what follows is a time of day
	whenAhead                 // what follows is a length of time
)

// Parts of a day that say which half an hour belongs to.
const (
	partAM = iota
	partPM
	partMorning
	partEvening // afternoon or evening
	partNight
)

const (
	minutesAnHour = 60
	minutesADay   = 24 * 60
	minutesAWeek  = 7 * minutesADay
)

type whenWord struct {
	is whenIs
	n  int
}

// whenWords are the words of a time in English, Russian, Spanish and German.
var whenWords = func() map[string]whenWord {
	words := map[string]whenWord{}
	add := func(is whenIs, n int, list string) {
		for _, w := range strings.Fields(list) {
			words[w] = whenWord{is, n}
		}
	}
	add(whenSkip, 0, "t the on st nd rd th o clock oclock uhr hs of de del la las los el por den dem im der this coming этот эту это этой этом на")
	add(whenAt, 0, "at @ by um gegen a в во к")
	add(whenAhead, 0, "in after через спустя en dentro")
	add(whenNext, 0, "next nächsten nächste nächster nächstes naechsten следующий следующую следующее следующей следующая след próximo próxima proximo proxima")
	add(whenDay, 0, "today сегодня heute hoy")
	add(whenDay, 1, "tomorrow tmrw tmr tom завтра morgen mañana manana")
	add(whenDay, 2, "послезавтра übermorgen uebermorgen")
	add(whenNumber, 1, "half halbe halben halb media пол")
	add(whenNumber, 2, "a an one один одну одна ein eine einem einer un una uno")
	add(whenNumber, 3, "полтора полторы anderthalb")
	add(whenNumber, 4, "two два две zwei dos")
	add(whenNumber, 6, "three три drei tres")
	add(whenUnit, 1, "m min mins minute minutes мин минут минуту минуты minuten minuto minutos")
	add(whenUnit, 30, "полчаса")
	add(whenUnit, minutesAnHour, "h hr hrs hour hours ч час часа часов std stunde stunden hora horas")
	add(whenUnit, minutesADay, "d day days день дня дней сутки tag tage tagen día días dia dias")
	add(whenUnit, minutesAWeek, "w wk week weeks нед неделю недели недель неделе woche wochen semana semanas")
	add(whenPart, partAM, "am a.m")
	add(whenPart, partPM, "pm p.m")
	add(whenPart, partMorning, "morning утра утром früh frueh vormittag madrugada")
	add(whenPart, partEvening, "afternoon evening вечера вечером днем nachmittag abend abends tarde")
	add(whenPart, partNight, "night ночи ночью nacht nachts noche")
	add(whenClock, 12*minutesAnHour, "noon midday полдень mittag mittags mediodía mediodia")
	addDays(add)
	return words
}()

func addDays(add func(is whenIs, n int, list string)) {
	for day, list := range []string{
		"sun sunday вс воскресенье воскресенья so sonntag dom domingo",
		"mon monday пн пон понедельник понедельника mo montag lun lunes",
		"tue tues tuesday вт вторник вторника di dienstag martes",
		"wed weds wednesday ср среда среду среды mi mittwoch mié mie miércoles miercoles",
		"thu thur thurs thursday чт четверг четверга do donnerstag jue jueves",
		"fri friday пт пятница пятницу пятницы fr freitag vie viernes",
		"sat saturday сб суббота субботу субботы sa samstag sonnabend sáb sab sábado sabado",
	} {
		add(whenWeekday, day, list)
	}
	for i, list := range []string{
		"jan january янв января январь januar enero ene",
		"feb february фев февраля февраль februar febrero",
		"mar march мар марта март märz maerz marzo",
		"apr april апр апреля апрель abril abr",
		"may мая май mai mayo",
		"jun june июн июня июнь juni junio",
		"jul july июл июля июль juli julio",
		"aug august авг августа август agosto ago",
		"sep sept september сен сент сентября сентябрь septiembre",
		"oct october окт октября октябрь okt oktober octubre",
		"nov november ноя нояб ноября ноябрь noviembre",
		"dec december дек декабря декабрь dez dezember diciembre dic",
	} {
		add(whenMonth, i+1, list)
	}
}

// whenToken is a run of letters, or a run of digits with the signs that stand
// inside numbers.
type whenToken struct {
	text   string
	digits bool
}

// whenTokens cuts a time as typed into runs: "24nov, 10am" is 24, nov, 10, am.
func whenTokens(text string) []whenToken {
	var out []whenToken
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		j := i + 1
		switch {
		case isDigit(r):
			for j < len(runes) && (isDigit(runes[j]) || insideNumber(runes, j)) {
				j++
			}
			out = append(out, whenToken{string(runes[i:j]), true})
		case r == '@':
			out = append(out, whenToken{"@", false})
		case unicode.IsLetter(r):
			for j < len(runes) && (unicode.IsLetter(runes[j]) || unicode.Is(unicode.M, runes[j]) || dottedHalf(runes, j)) {
				j++
			}
			out = append(out, whenToken{string(runes[i:j]), false})
		}
		i = j
	}
	return out
}

// insideNumber tells whether the sign at i belongs to the number before it. A
// last dot does: "24.11." is a date.
func insideNumber(runes []rune, i int) bool {
	next := i+1 < len(runes) && isDigit(runes[i+1])
	switch runes[i] {
	case ':', '/', '-', ',':
		return next
	case '.':
		return true
	}
	return false
}

// dottedHalf tells whether the dot at i is that of "a.m" or "p.m".
func dottedHalf(runes []rune, i int) bool {
	return runes[i] == '.' && i > 0 && (runes[i-1] == 'a' || runes[i-1] == 'p') && i+1 < len(runes) && runes[i+1] == 'm'
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// numbers splits a run of digits at a sign; ok is false unless every part is a
// number of one to four digits.
func numbers(s, sign string) (parts []int, ok bool) {
	for _, p := range strings.Split(s, sign) {
		n, err := strconv.Atoi(p)
		if err != nil || len(p) > 4 || n < 0 {
			return nil, false
		}
		parts = append(parts, n)
	}
	return parts, true
}
