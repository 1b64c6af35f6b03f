"""Facts of environments: taken from those who know, compared, and asked for by the preflight."""
import json
import unittest

from database import Database
from workspace import PLAN, WorkspaceCase

CLUSTER = {"kind": "List", "items": [
    {"kind": "Deployment", "metadata": {"name": "orders", "namespace": "shop"},
     "spec": {"replicas": 2, "template": {"spec": {"containers": [
         {"name": "app", "image": "orders:1.4", "resources": {"limits": {"cpu": "500m"}}}]}}}},
    {"kind": "Node", "metadata": {"name": "n1", "labels": {"node.kubernetes.io/instance-type": "m5.large"}}}]}


class Snapshots(WorkspaceCase):
    def snapshot(self, name, replicas, *words):
        CLUSTER["items"][0]["spec"]["replicas"] = replicas
        (self.folder / "cluster.json").write_text(json.dumps(CLUSTER))
        self.proofload("env", "snapshot", "--name", name, "--kubernetes", "cluster.json", "--namespace", "shop",
                       "--output", f"{name}.json", *words)
        return json.loads((self.folder / f"{name}.json").read_text())

    def test_facts_of_all_sources_are_in_one_file(self):
        self.service.pages["/flags"] = {"new_cart": True}
        taken = self.snapshot("staging", 2, "--flags", f"http://{self.service.address}/flags",
                              "--base-url", f"http://{self.service.address}", "--fact", "cdn=off")
        facts = taken["facts"]
        self.assertEqual(taken["name"], "staging")
        self.assertEqual(facts["replicas"], {"orders": "2"})
        self.assertEqual(facts["cpu_limit"], {"orders": "500m"})
        self.assertEqual(facts["instance_type"], {"": "m5.large"})
        self.assertEqual(facts["flags"], {"new_cart": "true"})
        self.assertEqual(facts["cdn"], {"": "off"})
        self.assertTrue(facts["client_rtt"][""].endswith("ms"))

    def test_a_source_that_does_not_answer_leaves_no_file(self):
        output = self.proofload("env", "snapshot", "--flags", "http://127.0.0.1:1/flags", "--output", "x.json", expected=255)
        self.assertIn("nothing answers there", output)
        self.assertFalse((self.folder / "x.json").exists())

    def test_a_secret_that_is_not_set_is_named(self):
        output = self.proofload("env", "snapshot", "--postgres", "${NO_SUCH_DSN}", expected=255)
        self.assertIn("NO_SUCH_DSN", output)

    def test_equal_environments_are_told_so(self):
        self.snapshot("staging", 3)
        self.snapshot("production", 3)
        output = self.proofload("env", "diff", "staging.json", "production.json")
        self.assertIn("0 required differ, 0 others", output)

    def test_a_required_difference_is_named_and_fails(self):
        self.snapshot("staging", 2)
        self.snapshot("production", 3, "--fact", "cdn=off")
        output = self.proofload("env", "diff", "staging.json", "production.json", expected=122)
        self.assertRegex(output, r"required +replicas +orders +2 +3 +the same")
        self.assertRegex(output, r"required +cdn +\(not known\) +1 known")
        output = self.proofload("env", "diff", "staging.json", "production.json", "--require", "cpu_limit,instance_type")
        self.assertRegex(output, r"note +replicas +orders +2 +3")

    def test_another_file_is_refused(self):
        output = self.proofload("env", "diff", "plan.yaml", "plan.yaml", expected=255)
        self.assertIn("is no snapshot", output)

    def test_the_preflight_holds_the_plan_against_production(self):
        self.snapshot("production", 3, "--fact", "cdn=off")
        self.snapshot("staging", 2)
        parity = "  parity: {with: production.json, kubernetes: cluster.json, namespace: shop, facts: {cdn: off}}\nslos:"
        self.write_plan(PLAN.replace("slos:", parity, 1))
        output = self.proofload("preflight", "plan.yaml", expected=122)
        self.assertRegex(output, r"fail +environment-parity .*replicas orders: 2 here, 3 there")
        self.snapshot("staging", 3)
        output = self.proofload("preflight", "plan.yaml")
        self.assertRegex(output, r"pass +environment-parity")

    def test_a_round_trip_outside_of_its_range_fails_the_preflight(self):
        self.snapshot("production", 3)
        parity = "  parity: {with: production.json, require: [replicas], kubernetes: cluster.json, client_rtt: 5-40ms}\nslos:"
        self.write_plan(PLAN.replace("slos:", parity, 1))
        output = self.proofload("preflight", "plan.yaml", expected=122)
        self.assertRegex(output, r"environment-parity .*client_rtt: 0\.\d+ms here, 5ms to 40ms wanted")


class RealDatabase(WorkspaceCase):
    def test_a_databases_version_settings_size_and_rows_are_facts(self):
        database = Database()
        self.addCleanup(database.stop)
        database.sql("create table orders as select generate_series(1, 5000) as id")
        database.sql("analyze orders")
        output = self.proofload("env", "snapshot", "--postgres", database.dsn)
        facts = json.loads(output)["facts"]
        self.assertEqual(facts["db_rows"], {"public.orders": "5000"})
        self.assertEqual(facts["db_settings"]["work_mem"], "7MB")
        self.assertGreater(int(facts["db_size"][""]), 1_000_000)
        self.assertRegex(facts["db_version"][""], r"^\d+\.")


if __name__ == "__main__":
    unittest.main()
