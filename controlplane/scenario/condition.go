package scenario

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Bounds of a condition.
const (
	maxCondition = 2000 // bytes
	maxCost      = 10_000
)

// Condition is a compiled CEL expression that is true or false. It is safe for concurrent use.
type Condition struct {
	Source string
	// simple holds wherever the condition does. It is the condition itself while program is nil.
	simple  truth
	program cel.Program
	names   map[string]fact
	reads   map[string]bool // facts by name
}

// True evaluates the condition. What cannot be evaluated (it costs too much, or divides by zero) is not true.
func (c *Condition) True(f *Facts) bool {
	if !c.simple.eval(f) {
		return false
	}
	if c.program == nil {
		return true
	}
	out, _, err := c.program.Eval(activation{f, c.names})
	return err == nil && out == types.True
}

// Index says what an index knows of a rollup or a finding.
type Index struct{ Purpose, Outcome, Class string }

// Could reports whether the condition can hold for what the index knows.
func (c *Condition) Could(i Index) bool {
	k := &known{}
	for place, v := range map[Text]string{EndpointPurpose: i.Purpose, OutcomeName: i.Outcome, Class: i.Class} {
		k.text[place], k.has[place] = v, true
	}
	return c.simple.could(k) != no
}

// Reads reports whether the condition asks for a fact.
func (c *Condition) Reads(name string) bool { return c.reads[name] }

// Expression is a compiled CEL expression that is a number. It is safe for concurrent use.
type Expression struct {
	Source  string
	program cel.Program
	names   map[string]fact
	reads   map[string]bool
}

// Value evaluates the expression. What cannot be evaluated is 0, and so is what is no number.
func (e *Expression) Value(f *Facts) float64 {
	out, _, err := e.program.Eval(activation{f, e.names})
	if err != nil {
		return 0
	}
	v, ok := out.Value().(float64)
	if !ok || math.IsNaN(v) {
		return 0
	}
	return v
}

// activation shows facts to CEL.
type activation struct {
	facts *Facts
	names map[string]fact
}

// ResolveName gives a fact's value.
func (a activation) ResolveName(name string) (any, bool) {
	f, ok := a.names[name]
	switch {
	case !ok:
		return nil, false
	case f.kind == isText:
		return a.facts.Text[f.place], true
	case f.kind == isTruth:
		return a.facts.Number[f.place] != 0, true
	default:
		return a.facts.Number[f.place], true
	}
}

// Parent is none.
func (activation) Parent() cel.Activation { return nil }

// compiler compiles conditions about one kind of things.
type compiler struct {
	env   *cel.Env
	names map[string]fact
}

// newCompiler knows the facts of any of the places.
func newCompiler(w where) (*compiler, error) {
	c := &compiler{names: map[string]fact{}}
	options := []cel.EnvOption{
		cel.CrossTypeNumericComparisons(true), cel.ParserExpressionSizeLimit(maxCondition), cel.ParserRecursionLimit(50),
	}
	for _, f := range facts() {
		if f.where&w == 0 {
			continue
		}
		c.names[f.name] = f
		options = append(options, cel.Variable(f.name, map[kind]*cel.Type{isText: cel.StringType, isTruth: cel.BoolType, isNumber: cel.DoubleType}[f.kind]))
	}
	var err error
	if c.env, err = cel.NewEnv(options...); err != nil {
		return nil, fmt.Errorf("make a CEL environment: %w", err)
	}
	return c, nil
}

// problem is what is wrong with an expression, and where in its text, from 0.
type problem struct {
	line, column int
	message      string
}

func (c *compiler) check(source string, want *cel.Type, name string) (*cel.Ast, []problem) {
	checked, issues := c.env.Compile(source)
	if issues.Err() != nil {
		var all []problem
		for _, e := range issues.Errors() {
			all = append(all, problem{e.Location.Line() - 1, e.Location.Column(), strings.ReplaceAll(e.Message, " (in container '')", "")})
		}
		return nil, all
	}
	if !checked.OutputType().IsExactType(want) {
		return nil, []problem{{0, 0, fmt.Sprintf("%s is expected here, this is %s", name, checked.OutputType())}}
	}
	return checked, c.constants(checked.NativeRep())
}

// condition compiles what must be true or false.
func (c *compiler) condition(source string) (*Condition, []problem) {
	checked, problems := c.check(source, cel.BoolType, "a condition that is true or false")
	if len(problems) > 0 {
		return nil, problems
	}
	out := &Condition{Source: source, names: c.names, reads: reads(checked.NativeRep())}
	var whole bool
	if out.simple, whole = c.simple(checked.NativeRep()); whole {
		return out, nil
	}
	program, err := c.env.Program(checked, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, []problem{{0, 0, err.Error()}}
	}
	out.program = program
	return out, nil
}

// number compiles what must be a number.
func (c *compiler) number(source string) (*Expression, []problem) {
	checked, problems := c.check(source, cel.DoubleType, "a number with a fraction, as in 1.0,")
	if len(problems) > 0 {
		return nil, problems
	}
	program, err := c.env.Program(checked, cel.CostLimit(maxCost))
	if err != nil {
		return nil, []problem{{0, 0, err.Error()}}
	}
	return &Expression{Source: source, program: program, names: c.names, reads: reads(checked.NativeRep())}, nil
}

// simple translates what it can of an expression's conjuncts, and says whether that is the whole.
func (c *compiler) simple(a *ast.AST) (truth, bool) {
	t := &translator{ast: a, facts: c.names}
	all, whole := always(true), true
	for _, e := range conjuncts(a.Expr(), nil) {
		x, ok := t.truth(e)
		if !ok {
			whole = false
			continue
		}
		all = all.and(x)
	}
	return all, whole
}

func conjuncts(e ast.Expr, to []ast.Expr) []ast.Expr {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.LogicalAnd {
		for _, a := range e.AsCall().Args() {
			to = conjuncts(a, to)
		}
		return to
	}
	return append(to, e)
}

// reads gives the facts that an expression asks for.
func reads(a *ast.AST) map[string]bool {
	names := map[string]bool{}
	ast.PostOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.IdentKind {
			names[e.AsIdent()] = true
		}
	}))
	return names
}

// constants finds comparisons with what a fact can never be.
func (c *compiler) constants(a *ast.AST) (problems []problem) {
	ast.PostOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
			return
		}
		left, right := e.AsCall().Args()[0], e.AsCall().Args()[1]
		if left.Kind() == ast.LiteralKind {
			left, right = right, left
		}
		if left.Kind() != ast.IdentKind {
			return
		}
		f := c.names[left.AsIdent()]
		for _, constant := range literals(right) {
			if s, ok := literalText(constant); ok && f.values != nil && !slices.Contains(f.values, s) {
				at := a.SourceInfo().GetStartLocation(constant.ID())
				problems = append(problems, problem{at.Line() - 1, at.Column(), fmt.Sprintf("%s is never %q: it is one of %q", f.name, s, f.values)})
			}
		}
	}))
	return problems
}

func literals(e ast.Expr) []ast.Expr {
	if e.Kind() == ast.ListKind {
		return e.AsList().Elements()
	}
	return []ast.Expr{e}
}
