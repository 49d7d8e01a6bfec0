package south

// agents are the names that clients give themselves; they are merged into the lexicon.
func agents() map[string][]string {
	return map[string][]string{
		"browser": {
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/‹108..139›.0.0.0 Safari/537.36",
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/‹15..18›.‹0..6› Safari/605.1.15",
			"Mozilla/5.0 (X11; Linux x86_64; rv:‹109..141›.0) Gecko/20100101 Firefox/‹109..141›.0",
			"Mozilla/5.0 (Linux; Android ‹10..15›; SM-‹A|G|S›‹100..999›B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/‹108..139›.0.‹1000..7000›.‹10..200› Mobile Safari/537.36",
			"Mozilla/5.0 (iPhone; CPU iPhone OS ‹15..18›_‹0..6› like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram ‹200..350›.0.0.‹10..30›.‹100..120› (iPhone‹11..16›,‹1..4›; iOS ‹15..18›_‹0..6›; tr_TR; scale=3.00)",
			"Opera/9.80 (J2ME/MIDP; Opera Mini/‹4..8›.‹0..5›/‹30..200›.‹10..99›; U; pt) Presto/2.12.423 Version/12.16",
		},
		"phoneagent": {
			"okhttp/‹3..5›.‹0..12›.‹0..4›", "Vagamundo/‹ver› (br.travel.vagamundo; build:‹num›; iOS ‹15..18›.‹0..6›.0) Alamofire/5.‹0..9›.‹0..2›",
			"KestrelArena/‹num› CFNetwork/14‹10..99›.0.‹1..9› Darwin/‹21..24›.‹0..6›.0", "Dart/3.‹0..9› (dart:io)", "Dalvik/2.1.0 (Linux; U; Android ‹9..15›; Redmi Note ‹8..13› Build/QKQ1.‹num›)",
			"UnityPlayer/2022.3.‹1..60›f1 (UnityWebRequest/1.0, libcurl/8.5.0-DEV)",
		},
		"programagent": {
			"python-requests/2.‹20..32›.‹0..4›", "Go-http-client/‹1.1|2.0›", "axios/1.‹0..9›.‹0..9›", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "curl/‹7|8›.‹10..88›.0", "PostmanRuntime/7.‹29..45›.0",
			"Apache-HttpClient/4.5.‹1..14› (Java/‹11|17|21›.0.‹1..12›)", "GuzzleHttp/7", "ESP32HTTPClient", "boltmeter-fw/‹ver› (lwIP; +https://boltmeter.net/fw)", "Ruby", "Faraday v2.‹0..9›.‹0..2›", "Prometheus/2.‹30..55›.0",
			"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "kube-probe/1.‹25..33›", "grpc-go/1.‹50..76›.0", "terraform-provider-tideline/‹ver›", "Wget/1.21.‹1..4›", "HTTPie/3.‹0..2›.‹0..4›",
			"Elastic-Heartbeat/8.‹0..15›.0 (linux; amd64; ‹hex40›; ‹datetime› +0000 UTC)", "jest-fetch/‹ver›", "GitHub-Hookshot/‹hex8›",
		},
	}
}
