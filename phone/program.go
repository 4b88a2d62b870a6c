package phone

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"

	"ringback/callback"
)

// Desktop names the program that opens addresses on a system, or nothing when
// there is no desktop to open them on: xdg-open starts nothing without a
// display, as over SSH. env looks up the environment, look the PATH.
func Desktop(goos string, env func(string) string, look func(string) (string, error)) []string {
	switch goos {
	case "darwin":
		return []string{"open"}
	case "windows":
		// Not cmd /c start, which reads & and ^ in an address once more.
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	if env("DISPLAY") == "" && env("WAYLAND_DISPLAY") == "" {
		return nil
	}
	path, err := look("xdg-open")
	if err != nil {
		return nil
	}
	return []string{path}
}

// startPatience is how long a dialling program may take to show that it fails
// at once. One that still runs then is taken to have started the call.
const startPatience = 700 * time.Millisecond

// start runs a dialling program, which outlives the call to it and the desk.
func start(ctx context.Context, argv []string, number string) error {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), argv[0], argv[1:]...)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return failed(err, "%s did not start: %w", callback.Line(argv[0]), err).
			WithHint("check it with: ringback doctor dial; the number is %s", number)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	patience := time.NewTimer(startPatience)
	defer patience.Stop()
	select {
	case err := <-done:
		if err != nil {
			return failed(err, "%s %s", callback.Line(filepath.Base(argv[0])), ended(argv[0], err)).
				WithHint("check it with: ringback doctor dial; the number is %s", number)
		}
	case <-patience.C:
	}
	return nil
}

func failed(cause error, format string, args ...any) *callback.Error {
	e := wrong(format, args...)
	e.Err = cause
	return e
}

// ended says why a program failed. Exit codes 3 and 4 of xdg-open are in its
// manual: a tool is missing, or the action failed.
func ended(program string, err error) string {
	var exit *exec.ExitError
	if filepath.Base(program) == "xdg-open" && errors.As(err, &exit) && (exit.ExitCode() == 3 || exit.ExitCode() == 4) {
		return "found no program that opens such addresses"
	}
	return "ended with: " + err.Error()
}
