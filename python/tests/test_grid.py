"""The grid: every program of `programs.txt`, each finding on its line and no other."""

import json
import re
import sys
from pathlib import Path

import pytest

import sidestep

TEXT = (Path(__file__).parent / "programs.txt").read_text()


def programs():
    for part in re.split(r"^=== ", TEXT, flags=re.M)[1:]:
        head, source = part.split("\n", 1)
        name, version, options = re.fullmatch(r"(.*?)(?: >= 3\.(\d+))?(?: (\{.*\}))?", head).groups()
        least = (3, int(version)) if version else (3, 9)
        marks = [pytest.mark.skipif(sys.version_info < least, reason=f"needs {least}")]
        yield pytest.param(source, json.loads(options or "{}"), id=name, marks=marks)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source, options", programs())
def test_program(source, options, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(source)
    wanted = [
        (code, line)
        for line, text in enumerate(source.splitlines(), 1)
        for code in re.findall(r"SS\d+", text.partition("  # ")[2] if "ignore[" not in text else "")
    ]
    with sidestep.watch(isolated=True, **options) as seen:
        space = {"__name__": "__main__"}
        exec(compile(source, str(path), "exec"), space)
        space.clear() if "still held" not in source else None
        report = None
    report = seen.report("concise")
    found = [(finding["code"], finding["start"]["line"]) for finding in seen.findings]
    assert found == wanted, report


def test_there_are_enough():
    assert len(list(programs())) >= 60
