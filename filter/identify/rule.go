package identify

import "strings"

// Rule declares an endpoint.
type Rule struct {
	Method          string // empty: any
	Host            string // lower case without port; empty: any
	Path            string // /v1/customers/{id}; a trailing ** stands for the rest
	AccountField    string // of a body or a query
	FailureStatuses []uint32
	OwnerParameter  string
	ObjectFields    []string     // of bodies, whose values are ids of records
	FailureFields   []FieldValue // of responses that tell a failure
	FailureHeaders  []FieldValue // the same; names in lower case
	ShowsWho        bool         // callers show who they are there
	Index           int          // its place among the rules; NewRouter sets it
	// Answer says what to look for in the bodies of responses; nil: nothing. NewRouter sets it.
	Answer *Wanted

	wanted   *ruleWanted // nil: nothing is declared of bodies
	segments []ruleSegment
	rest     bool
	host     uint64
}

type ruleSegment struct {
	word             string
	parameter, owner bool
}

// ruleNode is a trie over the segments of declared paths.
type ruleNode struct {
	words     []ruleWord           // in the order of the rules
	many      map[string]*ruleNode // the same, where they are more than few
	parameter *ruleNode
	ends      []*Rule // rules whose path ends here
	rests     []*Rule // rules whose ** begins here
}

type ruleWord struct {
	word string
	node *ruleNode
}

// few words are compared one by one, which takes less time than a map's hash.
const few = 8

// word gives the node behind a word, or nil.
func (n *ruleNode) word(w []byte) *ruleNode {
	if n.many != nil {
		return n.many[string(w)]
	}
	for i := range n.words {
		if n.words[i].word == string(w) {
			return n.words[i].node
		}
	}
	return nil
}

func (n *ruleNode) addWord(word string) *ruleNode {
	node := &ruleNode{}
	n.words = append(n.words, ruleWord{word, node})
	if n.many != nil {
		n.many[word] = node
	} else if len(n.words) > few {
		n.many = make(map[string]*ruleNode, 2*few)
		for _, w := range n.words {
			n.many[w.word] = w.node
		}
	}
	return node
}

func compileRules(k *Key, rules []Rule) *ruleNode {
	root := &ruleNode{}
	for i := range rules {
		r := rules[i]
		r.Index = i
		r.compile(k)
		n := root
		for _, s := range r.segments {
			n = n.child(s)
		}
		if r.rest {
			n.rests = append(n.rests, &r)
		} else {
			n.ends = append(n.ends, &r)
		}
	}
	return root
}

func (r *Rule) compile(k *Key) {
	r.segments, r.rest, r.wanted, r.Answer = nil, false, r.newWanted(), nil
	if len(r.FailureFields) > 0 {
		r.Answer = &Wanted{Failure: r.FailureFields, Declared: true}
	}
	if r.Host != "" {
		r.host = k.Hash(DomainHost, []byte(r.Host))
	}
	for s := range strings.SplitSeq(r.Path, "/") {
		switch {
		case s == "":
		case s == "**":
			r.rest = true
			return
		case len(r.segments) == MaxSegments:
			r.rest = true
			return
		case s[0] == '{':
			r.segments = append(r.segments, ruleSegment{parameter: true, owner: r.OwnerParameter != "" && s == "{"+r.OwnerParameter+"}"})
		default:
			r.segments = append(r.segments, ruleSegment{word: s})
		}
	}
}

func (n *ruleNode) child(s ruleSegment) *ruleNode {
	if s.parameter {
		if n.parameter == nil {
			n.parameter = &ruleNode{}
		}
		return n.parameter
	}
	if node := n.word([]byte(s.word)); node != nil {
		return node
	}
	return n.addWord(s.word)
}

// searchLimit bounds the nodes that one look-up visits, so that no set of rules makes a path expensive.
const searchLimit = 64

// match gives the declared endpoint for a path, a word before a parameter before **.
func (r *Router) match(p *Place, raw *[MaxSegments][]byte) *Rule {
	visits := 0
	return r.rules.find(p, raw, 0, &visits)
}

func (n *ruleNode) find(p *Place, raw *[MaxSegments][]byte, at int, visits *int) *Rule {
	if *visits++; n == nil || *visits > searchLimit {
		return nil
	}
	if at == p.N && !p.Truncated {
		if r := pick(n.ends, p); r != nil {
			return r
		}
		return pick(n.rests, p)
	}
	if at < p.N {
		if r := n.word(raw[at]).find(p, raw, at+1, visits); r != nil {
			return r
		}
		if r := n.parameter.find(p, raw, at+1, visits); r != nil {
			return r
		}
	}
	return pick(n.rests, p)
}

// pick gives the rule that fits the method and host best: a named host before any, a named method before any.
func pick(rules []*Rule, p *Place) *Rule {
	var best *Rule
	score := -1
	for _, r := range rules {
		if r.Method != "" && r.Method != p.Method || r.host != 0 && r.host != p.Host {
			continue
		}
		s := 0
		if r.host != 0 {
			s += 2
		}
		if r.Method != "" {
			s++
		}
		if s > score {
			best, score = r, s
		}
	}
	return best
}
