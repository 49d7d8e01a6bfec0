package east

func playFamilies() []family {
	return []family{
		{name: "games/chat", place: "json",
			vals: one("‹say›", "gg ez <3", "o/ \\o/ ¯\\_(ツ)_/¯", "lf ‹2..5›m dungeon +‹2..20› need heal & tank!!"),
			reqs: one(`POST /v1/rooms/‹w8›/messages json
{"room":"‹w8›","text":"§","nonce":"‹#18›","reply_to":null,"mentions":[‹!0..3*,*"‹user›"›]}`)},
		{name: "games/telemetry", place: "json",
			vals: one("map_‹word›_‹2..9›", "boss:‹word›", "lvl ‹1..80› → ‹2..81›"),
			reqs: one(`POST /telemetry/events json
{"session":"‹uuid›","build":"‹ver›","events":[{"n":"level_end","p":{"name":"§","t":‹10..999›,"deaths":‹0..20›}},‹!2..20*,*{"n":"‹tick_rate|kill|loot|jump›","p":{"x":‹lat›,"y":‹lon›,"f":‹30..144›}}›]}`)},
		{name: "games/profile", place: "form",
			vals: one("‹user›", "xX_‹first›_Xx", "-=[‹word›]=-", "{‹L3›}‹user›", "‹native›"),
			reqs: one(`POST /profile/update form
nick=§&region=‹country›&bio=‹say›&avatar_id=‹1..300›`)},
		{name: "games/matchmaking", place: "query",
			vals: one("‹word›-‹2..9›v‹2..9›", "ranked ‹word›"),
			reqs: one("GET /v1/matches?mode=§&mmr_min=‹100..900›&mmr_max=‹1000..3000›&ping=‹10..200›&region=‹sa-east|eu-north›")},
		{name: "games/leaderboard-header", place: "header",
			vals: one("‹user›", "clan=‹word›; rank=‹2..9000›"),
			reqs: one("GET /v1/leaderboards/‹w6›?around=me&n=‹10..50›\n> x-player-tag: §")},
		{name: "social/post", place: "json",
			vals: one("‹essay› #‹word› #‹tag›", "‹say› @‹user› ‹link›", "‹title›!!! 😍🔥 ‹say›"),
			reqs: one(`POST /api/v1/statuses json
{"status":"§","visibility":"public","language":"‹pt|it|ja|ar›","media_ids":[‹!0..4*,*"‹#18›"›],"poll":null,"sensitive":false}`)},
		{name: "social/search", place: "query",
			vals: one("#‹tag›", "from:‹user› since:‹date› \"‹word›\"", "‹native›", "@‹user›"),
			reqs: one(
				"GET /2/search/recent?query=§&max_results=‹10..99›&tweet.fields=created_at,lang", "GET /api/v2/search?q=§&type=accounts&resolve=true")},
		{name: "social/comment-graphql", place: "graphql",
			vals: one("‹say›", "‹say› ‹link›"),
			reqs: one(`POST /api/graphql graphql
{"operationName":"AddComment","variables":{"input":{"subjectId":"‹b64:Post:‹#6››","body":"§","clientMutationId":"‹uuid›"}},"query":"mutation AddComment($input: AddCommentInput!) { addComment(input: $input) { comment { id bodyHTML author { login avatarUrl(size: 64) } } } }"}`)},
		{name: "social/dm-multipart", place: "multipart",
			vals: one("‹say›", "‹essay›"),
			reqs: one(`POST /dm/‹#9› multipart
text
§
~~
photo;‹file›;image/png
‹B60›`)},
		{name: "social/activitypub", place: "json",
			vals: one("<p>‹say›</p>", "<p>‹say› <a href=\"‹link›\" class=\"mention\">@<span>‹user›</span></a></p>"), look: true,
			reqs: one(`POST /inbox ld
{"@context":["https://www.w3.org/ns/activitystreams",{"sensitive":"as:sensitive"}],"id":"https://‹webhost›/a/‹#12›","type":"Create","actor":"https://‹webhost›/users/‹w6›","to":["https://www.w3.org/ns/activitystreams#Public"],"object":{"type":"Note","published":"‹iso›","content":"§"}}`)},
		{name: "social/avatar-filename", place: "multipart",
			vals: one("‹file›", "‹first›'s photo (‹1..9›).jpg", "foto--‹date›.jpeg"),
			reqs: one(`POST /me/avatar multipart
crop
{"x":‹0..99›,"y":‹0..99›,"w":256,"h":256}
~~
avatar;§;image/jpeg
‹B90›`)},
		{name: "social/cookie-prefs", place: "cookie",
			vals: one("{\"theme\":\"‹word›\",\"muted\":[\"‹user›\",\"‹tag›\"]}", "‹word›|‹tag›|‹1..99›", "name=‹first›&tz=‹timezone›"),
			reqs: one(
				"GET /feed?cursor=‹U24›\n> cookie: sid=‹x32›; prefs=§; _ga=GA1.1.‹#9›.‹s›", "POST /like/‹#9› json\n> cookie: prefs=§; csrftoken=‹W32›\n{\"on\":true}")},
		{name: "social/slack-message", place: "json",
			vals: one("‹say›", "*‹word›* <https://‹webhost›/‹route›|open> :tada:", "<@U‹X8›> ‹say›", "<!here> deploy of `‹word›` done"), look: true,
			reqs: one(`POST /api/chat.postMessage utf8json
{"channel":"C0‹X8›","text":"§","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*‹title›*\n‹say›"}},{"type":"divider"}],"unfurl_links":false}`)},
		{name: "media/playlist", place: "json",
			vals: one("‹title›", "‹word› & ‹word› (Live @ ‹city›) [Remix]", "AC/DC – ‹title›", "P!nk / ‹title› / \"‹word›\""),
			reqs: one(`POST /v1/playlists/‹W22›/tracks json
{"position":‹0..90›,"tracks":[{"uri":"media:track:‹W22›","title":"§","ms":‹90000..400000›}],"snapshot":"‹B18›"}`)},
		{name: "media/subtitle-upload", place: "multipart",
			vals: one("1\n00:00:0‹1..9›,000 --> 00:00:1‹0..9›,500\n<i>‹say›</i>\n\n2\n00:01:0‹1..9›,100 --> 00:01:1‹0..9›,400\n- ‹say›\n- ‹say›\n"), look: true,
			reqs: one(`POST /videos/‹w11›/captions multipart
lang
‹pt-BR|tr|sv›
~~
track;‹word›.srt;application/x-subrip
§`)},
		{name: "media/player-beacon", place: "query",
			vals: one("‹title›", "‹link›", "‹word› | ‹title›"),
			reqs: one("GET /b.gif?v=2&e=heartbeat&pos=‹1..9999›&dur=‹1..9999›&title=§&br=‹300..8000›&cid=‹uuid›&cb=‹#13›", "POST /collect?v=2&tid=G-‹L10›&cid=‹#9›.‹s›&dt=§&dl=https%3A%2F%2F‹webhost›%2F&en=play beacon\n{\"t\":‹ms›}")},
		{name: "media/cms-richtext", place: "json",
			vals: one("<h2>‹title›</h2><p style=\"text-align: center;\">‹say›&nbsp;<strong>‹word›</strong></p><p><img src=\"‹link›\" alt=\"‹word›\" width=\"640\"></p>", "<p>‹say›</p><ul><li>‹word›</li><li><em>‹say›</em></li></ul><blockquote>‹say›</blockquote>"), look: true,
			reqs: one(`PUT /cms/v1/articles/‹#6› json
{"title":"‹title›","slug":"‹word›-‹word›","html":"§","status":"draft","updated_at":"‹iso›"}`)},
		{name: "media/xmlrpc-post", place: "xml",
			vals: one("‹essay›", "‹say› ‹title›"),
			reqs: one(`POST /xmlrpc xml
<?xml version="1.0"?><methodCall><methodName>metaWeblog.newPost</methodName><params><param><value><string>‹1..9›</string></value></param><param><value><struct><member><name>title</name><value><string>‹title›</string></value></member><member><name>description</name><value><string>§</string></value></member></struct></value></param></params></methodCall>`)},
	}
}

func thingsFamilies() []family {
	return []family{
		{name: "iot/measurements", place: "json",
			vals: one("‹word›-‹1..9›/‹city›", "freezer #‹1..9› (‹word›)", "T_ext [°C]"),
			reqs: one(`POST /v1/devices/‹x12›/measurements json
{"sensor":"§","unit":"‹°C|%|kPa|µg/m³›","points":[‹!2..40*,*[‹s›,‹!10..40›.‹0..99›]›]}`)},
		{name: "iot/line-protocol", place: "query",
			vals: one("‹word›", "‹word›_‹1..9›"),
			reqs: one("POST /api/v2/write?bucket=§&org=‹slug›&precision=ns text\n‹4..20*‹nl›*weather,station=‹word›‹1..9›,city=‹iata› temp=‹1..40›.‹0..9›,hum=‹10..99›i ‹ns››")},
		{name: "iot/device-shadow", place: "json",
			vals: one("‹word› lamp", "‹first›'s thermostat", "‹native›", "porta d'ingresso"),
			reqs: one(`PATCH /things/‹L3›-‹#8›/shadow merge
{"state":{"desired":{"name":"§","on":‹true|false›,"brightness":‹0..100›,"color":"#‹x6›"}},"version":‹1..999›,"clientToken":"‹w12›"}`)},
		{name: "iot/attributes-keys", place: "jsonkey",
			vals: one("‹word›.‹word›", "temp[‹0..9›]", "‹word›/‹word›-‹1..9›", "níveis:‹word›", "$‹word›"),
			reqs: one(`POST /v1/attributes/‹uuid› json
{"‹word›_id":‹#5›,"§":‹1..999›.‹0..9›,"fw":"‹ver›","rssi":-‹30..99›}`,
				`PUT /v1/devices/‹x12›/labels json
{"labels":{"site":"‹city›","§":"‹word›"},"ttl":‹60..9999›}`)},
		{name: "iot/otel-traces", place: "json",
			vals: one("GET /v1/‹word›/{id}", "SELECT ‹word›", "‹word›.Service/List", "redis HGETALL ‹word›"), look: true,
			reqs: one(`POST /v1/traces json
{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"‹slug›"}},{"key":"telemetry.sdk.version","value":{"stringValue":"‹ver›"}}]},"scopeSpans":[{"spans":[{"traceId":"‹x32›","spanId":"‹x16›","name":"§","kind":‹1..5›,"startTimeUnixNano":"‹ns›","endTimeUnixNano":"‹ns›","attributes":[{"key":"http.status_code","value":{"intValue":"‹200..504›"}}]}]}]}]}`)},
		{name: "iot/geofence-geojson", place: "json",
			vals: one("‹city› depot", "zona sud-‹1..9›", "‹native›"),
			reqs: one(`POST /fleet/‹slug›/geofences geo
{"type":"Feature","properties":{"name":"§","stroke":"#‹x6›"},"geometry":{"type":"Polygon","coordinates":[[‹!4..9*,*[‹lon›,‹lat›]›]]}}`)},
		{name: "iot/nmea-upload", place: "multipart",
			vals: one("$GPRMC,‹#6›.00,A,‹#4›.‹#4›,N,0‹#4›.‹#4›,E,‹0..60›.‹0..9›,‹1..359›.0,‹#6›,,,A*‹X2›", "$GPGGA,‹#6›,‹#4›.‹#3›,N,0‹#4›.‹#3›,W,1,08,0.9,‹1..900›.4,M,46.9,M,,*‹X2›"), look: true,
			reqs: one(`POST /tracks multipart
vehicle
‹L3›‹#4›
~~
log;track_‹date›.nmea;text/plain
§`)},
		{name: "iot/camera-registration", place: "json",
			vals: one("rtsp://192.168.‹0..9›.‹2..250›:554/h264/ch‹1..4›/main", "http://10.0.‹0..9›.‹2..250›/snapshot.jpg?ch=‹1..4›", "http://raspberrypi.local:8080/stream"), look: true,
			reqs: one(`POST /v1/cameras json
{"name":"‹word› cam","lan_url":"§","motion":true,"retention_days":‹1..30›}`)},
		{name: "iot/mqtt-rule", place: "json",
			vals: one("SELECT temp AS t, timestamp() AS ts FROM 'devices/+/‹word›' WHERE temp > ‹10..60›", "SELECT * FROM '‹word›/#' WHERE startswith(topic(2), '‹L2›')"), look: true,
			reqs: one(`PUT /rules/‹word›_‹w4› json
{"sql":"§","actions":[{"lambda":{"functionArn":"arn:aws:lambda:eu-north-1:‹#12›:function:‹word›"}}],"ruleDisabled":false}`)},
		{name: "iot/ota-query", place: "query",
			vals: one("‹ver›-rc.‹1..9›+‹x7›", "‹word›/‹ver›", ">=‹ver› <‹ver›"),
			reqs: one("GET /ota/check?model=‹L3›-‹1..9›&fw=§&chip=esp32s3&mac=‹5*:*‹X2››:‹X2›")},
	}
}
