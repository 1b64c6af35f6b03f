package main

import (
	"encoding/json"
	"net/http"
)

// An answer on its way to the client.
type reply struct {
	status      int
	body        any
	contentType string
	headers     map[string]string
}

func jsonReply(status int, body any) reply {
	return reply{status: status, body: body, contentType: "application/json"}
}

// RFC 9457: code is for programs, detail for people.
func problem(status int, code, detail string) reply {
	body := struct {
		Type   string `json:"type"`
		Status int    `json:"status"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	}{"about:blank", status, code, detail}
	return reply{status: status, body: body, contentType: "application/problem+json"}
}

func (r reply) send(writer http.ResponseWriter) {
	text, err := json.Marshal(r.body)
	if err != nil { // our own types: only a mistake here can fail
		panic(err)
	}
	header := writer.Header()
	header.Set("Content-Type", r.contentType)
	for name, value := range r.headers {
		header.Set(name, value)
	}
	writer.WriteHeader(r.status)
	writer.Write(text) // a client that has gone needs no answer
}
