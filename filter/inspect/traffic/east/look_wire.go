package east

func lookSyntax() []family {
	return []family{
		{name: "look/es-query", place: "json", look: true,
			vals: one("title:(‹word› OR ‹word›) AND NOT status:draft", "name:\"‹first› ‹surname›\"~2 AND year:[20‹10..24› TO *]", "‹word›^2 ‹word›* -‹word› +city:\"‹city›\""),
			reqs: one(`POST /catalog/_search json
{"query":{"bool":{"must":[{"query_string":{"query":"§","default_operator":"AND"}}],"filter":[{"range":{"price":{"gte":‹1..9›,"lte":‹10..99›}}},{"terms":{"lang":["pt","it"]}}]}},"aggs":{"by_city":{"terms":{"field":"city.keyword","size":‹5..20›}}},"from":0,"size":‹10..50›}`)},
		{name: "look/es-painless", place: "json", look: true,
			vals: one("doc['price'].value * params.factor", "Math.log(2 + doc['likes'].value)", "ctx._source.views += params.count"),
			reqs: one(`POST /posts/_search json
{"query":{"function_score":{"query":{"match":{"text":"‹word›"}},"script_score":{"script":{"lang":"painless","source":"§","params":{"factor":‹1..5›,"count":1}}}}}}`)},
		{name: "look/lucene-param", place: "query", look: true,
			vals: one("level:error AND (service:‹word› OR service:‹word›) AND NOT msg:\"health\"", "age:{18 TO *} && !deleted:true", "‹word›~1 || \"‹word› ‹word›\"^4"),
			reqs: one("GET /api/logs?query=§&from=now-‹1..24›h&to=now&sort=desc", "GET /solr/‹word›/select?q=§&wt=json&rows=‹5..50›&fq=lang:it")},
		{name: "look/jql", place: "query", look: true,
			vals: one("project = ‹L3› AND status in (\"To Do\", Done) ORDER BY created DESC", "assignee = currentUser() and updated >= -‹1..9›w or labels = ‹word›", "text ~ \"drop table\" AND fixVersion is EMPTY"),
			reqs: one("GET /rest/api/3/search?jql=§&maxResults=‹10..100›&fields=summary,status")},
		{name: "look/mongo-like-filter", place: "json", look: true,
			vals: one("‹city›", "‹word›"),
			reqs: one(`POST /v1/listings/query json
{"filter":{"city":{"eq":"§"},"price":{"lt":‹10..900›},"or":[{"beds":{"gte":‹1..4›}},{"type":{"in":["‹word›","‹word›"]}}]},"order":["-price"],"limit":‹10..50›}`)},
		{name: "look/dollar-keys", place: "jsonkey", look: true,
			vals: one("$schema", "$ref", "$id", "@type", "$‹word›", "__typename"),
			reqs: one(`POST /v1/schemas/‹word› json
{"§":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"‹word›":{"type":"string","minLength":‹1..9›}},"required":["‹word›"]}`)},
		{name: "look/prototype-words", place: "jsonkey", look: true,
			vals: one("constructor_name", "prototype", "proto", "constructors", "prototypes_built"),
			reqs: one(`POST /f1/teams json
{"season":202‹0..6›,"§":"‹company›","points":‹0..600›}`)},
		{name: "look/range-brackets", place: "query", look: true,
			vals: one("‹100..200›..‹300..900›", "[10 TO 20}", "(‹lat›,‹lon›),(‹lat›,‹lon›)", "{\"gte\":‹1..9›,\"lt\":‹10..99›}"),
			reqs: one("GET /v1/estates?area=§&rooms[]=2&rooms[]=3&filter[price][lte]=‹1000..9000›&sort[]=-price")},
		{name: "look/sparql", place: "form", look: true,
			vals: one("PREFIX dbo: <http://dbpedia.org/ontology/>\nSELECT ?c WHERE { ?c a dbo:City ; dbo:country <http://dbpedia.org/resource/Italy> . FILTER(?pop > ‹1000..90000›) } LIMIT ‹10..99›", "SELECT DISTINCT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"),
			reqs: one(`POST /sparql form
query=§&format=json`)},
		{name: "look/cypher-saved", place: "json", look: true,
			vals: one("MATCH (p:Person {name: $name})-[:KNOWS]->(f) RETURN f.name ORDER BY f.age DESC LIMIT ‹5..50›", "MATCH (c:City)<-[r:FLIES_TO]-(a:Airport) WHERE r.km < $km RETURN a, count(*)"),
			reqs: one(`POST /db/neo4j/tx/commit json
{"statements":[{"statement":"§","parameters":{"name":"‹first›","km":‹100..9000›}}]}`)},
		{name: "look/graphql-large", place: "graphql", look: true,
			vals: one("‹title›", "‹say›"),
			reqs: one(`POST /graphql graphql
{"operationName":"Page","variables":{"q":"§","n":‹5..50›},"query":"query Page($q: String!, $n: Int!) { me { id name } a: search(q: $q, first: $n, kind: COURSE) { nodes { ...Card } } b: search(q: $q, first: $n, kind: TEACHER) { nodes { ...Card } } flags { key on } } fragment Card on Node { id title image { url(w: 320) alt } author { name school { city { name } } } __typename }"}`)},
		{name: "look/formula-cells", place: "json", look: true,
			vals: one("=IF(A1>B1; \"sim\"; \"não\")", "=SUM(B2:B‹10..99›)/COUNT(B2:B‹10..99›)", "=VLOOKUP(A2,Sheet2!$A$1:$C$‹10..99›,3,FALSE)", "+‹#4›-‹#3›"),
			reqs: one(`PUT /v4/spreadsheets/‹W20›/values/A‹1..99› json
{"range":"A‹1..99›","values":[["§",‹1..99›,"‹word›"]],"majorDimension":"ROWS"}`)},
		{name: "look/cron-and-globs", place: "json", look: true,
			vals: one("*/‹5..30› 6-22 * * 1-5", "src/**/*.{ts,tsx}", "!(node_modules|dist)/**", "0 0 1 */‹2..6› ? *"),
			reqs: one(`POST /v1/schedules json
{"name":"‹word›","expr":"§","tz":"‹timezone›"}`)},
		{name: "look/cel-policy", place: "json", look: true,
			vals: one("request.auth.claims.role == 'doctor' && resource.type.startsWith('chart/')", "size(user.roles) > 0 || has(user.override)", "input.method == \"GET\"; not deny"),
			reqs: one(`PUT /v1/policies/‹word› json
{"expression":"§","effect":"allow","version":‹1..99›}`)},
	}
}

func lookLinks() []family {
	return []family{
		{name: "look/oauth-localhost", place: "query", look: true,
			vals: one("http://localhost:‹3000..9999›/callback", "http://127.0.0.1:‹30000..60000›/oauth/cb", "com.‹l6›.app://oauth"),
			reqs: one("GET /oauth/authorize?response_type=code&client_id=‹w16›&redirect_uri=§&scope=openid+profile&state=‹U16›&code_challenge=‹U32›&code_challenge_method=S256")},
		{name: "look/oauth-code", place: "query", look: true,
			vals: one("4/0A‹W40›", "‹U43›.‹U20›", "‹uuid›.‹uuid›"),
			reqs: one("GET /callback?code=§&state=‹b64u:{\"n\":\"‹x16›\",\"r\":\"/‹route›\"}›&iss=https%3A%2F%2Fid.‹slug›.com&session_state=‹uuid›")},
		{name: "look/presigned-url", place: "query", look: true,
			vals: one("AKIA‹X16›/‹#8›/sa-east-1/s3/aws4_request", "AKIA‹X16›/‹#8›/eu-north-1/s3/aws4_request"),
			reqs: one("PUT /‹slug›-media/‹uuid›/‹word›.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=§&X-Amz-Date=‹amz›&X-Amz-Expires=‹60..3600›&X-Amz-SignedHeaders=host&X-Amz-Signature=‹x64› bin\n‹B60›")},
		{name: "look/webhook-target", place: "json", look: true,
			vals: one("https://hooks.‹slug›.com/services/T‹X8›/B‹X8›/‹W24›", "https://‹webhost›:8443/in/‹uuid›?v=2", "https://‹w12›.ngrok.example/wh"),
			reqs: one(`POST /v1/webhook_endpoints json
{"url":"§","enabled_events":["order.paid","user.*"],"description":"‹say›"}`)},
		{name: "look/link-preview", place: "query", look: true,
			vals: one("‹link›", "https://‹webhost›/redirect?to=https%3A%2F%2F‹slug›.example.org%2F‹word›", "https://web.archive.org/web/2020/http://‹slug›.com/"),
			reqs: one("GET /v1/unfurl?url=§&lang=it", "GET /api/og?link=§&w=1200&h=630")},
		{name: "look/return-path", place: "query", look: true,
			vals: one("/‹route›", "/checkout/../cart", "//cdn.‹slug›.com/‹word›.js", "./‹word›/index.html#top", "../‹word›"),
			reqs: one("GET /login?next=§&lang=sv", "GET /giris?donus=§")},
		{name: "look/archive-entry-names", place: "json", look: true,
			vals: one("src/../README.md", "./etc/hosts.sample", "windows/system/fonts/‹word›.ttf", "proc/self-care.pdf", "..."),
			reqs: one(`POST /v1/archives/‹uuid›/entries json
{"entries":[{"name":"§","size":‹1..99999›,"crc":"‹x8›"},{"name":"‹word›/‹word›.txt","size":‹1..999›,"crc":"‹x8›"}]}`)},
		{name: "look/router-lan", place: "json", look: true,
			vals: one("192.168.‹0..9›.‹2..250›", "10.‹0..20›.0.0/16", "fe80::‹x4›:‹x4›:fe‹x2›:‹x4›", "172.1‹6..9›.‹0..9›.1"),
			reqs: one(`PUT /v1/routers/‹X12›/lan json
{"gateway":"§","dhcp":{"from":100,"to":‹150..250›},"dns":["1.1.1.1","9.9.9.9"]}`)},
		{name: "look/xml-namespaces", place: "xml", look: true,
			vals: one("‹say›"),
			reqs: one(`POST /feeds/import xml
<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>‹word›</title></head><body><p>§</p></body></html>`,
				`PUT /rss/‹word› xml
<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><title>‹title›</title><link>‹link›</link><content:encoded>§</content:encoded></item></channel></rss>`)},
		{name: "look/ldap-like-names", place: "json", look: true,
			vals: one("CN=‹first› ‹surname›,OU=Läkare,DC=‹slug›,DC=se", "uid=‹l6›,ou=people,dc=univ,dc=edu", "(‹first›)(‹surname›)", "A&B (‹word›) | *new*"),
			reqs: one(`POST /v1/directory/sync json
{"dn":"§","groups":["‹word›"],"enabled":true}`)},
		{name: "look/user-info-words", place: "query", look: true,
			vals: one("gold-pass", "key of ‹word›", "token-ring", "secret santa ‹city›"),
			reqs: one("GET /v1/tickets?pass=§&sort_key=date&page_token=‹U24›&public_key_type=rsa", "GET /gifts?theme=§&next_token=‹B24›&password_policy=strong")},
	}
}

func lookMachines() []family {
	return []family{
		{name: "look/base64-file", place: "json", look: true,
			vals: one("data:image/png;base64,iVBORw0KGgo‹B600›", "JVBERi0xLjc‹B900›", "‹B300›"),
			reqs: one(`POST /v1/attachments json
{"filename":"‹file›","content":"§","encoding":"base64"}`)},
		{name: "look/serialized-state", place: "form", look: true,
			vals: one("/wEP‹B120›", "‹b64:{\"v\":1,\"filters\":{\"city\":\"‹city›\"},\"p\":‹1..9›}›", "gAAAAA‹U90›"),
			reqs: one(`POST /portal/default.aspx form
__VIEWSTATE=§&__VIEWSTATEGENERATOR=‹X8›&__EVENTVALIDATION=‹B60›&ctl00$main$txtName=‹surname›&ctl00$main$btn=OK`)},
		{name: "look/saml-form", place: "form", look: true,
			vals: one("‹b64:<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_‹x32›\" IssueInstant=\"‹iso›\"><saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://id.‹slug›.com</saml:Issuer><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignatureValue>‹B120›</ds:SignatureValue></ds:Signature><saml:Assertion ID=\"_‹x32›\"><saml:Subject><saml:NameID>‹mail›</saml:NameID></saml:Subject></saml:Assertion></samlp:Response>›"),
			reqs: one(`POST /saml/acs form
SAMLResponse=§&RelayState=https%3A%2F%2F‹webhost›%2F‹word›`)},
		{name: "look/protobuf-body", place: "header", look: true,
			vals: one("grpc-go/1.‹50..70›.0", "grpc-java-netty/1.‹50..70›.1"),
			reqs: one("POST /‹word›.v1.Service/Watch bin\n> content-type: application/grpc-web+proto\n> user-agent: §\n> x-grpc-web: 1\n‹W40›")},
		{name: "look/long-numbers", place: "json", look: true,
			vals: one("‹#30›", "0x‹x64›", "0.‹#24›", "1e‹-|›‹1..18›"),
			reqs: one(`POST /v1/ledger/transfer json
{"from":"0x‹x40›","to":"0x‹x40›","value":"§","nonce":‹1..9999›,"gas":‹21000..900000›}`)},
		{name: "look/nested-config", place: "json", look: true,
			vals: one("‹word›"),
			reqs: one(`PUT /v1/dashboards/‹uuid› json
{"a":{"layout":{"rows":[{"cols":[{"widgets":[{"type":"chart","opts":{"axes":[{"y":{"scale":{"min":0,"max":‹10..999›,"label":"§"}}}]}}]}]}]}}}`)},
		{name: "look/large-batch", place: "json", look: true,
			vals: one("‹word›"),
			reqs: one(`POST /v1/items/batch json
{"source":"§","items":[‹!60..160*,*{"id":‹#7›,"sku":"‹L3›-‹#4›","q":‹1..99›,"p":‹1..99›.‹10..99›}›]}`)},
		{name: "look/ndjson-bulk", place: "json", look: true,
			vals: one("‹title›", "‹say›"),
			reqs: one("POST /_bulk ndjson\n{\"index\":{\"_index\":\"‹word›\",\"_id\":\"‹#5›\"}}\n{\"title\":\"§\",\"price\":‹1..99›}\n{\"delete\":{\"_index\":\"‹word›\",\"_id\":\"‹#5›\"}}\n")},
		{name: "look/security-headers-report", place: "json", look: true,
			vals: one("https://evilads.example/x.js", "javascript", "http://‹webhost›/legacy.js?cb=alert"),
			reqs: one(`POST /reports reports
[{"type":"csp-violation","age":‹1..9999›,"url":"https://‹webhost›/‹route›","user_agent":"Mozilla/5.0","body":{"blockedURL":"§","disposition":"enforce","effectiveDirective":"script-src","originalPolicy":"script-src 'self' 'strict-dynamic'","sample":"onclick=\"go()\""}}]`)},
		{name: "look/method-override-framework", place: "form", look: true,
			vals: one("‹title›", "‹word›"),
			reqs: one("POST /tarefas/‹#4› form\n_method=put&utf8=%E2%9C%93&authenticity_token=‹B32›&tarefa%5Btitulo%5D=§&tarefa%5Bfeita%5D=‹0..1›&commit=Salvar")},
		{name: "look/range-download", place: "header", look: true,
			vals: one("bytes=‹0..999›-‹1000..99999›", "bytes=0-0,-‹1..900›", "bytes=‹1..9999›-"),
			reqs: one("GET /media/‹x16›.mp4\n> range: §\n> if-range: \"‹x16›\"")},
		{name: "look/monitor-probe", place: "header", look: true,
			vals: one("kube-probe/1.‹24..32›", "ELB-HealthChecker/2.0", "Prometheus/3.‹0..5›.0", "UptimeRobot/2.0; http://www.uptimerobot.com/", "Googlebot/2.1 (+http://www.google.com/bot.html)"),
			reqs: one("GET /healthz\n> user-agent: §", "GET /metrics\n> user-agent: §\n> accept: application/openmetrics-text;version=1.0.0")},
	}
}

func lookTokens() []family {
	return []family{
		{name: "look/dpop-proof", place: "header", look: true,
			vals: one("‹b64u:{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"‹U32›\",\"y\":\"‹U32›\"}}›.‹b64u:{\"jti\":\"‹U12›\",\"htm\":\"POST\",\"htu\":\"https://id.‹slug›.com/token\",\"iat\":‹s›}›.‹U64›"),
			reqs: one("POST /token form\n> dpop: §\ngrant_type=refresh_token&refresh_token=‹U43›&client_id=‹w16›")},
		{name: "look/detached-jws", place: "header", look: true,
			vals: one("‹b64u:{\"alg\":\"PS256\",\"kid\":\"‹U12›\",\"b64\":false,\"http://openbanking.org.uk/iat\":‹s›,\"crit\":[\"b64\",\"http://openbanking.org.uk/iat\"]}›..‹U96›"),
			reqs: one(`POST /open-banking/v3.1/pisp/domestic-payments json
> x-jws-signature: §
{"Data":{"ConsentId":"‹uuid›","Initiation":{"InstructedAmount":{"Amount":"‹1..99›.00","Currency":"EUR"},"CreditorAccount":{"Name":"‹surname›"}}},"Risk":{}}`)},
		{name: "look/jwe-token", place: "header", look: true,
			vals: one("Bearer ‹b64u:{\"alg\":\"‹RSA-OAEP-256|dir|ECDH-ES›\",\"enc\":\"A256GCM\",\"cty\":\"JWT\"}›.‹U64›.‹U12›.‹U90›.‹U16›"),
			reqs: one("GET /v1/userinfo\n> authorization: §")},
		{name: "look/id-token-hint", place: "query", look: true,
			vals: one("‹jwt›"),
			reqs: one("GET /connect/endsession?id_token_hint=§&post_logout_redirect_uri=https%3A%2F%2F‹webhost›%2F&state=‹x12›")},
		{name: "look/jwks-publish", place: "json", look: true,
			vals: one("‹U12›"),
			reqs: one(`PUT /v1/clients/‹w12›/jwks json
{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"§","n":"‹U120›","e":"AQAB"},{"kty":"OKP","crv":"Ed25519","kid":"‹U8›","x":"‹U32›"}]}`)},
		{name: "look/token-exchange", place: "form", look: true,
			vals: one("‹jwt›"),
			reqs: one(`POST /oauth2/token form
grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=§&scope=read`)},
		{name: "look/basic-login", place: "json", look: true,
			vals: one("p@ss'‹w4›--", "‹W6›\"<>‹W4›;", "${‹W8›}#1", "' ‹W5› '", "()&|‹W6›", "../‹W8›!", "1=1? ‹w5›"),
			reqs: one(`POST /v1/login json
{"username":"‹mail›","password":"§","remember":true}`)},
	}
}
