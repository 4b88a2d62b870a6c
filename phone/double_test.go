package phone_test

import (
	"bufio"
	"context"
	"crypto/md5"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ringback/callback"
	"ringback/phone"
)

// asterisk stands in for a telephone system. It speaks the manager protocol as
// a real one was seen to speak it: banner, challenge, login, and the events of
// a call in their order. Its parser is its own.
type asterisk struct {
	t      testing.TB
	banner string
	user   string
	secret string
	// challenge is what it challenges with; "" stands for one that refuses to.
	challenge string
	// originate answers an Originate: what to say, line by line of a story.
	originate func(a action) []string
	// hangup answers a Hangup; nil means that the channel is hung up.
	hangup func(a action) []string
	// values are the answers to Getvar; one that is not here is denied.
	values map[string]string
	// may are the commands that the user may give.
	may []string
	// write sends a piece; nil sends it at once.
	write func(conn net.Conn, piece string) error
	// mute names an action that is never answered.
	mute string
	// cut is how many bytes are sent before the connection breaks; 0 is all.
	cut int

	mu     sync.Mutex
	raw    strings.Builder
	heard  []action
	conns  int
	sent   int
	served sync.WaitGroup
	// over ends all pauses.
	over chan struct{}
}

// action is a request as it came in.
type action map[string]string

const (
	banner  = "Asterisk Call Manager/9.0.0\r\n"
	secret  = "correct horse battery"
	ourExt  = "+12015550123"
	ourChan = "PJSIP/anna-0000002a"
)

// newAsterisk makes a telephone system on which everything goes well.
func newAsterisk(t testing.TB) *asterisk {
	return &asterisk{
		t: t, banner: banner, user: "ringback", secret: secret, challenge: "421376512", over: make(chan struct{}),
		may:       []string{"Originate", "Hangup", "Getvar", "ListCommands", "Logoff"},
		values:    map[string]string{"DEVICE_STATE(PJSIP/anna)": "NOT_INUSE", "DIALPLAN_EXISTS(from-internal,+12015550123,1)": "1"},
		originate: func(a action) []string { return story(a, "4", "ANSWER", "16") },
	}
}

// connect is the way to it without a network.
func (s *asterisk) connect(context.Context, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	s.served.Add(1)
	go s.serve(theirs)
	return ours, nil
}

// settings are those of a desk that is set up for it.
func (s *asterisk) settings() phone.Settings {
	n := 0
	var mu sync.Mutex
	return phone.Settings{
		With: phone.Asterisk,
		NewID: func() string {
			mu.Lock()
			defer mu.Unlock()
			n++
			return "id-" + strconv.Itoa(n)
		},
		AMI: phone.AMI{
			Addr: "127.0.0.1", User: "ringback", Channel: "PJSIP/anna", Connect: s.connect,
			Secret: func() (string, error) { return secret, nil },
		},
	}
}

// dial calls the customer through it, once.
func (s *asterisk) dial(ctx context.Context, set phone.Settings) (callback.DialResult, error) {
	s.t.Helper()
	p, err := phone.New(set)
	if err != nil {
		s.t.Fatalf("set up the phone: %v", err)
	}
	defer close(s.over)
	return p.Dial(ctx, customer)
}

var customer = callback.Phone{E164: "+12015550123", Region: "US"}

func (s *asterisk) serve(conn net.Conn) {
	defer s.served.Done()
	defer func() { _ = conn.Close() }()
	s.mu.Lock()
	s.conns++
	s.mu.Unlock()
	if !s.say(conn, s.banner) {
		return
	}
	r := bufio.NewReader(conn)
	in := false
	for {
		a, ok := s.hear(r)
		if !ok {
			return
		}
		if a["Action"] == s.mute {
			continue
		}
		pieces, stay := s.answer(a, &in)
		for _, piece := range pieces {
			if !s.say(conn, piece) {
				return
			}
		}
		if !stay {
			return
		}
	}
}

// pause stands in a story for time that passes.
func pause(d time.Duration) string { return "pause " + d.String() }

func (s *asterisk) say(conn net.Conn, piece string) bool {
	if rest, ok := strings.CutPrefix(piece, "pause "); ok {
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.t.Errorf("story: %v", err)
		}
		select {
		case <-time.After(d):
			return true
		case <-s.over:
			return false
		}
	}
	s.mu.Lock()
	if s.cut > 0 && s.sent+len(piece) > s.cut {
		piece = piece[:s.cut-s.sent]
		defer func() { _ = conn.Close() }()
	}
	s.sent += len(piece)
	more := s.cut == 0 || s.sent < s.cut
	s.mu.Unlock()
	write := s.write
	if write == nil {
		write = func(conn net.Conn, piece string) error { _, err := conn.Write([]byte(piece)); return err }
	}
	return write(conn, piece) == nil && more
}

// hear reads one action, as Asterisk does: a line feed ends a line.
func (s *asterisk) hear(r *bufio.Reader) (action, bool) {
	a := action{}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, false
		}
		s.mu.Lock()
		s.raw.WriteString(line)
		s.mu.Unlock()
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		key, value, _ := strings.Cut(line, ": ")
		if _, twice := a[key]; twice {
			s.t.Errorf("%s came twice in %v", key, a)
		}
		a[key] = value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, a)
	return a, true
}

// answer gives what to say to an action, and whether to stay on the line.
func (s *asterisk) answer(a action, in *bool) ([]string, bool) {
	switch {
	case a["Action"] == "Challenge":
		if s.challenge == "" {
			return []string{refuse(a, "Must specify AuthType")}, true
		}
		return []string{message("Response: Success", id(a), "Challenge: "+s.challenge)}, true
	case a["Action"] == "Login":
		sum := fmt.Sprintf("%x", md5.Sum([]byte(s.challenge+s.secret)))
		if a["Username"] != s.user || a["Key"] != sum && (s.challenge != "" || a["Secret"] != s.secret) {
			return []string{refuse(a, "Authentication failed")}, false
		}
		*in = true
		return []string{accept(a, "Authentication accepted")}, true
	case a["Action"] == "Logoff":
		return []string{message("Response: Goodbye", id(a), "Message: Thanks for all the fish.")}, false
	case !*in:
		return []string{refuse(a, "Permission denied")}, true
	}
	if !s.allowed(a["Action"]) {
		return []string{refuse(a, "Permission denied")}, true
	}
	switch a["Action"] {
	case "Originate":
		return s.originate(a), true
	case "Hangup":
		if s.hangup != nil {
			return s.hangup(a), true
		}
		return []string{accept(a, "Channel Hungup")}, true
	case "Getvar":
		return []string{message("Response: Success", id(a), "Variable: "+a["Variable"], "Value: "+s.values[a["Variable"]])}, true
	case "ListCommands":
		lines := []string{"Response: Success", id(a)}
		for _, name := range s.may {
			lines = append(lines, name+": What it does. (Priv: call,all)")
		}
		return []string{message(lines...)}, true
	}
	return []string{refuse(a, "Invalid/unknown command: "+a["Action"]+". Use Action: ListCommands to show available commands.")}, true
}

func (s *asterisk) allowed(name string) bool {
	for _, m := range s.may {
		if m == name {
			return true
		}
	}
	return false
}

// actions gives what came in, by name.
func (s *asterisk) actions(name string) (out []action) {
	s.served.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.heard {
		if a["Action"] == name {
			out = append(out, a)
		}
	}
	return out
}

// bytes gives what came in as it came in.
func (s *asterisk) bytes() string {
	s.served.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// message makes one of its lines.
func message(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		if l != "" {
			b.WriteString(l + "\r\n")
		}
	}
	return b.String() + "\r\n"
}

func id(a action) string {
	if a["ActionID"] == "" {
		return ""
	}
	return "ActionID: " + a["ActionID"]
}

func accept(a action, text string) string {
	return message("Response: Success", id(a), "Message: "+text)
}

func refuse(a action, text string) string {
	return message("Response: Error", id(a), "Message: "+text)
}

func queued(a action) string { return accept(a, "Originate successfully queued") }

// The events of a call, with the fields that a server of version 22 sends.
func newChannel(a action) string {
	return message("Event: Newchannel", "Privilege: call,all", "Channel: "+ourChan, "ChannelState: 0", "Uniqueid: "+a["ChannelId"], "Linkedid: "+a["ChannelId"])
}

// ringing is our own phone's ring: nobody calls it but the system.
func ringing(a action) string {
	return message("Event: DialBegin", "Privilege: call,all", "DestChannel: "+ourChan, "DestUniqueid: "+a["ChannelId"], "DialString: anna")
}

func rung(a action, status string) string {
	return message("Event: DialEnd", "Privilege: call,all", "DestChannel: "+ourChan, "DestUniqueid: "+a["ChannelId"], "DialStatus: "+status)
}

func outcome(a action, reason string) string {
	response, unique := "Failure", "<unknown>"
	if reason == "4" {
		response, unique = "Success", a["ChannelId"]
	}
	return message("Event: OriginateResponse", "Privilege: call,all", id(a), "Response: "+response, "Channel: "+a["Channel"],
		"Context: "+a["Context"], "Exten: "+a["Exten"], "Reason: "+reason, "Uniqueid: "+unique, "CallerIDNum: <unknown>")
}

func dialBegin(a action, peer string) string {
	return message("Event: DialBegin", "Privilege: call,all", "Channel: "+ourChan, "Uniqueid: "+a["ChannelId"], "DestChannel: PJSIP/trunk-"+peer, "DestUniqueid: "+peer)
}

func dialEnd(a action, peer, status string) string {
	return message("Event: DialEnd", "Privilege: call,all", "Channel: "+ourChan, "Uniqueid: "+a["ChannelId"], "DestChannel: PJSIP/trunk-"+peer, "DestUniqueid: "+peer, "DialStatus: "+status)
}

func hungUp(unique, cause string) string {
	return message("Event: Hangup", "Privilege: call,all", "Channel: "+ourChan, "Uniqueid: "+unique, "Cause: "+cause, "Cause-txt: Unknown")
}

// story is a whole call: our phone ends with a reason, then the customer's leg
// with a status and a cause.
func story(a action, reason, status, cause string) []string {
	out := []string{queued(a), newChannel(a), ringing(a)}
	if reason != "4" {
		return append(out, rung(a, "CANCEL"), hungUp(a["ChannelId"], cause), outcome(a, reason))
	}
	out = append(out, rung(a, "ANSWER"), outcome(a, reason), dialBegin(a, "peer-1"))
	if status == "ANSWER" {
		return append(out, dialEnd(a, "peer-1", status))
	}
	return append(out, hungUp("peer-1", cause), dialEnd(a, "peer-1", status), hungUp(a["ChannelId"], cause))
}

// bystanders are events of other people's calls, some of which look like ours.
func bystanders(a action) string {
	other := action{"ActionID": "not-" + a["ActionID"], "ChannelId": "not-" + a["ChannelId"], "Channel": "PJSIP/bob"}
	return newChannel(other) + outcome(other, "5") + dialBegin(other, "peer-1") + dialEnd(other, "peer-9", "BUSY") + hungUp("not-ours", "17") +
		message("Event: FullyBooted", "Privilege: system,all", "Status: Fully Booted") + message("Event: VarSet", "Variable: x", "Value: Response: Success") +
		message("Response: Success", "ActionID: somebody-else", "Message: Originate successfully queued")
}
