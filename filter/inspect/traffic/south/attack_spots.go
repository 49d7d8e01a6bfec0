package south

// Where attacks are put: the same fields that honest clients fill, across industries.

func fieldSpots() []string {
	return []string{
		"query GET ~ ‹q|filter|sort|id|category|name›", "query GET /search ‹q|term|kw›", "query DELETE ~ ‹id|ref›", "form POST /login ‹username|password|email›", "form POST ~ ‹comment|title|ref|email›",
		"json POST ~ ‹title|name|note|filter›", "json PATCH ~ profile.‹bio|nickname|city›", "json POST ~ items[].‹sku|label|ref›", "jsonapi PATCH ~ ‹title|status|body›", "rpc POST /rpc ‹query|arg›.‹id|text›",
		"grpc POST /v1/projects/‹slug›/items:lookup filter.‹expr|name›", "path GET ~ -", "path GET /items/§/details -", "header GET ~ ‹x-tenant|x-forwarded-for|user-agent|referer|x-client-ref›",
		"cookie GET ~ ‹sid|tracking|lang|cart›", "gqlvar POST /graphql ‹id|filter.name|where.slug›", "gqlinline POST /graphql ‹id|name|search›", "multipart POST ~ ‹caption|title|name›", "xml POST /legacy/import record.‹name|code›",
		"soap POST /ws/lookup find.‹key|owner›", "jsonkey POST ~ filter", "filename POST /media file",
	}
}

func textSpots() []string {
	return []string{
		"json POST ~ ‹comment|message|body|bio›", "json POST /api/articles/‹num›/comments comment.text", "jsonapi POST ~ ‹body|summary›", "form POST /comment ‹text|author|website›", "query GET /search ‹q|s|term›",
		"query GET /error ‹msg|message|returnUrl›", "gqlvar POST /graphql ‹body|input.bio›", "gqlinline POST /graphql ‹text|name›", "multipart POST ~ ‹caption|description›", "filename POST /media/avatar file", "xml POST /feeds/import item.title",
		"header GET ~ ‹referer|user-agent|x-display-name›", "cookie GET ~ ‹nick|theme|last_search›", "path GET /tags -", "jsonkey PUT ~ labels", "rpc POST /rpc message.text",
	}
}

func fileSpots() []string {
	return []string{
		"query GET /download ‹file|path|name|doc›", "query GET /index.php ‹page|template|include›", "query GET /img ‹src|theme›", "json POST /export ‹path|template.file|output›", "json POST ~ attachments[].‹filename|path›",
		"path GET /static/§/ -", "path GET /files/§ -", "path GET /assets/img/§/ -", "form POST /render ‹layout|file›", "filename POST /media/upload file", "multipart POST /media/upload ‹dir|name›",
		"cookie GET ~ ‹lang|skin|template›", "gqlvar POST /graphql ‹path|file.name›", "header GET ~ ‹x-original-url|x-rewrite-url|x-file-name›", "rpc POST /rpc fs.path", "xml POST /legacy/import doc.file", "grpc POST /v1/buckets/‹slug›:read object.name", "jsonkey POST /sync files",
	}
}

func urlSpots() []string {
	return []string{
		"query GET /preview ‹url|target|link›", "query GET /proxy ‹u|dest|src›", "query GET /oauth/callback ‹continue|feed›", "json POST /webhooks ‹url|config.url|callback_url›", "json POST ~ ‹avatar_url|image.source|feed›",
		"json POST /import sources[].‹uri|href›", "form POST /fetch ‹url|site›", "gqlvar POST /graphql ‹url|input.webhook›", "gqlinline POST /graphql ‹url|src›", "rpc POST /rpc document.url", "header GET ~ ‹referer|x-forwarded-host|x-callback-url›",
		"xml POST /feeds feed.‹link|source›", "multipart POST /media ‹remote_url|source›", "cookie GET ~ ‹return_to|last_url›", "path GET /thumb/640x480/§/ -", "grpc POST /v1/media:fetch source.uri",
	}
}

func commandSpots() []string {
	return []string{
		"query GET /tools/ping ‹host|ip|target›", "query GET /diag ‹cmd|host|iface›", "form POST /admin/diagnostics ‹host|address|count›", "json POST /jobs ‹args.host|command|params.file›", "json PUT /devices/‹hex16›/config ‹ntp|hostname|wifi.ssid›",
		"json POST /convert ‹input|options.name|format›", "rpc POST /rpc net.host", "gqlvar POST /graphql ‹host|input.branch›", "header GET ~ ‹user-agent|x-forwarded-for|referer›", "cookie GET ~ ‹host|device›", "filename POST /convert file",
		"multipart POST /convert ‹options|name›", "path GET /ping -", "xml POST /legacy/jobs job.‹target|arg›", "jsonkey POST /jobs env", "grpc POST /v1/hosts:probe probe.target", "jsonapi POST ~ ‹hostname|path›",
	}
}
