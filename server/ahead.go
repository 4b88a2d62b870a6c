package server

import "iter"

// aheadBy is how many results are made before they are asked for.
const aheadBy = 64

// ahead gives what do makes of each value, in their order, and works on the
// next ones while the last are used: one writer keeps only one processor busy.
func ahead[T, R any](list []T, do func(T) R) iter.Seq2[int, R] {
	return func(yield func(int, R) bool) {
		results, enough := make(chan R, aheadBy), make(chan struct{})
		defer close(enough)
		go func() {
			defer close(results)
			for _, v := range list {
				select {
				case results <- do(v):
				case <-enough:
					return
				}
			}
		}()
		n := 0
		for r := range results {
			if !yield(n, r) {
				return
			}
			n++
		}
	}
}
