package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
	"go.etcd.io/bbolt"
	"golang.org/x/text/encoding/charmap"
)

type storyCommand = func(ts *testscript.TestScript, neg bool, args []string)

// storyCommands are the words of the stories beside the programs themselves.
var storyCommands = map[string]storyCommand{
	"server":   serverWord,
	"exits":    exitsWord,
	"json":     jsonWord,
	"take":     takeWord,
	"fetch":    fetchWord,
	"samejson": samejsonWord,
	"anytime":  anytimeWord,
	"dates":    datesWord,
	"encode":   encodeWord,
	"unescape": unescapeWord,
	"harmless": harmlessWord,
	"hold":     holdWord,
	"layout":   layoutWord,
	"demo":     demoWord,
	"person":   personWord,

	"grepfiles": grepfilesWord,
	"pairing":   pairingWord,
	"write":     writeWord,
	"files":     filesWord,
}

// serverKey finds the story's server.
type serverKeyType struct{}

var serverKey serverKeyType

func storyServer(ts *testscript.TestScript) *serverProcess {
	return ts.Value(serverKey).(*serverProcess)
}

// serverWord: server start [FLAGS…]|stop|kill. The first start sets $RINGBACK_URL and
// $ADMIN, the administrator's token; later starts keep the port and the data.
func serverWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: server start [FLAGS…]|stop|kill")
	}
	s := storyServer(ts)
	switch args[0] {
	case "start":
		ts.Check(s.start(args[1:]...))
		ts.Setenv("RINGBACK_URL", s.url)
		ts.Setenv("ADMIN", s.admin)
	case "stop":
		s.stop()
	case "kill":
		s.kill()
	default:
		ts.Fatalf("server %s: start, stop or kill", args[0])
	}
}

// exitsWord: exits CODE PROGRAM ARGS… checks the exact exit code.
func exitsWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

// grepfilesWord: [!] grepfiles PATTERN FILE… looks for a pattern in the bytes of
// files; one that does not exist holds nothing.
func grepfilesWord(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] grepfiles PATTERN FILE…")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	var hits []string
	for _, name := range args[1:] {
		raw, err := os.ReadFile(ts.MkAbs(name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			ts.Check(err)
		}
		if m := pattern.Find(raw); m != nil {
			hits = append(hits, fmt.Sprintf("%s holds %q", filepath.Base(name), m))
		}
	}
	if (len(hits) > 0) == neg {
		ts.Fatalf("grepfiles %s: %v", args[0], hits)
	}
}

// jsonWord: json FILE PATH VALUE [PATH VALUE]… compares values of a JSON file.
// A path is .name[0].name; .len() at its end counts.
func jsonWord(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: [!] json FILE PATH VALUE [PATH VALUE]…")
	}
	doc := readJSON(ts, args[0])
	for i := 1; i < len(args); i += 2 {
		v, err := pick(doc, args[i])
		if err != nil {
			ts.Fatalf("%s: %v", args[0], err)
		}
		if got := asWord(v); (got == args[i+1]) == neg {
			ts.Fatalf("%s%s is %s, want %s%s", args[0], args[i], got, map[bool]string{true: "anything but "}[neg], args[i+1])
		}
	}
}

// takeWord: take NAME FILE PATH keeps a value of a JSON file in $NAME.
func takeWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: take NAME FILE PATH")
	}
	v, err := pick(readJSON(ts, args[1]), args[2])
	ts.Check(err)
	if v == nil || asWord(v) == "" {
		ts.Fatalf("%s has nothing at %s", args[1], args[2])
	}
	ts.Setenv(args[0], asWord(v))
}

// samejsonWord: samejson FILE FILE PATH… compares parts of two JSON files.
func samejsonWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: samejson FILE FILE PATH…")
	}
	a, b := readJSON(ts, args[0]), readJSON(ts, args[1])
	for _, path := range args[2:] {
		x, errX := pick(a, path)
		y, errY := pick(b, path)
		ts.Check(errors.Join(errX, errY))
		if !reflect.DeepEqual(x, y) {
			ts.Fatalf("%s differs:\n%s: %s\n%s: %s", path, args[0], asWord(x), args[1], asWord(y))
		}
	}
}

func readJSON(ts *testscript.TestScript, file string) any {
	var v any
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile(file)))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		ts.Fatalf("%s is not JSON: %v\n%s", file, err, ts.ReadFile(file))
	}
	if dec.More() {
		ts.Fatalf("%s holds more than one value", file)
	}
	return v
}

var step = regexp.MustCompile(`^(?:\.(len\(\))$|\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\])`)

// pick walks a path through a decoded JSON value.
func pick(v any, path string) (any, error) {
	for rest := path; rest != "" && rest != "."; {
		m := step.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("path %s is not understood from %s", path, rest)
		}
		rest = rest[len(m[0]):]
		switch x := v.(type) {
		case map[string]any:
			if m[1] != "" {
				return json.Number(strconv.Itoa(len(x))), nil
			}
			v = x[m[2]]
		case []any:
			if m[1] != "" {
				return json.Number(strconv.Itoa(len(x))), nil
			}
			i, err := strconv.Atoi(m[3])
			if err != nil || i >= len(x) {
				return nil, fmt.Errorf("path %s: there are %d values at %s", path, len(x), m[0])
			}
			v = x[i]
		case nil:
			return nil, nil
		default:
			return nil, fmt.Errorf("path %s: nothing lies below %s", path, asWord(v))
		}
	}
	return v, nil
}

func asWord(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	raw, _ := json.Marshal(v)
	return string(raw)
}

// fetchWord: [!] fetch METHOD PATH [FILE] asks the server as $RINGBACK_TOKEN;
// the body goes to stdout, the status to stderr. It fails from status 400 on.
func fetchWord(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: [!] fetch METHOD PATH [FILE]")
	}
	var body []byte
	if len(args) == 3 {
		body = []byte(ts.ReadFile(args[2]))
	}
	status, reply, err := ask(args[0], ts.Getenv("RINGBACK_URL")+args[1], ts.Getenv("RINGBACK_TOKEN"), body)
	ts.Check(err)
	_, _ = ts.Stdout().Write(reply)
	fmt.Fprintf(ts.Stderr(), "%d %s\n", status, http.StatusText(status))
	if (status >= 400) != neg {
		ts.Fatalf("%s %s: %d %s", args[0], args[1], status, reply)
	}
}

func ask(method, url, token string, body []byte) (int, []byte, error) {
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(resp.Body)
	return resp.StatusCode, reply, err
}

// anytimeWord lets the team call at any hour of any day, so that a story does
// not depend on when it is run.
func anytimeWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: anytime")
	}
	ts.Check(callAnytime(ts.Getenv("RINGBACK_URL"), ts.Getenv("ADMIN")))
}

// callAnytime opens the calling hours of the administrator's team.
func callAnytime(url, token string) error {
	status, raw, err := ask(http.MethodGet, url+"/v1/policy", token, nil)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("read the policy: %d %s %w", status, raw, err)
	}
	var policy map[string]any
	if err := json.Unmarshal(raw, &policy); err != nil {
		return err
	}
	day := map[string]int{"from": 0, "to": 24 * 60}
	week := [7][]any{}
	for i := range week {
		week[i] = []any{day}
	}
	policy["legal"] = day
	policy["windows"] = []any{map[string]any{"hours": week, "source": "test"}}
	if raw, err = json.Marshal(policy); err != nil {
		return err
	}
	status, raw, err = ask(http.MethodPut, url+"/v1/policy", token, raw)
	if err != nil || status >= 300 {
		return fmt.Errorf("set the policy: %d %s %w", status, raw, err)
	}
	return nil
}

var dayMark = regexp.MustCompile(`@(\d+)d@`)

// datesWord: dates FILE… puts a date so many days ago for each @Nd@, so that
// the customers of a story answered lately.
func datesWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: dates FILE…")
	}
	for _, f := range args {
		text := dayMark.ReplaceAllStringFunc(ts.ReadFile(f), func(m string) string {
			n, _ := strconv.Atoi(strings.Trim(m, "@d"))
			return time.Now().UTC().AddDate(0, 0, -n).Format(time.DateOnly)
		})
		ts.Check(os.WriteFile(ts.MkAbs(f), []byte(text), 0o600))
	}
}

// encodeWord: encode ENCODING FILE… rewrites UTF-8 files in another encoding.
func encodeWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: encode windows-1251|utf-16 FILE…")
	}
	for _, f := range args[1:] {
		text := ts.ReadFile(f)
		var out []byte
		switch args[0] {
		case "windows-1251":
			var err error
			out, err = charmap.Windows1251.NewEncoder().Bytes([]byte(text))
			ts.Check(err)
		case "utf-16":
			out = []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(text)) {
				out = append(out, byte(u), byte(u>>8))
			}
		default:
			ts.Fatalf("encoding %s is not known", args[0])
		}
		ts.Check(os.WriteFile(ts.MkAbs(f), out, 0o600))
	}
}

// unescapeWord: unescape FILE… puts the bytes for \xNN and \uNNNN, which a
// story cannot hold as they are.
func unescapeWord(ts *testscript.TestScript, neg bool, args []string) {
	mark := regexp.MustCompile(`\\x[0-9a-f]{2}|\\u[0-9a-f]{4}`)
	for _, f := range args {
		text := mark.ReplaceAllStringFunc(ts.ReadFile(f), func(m string) string {
			n, _ := strconv.ParseUint(m[2:], 16, 32)
			if m[1] == 'x' {
				return string([]byte{byte(n)})
			}
			return string(rune(n))
		})
		ts.Check(os.WriteFile(ts.MkAbs(f), []byte(text), 0o600))
	}
}

// harmlessWord: harmless FILE… fails if a file holds anything that could drive
// a terminal or turn the words around it: controls but line feed and tab,
// format characters, invalid UTF-8.
func harmlessWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: harmless FILE…")
	}
	for _, f := range args {
		text := ts.ReadFile(f)
		if text == "" {
			ts.Fatalf("%s is empty, which proves nothing", f)
		}
		for i, r := range text {
			if r == '\n' || r == '\t' {
				continue
			}
			if r == unicode.ReplacementChar && !strings.HasPrefix(text[i:], "\uFFFD") || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co) {
				ts.Fatalf("%s holds %U at byte %d: %q", f, r, i, text[max(0, i-30):min(len(text), i+30)])
			}
		}
	}
}

// layoutWord: layout N FILE puts N in the place of the number of a desk file's
// layout.
func layoutWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: layout N FILE")
	}
	n, err := strconv.ParseUint(args[0], 10, 16)
	ts.Check(err)
	db := openOne(ts, args[1])
	ts.Check(db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), binary.BigEndian.AppendUint16(nil, uint16(n)))
	}))
	ts.Check(db.Close())
}

// openOne opens the one database that a pattern names.
func openOne(ts *testscript.TestScript, pattern string) *bbolt.DB {
	found, err := filepath.Glob(ts.MkAbs(pattern))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%s names %d files", pattern, len(found))
	}
	db, err := bbolt.Open(found[0], 0o600, &bbolt.Options{Timeout: time.Second})
	ts.Check(err)
	return db
}

// holdWord: hold FILE keeps a database of a desk open until the story ends, as
// another ringback would.
func holdWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold FILE")
	}
	db := openOne(ts, args[0])
	ts.Defer(func() { _ = db.Close() })
}
