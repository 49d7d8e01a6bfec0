package inventory

import (
	"slices"

	"picket/controlplane"
)

// When words of a place are values.
const (
	// fewest is how many regular callers there must be, ownValues how many values, of which each caller has one of its own.
	fewest, ownValues = 24, 20
	// readValues is how many there must be where callers read many of them, manyReaders how many callers.
	readValues, manyReaders = 200, 40
)

// judge says whether the words of a place are values: very many, each of which few callers use, and what follows is alike
// after all of them. An API's own words are few, callers use several of them, and other things follow each.
func (p *place) judge() (j judgement, ok bool) {
	c := p.candidates()
	if len(c.values) < ownValues || !c.alike() {
		return j, false
	}
	if !c.owned() && !c.browsed(len(p.watch.requests)) {
		return j, false
	}
	if len(c.words) > controlplane.MaxSlugWords {
		return j, false
	}
	words := append(c.words, c.strange[:min(len(c.strange), controlplane.MaxSlugWords-len(c.words))]...)
	slices.Sort(words)
	return judgement{words: words, values: len(c.values), callers: c.callers}, true
}

// candidates are the words of a place that regular callers use, but for those that stay words.
type candidates struct {
	callers int
	words   []uint64 // that stay words: many callers use them, or what follows is of another kind
	strange []uint64 // the same, of those that no regular caller used, ascending
	values  []candidate
	shapes  map[uint64]int // of how many values they follow
	odd     int            // words that are not used by many, and stay words for what follows them
}

type candidate struct {
	hash  uint64
	users readerSet
	of    *literal
}

func (p *place) candidates() *candidates {
	c := &candidates{callers: p.watch.regulars.len(), shapes: map[uint64]int{}}
	var rest []candidate
	for hash, l := range p.literals {
		users := l.users.and(&p.watch.regulars)
		switch n := users.len(); {
		case n == 0:
			rest = append(rest, candidate{hash, users, l})
		case 4*n > c.callers:
			c.words = append(c.words, hash)
		default:
			c.values = append(c.values, candidate{hash, users, l})
		}
	}
	for _, v := range c.values {
		for _, s := range v.of.shapes {
			c.shapes[s]++
		}
	}
	all := len(c.values)
	c.values = slices.DeleteFunc(c.values, func(v candidate) bool {
		if c.like(v.of, all) {
			return false
		}
		c.words = append(c.words, v.hash)
		return true
	})
	c.odd = all - len(c.values)
	for _, v := range rest {
		if !c.like(v.of, all) {
			c.strange = append(c.strange, v.hash)
		}
	}
	slices.Sort(c.strange)
	return c
}

// like says whether at least half of what follows a word follows at least a quarter of all.
func (c *candidates) like(l *literal, all int) bool {
	usual := 0
	for _, s := range l.shapes {
		if 4*c.shapes[s] >= all {
			usual++
		}
	}
	return 2*usual >= len(l.shapes)
}

// alike says whether the same follows most values: nine in ten have what is usual, one thing follows half of them, and
// hardly any has an id behind it, as the words for kinds of records have.
func (c *candidates) alike() bool {
	n, ids, most := len(c.values), 0, 0
	for _, v := range c.values {
		if slices.ContainsFunc(v.of.shapes, leadsToID) {
			ids++
		}
	}
	for _, k := range c.shapes {
		most = max(most, k)
	}
	return 10*c.odd <= n && 10*ids <= n && 2*most >= n
}

// owned says whether seven in ten callers use a value, and four in five of them one only, as that of their tenant or their own
// name. Of rare words that callers happen to use, either fewer use one, or more of them use two.
func (c *candidates) owned() bool {
	var of [maxReaders]int
	for _, v := range c.values {
		for i := range of {
			if v.users.has(i) {
				of[i]++
			}
		}
	}
	some, one := 0, 0
	for _, n := range of {
		if n > 0 {
			some++
		}
		if n == 1 {
			one++
		}
	}
	return some >= fewest && 10*some >= 7*c.callers && 5*one >= 4*some
}

// browsed says whether there are far more values than any API has words, of which a good part is used by several, and whether
// the later half of the callers still brought many new ones.
func (c *candidates) browsed(readers int) bool {
	n, shared, late := len(c.values), 0, 0
	for _, v := range c.values {
		if v.users.len() > 1 {
			shared++
		}
		if v.users.first() >= readers/2 {
			late++
		}
	}
	return n >= readValues && c.callers >= manyReaders && 10*shared >= 3*n && 10*late >= 3*n
}
