package policy

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"picket/controlplane"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/wire"
)

// settings is the compiled policy file, and the throttle classes.
type settings struct {
	revision uint64 // of the register's last change to either
	base     wire.Settings
	slugs    map[string]controlplane.Slug // by the register's key
	file     *File
	key      *identify.Key
	rates    []uint32 // requests a minute, by class
	classes  map[uint32]uint16
	allow    []row // ascending
	// canary lets decisions act, each of which says whether it does, but no finding.
	observe, canary, enforce *variant
}

// variant is the settings in one mode, in both forms. It is never changed.
type variant struct {
	wire    wire.Settings
	message *picketv1.Settings
}

// compile takes a file.
func (s *settings) compile(f *File, key *identify.Key) {
	s.base, s.file, s.key = baseSettings(f), f, key
	s.allow = allowRows(f.Allow, key)
	s.build()
}

// addThrottle takes a throttle class and reports whether it is new and there was room.
func (s *settings) addThrottle(rate uint32) bool {
	if _, known := s.classes[rate]; known || len(s.rates) >= MaxThrottles {
		return false
	}
	if s.classes == nil {
		s.classes = map[uint32]uint16{}
	}
	s.classes[rate] = uint16(len(s.rates))
	s.rates = append(s.rates, rate)
	s.build()
	return true
}

func (s *settings) class(rate uint32) (uint16, error) {
	c, ok := s.classes[rate]
	if !ok {
		return 0, fmt.Errorf("no throttle class of %d a minute: %s%d is missing", rate, controlplane.KeyThrottle, rate)
	}
	return c, nil
}

func (s *settings) of(m controlplane.Mode) *variant {
	switch m {
	case controlplane.ModeEnforce:
		return s.enforce
	case ModeCanary:
		return s.canary
	}
	return s.observe
}

func (s *settings) build() {
	w := s.base
	w.Throttles = make([]wire.Throttle, len(s.rates))
	for i, r := range s.rates {
		w.Throttles[i] = wire.Throttle{PerMinute: r, Burst: burst(r)}
	}
	w.Slugs = slugsOf(s.file, s.key, s.slugs)
	s.observe, s.enforce = newVariant(w, wire.ModeObserve), newVariant(w, wire.ModeEnforce)
	s.canary = newVariant(observing(w), wire.ModeEnforce)
}

// burst is how much a caller may take at once: ten seconds' worth, but ten at the least where the rate allows it.
func burst(perMinute uint32) uint32 { return min(perMinute, max(10, perMinute/6)) }

func newVariant(w wire.Settings, m wire.Mode) *variant {
	w.Mode = m
	v := &variant{wire: w, message: &picketv1.Settings{}}
	// Both forms come from one: what wire writes, protobuf reads. Parse lets only UTF-8 through, so that it cannot fail.
	if err := proto.Unmarshal(w.Append(nil), v.message); err != nil {
		v.message = &picketv1.Settings{Mode: picketv1.Mode(m), KillSwitch: w.KillSwitch}
	}
	return v
}

func baseSettings(f *File) wire.Settings {
	w := wire.Settings{
		KillSwitch: f.KillSwitch, Fail: wire.FailModeOpen, ReportIntervalMs: uint32(f.ReportInterval.Milliseconds()),
		KeyHeaders: lowered(f.Identity.Key.Headers), KeyParameters: f.Identity.Key.Query,
		SessionCookies: f.Identity.Session.Cookies, FingerprintState: f.Identity.Fingerprint.FilterState,
		ObjectParameters: f.Objects.Query, Hosts: f.Hosts,
	}
	if f.Fail == FailClosed {
		w.Fail = wire.FailModeClosed
	}
	w.IPPrivacy = map[IPPrivacy]wire.IPPrivacy{
		IPClear: wire.IPPrivacyClear, IPPrefix: wire.IPPrivacyPrefix, IPHashed: wire.IPPrivacyHashed,
	}[f.Privacy.IP]
	kinds := map[SubjectKind]wire.SubjectKind{
		SubjectJWT: wire.SubjectKindJWT, SubjectBasic: wire.SubjectKindBasic, SubjectMTLS: wire.SubjectKindMTLS,
	}
	for _, k := range f.Identity.Subject {
		w.Subjects = append(w.Subjects, kinds[k])
	}
	w.Endpoints, w.Inspection = endpointRules(f), inspection(f)
	return w
}

func lowered(names []string) []string {
	var l []string
	for _, n := range names {
		l = append(l, strings.ToLower(n))
	}
	return l
}
