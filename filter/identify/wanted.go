package identify

import "bytes"

// Wanted says what to look for in the bodies of an endpoint's requests or responses. A field's name is that of a form's
// field, or the dotted path of a JSON member ("user.email"), where arrays on the way have no part in it; case does not
// matter. It is not changed once it is in use.
type Wanted struct {
	// Account names the account, in the query too: the first of these that is there.
	Account []string
	// Objects are fields that hold the ids of records.
	Objects []string
	// AnyID: fields that are named as ids are hold them, at the top and in GraphQL's variables.
	AnyID bool
	// Failure says which fields of a response tell that it failed.
	Failure []FieldValue
	// Names: the names of all fields are noted.
	Names bool
	// Declared: the policy asks for it. What it does not ask for is looked for only in bodies that are read anyway.
	Declared bool
}

// FieldValue is a field or a header with the value that it must have: "*" is any but null and the empty one, and what
// ends in * is how it must begin.
type FieldValue struct{ Name, Value string }

// Says says whether a header of this name has the value.
func (f *FieldValue) Says(name, value string) bool {
	return f.Name == name && f.fits([]byte(value))
}

// fits says whether v is the value.
func (f *FieldValue) fits(v []byte) bool {
	n := len(f.Value)
	if n == 0 || f.Value[n-1] != '*' {
		return f.Value == string(v)
	}
	if n == 1 {
		return len(v) > 0 && string(v) != "null"
	}
	return len(v) >= n-1 && string(v[:n-1]) == f.Value[:n-1]
}

// usualAccounts gives the fields that name an account where the policy names none, the surest first.
func usualAccounts() []string {
	return []string{"username", "user", "email", "login", "phone", "msisdn", "account"}
}

// usual is what is wanted where the policy declares nothing.
type usual struct{ login, ids, names, query Wanted }

func newUsual() usual {
	return usual{
		login: Wanted{Account: usualAccounts(), Names: true}, ids: Wanted{AnyID: true, Names: true}, names: Wanted{Names: true},
		query: Wanted{Account: usualAccounts()},
	}
}

// wanted says what to look for in a request's body and query; nil: nothing. It is asked once for a place that is kept.
func (r *Router) wanted(p *Place, query []byte) *Wanted {
	writes := changes(p.Method)
	if !writes && len(query) == 0 && (p.Rule == nil || p.Rule.wanted == nil) {
		return nil
	}
	shows := p.Rule != nil && p.Rule.ShowsWho || r.showWho(p)
	if p.Rule != nil && p.Rule.wanted != nil {
		return p.Rule.wanted.of(shows, p.Object != 0)
	}
	switch {
	case writes && shows:
		return &r.usual.login
	case writes && p.Object == 0:
		return &r.usual.ids
	case writes:
		return &r.usual.names
	case shows:
		return &r.usual.query
	}
	return nil
}

// changes says whether a method's requests have bodies that say something of records.
func changes(method string) bool {
	switch method {
	case "POST", "PUT", "PATCH":
		return true
	}
	return false
}

// ruleWanted is what a rule's endpoint wants: as declared, where the place shows who, where it names an object, or both.
type ruleWanted [4]Wanted

func (w *ruleWanted) of(shows, object bool) *Wanted {
	i := 0
	if shows {
		i++
	}
	if object {
		i += 2
	}
	return &w[i]
}

// newWanted gives nil for a rule that declares nothing of its bodies.
func (r *Rule) newWanted() *ruleWanted {
	if r.AccountField == "" && len(r.ObjectFields) == 0 {
		return nil
	}
	var all ruleWanted
	for i := range all {
		w := Wanted{Objects: r.ObjectFields, Names: true, Declared: true}
		shows, object := i&1 == 1, i&2 == 2
		switch {
		case r.AccountField != "":
			w.Account = []string{r.AccountField}
		case shows:
			w.Account = usualAccounts()
		}
		w.AnyID = len(w.Objects) == 0 && len(w.Account) == 0 && !object
		all[i] = w
	}
	return &all
}

// FailedBy says whether a response's headers tell that the request failed, as the policy declares it.
func (r *Rule) FailedBy(p Pairs) (failed bool) {
	if r == nil || len(r.FailureHeaders) == 0 {
		return false
	}
	p.Each(func(k, v []byte) bool {
		for i := range r.FailureHeaders {
			h := &r.FailureHeaders[i]
			failed = failed || string(k) == h.Name && h.fits(v)
		}
		return !failed
	})
	return failed
}

// wordNotes remembers of words whether they say that callers show who they are, by their hashes.
type wordNotes [64]struct {
	hash  uint64
	shows bool
}

// showWho says whether a word of a place's path says that callers show who they are there.
func (r *Router) showWho(p *Place) bool {
	for i := range p.N {
		h := p.Segments[i]
		if h == 0 {
			continue
		}
		n := &r.words[h%uint64(len(r.words))]
		if n.hash != h {
			n.hash, n.shows = h, showsWho(p.Words[i])
		}
		if n.shows {
			return true
		}
	}
	return false
}

// showsWho says whether a word stands for a login or the like: signIn, password-reset, sessions, otp.
func showsWho(word []byte) bool {
	var part, before [16]byte
	n, nBefore := 0, 0
	for i := 0; i <= len(word); i++ {
		letter := i < len(word) && lower(word[i]) >= 'a' && lower(word[i]) <= 'z'
		hump := letter && i > 0 && word[i] < 'a' && word[i-1] >= 'a'
		if (!letter || hump) && n > 0 {
			if loginWord(part[:n]) || nBefore > 0 && loginPair(before[:nBefore], part[:n]) {
				return true
			}
			before, nBefore, n = part, n, 0
		}
		if letter && n < len(part) {
			part[n] = lower(word[i])
			n++
		}
	}
	return false
}

func loginWord(w []byte) bool {
	if n := len(w); n > 4 && w[n-1] == 's' {
		w = w[:n-1]
	}
	switch string(w) {
	case "login", "logon", "signin", "signup", "register", "registration", "token", "session", "password", "passwd", "reset", "forgot",
		"otp", "mfa", "auth", "authenticate":
		return true
	}
	return false
}

func loginPair(a, b []byte) bool {
	switch string(a) {
	case "log":
		return string(b) == "in" || string(b) == "on"
	case "sign":
		return string(b) == "in" || string(b) == "up" || string(b) == "on"
	}
	return false
}

// idName says whether a field of a body is named as the id of a record is, or as those of many: as in a query, but for what
// names a message, a program or a visit.
func idName(name []byte) bool {
	if n := len(name); n > 2 && name[n-1] == 's' {
		name = name[:n-1]
	}
	if !namesID(name) {
		return false
	}
	name = bytes.TrimRight(name[:len(name)-2], "_-")
	for _, w := range [...]string{"request", "correlation", "trace", "span", "client", "session", "event", "batch", "message"} {
		if n := len(name) - len(w); n >= 0 && bytes.EqualFold(name[n:], []byte(w)) {
			return false
		}
	}
	return true
}
