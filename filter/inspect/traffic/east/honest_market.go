package east

func learnFamilies() []family {
	return []family{
		{name: "school/answer", place: "json",
			vals: one("‹say›", "x = ‹2..9›, y = -‹2..9› (because 2x+y=‹1..9›)", "‹essay›"),
			reqs: one(`POST /v1/quizzes/‹#4›/attempts/‹#6›/answers json
{"question":‹1..40›,"answer":"§","seconds":‹5..300›}`)},
		{name: "school/course-search", place: "query",
			vals: one("‹title›", "c++ para iniciantes", "l'arte della fuga", "çocuk gelişimi", "線形代数 入門"),
			reqs: one("GET /catalog?q=§&level=‹1..3›&facet=lang:‹pt|it|ja›&p=‹1..9›", "GET /kurslar/ara?kelime=§&sirala=puan")},
		{name: "school/forum-form", place: "form",
			vals: one("‹essay›", "‹say›"),
			reqs: one(`POST /forum/‹#4›/reply form
sesskey=‹w10›&message=§&format=1&parent=‹#7›`)},
		{name: "school/homework-upload", place: "multipart",
			vals: one("‹file›", "‹surname›_‹first›_ödev‹1..9›.docx", "compito d'italiano.odt", "课程作业 第‹1..9›章.docx"),
			reqs: one(`POST /assignments/‹#5›/submissions multipart
comment
‹say›
~~
file;§;application/vnd.openxmlformats-officedocument.wordprocessingml.document
‹B120›`)},
		{name: "school/xapi", place: "json",
			vals: one("‹title›", "‹say›"),
			reqs: one(`POST /xapi/statements json
> x-experience-api-version: 1.0.3
{"actor":{"mbox":"mailto:‹l6›@univ.edu","name":"‹person›"},"verb":{"id":"http://adlnet.gov/expapi/verbs/completed","display":{"en-US":"completed"}},"object":{"id":"https://‹webhost›/course/‹#4›","definition":{"name":{"und":"§"}}},"result":{"score":{"scaled":0.‹1..99›},"duration":"PT‹1..50›M"}}`)},
		{name: "school/grades-graphql", place: "graphql",
			vals: one("‹surname›", "‹native›", "‹title›"),
			reqs: one(`POST /graphql graphql
{"query":"query Grades($f: Filter, $n: Int = ‹5..50›) { students(filter: $f, first: $n) { edges { node { id name grades { course score } } } pageInfo { endCursor } } }","variables":{"f":{"nameLike":"§","year":202‹3..6›}}}`)},
		{name: "school/library-sru", place: "query",
			vals: one("dc.title any \"‹word› ‹word›\" and dc.date > 19‹50..99›", "dc.creator = \"‹surname›\" sortBy dc.date", "bath.isbn=978‹#10›"), look: true,
			reqs: one("GET /sru?version=1.2&operation=searchRetrieve&query=§&maximumRecords=‹5..50›")},
		{name: "school/roster-xml", place: "xml",
			vals: one("‹native›", "‹first› ‹surname›", "‹say›"),
			reqs: one(`PUT /roster/‹#4› xml
<roster term="202‹3..6›-‹1..2›"><student id="‹#6›"><name>§</name><birth>‹date›</birth></student><student id="‹#6›"><name>‹person›</name></student></roster>`)},
	}
}

func marketFamilies() []family {
	return []family{
		{name: "exchange/order", place: "json",
			vals: one("bot-‹word›-‹#6›", "tp/sl ‹word› #‹1..99›", "‹say›"),
			reqs: one(`POST /api/v5/trade/order json
> ok-access-sign: ‹B32›
> ok-access-timestamp: ‹iso›
{"instId":"‹BTC|ETH|SOL›-USDT","side":"‹buy|sell›","ordType":"limit","px":"‹10..90000›.‹0..9›","sz":"0.‹1..9999›","clOrdId":"‹W16›","tag":"§"}`)},
		{name: "exchange/signed-query", place: "query",
			vals: one("‹W12›-‹1..99›", "grid_‹word›", "x-‹W8›"),
			reqs: one("GET /fapi/v2/account?newClientOrderId=§&recvWindow=5000&timestamp=‹ms›&signature=‹x64›")},
		{name: "exchange/withdraw", place: "json",
			vals: one("0x‹x40›", "bc1q‹w38›", "‹W34›", "r‹W33›?dt=‹#9›"),
			reqs: one(`POST /v1/withdrawals json
{"asset":"‹BTC|ETH|XRP|TRX›","amount":"0.‹#6›","address":"§","memo":"‹#9›","fee":"1e-‹4..8›","otp":"‹#6›"}`)},
		{name: "exchange/eth-jsonrpc", place: "json",
			vals: one("0x70a08231000000000000000000000000‹x40›", "0xa9059cbb000000000000000000000000‹x40›‹x64›"),
			reqs: one(`POST /v3/‹x32› json
{"jsonrpc":"2.0","id":‹1..99›,"method":"eth_call","params":[{"to":"0x‹x40›","data":"§"},"latest"]}`)},
		{name: "shop/search", place: "query",
			vals: one("‹word› 1/2\"", "men's ‹word› & ‹word›", "‹title›", "iPhone 1‹3..6› (128GB) + case", "50% off ‹word›"),
			reqs: one("GET /products?search=§&category=‹10..99›&min=‹1..50›&max=‹60..900›&sort=price_asc", "GET /s?k=§&rh=n:‹#9›,p_36:‹#4›-‹#5›&dc&qid=‹s›")},
		{name: "shop/checkout-form", place: "form",
			vals: one("‹street›", "‹say›", "‹company›"),
			reqs: one(`POST /checkout/address form
name=‹person›&line1=§&city=‹city›&zip=‹#5›-‹#3›&country=‹country›&phone=‹phone›&save=1`)},
		{name: "shop/payment-webhook", place: "json",
			vals: one("‹say›", "Order #‹#5› – ‹company›", "your_card_was_declined: insufficient funds"),
			reqs: one(`POST /webhooks/payments utf8json
> payment-signature: t=‹s›,v1=‹x64›
{"id":"evt_‹W24›","object":"event","type":"charge.failed","created":‹s›,"data":{"object":{"id":"ch_‹W24›","amount":‹#5›,"currency":"‹currency›","description":"§","billing_details":{"name":"‹person›","email":"‹mail›"},"metadata":{}}},"livemode":true}`)},
		{name: "shop/cart-cookie", place: "cookie",
			vals: one("[{\"sku\":\"‹L3›-‹#4›\",\"q\":‹1..9›}]", "‹word›~‹word›~‹1..9›", "‹b64:{\"u\":\"‹user›\",\"t\":‹s›}›"),
			reqs: one("GET /cart/summary?country=‹country›\n> cookie: cart=§; currency=‹currency›; _hjSession=‹uuid›", "GET /recommendations?n=‹4..20›\n> cookie: sid=‹x32›; seen=§; cc=‹1..9›")},
		{name: "shop/coupon-path", place: "path",
			vals: one("‹L4›‹10..99›", "‹word›-‹2..50›off", "É10-‹L3›", "50%OFF"),
			reqs: one("GET /v1/coupons/§?cart=‹uuid›", "POST /v1/coupons/§/redeem json\n{\"cart\":\"‹uuid›\"}")},
		{name: "ads/csp-report", place: "json",
			vals: one("inline", "https://‹slug›.example.net/tag.js?id=‹#6›", "data", "eval"),
			reqs: one(`POST /csp csp
{"csp-report":{"document-uri":"https://‹webhost›/‹route›","referrer":"","violated-directive":"script-src-elem","effective-directive":"script-src-elem","original-policy":"default-src 'self'; script-src 'self' 'nonce-‹W16›' https://*.‹slug›.com 'unsafe-eval'; report-uri /csp","disposition":"report","blocked-uri":"§","line-number":‹1..900›,"status-code":200,"script-sample":""}}`)},
		{name: "ads/pageview-beacon", place: "json",
			vals: one("‹title› | ‹slug›", "‹word› – ‹city›", "‹say›"),
			reqs: one(`POST /i/collect beacon
{"e":"pv","url":"https://‹webhost›/‹route›?‹utm›","title":"§","ref":"https://www.google.com/","vp":"‹320..1920›x‹600..1080›","cd":24,"dtm":"‹ms›","duid":"‹uuid›"}`)},
		{name: "gov/form-post", place: "form",
			vals: one("‹person›", "‹street›", "‹native›"),
			reqs: one(`POST /basvuru/kaydet form
ad=‹first›&soyad=§&tc=‹#11›&il=‹city›&eposta=‹mail›&onay=1`, `POST /ansokan form
namn=§&personnummer=‹#8›-‹#4›&gatuadr=‹street›&ort=‹city›`)},
	}
}

func headerFamilies() []family {
	return []family{
		{name: "header/referer-search", place: "header",
			vals: one("https://www.google.com.br/search?q=‹word›+‹word›", "https://‹webhost›/busca?q=a%C3%A7a%C3%AD&p=‹1..9›", "android-app://com.google.android.gm/"),
			reqs: one("GET /v1/landing/‹word›?‹!utm›\n> referer: §")},
		{name: "header/user-agent", place: "header",
			vals: one("‹Appname›/‹ver› (‹first›'s phone; build ‹#4›)", "Mozilla/5.0 (compatible; ‹word›bot/‹ver›; +https://‹webhost›/bot)", "‹word›-sdk-go/‹ver› (linux; amd64; go1.2‹1..5›)"),
			reqs: one("GET /v1/‹word›s/‹#5›\n> user-agent: §", "GET /robots.json\n> user-agent: §")},
		{name: "header/tenant", place: "header",
			vals: one("‹slug›", "‹company›", "‹word› & ‹word›"),
			reqs: one("GET /v1/me\n> x-tenant: §", "GET /api/usage?from=‹date›\n> x-workspace-name: §")},
		{name: "header/forwarded", place: "header",
			vals: one("‹ip›", "for=‹ip›;proto=https;by=10.0.0.‹2..250›", "for=\"[2001:db8:‹x4›::‹x2›]:‹#5›\""),
			reqs: one("GET /v1/status\n> forwarded: §", "GET /v2/geo\n> x-real-client: §")},
		{name: "header/filter-header", place: "header",
			vals: one("‹word›=‹1..99›,‹word›", "lang=‹it|sv›; tz=‹timezone›", "\"‹word›\""),
			reqs: one("GET /v1/items\n> x-filter: §\n> if-none-match: \"‹x16›\"", "GET /v1/feed\n> prefer: §")},
		{name: "header/locale", place: "header",
			vals: one("‹languages›", "‹country›"),
			reqs: one("GET /v1/i18n/messages?ns=‹word›\n> x-accept-locale: §")},
		{name: "cookie/session", place: "cookie",
			vals: one("‹x32›", "‹uuid›", "‹U40›", "‹user›"),
			reqs: one("GET /account\n> cookie: session=§; lang=tr; theme=dark", "POST /logout json\n> cookie: uid=§; csrftoken=‹W32›\n{}")},
		{name: "cookie/tracking", place: "cookie",
			vals: one("‹#6›.‹s›.1.1.utmcsr=google|utmccn=(organic)|utmcmd=organic", "fb.1.‹ms›.‹#10›", "‹city›", "GS1.1.‹s›.‹1..9›.1.‹s›.0.0.0"),
			reqs: one("GET /home\n> cookie: __utmz=§; _ga=GA1.2.‹#9›.‹s›; sid=‹x24›", "GET /ofertas?p=‹1..9›\n> cookie: last=§; vid=‹uuid›; cf_clearance=‹U43›-‹s›-1.2.1.1-‹U20›")},
		{name: "cookie/flash-message", place: "cookie",
			vals: one("‹say›", "{\"type\":\"success\",\"text\":\"‹say›\"}"),
			reqs: one("GET /perfil\n> cookie: flash=§; sessionid=‹w32›")},
	}
}

func pathFamilies() []family {
	return []family{
		{name: "path/patient", place: "path",
			vals: one("‹#6›", "‹uuid›", "MRN-‹#7›"),
			reqs: one("GET /v1/patients/§/vitals?from=‹date›", "GET /fhir/R4/Patient/§/$everything?_count=‹10..99›")},
		{name: "path/wiki-title", place: "path",
			vals: one("‹title›", "‹city›", "C++", "AC/DC", "Ilha_(‹word›)", "‹native›"),
			reqs: one("GET /wiki/rest/v1/page/summary/§", "GET /pages/§/history?limit=‹5..50›")},
		{name: "path/file-download", place: "path",
			vals: one("‹file›", "‹x32›.min.js", "backup-‹date›.tar.gz", "..hidden-draft.md"),
			reqs: one("GET /files/‹#6›/§?download=1", "GET /v1/attachments/‹w8›/§")},
		{name: "path/matrix-room", place: "path",
			vals: one("!‹W18›:‹slug›.org", "#‹word›:‹slug›.org", "@‹l6›:‹slug›.io"),
			reqs: one("GET /_matrix/client/v3/rooms/§/members?not_membership=leave", "PUT /_matrix/client/v3/directory/room/§ json\n{\"room_id\":\"!‹W18›:‹slug›.org\"}")},
		{name: "path/object-key", place: "path",
			vals: one("‹word›/‹date›/part-0000‹1..9›.parquet", "year=202‹3..6›/month=0‹1..9›/‹x8›.json.gz", "‹word› (copy).webp"),
			reqs: one("GET /buckets/‹slug›/o/§", "HEAD /‹slug›-media/§")},
		{name: "path/tile", place: "path",
			vals: one("‹1..18›/‹#4›/‹#4›@2x.png", "‹1..18›/‹#4›/‹#4›.mvt"),
			reqs: one("GET /maps/v4/‹word›/¤?style=streets&key=title")},
		{name: "path/odata-key", place: "path",
			vals: one("Products('‹L3›-‹#3›')", "Orders(‹#5›)/Lines", "People('‹l8›')/Friends/$ref"), look: true,
			reqs: one("GET /odata/v4/¤?$select=Name,Price&$format=json")},
		{name: "path/aip-custom-verb", place: "path",
			vals: one("‹word›-‹1..9›:cancel", "projects/‹slug›/topics/‹word›:publish", "-:search"),
			reqs: one("POST /v1/operations/§ json\n{\"reason\":\"‹word›\"}")},
	}
}
