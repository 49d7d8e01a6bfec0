package inspect

const (
	modelScale = 0.03
	modelBias  = -5
)

const modelWeights = ""
