"""Sidestep watches asyncio programs while they run and reports the pitfalls of `sidestep check`, as they happen.

    with sidestep.watch() as seen:
        asyncio.run(main())
    for finding in seen.findings:
        print(finding["code"], finding["path"], finding["start"]["line"], finding["message"])
"""

from sidestep import _native
from sidestep._watch import Watched, watch

__all__ = ["Watched", "__version__", "watch"]
__version__ = _native.VERSION
