package simulate

import (
	"fmt"
	"time"
)

// learnedHabits are those who do, and do not, what nearly everybody does first: to ask for a list of what is there.
func learnedHabits() []Timeline {
	return []Timeline{
		{
			Name: "invoices-unlisted", About: "A customer who has a list of others' invoices opens one every minute and a half; all others open what the list of their own has shown them.",
			After: "records", Fires: []string{"object-unlisted"}, Play: invoicesUnlisted,
		},
		{
			Name: "feed-walked", About: "A customer follows the cursor of his messages, which leads on through everybody's, one page every four seconds.", After: "pages",
			Fires: []string{"pages-walked"}, Play: feedWalked,
		},
		{Name: "feed-scrolled", About: "Forty customers scroll back through their messages, one of them through 120 pages.", Play: feedScrolled},
		{Name: "invoices-from-mails", About: "A customer opens his invoices of the last year from links in his mails, never from the list, as nearly all others do.", Play: invoicesFromMails},
	}
}

// readers has 40 customers look at the list of their invoices and open some of these.
func readers(s *Scene) {
	for i := range 40 {
		a := s.customer(100 + i)
		a.wait(time.Duration(s.rng.Int64N(int64(10 * time.Minute))))
		a.arrive()
		a.ask("GET", fmt.Sprintf("/v1/customers/%d/invoices", idOf(a.Customer)))
		for range 4 {
			a.pause(time.Minute)
			a.ask("GET", "/v1/invoices/"+uuidOf(a.Customer, s.rng.IntN(12)))
		}
	}
}

func invoicesUnlisted(s *Scene) {
	readers(s)
	a := s.thief(500)
	a.wait(15 * time.Minute)
	a.arrive()
	for i := range 55 {
		a.ask("GET", "/v1/invoices/"+uuidOf(1000+7*i, s.rng.IntN(12)))
		a.pause(90 * time.Second)
	}
}

func invoicesFromMails(s *Scene) {
	readers(s)
	a := s.customer(500)
	a.wait(15 * time.Minute)
	a.arrive()
	for i := range 40 {
		a.ask("GET", "/v1/invoices/"+uuidOf(500, i%12))
		a.pause(time.Minute)
	}
}

// scroll has a customer go through pages of its messages.
func scroll(a *Actor, pages int) {
	a.arrive()
	for i := range pages {
		a.ask("GET", fmt.Sprintf("/v1/messages?limit=50&cursor=%016x", uint64(a.Customer*1000+i+1)*0x9e3779b97f4a7c15))
		a.pause(4 * time.Second)
	}
}

func feedScrolled(s *Scene) {
	for i := range 40 {
		a := s.customer(100 + i)
		a.wait(time.Duration(s.rng.Int64N(int64(10 * time.Minute))))
		pages := 10 + i%30
		if i == 7 {
			pages = 120
		}
		scroll(a, pages)
	}
}

func feedWalked(s *Scene) {
	feedScrolled(s)
	a := s.thief(500)
	a.wait(5 * time.Minute)
	scroll(a, 900)
}
