package east

import "strings"

// client gives the headers of some kind of client, ten or so, with slots.
func (g *gen) client(method string) [][2]string {
	kinds := []string{chromium, chromium, firefox, safariPhone, android, ios, service, service, curl, java, device}
	var headers [][2]string
	for line := range strings.Lines(pick(g, kinds)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if name == "origin" && method == "GET" {
			continue
		}
		headers = append(headers, [2]string{name, value})
	}
	return headers
}

const chromium = `user-agent: Mozilla/5.0 (‹Windows NT 10.0; Win64; x64|Macintosh; Intel Mac OS X 10_15_7|X11; Linux x86_64|X11; CrOS x86_64 14541.0.0›) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/‹118..141›.0.0.0 Safari/537.36‹| Edg/‹118..141›.0.0.0›
accept: ‹application/json, text/plain, */*|*/*|text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8›
accept-language: ‹languages›
accept-encoding: gzip, deflate, br, zstd
sec-ch-ua: "Chromium";v="‹118..141›", "Not?A_Brand";v="‹8|24|99›"
sec-ch-ua-mobile: ?0
sec-fetch-site: ‹same-origin|same-site|cross-site›
sec-fetch-mode: ‹cors|navigate›
referer: https://‹webhost›/‹route›
origin: https://‹webhost›
cookie: ‹cookies›
dnt: 1
`

const firefox = `user-agent: Mozilla/5.0 (‹Windows NT 10.0; Win64; x64|X11; Ubuntu; Linux x86_64|Macintosh; Intel Mac OS X 14.‹1..7››; rv:‹115..140›.0) Gecko/20100101 Firefox/‹115..140›.0
accept: application/json
accept-language: ‹languages›
accept-encoding: gzip, deflate, br
referer: https://‹webhost›/‹route›?‹utm›
cookie: ‹cookies›
x-requested-with: XMLHttpRequest
x-csrf-token: ‹W32›
te: trailers
connection: keep-alive
sec-fetch-dest: empty
priority: u=‹0..4›
`

const safariPhone = `user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 1‹6..8›_‹0..6› like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/1‹6..8›.‹0..6› Mobile/15E148 Safari/604.1
accept: */*
accept-language: ‹languages›
accept-encoding: gzip, deflate, br
authorization: Bearer ‹jwt›
x-client-version: ‹ver›
referer: https://‹webhost›/
sec-fetch-dest: empty
sec-fetch-mode: cors
cookie: ‹cookies›
cache-control: no-cache
`

const android = `user-agent: ‹okhttp/4.‹9..12›.0|‹Appname›/‹ver› (Linux; Android ‹10..15›; ‹SM-G991B|Pixel 8|Redmi Note 12|moto g(60)|CPH2451›) okhttp/4.12.0|Dart/3.‹1..6› (dart:io)›
accept: application/json
accept-encoding: gzip
authorization: Bearer ‹jwt›
x-app-version: ‹ver›
x-device-id: ‹uuid›
x-platform: android
accept-language: ‹pt-BR|tr-TR|hi-IN|ja-JP|sv-SE|it-IT|ar-EG|zh-CN|en-IE›
x-request-id: ‹uuid›
connection: Keep-Alive
if-none-match: W/"‹x16›"
`

const ios = `user-agent: ‹Appname›/‹#4› CFNetwork/1‹#3›.‹0..9› Darwin/2‹1..4›.‹1..6›.0
accept: */*
accept-language: ‹languages›
accept-encoding: gzip, deflate, br
authorization: Bearer ‹U32›
x-session-id: ‹uuid›
x-timezone: ‹timezone›
x-device-model: iPhone1‹3..6›,‹1..5›
x-idempotency-key: ‹uuid›
baggage: userTier=‹free|gold|staff›,region=‹eu|sa|apac›
traceparent: 00-‹x32›-‹x16›-01
`

const service = `user-agent: ‹axios/1.‹1..9›.‹0..9›|python-requests/2.3‹0..3›.0|Go-http-client/1.1|node-fetch/1.0 (+https://github.com/bitinn/node-fetch)|undici|aiohttp/3.‹8..12›.1|Ruby|GuzzleHttp/7|rest-client/2.1.0|Faraday v2.‹1..9›.0›
accept: application/json
accept-encoding: gzip, deflate
x-request-id: ‹uuid›
traceparent: 00-‹x32›-‹x16›-0‹0|1›
x-forwarded-for: ‹ip›‹|, 10.‹0..250›.‹0..250›.‹2..250››
x-forwarded-proto: https
x-b3-traceid: ‹x32›
x-api-key: ‹W40›
x-tenant-id: ‹slug›
x-envoy-attempt-count: 1
`

const curl = `user-agent: curl/8.‹0..11›.‹0..1›
accept: */*
authorization: ‹Bearer ‹W40›|Basic ‹b64:‹user›:‹W14›››
x-forwarded-for: ‹ip›
x-forwarded-proto: https
x-request-id: ‹x32›
x-envoy-expected-rq-timeout-ms: ‹15000|3000›
via: 1.1 ‹w6›.cloudfront.net (CloudFront)
x-amz-cf-id: ‹U42›
`

const java = `user-agent: ‹Java/17.0.‹1..12›|Apache-HttpClient/5.‹1..4› (Java/21.0.‹1..6›)|Jersey/3.1.3 (HttpUrlConnection 17)|ReactorNetty/1.1.‹1..20›|SAP NetWeaver Application Server (1.0;750)›
accept: application/json, application/*+json
authorization: Basic ‹b64:svc-‹slug›:‹W20››
x-correlation-id: ‹uuid›
x-b3-spanid: ‹x16›
x-b3-sampled: ‹0|1›
connection: keep-alive
cache-control: no-cache
pragma: no-cache
accept-charset: utf-8
`

const device = `user-agent: ‹ESP32HTTPClient/2.0|‹Appname›-gateway/‹ver› (linux armv7l)|HomeAssistant/202‹4..6›.‹1..12›.1 aiohttp/3.9.1 Python/3.12|Zephyr/3.‹4..7›|Dalvik/2.1.0 (Linux; U; Android 9; TV BOX Build/PPR1)›
accept: */*
x-device-serial: ‹L3›-‹#8›
x-firmware: ‹ver›-rc‹1..9›
authorization: Device ‹W44›
x-signature: sha256=‹x64›
x-timestamp: ‹s›
connection: close
x-battery: ‹4..100›%
date: ‹http›
`
