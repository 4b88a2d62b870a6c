package intake

import (
	"strings"
	"sync"
)

// months maps names and abbreviations to 1–12.
var months = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for _, line := range []string{
		"january february march april may june july august september october november december",
		"jan feb mar apr may jun jul aug sep oct nov dec",
		"januar februar märz april mai juni juli august september oktober november dezember",
		"jan feb mär apr mai jun jul aug sept okt nov dez",
		"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"janv févr mars avr mai juin juil août sept oct nov déc",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ene feb mar abr may jun jul ago sept oct nov dic",
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"янв фев мар апр май июн июл авг сен окт ноя дек",
		"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
		"янв февр мар апр мая июн июл авг сент окт нояб дек",
	} {
		for i, name := range strings.Fields(line) {
			m[name] = i + 1
		}
	}
	return m
})

var weekdays = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, line := range []string{
		"monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
		"montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so",
		"lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim",
		"lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom",
		"понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс",
	} {
		for _, name := range strings.Fields(line) {
			m[name] = true
		}
	}
	return m
})
