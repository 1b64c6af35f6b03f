"""Reads the expectations at the top of a behaviour script and judges what an engine did with it.

The language is described in tests/scripts/README.md.
"""
import difflib
import gzip
import json
import math
import operator
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

OPERATORS = {"==": math.isclose, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
COMPARISON = re.compile(r"^(?P<what>.+)\.(?P<field>p\([\d.]+\)|\w+) (?P<op>==|!=|<=|>=|<|>) (?P<value>\S+)$")
SETTINGS = {"description", "args", "env", "command", "file", "files", "signal", "only", "differs", "timeout", "stdin", "stdout to",
            "descriptors", "loud"}
JUDGED = {"exit", "metric", "threshold", "stdout contains", "stdout matches", "stdout lacks", "stderr contains", "stderr matches",
          "stderr lacks", "log", "no log", "points", "wrote", "golden", "checks"}


class BadScript(Exception):
    """The comments of a script do not say what they must."""


@dataclass
class Expectation:
    kind: str
    argument: str
    text: str

    def __str__(self):
        return f"{self.kind}{' ' + self.argument if self.argument else ''}: {self.text}"


@dataclass
class Case:
    path: Path
    settings: dict = field(default_factory=dict)      # single ones by name
    lists: dict = field(default_factory=dict)         # env, file, files, signal: all of them, as (argument, text)
    expectations: list = field(default_factory=list)

    def wants(self, *kinds):
        return [e for e in self.expectations if e.kind in kinds]


def split_directive(line):
    """(engine or None, kind, argument, text), or None for a line that is none."""
    match = re.match(r"^// ?(?:\[(k6|proofload)\] )?(.*)$", line)
    for kind in sorted(SETTINGS | JUDGED, key=len, reverse=True):
        found = re.match(rf"{kind}(?: ([^:]*?))?:(?: (.*))?$", match[2])
        if found:
            return match[1], kind, (found[1] or "").strip(), (found[2] or "").strip()
    return None


def read_case(path, engine):
    """The case in `path` as `engine` (k6 or proofload) is to be judged by it."""
    case = Case(path)
    one_sided = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.startswith("//"):
            break
        directive = split_directive(line)
        if directive is None:
            raise BadScript(f"{path}:{number}: not an expectation: {line}")
        only, kind, argument, text = directive
        one_sided = one_sided or only is not None
        if only not in (None, engine):
            continue
        if kind in JUDGED:
            case.expectations.append(Expectation(kind, argument, text))
        elif kind in ("env", "file", "files", "signal"):
            case.lists.setdefault(kind, []).append((argument, text))
        else:
            case.settings[kind] = text
    if "description" not in case.settings:
        raise BadScript(f"{path}:1: a script starts with // description: what it shows")
    if one_sided and "differs" not in case.settings:
        raise BadScript(f"{path}: an expectation of one engine needs // differs: why")
    if not case.expectations and "check(" not in path.read_text():
        raise BadScript(f"{path}: nothing is expected of it")
    return case


# What happened, as run_scripts.py hands it over.
@dataclass
class Outcome:
    exit_code: int
    stdout: str
    stderr: str
    folder: Path
    timed_out: bool
    seconds: float

    def summary(self):
        path = self.folder / "summary.json"
        return json.loads(path.read_text()) if path.exists() else None

    def points(self):
        path = self.folder / "points.ndjson"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in map(json.loads, lines) if line["type"] == "Point"]

    def log(self):
        return [fields for fields in map(parse_log_line, self.stderr.splitlines()) if "level" in fields]


def parse_log_line(line):
    fields = {}
    for name, quoted, plain in re.findall(r'([\w.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))', line):
        fields.setdefault(name, re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), quoted) if quoted else plain)
    return fields


def judge(case, outcome, golden_folder, update_golden):
    """What is wrong, as a list of texts; empty when all is as expected."""
    if outcome.timed_out:
        return [f"still running after {outcome.seconds:.0f} s"]
    problems = []
    for expectation in [*default_expectations(case, outcome), *case.expectations]:
        judge_one = JUDGES[expectation.kind]
        try:
            problem = judge_one(expectation, outcome)
        except Golden as golden:
            problem = golden.judge(golden_folder, update_golden)
        if problem:
            problems.append(f"{expectation}\n      {problem}")
    return problems


def default_expectations(case, outcome):
    """What holds unless a script says otherwise: exit code 0, every check passes, no error is logged."""
    defaults = []
    if not case.wants("exit"):
        defaults.append(Expectation("exit", "", "0"))
    about_checks = any(e.kind == "checks" or "checks" in e.text.split(".")[0] for e in case.expectations)
    # A script that calls check must have got there; one that was meant to fail earlier says `exit`.
    if not about_checks and not case.wants("exit") and re.search(r"\bcheck\(", case.path.read_text()):
        defaults.append(Expectation("metric", "", "checks.rate == 1"))
    if not any("error" in e.text for e in case.wants("log", "no log")) and not case.wants("exit"):
        defaults.append(Expectation("no log", "", "level=error"))
    return defaults


def compare(actual, op, wanted):
    return OPERATORS[op](actual, float(wanted))


def judge_exit(expectation, outcome):
    return None if outcome.exit_code == int(expectation.text) else f"was {outcome.exit_code}"


def judge_metric(expectation, outcome):
    summary = outcome.summary()
    if summary is None:
        return "no summary was exported"
    metrics = summary["metrics"]
    presence = re.match(r"^(\S+) (present|absent)$", expectation.text)
    if presence:
        return None if (presence[1] in metrics) == (presence[2] == "present") else f"metrics: {', '.join(sorted(metrics))}"
    match = COMPARISON.match(expectation.text)
    if not match:
        raise BadScript(f"cannot read `{expectation}`")
    metric = metrics.get(match["what"])
    if metric is None:
        return f"there is no such metric; there are {', '.join(sorted(metrics))}"
    name = "value" if match["field"] == "rate" and "passes" in metric else match["field"]
    if name not in metric:
        return f"has no {name}: {metric}"
    return None if compare(metric[name], match["op"], match["value"]) else f"was {metric[name]}"


def judge_threshold(expectation, outcome):
    """threshold: METRIC EXPRESSION passed|failed"""
    match = re.match(r"^(\S+?(?:\{.*\})?) (\S.*) (passed|failed)$", expectation.text)
    if not match:
        raise BadScript(f"cannot read `{expectation}`")
    metric = (outcome.summary() or {"metrics": {}})["metrics"].get(match[1], {})
    failed = metric.get("thresholds", {}).get(match[2])
    if failed is None:
        return f"not there: {metric}"
    return None if failed == (match[3] == "failed") else f"was {'failed' if failed else 'passed'}"


def text_judge(stream, how):
    def judge_text(expectation, outcome):
        return judge_content(how, expectation.text, getattr(outcome, stream))
    return judge_text


def judge_content(how, wanted, text):
    wanted = wanted.replace("\\n", "\n") if how != "matches" else wanted
    found = re.search(wanted, text, re.M) is not None if how == "matches" else wanted in text
    if found == (how != "lacks"):
        return None
    if how == "lacks":
        return "it is there"
    near = difflib.get_close_matches(wanted, text.splitlines(), 1, 0.4)
    return f"nearest line: {near[0]}" if near else "nothing like it there"


def matching_log(expectation, outcome):
    wanted = [re.match(r"([\w.]+)([=~])(.*)", word, re.S) for word in shlex.split(expectation.text)]
    if not wanted or None in wanted:
        raise BadScript(f"cannot read `{expectation}`")

    def matches(line):
        return all(w[1] in line and (line[w[1]] == w[3].replace("\\n", "\n") if w[2] == "=" else re.search(w[3], line[w[1]])) for w in wanted)
    return [line for line in outcome.log() if matches(line)]


def judge_log(expectation, outcome):
    """log: FIELD=TEXT FIELD~REGEX...; log N times: ..."""
    count = len(matching_log(expectation, outcome))
    times = re.match(r"(\d+) times?$", expectation.argument)
    if times:
        return None if count == int(times[1]) else f"{count} such lines"
    return None if count else "no such line"


def judge_no_log(expectation, outcome):
    found = matching_log(expectation, outcome)
    return f"there is: {found[0].get('msg')} {found[0].get('error', '')}" if found else None


def judge_points(expectation, outcome):
    """points: METRIC{tag=value,!tag,metadata.x=y}.FIELD OP VALUE with FIELD count, sum, min or max"""
    match = COMPARISON.match(expectation.text)
    name, _, filters = match["what"].partition("{") if match else ("", "", "")
    if not name:
        raise BadScript(f"cannot read `{expectation}`")
    values = [p["data"]["value"] for p in outcome.points()
              if p["metric"] == name and all(point_matches(p["data"], f) for f in filters.rstrip("}").split(",") if f)]
    fields = {"count": len, "sum": sum, "min": lambda v: min(v, default=0), "max": lambda v: max(v, default=0)}
    actual = fields[match["field"]](values)
    return None if compare(actual, match["op"], match["value"]) else f"was {actual}"


def point_matches(data, condition):
    tags = {**(data.get("tags") or {}), **{f"metadata.{k}": v for k, v in (data.get("metadata") or {}).items()}}
    if condition.startswith("!"):
        return condition[1:] not in tags
    name, _, value = condition.partition("=")
    return tags.get(name) == value


def judge_wrote(expectation, outcome):
    """wrote FILE contains|matches|lacks: TEXT, or wrote: FILE; a .gz is read unpacked"""
    name, _, how = (expectation.argument or expectation.text).partition(" ")
    path = outcome.folder / name
    if not path.exists():
        return f"there is no {name}; there are {', '.join(sorted(p.name for p in outcome.folder.iterdir()))}"
    text = (gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()).decode("utf-8", "replace")
    return judge_content(how, expectation.text, text) if how else None


class Golden(Exception):
    """Carries a text that is to be compared with a kept one."""

    def __init__(self, name, text):
        self.name, self.text = name, mask(text)

    def judge(self, folder, update):
        path = folder / f"{self.name}.txt"
        if update:
            folder.mkdir(exist_ok=True)
            path.write_text(self.text)
        kept = path.read_text() if path.exists() else ""
        if kept == self.text:
            return None
        diff = difflib.unified_diff(kept.splitlines(), self.text.splitlines(), str(path), "now", lineterm="")
        return "\n      ".join(["differs:", *diff])


def mask(text):
    """Puts `#` for what no two runs have in common: times, rates and byte counts (and the padding after them)."""
    text = re.sub(r"\d+(\.\d+)?(ns|µs|ms|s|m\d+s)\b", "#t", text)
    text = re.sub(r"\d+(\.\d+)? [kMG]?B\b", "#B", text)
    text = re.sub(r"\d+(\.\d+)?/s", "#/s", text)
    return "\n".join(re.sub(r"(?<=\S) {2,}", " ", line.rstrip()) for line in text.splitlines()) + "\n"


def judge_golden(expectation, outcome):
    """golden STREAM: NAME"""
    raise Golden(expectation.text, getattr(outcome, expectation.argument))


JUDGES = {
    "exit": judge_exit, "metric": judge_metric, "threshold": judge_threshold, "log": judge_log, "no log": judge_no_log,
    "points": judge_points, "wrote": judge_wrote, "golden": judge_golden,
    "checks": lambda expectation, outcome: None,   # `checks: any` only switches the default off
    **{f"{stream} {how}": text_judge(stream, how) for stream in ("stdout", "stderr") for how in ("contains", "matches", "lacks")},
}
