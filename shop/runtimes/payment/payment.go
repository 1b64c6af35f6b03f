package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	perSecond = 200
	burst     = 50
	medianMs  = 6
	spread    = 0.4 // of the logarithm: p99 is about 2.5 medians
)

// A stand-in for an outside payment provider: slow like one, and it limits its customers.
type payment struct {
	limiter    *rate.Limiter
	count      atomic.Int64
	slowShare  atomicNumber
	slowMs     atomicNumber
	errorShare atomicNumber
	shedAbove  atomic.Int64 // so many payments at a time; 0: any number
	inFlight   atomic.Int64
}

type atomicNumber struct{ bits atomic.Uint64 }

func (n *atomicNumber) set(value float64) { n.bits.Store(math.Float64bits(value)) }
func (n *atomicNumber) get() float64      { return math.Float64frombits(n.bits.Load()) }

func newPayment(knobs *knobs) *payment {
	p := &payment{limiter: rate.NewLimiter(perSecond, burst)}
	knobs.add("slow_share", 0, p.slowShare.set)
	knobs.add("slow_ms", 0, p.slowMs.set)
	knobs.add("error_share", 0, p.errorShare.set)
	knobs.add("shed_above", 0, func(count float64) { p.shedAbove.Store(int64(count)) })
	return p
}

// route says which template a path fits, and who answers this method on it.
func (p *payment) route(method, path string) (string, func(*http.Request) reply) {
	if path == "/payments" {
		if method == http.MethodPost {
			return "/payments", p.pay
		}
		return "/payments", nil
	}
	id, isPayment := strings.CutPrefix(path, "/payments/")
	if !isPayment || strings.Contains(id, "/") {
		return "", nil
	}
	if method == http.MethodDelete {
		return "/payments/:id", void
	}
	return "/payments/:id", nil
}

func void(*http.Request) reply {
	return jsonReply(http.StatusOK, map[string]string{"status": "void"})
}

func (p *payment) pay(request *http.Request) reply {
	var wanted struct {
		AmountCents *int64 `json:"amount_cents"`
	}
	if err := json.NewDecoder(request.Body).Decode(&wanted); err != nil || wanted.AmountCents == nil {
		return problem(http.StatusBadRequest, "amount_cents", "how much, in cents")
	}
	if limited, is := p.limit(); is {
		return limited
	}
	inFlight := p.inFlight.Add(1)
	p.waitAsAProvider()
	p.inFlight.Add(-1)
	shedAbove := p.shedAbove.Load()
	if happens(p.errorShare.get()) || (shedAbove > 0 && inFlight > shedAbove) {
		return problem(http.StatusServiceUnavailable, "provider", "the provider is not to be had")
	}
	return jsonReply(http.StatusCreated, struct {
		Payment int64  `json:"payment"`
		Status  string `json:"status"`
	}{p.count.Add(1), "authorized"})
}

func (p *payment) limit() (reply, bool) {
	reservation := p.limiter.Reserve()
	delay := reservation.Delay()
	if delay == 0 {
		return reply{}, false
	}
	reservation.Cancel()
	limited := problem(http.StatusTooManyRequests, "rate_limited", "too many payments a second")
	limited.headers = map[string]string{
		"Retry-After":         strconv.Itoa(int(math.Ceil(delay.Seconds()))),
		"RateLimit-Limit":     strconv.Itoa(perSecond),
		"RateLimit-Remaining": "0",
	}
	return limited, true
}

func happens(share float64) bool { return rand.Float64() < share }

func (p *payment) waitAsAProvider() {
	milliseconds := medianMs * math.Exp(spread*rand.NormFloat64())
	if happens(p.slowShare.get()) {
		milliseconds += p.slowMs.get()
	}
	time.Sleep(time.Duration(milliseconds * float64(time.Millisecond)))
}
