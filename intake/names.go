package intake

import (
	"strings"
	"sync"
)

// nameRule lists the names of a field's column in English, Russian, German,
// French and Spanish and as the survey tools write them, as key writes
// them. Earlier names win over later ones. A phrase may stand anywhere in a
// name, and counts for less.
type nameRule struct {
	exact  keys
	phrase keys
}

var nameRules = map[Field]nameRule{
	Comment: {
		exact: list("comment", "comments", "feedback", "verbatim", "reason", "why", "customer comment", "nps comment", "open ended response",
			"hs content", "text", "remarks", "message", "комментарий", "комментарии", "отзыв", "сообщение", "почему", "причина", "текст отзыва",
			"kommentar", "kommentare", "begründung", "grund", "rückmeldung", "anmerkung", "warum",
			"commentaire", "commentaires", "remarque", "pourquoi", "avis", "comentario", "comentarios", "motivo", "por qué", "opinión"),
		phrase: list("comment", "comments", "feedback", "reason for your", "reason for score", "reason for the score", "reason for rating", "main reason", "primary reason", "why", "tell us more", "what could we",
			"комментарий", "почему", "причина вашей оценки", "расскажите", "kommentar", "warum", "wichtigste grund",
			"commentaire", "pourquoi", "raison de votre", "comentario", "por qué", "razón de su"),
	},
	ID: {
		exact: list("response id", "record id", "external id", "respondent id", "survey response id", "submission id", "token", "id", "hs object id",
			"id ответа", "номер ответа", "номер", "ид ответа", "antwort id", "antwortid", "id de réponse", "id réponse", "id de respuesta", "id respuesta"),
	},
	AnsweredAt: {
		exact: list("answered at", "answer date", "responded at", "responded", "submitted at", "submit date", "submitdate", "recorded date", "completed at",
			"end date", "completion date", "response date", "date submitted", "rated at", "hs submission timestamp", "timestamp", "survey date", "date modified", "updated at",
			"отметка времени", "дата ответа", "время ответа", "дата опроса", "дата", "zeitstempel", "antwortdatum", "beantwortet am", "datum der antwort", "datum", "abgeschickt am",
			"horodateur", "date de réponse", "répondu le", "date de soumission", "marca temporal", "fecha de respuesta", "respondido el", "fecha",
			"date", "created at", "created", "date created", "hs createdate", "start date", "time", "datetime", "date time"),
	},
	AskedFor: {
		exact: list("asked for", "callback time", "call back time", "callback at", "call time", "preferred time", "preferred call time", "best time to call", "call me at", "when to call",
			"время звонка", "удобное время", "удобное время для звонка", "когда перезвонить", "rückrufzeit", "wunschtermin", "rückruftermin",
			"heure de rappel", "date de rappel", "rappeler le", "hora de llamada", "llamar el", "fecha de llamada"),
		phrase: list("best time to call", "preferred time", "when should we call", "удобное время", "когда вам перезвонить", "wann dürfen wir", "quand pouvons nous vous rappeler", "cuándo podemos llamar"),
	},
	Asked: {
		exact: list("asked", "asked for call", "asked for a call", "asked for callback", "call me", "call me back", "callback", "call back", "callback requested", "call requested", "call request",
			"callback request", "request callback", "request call", "wants call", "wants callback", "wants a call", "contact me", "please contact me", "please call me", "contact requested", "follow up", "followup", "follow up requested",
			"перезвонить", "перезвоните мне", "перезвоните", "обратный звонок", "просит перезвонить", "просьба перезвонить", "заказан звонок", "нужен звонок",
			"rückruf", "rückruf gewünscht", "rückruf erwünscht", "bitte um rückruf", "bitte zurückrufen", "zurückrufen",
			"rappel", "rappel demandé", "rappelez moi", "souhaite être rappelé", "me rappeler", "être rappelé",
			"llamada", "llamar", "llámame", "llámenme", "devolver llamada", "llamada solicitada", "quiere llamada", "contactarme"),
		phrase: list("call you back", "call me", "callback", "call back", "contact you", "contact me", "like us to call", "like a call", "вам перезвонили", "перезвонить", "обратный звонок", "перезвоните",
			"zurückrufen", "rückruf", "rappelions", "vous rappelle", "rappelé", "le llamemos", "llamada de"),
	},
	Name: {
		exact: list("name", "full name", "customer name", "contact name", "respondent name", "person name", "recipient name", "your name", "user name", "имя", "фио", "имя клиента", "клиент", "ваше имя", "контактное лицо",
			"vollständiger name", "kundenname", "ansprechpartner", "ihr name", "nom", "nom complet", "nom du client", "nom et prénom", "votre nom",
			"nombre", "nombre completo", "nombre del cliente", "su nombre", "contact", "customer"),
	},
	Phone: {
		exact: list("phone", "phone number", "telephone", "telephone number", "mobile", "mobile phone", "mobile number", "cell", "cell phone", "cellphone", "contact phone", "contact number", "recipient phone", "customer phone", "tel",
			"телефон", "номер", "номер телефона", "тел", "мобильный", "мобильный телефон", "контактный телефон", "telefon", "telefonnummer", "rufnummer", "handy", "handynummer", "mobil", "mobilnummer",
			"téléphone", "numéro de téléphone", "portable", "téléphone portable", "teléfono", "número de teléfono", "móvil", "celular", "teléfono móvil"),
		phrase: list("phone number", "telephone", "phone", "телефон", "telefon", "téléphone", "teléfono"),
	},
	Email: {
		exact: list("email", "e mail", "mail", "email address", "e mail address", "recipient email", "user email", "customer email", "contact email",
			"почта", "эл почта", "электронная почта", "адрес электронной почты", "e mail adresse", "mailadresse",
			"courriel", "adresse e mail", "adresse mail", "adresse électronique", "correo", "correo electrónico", "dirección de correo"),
		phrase: list("email", "e mail", "электронной почты", "courriel", "correo electrónico"),
	},
	Ref: {
		exact: list("ref", "customer id", "customer ref", "customer number", "client id", "client number", "contact id", "person id", "user id", "external reference", "external data reference", "recipient id", "account number",
			"id клиента", "код клиента", "номер клиента", "kunden id", "kundennummer", "kundennr", "id client", "numéro client", "numéro de client", "id cliente", "número de cliente", "id de cliente"),
	},
	Account: {
		exact: list("account", "account name", "company", "company name", "organisation", "organization", "employer", "компания", "организация", "название компании",
			"firma", "unternehmen", "firmenname", "société", "entreprise", "nom de l entreprise", "empresa", "compañía", "cuenta"),
	},
	Role: {
		exact: list("role", "contact role", "decision role", "роль", "rolle", "rôle", "rol"),
	},
	Region: {
		exact: list("region", "country", "country code", "phone region", "страна", "код страны", "регион", "land", "ländercode", "länderkürzel", "pays", "code pays", "país", "pais", "código de país", "región"),
	},
	Zone: {
		exact: list("zone", "time zone", "timezone", "tz", "часовой пояс", "zeitzone", "fuseau horaire", "zona horaria", "huso horario"),
	},
	Language: {
		exact: list("language", "user language", "survey language", "lang", "locale", "startlanguage", "start language", "язык", "sprache", "startsprache", "langue", "idioma"),
	},
	Product: {
		exact: list("product", "product name", "service", "plan", "продукт", "товар", "услуга", "тариф", "produkt", "produktname", "produit", "producto", "servicio"),
	},
	Channel: {
		exact: list("channel", "distribution channel", "survey channel", "delivery method", "hs survey channel", "method", "source channel", "канал", "канал опроса", "kanal", "canal"),
	},
	Value: {
		exact: list("value", "value percentile", "customer value", "percentile", "value rank", "ценность", "перцентиль", "kundenwert", "perzentil", "percentil", "valeur client", "centile", "valor"),
	},
}

// Names of the two halves of a person's name, where a tool parts them.
var (
	firstNames = words("first name", "recipient first name", "given name", "имя", "vorname", "prénom", "nombre")
	lastNames  = words("last name", "recipient last name", "surname", "family name", "фамилия", "nachname", "familienname", "nom", "nom de famille", "apellido", "apellidos")
)

// Names of the column with the 0–10 answer. A strong name can be nothing
// else; a middling one is believed if its content fits; a faint one only if
// its content rules out the 1–5 scale.
var (
	strongScore = words("nps", "nps score", "nps rating", "nps answer", "net promoter score", "net promoter", "score nps", "note nps", "nps wert", "nps bewertung", "оценка nps", "индекс nps", "nps оценка",
		"likelihood to recommend", "ltr", "recommend", "would recommend", "puntuación nps", "nota nps", "score 0 10", "note 0 10", "оценка 0 10", "bewertung 0 10")
	strongScorePhrase = list("recommend", "recommendation", "net promoter", "nps", "порекомендуете", "порекомендовать", "рекомендовать", "рекомендуете", "посоветуете",
		"weiterempfehlen", "weiterempfehlung", "weiter empfehlen", "empfehlen", "recommander", "recommanderiez", "recommandiez", "recommandation", "recomendar", "recomiende", "recomendaría", "recomendarías")
	scalePhrase   = list("0 to 10", "0 10", "0 bis 10", "0 à 10", "0 a 10", "от 0 до 10")
	middlingScore = words("score", "answer", "survey score", "customer score", "оценка", "балл", "баллы", "bewertung", "punktzahl", "punkte", "note", "puntuación", "puntaje", "nota", "calificación")
	faintScore    = words("rating", "rate", "value", "hs value", "answer score", "рейтинг", "wertung", "évaluation", "valoración")

	// What is made from the answer, or asks something else, is never taken
	// for it.
	derivedScore = list("group", "category", "segment", "type", "band", "bucket", "label", "class", "topics", "topic", "tags", "sentiment", "comment", "reason", "why", "weight", "duration", "seconds", "time", "date", "count", "average", "avg", "mean",
		"группа", "категория", "сегмент", "комментарий", "почему", "причина", "вес", "длительность", "gruppe", "kategorie", "kommentar", "warum", "grund", "gewicht", "dauer", "groupe", "catégorie", "commentaire", "pourquoi", "raison", "poids", "durée", "grupo", "categoría", "comentario", "por qué", "razón", "peso", "duración")
	otherMeasure = list("csat", "ces", "satisfaction", "satisfied", "satisfying", "effort", "easy", "ease", "quiz", "calculated", "calculated score", "лояльности csat", "удовлетворенность", "удовлетворены", "удовлетворённость", "довольны",
		"zufriedenheit", "zufrieden", "aufwand", "satisfait", "satisfaisant", "facilité", "satisfacción", "satisfecho", "esfuerzo", "test score", "lead score", "credit score")
)

// Words that turn a name about a call into something else: a permission, or
// a wish not to be called.
var notAsked = list("not", "don t", "dont", "do not", "never", "no", "may we", "can we", "could we", "consent", "permission", "agree", "allowed", "opt out", "unsubscribe", "last", "number", "status",
	"не", "нельзя", "согласие", "можно ли", "nicht", "kein", "dürfen", "darf", "einwilligung", "ne", "pas", "pouvons", "consentement", "podemos", "puede", "consentimiento", "número")

// keys are names as key writes them, made when they are first looked at.
type keys func() []string

func list(names ...string) keys {
	return sync.OnceValue(func() []string {
		out := make([]string, len(names))
		for i, n := range names {
			out[i] = key(n)
		}
		return out
	})
}

// all gives the keys; there may be none.
func (k keys) all() []string {
	if k == nil {
		return nil
	}
	return k()
}

// holds tells whether one of the phrases stands in the key, as whole words.
func holds(k string, phrases []string) bool {
	k = " " + k + " "
	for _, p := range phrases {
		if strings.Contains(k, " "+p+" ") {
			return true
		}
	}
	return false
}

// position is where a key stands in a list; −1 if nowhere.
func position(k string, names []string) int {
	for i, n := range names {
		if k == n {
			return i
		}
	}
	return -1
}
