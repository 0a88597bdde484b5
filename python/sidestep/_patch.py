"""Changes to other modules, each undone in the end; and what is to be done once a module is imported."""

import functools
import importlib.abc
import importlib.util
import sys

_MISSING = object()


class Patches:
    """Replaced attributes, and how to put back what was there."""

    def __init__(self):
        self._done = []
        self._finder = None

    def set(self, owner, name, value):
        """Replaces an attribute."""
        before = vars(owner).get(name, _MISSING)
        setattr(owner, name, value)
        self._done.append((owner, name, before, value))

    def wrap(self, owner, name, make):
        """Replaces a function by what `make` makes of it; leaves alone what is not there or cannot be replaced."""
        real = getattr(owner, name, None)
        if real is None:
            return
        wrapper = make(real)
        try:
            functools.update_wrapper(wrapper, real)
            self.set(owner, name, wrapper)
        except (AttributeError, TypeError):
            pass  # A class of C: nothing of it can be replaced.

    def undo(self):
        """Puts everything back, but for what somebody else has replaced since."""
        for owner, name, before, value in reversed(self._done):
            if vars(owner).get(name, _MISSING) is not value:
                continue
            if before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
        self._done.clear()
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)

    def when_imported(self, module, do):
        """Calls `do` with a module, now or once it is imported."""
        if module in sys.modules:
            do(sys.modules[module])
            return
        if self._finder is None:
            self._finder = _Finder()
            sys.meta_path.insert(0, self._finder)
        self._finder.wanted.setdefault(module, []).append(do)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds nothing itself: makes the loaders of some modules tell when they are done."""

    def __init__(self):
        self.wanted = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.wanted:
            return None
        wanted = self.wanted.pop(name)  # What is found next must not be us.
        found = importlib.util.find_spec(name)
        loader = found and found.loader
        if loader is None or not hasattr(loader, "exec_module"):
            return found
        real = loader.exec_module

        def exec_module(module):
            real(module)
            for do in wanted:
                try:
                    do(module)
                except Exception:
                    pass  # A version that we do not know: it is not watched.

        loader.exec_module = exec_module
        return found
