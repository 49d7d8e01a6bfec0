package inspect

// Whole looks at a complete request at once. target is the path with its query; headers are name and value, names in
// lower case.
func (in *Inspector) Whole(method, target []byte, headers [][2]string, body []byte) []Finding {
	in.Begin(method)
	in.Target(target)
	var contentType []byte
	for _, h := range headers {
		in.Header([]byte(h[0]), []byte(h[1]))
		if h[0] == "content-type" {
			contentType = []byte(h[1])
		}
	}
	if len(body) > 0 {
		b := in.Body(contentType)
		b.Feed(body)
		b.End()
	}
	return in.Findings()
}

// Target looks at a request's target: a path with its query.
func (in *Inspector) Target(target []byte) {
	for i, c := range target {
		if c == '?' {
			in.Path(target[:i])
			in.Query(target[i+1:])
			return
		}
	}
	in.Path(target)
}
