#!/usr/bin/env python3
"""Usage: run_unittests.py FOLDER [--slow] [FILTER...]. Runs the folder's *_test.py whose names contain one of the filters; with
--slow also what takes minutes. The last line is `N passed, N failed, N skipped`."""
import os
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


def cases(suite):
    for test in suite:
        yield from cases(test) if isinstance(test, unittest.TestSuite) else [test]


def main():
    folder = HERE / sys.argv[1]
    sys.path.insert(0, str(folder))
    filters = [word for word in sys.argv[2:] if word != "--slow"]
    if "--slow" in sys.argv:
        os.environ["PROOFLOAD_SLOW"] = "1"
    suite = unittest.defaultTestLoader.discover(str(folder), "*_test.py")
    chosen = [test for test in cases(suite) if not filters or any(word in f"{folder.name}.{test.id()}" for word in filters)]
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(unittest.TestSuite(chosen))
    failed, skipped = len(result.failures) + len(result.errors), len(result.skipped)
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
