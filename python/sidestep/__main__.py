"""The `sidestep` command: `run` is the package's own, everything else is the native command."""

import sys

from sidestep import _native


def main():
    """Runs the command with the arguments of the process, and says its exit status."""
    arguments = ["sidestep", *sys.argv[1:]]
    if sys.argv[1:2] == ["run"]:
        from sidestep import _run

        return _run.main(arguments)
    return _native.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
