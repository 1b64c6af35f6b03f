#!/usr/bin/env python3
"""The shop as its customers and its watchers see it: real services, on PostgreSQL where it is installed, else on SQLite.

`python3 tests/shop/shop_test.py`.
"""
import json
import os
import signal
import subprocess
import time
import unittest
import urllib.error
from pathlib import Path

from running_shop import RunningShop, eventually, send
import databases
import faults

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


class Document:
    """Holds answers to the OpenAPI document: status, content type, and what this document uses of JSON Schema."""

    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for name in node["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            node = target
        return node

    def problem(self, method, path, answer):
        responses = self.document["paths"][path][method.lower()]["responses"]
        if str(answer.status) not in responses:
            return f"status {answer.status} is not documented"
        content = self.resolve(responses[str(answer.status)])["content"]
        kind = answer.headers["Content-Type"]
        return self.mismatch(content[kind]["schema"], answer.json(), "body") if kind in content else f"{kind} is not documented"

    def mismatch(self, schema, value, at):
        schema = self.resolve(schema)
        if "type" in schema and type(value) is not TYPES[schema["type"]]:
            return f"{at} is no {schema['type']}: {value!r}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{at} is {value!r}"
        parts = [(each, value, at) for each in schema.get("allOf", [])]
        if isinstance(value, dict):
            missing = [name for name in schema.get("required", []) if name not in value]
            if missing:
                return f"{at} has no {missing[0]}"
            parts += [(each, value[name], f"{at}.{name}") for name, each in schema.get("properties", {}).items() if name in value]
        if isinstance(value, list) and "items" in schema:
            parts += [(schema["items"], item, f"{at}[{i}]") for i, item in enumerate(value)]
        return next((found for part in parts if (found := self.mismatch(*part))), None)


class Shop(RunningShop):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.has_postgres = databases.is_installed()
        cls.document = Document(send("GET", cls.urls["gateway"] + "/openapi.json").json())
        cls.next_user = 100

    def ask(self, method, path, body=None, token=None, **values):
        """Sends it to the gateway, holds the answer to the document, returns it."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        target = path.replace("{id}", str(values.pop("id", "")))
        query = "&".join(f"{name}={value}" for name, value in values.items())
        answer = send(method, self.urls["gateway"] + target + ("?" + query if query else ""), body, headers)
        self.assertIsNone(self.document.problem(method, path, answer), f"{method} {target}: {answer.body[:300]}")
        return answer

    def log_in(self):
        """A token of a user that no other test has."""
        Shop.next_user += 1
        return self.ask("POST", "/login", {"email": f"user{Shop.next_user}@shop.example"}).json()["token"]

    def sql(self, text):
        url = self.config["database"]["direct"]
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url, "-c", text], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.strip()

    def test_pages_and_searches_the_catalogue(self):
        page = self.ask("GET", "/products", page=2, size=5).json()
        self.assertEqual([item["id"] for item in page["items"]], [6, 7, 8, 9, 10])
        category = page["items"][0]["category"]
        self.assertEqual({item["category"] for item in self.ask("GET", "/products", category=category).json()["items"]}, {category})
        word = page["items"][0]["name"].split()[0].lower()
        names = [item["name"] for item in self.ask("GET", "/search", q=word).json()["items"]]
        self.assertTrue(names and all(name.lower().startswith(word) for name in names), names)
        self.assertEqual(self.ask("GET", "/products", page=0).status, 400)

    def test_shows_a_product_with_recommendations(self):
        product = self.ask("GET", "/products/{id}", id=3).json()
        self.assertEqual(product["id"], 3)
        self.assertEqual(len(product["recommendations"]), 10)
        self.assertEqual(self.ask("GET", "/products/{id}", id=10_000_000).status, 404)

    def test_sells_what_is_in_the_cart(self):
        token = self.log_in()
        self.assertEqual(self.ask("POST", "/checkout", token=token).json()["code"], "empty_cart")
        for product, quantity in ((7, 2), (5, 1)):
            self.ask("POST", "/cart/items", {"product_id": product, "quantity": quantity}, token)
        cart = self.ask("GET", "/cart", token=token).json()
        self.assertEqual([(item["product_id"], item["quantity"]) for item in cart["items"]], [(5, 1), (7, 2)])
        order = self.ask("POST", "/checkout", token=token)
        self.assertEqual((order.status, order.json()["total_cents"]), (201, cart["total_cents"]))
        self.assertEqual(self.ask("GET", "/cart", token=token).json()["items"], [])
        number = order.json()["order"]
        shown = self.ask("GET", "/orders/{id}", token=token, id=number).json()
        self.assertEqual([(item["product_id"], item["quantity"]) for item in shown["items"]], [(5, 1), (7, 2)])
        self.assertTrue(eventually(lambda: self.ask("GET", "/orders", token=token).json()["orders"][0]["id"] == number), "the replica never had it")
        self.assertTrue(eventually(lambda: self.ask("GET", "/orders/{id}", token=token, id=number).json()["status"] == "shipped"), "nobody shipped it")

    def test_takes_stock_and_refuses_when_there_is_none(self):
        if not self.has_postgres:
            self.skipTest("PostgreSQL is NOT INSTALLED: stock is set through psql")
        self.sql("UPDATE stock SET quantity = 3 WHERE product_id = 490")
        token = self.log_in()
        self.ask("POST", "/cart/items", {"product_id": 490, "quantity": 2}, token)
        self.assertEqual(self.ask("POST", "/checkout", token=token).status, 201)
        self.assertEqual(self.sql("SELECT quantity FROM stock WHERE product_id = 490"), "1")
        self.ask("POST", "/cart/items", {"product_id": 490, "quantity": 2}, token)
        refused = self.ask("POST", "/checkout", token=token)
        self.assertEqual((refused.status, refused.json()["code"]), (409, "out_of_stock"))
        self.assertEqual(self.sql("SELECT quantity FROM stock WHERE product_id = 490"), "1")
        self.assertEqual(self.ask("DELETE", "/cart", token=token).json()["removed"], 1)

    def test_lets_nobody_in_without_a_good_token(self):
        token = self.log_in()
        user, expires, signature = token.split(".")
        for bad in (None, "x", f"{int(user) + 1}.{expires}.{signature}", f"{user}.{int(expires) + 1}.{signature}"):
            self.assertEqual(self.ask("GET", "/orders", token=bad).status, 401)
        self.assertEqual(self.ask("POST", "/login", {"email": "nobody@shop.example"}).status, 401)
        self.assertEqual(self.ask("POST", "/login", {}).status, 400)
        somebody = self.log_in()
        self.ask("POST", "/cart/items", {"product_id": 9}, token)
        number = self.ask("POST", "/checkout", token=token).json()["order"]
        self.assertEqual(self.ask("GET", "/orders/{id}", token=somebody, id=number).status, 404)

    def test_says_its_limit_and_its_version(self):
        headers = self.ask("GET", "/products").headers
        self.assertEqual(headers["RateLimit-Limit"], "2000")
        self.assertLess(int(headers["RateLimit-Remaining"]), 2000)
        self.assertRegex(headers["X-Version"], r"^\d+\.\d+\.\d+$")

    def test_refuses_what_it_cannot_read(self):
        token = self.log_in()
        for body in (b"{", b"[]", b"", b'{"product_id":"seven"}', b'{"product_id":1,"quantity":99}'):
            answer = send("POST", self.urls["gateway"] + "/cart/items", body, {"Authorization": f"Bearer {token}"})
            self.assertEqual(answer.status, 400, body)
        for ids in ("", "x", "1,x", "1,,2", "1,99999999999", "-"):
            self.assertEqual(send("GET", f"{self.urls['catalog-1']}/prices?ids={ids}").status, 400, ids)
        for beyond in (3_000_000_000, -3_000_000_000):
            self.assertEqual(send("GET", f"{self.urls['gateway']}/products/{beyond}").status, 404, beyond)
        self.assertEqual(send("POST", self.urls["gateway"] + "/products", b"").status, 405)
        self.assertEqual(send("GET", self.urls["gateway"] + "/%00/nothing").status, 404)
        self.assertEqual(send("POST", self.urls["gateway"] + "/login", b"x" * (2 << 20)).status, 413)

    def test_tells_prometheus_of_requests_pools_workers_and_queues(self):
        self.ask("GET", "/products")
        token = self.log_in()
        self.ask("GET", "/orders", token=token)
        page = {name: send("GET", url + "/metrics").body.decode() for name, url in self.urls.items()}
        route = 'http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200",http_route="/products",le="+Inf"}'
        self.assertIn(route, page["gateway"])
        self.assertIn('http_client_request_duration_seconds_count{http_response_status_code="200",peer_service="catalog"}', page["gateway"])
        self.assertIn('db_client_connection_max{pool_name="rw"} 8', page["orders-1"])
        self.assertIn("executor_pool_max_threads 16", page["cart"])
        self.assertIn('queue_depth{queue="jobs"}', page["worker"])
        for name, text in page.items():
            self.assertIn("process_cpu_seconds_total", text, name)
        if self.has_postgres:
            self.assertIn('pgbouncer_databases_pool_size{database="shop_rw"} 20', page["pgbouncer-exporter"])
            self.assertIn("pgbouncer_up 1", page["pgbouncer-exporter"])

    def fault(self, *words):
        return self.rig("fault", *words)

    def test_lists_faults_and_knows_no_others(self):
        listed = self.fault("list").stdout
        self.assertIn("row-lock", listed)
        self.assertIn("doses 1: ", listed)
        refused = self.fault("on", "bad-weather")
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("there is no fault bad-weather: missing-index, ", refused.stderr)

    def test_a_fault_on_a_generator_ends_with_it(self):
        with subprocess.Popen(["sleep", "60"]) as generator:
            try:
                started = self.fault("on", "generator-starved", "--pid", str(generator.pid))
                if "root and cgroup v1" in started.stderr:
                    self.skipTest(started.stderr)
                self.assertRegex(self.fault("list").stdout, "ON 2 +generator-starved")
            finally:
                generator.kill()
        self.assertNotRegex(self.fault("list").stdout, "ON 2 +generator-starved")
        self.assertEqual(self.fault("off", "generator-starved").returncode, 0)

    def test_a_throttled_disk_stays_so_for_a_database_that_is_started_again(self):
        started = self.fault("on", "disk-throttle")
        if started.returncode != 0:
            self.skipTest(started.stderr)
        self.addCleanup(self.fault, "off", "disk-throttle")

        def primary():
            rig = json.loads((self.data / "rig.json").read_text())
            return next(one["pid"] for one in rig["processes"] if one["name"] == "postgres-primary")

        def group(pid):
            return next(line for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines() if "blkio" in line)
        before, throttled = primary(), group(primary())
        os.kill(before, signal.SIGKILL)
        self.assertTrue(eventually(lambda: primary() != before and group(primary()) == throttled), "the new one is not throttled")
        self.fault("off", "disk-throttle")   # recovery writes, which a throttled disk makes long
        self.assertTrue(eventually(lambda: send("GET", self.urls["orders-1"] + "/ready").status == 200, 60), "the shop is not back")

    def test_a_fault_of_the_jvm_says_that_none_runs(self):
        refused = self.fault("on", "gc-pressure")
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("recommendations does not run on the JVM", refused.stderr)
        self.assertEqual(self.fault("off", "gc-pressure").returncode, 0)

    def test_a_held_row_delays_checkouts_until_it_is_switched_off(self):
        def checkout_seconds():
            token = self.log_in()
            self.ask("POST", "/cart/items", {"product_id": 11}, token)
            began = time.monotonic()
            self.assertEqual(self.ask("POST", "/checkout", token=token).status, 201)
            return time.monotonic() - began
        hold_ms = faults.find("row-lock").doses[3]
        self.assertEqual(self.fault("on", "row-lock", "--dose", "3").stdout, f"row-lock is on at dose 3: {hold_ms} ms\n")
        self.assertGreaterEqual(checkout_seconds(), hold_ms / 1000)
        self.assertRegex(self.fault("list").stdout, "ON 3 +row-lock")
        self.assertEqual(self.fault("off").stdout, "row-lock is off\n")
        self.assertLess(min(checkout_seconds() for _ in range(5)), hold_ms / 1000)

    def test_a_dropped_index_comes_back(self):
        if not self.has_postgres:
            self.skipTest("PostgreSQL is NOT INSTALLED")
        count = "SELECT count(*) FROM pg_indexes WHERE indexname = 'orders_user_created'"
        self.assertEqual(self.fault("on", "missing-index").returncode, 0)
        self.assertEqual(self.sql(count), "0")
        self.assertEqual(self.fault("off", "missing-index").returncode, 0)
        self.assertEqual(self.sql(count), "1")

    def test_keeps_its_knobs_from_those_without_the_token(self):
        self.assertEqual(send("GET", self.urls["cart"] + "/admin/knobs").status, 401)
        self.assertEqual(send("PUT", self.urls["cart"] + "/admin/knobs", {"workers": 1}, {"Authorization": "Bearer x"}).status, 401)

    def test_gives_profiles_while_it_works(self):
        profile = send("GET", self.urls["catalog-1"] + "/debug/pprof/profile?seconds=1")
        self.assertEqual(profile.status, 200)
        self.assertGreater(len(profile.body), 100)
        self.assertEqual(profile.headers["Content-Type"], "application/octet-stream")

    def test_lives_on_when_an_instance_is_killed_and_has_it_back_soon(self):
        status = self.rig("status").stdout
        pid = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("catalog-1 "))
        os.kill(pid, signal.SIGKILL)
        failed = [i for i in range(30) if self.ask("GET", "/products", page=1 + i).status != 200]
        self.assertEqual(failed, [])

        def is_back():
            try:
                return send("GET", self.urls["catalog-1"] + "/ready").status == 200
            except urllib.error.URLError:
                return False
        self.assertTrue(eventually(is_back), "catalog-1 stayed down")


if __name__ == "__main__":
    unittest.main()
