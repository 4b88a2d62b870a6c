package sample

import "strings"

// product is something that Larkspur Cycles sells.
type product struct {
	letter string
	name   string
	// weight is its share of the responses.
	weight float64
}

var products = []product{
	{"c", "Wren city bike", 24},
	{"e", "Heron e-bike", 27},
	{"x", "Ox cargo bike", 10},
	{"k", "Sparrow kids' bike", 9},
	{"w", "Workshop", 17},
	{"p", "Ride plan", 7},
	{"a", "Parts & clothing", 6},
}

// productLetters are the letters by which the word files name products.
const productLetters = "cexkwpa"

// productOf chooses a product among some letters, or any.
func productOf(d dice, letters string) string {
	weights := make([]float64, len(products))
	for i, p := range products {
		if letters == "" || strings.Contains(letters, p.letter) {
			weights[i] = p.weight
		}
	}
	return products[d.weighted(weights...)].name
}
