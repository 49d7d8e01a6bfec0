package scenario

import (
	"fmt"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"pgregory.net/rapid"
)

func compilerOf(t testing.TB, w where) *compiler {
	t.Helper()
	c, err := newCompiler(w)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// genTruth writes a condition of the kind that packs are made of.
func genTruth(t *rapid.T, depth int) string {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]string{"caller.proven", "endpoint.declared", "true", "false"}).Draw(t, "flag")
	case 1:
		return fmt.Sprintf("outcome %s %q", rapid.SampledFrom([]string{"==", "!="}).Draw(t, "op"), rapid.SampledFrom(OutcomeNames()[1:]).Draw(t, "outcome"))
	case 2:
		return `endpoint.purpose in ["login", "admin", ""]`
	case 3:
		return genNumber(t, depth) + rapid.SampledFrom([]string{" < ", " <= ", " > ", " >= ", " == ", " != "}).Draw(t, "op") + genNumber(t, depth)
	case 4:
		return "!(" + genTruth(t, depth-1) + ")"
	default:
		return "(" + genTruth(t, depth-1) + rapid.SampledFrom([]string{" && ", " || "}).Draw(t, "op") + genTruth(t, depth-1) + ")"
	}
}

func genNumber(t *rapid.T, depth int) string {
	if depth > 0 && rapid.Bool().Draw(t, "deep") {
		return "(" + genNumber(t, depth-1) + rapid.SampledFrom([]string{" + ", " - ", " * ", " / "}).Draw(t, "op") + genNumber(t, depth-1) + ")"
	}
	return rapid.SampledFrom([]string{"requests", "ok", "denied", "0.5", "3.0"}).Draw(t, "number")
}

func genFacts(t *rapid.T) *Facts {
	f := &Facts{}
	f.Text[OutcomeName] = rapid.SampledFrom(OutcomeNames()[1:]).Draw(t, "outcome")
	f.Text[EndpointPurpose] = rapid.SampledFrom([]string{"", "login", "admin", "search"}).Draw(t, "purpose")
	for _, n := range []Number{Requests, OK, Denied} {
		f.Number[n] = float64(rapid.IntRange(0, 5).Draw(t, "n"))
	}
	f.Set(Proven, rapid.Bool().Draw(t, "proven"))
	f.Set(EndpointDeclared, rapid.Bool().Draw(t, "declared"))
	return f
}

// TestWhatIsTranslatedMeansWhatCELMakesOfIt, and an index never leaves out what matches.
func TestWhatIsTranslatedMeansWhatCELMakesOfIt(t *testing.T) {
	c := compilerOf(t, ofWindow)
	rapid.Check(t, func(t *rapid.T) {
		source := genTruth(t, 3)
		own, problems := c.condition(source)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", source, problems)
		}
		checked, _ := c.env.Compile(source)
		program, err := c.env.Program(checked)
		if err != nil || own.program != nil {
			t.Fatalf("%s: %v; interpreted: %v", source, err, own.program != nil)
		}
		f := genFacts(t)
		out, _, err := program.Eval(activation{f, c.names})
		want := err == nil && out == types.True
		if got := own.True(f); got != want {
			t.Fatalf("%s: %v, want %v", source, got, want)
		}
		if want && !own.Could(Index{Purpose: f.Text[EndpointPurpose], Outcome: f.Text[OutcomeName]}) {
			t.Fatalf("%s: the index leaves it out", source)
		}
	})
}

func TestWhatCannotBeTranslatedIsInterpreted(t *testing.T) {
	c := compilerOf(t, ofRequests)
	own, problems := c.condition(`outcome == "ok" && endpoint.name.contains("/secret") && requests > 2.0`)
	if len(problems) > 0 || own.program == nil {
		t.Fatalf("%v, interpreted: %v", problems, own.program != nil)
	}
	f := &Facts{}
	f.Text[OutcomeName], f.Text[EndpointName], f.Number[Requests] = "ok", "GET /secret/{id}", 3
	if !own.True(f) {
		t.Error("want it to hold")
	}
	f.Text[EndpointName] = "GET /open"
	if own.True(f) || own.Could(Index{Outcome: "denied"}) || !own.Could(Index{Outcome: "ok"}) {
		t.Error("want it not to hold, and to be asked about ok only")
	}
}

func TestAConditionThatCostsTooMuchDoesNotHold(t *testing.T) {
	c := compilerOf(t, ofRequests)
	list := "[" + strings.TrimSuffix(strings.Repeat("1,", 60), ",") + "]"
	own, problems := c.condition(fmt.Sprintf("%s.all(a, %s.all(b, %s.all(c, a + b + c == 3)))", list, list, list))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if own.True(&Facts{}) {
		t.Error("want it to be given up")
	}
	if _, _, err := own.program.Eval(cel.NoVars()); err == nil {
		t.Error("want an error")
	}
}
