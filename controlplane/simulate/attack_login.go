package simulate

import (
	"fmt"
	"slices"
	"time"
)

// loginAttacks are those on passwords, codes and accounts.
func loginAttacks() []Timeline {
	return slices.Concat(stuffing(), guessing(), enumerating())
}

func stuffing() []Timeline {
	return []Timeline{
		{
			Name: "stuffing-fast", About: "One address tries a list of leaked passwords, five a second.", After: "accounts",
			Fires: []string{"failed-logins"}, Play: stuffingFast,
		},
		{
			Name: "stuffing-slow", About: "One address tries a list of leaked passwords, one every twelve seconds.", After: "accounts",
			Fires: []string{"credential-stuffing"}, Play: stuffingSlow,
		},
		{
			Name: "stuffing-spread", About: "500 addresses try a list of leaked passwords, three each, 15 minutes apart.", After: "accounts",
			Fires: []string{"credential-stuffing-spread"}, Play: stuffingSpread, Workers: 16, Scatter: true,
		},
		{
			Name: "stuffing-fingerprint", About: "A tool with a TLS fingerprint of its own tries leaked passwords from another address each time.", After: "accounts",
			Fires: []string{"credential-stuffing-program"}, Play: stuffingFingerprint,
		},
		{
			Name: "stuffing-fleet", About: "40 addresses try leaked passwords on a fleet of 500 workers, each request on another.", After: "accounts",
			Fires: []string{"credential-stuffing-fingerprint", "credential-stuffing-spread"}, Play: stuffingFleet, Workers: 500, Scatter: true,
		},
		{
			Name: "stuffing-days", About: "One address tries a leaked password every 20 minutes, for two days.", After: "accounts",
			Fires: []string{"credential-stuffing-slow"}, Play: stuffingDays,
		},
		{
			Name: "spraying", About: "One address tries the same weak password on many accounts, one every four seconds.", After: "accounts",
			Fires: []string{"failed-logins"}, Play: spraying,
		},
	}
}

func guessing() []Timeline {
	return []Timeline{
		{
			Name: "guessing-one-account", About: "30 addresses guess the password of one customer.", After: "accounts",
			Fires: []string{"password-guessing"}, Play: guessingOne,
		},
		{
			Name: "guessing-one-slow", About: "Twelve addresses guess the password of one customer over 20 hours.", After: "accounts",
			Fires: []string{"password-guessing-spread"}, Play: guessingSlow,
		},
		{
			Name: "otp-guessing", About: "One who has a password guesses the one-time code.", After: "codes",
			Fires: []string{"otp-guessing"}, Play: otpGuessing,
		},
		{
			Name: "otp-guessing-spread", About: "40 addresses guess one-time codes, eight each, over half an hour.", After: "codes",
			Fires: []string{"otp-guessing-spread"}, Play: otpSpread,
		},
		{
			Name: "card-testing", About: "A customer tries 60 stolen cards.", After: "cards",
			Fires: []string{"card-testing"}, Play: cardTesting,
		},
	}
}

func enumerating() []Timeline {
	return []Timeline{
		{
			Name: "enumeration-login", About: "One address tries each name of a list once: the answer tells which exist.", After: "names",
			Fires: []string{"account-enumeration"}, Play: enumerationLogin,
		},
		{
			Name: "enumeration-register", About: "One address tries to register the names of a list: those that exist are refused.", After: "names",
			Fires: []string{"account-enumeration-slow"}, Play: enumerationRegister,
		},
		{
			Name: "enumeration-reset", About: "One address asks for new passwords for the names of a list: the answer tells which exist.", After: "names",
			Fires: []string{"account-enumeration-slow"}, Play: enumerationReset,
		},
		{
			Name: "reset-flood", About: "One address has the passwords of 150 customers reset within an hour.", After: "names",
			Fires: []string{"reset-flood"}, Play: resetFlood,
		},
		{
			Name: "registration-flood", About: "One address makes 120 accounts within an hour.", After: "accounts",
			Fires: []string{"registration-flood"}, Play: registrationFlood,
		},
	}
}

func stuffingFast(s *Scene) {
	s.town(100, 20, 2*time.Minute)
	a := s.attacker(1)
	a.wait(30 * time.Second)
	for i := range 400 {
		a.stuff(5000+i*13, i)
		a.pause(200 * time.Millisecond)
	}
}

// stuff tries one pair of a leaked list: one in fifty is right.
func (a *Actor) stuff(n, i int) {
	secret := fmt.Sprintf("leaked-%d", i)
	if i%50 == 49 {
		secret = passwordOf(n)
	}
	a.login(accountOf(n), secret)
}

func stuffingSpread(s *Scene) {
	s.town(100, 60, time.Hour)
	for i := range 500 {
		a := s.actor(fmt.Sprintf("attacker %d", i), true, at(homes, i))
		a.wait(10*time.Minute + time.Duration(s.rng.Int64N(int64(20*time.Minute))))
		for k := range 3 {
			a.stuff(5000+i*7+k*11, i*3+k)
			a.wait(15 * time.Minute)
		}
	}
}

func stuffingFingerprint(s *Scene) {
	s.town(100, 40, 10*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 300 {
		a.Caller.Address = at(homes, i)
		a.stuff(5000+i*13, i)
		a.pause(1500 * time.Millisecond)
	}
}

func stuffingFleet(s *Scene) {
	s.town(100, 20, 2*time.Minute)
	for k := range 40 {
		a := s.attacker(k)
		a.wait(20 * time.Second)
		for i := range 60 {
			a.stuff(5000+k*100+i, i)
			a.pause(time.Second)
		}
	}
}

func stuffingDays(s *Scene) {
	s.town(100, 20, 48*time.Hour)
	a := s.attacker(1)
	a.wait(time.Hour)
	for i := range 140 {
		a.stuff(5000+i*13, i)
		a.pause(20 * time.Minute)
	}
}

func guessingOne(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	for k := range 30 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(time.Minute + time.Duration(k)*5*time.Second)
		for i := range 6 {
			a.login(accountOf(777), fmt.Sprintf("summer%d-%d", k, i))
			a.pause(8 * time.Second)
		}
	}
}

func spraying(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 120 {
		a.login(accountOf(9000+i*3), "Winter2026!")
		a.wait(4 * time.Second)
	}
}

func otpGuessing(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	for n := range 30 {
		s.confirm(200+n, time.Duration(n)*7*time.Second)
	}
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 200 {
		a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(777), Secret: fmt.Sprintf("%06d", i*37)})
		a.pause(600 * time.Millisecond)
	}
}

// confirm adds an honest customer who types a one-time code, at the first or the second try.
func (s *Scene) confirm(n int, when time.Duration) {
	a := s.customer(n)
	a.wait(when)
	if n%4 == 0 {
		a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(n), Secret: "000000"})
		a.pause(12 * time.Second)
	}
	a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(n), Secret: codeOf(n)})
}

// names gives the i-th name of a list of those that may have an account: known of four do.
func names(i, known int) string {
	if i%4 < known {
		return accountOf(4000 + i)
	}
	return fmt.Sprintf("name%04d@example.com", i)
}

func enumerationLogin(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 150 {
		a.login(names(i, 1), "x")
		a.pause(1200 * time.Millisecond)
	}
}

func enumerationRegister(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 150 {
		a.send(Request{Method: "POST", Path: "/v1/register", Account: names(i, 3)})
		a.pause(1200 * time.Millisecond)
	}
}

func enumerationReset(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	for n := range 10 {
		b := s.customer(300 + n)
		b.wait(time.Duration(n) * 20 * time.Second)
		b.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(300 + n)})
	}
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 150 {
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: names(i, 1)})
		a.pause(1200 * time.Millisecond)
	}
}

func resetFlood(s *Scene) {
	s.town(100, 20, time.Hour)
	a := s.attacker(1)
	a.wait(2 * time.Minute)
	for i := range 150 {
		a.send(Request{Method: "POST", Path: "/v1/password/reset", Account: accountOf(4000 + i)})
		a.pause(20 * time.Second)
	}
}

func registrationFlood(s *Scene) {
	s.town(100, 20, time.Hour)
	a := s.attacker(1)
	a.wait(2 * time.Minute)
	for i := range 120 {
		a.send(Request{Method: "POST", Path: "/v1/register", Account: fmt.Sprintf("bot%d@example.com", i)})
		a.pause(25 * time.Second)
	}
}

func stuffingSlow(s *Scene) {
	s.town(100, 20, time.Hour)
	a := s.attacker(1)
	a.wait(5 * time.Minute)
	for i := range 250 {
		a.stuff(5000+i*13, i)
		a.pause(12 * time.Second)
	}
}

func guessingSlow(s *Scene) {
	s.town(100, 20, 20*time.Hour)
	for k := range 12 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(time.Duration(k) * 7 * time.Minute)
		for i := range 16 {
			a.login(accountOf(777), fmt.Sprintf("summer%d-%d", k, i))
			a.pause(75 * time.Minute)
		}
	}
}

func otpSpread(s *Scene) {
	s.town(100, 20, 90*time.Minute)
	for n := range 60 {
		s.confirm(200+n, time.Duration(n)*time.Minute)
	}
	for k := range 40 {
		a := s.actor(fmt.Sprintf("attacker %d", k), true, at(homes, k))
		a.wait(45*time.Minute + time.Duration(k)*10*time.Second)
		for i := range 8 {
			a.send(Request{Method: "POST", Path: "/v1/otp/verify", Account: accountOf(5000 + k), Secret: fmt.Sprintf("%06d", i*37)})
			a.pause(3 * time.Minute)
		}
	}
}

func cardTesting(s *Scene) {
	s.town(100, 20, 20*time.Minute)
	for n := range 15 {
		b := s.customer(200 + n)
		b.wait(time.Duration(n) * time.Minute)
		b.arrive()
		if n%5 == 0 {
			b.send(Request{Method: "POST", Path: "/v1/payments", Account: "card", Secret: "declined"})
			b.pause(30 * time.Second)
		}
		b.ask("POST", "/v1/payments")
	}
	a := s.thief(500)
	a.wait(5 * time.Minute)
	a.arrive()
	for i := range 60 {
		a.send(Request{Method: "POST", Path: "/v1/payments", Account: "card", Secret: fmt.Sprintf("stolen %d", i)})
		a.pause(8 * time.Second)
	}
}
