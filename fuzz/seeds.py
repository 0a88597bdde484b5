"""Writes what the fuzz targets start from into FOLDER/<target>/: the guide's programs and pages, and small things of each kind.

    python3 seeds.py FOLDER
"""

import json
import re
import sys
from pathlib import Path

GUIDE = Path(__file__).resolve().parent.parent / "docs/pitfalls"
CONFIGURATION = """\
select = ["SS1", "SS201"]
ignore = ["blocking-input"]
preset = "strict"
exclude = ["build/**"]
target-version = "3.11"
src = ["lib"]
include-markdown = true

[per-file-ignores]
"tests/**" = ["SS2"]
"""


def seeds():
    for page in sorted(GUIDE.glob("p*.md")):
        text = page.read_text()
        for number, section in enumerate(re.split(r"(?m)^(?=## )", text)):
            yield "markdown", f"{page.stem}-{number}", section
        programs = re.findall(r"(?ms)^```python[^\n]*\n(.*?)^```$", text)
        for number, program in enumerate(programs):
            yield "check", f"{page.stem}-{number}", program
            yield "fix", f"{page.stem}-{number}", program
            if number % 5 == 0:
                cells = [{"cell_type": "code", "source": part} for part in re.split(r"\n\n\n", program)]
                yield "notebook", f"{page.stem}-{number}", json.dumps({"cells": cells, "nbformat": 4})
    yield "configuration", "all", CONFIGURATION
    yield "configuration", "pyproject", '[project]\nrequires-python = ">=3.10"\n\n[tool.sidestep]\npreset = "recommended"\n'


def main():
    folder = Path(sys.argv[1])
    for target, name, text in seeds():
        (folder / target).mkdir(parents=True, exist_ok=True)
        (folder / target / name).write_text(text)


if __name__ == "__main__":
    main()
