package server

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"sort"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed page.html
var pageSource string

// pages registers the documents about the interface: for programs, and for
// people. They are drawn once, at the start, and load nothing from elsewhere.
func (rc *reception) pages() error {
	api := rc.api.OpenAPI()
	spec, err := json.MarshalIndent(api, "", "  ")
	if err != nil {
		return fmt.Errorf("draw the OpenAPI document: %w", err)
	}
	tmpl, err := template.New("page").Parse(pageSource)
	if err != nil {
		return fmt.Errorf("read the page of the API: %w", err)
	}
	var page bytes.Buffer
	if err := tmpl.Execute(&page, docsOf(api)); err != nil {
		return fmt.Errorf("draw the page of the API: %w", err)
	}
	rc.serve("GET /openapi.json", "application/json", spec)
	rc.serve("GET /docs", "text/html; charset=utf-8", page.Bytes())
	rc.serve("GET /{$}", "text/html; charset=utf-8", page.Bytes())
	return nil
}

func (rc *reception) serve(pattern, kind string, body []byte) {
	rc.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body) // the client may be gone
	})
}

// docs is what the page shows.
type docs struct {
	Title, Version, Text string
	Doors                []docDoor
	Schemas              []docSchema
}

type docDoor struct {
	Method, Path, ID, Summary, Text string
	Open                            bool
	Params                          []docField
	Body, Reply                     string
}

type docSchema struct {
	Name   string
	Fields []docField
}

type docField struct{ Name, Kind, Text string }

// docsOf turns the OpenAPI document into what the page shows.
func docsOf(api *huma.OpenAPI) docs {
	out := docs{Title: api.Info.Title, Version: api.Info.Version, Text: api.Info.Description}
	for path, item := range api.Paths {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if op := operation(item, method); op != nil {
				out.Doors = append(out.Doors, doorOf(method, path, op))
			}
		}
	}
	sort.Slice(out.Doors, func(i, j int) bool {
		a, b := out.Doors[i], out.Doors[j]
		return a.Path < b.Path || a.Path == b.Path && a.Method < b.Method
	})
	for name, schema := range api.Components.Schemas.Map() {
		s := docSchema{Name: name}
		for field, f := range schema.Properties {
			s.Fields = append(s.Fields, docField{field, kindOf(f), f.Description})
		}
		sort.Slice(s.Fields, func(i, j int) bool { return s.Fields[i].Name < s.Fields[j].Name })
		out.Schemas = append(out.Schemas, s)
	}
	sort.Slice(out.Schemas, func(i, j int) bool { return out.Schemas[i].Name < out.Schemas[j].Name })
	return out
}

func doorOf(method, path string, op *huma.Operation) docDoor {
	d := docDoor{Method: method, Path: path, ID: op.OperationID, Summary: op.Summary, Text: op.Description, Open: op.Security == nil}
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docField{p.Name, p.In, p.Description})
	}
	if op.RequestBody != nil {
		if m := op.RequestBody.Content["application/json"]; m != nil {
			d.Body = kindOf(m.Schema)
		}
	}
	for _, status := range []string{"200", "201"} {
		if r := op.Responses[status]; r != nil {
			for kind, m := range r.Content {
				if d.Reply = kind; kind == "application/json" {
					d.Reply = kindOf(m.Schema)
				}
			}
		}
	}
	return d
}

// kindOf names a schema: its component, or its JSON type.
func kindOf(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[len("#/components/schemas/"):]
	case s.Type == huma.TypeArray && s.Items != nil:
		return "list of " + kindOf(s.Items)
	case s.Format != "":
		return s.Type + " (" + s.Format + ")"
	case s.Type == "":
		return "any"
	}
	return s.Type
}
