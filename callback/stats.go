package callback

import "math"

// Rate is a share with its denominator always in sight and a 95 % interval.
type Rate struct {
	K int `json:"k"`
	N int `json:"n"`
	// P is K/N, Low and High the interval; all 0–1, and 0 when N is 0.
	P    float64 `json:"p"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// z95 is the 97.5 % point of the normal distribution.
const z95 = 1.959963984540054

// RateOf computes a rate with its Wilson score interval (Wilson, 1927), which
// holds for small n and near 0 and 1, where the textbook interval does not.
func RateOf(k, n int) Rate {
	if n <= 0 {
		return Rate{K: k}
	}
	p, nn := float64(k)/float64(n), float64(n)
	centre := (p + z95*z95/(2*nn)) / (1 + z95*z95/nn)
	half := z95 / (1 + z95*z95/nn) * math.Sqrt(p*(1-p)/nn+z95*z95/(4*nn*nn))
	return Rate{K: k, N: n, P: p, Low: max(0, centre-half), High: min(1, centre+half)}
}

// Net is a Net Promoter Score or a difference of two, in points −100…100 (−200…200
// for a difference), with a 95 % interval.
type Net struct {
	N     int     `json:"n"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// NPSOf computes a Net Promoter Score from counts: 100·(Pr−D)/n, with the
// standard error 100·√((p+d−(p−d)²)/n) (Rocks, 2016).
func NPSOf(promoters, detractors, n int) Net {
	return netOf(promoters-detractors, promoters+detractors, n, 100)
}

// netOf computes the mean of n values from their sum and the sum of their
// squares, in points, cut to ±limit.
func netOf(sum, squares, n int, limit float64) Net {
	if n <= 0 {
		return Net{}
	}
	mean := float64(sum) / float64(n)
	variance := max(0, float64(squares)/float64(n)-mean*mean)
	half := z95 * 100 * math.Sqrt(variance/float64(n))
	return Net{N: n, Value: 100 * mean, Low: max(-limit, 100*mean-half), High: min(limit, 100*mean+half)}
}
