package simulate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// requestHeader names the timeline's request that a real one is: whose it is and when it comes, which it cannot say.
	requestHeader = "Simulate-Request"
	// leakedHeader of an answer says what it holds that belongs to somebody else than the actor.
	leakedHeader = "Simulate-Leaked"
)

// tell plays a timeline's actors. The same seed gives the same requests, in the same order.
func tell(t *Timeline, seed uint64) *Scene {
	s := newScene(seed)
	t.Play(s)
	slices.SortStableFunc(s.requests, func(a, b Request) int { return cmp.Compare(a.At, b.At) })
	return s
}

// Length is when a timeline's last request comes, after its start. seed is ListenerOptions.Seed.
func Length(t *Timeline, seed uint64) time.Duration { return tell(t, cmp.Or(seed, 1)).lasts() }

// lasts is when the last request comes.
func (s *Scene) lasts() time.Duration {
	if len(s.requests) == 0 {
		return 0
	}
	return s.requests[len(s.requests)-1].At
}

// lane is the same number for all requests of a caller.
func (r *Request) lane() uint32 {
	h := fnv.New32a()
	b := r.Caller.Address.As16()
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(r.actor.Name))
	return h.Sum32()
}

// newActorResult gives a result in which nothing happened yet.
func newActorResult(a *Actor) *ActorResult {
	return &ActorResult{Actor: a.Name, Attacker: a.Attacker, Victim: a.Victim, leaked: map[string]bool{}}
}

// reference names a request of a timeline.
type reference struct {
	timeline string
	seed     uint64
	index    int
	speed    float64 // of the play: what the time that an answer takes is divided by
}

// String gives what parseReference reads.
func (r reference) String() string {
	return fmt.Sprintf("%s/%d/%d/%g", r.timeline, r.seed, r.index, r.speed)
}

func parseReference(s string) (r reference, ok bool) {
	parts := strings.Split(s, "/")
	if len(parts) != 4 {
		return r, false
	}
	seed, err := strconv.ParseUint(parts[1], 10, 64)
	index, err2 := strconv.Atoi(parts[2])
	speed, err3 := strconv.ParseFloat(parts[3], 64)
	return reference{parts[0], seed, index, speed}, errors.Join(err, err2, err3) == nil && index >= 0 && speed > 0
}

// ServiceOptions of a Service. Zero fields have the defaults named.
type ServiceOptions struct {
	Timelines []Timeline // that may be played; nil: all that come with Picket
	Seed      uint64     // of what is drawn; 0: 1. It must be the player's
	// Delay has each answer take as long as the simulated service needs, at the speed of the play; else it comes at once.
	Delay bool
}

// Service is the simulated service as a real one, to stand behind the listener that PlayListener asks. It answers what
// really arrives; the request's own header tells it whose request it is. It is safe for concurrent use.
type Service struct {
	o ServiceOptions

	mu     sync.Mutex
	scenes map[string]*Scene // by timeline
}

var _ http.Handler = (*Service)(nil)

// NewService makes one.
func NewService(o ServiceOptions) *Service {
	o.Seed = cmp.Or(o.Seed, 1)
	if o.Timelines == nil {
		o.Timelines = Timelines()
	}
	return &Service{o: o, scenes: map[string]*Scene{}}
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	name := q.Header.Get(requestHeader)
	ref, ok := parseReference(name)
	if !ok && name != "" {
		http.Error(w, requestHeader+": want timeline/seed/index/speed", http.StatusBadRequest)
		return
	}
	st, told, err := s.told(ref)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r, err := arrived(q, told)
	if err != nil {
		return // the caller is gone
	}
	a := st.service.answer(r)
	if s.o.Delay && !wait(q, time.Duration(float64(a.took)/cmp.Or(ref.speed, 1))) {
		return
	}
	write(w, &a)
}

// told finds the request that is referred to. The zero reference is a stranger's, who plays no part.
func (s *Service) told(ref reference) (*Scene, *Request, error) {
	if ref == (reference{}) {
		return newScene(s.o.Seed), &Request{actor: &Actor{Name: "stranger", Customer: -1}}, nil
	}
	i := slices.IndexFunc(s.o.Timelines, func(t Timeline) bool { return t.Name == ref.timeline && !t.recorded })
	switch {
	case i < 0:
		return nil, nil, fmt.Errorf("%s: this service knows no such request", requestHeader)
	case ref.seed != s.o.Seed:
		return nil, nil, fmt.Errorf("%s: the request is of seed %d, and this service has seed %d: start both with the same", requestHeader, ref.seed, s.o.Seed)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.scenes[ref.timeline]
	if st == nil {
		st = tell(&s.o.Timelines[i], s.o.Seed)
		s.scenes[ref.timeline] = st
	}
	if ref.index >= len(st.requests) {
		return nil, nil, fmt.Errorf("%s: this service knows no such request", requestHeader)
	}
	return st, &st.requests[ref.index], nil
}

// maxBody is what the service reads of a body that it looks into.
const maxBody = 64 << 10

// arrived gives what really came, with what only the timeline knows.
func arrived(q *http.Request, told *Request) (*Request, error) {
	r := &Request{At: told.At, Method: q.Method, Path: q.RequestURI, actor: told.actor}
	r.Caller.Key = q.Header.Get(keyHeader)
	r.Caller.Token, _ = strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	b, err := io.ReadAll(io.LimitReader(q.Body, maxBody))
	if err == nil {
		_, err = io.Copy(io.Discard, q.Body)
	}
	if err != nil {
		return nil, fmt.Errorf("read a body: %w", err)
	}
	var login struct{ Username, Password string }
	if json.Unmarshal(b, &login) == nil {
		r.Account, r.Secret = login.Username, login.Password
	}
	return r, nil
}

// wait tells whether the caller is there after so long.
func wait(q *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-q.Context().Done():
		return false
	}
}

// write sends an answer. A body that says nothing has the answer's size.
func write(w http.ResponseWriter, a *answer) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if a.leaked != "" {
		h.Set(leakedHeader, a.leaked)
	}
	if a.status == http.StatusUnauthorized {
		h.Set("Www-Authenticate", "Bearer")
	}
	body, size := io.Reader(strings.NewReader(a.body)), int64(len(a.body))
	if size == 0 && a.bytes > 2 {
		size = int64(a.bytes)
		body = io.MultiReader(strings.NewReader(`"`), io.LimitReader(filler{}, size-2), strings.NewReader(`"`))
	}
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(a.status)
	_, _ = io.Copy(w, body) // a caller that left does not matter here
}

// filler is an endless text that says nothing.
type filler struct{}

// Read implements io.Reader.
func (filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
