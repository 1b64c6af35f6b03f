"""The HTTP face of the job: health, readiness, metrics, knobs, what it suggests."""
import http.server
import json
import threading

import prometheus_client

VERSION = "1.0.0"
BODY_MAX = 1 << 20


def problem(status, code, detail):
    """RFC 9457: `code` is for programs, `detail` for people."""
    return status, {"type": "about:blank", "status": status, "code": code, "detail": detail}


class Knobs:
    """Numbers that an operator may change while the job runs; `changed` is told."""

    def __init__(self, changed, **values):
        self.values = values
        self.changed = changed

    def set(self, wanted):
        """All, or none when one is unknown or no number: then the answer says which."""
        for name, value in wanted.items():
            if name not in self.values:
                return f"there is no knob {name}"
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                return f"{name} takes a number"
        self.values = {**self.values, **wanted}
        self.changed()
        return None


def make_handler(job, token):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.path == "/health":
                self.reply(200, {"status": "up"})
            elif self.path == "/ready":
                missing = job.what_is_missing()
                self.reply(*(problem(503, "not_ready", missing) if missing else (200, {"status": "ready"})))
            elif self.path == "/metrics":
                self.send(200, prometheus_client.CONTENT_TYPE_PLAIN_0_0_4, prometheus_client.generate_latest())
            elif self.path == "/admin/knobs":
                self.reply(*self.answer_knobs(None))
            elif self.path.startswith("/suggestions/"):
                self.reply(*self.answer_suggestion(self.path.removeprefix("/suggestions/")))
            else:
                self.reply(*problem(404, "not_found", "there is no such path"))

        def do_PUT(self):
            body = self.rfile.read(min(BODY_MAX, int(self.headers.get("Content-Length", 0))))
            if self.path == "/admin/knobs":
                self.reply(*self.answer_knobs(body))
            else:
                self.reply(*problem(404, "not_found", "there is no such path"))

        def answer_knobs(self, body):
            if not token or self.headers.get("Authorization") != f"Bearer {token}":
                return problem(401, "token", "the operator's token, please")
            if body is not None:
                try:
                    wanted = json.loads(body)
                except ValueError:
                    wanted = None
                if not isinstance(wanted, dict):
                    return problem(400, "body", "an object of names and numbers")
                wrong = job.knobs.set(wanted)
                if wrong:
                    return problem(400, "knob", wrong)
            return 200, job.knobs.values

        def answer_suggestion(self, text):
            found = job.suggestion(int(text)) if text.isdecimal() else None
            return (200, found) if found else problem(404, "no_product", f"there is no suggestion for {text}")

        def reply(self, status, body):
            kind = "application/problem+json" if status >= 400 else "application/json"
            self.send(status, kind, json.dumps(body, separators=(",", ":")).encode())

        def send(self, status, kind, body):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Version", VERSION)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass   # scrapes and probes are no news

    return Handler


def listen(port, job, token):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), make_handler(job, token))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
