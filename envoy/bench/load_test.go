package main

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestEveryRequestOfALoadIsSentOnceAndAnswered(t *testing.T) {
	s := httptest.NewServer(service())
	defer s.Close()
	all := requests(servedNetwork, func(c caller, object int) []byte { return c.get(object) })
	conns, err := dials(strings.TrimPrefix(s.URL, "http://"), 3)
	if err != nil {
		t.Fatal(err)
	}
	l := &load{conns: conns, requests: all, status: 200}
	if err := l.drive(100); err != nil || l.next.Load() != 100 {
		t.Errorf("%d sent, %v", l.next.Load(), err)
	}
	l.status = 403
	if err := l.drive(3); err == nil {
		t.Error("another status than the wanted one is no error")
	}
	for _, c := range conns {
		_ = c.Close()
	}
}

func TestTrafficIsAsTheTablesSay(t *testing.T) {
	all := requests(servedNetwork, func(c caller, object int) []byte { return c.get(object) })
	perCaller := map[string]map[string]bool{}
	for _, r := range all {
		line, rest, _ := strings.Cut(string(r), "\r\n")
		if n := strings.Count(rest, "\r\n"); n != 13 { // 12 headers, and the empty line
			t.Fatalf("%d headers", n-1)
		}
		path := strings.Split(line, "/")
		if perCaller[path[3]] == nil {
			perCaller[path[3]] = map[string]bool{}
		}
		perCaller[path[3]][path[5]] = true
	}
	if len(perCaller) < callers*9/10 || len(perCaller) > callers {
		t.Errorf("%d callers", len(perCaller))
	}
	for c, objects := range perCaller {
		if len(objects) > objectsPerCaller {
			t.Errorf("%s asks for %d objects", c, len(objects))
		}
	}
	c := newCallers(servedNetwork, newRand())[0]
	if _, body, _ := strings.Cut(string(c.post()), "\r\n\r\n"); len(body) < 600 || len(body) > 700 {
		t.Errorf("a login's body has %d bytes", len(body))
	}
}
