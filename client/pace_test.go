package client

import (
	"context"
	"fmt"
	"testing"

	"ringback/callback"
)

func TestPacer(t *testing.T) {
	late := callback.Errorf(callback.CodeUnreachable, "too late: %w", context.DeadlineExceeded)
	other := callback.Errorf(callback.CodeUnreachable, "gone: %w", fmt.Errorf("reset"))
	var p pacer
	steps := []struct {
		n    int
		err  error
		want int
	}{
		{100, late, 50},
		{50, late, 25},
		{25, other, 25},
		{3, nil, 25},
		{25, nil, 25},
		{25, nil, 25},
		{25, nil, 25},
		{25, nil, 50},
		{50, nil, 50},
		{50, nil, 50},
		{50, nil, 50},
		{50, nil, 100},
		{100, nil, 100},
		{100, late, 50},
		{1, late, 1},
		{1, late, 1},
		{1, nil, 1},
		{1, nil, 1},
		{1, nil, 1},
		{1, nil, 2},
	}
	for i, step := range steps {
		p.note(step.n, 100, step.err)
		if got := p.of(100); got != step.want {
			t.Errorf("step %d: %d, not %d", i+1, got, step.want)
		}
	}
}
