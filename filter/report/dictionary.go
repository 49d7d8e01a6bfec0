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
		w, h := p.Words[i], p.Segments[i]
		if h == 0 || d.words[h] != "" || !identify.Tellable(w) {
			continue
		}
		if len(d.words) >= maxWords {
			fitted = false
			continue
		}
		d.words[h] = strings.Clone(string(w))
	}
	return fitted
}

// reveal notes words that the control plane asked for; unknown ones are passed over.
func (d *dictionary) reveal(hashes []uint64) {
	for _, h := range hashes {
		if d.words[h] != "" && len(d.told) < maxTold {
			d.told = append(d.told, h)
		}
	}
}
