package simulate

import (
	_ "embed"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

//go:embed policy.yaml
var servicePolicy string // never changed

// ServicePolicy is the policy file of the simulated service, in enforce mode.
func ServicePolicy() string { return servicePolicy }

// WithService gives a policy file with the simulated service's endpoints added to its own, so that it can be played. The
// text must be a valid policy file.
func WithService(text string) (string, error) {
	var file, service yaml.Node
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return "", fmt.Errorf("read policy: %w", err)
	}
	if err := yaml.Unmarshal([]byte(servicePolicy), &service); err != nil {
		return "", fmt.Errorf("read the simulated service's policy: %w", err)
	}
	if len(file.Content) == 0 || file.Content[0].Kind != yaml.MappingNode {
		return "", fmt.Errorf("read policy: it is no mapping")
	}
	root := file.Content[0]
	endpoints := valueOf(root, "endpoints")
	if endpoints == nil || endpoints.Kind != yaml.SequenceNode {
		root.Content = append(without(root, "endpoints"), &yaml.Node{Kind: yaml.ScalarNode, Value: "endpoints"}, &yaml.Node{Kind: yaml.SequenceNode})
		endpoints = valueOf(root, "endpoints")
	}
	endpoints.Style = 0
	for _, e := range valueOf(service.Content[0], "endpoints").Content {
		if !slices.ContainsFunc(endpoints.Content, func(own *yaml.Node) bool { return matchOf(own) == matchOf(e) }) {
			endpoints.Content = append(endpoints.Content, e)
		}
	}
	out, err := yaml.Marshal(&file)
	if err != nil {
		return "", fmt.Errorf("write policy: %w", err)
	}
	return string(out), nil
}

// valueOf gives the value of a key; nil: it is not there.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// without gives a mapping's content but for a key.
func without(mapping *yaml.Node, key string) []*yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return slices.Delete(slices.Clone(mapping.Content), i, i+2)
		}
	}
	return mapping.Content
}

func matchOf(endpoint *yaml.Node) string {
	if m := valueOf(endpoint, "match"); m != nil {
		return m.Value
	}
	return ""
}
