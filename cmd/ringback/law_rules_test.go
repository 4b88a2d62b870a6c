package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The law of the house, as ARCHITECTURE.md tells it. Each rule looks at parsed files only, so it
// judges a tree that does not compile yet, and law_test.go proves of each that it can fail.

const (
	maxFileLines   = 400
	maxFuncLines   = 70
	maxIfaceMethod = 8
)

// oversized names files ("ui/x.go") and functions ("ui/x.go:Name") that may pass the limits above,
// each with its reason. It is empty and should stay so.
var oversized = map[string]string{}

// mayImport says which rooms a room may import besides itself. A folder of the module that is not
// listed has no place in the house. The desk's program leaves the server out: SQL drivers would
// cost every start of the desk. The proofs ship with no program and see the whole house; no room may import them.
var mayImport = map[string][]string{
	"callback":            {},
	"intake":              {"callback"},
	"export":              {"callback"},
	"store":               {"callback"},
	"client":              {"callback"},
	"server":              {"callback"},
	"sample":              {"callback"},
	"phone":               {"callback"},
	"ui":                  {"callback"},
	"cmd/ringback":        {"callback", "intake", "export", "store", "client", "sample", "phone", "ui", "cmd/usage"},
	"cmd/ringback-server": {"callback", "intake", "store", "client", "server", "sample", "cmd/usage"},
	"cmd/usage":           {"callback"},
	"proof":               {"callback", "intake", "export", "store", "client", "server", "sample", "phone", "ui"},
}

// homes names the rooms that may use a library that brings a technology along.
var homes = map[string][]string{
	"go.etcd.io/bbolt":              {"store"},
	"github.com/go-resty/resty":     {"client"},
	"github.com/tmaxmax/go-sse":     {"client"},
	"github.com/danielgtaylor/huma": {"server"},
	"github.com/jackc/pgx":          {"server"},
	"github.com/pressly/goose":      {"server"},
	"modernc.org/sqlite":            {"server"},
	"github.com/gofrs/flock":        {"server"},
	"github.com/prometheus":         {"cmd/ringback-server"},
	"charm.land/bubbletea":          {"ui", "cmd/ringback"},
	"charm.land/bubbles":            {"ui"},
	"charm.land/lipgloss":           {"ui", "cmd/ringback"},
	"github.com/yuin/goldmark":      {"ui"},
	"charm.land/huh":                {"ui", "cmd/ringback"},
	"github.com/wlynxg/chardet":     {"intake"},
	"github.com/zalando/go-keyring": {"cmd/ringback", "store"},
}

// pure lists the libraries the domain may use: they compute and do nothing else.
var pure = []string{
	"github.com/charmbracelet/x/ansi", "github.com/google/uuid", "github.com/nyaruka/phonenumbers", "github.com/rickar/cal", "golang.org/x/text",
}

// forbidden names standard packages that a room has no business with. The front speaks to the
// world through its Desk and to nobody else; the domain has no world at all.
var forbidden = map[string][]string{
	"callback": {"crypto/rand", "database/sql", "io/ioutil", "log", "net", "net/http", "net/rpc", "net/smtp", "os", "plugin", "syscall", "unsafe"},
	"ui":       {"database/sql", "io/ioutil", "log", "net", "net/http", "net/rpc", "net/smtp", "os", "plugin", "syscall", "unsafe"},
}

// clocks names the functions of package time that a room may not call: time comes in from outside.
var clocks = map[string][]string{
	"callback": {"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"},
	"ui":       {"Now", "Since", "Sleep", "Until"},
}

const (
	keyPath      = "charm.land/bubbles/v2/key"
	lipglossPath = "charm.land/lipgloss/v2"
)

// colours are lipgloss's ways to a style or a colour; only ui/styles.go takes them.
var colours = []string{
	"ANSIColor", "Alpha", "Blend1D", "Blend2D", "Color", "Complementary", "Complete", "Darken", "LightDark", "Lighten",
	"NewStyle", "NoColor", "RGBColor",
	"Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White", "BrightBlack", "BrightRed", "BrightGreen",
	"BrightYellow", "BrightBlue", "BrightMagenta", "BrightCyan", "BrightWhite",
}

// source is one parsed Go file of the module.
type source struct {
	path string // from the module's root, with slashes
	fset *token.FileSet
	file *ast.File
}

func parse(name string, text []byte) (source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return source{path: name, fset: fset, file: file}, err
}

func (s source) test() bool           { return strings.HasSuffix(s.path, "_test.go") }
func (s source) line(n ast.Node) int  { return s.fset.Position(n.Pos()).Line }
func (s source) lines(n ast.Node) int { return s.fset.Position(n.End()).Line - s.line(n) + 1 }
func (s source) breach(n ast.Node, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: ", s.path, s.line(n)) + fmt.Sprintf(format, args...)
}

// room is the part of the house a file or package belongs to: the first folder of its path, and
// for programs the first two. Files beside go.mod belong to none.
func room(name string) string {
	parts := strings.Split(name, "/")
	if parts[0] == "cmd" && len(parts) > 1 {
		return "cmd/" + parts[1]
	}
	return parts[0]
}

// imports gives the files' imported packages by the name they go by there.
func (s source) imports() map[string]string {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		name := path.Base(p)
		if _, err := strconv.Atoi(strings.TrimPrefix(name, "v")); err == nil {
			name = path.Base(path.Dir(p))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = p
	}
	return names
}

// matches tells whether the file's path matches one of the patterns.
func (s source) matches(patterns ...string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, s.path)
		return ok && err == nil
	})
}

// uses calls found for every name taken from the package.
func (s source) uses(pkg string, found func(at *ast.SelectorExpr)) {
	names := s.imports()
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && names[x.Name] == pkg {
				found(sel)
			}
		}
		return true
	})
}

// under tells whether the package is one of those listed or lies below one.
func under(pkg string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool {
		return pkg == p || strings.HasPrefix(pkg, p+"/")
	})
}

// rule reports every breach it finds in the whole house, one sentence each.
type rule struct {
	name  string
	check func(house []source) []string
}

var law = []rule{
	{"rooms import the domain and never one another", checkRooms},
	{"a technology has one home", checkHomes},
	{"the domain and the front touch nothing outside", checkForbidden},
	{"time comes in from outside", checkClocks},
	{"the domain starts no goroutine", checkGoroutines},
	{"keys are bound in ui/keys*.go", checkKeys},
	{"styles and colours are made in ui/styles.go", checkStyles},
	{"the desk is reached through ui/commands*.go", checkDesk},
	{"interfaces stay small", checkInterfaces},
	{"files and functions stay short", checkSizes},
	{"tests do not sleep", checkSleep},
}

// checkRooms holds for tests too, but those of the programs may cross the house.
func checkRooms(house []source) (breaches []string) {
	for _, s := range house {
		from := room(s.path)
		if from == s.path { // beside go.mod
			continue
		}
		allowed, known := mayImport[from]
		if !known {
			breaches = append(breaches, s.breach(s.file, "%s is no room of the house: mayImport does not name it", from))
			continue
		}
		for name, p := range s.imports() {
			if name == "." {
				breaches = append(breaches, s.breach(s.file, "dot import of %s hides where names come from", p))
			}
			inside, ours := strings.CutPrefix(p, "ringback/")
			if !ours || s.test() && strings.HasPrefix(from, "cmd/") {
				continue
			}
			if to := room(inside); to != from && !slices.Contains(allowed, to) {
				breaches = append(breaches, s.breach(s.file, "%s may not import %s", from, p))
			}
		}
	}
	return breaches
}

func checkHomes(house []source) (breaches []string) {
	for _, s := range house {
		if _, known := mayImport[room(s.path)]; s.test() || !known {
			continue
		}
		for _, p := range s.imports() {
			for library, rooms := range homes {
				if under(p, []string{library}) && !slices.Contains(rooms, room(s.path)) {
					breaches = append(breaches, s.breach(s.file, "%s may not import %s: its home is %v", room(s.path), p, rooms))
				}
			}
		}
	}
	return breaches
}

func checkForbidden(house []source) (breaches []string) {
	for _, s := range house {
		from := room(s.path)
		if s.test() {
			continue
		}
		for _, p := range s.imports() {
			banned := slices.ContainsFunc(forbidden[from], func(f string) bool {
				return p == f || f != "net" && strings.HasPrefix(p, f+"/") // net/url and net/netip only read text
			})
			foreign := strings.Contains(strings.Split(p, "/")[0], ".")
			if banned || from == "callback" && foreign && !under(p, pure) {
				breaches = append(breaches, s.breach(s.file, "%s may not import %s", from, p))
			}
		}
	}
	return breaches
}

func checkClocks(house []source) (breaches []string) {
	for _, s := range house {
		if s.test() {
			continue
		}
		s.uses("time", func(at *ast.SelectorExpr) {
			if slices.Contains(clocks[room(s.path)], at.Sel.Name) {
				breaches = append(breaches, s.breach(at, "time.%s in %s: take the time as a value", at.Sel.Name, room(s.path)))
			}
		})
	}
	return breaches
}

func checkGoroutines(house []source) (breaches []string) {
	for _, s := range house {
		if s.test() || room(s.path) != "callback" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if start, ok := n.(*ast.GoStmt); ok {
				breaches = append(breaches, s.breach(start, "goroutine in callback"))
			}
			return true
		})
	}
	return breaches
}

func checkKeys(house []source) []string {
	return onlyIn(house, "ui/keys*.go", keyPath, []string{"NewBinding", "WithHelp", "WithKeys"})
}

func checkStyles(house []source) []string {
	return onlyIn(house, "ui/styles.go", lipglossPath, colours)
}

// onlyIn reports uses of a package's names outside the files that may have them.
func onlyIn(house []source, files, pkg string, names []string) (breaches []string) {
	for _, s := range house {
		if s.test() || s.matches(files) {
			continue
		}
		s.uses(pkg, func(at *ast.SelectorExpr) {
			if slices.Contains(names, at.Sel.Name) {
				breaches = append(breaches, s.breach(at, "%s.%s outside %s", path.Base(strings.TrimSuffix(pkg, "/v2")), at.Sel.Name, files))
			}
		})
	}
	return breaches
}

// checkSleep lets a test sleep only in a synctest bubble, where it takes no time, and in the
// programs' tests, which watch other processes.
func checkSleep(house []source) (breaches []string) {
	for _, s := range house {
		names := s.imports()
		if !s.test() || strings.HasPrefix(s.path, "cmd/") || names["synctest"] != "" {
			continue
		}
		s.uses("time", func(at *ast.SelectorExpr) {
			if at.Sel.Name == "Sleep" {
				breaches = append(breaches, s.breach(at, "a test that sleeps is slow today and fails tomorrow"))
			}
		})
	}
	return breaches
}

func checkSizes(house []source) (breaches []string) {
	for _, s := range house {
		if s.test() || ast.IsGenerated(s.file) {
			continue
		}
		total := s.fset.File(s.file.Pos()).LineCount()
		if total > maxFileLines && oversized[s.path] == "" {
			breaches = append(breaches, s.breach(s.file, "%d lines, more than %d: one noun, one file", total, maxFileLines))
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			var name string
			switch f := n.(type) {
			case *ast.FuncDecl:
				name = f.Name.Name
			case *ast.FuncLit: // one inside a function is shorter than that function
				name = "function literal"
			default:
				return true
			}
			if lines := s.lines(n); lines > maxFuncLines && oversized[s.path+":"+name] == "" {
				breaches = append(breaches, s.breach(n, "%s has %d lines, more than %d", name, lines, maxFuncLines))
			}
			return false
		})
	}
	return breaches
}
