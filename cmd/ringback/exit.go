package main

import (
	"context"
	"errors"

	"ringback/callback"
	"ringback/cmd/usage"
)

// Exit codes, also in the manual: 0 done; 1 something went wrong; 2 the
// command line or the input is wrong; 3 not signed in or not allowed; 4 the
// server cannot be reached; 5 not found; 6 someone else holds it; 7 the disk
// or a file of the desk needs help.
var exitCodes = map[callback.Code]int{
	callback.CodeInvalid:      2,
	callback.CodeTooLarge:     2,
	callback.CodeUnauthorized: 3,
	callback.CodeForbidden:    3,
	callback.CodeRevoked:      3,
	callback.CodeWipe:         3,
	callback.CodeUnreachable:  4,
	callback.CodeBusy:         4,
	callback.CodeNotFound:     5,
	callback.CodeConflict:     6,
	callback.CodeLocked:       6,
	callback.CodeFull:         7,
	callback.CodeDamaged:      7,
	callback.CodeNewer:        7,
	callback.CodeKey:          7,
}

// exitAs ends the program with the exit code of another, whose failure that one
// has told.
type exitAs int

func (exitAs) Error() string { return errSilent.Error() }

func (exitAs) Is(target error) bool { return target == errSilent }

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if as := exitAs(0); errors.As(err, &as) {
		return int(as)
	}
	if errors.Is(err, context.Canceled) {
		return 130
	}
	var e *callback.Error
	if errors.As(err, &e) {
		if code, ok := exitCodes[e.Code]; ok {
			return code
		}
		return 1
	}
	if usage.Wrong(err) {
		return 2
	}
	return 1
}
