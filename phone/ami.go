package phone

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"ringback/callback"
)

// AMI is a telephone system that speaks the Asterisk Manager Interface. The
// agent's own phone rings first; when it is picked up, the system dials the
// customer through its dialplan. So no customer ever answers to silence.
type AMI struct {
	// Addr is the host, with a port unless it is 5038 (5039 with TLS).
	Addr string
	User string
	// Secret gives the user's secret when it is needed.
	Secret func() (string, error)
	// Channel is the agent's phone, such as "PJSIP/anna".
	Channel string
	// Context and Priority say where the dialplan takes up the customer's
	// number. An empty context is "from-internal", a priority of 0 is 1.
	Context  string
	Priority int
	// CallerID is what the agent's phone shows, such as "ringback <100>".
	CallerID string
	// NumberFormat is +e164 (which an empty one means), e164, 00, or rules such
	// as "+49=0 +=00". The dialplan must match exactly what comes out of it.
	NumberFormat string
	// TimeoutS is how many seconds each of the two phones may ring; 0 means 30.
	TimeoutS int
	TLS      bool
	// CA is a file of PEM certificates to trust instead of the machine's own.
	CA string
	// Connect opens the connection, for tunnels and tests; nil means TCP.
	Connect func(ctx context.Context, addr string) (net.Conn, error)
}

// What contexts and channels are made of, in small letters. Brackets and
// commas are not in it: they would end an argument of a dialplan function.
const (
	contextLetters = "abcdefghijklmnopqrstuvwxyz0123456789_-."
	channelLetters = contextLetters + "/@+:*#&=~"
)

const (
	amiPort    = "5038"
	amiTLSPort = "5039"
	// maxRing bounds AMI.TimeoutS. Networks end a call that rings for longer.
	maxRing = 180
)

// settled checks the settings and fills in what is left out.
func (a AMI) settled() (AMI, error) {
	if a.Addr == "" {
		return a, wrong("dial.with is ami, but dial.ami.addr is empty").WithHint(`set it, for example: addr = "pbx.example.org:5038"`)
	}
	host, port, err := net.SplitHostPort(a.Addr)
	if err != nil {
		host, port = strings.Trim(a.Addr, "[]"), amiPort
		if a.TLS {
			port = amiTLSPort
		}
	}
	if host == "" || !plain(host) || !plain(port) {
		return a, wrong("dial.ami.addr is %q, which is no host and port", callback.Line(a.Addr))
	}
	a.Addr = net.JoinHostPort(host, port)
	if a.User == "" || a.Secret == nil {
		return a, wrong("dial.ami.user is empty").WithHint("name the user of manager.conf that ringback signs in as")
	}
	tech, rest, ok := strings.Cut(a.Channel, "/")
	if !ok || tech == "" || rest == "" || len(a.Channel) > 200 || strings.Trim(strings.ToLower(a.Channel), channelLetters) != "" {
		return a, wrong("dial.ami.channel is %q, which is no phone of Asterisk's", callback.Line(a.Channel)).
			WithHint(`name the agent's own phone, for example: channel = "PJSIP/anna"`)
	}
	if a.Context == "" {
		a.Context = "from-internal"
	}
	if len(a.Context) > 79 || strings.Trim(strings.ToLower(a.Context), contextLetters) != "" {
		return a, wrong("dial.ami.context is %q, which is no name of a context", callback.Line(a.Context))
	}
	if a.Priority == 0 {
		a.Priority = 1
	}
	if a.TimeoutS == 0 {
		a.TimeoutS = 30
	}
	if a.Priority < 1 || a.TimeoutS < 1 || a.TimeoutS > maxRing {
		return a, wrong("dial.ami.priority is %d and dial.ami.timeout_s is %d", a.Priority, a.TimeoutS).
			WithHint("a priority is 1 or more, a timeout 1 to %d seconds", maxRing)
	}
	return a, nil
}

// plain tells whether a text is printable ASCII without spaces.
func plain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func (a AMI) ring() time.Duration { return time.Duration(a.TimeoutS) * time.Second }

func (a AMI) describe() string {
	return fmt.Sprintf("ami: Asterisk at %s rings %s, then dials from context %s", a.Addr, callback.Line(a.Channel), a.Context)
}

// connectPatience bounds how long reaching a telephone system may take, and
// signing in there: it answers a wrong secret only after a second.
const (
	connectPatience = 5 * time.Second
	loginPatience   = 10 * time.Second
)

// dial opens the connection.
func (a AMI) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	connect := a.Connect
	if connect == nil {
		connect = func(ctx context.Context, addr string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		}
	}
	conn, err := connect(ctx, a.Addr)
	if err != nil {
		return nil, callback.Errorf(callback.CodeUnreachable, "the telephone system at %s does not answer: %w", a.Addr, err).
			WithHint("check dial.ami.addr, and enabled, bindaddr and port in its manager.conf")
	}
	if !a.TLS {
		return conn, nil
	}
	trust, err := a.trust()
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	secure := tls.Client(conn, trust)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, callback.Errorf(callback.CodeUnreachable, "the telephone system at %s gives no TLS connection to trust: %w", a.Addr, err).
			WithHint("check tlsenable and tlsbindaddr in its manager.conf, and name its certificate in dial.ami.ca")
	}
	return secure, nil
}

// trust says whose certificates are believed.
func (a AMI) trust() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(a.Addr)
	if err != nil {
		return nil, wrong("%w", err)
	}
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if a.CA == "" {
		return c, nil
	}
	pem, err := os.ReadFile(a.CA)
	if err != nil {
		return nil, wrong("the file of dial.ami.ca cannot be read: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, wrong("%s holds no certificate in PEM form", callback.Line(a.CA))
	}
	return c, nil
}

// private tells whether nobody else can listen to the connection: it is
// encrypted, or does not leave this machine.
func (a AMI) private() bool {
	host, _, err := net.SplitHostPort(a.Addr)
	ip := net.ParseIP(host)
	return err == nil && (a.TLS || host == "localhost" || ip != nil && ip.IsLoopback())
}
