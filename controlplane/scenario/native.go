package scenario

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// truth is a condition, or a part of one, that needs no interpreter: most are comparisons of facts with constants.
type truth struct {
	eval func(*Facts) bool
	// could says what is known of the condition when only some texts are.
	could func(*known) tri
}

// known is what an index knows of a rollup or finding: some texts.
type known struct {
	text [texts]string
	has  [texts]bool
}

// tri is no, maybe or yes; the values make and the minimum, and or the maximum.
type tri int8

const (
	no    tri = -1
	maybe tri = 0
	yes   tri = 1
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

// translator turns a checked expression into Go, where it is simple enough.
type translator struct {
	ast   *ast.AST
	facts map[string]fact
}

// truth gives ok false for what only CEL can evaluate.
func (t *translator) truth(e ast.Expr) (truth, bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		b, ok := e.AsLiteral().(types.Bool)
		return always(bool(b)), ok
	case ast.IdentKind:
		return t.flag(e.AsIdent())
	case ast.CallKind:
		return t.call(e.AsCall())
	default:
		return truth{}, false
	}
}

func always(b bool) truth {
	return truth{func(*Facts) bool { return b }, func(*known) tri { return triOf(b) }}
}

// unknowing is for what an index cannot tell.
func unknowing(eval func(*Facts) bool) truth {
	return truth{eval, func(*known) tri { return maybe }}
}

func (t *translator) flag(name string) (truth, bool) {
	f, ok := t.facts[name]
	if !ok || f.kind != isTruth {
		return truth{}, false
	}
	return unknowing(func(v *Facts) bool { return v.Number[f.place] != 0 }), true
}

func (t *translator) call(c ast.CallExpr) (truth, bool) {
	args := c.Args()
	switch c.FunctionName() {
	case operators.LogicalAnd:
		a, b, ok := t.both(args)
		return a.and(b), ok
	case operators.LogicalOr:
		a, b, ok := t.both(args)
		return a.or(b), ok
	case operators.LogicalNot:
		x, ok := t.truth(args[0])
		return truth{func(f *Facts) bool { return !x.eval(f) }, func(k *known) tri { return -x.could(k) }}, ok
	case operators.In:
		return t.in(args)
	default:
		return t.compare(c.FunctionName(), args)
	}
}

func (t *translator) both(args []ast.Expr) (a, b truth, ok bool) {
	if len(args) != 2 {
		return a, b, false
	}
	a, okA := t.truth(args[0])
	b, okB := t.truth(args[1])
	return a, b, okA && okB
}

func (x truth) and(o truth) truth {
	return truth{
		func(f *Facts) bool { return x.eval(f) && o.eval(f) },
		func(k *known) tri { return min(x.could(k), o.could(k)) },
	}
}

func (x truth) or(o truth) truth {
	return truth{
		func(f *Facts) bool { return x.eval(f) || o.eval(f) },
		func(k *known) tri { return max(x.could(k), o.could(k)) },
	}
}

// in is a text among constants.
func (t *translator) in(args []ast.Expr) (truth, bool) {
	if args[0].Kind() != ast.IdentKind || args[1].Kind() != ast.ListKind {
		return truth{}, false
	}
	f, ok := t.facts[args[0].AsIdent()]
	if !ok || f.kind != isText {
		return truth{}, false
	}
	var list []string
	for _, e := range args[1].AsList().Elements() {
		s, ok := literalText(e)
		if !ok {
			return truth{}, false
		}
		list = append(list, s)
	}
	return textual(f.place, func(s string) bool { return slices.Contains(list, s) }), true
}

func textual(place int, eval func(string) bool) truth {
	return truth{
		func(f *Facts) bool { return eval(f.Text[place]) },
		func(k *known) tri {
			if !k.has[place] {
				return maybe
			}
			return triOf(eval(k.text[place]))
		},
	}
}

func literalText(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}

func (t *translator) compare(operator string, args []ast.Expr) (truth, bool) {
	if len(args) != 2 {
		return truth{}, false
	}
	if x, ok := t.equal(operator, args[0], args[1]); ok {
		return x, true
	}
	a, ok := t.number(args[0])
	if !ok {
		return truth{}, false
	}
	b, ok := t.number(args[1])
	if !ok {
		return truth{}, false
	}
	return numeric(operator, a, b)
}

// equal is a text that is, or is not, a constant.
func (t *translator) equal(operator string, a, b ast.Expr) (truth, bool) {
	if operator != operators.Equals && operator != operators.NotEquals {
		return truth{}, false
	}
	if a.Kind() == ast.LiteralKind {
		a, b = b, a
	}
	s, ok := literalText(b)
	if !ok || a.Kind() != ast.IdentKind {
		return truth{}, false
	}
	f, ok := t.facts[a.AsIdent()]
	if !ok || f.kind != isText {
		return truth{}, false
	}
	want := operator == operators.Equals
	return textual(f.place, func(v string) bool { return (v == s) == want }), true
}

func numeric(operator string, a, b func(*Facts) float64) (truth, bool) {
	switch operator {
	case operators.Less:
		return unknowing(func(f *Facts) bool { return a(f) < b(f) }), true
	case operators.LessEquals:
		return unknowing(func(f *Facts) bool { return a(f) <= b(f) }), true
	case operators.Greater:
		return unknowing(func(f *Facts) bool { return a(f) > b(f) }), true
	case operators.GreaterEquals:
		return unknowing(func(f *Facts) bool { return a(f) >= b(f) }), true
	case operators.Equals:
		return unknowing(func(f *Facts) bool { return a(f) == b(f) }), true
	case operators.NotEquals:
		return unknowing(func(f *Facts) bool { return a(f) != b(f) }), true
	default:
		return truth{}, false
	}
}

// number translates what CEL evaluates in doubles, and whole constants.
func (t *translator) number(e ast.Expr) (func(*Facts) float64, bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		return literalNumber(e)
	case ast.IdentKind:
		f, ok := t.facts[e.AsIdent()]
		return func(v *Facts) float64 { return v.Number[f.place] }, ok && f.kind == isNumber
	case ast.CallKind:
		return t.arithmetic(e)
	default:
		return nil, false
	}
}

func literalNumber(e ast.Expr) (func(*Facts) float64, bool) {
	var v float64
	switch n := e.AsLiteral().(type) {
	case types.Double:
		v = float64(n)
	case types.Int:
		v = float64(n)
	default:
		return nil, false
	}
	return func(*Facts) float64 { return v }, true
}

func (t *translator) arithmetic(e ast.Expr) (func(*Facts) float64, bool) {
	c := e.AsCall()
	args := c.Args()
	if typ := t.ast.GetType(e.ID()); typ == nil || !typ.IsExactType(types.DoubleType) || len(args) != 2 {
		return nil, false
	}
	a, ok := t.number(args[0])
	if !ok {
		return nil, false
	}
	b, ok := t.number(args[1])
	if !ok {
		return nil, false
	}
	switch c.FunctionName() {
	case operators.Add:
		return func(f *Facts) float64 { return a(f) + b(f) }, true
	case operators.Subtract:
		return func(f *Facts) float64 { return a(f) - b(f) }, true
	case operators.Multiply:
		return func(f *Facts) float64 { return a(f) * b(f) }, true
	case operators.Divide:
		return func(f *Facts) float64 { return a(f) / b(f) }, true
	default:
		return nil, false
	}
}
