package east

func officeFamilies() []family {
	return []family{
		{name: "office/crm-contact", place: "json",
			vals: one("‹company›", "‹person› (‹job›)", "‹native›"),
			reqs: one(`POST /crm/v3/objects/contacts json
{"properties":{"email":"‹mail›","firstname":"‹first›","lastname":"‹surname›","company":"§","phone":"‹phone›","jobtitle":"‹job›"},"associations":[]}`)},
		{name: "office/scim-filter", place: "query",
			vals: one("userName eq \"‹mail›\"", "emails[type eq \"work\" and value co \"@‹slug›.com\"]", "name.familyName sw \"‹surname›\" or active eq false"), look: true,
			reqs: one("GET /scim/v2/Users?filter=§&startIndex=1&count=‹10..100›&attributes=userName,emails")},
		{name: "office/scim-patch", place: "json",
			vals: one("‹person›", "‹native›"),
			reqs: one(`PATCH /scim/v2/Users/‹uuid› scim
{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"‹mail›"},{"op":"add","path":"displayName","value":"§"}]}`)},
		{name: "office/invoice-lines", place: "json",
			vals: one("‹word› (‹2..9› x ‹10..99› kg) -- 5% off", "Consulenza dell'architetto, ‹2..30› h @ € ‹30..90›", "‹company›"),
			reqs: one(`POST /v1/invoices json
{"number":"‹L2›-202‹3..6›/‹#4›","buyer":{"name":"‹company›","vat":"‹country›‹#11›","address":"‹street›, ‹city›"},"lines":[{"text":"§","qty":‹1..99›,"net":"‹10..999›.‹10..99›"},‹!1..6*,*{"text":"‹word›","qty":‹1..9›,"net":"‹1..99›.00"}›],"currency":"‹currency›"}`)},
		{name: "office/json-patch", place: "json",
			vals: one("‹say›", "‹company›", "~‹word›/‹word›"),
			reqs: one(`PATCH /v2/tickets/‹#5› patch
[{"op":"test","path":"/rev","value":‹1..99›},{"op":"replace","path":"/labels/‹0..9›","value":"§"},{"op":"remove","path":"/custom~1‹word›"},{"op":"move","from":"/a/b","path":"/a/c"}]`)},
		{name: "office/csv-import", place: "multipart",
			vals: one("name,email,phone,note\n‹3..12*‹nl›*\"‹person›\",‹mail›,‹phone›,\"‹say›\"›\n", "ad;soyad;şehir;bakiye\n‹3..9*‹nl›*‹first›;‹surname›;‹city›;-‹10..99›,5›\n"), look: true,
			reqs: one(`POST /imports/contacts multipart
delimiter
auto
~~
file;contatti ‹date›.csv;text/csv
§`)},
		{name: "office/helpdesk-form", place: "form",
			vals: one("‹essay›", "‹say›\r\n\r\n> ‹say›\r\n-- \r\n‹person› <‹mail›>"),
			reqs: one(`POST /support/tickets form
subject=‹title›&body=§&priority=‹1..4›&requester=‹mail›&tags%5B%5D=‹word›&tags%5B%5D=‹tag›`)},
		{name: "office/calendar-event", place: "json",
			vals: one("1:1 ‹first› <> ‹first›", "‹title› @ ‹city›", "Retro: what went well / didn't"),
			reqs: one(`POST /calendar/v3/calendars/primary/events json
{"summary":"§","location":"‹street›","start":{"dateTime":"‹offset›"},"end":{"dateTime":"‹offset›"},"attendees":[‹!1..5*,*{"email":"‹mail›"}›],"recurrence":["RRULE:FREQ=WEEKLY;BYDAY=‹MO|TU|FR›;COUNT=‹2..20›"]}`)},
		{name: "office/feature-flag", place: "json",
			vals: one("‹word›-‹word›-v‹2..9›", "country in [\"BR\", \"IT\"] && plan != \"free\"", "user.age >= ‹18..60› and not user.beta"), look: true,
			reqs: one(`PUT /flags/‹slug› json
{"key":"‹word›","enabled":true,"rules":[{"if":"§","serve":"on","percent":‹1..99›}],"default":"off"}`)},
		{name: "office/flag-evaluate", place: "json",
			vals: one("‹mail›", "‹user›", "‹uuid›"),
			reqs: one(`POST /ofrep/v1/evaluate/flags/‹word› json
{"context":{"targetingKey":"§","country":"‹country›","plan":"‹free|pro›","build":"‹ver›"}}`)},
		{name: "office/saved-view", place: "query",
			vals: one("-updated_at,‹word›", "‹word›:desc", "total,-date"),
			reqs: one("GET /api/records?sort=§&fields[records]=id,name,total&include=owner&page[number]=‹1..20›&page[size]=25")},
		{name: "office/hr-soap", place: "xml",
			vals: one("‹surname›", "‹job›", "‹company›"),
			reqs: one(`POST /ws/hr/v2 soap
> soapaction: urn:UpdateEmployee
<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><UpdateEmployee xmlns="urn:hr"><EmployeeId>‹#6›</EmployeeId><GivenName>‹first›</GivenName><Detail>§</Detail><Start>‹date›</Start></UpdateEmployee></s:Body></s:Envelope>`)},
		{name: "office/custom-field-keys", place: "jsonkey",
			vals: one("Customer's PO #", "‹word› (‹currency›)", "e-mail / ‹word›", "‹native›", "Σ ‹word›", "cf_‹#5›"),
			reqs: one(`PATCH /v2/deals/‹#6› json
{"stage":"‹word›","custom":{"§":"‹say›","owner":"‹person›"}}`)},
		{name: "office/translation-keys", place: "jsonkey",
			vals: one("‹word›.‹word›.title", "Don't save", "{count} items left", "Are you sure?", "‹word›:‹word›_plural"),
			reqs: one(`PUT /v1/i18n/‹it|tr|ja› json
{"messages":{"§":"‹say›","ok":"Tamam"}}`)},
		{name: "office/odata-batch-entity", place: "json",
			vals: one("‹company›", "‹say›"),
			reqs: one(`POST /odata/Customers json
{"@odata.type":"#Sales.Customer","Name":"§","Address":{"City":"‹city›","Street":"‹street›"},"Orders@odata.bind":["Orders(‹#4›)"],"CreditLimit":‹100..9000›}`)},
	}
}

func developerFamilies() []family {
	return []family{
		{name: "dev/issue-body", place: "json",
			vals: one("‹markdown›", "### Steps\n1. ‹codetalk›\n2. ‹say›\n\n<details><summary>log</summary>\n\n```\nError: ENOENT: no such file or directory, open '/app/‹word›.json'\n    at Object.openSync (node:fs:601:3)\n```\n</details>"), look: true,
			reqs: one(`POST /repos/‹user›/‹word›/issues json
{"title":"‹title›","body":"§","labels":["bug","‹tag›"],"assignees":["‹l6›"]}`)},
		{name: "dev/push-webhook", place: "json",
			vals: one("fix(‹word›): don't crash on null id (#‹10..999›)", "Merge branch '‹word›' into main", "chore: bump ‹word› from ‹ver› to ‹ver›", "SQL: add index on users(id); drop unused column"), look: true,
			reqs: one(`POST /hooks/‹slug› json
> x-github-event: push
> x-hub-signature-256: sha256=‹x64›
{"ref":"refs/heads/‹main|feat/‹word››","before":"‹x40›","after":"‹x40›","repository":{"id":‹#8›,"full_name":"‹l6›/‹word›","html_url":"https://github.com/‹l6›/‹word›"},"commits":[{"id":"‹x40›","message":"§","timestamp":"‹iso›","added":["src/‹word›.ts"],"modified":["go.mod","db/migrations/‹#4›_‹word›.sql"]}]}`)},
		{name: "dev/code-search", place: "query",
			vals: one("repo:‹l6›/‹word› func ‹word›(", "path:*.sql \"create table\"", "lang:go -is:fork ‹word›", "language:c++ std::‹word›"), look: true,
			reqs: one("GET /search/code?q=§&per_page=‹10..100›&page=‹1..9›")},
		{name: "dev/file-content", place: "path",
			vals: one("src/‹word›/‹word›.test.tsx", "docs/‹word›/README.md", "etc/‹word›.conf.example", ".github/workflows/‹word›.yml"), look: true,
			reqs: one("GET /repos/‹l6›/‹word›/contents/¤?ref=‹x40›")},
		{name: "dev/build-trigger", place: "json",
			vals: one("‹word›/‹word›-‹#3›", "v‹ver›", "refs/tags/v‹ver›"),
			reqs: one(`POST /api/v4/projects/‹#6›/pipeline json
{"ref":"§","variables":[{"key":"DEPLOY_ENV","value":"‹staging|prod›"},{"key":"IMAGE_TAG","value":"‹x8›"}]}`)},
		{name: "dev/pipeline-script", place: "json",
			vals: one("npm ci && npm test -- --coverage", "set -euo pipefail; make build; tar czf out.tgz dist/", "docker build -t ‹slug›/‹word›:$TAG . && docker push ‹slug›/‹word›:$TAG", "curl -sSf https://cdn.‹slug›.com/setup.sh -o setup.sh && sh setup.sh --yes"), look: true,
			reqs: one(`PUT /v1/pipelines/‹w8›/steps/‹1..9› json
{"name":"‹word›","image":"node:2‹0..2›-alpine","run":"§","timeout":‹60..900›}`)},
		{name: "dev/query-console", place: "json",
			vals: one("SELECT ‹word›, count(*) FROM ‹word›s WHERE created_at > now() - interval '‹2..30› days' GROUP BY 1 ORDER BY 2 DESC LIMIT ‹10..500›", "with t as (select * from events where kind = 'play') select * from t union all select * from archive", "UPDATE users SET plan = 'pro' WHERE id = ‹#5›; -- ticket ‹#4›"), look: true,
			reqs: one(`POST /api/sql/statements json
{"warehouse":"‹w8›","statement":"§","parameters":[],"row_limit":‹100..9000›}`)},
		{name: "dev/npm-search", place: "query",
			vals: one("@‹word›/‹word›", "‹word›@^‹ver›", "keywords:‹word›,‹word›"),
			reqs: one("GET /-/v1/search?text=§&size=‹10..40›&from=0&quality=0.65")},
		{name: "dev/sourcemap-error", place: "json",
			vals: one("TypeError: Cannot read properties of undefined (reading '‹word›')", "ReferenceError: ‹word› is not defined", "Uncaught (in promise) DOMException: <unknown>", "java.lang.NullPointerException: Cannot invoke \"String.length()\""), look: true,
			reqs: one(`POST /api/‹#5›/store json
{"event_id":"‹x32›","platform":"javascript","exception":{"values":[{"type":"Error","value":"§","stacktrace":{"frames":[{"filename":"https://‹webhost›/static/js/main.‹x8›.js","function":"‹word›/</<","lineno":‹1..9›,"colno":‹10..90000›}]}}]},"request":{"url":"‹link›"}}`)},
		{name: "dev/log-lines", place: "json",
			vals: one("‹ip› - - [‹date›] \"GET /‹word›?id=‹#3› HTTP/1.1\" 200 ‹#4›", "ERROR: duplicate key value violates unique constraint \"‹word›_pkey\"", "sshd[‹#4›]: Failed password for root from ‹ip› port ‹#5› ssh2", "cron[‹#4›]: (root) CMD (/usr/bin/find /tmp -mtime +7 -delete)"), look: true,
			reqs: one(`POST /loki/api/v1/push json
{"streams":[{"stream":{"job":"‹word›","level":"‹info|warn|error›"},"values":[["‹ns›","§"]]}]}`)},
		{name: "dev/logql", place: "query",
			vals: one("{app=\"‹word›\"} |= \"error\" | json | line_format \"{{.msg}}\"", "sum by (job) (rate({env=\"prod\"} |~ \"timeout|refused\" [5m]))", "{job=\"‹word›\"} != \"GET /healthz\""), look: true,
			reqs: one("GET /loki/api/v1/query_range?query=§&start=‹ns›&end=‹ns›&limit=‹100..5000›")},
		{name: "dev/promql", place: "query",
			vals: one("histogram_quantile(0.9‹0..9›, sum(rate(http_request_duration_seconds_bucket{job=\"‹word›\"}[5m])) by (le))", "100 - avg(rate(node_cpu_seconds_total{mode='idle'}[1m])) * 100 > ‹50..95›", "up{instance=~\".*:9100\"} == 0 or absent(up)"), look: true,
			reqs: one("GET /api/v1/query?query=§&time=‹s›.‹#3›")},
		{name: "dev/terraform-state", place: "json",
			vals: one("${var.‹word›}-${terraform.workspace}", "${{ secrets.‹upper:‹word›› }}", "arn:aws:s3:::‹slug›-‹word›/*"), look: true,
			reqs: one(`POST /v2/workspaces/ws-‹W16›/vars jsonapi
{"data":{"type":"vars","attributes":{"key":"‹word›","value":"§","category":"terraform","hcl":false,"sensitive":false}}}`)},
		{name: "dev/k8s-manifest", place: "json",
			vals: one("/bin/sh -c 'until nslookup ‹word›; do echo waiting; sleep 2; done'", "exec /app/server --port=${PORT} --log=/dev/stdout"), look: true,
			reqs: one(`POST /apis/apps/v1/namespaces/‹slug›/deployments json
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"‹word›"},"spec":{"replicas":‹1..9›,"template":{"spec":{"initContainers":[{"name":"wait","image":"busybox:1.36","command":["sh","-c","§"]}],"containers":[{"name":"app","image":"registry.‹slug›.com/‹word›:‹ver›"}]}}}}`)},
	}
}
