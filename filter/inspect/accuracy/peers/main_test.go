package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func ask(t *testing.T, questions string, args ...string) []verdict {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(args, strings.NewReader(questions), &out, &errs); code != 0 {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	var all []verdict
	for d := json.NewDecoder(&out); d.More(); {
		var v verdict
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func TestAnInjectionIsCaughtAndAnOrdinaryRequestPasses(t *testing.T) {
	got := ask(t, `{"id":1,"value":"1' or '1'='1' -- "}
{"id":2,"value":"Ana Maria"}
{"id":3,"method":"PATCH","path":"/v1/items/3?full=true","headers":[["host","api.example.com"],["user-agent","okhttp/4.12.0"],["accept","*/*"],["content-type","application/merge-patch+json"]],"body":"eyJuYW1lIjoiQW5hIn0=","values":["Ana"]}
{"id":4,"method":"POST","path":"/v1/items","headers":[["host","api.example.com"],["user-agent","okhttp/4.12.0"],["accept","*/*"],["content-type","application/json"]],"body":"eyJuYW1lIjoiPHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PiJ9","values":["<script>alert(1)</script>"]}
`)
	if len(got) != 4 {
		t.Fatalf("got %d answers: %+v", len(got), got)
	}
	for i, caught := range []bool{true, false, false, true} {
		v := got[i]
		if v.ID != i+1 || v.Coraza != caught || v.Libinjection != caught || (v.Score >= 5) != caught {
			t.Errorf("question %d: got %+v, want caught: %v", i+1, v, caught)
		}
	}
}

func TestAHigherParanoiaNeverScoresLess(t *testing.T) {
	questions := `{"id":1,"value":"select * from t where a = 'b'"}` + "\n"
	low, high := ask(t, questions, "-paranoia", "1"), ask(t, questions, "-paranoia", "3")
	if high[0].Score < low[0].Score || high[0].Score == 0 {
		t.Errorf("paranoia 1: %+v, paranoia 3: %+v", low, high)
	}
}

func TestWhatIsNoQuestionIsAnError(t *testing.T) {
	for _, args := range [][]string{{"-paranoia", "5"}, nil} {
		var out, errs bytes.Buffer
		if code := run(args, strings.NewReader("{"), &out, &errs); code != 1 || !strings.HasPrefix(errs.String(), "peers: ") {
			t.Errorf("%v: code %d, %q", args, code, errs.String())
		}
	}
}

func TestADescriptionIsOneLine(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-describe", "-paranoia", "2"}, nil, &out, &errs); code != 0 {
		t.Fatal(errs.String())
	}
	if s := out.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "paranoia 2") {
		t.Errorf("got %q", s)
	}
}

func TestOnlyWhatAMapsOrderCanShowInIsJudgedAgain(t *testing.T) {
	for header, want := range map[[2]string]bool{
		{"cookie", "a=1; b=2"}: false, {"Cookie", "a=1; b=2; a=3"}: true,
		{"content-type", "application/json"}: false, {"Content-Type", "Multipart/form-data; boundary=x"}: true,
	} {
		if got := (question{Headers: [][2]string{header}}).unsettled(); got != want {
			t.Errorf("%v: got %v", header, got)
		}
	}
}
