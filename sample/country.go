package sample

// country is where customers live, and what that means for their names,
// language, clock and the sort of number they are given. Fiction keeps numbers
// free only in the US, Canada, Britain and Australia; people elsewhere get one
// of those and a zone of their own on record.
type country struct {
	code string
	// north and south are its weights among the customers of the two teams.
	north, south float64
	zones        []string
	// langs are languages and how likely each is, in percent; what is left is
	// English.
	langs map[string]int
	// lines name the phone pools that its people are given numbers of.
	lines []line
}

var countries = []country{
	{code: "GB", north: 26, zones: []string{"Europe/London"}, lines: britain},
	{code: "IE", north: 5, zones: []string{"Europe/Dublin"}, lines: britain},
	{code: "US", north: 14, south: 27, lines: america},
	{code: "CA", north: 4, south: 5, lines: canada},
	{code: "AU", south: 36, lines: australia},
	{code: "NZ", south: 10, zones: []string{"Pacific/Auckland"}, lines: australia},
	{code: "DE", north: 11, zones: []string{"Europe/Berlin"}, langs: map[string]int{"de": 82}, lines: anywhere},
	{code: "FR", north: 7, zones: []string{"Europe/Paris"}, langs: map[string]int{"fr": 85}, lines: anywhere},
	{
		code: "ES", north: 8, zones: []string{"Europe/Madrid", "Europe/Madrid", "Europe/Madrid", "Atlantic/Canary"},
		langs: map[string]int{"es": 88}, lines: anywhere,
	},
	{code: "MX", north: 2, south: 1, zones: []string{"America/Mexico_City"}, langs: map[string]int{"es": 85}, lines: anywhere},
	{code: "AR", north: 2, zones: []string{"America/Argentina/Buenos_Aires"}, langs: map[string]int{"es": 90}, lines: anywhere},
	{code: "PT", north: 2, zones: []string{"Europe/Lisbon"}, langs: map[string]int{"pt": 75}, lines: anywhere},
	{code: "BR", north: 3, zones: []string{"America/Sao_Paulo"}, langs: map[string]int{"pt": 90}, lines: anywhere},
	{code: "PL", north: 4, zones: []string{"Europe/Warsaw"}, langs: map[string]int{"pl": 75}, lines: anywhere},
	{code: "UA", north: 4, zones: []string{"Europe/Kyiv"}, langs: map[string]int{"uk": 85, "ru": 5}, lines: anywhere},
	{code: "KZ", north: 4, zones: []string{"Asia/Almaty"}, langs: map[string]int{"ru": 92}, lines: anywhere},
	{code: "LV", north: 3, zones: []string{"Europe/Riga"}, langs: map[string]int{"ru": 70}, lines: anywhere},
	{code: "TR", north: 1.5, zones: []string{"Europe/Istanbul"}, langs: map[string]int{"tr": 80}, lines: anywhere},
	{code: "IL", north: 1, zones: []string{"Asia/Jerusalem"}, langs: map[string]int{"he": 65}, lines: anywhere},
	{code: "AE", north: 1, zones: []string{"Asia/Dubai"}, langs: map[string]int{"ar": 60}, lines: anywhere},
	{code: "JP", north: .5, south: 3.5, zones: []string{"Asia/Tokyo"}, langs: map[string]int{"ja": 85}, lines: anywhere},
	{code: "TW", north: .3, south: 2.5, zones: []string{"Asia/Taipei"}, langs: map[string]int{"zh": 80}, lines: anywhere},
	{code: "SG", south: 4, zones: []string{"Asia/Singapore"}, langs: map[string]int{"zh": 10}, lines: anywhere},
	{code: "IN", north: .5, south: 5, zones: []string{"Asia/Kolkata"}, lines: anywhere},
	{code: "PH", south: 3, zones: []string{"Asia/Manila"}, lines: anywhere},
}
