package privacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
	"ringback/proof/rig"
)

func TestMain(m *testing.M) { rig.Main(m, nil) }

// marks are a customer's data as they go in: each must be found at the desk
// that may show it, and nowhere else.
var marks = map[string]string{
	"name": "Zyxwine Quorfeld", "comment": "the blorptastic invoice was wrong", "number": "2015550142", "mail": "quorfeld@flimsydomain.example",
	"account": "Vexillum Grommets", "note": "promised her a snorkelberry", "story": "the wobblethwaite was mended",
}

// house is a server and the desks at it, as processes, with all that they say.
type house struct {
	t      *testing.T
	server *rig.Process
	dir    string
	mu     sync.Mutex
	// said is what all programs wrote to standard error, args and environs what
	// the list of processes showed of them.
	said, args, environs bytes.Buffer
	secrets              map[string]string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), secrets: map[string]string{}}
	h.server = rig.NewServer(t, "sqlite:"+filepath.Join(h.dir, "server", "server.db"))
	h.server.MustStart(t)
	h.secrets["the administrator's token"] = h.server.Admin
	h.watch(h.server.PID())
	return h
}

// watch notes what the list of processes shows of one.
func (h *house) watch(pid int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for file, into := range map[string]*bytes.Buffer{"cmdline": &h.args, "environ": &h.environs} {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
		if err == nil {
			into.Write(bytes.ReplaceAll(raw, []byte{0}, []byte{'\n'}))
		}
	}
}

// command is the desk's program for one person.
func (h *house) command(who string, args ...string) *exec.Cmd {
	cmd := exec.Command(rig.Program(h.t, rig.Desk), args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "RINGBACK_DATA=" + h.desk(who), "RINGBACK_KEYRING=off", "TZ=UTC"}
	return cmd
}

func (h *house) desk(who string) string { return filepath.Join(h.dir, "desk-of-"+who) }

// run runs a command to its end while the list of processes is read, and gives
// what it printed.
func (h *house) run(who, in string, args ...string) string {
	h.t.Helper()
	cmd := h.command(who, args...)
	cmd.Stdin = strings.NewReader(in)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	ended := make(chan error, 1)
	h.watch(cmd.Process.Pid)
	go func() { ended <- cmd.Wait() }()
	err := <-ended
	h.said.Write(errs.Bytes())
	if err != nil {
		h.t.Fatalf("ringback %s: %v %s", strings.Join(args, " "), err, errs.Bytes())
	}
	return out.String()
}

// work lets the house do what it does all day, with marked data.
func (h *house) work() {
	h.t.Helper()
	h.run("sue", h.server.Admin, "login", h.server.URL)
	var anna callback.UserToken
	if err := json.Unmarshal([]byte(h.run("sue", "", "user", "add", "Anna", "--id", "anna", "--json")), &anna); err != nil {
		h.t.Fatal(err)
	}
	h.secrets["the agent's token"] = anna.Token
	file := filepath.Join(h.dir, "answers.csv")
	at := time.Now().UTC().AddDate(0, 0, -2).Format("2006-01-02 15:04")
	rows := "id,answered at,score,comment,name,phone,email,company\n" +
		fmt.Sprintf("S1,%s,1,%s,%s,+1 %s,%s,%s\n", at, marks["comment"], marks["name"], marks["number"], marks["mail"], marks["account"])
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.run("sue", "", "import", file, "--yes", "--json")
	if err := os.Remove(file); err != nil {
		h.t.Fatal(err)
	}
	h.run("anna", anna.Token, "login", h.server.URL, "--token-file", "-")
	h.run("anna", "", "sync")
	id := h.onlyCase("anna")
	h.atTheScreen("anna")
	h.run("sue", "", "sync")
	h.run("sue", "", "record", id, "--disposition", "NA")
	h.run("sue", "", "sync")
	h.refuse(anna.Token)
}

// onlyCase gives the one case of the queue, which shows its customer to the
// agent.
func (h *house) onlyCase(who string) string {
	h.t.Helper()
	out := h.run(who, "", "queue", "--json")
	var q struct {
		Cases []struct {
			ID string `json:"id"`
		} `json:"cases"`
	}
	if err := json.Unmarshal([]byte(out), &q); err != nil || len(q.Cases) != 1 {
		h.t.Fatalf("the queue: %v %s", err, out)
	}
	if !strings.Contains(out, marks["name"]) || !strings.Contains(out, marks["number"]) {
		h.t.Fatalf("the agent does not see the customer, so that finding nothing would prove nothing: %s", out)
	}
	return q.Cases[0].ID
}

// atTheScreen writes a note in the full-screen desk, and lets it be seen by the
// list of processes meanwhile.
func (h *house) atTheScreen(who string) {
	h.t.Helper()
	cmd := h.command(who)
	s := rig.NewScreen(h.t, cmd)
	s.See(0, "Quorfeld")
	h.watch(cmd.Process.Pid)
	s.Type("n")
	s.See(0, "Note on")
	s.Type(marks["note"] + " and " + marks["story"] + "\r")
	s.Settle()
	s.Type("q")
	s.Ended()
	h.run(who, "", "sync")
}

// refuse has the server refuse things that hold marked data, which is when
// programs like to log.
func (h *house) refuse(token string) {
	h.t.Helper()
	for _, args := range [][]string{
		{"show", marks["name"]},
		{"record", marks["name"], "--disposition", "NA"},
		{"login", h.server.URL, "--token-file", "/nowhere/x"},
		{"user", "pair", "BCDF-GHJK", "--user", "anna"},
		{"user", "add", "X"},
	} {
		cmd := h.command("anna", args...)
		_ = cmd.Run() // it is to fail; the words on the person's own terminal are theirs
	}
	for path, body := range map[string]string{
		"/v1/cases/" + marks["number"]:             "",
		"/v1/comments?contains=" + marks["number"]: "",
		"/v1/events":    `{"stream":"` + marks["name"] + `"}`,
		"/v1/responses": `{"rows":[{"comment":"` + marks["comment"] + `"`,
		"/v1/suppressions?x=" + marks["mail"] + "&y=" + token: `{}`,
	} {
		h.ask(path, body, token)
	}
}

// ask sends a request that is to fail.
func (h *house) ask(path, body, token string) {
	h.t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = resp.Body.Close()
}

// found tells which of the marks and secrets a text holds.
func (h *house) found(text []byte, secretsToo bool) (what []string) {
	for name, mark := range marks {
		if bytes.Contains(text, []byte(mark)) {
			what = append(what, "the customer's "+name)
		}
	}
	for name, secret := range h.secrets {
		if secretsToo && bytes.Contains(text, []byte(secret)) {
			what = append(what, name)
		}
	}
	slices.Sort(what)
	return what
}

// files gives every file below a folder.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A customer's data is at the server and before the agent, and nowhere else:
// not in logs, arguments, environments, names of files, keys of buckets, or
// outside a desk's seals. Tokens are where they are kept, and nowhere else.
func TestNoTraces(t *testing.T) {
	h := newHouse(t)
	h.work()
	h.server.Stop()
	h.said.WriteString(h.server.Said())

	for name, text := range map[string][]byte{"a log": h.said.Bytes(), "the arguments of a process": h.args.Bytes(), "the environment of a process": h.environs.Bytes()} {
		if what := h.found(text, true); len(what) > 0 {
			t.Errorf("%s shows %v", name, what)
		}
	}
	if _, err := os.Stat("/proc/self/cmdline"); err == nil && !bytes.Contains(h.args.Bytes(), []byte("login")) {
		t.Error("the list of processes was not read, so that finding nothing proves nothing")
	}
	desks, keys := 0, 0
	for _, path := range files(t, h.dir) {
		if what := h.found([]byte(path), true); len(what) > 0 {
			t.Errorf("the name of %s shows %v", path, what)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		server := strings.HasPrefix(path, filepath.Join(h.dir, "server"))
		what := h.found(text, !strings.HasSuffix(path, ".secret"))
		if server {
			what = slices.DeleteFunc(what, func(s string) bool { return strings.HasPrefix(s, "the customer's") })
		}
		if len(what) > 0 {
			t.Errorf("%s holds %v", path, what)
		}
		if strings.HasSuffix(path, ".db") && !server {
			desks++
			keys += h.keys(path)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
	if desks < 4 || keys < 20 {
		t.Errorf("only %d databases with %d keys were read", desks, keys)
	}
	h.control()
	rig.Figure(t, "%d marks and %d tokens, in %d databases with %d keys, %d bytes of arguments and %d of logs: none found",
		len(marks), len(h.secrets), desks, keys, h.args.Len(), h.said.Len())
}

// keys reads the names of buckets and keys of a desk's database.
func (h *house) keys(path string) (n int) {
	h.t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, _ []byte) error {
				n++
				if what := h.found(append(slices.Clone(name), k...), true); len(what) > 0 {
					h.t.Errorf("a key of %s in %s shows %v", name, path, what)
				}
				return nil
			})
		})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// control shows that the search is not blind: the server's own database holds
// the marks.
func (h *house) control() {
	h.t.Helper()
	var all []byte
	for _, path := range files(h.t, filepath.Join(h.dir, "server")) {
		text, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, text...)
	}
	for name, mark := range marks {
		if !bytes.Contains(all, []byte(mark)) {
			h.t.Errorf("the customer's %s never reached the server, so that not finding it elsewhere proves nothing", name)
		}
	}
}
