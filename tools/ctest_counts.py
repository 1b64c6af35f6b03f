#!/usr/bin/env python3
"""Turns a ctest log into one plain closing line: `N passed, N failed, N skipped`. Usage: tools/ctest_counts.py LOG"""
import re
import sys

text = open(sys.argv[1], encoding="utf-8", errors="replace").read()
results = re.findall(r"^ *\d+/\d+ Test +#\d+: \S+ \.*(?: +|\S.*?)(Passed|\*\*\*(?:Skipped|Not Run \(Disabled\)|\S+))", text, re.M)
passed = results.count("Passed")
skipped = sum(result in ("***Skipped", "***Not Run (Disabled)") for result in results)
print(f"{passed} passed, {len(results) - passed - skipped} failed, {skipped} skipped")
