package detect_test

import (
	"slices"
	"testing"
	"time"
)

const thread = "GET /v1/threads/{id}"

// read has readers who each read so many records, from the same few or each his own.
func (s *scene) read(endpoint string, people, records int, same bool) {
	for i := range people {
		for k := range records {
			n := k
			if !same {
				n += i * records
			}
			s.ask(stranger(3000+i), endpoint, ok, 0, object(uint64(n)))
		}
	}
}

func TestWhatManyStrangersReadIsForEverybody(t *testing.T) {
	for _, tt := range []struct {
		name, endpoint string
		same, fires    bool
	}{
		{"a page that many read: whoever reads them all does no harm", thread, true, false},
		{"records that nobody reads twice are somebody's", thread, false, true},
		{"an export that many get is still none for everybody", "GET /v1/export/{id}", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScene(t)
			s.read(tt.endpoint, 30, 3, tt.same)
			s.at = s.at.Add(time.Hour)
			for range 100 {
				s.ask(stranger(1), tt.endpoint, ok, 100*time.Millisecond, s.counted())
			}
			if got := slices.Contains(s.told(), "object-enumeration"); got != tt.fires {
				t.Errorf("fired: %v", s.told())
			}
		})
	}
}

func TestARefusalEndsWhatIsForEverybody(t *testing.T) {
	s := newScene(t)
	s.read(thread, 30, 3, true)
	s.ask(stranger(2), thread, denied, time.Second, object(1))
	for range 100 {
		s.ask(stranger(1), thread, ok, 100*time.Millisecond, s.counted())
	}
	if !slices.Contains(s.told(), "object-enumeration") {
		t.Errorf("fired: %v", s.told())
	}
}
