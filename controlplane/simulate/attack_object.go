package simulate

import (
	"fmt"
	"slices"
	"time"
)

// objectAttacks are those on other people's records.
func objectAttacks() []Timeline {
	return slices.Concat(bola(), gathering())
}

func bola() []Timeline {
	return []Timeline{
		{
			Name: "bola-sequential", About: "A customer counts through the numbers of the others, ten a second.", After: "records",
			Fires: []string{"object-foreign"}, Play: bolaSequential,
		},
		{
			Name: "bola-random", About: "A customer asks for random numbers, two a second.", After: "records",
			Fires: []string{"object-foreign"}, Play: bolaRandom,
		},
		{
			Name: "bola-slow", About: "A customer reads another's record every two minutes, for eight hours.", After: "records",
			Fires: []string{"object-foreign-slow"}, Play: bolaSlow,
		},
		{
			Name: "bola-day", About: "A customer reads another's record every four minutes, for 23 hours.", After: "records",
			Fires: []string{"object-foreign-slow"}, Play: bolaDay,
		},
		{
			Name: "bola-days", About: "A customer reads another's record every quarter of an hour, for two days.", After: "records",
			Fires: []string{"object-foreign-slow"}, Play: bolaDays,
		},
		{
			Name: "orders-counted", About: "A customer counts through orders, of which nothing tells the owner, five a second.", After: "records",
			Fires: []string{"object-counting"}, Play: ordersCounted,
		},
		{
			Name: "orders-counted-slow", About: "A customer counts through orders, one every minute and a half, for seven hours.", After: "records",
			Fires: []string{"object-hoarding"}, Play: ordersSlow,
		},
		{
			Name: "orders-counted-day", About: "A customer counts through orders, one every three and a half minutes, for 23 hours.", After: "records",
			Fires: []string{"object-hoarding"}, Play: ordersDay,
		},
		{
			Name: "bola-spread", About: "One token counts through records from 100 addresses at once.", After: "records",
			Fires: []string{"object-foreign", "token-many-networks"}, Play: bolaSpread, Workers: 8, Scatter: true,
		},
		{
			Name: "bola-spread-slow", About: "One token counts through the other customers from 20 addresses, one every 20 seconds.", After: "records",
			Fires: []string{"object-foreign", "token-many-networks"}, Play: bolaSpreadSlow, Workers: 8, Scatter: true,
		},
		{
			Name: "lines-spread", About: "One token counts through telephone numbers, of which nothing tells the owner, from 20 addresses, one a minute.", After: "records",
			Fires: []string{"object-enumeration-addresses"}, Play: linesSpread, Workers: 8, Scatter: true,
		},
		{
			Name: "bola-owner", About: "A customer reads 40 records of others: the token's owner is not the path's.", After: "records",
			Fires: []string{"object-foreign"}, Play: bolaOwner,
		},
		{
			Name: "id-guessing", About: "A customer guesses invoices' names, which nobody can count through: not found, again and again.", After: "records",
			Fires: []string{"object-guessing"}, Play: idGuessing,
		},
		{
			Name: "id-guessing-slow", About: "A customer guesses the name of an invoice every two minutes, for six hours.", After: "records",
			Fires: []string{"object-guessing-slow"}, Play: idGuessingSlow,
		},
		{
			Name: "lines-counted", About: "A customer counts through telephone numbers; one in seven exists.", After: "records",
			Fires: []string{"object-guessing"}, Play: linesCounted,
		},
	}
}

func gathering() []Timeline {
	return []Timeline{
		{
			Name: "export-open", About: "Somebody counts through the export that forgot to ask who calls.", After: "records",
			Fires: []string{"object-enumeration"}, Play: exportOpen,
		},
		{
			Name: "export-open-slow", About: "Somebody counts through the export that forgot to ask who calls, three a minute, for five hours.", After: "records",
			Fires: []string{"object-enumeration-slow"}, Play: exportOpenSlow,
		},
		{
			Name: "export-fleet", About: "60 addresses count through the open export together, twelve records each.", After: "records",
			Fires: []string{"object-enumeration-fleet"}, Play: exportFleet,
		},
		{
			Name: "unprotected-endpoint", About: "An export that batch jobs call with their key answers a stranger without.", After: "records",
			Fires: []string{"sensitive-endpoint-open", "unauthenticated-records"}, Play: unprotected,
		},
		{
			Name: "authentication-bypass", About: "A forgotten parameter opens the customers' records to a stranger without any token.", After: "records",
			Fires: []string{"unauthenticated-access", "unauthenticated-records"}, Play: bypass,
		},
		{
			Name: "scraping", About: "Somebody takes the whole catalogue, three products a second.", After: "products",
			Fires: []string{"scraping"}, Play: scraping,
		},
		{
			Name: "search-scraping", About: "A customer's token searches every three seconds, for an hour and a half.", After: "products",
			Fires: []string{"search-scraping"}, Play: searchScraping,
		},
		{
			Name: "directory-harvest", About: "A customer takes the telephone directory, 200 numbers a page; others look one up.", After: "numbers",
			Fires: []string{"personal-data"}, Play: harvest,
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
	for i := range 40 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(7000+i*911)))
		a.pause(20 * time.Second)
	}
}

// guessed is an invoice's name that most likely nobody has.
func guessed(s *Scene) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", s.rng.Uint32(), s.rng.IntN(1<<16), s.rng.IntN(1<<12), s.rng.IntN(1<<12), s.rng.Uint64()>>16)
}

func idGuessing(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for range 200 {
		a.ask("GET", "/v1/invoices/"+guessed(s))
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

func exportOpenSlow(s *Scene) {
	s.town(100, 20, 5*time.Hour)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 900 {
		a.ask("GET", fmt.Sprintf("/internal/export/%d", idOf(i)))
		a.wait(20 * time.Second)
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
	s.town(100, 40, 30*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 4500 {
		a.ask("GET", fmt.Sprintf("/v1/products/%d", 1+(i*3)%5000))
		a.pause(350 * time.Millisecond)
	}
}

func searchScraping(s *Scene) {
	s.town(100, 40, 90*time.Minute)
	for i := range 30 {
		b := s.customer(300 + i)
		b.wait(time.Duration(i) * 2 * time.Minute)
		b.arrive()
		for k := range 3 {
			b.ask("GET", fmt.Sprintf("/v1/search?q=tariff%d", k))
			b.pause(20 * time.Second)
		}
	}
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 1700 {
		a.ask("GET", fmt.Sprintf("/v1/search?q=%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676))
		a.pause(3 * time.Second)
	}
}

func bolaDay(s *Scene) {
	s.town(100, 20, 23*time.Hour)
	a := s.thief(500)
	a.wait(10 * time.Minute)
	a.arrive()
	for range 345 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(s.rng.IntN(customers))))
		a.pause(4 * time.Minute)
	}
}

func bolaSpreadSlow(s *Scene) {
	s.spreadSlow(20*time.Second, func(i int) string { return fmt.Sprintf("/v1/customers/%d", idOf(3000+i)) })
}

func linesSpread(s *Scene) {
	s.spreadSlow(55*time.Second, func(i int) string { return fmt.Sprintf("/v1/lines/4917%08d", 40_000+i) })
}

// spreadSlow is one token on 20 addresses.
func (s *Scene) spreadSlow(every time.Duration, path func(int) string) {
	s.town(100, 20, 2*time.Hour)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range 150 {
		a.Caller.Address = at(homes, i%20)
		a.ask("GET", path(i))
		a.wait(every)
	}
}

func bolaDays(s *Scene) {
	s.town(100, 20, 48*time.Hour)
	a := s.thief(500)
	a.wait(time.Hour)
	a.arrive()
	for range 180 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d", idOf(s.rng.IntN(customers))))
		a.pause(15 * time.Minute)
	}
}

// orders is a thief who counts through so many orders.
func (s *Scene) orders(n int, lasts, every time.Duration) {
	s.town(100, 20, lasts)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for i := range n {
		a.ask("GET", fmt.Sprintf("/v1/orders/%d", 20_000+i))
		a.pause(every)
	}
}

func ordersCounted(s *Scene) { s.orders(600, 3*time.Minute, 200*time.Millisecond) }

func ordersSlow(s *Scene) { s.orders(280, 7*time.Hour, 90*time.Second) }

func ordersDay(s *Scene) { s.orders(400, 23*time.Hour, 210*time.Second) }

func harvest(s *Scene) {
	s.town(100, 20, 30*time.Minute)
	for i := range 20 {
		b := s.customer(300 + i)
		b.wait(time.Duration(i) * time.Minute)
		b.arrive()
		b.ask("GET", fmt.Sprintf("/v1/directory?name=smith%d", i))
	}
	a := s.thief(500)
	a.wait(10 * time.Minute)
	a.arrive()
	for i := range 100 {
		a.ask("GET", fmt.Sprintf("/v1/directory?page=%d", i))
		a.pause(8 * time.Second)
	}
}

func idGuessingSlow(s *Scene) {
	s.town(100, 20, 6*time.Hour)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for range 180 {
		a.ask("GET", "/v1/invoices/"+guessed(s))
		a.pause(2 * time.Minute)
	}
}

func exportFleet(s *Scene) {
	s.town(100, 20, time.Hour)
	for k := range 60 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(5*time.Minute + time.Duration(k)*20*time.Second)
		for i := range 12 {
			a.ask("GET", fmt.Sprintf("/internal/export/%d", idOf(k*12+i)))
			a.pause(15 * time.Second)
		}
	}
}

func bypass(s *Scene) {
	s.town(100, 30, 30*time.Minute)
	a := s.attacker(1)
	a.wait(15 * time.Minute)
	for i := range 15 {
		a.ask("GET", fmt.Sprintf("/v1/customers/%d?preview=1", idOf(50+i*97)))
		a.pause(20 * time.Second)
	}
}
