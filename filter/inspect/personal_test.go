package inspect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func counted(text string) map[string]uint32 {
	var p Personal
	p.Feed([]byte(text))
	m := map[string]uint32{}
	for d, n := range p.Counts {
		if n > 0 {
			m[Datum(d).String()] = n
		}
	}
	return m
}

func TestPersonalDataIsCountedByKind(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want map[string]uint32
	}{
		"a customer's record": {
			`{"id":1000001,"name":"Ann Other","email":"ann.other@example.org","phone":"+1 555 010 9999","msisdn":"15550109999","iccid":"8901260123456789012","imei":"490154203237518"}`,
			map[string]uint32{"email": 1, "phone": 2, "iccid": 1, "imei": 1},
		},
		"a card, plain and in groups":   {`{"pan":"4111111111111111","other":"5555 5555 5555 4444"}`, map[string]uint32{"card": 2}},
		"a number that fails its check": {`{"pan":"4111111111111112"}`, map[string]uint32{}},
		"a national number":             {`{"a":"078-05-1120","ssn":"078051120"}`, map[string]uint32{"national": 2}},
		"a token":                       {`{"token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLWFubmE0711"}`, map[string]uint32{"token": 1}},
		"a list of people":              {strings.Repeat(`{"email":"a@b.example"},`, 50), map[string]uint32{"email": 50}},
		"numbers that name nothing":     {`{"id":123456789012,"at":1795370862,"price":12.99,"v":"1.2.3","ip":"192.0.2.10","uuid":"8d9f3b1e-5a52-4a0f-9d06-3f1f0f6b7a11","date":"2026-11-22"}`, map[string]uint32{}},
		"signs that are no addresses":   {`{"a":"@home","b":"me@","c":"a@b","d":"1 @ 2.5"}`, map[string]uint32{}},
		"a hash is no number":           {`{"sha":"4111111111111111aa","x":"d4111111111111111"}`, map[string]uint32{}},
		"timestamps and offsets":        {`{"at":"2026-11-22T10:00:00+01:00","nano":1795370862346429410}`, map[string]uint32{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, counted(tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzPersonal(f *testing.F) {
	f.Add([]byte(`{"phone":"+1 (555) 010-9999","a":"x@y.zz"}eyJ..`), uint8(3))
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		var p Personal
		at := min(int(cut), len(b))
		p.Feed(b[:at])
		p.Feed(b[at:])
		for d, n := range p.Counts {
			if int(n) > len(b) {
				t.Errorf("%d of %s in %d bytes", n, Datum(d), len(b))
			}
		}
	})
}
