package plugin

import (
	"picket/filter/identify"
	"picket/filter/report"
)

// httpStream is what the worker remembers of a request between its headers and its end.
type httpStream struct {
	id       uint32
	slot     int // in streams.live
	start    uint64
	sample   report.Sample
	rule     *identify.Rule
	fields   *identify.Body // what its body says in its fields; nil: nobody asks
	endpoint uint64
	asked    uint64         // the account that the table was asked about
	answered report.Outcome // what Picket answered; 0: it let the request through
	long     bool           // may live long: counted while it lives, too
	counted  bool
	keyed    bool // identified, so that it may be reported
	grpc     bool
	exempt   bool // an operator or the allowlist allows this caller: what is found inside is only told
	complete bool // its body has come, as long as it was declared
	// responded says that the response's headers were read.
	responded bool

	// What of it is inspected, where the policy asks for that.
	inspection *inspection // nil: nothing
	scope      *scope
	body       body
	answer     response
	finding    uint64 // the first one in the request
}

// streams holds the requests in flight. Its memory grows with Envoy's concurrency and is used again.
type streams struct {
	recent [256]*httpStream       // by the id's low bits: nearly all are found here
	byID   map[uint32]*httpStream // those whose place is taken
	live   []*httpStream
	free   []*httpStream
}

func newStreams() streams { return streams{byID: map[uint32]*httpStream{}} }

// get gives the stream of an id, or nil.
func (s *streams) get(id uint32) *httpStream {
	if h := s.recent[id%uint32(len(s.recent))]; h != nil && h.id == id {
		return h
	}
	if len(s.byID) == 0 {
		return nil
	}
	return s.byID[id]
}

func (s *streams) open(id uint32) *httpStream {
	var h *httpStream
	if n := len(s.free); n > 0 {
		h, s.free = s.free[n-1], s.free[:n-1]
	} else {
		h = new(httpStream)
	}
	*h = httpStream{id: id, slot: len(s.live)}
	if place := &s.recent[id%uint32(len(s.recent))]; *place == nil {
		*place = h
	} else {
		s.byID[id] = h
	}
	s.live = append(s.live, h)
	return h
}

func (s *streams) close(h *httpStream) {
	if place := &s.recent[h.id%uint32(len(s.recent))]; *place == h {
		*place = nil
	} else {
		delete(s.byID, h.id)
	}
	last := len(s.live) - 1
	s.live[h.slot] = s.live[last]
	s.live[h.slot].slot = h.slot
	s.live[last] = nil
	s.live = s.live[:last]
	s.free = append(s.free, h)
}
