package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/intake"
)

// table makes a CSV of a header and rows parted by |.
func table(header string, rows ...string) string {
	return header + "\n" + strings.Join(rows, "\n") + "\n"
}

// column is a CSV with one numeric column beside a name, n rows long, its
// values taken in turn.
func column(name string, n int, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "who,%s\n", name)
	for i := range n {
		fmt.Fprintf(&b, "p%d,%s\n", i, values[i%len(values)])
	}
	return b.String()
}

func TestScoreColumnIsNeverSomethingElse(t *testing.T) {
	scale := []string{"0", "3", "6", "7", "9", "10", "5"}
	stars := []string{"1", "2", "3", "4", "5"}
	for name, text := range map[string]string{
		"quiz scores":            column("Score", 30, "57", "83", "91", "10"),
		"a short quiz":           column("Score", 5, "57", "83", "91", "10", "100"),
		"quiz by name":           column("Quiz score", 30, scale...),
		"typeform's calculation": column("calculated.score", 30, scale...),
		"satisfaction 1-5":       column("Satisfaction", 30, stars...),
		"satisfaction 0-10":      column("How satisfied are you (0-10)?", 30, scale...),
		"CSAT":                   column("CSAT", 30, scale...),
		"CES":                    column("CES score", 30, scale...),
		"effort":                 column("\"How easy was it, 0-10?\"", 30, scale...),
		"rating 1-5":             column("Rating", 30, stars...),
		"score 1-5":              column("Score", 30, stars...),
		"few ratings 1-5":        column("rating", 3, stars...),
		"NPS_GROUP":              column("Q1_NPS_GROUP", 30, "1", "2", "3"),
		"NPS category":           column("NPS category", 30, "1", "2", "3"),
		"duration":               column("Duration (in seconds)", 30, scale...),
		"weight":                 column("NPS weight", 30, "0", "1"),
		"unnamed 0-10":           column("Q7", 30, scale...),
		"averages":               column("NPS", 30, "4.37", "8.12", "9"),
		"words":                  column("NPS", 30, "good", "bad"),
		"German satisfaction":    column("Zufriedenheit", 30, scale...),
		"French satisfaction":    column("Êtes-vous satisfait ?", 30, scale...),
		"Russian satisfaction":   column("Вы довольны?", 30, scale...),
		"only a call request":    "name,asked\nAnn,yes\n",
		"header only":            "name,comment\n",
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, text, intake.Options{})
			m := guess(t, f, nil)
			err := m.Ready()
			if callback.CodeOf(err) != callback.CodeInvalid || m.Has(intake.Score) {
				t.Fatalf("score comes from %v, error %v", m.Of(intake.Score), err)
			}
			for _, want := range []string{"answers.csv", "which column holds the 0–10 answer?", f.Columns[0].Name, "--map score="} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want it to say %q", err, want)
				}
			}
			if _, err := f.Rows(m); callback.CodeOf(err) != callback.CodeInvalid {
				t.Errorf("rows begin with an open question: %v", err)
			}
		})
	}
}

func TestScoreColumnIsFound(t *testing.T) {
	scale := []string{"0", "3", "6", "7", "9", "10", "5", ""}
	for _, name := range []string{
		"NPS", "nps_score", "Score", "score", "Net Promoter Score", "Likelihood to recommend", "rating", "answer",
		"\"How likely are you, on a scale of 0-10, to recommend us?\"", "Would you recommend us to a friend?",
		"\"Насколько вероятно, что вы порекомендуете нас?\"", "Оценка", "Оценка NPS",
		"Würden Sie uns weiterempfehlen?", "Bewertung", "Recommanderiez-vous notre service ?", "Note NPS",
		"¿Recomendaría nuestro servicio?", "Puntuación", "0-10",
	} {
		t.Run(name, func(t *testing.T) {
			m := guess(t, open(t, column(name, 40, scale...), intake.Options{}), nil)
			if err := m.Ready(); err != nil || fmt.Sprint(m.Of(intake.Score)) != "[1]" {
				t.Errorf("got %v, %v", m.Of(intake.Score), err)
			}
		})
	}
	t.Run("three unhappy rows", func(t *testing.T) {
		if err := guess(t, open(t, column("score", 3, "3", "1", "5"), intake.Options{}), nil).Ready(); err != nil {
			t.Error(err)
		}
	})
	t.Run("more slips than scores", func(t *testing.T) {
		f := open(t, column("nps", 7, "3", "11", "-1", "7.5", "12", "9", "10"), intake.Options{})
		if _, rejects := read(t, f, guess(t, f, nil)); len(rejects) != 4 {
			t.Errorf("got %v", rejects)
		}
	})
	t.Run("labels in the cells", func(t *testing.T) {
		m := guess(t, open(t, column("Q9", 6, "Not at all likely - 0", "7", "Extremely likely - 10"), intake.Options{}), nil)
		if err := m.Ready(); err != nil {
			t.Error(err)
		}
	})
	t.Run("the stronger of two", func(t *testing.T) {
		m := guess(t, open(t, table("score,nps,csat", "9,3,5", "7,8,4"), intake.Options{}), nil)
		if err := m.Ready(); err != nil || fmt.Sprint(m.Of(intake.Score)) != "[1]" {
			t.Errorf("got %v, %v", m.Of(intake.Score), err)
		}
	})
	t.Run("two alike are asked about", func(t *testing.T) {
		err := guess(t, open(t, table("Recommend shop?,Recommend app?", "9,3", "7,8"), intake.Options{}), nil).Ready()
		if err == nil || !strings.Contains(err.Error(), `"Recommend shop?", "Recommend app?"`) {
			t.Errorf("got %v", err)
		}
	})
}

func TestGivenScoreColumn(t *testing.T) {
	f := open(t, column("Q7", 6, "3", "9", "many", "4"), intake.Options{})
	m := guess(t, f, intake.Overrides{intake.Score: "q7"})
	accepted, rejects := read(t, f, m)
	if len(accepted) != 5 || len(rejects) != 1 || m.Choices[0].Sureness != intake.Given {
		t.Errorf("got %d accepted, %d rejected, %v", len(accepted), len(rejects), m.Choices)
	}
	f = open(t, column("Quiz", 30, "57", "83", "91", "10"), intake.Options{})
	err := guess(t, f, intake.Overrides{intake.Score: "Quiz"}).Ready()
	if callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), "does not hold a 0–10 answer") {
		t.Errorf("a quiz becomes a score: %v", err)
	}
}

func TestFilesWithoutScores(t *testing.T) {
	f := open(t, table("name,asked,comment", "Ann,yes,", "Bob,no,no call please", "Cid,,"), intake.Options{})
	if guess(t, f, nil).Ready() == nil {
		t.Error("a file without scores is read without asking")
	}
	m := guess(t, f, intake.Overrides{intake.Score: "-"})
	accepted, rejects := read(t, f, m)
	if len(accepted) != 1 || !accepted[0].Asked || accepted[0].Score != nil || len(rejects) != 2 {
		t.Errorf("got %v, %v", accepted, rejects)
	}
	f = open(t, table("name,comment", "Ann,hello"), intake.Options{})
	err := guess(t, f, intake.Overrides{intake.Score: "-"}).Ready()
	if err == nil || !strings.Contains(err.Error(), "--map asked=NAME") {
		t.Errorf("got %v", err)
	}
}

func TestGuessInFiveLanguages(t *testing.T) {
	const cells = `R1,9,"well, fine",Ann Lee,+1 201 555 0123,ann@example.com,2026-02-21,yes,Acme,C-1`
	for lang, header := range map[string]string{
		"en": "Response ID,NPS,Comment,Full name,Phone number,E-mail,Answered at,Call me back,Company,Customer ID",
		"ru": "ID ответа,NPS,Отзыв,ФИО,Номер телефона,Эл. почта,Дата ответа,Перезвонить,Компания,Код клиента",
		"de": "Antwort-ID,NPS,Begründung,Vollständiger Name,Telefonnummer,E-Mail-Adresse,Beantwortet am,Rückruf gewünscht,Firma,Kundennummer",
		"fr": "ID de réponse,NPS,Commentaire,Nom complet,Téléphone,Courriel,Date de réponse,Rappelez-moi,Société,Numéro client",
		"es": "ID de respuesta,NPS,Comentario,Nombre completo,Teléfono,Correo electrónico,Fecha de respuesta,Llámame,Empresa,Número de cliente",
	} {
		t.Run(lang, func(t *testing.T) {
			f := open(t, table(header, cells), intake.Options{})
			accepted, rejects := read(t, f, guess(t, f, nil))
			if len(rejects) > 0 {
				t.Fatal(rejects)
			}
			nine := 9
			want := callback.Intake{
				Row: 2, Source: "answers.csv", ExternalID: "R1", Score: &nine, Comment: "well, fine", Asked: true, AnsweredAt: accepted[0].AnsweredAt,
				Person: callback.Person{Name: "Ann Lee", Phone: "+1 201 555 0123", Email: "ann@example.com", Account: "Acme", Ref: "C-1"},
			}
			if diff := cmp.Diff(want, accepted[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := accepted[0].AnsweredAt.Format("2006-01-02"); got != "2026-02-21" {
				t.Errorf("answered at %s", got)
			}
		})
	}
}

func TestContentContradictsNames(t *testing.T) {
	f := open(t, table("nps,region,role,value,follow up,may we contact you?,callback time",
		"9,North,CEO,1200,Sent an e-mail,yes,ask Bob", "8,South,Clerk,90,none needed,no,later"), intake.Options{})
	m := guess(t, f, nil)
	for _, field := range []intake.Field{intake.Region, intake.Role, intake.Value, intake.Asked, intake.AskedFor} {
		if m.Has(field) {
			t.Errorf("%s is taken from %v", field, m.Of(field))
		}
		noted := field == intake.Asked && strings.Contains(strings.Join(m.Notes, "\n"), `"follow up"`)
		for _, n := range m.Notes {
			noted = noted || strings.Contains(n, "sounds like "+string(field)+",")
		}
		if !noted {
			t.Errorf("no note says why %s is not taken; notes are %q", field, m.Notes)
		}
	}
}

func TestCustomerNumbersAreNotResponseIDs(t *testing.T) {
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("C-%d,9", i%4))
	}
	if m := guess(t, open(t, table("id,nps", rows...), intake.Options{}), nil); m.Has(intake.ID) {
		t.Error("an id that four customers share ten times each is taken for the response's")
	}
}

func TestDoNotContactIsNotARequest(t *testing.T) {
	for _, name := range []string{"do not call me", "dontcontact", "May we contact you?", "Нельзя перезвонить", "Bitte nicht zurückrufen", "Ne pas rappeler"} {
		if m := guess(t, open(t, table("nps,"+name, "9,yes"), intake.Options{}), nil); m.Has(intake.Asked) {
			t.Errorf("%q is taken for a request", name)
		}
	}
}

func TestParseMap(t *testing.T) {
	for text, want := range map[string]intake.Overrides{
		"":                                    {},
		"score=Q1":                            {intake.Score: "Q1"},
		"score=Q1,comment=Why us?":            {intake.Score: "Q1", intake.Comment: "Why us?"},
		" Score = Q1 , COMMENT = - ":          {intake.Score: "Q1", intake.Comment: "-"},
		"score=How likely, really,comment=#3": {intake.Score: "How likely, really", intake.Comment: "#3"},
		`score="a,id=b",id=x`:                 {intake.Score: "a,id=b", intake.ID: "x"},
		`score="say ""hi"""`:                  {intake.Score: `say "hi"`},
		"comment=a=b":                         {intake.Comment: "a=b"},
		"name=First+Last":                     {intake.Name: "First+Last"},
	} {
		got, err := intake.ParseMap(text)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
	for text, says := range map[string]string{
		"nps=Q1":             "fields are score, comment",
		"score=Q1,foo=Bar":   `unknown field "foo"`,
		"score":              "field=COLUMN",
		"score=":             "no column for score",
		"score=a,score=b":    "twice",
		"Q1,comment=x":       "field=COLUMN",
		"score=Q1,comment= ": "no column for comment",
	} {
		if _, err := intake.ParseMap(text); callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want it to say %q", text, err, says)
		}
	}
}

func TestOverrides(t *testing.T) {
	f := open(t, table("Q1,Q2,First,Last,nps", "9,because,Ann,Lee,3"), intake.Options{})
	m := guess(t, f, intake.Overrides{intake.Score: "#1", intake.Comment: "Q2+nps", intake.Name: "first + LAST", intake.ID: "-"})
	accepted, _ := read(t, f, m)
	if in := accepted[0]; *in.Score != 9 || in.Comment != "because\n3" || in.Person.Name != "Ann Lee" {
		t.Errorf("got %+v", in)
	}
	for _, o := range []intake.Overrides{
		{intake.Score: "Q9"}, {intake.Score: "#6"}, {intake.Score: "#0"}, {intake.Score: "Q1+Q2"}, {intake.Score: "Q1", intake.Comment: "Q1"}, {"nps": "Q1"}, {intake.Name: "First+"},
	} {
		if _, err := intake.Guess(f, o); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("%v: got %v", o, err)
		}
	}
	if _, err := intake.Guess(f, intake.Overrides{intake.Score: "Q9"}); !strings.Contains(err.Error(), `"Q1", "Q2", "First"`) {
		t.Errorf("the error does not list the columns: %v", err)
	}
}

func TestCommentColumnsByOtherNames(t *testing.T) {
	for _, name := range []string{"Reason for score", "Reason for your rating", "Message", "Сообщение"} {
		f := open(t, table("nps,"+name+",name", "3,Too slow for us,Ann", "9,Just fine,Bob"), intake.Options{})
		if accepted, _ := read(t, f, guess(t, f, nil)); len(accepted) != 2 || accepted[0].Comment != "Too slow for us" {
			t.Errorf("%s: %+v", name, accepted)
		}
	}
}
