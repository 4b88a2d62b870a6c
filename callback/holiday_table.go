package callback

import (
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// calendarTable gives the lists behind a calendar's name: ISO 3166-1 alpha-2
// for a country, with the part's code of ISO 3166-2 for a part of one. A date
// is a holiday of a calendar if it stands on all of its lists: where the
// library keeps lists for parts only, the country's holidays are those that
// all parts share.
func calendarTable() map[string][][]*cal.Holiday {
	t := map[string][][]*cal.Holiday{
		"ar": {ar.Holidays}, "at": {at.Holidays}, "be": {be.Holidays}, "bg": {bg.Holidays}, "br": {br.Holidays},
		"ca": {ca.Holidays}, "cz": {cz.Holidays}, "de": {de.Holidays}, "dk": {danish()}, "es": {es.Holidays},
		"fr": {fr.Holidays}, "gb": {gb.Holidays}, "gr": {gr.Holidays}, "hr": {hr.Holidays}, "ie": {ie.Holidays},
		"it": {it.Holidays}, "jp": {jp.Holidays}, "lt": {lt.Holidays}, "lv": {lv.Holidays}, "mw": {mw.Holidays},
		"nc": {nc.Holidays}, "nl": {nl.Holidays}, "no": {no.Holidays}, "nz": {nz.Holidays}, "pl": {polish()},
		"ro": {ro.Holidays}, "ru": {ru.Holidays}, "se": {se.Holidays}, "si": {si.Holidays}, "sk": {sk.Holidays},
		"ua": {ua.Holidays}, "us": {us.Holidays}, "za": {za.Holidays},
	}
	for country, parts := range map[string]map[string][]*cal.Holiday{"au": australia(), "ch": switzerland(), "de": germany()} {
		whole := t[country] == nil
		for part, list := range parts {
			t[country+"-"+part] = [][]*cal.Holiday{list}
			if whole {
				t[country] = append(t[country], list)
			}
		}
	}
	return t
}

func australia() map[string][]*cal.Holiday {
	return map[string][]*cal.Holiday{
		"act": au.HolidaysACT, "nsw": au.HolidaysNSW, "nt": au.HolidaysNT, "qld": au.HolidaysQLD,
		"sa": au.HolidaysSA, "tas": au.HolidaysTAS, "vic": au.HolidaysVIC, "wa": au.HolidaysWA,
	}
}

func germany() map[string][]*cal.Holiday {
	return map[string][]*cal.Holiday{
		"bw": de.HolidaysBW, "by": de.HolidaysBY, "be": de.HolidaysBE, "bb": de.HolidaysBB, "hb": de.HolidaysHB, "hh": de.HolidaysHH,
		"he": de.HolidaysHE, "mv": de.HolidaysMV, "ni": de.HolidaysNI, "nw": de.HolidaysNW, "rp": de.HolidaysRP, "sl": de.HolidaysSL,
		"sn": de.HolidaysSN, "st": de.HolidaysST, "sh": de.HolidaysSH, "th": de.HolidaysTH,
	}
}

func switzerland() map[string][]*cal.Holiday {
	return map[string][]*cal.Holiday{
		"zh": ch.HolidaysZH, "be": ch.HolidaysBE, "lu": ch.HolidaysLU, "ur": ch.HolidaysUR, "sz": ch.HolidaysSZ, "ow": ch.HolidaysOW,
		"nw": ch.HolidaysNW, "gl": ch.HolidaysGL, "zg": ch.HolidaysZG, "fr": ch.HolidaysFR, "so": ch.HolidaysSO, "bs": ch.HolidaysBS,
		"bl": ch.HolidaysBL, "sh": ch.HolidaysSH, "ar": ch.HolidaysAR, "ai": ch.HolidaysAI, "sg": ch.HolidaysSG, "gr": ch.HolidaysGR,
		"ag": ch.HolidaysAG, "tg": ch.HolidaysTG, "vd": ch.HolidaysVD, "ti": ch.HolidaysTI, "vs": ch.HolidaysVS, "ne": ch.HolidaysNE,
		"ge": ch.HolidaysGE, "ju": ch.HolidaysJU,
	}
}

// danish is the library's list, in which Great Prayer Day ends with 2023 (Lov
// nr. 214 of 6 March 2023).
func danish() []*cal.Holiday {
	out := make([]*cal.Holiday, len(dk.Holidays))
	for i, h := range dk.Holidays {
		if out[i] = h; h == dk.StoreBededag {
			out[i] = h.Clone(&cal.Holiday{EndYear: 2023})
		}
	}
	return out
}

// polish is the library's list and Christmas Eve, which is a holiday since
// 2025 (Act of 6 December 2024 on public holidays).
func polish() []*cal.Holiday {
	eve := &cal.Holiday{Name: "Wigilia Bożego Narodzenia", Type: cal.ObservancePublic, Month: 12, Day: 24, StartYear: 2025, Func: cal.CalcDayOfMonth}
	return append(append([]*cal.Holiday(nil), pl.Holidays...), eve)
}
