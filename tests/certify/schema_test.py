"""api/plan.schema.json, the plan's reference and the examples say the same."""
import json
import unittest
from pathlib import Path

try:
    import jsonschema
    import yaml
except ImportError as error:
    raise unittest.SkipTest(f"{error.name} is missing: the plan's schema is NOT checked (apt install python3-yaml python3-jsonschema)")

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "api" / "plan.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def keys_of(schema):
    """Every key that some mapping of the schema may have."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})) | keys_of(list(schema.values()))


def mappings(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from mappings(each)


class PlanSchema(unittest.TestCase):
    def setUp(self):
        self.plan = yaml.safe_load((ROOT / "examples" / "shop" / "plan.yaml").read_text())

    def complaints(self):
        return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(self.plan)]

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_the_examples_follow_it(self):
        for path in (ROOT / "examples").rglob("*.yaml"):
            self.plan = yaml.safe_load(path.read_text())
            self.assertEqual(self.complaints(), [], path)

    def test_a_misspelt_key_is_refused_wherever_keys_are_fixed(self):
        for at in (["service"], ["slos", 0], ["load"], ["load", "profiles", "steady"], ["load", "profiles", "spike"],
                   ["observe"], ["safety"], ["safety", "halt_owner"], ["signoff"], ["waivers", "generator-host"], []):
            place = self.plan
            for step in at:
                place = place[step]
            place["misspelt"] = "1"
            self.assertNotEqual(self.complaints(), [], at)
            del place["misspelt"]

    def test_a_bare_number_is_no_duration_and_no_rate(self):
        steady = self.plan["load"]["profiles"]["steady"]
        for key in ("journeys", "hold"):
            kept, steady[key] = steady[key], 60
            self.assertNotEqual(self.complaints(), [], key)
            steady[key] = kept

    def test_every_mapping_with_fixed_keys_is_closed(self):
        for mapping in mappings(SCHEMA):
            if isinstance(mapping.get("properties"), dict) and mapping.get("type") == "object":
                self.assertIs(mapping.get("additionalProperties"), False, list(mapping["properties"]))

    def test_every_key_is_in_the_reference(self):
        reference = (ROOT / "docs" / "plan-reference.md").read_text()
        words = set("".join(c if c.isalnum() or c == "_" else " " for c in reference).split())
        self.assertEqual(keys_of(SCHEMA) - words, set())


if __name__ == "__main__":
    unittest.main()
