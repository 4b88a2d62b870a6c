package main

import (
	"errors"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	tests := map[string]struct {
		in     string
		want   string
		absent string
		err    error
	}{
		"a passing test is silent, its package is not": {
			in: `{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}
`,
			want:   "ok  \tp\t0.1s\n1 passed, 0 failed, 0 skipped\n",
			absent: "chatter",
		},
		"a failing test says all it said": {
			in: `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: got 1, want 2\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`,
			want:   "    a_test.go:3: got 1, want 2\n--- FAIL: TestA (0.00s)\nFAIL\tp\t0.1s\n0 passed, 1 failed, 0 skipped\n",
			absent: "=== RUN",
		},
		"a test that never ended is shown when its package fails": {
			in: `{"Action":"output","Package":"p","Test":"TestA","Output":"panic: test timed out\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t600s\n"}
{"Action":"fail","Package":"p"}
`,
			want: "panic: test timed out\nFAIL\tp\t600s\n0 passed, 1 failed, 0 skipped\n",
		},
		"a package that does not build has failed": {
			in: `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: undefined: x\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}
`,
			want: "p.go:1: undefined: x\nFAIL\tp [build failed]\n0 passed, 1 failed, 0 skipped\n",
		},
		"a skipped test is named with its reason, subtests too": {
			in: `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:9: needs tmux\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- SKIP: TestA (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"skip","Package":"p","Test":"TestB/windows"}
{"Action":"pass","Package":"p","Test":"TestB"}
`,
			want: "--- SKIP: p TestA: a_test.go:9: needs tmux\n--- SKIP: p TestB/windows\n1 passed, 0 failed, 1 skipped\n",
		},
		"the go command's own words pass through": {
			in:   "go: cannot find main module\n",
			want: "go: cannot find main module\n0 passed, 0 failed, 0 skipped\n",
			err:  errNoTests,
		},
		"a run of skips only is no run": {
			in:   `{"Action":"skip","Package":"p","Test":"TestA"}`,
			want: "--- SKIP: p TestA\n0 passed, 0 failed, 1 skipped\n",
			err:  errNoTests,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := report(strings.NewReader(test.in), &out); !errors.Is(err, test.err) {
				t.Fatalf("report: error %v, want %v", err, test.err)
			}
			if out.String() != test.want {
				t.Errorf("printed\n%s\nwant\n%s", out.String(), test.want)
			}
			if test.absent != "" && strings.Contains(out.String(), test.absent) {
				t.Errorf("printed %q, which nobody needs to read", test.absent)
			}
		})
	}
}
