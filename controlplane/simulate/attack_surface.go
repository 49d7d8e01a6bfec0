package simulate

import (
	"fmt"
	"time"
)

// surfaceAttacks look for what an API has: endpoints, methods, what nobody wrote down.
func surfaceAttacks() []Timeline {
	return []Timeline{
		{
			Name: "scanning-fast", About: "Somebody tries 400 paths of a word list within a minute.", After: "endpoints",
			Fires: []string{"endpoint-scan"}, Play: scanningFast,
		},
		{
			Name: "scanning-slow", About: "Somebody tries a path of a word list every minute, for six hours.", After: "endpoints",
			Fires: []string{"endpoint-scan-slow"}, Play: scanningSlow,
		},
		{
			Name: "method-probing", About: "Somebody tries every method on every endpoint it knows.", After: "endpoints",
			Fires: []string{"method-probing"}, Play: methodProbing,
		},
		{
			Name: "undocumented", About: "A customer has found an endpoint that no specification has, and reads records there.", After: "records",
			Fires: []string{"undocumented-endpoint"}, Told: true, Play: undocumented,
		},
		{
			Name: "deprecated", About: "A customer uses the old version of an endpoint, which nobody does any more, to read records.", After: "records",
			Fires: []string{"deprecated-endpoint"}, Told: true, Play: deprecated,
		},
		{
			Name: "decoy", About: "Somebody calls an endpoint that is there for nobody but those who look around.", After: "endpoints",
			Fires: []string{"decoy-call"}, Play: decoy,
		},
		{
			Name: "exploit-paths", About: "Six machines, one after the other, ask for files that careless administrators leave behind.", After: "secrets",
			Fires: []string{"exploit-paths"}, Play: exploitPaths,
		},
		{
			Name: "known-targets", About: "Somebody asks for the consoles and dumps that well-known servers have.", After: "secrets",
			Fires: []string{"scanner-targets"}, Play: knownTargets,
		},
		{
			Name: "scanner-tool", About: "Somebody runs a scanner that says its name.", After: "endpoints",
			Fires: []string{"scanner-tool"}, Play: scannerTool,
		},
		{
			Name: "odd-requests", About: "Somebody sends requests that servers read in different ways.", After: "endpoints",
			Fires: []string{"request-smuggling"}, Play: oddRequests,
		},
		{
			Name: "injection-repeated", About: "Somebody tries 60 SQL injections on the search.", After: "tables",
			Fires: []string{"injection-attempts"}, Play: injectionRepeated,
		},
		{
			Name: "injection-worked", About: "A customer finds the one query that lets SQL through, and the database answers.", After: "tables",
			Fires: []string{"injection-worked"}, Play: injectionWorked,
		},
	}
}

// wordlist gives the n-th path of a list of those that scanners try.
func wordlist(n int) string {
	dirs := []string{"admin", "api", "backup", "console", "config", "dashboard", "db", "debug", "dev", "docs", "export", "files", "graphql", "internal", "jenkins", "login", "manage", "metrics", "monitor", "old", "phpmyadmin", "private", "server-status", "setup", "staging", "swagger", "test", "tools", "upload", "users"}
	leaves := []string{"", "index.php", "list", "status", "config.json", "backup.zip", "login.jsp", "all", "info", "health", "dump.sql", "keys", "users", "swagger.json"}
	path := "/" + dirs[n%len(dirs)]
	if leaf := leaves[n/len(dirs)%len(leaves)]; leaf != "" {
		path += "/" + leaf
	}
	return path
}

func scanningFast(s *Scene) {
	s.town(100, 20, 3*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 400 {
		a.ask("GET", wordlist(i))
		a.pause(150 * time.Millisecond)
	}
}

func scanningSlow(s *Scene) {
	s.town(100, 20, 6*time.Hour)
	a := s.attacker(1)
	a.wait(10 * time.Minute)
	for i := range 350 {
		a.ask("GET", wordlist(i))
		a.pause(time.Minute)
	}
}

func methodProbing(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	for _, path := range []string{"/v1/me", "/v1/messages", "/v1/products", "/v1/orders", "/v1/payments", "/v1/search", "/v1/products/17", fmt.Sprintf("/v1/customers/%d", idOf(500))} {
		for _, m := range []string{"OPTIONS", "PUT", "DELETE", "PATCH", "POST", "TRACE", "HEAD"} {
			a.ask(m, path)
			a.pause(700 * time.Millisecond)
		}
	}
}

func undocumented(s *Scene) {
	s.town(100, 30, 20*time.Minute)
	a := s.thief(500)
	a.wait(5 * time.Minute)
	a.arrive()
	for i := range 40 {
		a.ask("GET", fmt.Sprintf("/v1/beta/usage/%d", idOf(600+i*31)))
		a.pause(8 * time.Second)
	}
}

func deprecated(s *Scene) {
	s.town(100, 30, 20*time.Minute)
	a := s.thief(500)
	a.wait(5 * time.Minute)
	a.arrive()
	for i := range 30 {
		a.ask("GET", fmt.Sprintf("/v0/customers/%d", idOf(600+i*31)))
		a.pause(10 * time.Second)
	}
}

func decoy(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	a.ask("GET", "/v1/debug/config")
	a.pause(20 * time.Second)
	a.ask("GET", "/v1/debug/config")
	a.pause(20 * time.Second)
	a.ask("GET", "/v1/products")
}

func exploitPaths(s *Scene) {
	s.town(100, 20, 10*time.Minute)
	for i := range 6 {
		a := s.attacker(i)
		a.wait(time.Duration(i+1) * time.Minute)
		for _, path := range []string{"/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/index.php", "/.aws/credentials", "/xmlrpc.php"} {
			a.ask("GET", path)
			a.pause(5 * time.Second)
		}
	}
}

func knownTargets(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for _, path := range []string{"/actuator/env", "/actuator/heapdump", "/manager/html", "/jolokia/list", "/server-status", "/solr/admin/info", "/console/login", "/druid/index.html", "/_cat/indices", "/owa/auth/logon", "/jmx-console/list", "/adminer/index"} {
		a.ask("GET", path)
		a.pause(6 * time.Second)
	}
}

func scannerTool(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 40 {
		a.send(Request{Method: "GET", Path: fmt.Sprintf("/v1/products/%d", i+1), Headers: agent("sqlmap/1.8.2#stable (https://sqlmap.org)")})
		a.pause(3 * time.Second)
	}
}

func oddRequests(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for range 30 {
		a.send(Request{Method: "GET", Path: "/v1/products", Headers: [][2]string{{"x-original-url", "/v1/admin/users"}}})
		a.pause(4 * time.Second)
	}
}

// injections gives the n-th of an attacker's tries.
func injections(n int) string {
	tries := []string{
		"%27%20OR%20%271%27=%271", "%27%20UNION%20SELECT%20name,secret%20FROM%20users--%20", "1%27;DROP%20TABLE%20orders;--", "%27%20AND%20SLEEP(5)--%20",
		"%27%20OR%201=1%23", "x%27%20AND%201=(SELECT%20COUNT(*)%20FROM%20tabname);%20--", "%27%20UNION%20ALL%20SELECT%20NULL,NULL,version()--", "admin%27--",
	}
	return tries[n%len(tries)] + fmt.Sprint(n)
}

func injectionRepeated(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.attacker(1)
	a.wait(time.Minute)
	for i := range 60 {
		a.ask("GET", "/v1/search?q="+injections(i))
		a.pause(2 * time.Second)
	}
}

func injectionWorked(s *Scene) {
	s.town(100, 20, 5*time.Minute)
	a := s.thief(500)
	a.wait(time.Minute)
	a.arrive()
	a.ask("GET", "/v1/reports/query?q=prepaid")
	a.pause(10 * time.Second)
	for i := range 6 {
		a.ask("GET", fmt.Sprintf("/v1/reports/query?q=%%27%%20UNION%%20SELECT%%20name,secret%%20FROM%%20users%%20LIMIT%%20%d--%%20", i+1))
		a.pause(15 * time.Second)
	}
}
