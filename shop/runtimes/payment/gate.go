package main

import (
	"container/list"
	"sync"
)

// A gate lets so many requests work at a time; a bounded number wait before it, first come, first
// served.
type gate struct {
	mutex    sync.Mutex
	max      int
	active   int
	queueMax int
	waiting  list.List // of chan struct{}, closed when its owner may work
}

func newGate(max, queueMax int) *gate {
	return &gate{max: max, queueMax: queueMax}
}

// enter blocks until there is a place; false at once when the queue is full. Then leave is due.
func (g *gate) enter() bool {
	g.mutex.Lock()
	if g.active < g.max && g.waiting.Len() == 0 {
		g.active++
		g.mutex.Unlock()
		return true
	}
	if g.waiting.Len() >= g.queueMax {
		g.mutex.Unlock()
		return false
	}
	turn := make(chan struct{})
	g.waiting.PushBack(turn)
	g.mutex.Unlock()
	<-turn
	return true
}

func (g *gate) leave() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.active--
	g.admit()
}

func (g *gate) resize(max int) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.max = max
	g.admit()
}

// With the mutex held.
func (g *gate) admit() {
	for g.active < g.max && g.waiting.Len() > 0 {
		g.active++
		close(g.waiting.Remove(g.waiting.Front()).(chan struct{}))
	}
}

type gateState struct{ max, active, queued int }

func (g *gate) state() gateState {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return gateState{g.max, g.active, g.waiting.Len()}
}
