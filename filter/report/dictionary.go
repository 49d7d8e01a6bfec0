package report

import (
	"strings"

	"picket/filter/identify"
	"picket/proto/wire"
)

// dictionary remembers the endpoints that rollups refer to, and the words that the control plane may ask for.
type dictionary struct {
	endpoints map[uint64]*endpoint
	words     map[uint64]string
	told      []uint64 // hashes of words to tell in the next report
}

type endpoint struct {
	wire      wire.Endpoint
	announced uint32 // the generation of the stream that was told
}

const (
	maxEndpoints = 2048
	maxWords     = 4096
	maxTold      = 256
)

func newDictionary() dictionary {
	return dictionary{endpoints: map[uint64]*endpoint{}, words: map[uint64]string{}}
}

// crowded says that there may soon be no room.
func (d *dictionary) crowded() bool {
	return len(d.endpoints) > maxEndpoints/2 || len(d.words) > maxWords/2
}

// know adds an endpoint. It reports whether there was room.
func (d *dictionary) know(p *identify.Place) bool {
	if len(d.endpoints) >= maxEndpoints {
		return false
	}
	e := &endpoint{wire: wire.Endpoint{ID: p.Endpoint, Method: p.Method, Host: p.Host, Truncated: p.Truncated}}
	e.wire.Segments = append(e.wire.Segments, p.Segments[:p.N]...)
	d.endpoints[p.Endpoint] = e
	return true
}

// remember keeps the words of a place for later questions. It reports whether all that may be told fitted.
func (d *dictionary) remember(p *identify.Place) bool {
	fitted := true
	for i := range p.N {
		fitted = d.keep(p.Segments[i], p.Words[i]) && fitted
	}
	return fitted
}

// keep keeps a word that may be told. It reports whether there was room.
func (d *dictionary) keep(hash uint64, word []byte) bool {
	switch {
	case hash == 0 || d.words[hash] != "" || !identify.Tellable(word):
		return true
	case len(d.words) >= maxWords:
		return false
	}
	d.words[hash] = strings.Clone(string(word))
	return true
}

// reveal notes words that the control plane asked for; unknown ones are passed over.
func (d *dictionary) reveal(hashes []uint64) {
	for _, h := range hashes {
		if d.words[h] != "" && len(d.told) < maxTold {
			d.told = append(d.told, h)
		}
	}
}
