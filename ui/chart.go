package ui

import (
	"math"
	"strings"

	"ringback/callback"
)

// This file draws figures with the block characters that every terminal font
// has. All take and give plain characters; colours are the caller's.

// eighths fill a cell from the left, by eighths.
var eighths = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// fillBar draws a share of w cells, exactly w wide.
func fillBar(share float64, w int) (full, rest string) {
	if w <= 0 {
		return "", ""
	}
	n := int(math.Round(min(1, max(0, share)) * float64(w) * 8))
	full = strings.Repeat("█", n/8) + eighths[n%8]
	return full, strings.Repeat("░", w-(n+7)/8)
}

// whisker draws an interval and its middle on an axis from 0 to 1, exactly w
// wide.
func whisker(low, at, high float64, w int) string {
	if w <= 0 {
		return ""
	}
	axis := []rune(strings.Repeat("·", w))
	cell := func(v float64) int { return clamp(int(math.Round(v*float64(w-1))), 0, w-1) }
	a, m, b := cell(low), cell(at), cell(high)
	for i := a; i <= b; i++ {
		axis[i] = '─'
	}
	if a < m {
		axis[a] = '├'
	}
	if b > m {
		axis[b] = '┤'
	}
	axis[m] = '●'
	return string(axis)
}

// sparks are the heights of a sparkline, lowest first.
var sparks = []rune("▁▂▃▄▅▆▇█")

// spark draws values from 0 to top as one line, a cell each; a negative value
// is a gap.
func spark(values []float64, top float64) string {
	out := make([]rune, len(values))
	for i, v := range values {
		switch {
		case v < 0:
			out[i] = ' '
		case top <= 0:
			out[i] = sparks[0]
		default:
			out[i] = sparks[clamp(int(v/top*float64(len(sparks)-1)+0.5), 0, len(sparks)-1)]
		}
	}
	return string(out)
}

// percent says a share, or that there is none.
func percent(r callback.Rate) callback.Text {
	if r.N == 0 {
		return say("–")
	}
	return say("%.0f %%", 100*r.P)
}

// between says an interval in per cent.
func between(r callback.Rate) callback.Text {
	if r.N == 0 {
		return callback.Text{}
	}
	return say("%.0f–%.0f", 100*r.Low, 100*r.High)
}

// points says a Net Promoter Score with its sign.
func points(v float64) string {
	if math.Round(v) == 0 {
		return "0"
	}
	return strings.Replace(say("%+.0f", math.Round(v)).String(), "-", "−", 1)
}
