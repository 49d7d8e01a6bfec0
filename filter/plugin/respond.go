package plugin

import (
	"strconv"

	"picket/filter/identify"
	"picket/filter/proxywasm"
	"picket/filter/report"
)

// answer is how Picket answers instead of the service: RFC 9457 for HTTP, a status for gRPC. It tells the caller the
// decision's id and nothing else.
type answer struct {
	status uint32
	grpc   int32 // google.rpc.Code
	detail string
	body   []byte
}

var (
	forbidden   = newAnswer(403, 7, "picket_denied", "Forbidden")
	tooMany     = newAnswer(429, 8, "picket_throttled", "Too Many Requests")
	stepUp      = newAnswer(401, 16, "picket_challenged", "Unauthorized")
	unavailable = newAnswer(503, 14, "picket_failed_closed", "Service Unavailable")
)

func newAnswer(status uint32, grpc int32, detail, title string) answer {
	code := strconv.Itoa(int(status))
	return answer{status, grpc, detail, []byte(`{"type":"about:blank","title":"` + title + `","status":` + code + "}\n")}
}

// answer sends one. id 0: no decision; retryAfter "": none.
func (w *worker) answer(s *httpStream, a *answer, id uint64, retryAfter string, outcome report.Outcome) proxywasm.Action {
	s.answered = outcome
	headers := make([]string, 0, 8)
	headers = append(headers, "content-type", "application/problem+json")
	if id != 0 {
		headers = append(headers, "x-picket-decision", decisionID(id))
	}
	if retryAfter != "" {
		headers = append(headers, "retry-after", retryAfter)
	}
	if a == &stepUp { // RFC 9470
		headers = append(headers, "www-authenticate", `Bearer error="insufficient_user_authentication"`)
	}
	grpc, body := int32(-1), a.body
	if s.grpc {
		grpc, body, headers = a.grpc, nil, headers[2:]
	}
	if !proxywasm.Respond(a.status, a.detail, body, proxywasm.AppendPairs(w.answers[:0], headers...), grpc) {
		w.totals().HostErrors++
	}
	return proxywasm.Pause
}

// decisionID writes an id as people and the control plane read it: 16 hexadecimal digits.
func decisionID(id uint64) string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i := range b {
		b[i] = digits[id>>(60-4*i)&15]
	}
	return string(b[:])
}

func decimal(n int) string { return strconv.Itoa(n) }

// removeForged strips headers that only Picket may set.
func removeForged(pairs identify.Pairs) {
	pairs.Each(func(k, _ []byte) bool {
		if identify.Reserved(k) {
			proxywasm.RemoveHeader(proxywasm.RequestHeaders, string(k))
		}
		return true
	})
}
