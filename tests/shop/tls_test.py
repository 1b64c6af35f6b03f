#!/usr/bin/env python3
"""The shop behind TLS: a certificate of its own, which its customers, its services and its operator verify.

`python3 tests/shop/tls_test.py`.
"""
import http.client
import json
import unittest
import urllib.error

from running_shop import RunningShop, eventually, send
import watchers


class Tls(RunningShop):
    @classmethod
    def up_words(cls):
        return ["--tls", *(["--with", "prometheus"] if watchers.PROMETHEUS.exists() else [])]

    def ask(self, method, path, body=None, token=None):
        return send(method, self.urls["gateway"] + path, body, {"Authorization": f"Bearer {token}"} if token else {},
                    self.config["tls"]["certificate"])

    def test_sells_over_https_to_who_verifies_the_certificate(self):
        self.assertEqual({url.partition(":")[0] for url in self.urls.values()}, {"https"})
        token = self.ask("POST", "/login", {"email": "user7@shop.example"}).json()["token"]
        self.assertEqual(self.ask("POST", "/cart/items", {"product_id": 7, "quantity": 1}, token).status, 201)
        order = self.ask("POST", "/checkout", token=token)   # through cart, catalogue, orders and payment
        self.assertEqual(order.status, 201, order.body)

    def test_is_not_believed_without_its_certificate(self):
        with self.assertRaisesRegex(urllib.error.URLError, "CERTIFICATE_VERIFY_FAILED"):
            send("GET", self.urls["gateway"] + "/health")

    def test_refuses_plain_http(self):
        for name, url in self.urls.items():
            with self.subTest(name), self.assertRaises((OSError, http.client.HTTPException)):
                send("GET", url.replace("https:", "http:") + "/health")

    def test_keeps_its_key_to_itself(self):
        self.assertEqual((self.data / "tls" / "key.pem").stat().st_mode & 0o777, 0o600)

    def test_obeys_its_operator(self):
        done = self.rig("fault", "on", "worker-starvation")
        self.assertEqual(done.returncode, 0, done.stderr)
        knobs = send("GET", self.urls["cart"] + "/admin/knobs", headers={"Authorization": f"Bearer {self.config['admin']['token']}"},
                     certificate=self.config["tls"]["certificate"]).json()
        self.assertEqual(knobs["workers"], 1)
        self.assertEqual(self.rig("fault", "off").returncode, 0)

    @unittest.skipUnless(watchers.PROMETHEUS.exists(), "Prometheus is NOT INSTALLED")
    def test_is_scraped_over_https(self):
        port = json.loads((self.data / "rig.json").read_text())["ports"]["prometheus"]

        def up():
            found = send("GET", f"http://127.0.0.1:{port}/api/v1/query?query=up%7Bjob=%22shop%22%7D").json()["data"]["result"]
            return sorted(one["metric"]["instance"] for one in found if one["value"][1] == "1")
        self.assertTrue(eventually(lambda: up() == sorted(self.services)), f"scraped: {up()}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
