"""A service that misbehaves on demand: what the tests of `certify` put under load."""
import gzip
import http.server
import json
import threading
import time

METRICS = """# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total {cpu}
process_resident_memory_bytes 5e7
pgbouncer_pools_server_active_connections{{database="shop_rw",user="shop"}} {busy}
pgbouncer_pools_client_waiting_connections{{database="shop_rw",user="shop"}} {waiting}
pgbouncer_databases_pool_size{{name="shop_rw",database="shop_rw"}} 20
http_requests_total{{path="/products",code="200"}} {requests}
"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        service = self.server.service
        if self.path.startswith("/debug/pprof/profile"):
            service.profiled += 1
            time.sleep(0.2)
            return self.reply(200, gzip.compress(b"a profile"), "application/octet-stream")
        if self.path == "/metrics":
            is_full = service.delay > 0
            page = METRICS.format(cpu=time.process_time(), busy=20 if is_full else 3, waiting=155 if is_full else 0,
                                  requests=int(service.requests * service.counted))
            page += service.more_metrics
            return self.reply(200, page.encode(), "text/plain; version=0.0.4")
        if self.path in service.pages:
            return self.reply(200, json.dumps(service.pages[self.path]).encode(), "application/json")
        began = time.time()
        with service.lock:
            service.requests += 1
            number = service.requests
        if service.refuses():
            return self.reply(429, b"{}", "application/json", {"Retry-After": "2"})
        time.sleep(service.delay)
        service.work()
        is_failing = service.error_every and number % service.error_every == 0
        if is_failing:
            return self.reply(503, service.failure_body.encode(), "application/json", {"traceparent": f"00-{number:032x}-00f067aa0ba902b7-01"})
        self.reply(200, b'{"ok":true}', "application/json")
        if service.tracer:
            service.tracer.note(self.headers["traceparent"], self.path, began)

    def reply(self, status, body, content_type, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Version", self.server.service.version)
        for name, value in {**self.server.service.headers, **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that went away is none."""


class Service:
    """Listens on a free port of loopback until stop(); its attributes may be changed at any time."""

    def __init__(self):
        self.delay = 0.0
        self.work = lambda: None  # for each request
        self.error_every = 0
        self.version = "1.0"
        self.failure_body = '{"ok":false}'
        self.profiled = 0
        self.more_metrics = ""
        self.headers = {}
        self.pages = {}   # JSON by path, served beside everything else
        self.tracer = None   # see tracing.py
        self.refuse_until = 0.0  # time.monotonic(): 429 with Retry-After
        self.requests = 0
        self.counted = 1.0  # share that its own counter sees
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.service = self
        self.address = "127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def refuses(self):
        return time.monotonic() < self.refuse_until

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
