package main

import "sync"

// Memory that is never given back, as a list of listeners that nobody takes off would be.
type keptMemory struct {
	mutex        sync.Mutex
	kbPerRequest int
	kept         [][]byte
}

func (k *keptMemory) setKbPerRequest(kb float64) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.kbPerRequest = int(kb)
	if k.kbPerRequest == 0 {
		k.kept = nil
	}
}

// onRequest keeps so much more, and goes through all of it: such a list is told of each request.
func (k *keptMemory) onRequest() {
	const line = 64 // of the CPU's caches
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.kbPerRequest == 0 {
		return
	}
	k.kept = append(k.kept, make([]byte, k.kbPerRequest*1024))
	for _, block := range k.kept {
		for at := 0; at < len(block); at += line {
			block[at]++
		}
	}
}
