package main_test

import (
	"go/ast"
	"path"
	"slices"
)

// checkInterfaces counts the methods of every named interface, those of embedded interfaces of the
// same package included; an embedded one from elsewhere counts as one.
func checkInterfaces(house []source) (breaches []string) {
	type declared struct {
		in   source
		spec *ast.TypeSpec
	}
	packages := map[string]map[string]declared{}
	for _, s := range house {
		dir := path.Dir(s.path) + s.file.Name.Name
		if packages[dir] == nil {
			packages[dir] = map[string]declared{}
		}
		for name, spec := range interfaces(s.file) {
			packages[dir][name] = declared{s, spec}
		}
	}
	for _, names := range packages {
		var count func(name string, seen []string) int
		count = func(name string, seen []string) (total int) {
			d, known := names[name]
			if !known || slices.Contains(seen, name) {
				return 1
			}
			for _, field := range d.spec.Type.(*ast.InterfaceType).Methods.List {
				if embedded, ok := field.Type.(*ast.Ident); ok && len(field.Names) == 0 {
					total += count(embedded.Name, append(seen, name))
				} else {
					total += max(1, len(field.Names))
				}
			}
			return total
		}
		for name, d := range names {
			if n := count(name, nil); n > maxIfaceMethod && !ast.IsGenerated(d.in.file) {
				breaches = append(breaches, d.in.breach(d.spec, "interface %s has %d methods, more than %d", name, n, maxIfaceMethod))
			}
		}
	}
	return breaches
}

func interfaces(file *ast.File) map[string]*ast.TypeSpec {
	found := map[string]*ast.TypeSpec{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			if _, ok := spec.Type.(*ast.InterfaceType); ok {
				found[spec.Name.Name] = spec
			}
		}
		return true
	})
	return found
}

// deskFiles may speak of the interfaces of ui/desk.go: the file itself, the commands that call
// them, and the file that hands them from the options to the commands.
var deskFiles = []string{"ui/desk.go", "ui/commands*.go", "ui/ui.go"}

// checkDesk keeps what may block on the disk or the network out of the screens. A screen cannot
// hold a desk (its type is named in deskFiles only, and never embedded), cannot reach through the
// commands for theirs, and cannot call one that stands in the options.
func checkDesk(house []source) (breaches []string) {
	d := learnDesk(house)
	for _, s := range house {
		if !front(s) || s.matches("ui/commands*.go", "ui/desk.go") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if at, ok := n.(*ast.SelectorExpr); ok {
				_, chained := at.X.(*ast.SelectorExpr)
				x := lastName(at.X)
				switch {
				case chained && d.options[x] && d.methods[at.Sel.Name]:
					breaches = append(breaches, s.breach(at, "%s.%s called outside ui/commands*.go", x, at.Sel.Name))
				case d.doers[x] && d.inside[at.Sel.Name]:
					breaches = append(breaches, s.breach(at, "%s.%s reaches behind the commands", x, at.Sel.Name))
				}
			}
			return true
		})
		if s.matches(deskFiles...) {
			continue
		}
		for _, named := range typesNamed(s.file) {
			if d.types[named.Name] {
				breaches = append(breaches, s.breach(named, "%s, an interface of ui/desk.go, named outside %v", named.Name, deskFiles))
			}
		}
	}
	return append(breaches, d.embedded...)
}

// deskNames is what the front's files say about the interfaces of ui/desk.go.
type deskNames struct {
	types    map[string]bool // the interfaces
	methods  map[string]bool // all their methods
	options  map[string]bool // exported fields that hold one: those of Options
	inside   map[string]bool // fields of the struct commands that hold one
	doers    map[string]bool // fields that hold the commands
	embedded []string        // breaches: structs that embed one and so lend out its methods
}

func front(s source) bool { return !s.test() && path.Dir(s.path) == "ui" }

func learnDesk(house []source) deskNames {
	d := deskNames{
		types: map[string]bool{}, methods: map[string]bool{}, options: map[string]bool{},
		inside: map[string]bool{}, doers: map[string]bool{},
	}
	for _, s := range house {
		if s.path != "ui/desk.go" {
			continue
		}
		for name, spec := range interfaces(s.file) {
			d.types[name] = true
			for _, m := range spec.Type.(*ast.InterfaceType).Methods.List {
				for _, id := range m.Names {
					d.methods[id.Name] = true
				}
			}
		}
	}
	for _, s := range house {
		if !front(s) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if held, ok := spec.Type.(*ast.StructType); ok {
					d.learnStruct(s, spec.Name.Name, held)
				}
			}
			return true
		})
	}
	return d
}

func (d *deskNames) learnStruct(s source, name string, held *ast.StructType) {
	for _, field := range held.Fields.List {
		of := lastName(field.Type)
		_, foreign := field.Type.(*ast.SelectorExpr)
		isDesk := d.types[of] && !foreign
		if len(field.Names) == 0 && isDesk {
			d.embedded = append(d.embedded, s.breach(field, "%s embeds %s, an interface of ui/desk.go", name, of))
		}
		for _, id := range field.Names {
			if name == "commands" && isDesk {
				d.inside[id.Name] = true
			}
			if of == "commands" {
				d.doers[id.Name] = true
			}
			if isDesk && id.IsExported() {
				d.options[id.Name] = true
			}
		}
	}
}

// lastName is the last name of x, *x or a.b.x, and "" for anything else.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return lastName(e.X)
	case *ast.ParenExpr:
		return lastName(e.X)
	}
	return ""
}

// typesNamed gives the identifiers that stand where a type does: of fields, parameters, variables,
// conversions' assertions, and inside composite types.
func typesNamed(file *ast.File) (named []*ast.Ident) {
	note := func(e ast.Expr) {
		if e == nil {
			return
		}
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr, *ast.FieldList: // another package's; fields are met on their own
				return false
			case *ast.Ident:
				named = append(named, n)
			}
			return true
		})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			note(n.Type)
		case *ast.ValueSpec:
			note(n.Type)
		case *ast.TypeSpec:
			note(n.Type)
		case *ast.TypeAssertExpr:
			note(n.Type)
		case *ast.CompositeLit:
			note(n.Type)
		}
		return true
	})
	return named
}
