package phone_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringback/callback"
	"ringback/phone"
)

// TestMain lets this binary play the dialling program: it writes its arguments
// down and ends, fails, or stays until it is told to go.
func TestMain(m *testing.M) {
	role := os.Getenv("PHONE_TEST_ROLE")
	if role == "" {
		os.Exit(m.Run())
	}
	args, err := json.Marshal(os.Args)
	if err == nil {
		err = os.WriteFile(os.Getenv("PHONE_TEST_FILE"), args, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(9)
	}
	var code int
	if _, err := fmt.Sscanf(role, "exit %d", &code); err == nil {
		os.Exit(code)
	}
	_, _ = os.ReadFile(os.Getenv("PHONE_TEST_GO")) // a pipe: blocks until someone writes
	os.Exit(0)
}

// program sets this binary up to play the dialling program, and gives its path
// under a name, and what it was started with.
func program(t *testing.T, name, role string) (path string, args func() []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path = filepath.Join(dir, name)
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PHONE_TEST_ROLE", role)
	t.Setenv("PHONE_TEST_FILE", filepath.Join(dir, "args"))
	return path, func() []string {
		raw, err := os.ReadFile(filepath.Join(dir, "args"))
		if err != nil {
			return nil
		}
		var out []string
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
		return out[1:]
	}
}

func TestProgramGetsTheNumberAsArguments(t *testing.T) {
	number := callback.Phone{E164: "+1 (201) 555-0123\n;id", Ext: "7a7"}
	for _, c := range []struct {
		name string
		set  phone.Settings
		want []string
		how  string
	}{
		{"tel", phone.Settings{}, []string{"tel:+12015550123;ext=77"}, "opened"},
		{"sip", phone.Settings{SIPHost: "pbx.example.org:5070"}, []string{"sip:+12015550123@pbx.example.org:5070;user=phone"}, "opened"},
		{"sips", phone.Settings{With: phone.SIP, SIPHost: "sips:pbx"}, []string{"sips:+12015550123@pbx;user=phone"}, "opened"},
		{"tel although there is a host", phone.Settings{With: phone.Tel, SIPHost: "pbx"}, []string{"tel:+12015550123;ext=77"}, "opened"},
		{
			"command",
			phone.Settings{SIPHost: "pbx", Command: []string{"", "--to={number}", "{digits} {tel}", "-e", "/dial {sip}", "$(id) `id` ; | &"}},
			[]string{"--to=+12015550123", "12015550123 tel:+12015550123;ext=77", "-e", "/dial sip:+12015550123@pbx;user=phone", "$(id) `id` ; | &"},
			"command",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, args := program(t, "softphone", "exit 0")
			if len(c.set.Command) > 0 {
				c.set.Command[0] = path
			}
			c.set.Opener = []string{path}
			p, err := phone.New(c.set)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Dial(t.Context(), number)
			want := callback.DialResult{How: c.how, Detail: "Calling +12015550123, extension 77."}
			if err != nil || got != want {
				t.Errorf("result = %+v, %v", got, err)
			}
			if diff := cmp.Diff(c.want, args()); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProgramThatFails(t *testing.T) {
	for _, c := range []struct{ name, role, says string }{
		{"softphone", "exit 7", "softphone ended with: exit status 7"},
		{"xdg-open", "exit 3", "xdg-open found no program that opens such addresses"},
		{"xdg-open", "exit 4", "xdg-open found no program"},
		{"softphone", "exit 3", "softphone ended with: exit status 3"},
	} {
		t.Run(c.name+" "+c.role, func(t *testing.T) {
			path, _ := program(t, c.name, c.role)
			p, err := phone.New(phone.Settings{With: phone.Tel, Opener: []string{path}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Dial(t.Context(), customer)
			sentence(t, err, c.says, "the number is +12015550123", "ringback doctor dial")
		})
	}
	t.Run("absent", func(t *testing.T) {
		p, err := phone.New(phone.Settings{Command: []string{filepath.Join(t.TempDir(), "nothing"), "{tel}"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Dial(t.Context(), customer)
		sentence(t, err, "did not start")
	})
}

func TestNothingToDialWith(t *testing.T) {
	for name, set := range map[string]phone.Settings{
		"copy": {With: phone.Copy, Opener: []string{"open"}}, "no desktop": {With: phone.Tel}, "no desktop for sip": {SIPHost: "pbx"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := phone.New(set)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Dial(t.Context(), customer)
			if err != nil || got.How != "copied" || got.Copy != "+12015550123" {
				t.Errorf("result = %+v, %v", got, err)
			}
			for _, number := range []callback.Phone{{}, {E164: "+12015550123", Invalid: true}, {E164: "+1"}, {E164: "nobody"}} {
				if got, err := p.Dial(t.Context(), number); err == nil {
					t.Errorf("%+v gave %+v", number, got)
				}
			}
		})
	}
}

func TestSettingsThatDoNotFit(t *testing.T) {
	good := newAsterisk(t).settings()
	with := func(f func(*phone.AMI)) phone.Settings {
		s := good
		f(&s.AMI)
		return s
	}
	for _, c := range []struct {
		name string
		set  phone.Settings
		says string
	}{
		{"way", phone.Settings{With: "pigeon"}, `dial.with is "pigeon"; use one of: auto, tel, sip, command, ami, copy`},
		{"command", phone.Settings{With: phone.Command}, "dial.command is empty"},
		{"sip host", phone.Settings{With: phone.SIP}, "no SIP host is set"},
		{"odd sip host", phone.Settings{SIPHost: "a b"}, "SIP host"},
		{"command with sip", phone.Settings{Command: []string{"baresip", "-e", "/dial {sip}"}}, "no SIP host is set"},
		{"ami addr", phone.Settings{With: phone.Asterisk, NewID: good.NewID}, "dial.ami.addr is empty"},
		{"ami addr", with(func(a *phone.AMI) { a.Addr = "pbx\r\nx" }), "no host and port"},
		{"ami user", with(func(a *phone.AMI) { a.User = "" }), "dial.ami.user is empty"},
		{"ami channel", with(func(a *phone.AMI) { a.Channel = "" }), "dial.ami.channel"},
		{"ami channel", with(func(a *phone.AMI) { a.Channel = "anna" }), "PJSIP/anna"},
		{"ami channel", with(func(a *phone.AMI) { a.Channel = "PJSIP/anna\r\nApplication: System" }), "dial.ami.channel"},
		{"ami channel", with(func(a *phone.AMI) { a.Channel = "PJSIP/anna)(" }), "dial.ami.channel"},
		{"ami context", with(func(a *phone.AMI) { a.Context = "x,y" }), "dial.ami.context"},
		{"ami priority", with(func(a *phone.AMI) { a.Priority = -1 }), "dial.ami.priority"},
		{"ami timeout", with(func(a *phone.AMI) { a.TimeoutS = 100_000 }), "1 to 180 seconds"},
		{"ami number", with(func(a *phone.AMI) { a.NumberFormat = "national" }), `such as "+49=0 +=00"`},
		{"ami number", with(func(a *phone.AMI) { a.NumberFormat = "+49=0;id" }), "no rule for numbers"},
		{"ami number", with(func(a *phone.AMI) { a.NumberFormat = "x49=0" }), "no rule for numbers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := phone.New(c.set)
			if err == nil || !strings.Contains(err.Error(), c.says) || callback.CodeOf(err) != callback.CodeInvalid {
				t.Errorf("error = %v, want words with %q", err, c.says)
			}
		})
	}
}

func TestAutoTakesTheFirstThatIsSetUp(t *testing.T) {
	s := newAsterisk(t).settings()
	s.With, s.SIPHost, s.Command, s.Opener = phone.Auto, "pbx", []string{"softphone", "{tel}"}, []string{"open"}
	for _, c := range []struct {
		says string
		drop func()
	}{
		{"command: softphone tel:", func() { s.Command = nil }},
		{"ami: Asterisk at 127.0.0.1:5038 rings PJSIP/anna", func() { s.AMI.Addr = "" }},
		{"sip: open sip:", func() { s.SIPHost = "" }},
		{"tel: open tel:", func() { s.Opener = nil }},
		{"copied to the clipboard", func() {}},
	} {
		p, err := phone.New(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Describe(); !strings.Contains(got, c.says) {
			t.Errorf("describes itself as %q, want %q", got, c.says)
		}
		c.drop()
	}
}

func TestNumberFormats(t *testing.T) {
	for _, c := range []struct{ format, number, want string }{
		{"", "+12015550123", "+12015550123"},
		{"+e164", "+442079460018", "+442079460018"},
		{"e164", "+442079460018", "442079460018"},
		{"00", "+442079460018", "00442079460018"},
		{"+44=0 +=00", "+442079460018", "02079460018"},
		{"+44=0 +=00", "+12015550123", "0012015550123"},
		{"+1= +=011", "+12015550123", "2015550123"},
		{"+1=9 +=9011", "+442079460018", "9011442079460018"},
		{"+7=8 +=810", "+79161234567", "89161234567"},
		{"+=*31#", "+12015550123", "*31#12015550123"},
		{"+44=0", "+12015550123", ""},
	} {
		t.Run(c.format+c.number, func(t *testing.T) {
			s := newAsterisk(t)
			set := s.settings()
			set.AMI.NumberFormat = c.format
			p, err := phone.New(set)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Dial(t.Context(), callback.Phone{E164: c.number})
			calls := s.actions("Originate")
			if c.want == "" {
				sentence(t, err, "no rule of dial.ami.number fits")
				if len(calls) != 0 {
					t.Errorf("it called %v", calls)
				}
				return
			}
			if err != nil || len(calls) != 1 || calls[0]["Exten"] != c.want {
				t.Errorf("dialled %v, %v, want %s", calls, err, c.want)
			}
		})
	}
}

func TestExtensionGoesAlong(t *testing.T) {
	s := newAsterisk(t)
	p, err := phone.New(s.settings())
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Dial(t.Context(), callback.Phone{E164: "+12015550123", Ext: "7\r\n7"})
	if err != nil || got.Detail != "Connected with +12015550123, extension 77." {
		t.Errorf("result = %+v, %v", got, err)
	}
	if v := s.actions("Originate")[0]["Variable"]; v != "RINGBACK_EXT=77" {
		t.Errorf("variable = %q", v)
	}
}

func TestDesktop(t *testing.T) {
	found := func(string) (string, error) { return "/usr/bin/xdg-open", nil }
	absent := func(string) (string, error) { return "", os.ErrNotExist }
	for _, c := range []struct {
		goos, variable string
		look           func(string) (string, error)
		want           []string
	}{
		{"linux", "DISPLAY", found, []string{"/usr/bin/xdg-open"}},
		{"linux", "WAYLAND_DISPLAY", found, []string{"/usr/bin/xdg-open"}},
		{"linux", "", found, nil},
		{"linux", "DISPLAY", absent, nil},
		{"darwin", "", absent, []string{"open"}},
		{"windows", "", absent, []string{"rundll32", "url.dll,FileProtocolHandler"}},
	} {
		env := func(name string) string {
			if name == c.variable {
				return ":0"
			}
			return ""
		}
		if diff := cmp.Diff(c.want, phone.Desktop(c.goos, env, c.look)); diff != "" {
			t.Errorf("%s with %q (-want +got):\n%s", c.goos, c.variable, diff)
		}
	}
}

// Whatever the number holds, an argument is the template with digits in it.
func TestArgumentsHoldDigitsOnly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		number := callback.Phone{E164: "+" + evil.Draw(rt, "number"), Ext: evil.Draw(rt, "ext")}
		p, err := phone.New(phone.Settings{Command: []string{os.Args[0], "{number}", "{digits}", "{tel}", "{sip}"}, SIPHost: "pbx"})
		if err != nil {
			rt.Fatal(err)
		}
		for _, s := range p.Check(t.Context(), number, false) {
			if s.What == "arguments" && s.OK && strings.Trim(s.Detail, "+0123456789 telsipuhornbx:;=@") != "" {
				rt.Errorf("arguments %q", s.Detail)
			}
		}
	})
}
