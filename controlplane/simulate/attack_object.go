package simulate

import (
	"fmt"
	"time"
)

// objectAttacks are those on other people's records.
func objectAttacks() []Timeline {
	return []Timeline{
		{
			Name: "bola-sequential", About: "A customer counts through the numbers of the others, ten a second.", After: "records",
			Fires: []string{"object-enumeration"}, Play: bolaSequential,
		},
		{
			Name: "bola-random", About: "A customer asks for random numbers, two a second.", After: "records",
			Fires: []string{"object-enumeration"}, Play: bolaRandom,
		},
		{
			Name: "bola-slow", About: "A customer reads another's record every two minutes, for eight hours.", After: "records",
			Fires: []string{"object-enumeration-slow"}, Play: bolaSlow,
		},
		{
			Name: "bola-spread", About: "One token counts through records from 100 addresses at once.", After: "records",
			Fires: []string{"object-enumeration"}, Play: bolaSpread, Workers: 8, Scatter: true,
		},
		{
			Name: "bola-owner", About: "A customer reads 20 records of others: the token's owner is not the path's.", After: "records",
			Fires: []string{"foreign-objects"}, Play: bolaOwner,
		},
		{
			Name: "id-guessing", About: "A customer guesses invoices' names, which nobody can count through: not found, again and again.", After: "records",
			Fires: []string{"object-guessing"}, Play: idGuessing,
		},
		{
			Name: "lines-counted", About: "A customer counts through telephone numbers; one in seven exists.", After: "records",
			Fires: []string{"object-enumeration"}, Play: linesCounted,
		},
		{
			Name: "export-open", About: "Somebody counts through the export that forgot to ask who calls.", After: "records",
			Fires: []string{"object-enumeration"}, Play: exportOpen,
		},
		{
			Name: "unprotected-endpoint", About: "An export that batch jobs call with their key answers a stranger without.", After: "records",
			Fires: []string{"unprotected-endpoint"}, Play: unprotected,
		},
		{
			Name: "scraping", About: "Somebody takes the whole catalogue, four products a second.", After: "products",
			Fires: []string{"scraping"}, Play: scraping,
		},
	}
}

func bolaSequential(s *Scene) {
	s.town(100, 20, 2*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 600 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(2000+i)))
		a.wait(100 * time.Millisecond)
	}
}

func bolaRandom(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for range 400 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(s.rng.IntN(customers))))
		a.pause(500 * time.Millisecond)
	}
}

func bolaSlow(s *Scene) {
	s.town(100, 20, 8*time.Hour)
	a := s.thief(500)
	a.wait(10 * time.Minute)
	a.arrive()
	for range 240 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(s.rng.IntN(customers))))
		a.pause(2 * time.Minute)
	}
}

func bolaSpread(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 500 {
		a.Caller.Address = at(homes, i%100)
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(3000+i)))
		a.wait(250 * time.Millisecond)
	}
}

func bolaOwner(s *Scene) {
	s.town(100, 20, 15*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 20 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(7000+i*911)))
		a.pause(30 * time.Second)
	}
}

func idGuessing(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for range 200 {
		a.ask("GET", fmt.Sprintf("/v1/invoices/%08x-%04x-4%03x-8%03x-%012x", s.rng.Uint32(), s.rng.IntN(1<<16), s.rng.IntN(1<<12), s.rng.IntN(1<<12), s.rng.Uint64()>>16))
		a.pause(800 * time.Millisecond)
	}
}

func linesCounted(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 500 {
		a.ask("GET", fmt.Sprintf("/v1/lines/4917%08d", 40_000+i))
		a.wait(300 * time.Millisecond)
	}
}

func exportOpen(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 500 {
		a.ask("GET", fmt.Sprintf("/internal/export/%d", idOf(i)))
		a.wait(200 * time.Millisecond)
	}
}

func unprotected(s *Scene) {
	s.town(100, 20, 20*time.Minute)
	b := s.actor("billing", false, at(hosting, 900))
	b.Caller.Key, b.May = s.key("billing"), [2]int{0, customers}
	for i := range 60 {
		b.ask("GET", fmt.Sprintf("/internal/export/%d", idOf(i*3)))
		b.wait(15 * time.Second)
	}
	a := s.attacker(1)
	a.wait(10 * time.Minute)
	for i := range 12 {
		a.ask("GET", fmt.Sprintf("/internal/export/%d", idOf(50+i*97)))
		a.pause(20 * time.Second)
	}
}

func scraping(s *Scene) {
	s.town(100, 20, 20*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 4000 {
		a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+(i*7)%5000))
		a.pause(250 * time.Millisecond)
	}
}
