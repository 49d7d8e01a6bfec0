package bootstrap

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// object is a YAML mapping that keeps its order, so that people find the name of a thing first.
type object []field

type field struct {
	key   string
	value any
}

// list is a YAML sequence.
type list []any

// MarshalYAML gives a mapping node with the fields in their order. Fields with a nil value are left out.
func (o object) MarshalYAML() (any, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range o {
		if f.value == nil {
			continue
		}
		var v yaml.Node
		if err := v.Encode(f.value); err != nil {
			return nil, fmt.Errorf("encode %s: %w", f.key, err)
		}
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: f.key}, &v)
	}
	return n, nil
}

// typed is a message in an Any. Envoy's types live under envoy.
func typed(message string, fields ...field) object {
	return append(object{{"@type", "type.googleapis.com/" + message}}, fields...)
}

// extension is a named extension with its configuration.
func extension(name, message string, fields ...field) object {
	return object{{"name", name}, {"typed_config", typed(message, fields...)}}
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	if err := e.Close(); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	return b.Bytes(), nil
}
