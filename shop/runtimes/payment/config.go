package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// What this service needs of shop.json, which the rig writes.
type shopConfig struct {
	Admin struct {
		Token string
	}
	Data     string
	OTLP     string
	Sampling float64
	Services []entry
}

type entry struct {
	Name string
	Role string
	Port int
}

func loadConfig(path string) (*shopConfig, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	config := &shopConfig{}
	if err := json.Unmarshal(text, config); err != nil {
		return nil, fmt.Errorf("%s is no shop.json: %w", path, err)
	}
	return config, nil
}

// keptKnobs is what an operator has set of a service, which outlives its process.
func (c *shopConfig) keptKnobs(name string) map[string]json.RawMessage {
	var kept map[string]map[string]json.RawMessage
	text, err := os.ReadFile(filepath.Join(c.Data, "knobs.json"))
	if err != nil || json.Unmarshal(text, &kept) != nil {
		return nil
	}
	return kept[name]
}

func (c *shopConfig) find(name string) (entry, error) {
	for _, one := range c.Services {
		if one.Name == name {
			return one, nil
		}
	}
	return entry{}, fmt.Errorf("the config names no service %s", name)
}
