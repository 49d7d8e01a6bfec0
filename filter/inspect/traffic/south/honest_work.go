package south

// The honest families by industry: what its clients send all day.

func honestForge() []family {
	return []family{
		{name: "forge/issue-title", theme: "forge", at: []string{"json POST ~ title", "jsonapi POST ~ title", "gqlvar POST /-/graphql title"},
			say: []string{"‹noun› breaks on ‹lib› ‹ver›", "[‹bug|docs|perf›] ‹service›: ‹noun› not shown after ‹date›", "‹Crash|Regression|Question›: ‹fewwords› (‹ver› → ‹ver›)", "feat(‹en-noun›): add ‹en-noun› to the ‹en-noun›"}},
		{name: "forge/commit-message", theme: "forge", at: []string{"json POST /repos/‹user›/‹slug›/commits commits[].message", "rpc POST /rpc commit.message"},
			say: []string{"fix(‹en-noun›): don't reuse the ‹en-noun› after close\n\nCloses #‹num›", "Merge branch '‹slug›' into ‹main|develop›", "Revert \"‹en-noun›: ‹sentence›\"", "chore: bump ‹lib› from ‹ver› to ‹ver› (#‹num›)\n\nSigned-off-by: ‹name› <‹email›>"}},
		{name: "forge/branch-ref", theme: "forge", at: []string{"query GET /repos/‹user›/‹slug›/compare ref", "path GET /repos/‹user›/‹slug›/tree/§/ -"},
			say: []string{"feature/‹slug›", "refs/heads/release/‹ver›", "‹user›:hotfix-‹num›", "dependabot/npm_and_yarn/‹lib›-‹ver›", "v‹ver›-rc.‹1..9›+build.‹num›"}},
		{name: "forge/package-range", theme: "forge", at: []string{"query GET /packages/‹lib›/resolve range", "json POST /packages/audit dependencies.‹lib›"},
			say: []string{"^‹ver›", ">=‹ver› <‹ver›", "~‹ver› || ~‹ver›", "git+ssh://git@‹domain›/‹user›/‹lib›.git#v‹ver›", "npm:@‹user›/‹lib›@‹ver›", "==‹ver›; python_version < '3.‹8..13›'"}},
		{name: "forge/artifact-name", theme: "forge", at: []string{"path GET /artifacts/‹num›/§ -", "filename POST /artifacts/upload file", "query GET /artifacts name"},
			say: []string{"‹service›-‹ver›-linux-amd64.tar.gz", "‹lib›_‹ver›_all.deb", "‹Setup|Report› (‹1..9›).‹ext›", "coverage~‹date›.html", "‹service›@sha256:‹hex64›"}},
		{name: "forge/webhook-push", theme: "forge", at: []string{"json POST /hooks/‹uuid› head_commit.author.name", "json POST /hooks/‹num› repository.owner.name"}, say: []string{"‹name›", "‹user›[bot]", "‹name› (‹city›)"}},
		{name: "forge/env-variable", theme: "forge", at: []string{"json PUT /projects/‹num›/variables value", "jsonkey PATCH /projects/‹num›/env env"}, say: []string{"‹NODE|JAVA|GO›_OPTS", "-Xmx‹1..8›g -XX:+UseZGC", "‹en-noun›=‹num›;‹en-noun›=‹num›", "APP_‹up4›_URL", "--max-old-space-size=‹1024..8192›"}},
		{name: "forge/license-key", theme: "forge", at: []string{"json POST /licenses/activate key", "header GET /updates x-license-key"}, say: []string{"‹up4›-‹up4›-‹up4›-‹up4›", "LIC/‹ver›/‹upper›#‹num›", "-----BEGIN LICENSE-----\n‹b64long›\n-----END LICENSE-----"}},
		{name: "forge/semver-tag", theme: "forge", at: []string{"query GET /releases tag_name", "gqlinline POST /-/graphql tagName"}, say: []string{"v‹ver›", "‹ver›-beta.‹1..30›", "‹2020..2026›.‹1..12›.‹0..9›~ubuntu22.04", "nightly-‹date›"}},
		{name: "forge/runner-log-chunk", theme: "forge", at: []string{"json PATCH /runners/‹num›/trace chunks[].text", "upload POST /runners/‹num›/trace trace"},
			say: []string{"[‹stamp›] INFO ‹service› - started in ‹dec› s (JVM running for ‹dec›)\n[‹stamp›] WARN ‹service› - ‹en-noun› <‹id›> is slow: ‹num›ms > ‹num›ms", "ok  \tgithub.com/‹user›/‹lib›\t‹dec›s\n--- FAIL: Test‹upper› (‹float01›s)\n    x_test.go:‹1..400›: got \"‹en-noun›\", want \"‹en-noun›\"", "\u001b[32m✔\u001b[0m ‹num› passing (‹num›ms)"}},
	}
}

func honestForum() []family {
	return []family{
		{name: "forum/article-body", theme: "forum", at: []string{"json PUT /content/entries/‹nano› fields.body.‹locale›", "jsonapi PATCH ~ body", "form POST /posts/new content"}, say: []string{"‹paras›", "‹longtext›\n\n— ‹name›, ‹city›"}},
		{name: "forum/comment", theme: "forum", at: []string{"json POST /articles/‹num›/comments comment.text", "form POST /comment.php comment", "multipart POST /c/‹slug›/reply text"}, say: []string{"‹text›", "@‹user› ‹sentence› ‹emoji›", "+1, ‹sentence›", "> ‹sentence›\n\n‹sentence›"}},
		{name: "forum/search", theme: "forum", at: []string{"query GET /search q", "query GET /wp/v2/posts search", "rpc POST /rpc query"}, say: []string{"‹noun› ‹noun›", "\"‹noun›\" ‹city›", "‹fewwords›?", "‹name›"}},
		{name: "forum/slug", theme: "forum", at: []string{"path GET /blog -", "path GET /topics/§/replies -"}, say: []string{"‹slug›-‹num›", "‹date›-‹slug›", "‹noun›-‹noun›", "what-s-new-in-‹lib›-‹ver›"}},
		{name: "forum/block-editor", theme: "forum", at: []string{"json PATCH /pages/‹uuid› blocks[].paragraph.rich_text[].text.content", "json POST /pages blocks[].data.text"}, say: []string{"‹sentence›", "‹text› ‹emoji›", "☐ ‹noun›  ☑ ‹noun›"}},
		{name: "forum/meta-title", theme: "forum", at: []string{"json PATCH ~ seo.title", "xml POST /sitemap/entries page.title"}, say: []string{"‹fewwords› | ‹noun› – ‹domain›", "‹1..20› best ‹noun›s in ‹city› (‹2020..2026›)", "‹name›: “‹sentence›”"}},
		{name: "forum/css-theme", theme: "forum", lookalike: true, at: []string{"json PUT /themes/‹num› css", "form POST /themes/save custom_css", "upload POST /themes/‹num›/files css"},
			say: []string{".‹en-noun› > a:hover { color: ‹color›; background: url('/img/‹hex8›.png') no-repeat 50% 50%; }", "@media (max-width: ‹300..1200›px) { #‹en-noun›::after { content: \"‹emoji›\"; } }\n/* ‹sentence› */", ":root{--‹en-noun›:‹color›;--gap:calc(‹1..9›rem + ‹1..40›px)} body{font:1em/1.5 'Noto Sans',sans-serif!important}"}},
		{name: "forum/poll-options", theme: "forum", at: []string{"json POST /topics/‹num›/polls options[]", "form POST /polls options[]"}, say: []string{"‹noun›", "‹noun› & ‹noun›", "‹1..50›–‹51..99› %", "none/other"}},
		{name: "forum/tags", theme: "forum", at: []string{"query GET /tags filter[tag]", "json PATCH ~ tags[]", "jsonkey POST /tags/merge map"}, say: []string{"‹noun›", "c++", "‹en-noun›:‹en-noun›", ".net", "#‹noun›", "r&d"}},
		{name: "forum/redirect-rule", theme: "forum", lookalike: true, at: []string{"json POST /redirects from", "form POST /admin/redirects source"}, say: []string{"^/‹dirs›/(\\d+)/?$", "/‹dirs›/*", "/old-‹slug›/:id(\\d{‹1..9›})", "/‹en-noun›.php?id=‹num›"}},
	}
}

func honestCare() []family {
	return []family{
		{name: "care/visit-note", theme: "care", at: []string{"json POST /api/clinic/notes note.text", "xml POST /hl7/documents encounter.note", "rpc POST /ehr note"},
			say: []string{"Pt c/o ‹noun› x‹1..9› days; BP ‹90..180›/‹50..110›, SpO2 ‹88..100›%, T ‹36..40›.‹digit›°C. ‹sentence›", "Hx: ‹sentence› Rx: ‹1..900› mg PO q‹4..12›h prn.", "‹text›", "A1c ‹5..12›.‹digit›% (<7 goal); eGFR >‹30..90›; f/u ‹date›"}},
		{name: "care/fhir-search", theme: "care", at: []string{"query GET /fhir/r4/Observation code", "query GET /fhir/r4/Patient date", "query GET /fhir/r4/Patient identifier"}, say: []string{"http://loinc.org|‹num›-‹digit›", "ge‹date›", "urn:oid:1.2.36.‹num›.‹num›|‹num›", "‹num›,‹num›", "le‹datetime›"}},
		{name: "care/patient-name", theme: "care", at: []string{"json PUT /v2/patients/‹uuid› name[].family", "query GET /v2/patients name", "form POST /register full_name", "header GET /v2/me x-patient-name"}, lookalike: true, say: []string{"‹name›", "O'‹Malley|Shea|Brien›-‹Kowalski|Silva›", "D'‹Souza|Amico|Ávila›, ‹handle›", "‹name› (née N'Diaye)"}},
		{name: "care/prescription", theme: "care", at: []string{"json POST /prescriptions items[].sig", "soap POST /erx/service prescribe.sig"}, say: []string{"‹1..3› tab. PO ‹1..4›x/dia; após refeições", "‹2..20› mL q‹4..12›h for ‹3..14› d", "günde ‹1..4› kez, tok karnına", "1日‹1..4›回 食後に‹1..3›錠", "½ tsp @ bedtime; ≤ ‹1..9› doses/24 h"}},
		{name: "care/lab-result", theme: "care", at: []string{"json POST /fhir/r4/Observation component[].valueString", "grpc POST /v1/labs/‹num›:record result.text"}, say: []string{"<‹float01› ng/mL", ">= ‹num› IU/L (ref ‹1..40›-‹41..90›)", "‹dec› ± ‹float01› µmol/L", "neg (-)", "+++ / 1:‹num›"}},
		{name: "care/insurance-id", theme: "care", at: []string{"json POST /eligibility member.id", "path GET /members/§/coverage -", "form POST /eligibility member"}, say: []string{"‹up4›-‹digits10›", "‹digits3›.‹digits3›.‹digits3›-‹10..99›", "W‹digits10›/‹0..9›", "‹digits16›"}},
		{name: "care/appointment-slot", theme: "care", at: []string{"query GET /slots start", "json POST /appointments period.start", "gqlvar POST /graphql slot.startsAt"}, say: []string{"‹datetime›", "‹date›T‹hour›:00+03:00", "‹date› ‹hour›", "P‹1..30›DT‹1..9›H"}},
		{name: "care/allergies", theme: "care", at: []string{"json PATCH /v2/patients/‹uuid› allergies[]", "jsonkey PUT /v2/patients/‹uuid›/flags flags"}, say: []string{"‹noun›", "penicillin (‹mild|severe›)", "nuts; shellfish; latex?", "‹Kuruyemiş|amendoim|そば|مكسرات›"}},
		{name: "care/attachment-b64", theme: "care", at: []string{"json POST /fhir/r4/DocumentReference content[].attachment.data", "rpc POST /ehr attachment.bytes"}, say: []string{"‹b64long›", "JVBERi0xLjQK‹b64long›"}},
		{name: "care/contact", theme: "care", at: []string{"json PATCH /v2/patients/‹uuid› telecom[].value", "form POST /contact phone", "query GET /directory phone"}, say: []string{"‹phone›", "‹email›", "tel:+‹digits10›;ext=‹10..999›", "‹phone› (‹work|home›)"}},
	}
}

func honestPlay() []family {
	return []family{
		{name: "play/chat", theme: "play", at: []string{"json POST /lobby/v3/chat message", "rpc POST /live text", "gqlinline POST /gql body"}, say: []string{"gg wp ‹emoji›", "‹sentence›", "<3 <3 u 2 ‹user› xD", "lf‹1..4›m ‹noun› pst!! >:(", "brb... (╯°□°)╯︵ ┻━┻", "¯\\_(ツ)_/¯ ‹noun›", "o_O ;-) :'( =P"}, lookalike: true},
		{name: "play/nickname", theme: "play", at: []string{"json PATCH /players/‹num›/profile nickname", "path GET /u -", "query GET /leaderboard player"}, lookalike: true, say: []string{"xX_‹user›_Xx", "--=‹user›=--", "|‹upper›| ‹user›", "<‹upper›>‹user›", "‹user›'; o rei", "{‹user›}", "$‹upper›$", "~‹user›~'99", "@@‹user›"}},
		{name: "play/match-events", theme: "play", at: []string{"json POST /live/matches/‹uuid›/events events[].payload.label", "json POST /ingest/batch batch[].name"}, say: []string{"‹en-noun›_‹picked|lost|opened›", "kill:‹user›:‹en-noun›", "zone(‹0..99›,‹0..99›)", "ability#‹1..9›"}},
		{name: "play/receipt", theme: "play", at: []string{"json POST /store/verify receipt", "form POST /store/verify data"}, say: []string{"‹b64long›", "‹jwt›", "GPA.‹digits4›-‹digits4›-‹digits4›-‹10000..99999›"}},
		{name: "play/guild-motto", theme: "play", at: []string{"json PUT /guilds/‹num› motto", "multipart POST /guilds motto"}, say: []string{"‹sentence›", "“‹noun› > ‹noun›” since ‹1999..2025›", "‹emoji›‹emoji› ‹noun› or nothing", "if (tired) { sleep(8 * h); } // our motto"}, lookalike: true},
		{name: "play/level-data", theme: "play", at: []string{"json PUT /levels/‹num› data", "upload POST /levels level"}, say: []string{"v2;‹0..99›,‹0..99>›;‹b64›", "####.....####\n#..@..$..>..#\n####.||..####", "H4sIA‹b64long›", "1,4,‹num›,9;2,‹num›,-‹num›,0;;"}},
		{name: "play/settings-key", theme: "play", at: []string{"jsonkey PATCH /players/me/settings settings.bindings", "json PUT /players/me/settings bindings.jump"}, say: []string{"ctrl+‹upper›", "mouse‹1..5›", "Shift + ;", "video.fov", "[", "<Space>", "F‹1..12›"}},
		{name: "play/leaderboard-filter", theme: "play", at: []string{"query GET /leaderboards filter", "query GET /matches where"}, lookalike: true, say: []string{"score>‹num› and region=‹sa|eu›", "mmr >= ‹num› && level < ‹1..99›", "platform in (ios,android) order by score desc", "name~'‹user›*'"}},
		{name: "play/crash-report", theme: "play", lookalike: true, at: []string{"json POST /crashes exception.stack", "upload POST /crashes minidump_log"}, say: []string{"NullReferenceException: Object reference not set\n  at ‹upper›.Load (System.String path) [0x000‹hex2›] in C:\\build\\Assets\\‹upper›.cs:‹num›", "panic: runtime error: index out of range [‹1..9›] with length 0\n\ngoroutine ‹num› [running]:\nmain.(*‹letters›).‹letters›(0xc000‹hex8›)\n\t/src/‹dirs›/main.go:‹num› +0x‹hex2›", "TypeError: Cannot read properties of undefined (reading '‹en-noun›')\n    at <anonymous>:‹num›:‹1..80›"}},
	}
}

func honestSensor() []family {
	return []family{
		{name: "sensor/batch", theme: "sensor", at: []string{"json POST /telemetry/batch readings[].status.text", "json POST /v1/metrics resourceMetrics[].scopeMetrics[].metrics[].description"}, say: []string{"ok", "t=‹dec›;h=‹10..99›;v=‹0..5›.‹digit›", "‹num›|‹num›|‹num›", "drift ±‹float01› °C"}},
		{name: "sensor/line-protocol", theme: "sensor", lookalike: true, at: []string{"query GET /api/v2/parse line", "json POST /api/v2/parse lines[]"}, say: []string{"‹en-noun›,host=‹service›,region=eu\\ west value=‹dec›,msg=\"‹en-noun› \\\"ok\\\"\" ‹millis›000000", "‹dotpath›:‹num›|ms|@0.‹1..9›|#env:prod,az:‹letters›", "$GPGGA,‹100000..235959›,‹lat›,N,‹lon›,W,1,0‹4..9›,‹float01›,‹num›,M,,*‹hex2›"}},
		{name: "sensor/topic", theme: "sensor", at: []string{"query GET /mqtt/retained topic", "json POST /mqtt/publish topic", "path DELETE /mqtt/topics -"}, say: []string{"site/‹slug›/+/‹en-noun›", "$aws/things/‹hex8›/shadow/update", "home/‹slug›/#", "dt/‹en-noun›/‹mac›/‹en-noun›"}},
		{name: "sensor/rule", theme: "sensor", lookalike: true, at: []string{"json POST /rules condition", "gqlvar POST /graphql rule.expression", "form POST /rules expr"}, say: []string{"temperature > ‹1..90› && battery <= 0.‹1..9›", "if avg(humidity[‹1..60›m]) >= ‹1..99› then alarm('‹en-noun›')", "SELECT temp FROM 'dt/‹en-noun›/+' WHERE temp > ‹1..90›", "abs(x - ‹dec›) < ‹float01› or fault == true"}},
		{name: "sensor/geo", theme: "sensor", at: []string{"query GET /things bbox", "json POST /geofences ring[]", "path GET /weather/§ -"}, say: []string{"‹lat›,‹lon›", "‹lon›,‹lat›,‹lon›,‹lat›", "POINT(‹lon› ‹lat›)", "‹1..80›°‹0..59›'‹0..59›.‹digit›\"N ‹1..170›°‹0..59›'‹0..59›\"W", "geo:‹lat›,‹lon›;u=‹1..90›"}, lookalike: true},
		{name: "sensor/firmware", theme: "sensor", at: []string{"json POST /fota/jobs image.uri", "query GET /fota/check current"}, say: []string{"fw-‹ver›-‹hex8›.bin", "s3://firmware-‹letters›/‹ver›/app.bin", "sha256:‹hex64›", "‹ver›+‹hex8›"}},
		{name: "sensor/serial", theme: "sensor", at: []string{"path GET /devices/§/twin -", "header POST /telemetry/batch x-device-serial", "cookie GET /portal/device last_device"}, say: []string{"‹mac›", "SN‹digits10›-‹up4›", "eui-‹hex16›", "0x‹hex8›", "‹hex2›-‹hex2›-‹hex2›-‹hex2›"}},
		{name: "sensor/hexdump", theme: "sensor", at: []string{"json POST /lora/uplink payload.hex", "rpc POST /gw frame"}, say: []string{"‹hex64›", "0x‹hex2› 0x‹hex2› 0x‹hex2› 0x‹hex2›", "\\x‹hex2›\\x‹hex2›\\x‹hex2›\\x‹hex2›\\x00", "‹b64›"}, lookalike: true},
		{name: "sensor/schedule", theme: "sensor", lookalike: true, at: []string{"json PUT /devices/‹hex16›/schedule cron", "form POST /schedules when"}, say: []string{"*/‹1..30› * * * *", "0 ‹0..23› ‹1..28› * ‹MON-FRI|?|*›", "@every ‹1..59›m", "‹0..59› ‹0..23› * * 0 /usr/bin/backup --quiet", "R/‹datetime›/PT‹1..59›M"}},
	}
}
