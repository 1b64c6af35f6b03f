package main

import (
	"encoding/json"
	"fmt"
	"sync"
)

// Numbers of the service that an operator may change while it runs.
type knobs struct {
	mutex  sync.Mutex
	values map[string]float64
	apply  map[string]func(float64)
}

func newKnobs() *knobs {
	return &knobs{values: map[string]float64{}, apply: map[string]func(float64){}}
}

func (k *knobs) add(name string, value float64, apply func(float64)) {
	k.values[name] = value
	k.apply[name] = apply
}

func (k *knobs) list() map[string]float64 {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	listed := make(map[string]float64, len(k.values))
	for name, value := range k.values {
		listed[name] = value
	}
	return listed
}

// set takes all of the values, or none when one is unknown or no number.
func (k *knobs) set(wanted map[string]json.RawMessage) error {
	numbers := map[string]float64{}
	for name, raw := range wanted {
		if _, known := k.apply[name]; !known {
			return fmt.Errorf("there is no knob %s", name)
		}
		var number *float64
		if err := json.Unmarshal(raw, &number); err != nil || number == nil {
			return fmt.Errorf("%s takes a number", name)
		}
		numbers[name] = *number
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	for name, number := range numbers {
		k.values[name] = number
		k.apply[name](number)
	}
	return nil
}
