"""Traces of a certified service: canaries before the load, `traceparent` with it, and what was found of it."""
import contextlib
import http.server
import json
import socket
import sqlite3
import threading
import time
import unittest

from tracing import Tracer
from workspace import PLAN, SCRIPT, WorkspaceCase


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Traces(WorkspaceCase):
    def setUp(self):
        super().setUp()
        self.receiver = f"127.0.0.1:{free_port()}"
        self.watch_traces(f'otlp_receiver: "{self.receiver}", share: 100%')

    def watch_traces(self, how):
        self.write_plan(PLAN.replace("observe: {}", f"observe: {{traces: {{{how}}}}}"))

    def trace(self, **more):
        tracer = Tracer(f"http://{self.receiver}", **more)
        self.service.tracer = tracer
        self.addCleanup(tracer.stop)
        return tracer

    def trial(self):
        """What it printed. Whether a busy machine made the load invalid is not asked here."""
        code, output = self.workspace.run("certify", "plan.yaml", "--only", "steady")
        self.assertIn(code, (0, 120), output)
        return output

    def traces(self):
        (traces,) = self.result()["traces"]
        return traces

    def check(self):
        (check,) = (one for one in self.result()["checks"] if one["id"] == "trace-sampling")
        return check

    def spans(self):
        (run,) = self.workspace.runs()
        with contextlib.closing(sqlite3.connect(run / "run.sqlite")) as database:
            return database.execute("SELECT trace_id, service, name FROM spans").fetchall()

    def test_a_service_that_obeys_our_flag_is_traced_and_its_spans_are_kept(self):
        self.trace()
        output = self.trial()
        self.assertIn("of 20 requests with the sampled flag 20 were found, of 20 without it 0: the service obeys the flag", output)
        traces = self.traces()
        self.assertGreater(traces["flagged"], 200)
        self.assertEqual((traces["found"], traces["asked"], traces["lost_spans"]), (traces["flagged"], traces["flagged"], 0))
        self.assertTrue(traces["is_observed"])
        self.assertIn(f"traces of steady: {traces['found']} of {traces['asked']} that were looked for were found (100 %)", output)
        spans = self.spans()
        self.assertEqual(len(spans), traces["kept_spans"])
        self.assertGreater(len(spans), traces["slow_found"])
        self.assertEqual({service for _, service, _ in spans}, {"catalog"})
        self.assertEqual(len({trace[:16] for trace, _, _ in spans}), 1, "all ids of a run begin alike")

    def test_traces_that_get_lost_under_load_leave_the_layer_unobserved(self):
        tracer = self.trace()

        def drops_under_load(is_flagged):
            return is_flagged and len(tracer.parents) <= 40   # canaries
        tracer.samples = drops_under_load
        output = self.trial()
        self.assertRegex(output, r"traces of steady: 0 of \d+ .*UNOBSERVED, at the peak 0 of \d+ traces were found, and the plan wants 10 %")
        self.assertFalse(self.traces()["is_observed"])
        (item,) = (one for one in self.result()["checklist"] if one["text"].startswith("Observability active"))
        self.assertEqual(item["state"], "not met")
        self.assertIn("traces of steady: unobserved", item["evidence"])

    def test_an_untraced_service_is_told_where_to_export_and_gets_no_load(self):
        output = self.certify(expected=122)
        self.assertIn("none of 40 traces was found", output)
        self.assertIn(f"let the services export OTLP over HTTP to http://{self.receiver}", output)
        self.assertLess(self.service.requests, 100, "probes, canaries and dry iterations only")

    def test_traces_that_nobody_can_find_can_be_waived(self):
        self.write_plan((self.folder / "plan.yaml").read_text().replace("waivers: {", "waivers: {trace-sampling: {by: ada, why: no tracing yet}, "))
        output = self.trial()
        self.assertIn("waived by ada: no tracing yet", output)
        self.assertIn("UNOBSERVED", output)

    def test_a_taken_port_is_said_before_any_load(self):
        host, port = self.receiver.split(":")
        with contextlib.closing(socket.create_server((host, int(port)))):
            self.assertIn(f"cannot receive traces on {self.receiver}", self.certify(expected=122))

    def test_only_the_plans_share_asks_and_a_script_with_a_header_of_its_own_keeps_it(self):
        own = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
        tracer = self.trace()
        (self.folder / "script.js").write_text(
            SCRIPT.replace("{ timeout", f"{{ headers: __ITER % 2 ? {{ Traceparent: '{own}' }} : {{}}, timeout"))
        self.trial()
        parents, flagged = tracer.parents, self.traces()["flagged"]
        self.assertGreater(parents.count(own), 50)
        self.assertGreater(flagged, 50)
        self.assertEqual(40 + parents.count(own) + flagged, len(parents), "canaries, the script's, ours")
        self.assertEqual(40 + 1 + flagged, len(set(parents)))

    def test_without_traces_in_the_plan_no_request_carries_the_header(self):
        tracer = self.trace()
        self.write_plan(PLAN)
        self.trial()
        self.assertEqual(tracer.parents, [])
        self.assertEqual(self.result()["traces"], [])

    def test_a_tempo_that_swallows_requests_costs_its_timeout(self):
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as hole:
            self.watch_traces(f'tempo: "http://127.0.0.1:{hole.getsockname()[1]}"')
            began = time.monotonic()
            output = self.proofload("preflight", "plan.yaml", expected=122)
        self.assertIn("no complete answer within 5s", output)
        self.assertLess(time.monotonic() - began, 10)

    def test_traces_are_found_in_tempo(self):
        store = FakeTempo()
        self.addCleanup(store.stop)
        self.receiver = store.address
        self.watch_traces(f'tempo: "http://{store.address}", share: 20%')
        self.trace()
        output = self.trial()
        self.assertIn(f"Tempo at http://{store.address}: of 20 requests with the sampled flag 20 were found", output)
        traces = self.traces()
        self.assertGreater(traces["found"], 10)
        self.assertEqual(traces["found"], traces["asked"])
        self.assertLess(traces["flagged"], traces["requests"] * 0.4)
        self.assertEqual(len(self.spans()), traces["kept_spans"])

    def test_an_expired_token_stops_before_the_canaries(self):
        store = FakeTempo(status=401)
        self.addCleanup(store.stop)
        self.watch_traces(f'tempo: "http://canary-user:canary-7f3a@{store.address}"')
        output = self.certify(expected=122)
        self.assertIn("answers 401 (who are you?)", output)
        self.assertNotIn("canary-7f3a", output)


class FakeTempo:
    """Takes OTLP and gives traces as Tempo does: `batches`, 404 for what it has not."""

    def __init__(self, status=200):
        self.traces = traces = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if status != 200:
                    return self.reply(status, b"")
                if self.path == "/api/echo":
                    return self.reply(200, b"echo")
                spans = traces.get(self.path.removeprefix("/api/traces/"))
                if spans is None:
                    return self.reply(404, b"")
                self.reply(200, json.dumps({"batches": [{"resource": {}, "scopeSpans": [{"spans": spans}]}]}).encode())

            def do_POST(self):
                for resource in json.loads(self.rfile.read(int(self.headers["Content-Length"])))["resourceSpans"]:
                    for span in resource["scopeSpans"][0]["spans"]:
                        traces.setdefault(span["traceId"], []).append(span)
                self.reply(200, b"{}")

            def reply(self, code, body):
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = "127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
