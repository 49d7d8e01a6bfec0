package inventory

import (
	"cmp"
	"context"
	"slices"

	"picket/controlplane"
	"picket/filter/identify"
)

// maxWord is the longest word that is taken, in bytes.
const maxWord = 64

// maxWanted is how many words are asked for at a time.
const maxWanted = 10_000

// maxReveal is how many of them are told to a stream at a time.
const maxReveal = 1000

// word is what is known of one hash: who used it, until enough did; then its text, once told.
type word struct {
	users  []user // distinct, at most k
	wanted bool
	text   string
}

// user is a caller as words count them. Two are distinct when both their names and their addresses are: names are anyone's to
// invent, and one person has many addresses. A number that is too low only leaves a word untold.
type user struct{ name, address uint64 }

func userOf(c controlplane.Caller) user {
	u := user{address: c.IPHash}
	if c.Network.IsValid() {
		u.address = identify.Network(c.Network)
	}
	u.name = cmp.Or(c.Subject, c.Key, u.address)
	if c.Verified { // nobody invents a certificate
		u.address = c.Subject
	}
	return u
}

func (u user) distinct(o user) bool { return u.name != o.name && u.address != o.address }

// use counts one consumer of an endpoint's words. v.mu is held.
func (v *Inventory) use(p *Policy, segments []uint64, by user) {
	if by.address == 0 {
		return
	}
	for _, hash := range segments {
		if hash != 0 {
			v.useWord(max(p.Words, 1), hash, by)
		}
	}
}

func (v *Inventory) useWord(k int, hash uint64, by user) {
	w := v.words[hash]
	if w == nil {
		w = v.addWord(hash)
	}
	if w == nil || w.wanted || w.text != "" {
		return
	}
	if !slices.ContainsFunc(w.users, func(u user) bool { return !u.distinct(by) }) {
		w.users = append(w.users, by)
	}
	if len(w.users) >= k && v.open() < maxWanted {
		w.users, w.wanted = nil, true
		v.wanted = append(v.wanted, hash)
	}
}

func (v *Inventory) open() int { return len(v.wanted) - v.answered }

// addWord gives nil where there is no room.
func (v *Inventory) addWord(hash uint64) *word {
	if len(v.words) >= v.limits.Words && !v.forgetWord() {
		return nil
	}
	w := &word{}
	v.words[hash] = w
	return w
}

// forgetWord makes room among words that nobody told. A map's order is arbitrary, so that nobody can choose the victim;
// where the first few are all told, most are, and the new one is not taken.
func (v *Inventory) forgetWord() bool {
	looked := 0
	for hash, w := range v.words {
		if w.text == "" && !w.wanted {
			delete(v.words, hash)
			v.metrics.forgotten.Inc()
			return true
		}
		if looked++; looked == 32 {
			break
		}
	}
	v.metrics.forgotten.Inc()
	return false
}

// Reveal gives the hashes of words that filters may be asked for and that no one told yet, after a stream's cursor,
// and the cursor to go on from; a new stream starts at 0. So each stream asks for each word once. At most 1,000 at a
// time.
func (v *Inventory) Reveal(cursor int) (hashes []uint64, next int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	next = max(cursor, v.dropped)
	for ; next < v.dropped+len(v.wanted) && len(hashes) < maxReveal; next++ {
		if hash := v.wanted[next-v.dropped]; hash != 0 {
			hashes = append(hashes, hash)
		}
	}
	return hashes, next
}

// Tell takes the text of a word that was asked for. One that was not asked for, does not fit its hash, or looks like
// data is dropped and counted. It reports whether the text was taken.
func (v *Inventory) Tell(ctx context.Context, hash uint64, text string) bool {
	if !v.fits(hash, text) {
		v.metrics.rejected.Inc()
		return false
	}
	v.mu.Lock()
	w := v.words[hash]
	told := w != nil && w.wanted
	if told {
		v.answer(hash, w, text)
	}
	v.mu.Unlock()
	if told {
		v.remember(ctx, hash, text)
	}
	return told
}

// Learn takes a word that was told before, from the register. It reports whether it fits its hash.
func (v *Inventory) Learn(hash uint64, text string) bool {
	if !v.fits(hash, text) {
		v.metrics.rejected.Inc()
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	w := v.words[hash]
	if w == nil {
		w = v.addWord(hash)
	}
	if w != nil {
		v.answer(hash, w, text)
	}
	return true
}

func (v *Inventory) answer(hash uint64, w *word, text string) {
	w.text, w.users = text, nil
	if i := slices.Index(v.wanted, hash); w.wanted && i >= 0 {
		v.wanted[i] = 0
		v.answered++
	}
	w.wanted = false
	for len(v.wanted) > 0 && v.wanted[0] == 0 {
		v.wanted = v.wanted[1:]
		v.dropped++
		v.answered--
	}
}

func (v *Inventory) fits(hash uint64, text string) bool {
	return isWord(text) && v.key.Hash(identify.DomainWord, []byte(text)) == hash
}

// isWord says whether a text may be shown: short, printable ASCII, and nothing that looks like an address of a person,
// or a number that names something.
func isWord(text string) bool {
	if len(text) == 0 || len(text) > maxWord {
		return false
	}
	digits := 0
	for i := range len(text) {
		c := text[i]
		if c <= ' ' || c >= 0x7f || c == '@' || c == '%' {
			return false
		}
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits <= 4
}
