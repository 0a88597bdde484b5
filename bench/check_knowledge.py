#!/usr/bin/env python3
"""Holds `knowledge/*.pyi` against the packages themselves.

    python3 bench/check_knowledge.py FOLDER [STUB ...] [--knowledge DIR] [--python EXE ...] [--no-install]

FOLDER keeps a virtual environment between runs. Each stub says in its first line which distribution and version it
describes; that version is installed, imported in a process of its own, and compared:

- every name exists, every close method exists;
- what the stub calls `async def` is a coroutine function, and what it does not is none;
- parameters that the stub names exist, and so do those that its marks name;
- a default limit (`@timeout`) is the one in the signature, where the signature shows one;
- marks are in the vocabulary of `knowledge/README.md`, and a twin that a stub here describes exists.

A stub of CPython is compared with every `--python`; what one of them has is right. Prints a table and, below it, each
disagreement. Exit status 1 if there is one, 2 if a package could not be installed or imported.
"""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

# What a distribution needs to be importable or to show all that a stub describes.
ALSO = {
    "psycopg": ["psycopg[binary,pool]"],
    "elasticsearch": ["elasticsearch[async]"],
    "google-auth": ["google-auth[requests]"],
    "opensearch-py": ["opensearch-py[async]"],
    "asyncer": ["asyncer", "sniffio"],
    "asyncpg": ["asyncpg"],
    "celery": ["celery[redis]"],
    "SQLAlchemy": ["SQLAlchemy[asyncio]", "aiosqlite"],
}

PROBE = r'''
import importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")

spec = json.load(open(sys.argv[1]))
out = []
counts = {"names": 0, "async": 0, "params": 0, "limits": 0}

def say(where, what):
    out.append([where, what])

def unwrapped(f):
    f = getattr(f, "__func__", f)
    if isinstance(f, (staticmethod, classmethod)):
        f = f.__func__
    seen = set()
    while hasattr(f, "__wrapped__") and id(f) not in seen:
        seen.add(id(f))
        if is_coro(f):
            break
        f = f.__wrapped__
    while hasattr(f, "func") and type(f).__name__ == "partial":
        f = f.func
    return f

def is_coro(f):
    if inspect.iscoroutinefunction(f):
        return True
    if getattr(f, "_is_coroutine", None) or getattr(f, "_is_coroutine_mark", None):
        return True  # Cython's functions, and those marked by hand
    flags = f.__code__.co_flags if inspect.isfunction(f) else 0
    return bool(flags & (inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE))

def is_agen(f):
    return inspect.isasyncgenfunction(f)

def says_awaitable(f):
    note = getattr(f, "__annotations__", {}).get("return")
    text = note if isinstance(note, str) else (getattr(note, "__name__", "") + repr(note))
    return any(w in text for w in ("Awaitable", "Coroutine", "Future", "Task", "coroutine"))

def signature(f):
    try:
        return inspect.signature(f)
    except (TypeError, ValueError):
        return None

def compare(where, real, d, owner=None):
    """One function of a stub with the real one."""
    counts["names"] += 1
    if isinstance(real, (property,)) or type(real).__name__ in ("cached_property", "CachedProperty", "reify"):
        return
    if inspect.isclass(real):
        if d["async"]:
            say(where, "a class, the stub says async def")
        if real.__init__ is object.__init__ and real.__new__ is object.__new__:
            return
        check_params(where, signature(real), d)
        return
    f = unwrapped(real)
    python = inspect.isfunction(f) or inspect.ismethod(f) or hasattr(f, "__code__")
    counts["async"] += 1
    coro = is_coro(f) or is_coro(real)
    if d["async"] and is_agen(f):
        say(where, "an async generator, the stub says async def (should be def -> AsyncIterator)")
    elif d["async"] and not coro and python and not says_awaitable(f):
        say(where, "not a coroutine function, the stub says async def")
    elif not d["async"] and coro and not d["awaitable"]:
        say(where, "a coroutine function, the stub says def")
    elif is_agen(f) and not d["aiter"] and not d["async"] and not d["awaitable"] and d["returns"]:
        say(where, "an async generator, the stub gives another return type")
    sig = signature(real)
    if sig is None or (str(sig) == "(*args, **kwargs)"):
        sig2 = signature(f)
        sig = sig2 or sig
    check_params(where, sig, d)

def check_params(where, sig, d):
    if sig is None:
        return
    params = sig.parameters
    loose = any(p.kind is p.VAR_KEYWORD for p in params.values())
    counts["params"] += 1
    for name in d["params"]:
        if name not in params and not loose:
            say(where, "no parameter %r (has: %s)" % (name, ", ".join(params)[:120]))
    for name in d["marked"]:
        if name not in params and not loose:
            say(where, "a mark names the parameter %r, which is not there" % name)
    for name, want in d["limits"].items():
        limit(where, params.get(name), want)

def limit(where, p, want):
    if p is None or p.default is p.empty:
        return
    got = p.default
    if isinstance(got, bool) or not (got is None or isinstance(got, (int, float, tuple))):
        numbers = set()
        for attr in ("read", "timeout", "total", "read_timeout", "_read"):
            v = getattr(got, attr, None)
            if isinstance(v, (int, float)) and not isinstance(v, bool):
                numbers.add(float(v))
        if not numbers or want is None:
            return
        counts["limits"] += 1
        if float(want) not in numbers:
            say(where, "limit of %s s in the stub, %s in the package" % (want, got))
        return
    counts["limits"] += 1
    if isinstance(got, tuple):
        got = max([g for g in got if g is not None], default=None)
    if got != want and not (got is not None and want is not None and float(got) == float(want)):
        # A default of None often means "the client's own": only a number against a number is a disagreement.
        if got is not None:
            say(where, "limit of %s s in the stub, %s in the package" % (want, got))

def static(cls, name):
    try:
        return inspect.getattr_static(cls, name)
    except AttributeError:
        return None

def elsewhere(item):
    """The stub says that this Python or this system does not have it."""
    since, only = item.get("since"), item.get("only")
    return bool(since and sys.version_info[:2] < tuple(since)) or bool(only and sys.platform != only)

def made_by_init(cls, name):
    """An attribute that instances get: assigned in the class's source, or answered by __getattr__."""
    for c in cls.__mro__:
        if "__getattr__" in vars(c):
            return True
        try:
            if c is not object and ("self.%s = " % name) in inspect.getsource(c):
                return True
        except (OSError, TypeError):
            pass
    return False

for module in spec["modules"]:
    if not module["items"]:
        continue
    try:
        real = importlib.import_module(module["name"])
    except BaseException as e:
        say(module["name"], "cannot be imported: %s: %s" % (type(e).__name__, e))
        continue
    for item in module["items"]:
        where = module["name"] + "." + item["name"]
        if elsewhere(item):
            continue
        try:
            obj = getattr(real, item["name"])
        except AttributeError:
            say(where, "not there")
            counts["names"] += 1
            continue
        except BaseException as e:
            say(where, "%s: %s" % (type(e).__name__, e))
            continue
        if item["kind"] == "name":
            counts["names"] += 1
            continue
        if item["kind"] == "function":
            compare(where, obj, item)
            continue
        counts["names"] += 1
        if not inspect.isclass(obj):
            if not callable(obj) and not hasattr(obj, "__origin__"):
                say(where, "not a class")
                continue
            if inspect.isfunction(obj) or inspect.isbuiltin(obj):
                # A factory function that the stub writes as a class: its methods cannot be seen from here.
                continue
            obj = getattr(obj, "__origin__", None) or (obj if hasattr(obj, "__mro_entries__") else type(obj))
        for close in item["close"]:
            if static(obj, close) is None and not hasattr(obj, close):
                say(where, "no close method %r" % close)
        dynamic = any(m["name"] == "__getattr__" for m in item["methods"])
        if (item["limits"] or item["marked"]) and not dynamic:
            sig = signature(obj)
            if sig is not None:
                loose = any(p.kind is p.VAR_KEYWORD for p in sig.parameters.values())
                methods = [signature(getattr(obj, m["name"], None)) for m in item["methods"]]
                for name in item["marked"]:
                    if name not in sig.parameters and not loose and not any(x and (name in x.parameters or "kwargs" in x.parameters) for x in methods):
                        say(where, "a mark names the constructor's parameter %r, which is not there" % name)
                for name, want in item["limits"].items():
                    limit(where, sig.parameters.get(name), want)
        for m in item["methods"]:
            if m["name"] == "__getattr__" or elsewhere(m):
                continue
            got = static(obj, m["name"])
            if got is None and not hasattr(obj, m["name"]):
                if m["name"] == "__init__" or made_by_init(obj, m["name"]):
                    continue
                say(where + "." + m["name"], "not there")
                counts["names"] += 1
                continue
            if m["name"] == "__init__":
                counts["names"] += 1
                if obj.__init__ is object.__init__ and obj.__new__ is object.__new__:
                    continue
                check_params(where, signature(obj), m)
                continue
            bound = getattr(obj, m["name"], got)
            if isinstance(got, (property,)) or not callable(bound):
                counts["names"] += 1
                continue
            compare(where + "." + m["name"], bound, m)

json.dump({"found": out, "counts": counts}, open(sys.argv[2], "w"))
'''


def mark_name(d):
    f = d.func if isinstance(d, ast.Call) else d
    return f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else ""


def literal(node):
    try:
        return ast.literal_eval(node)
    except (ValueError, SyntaxError):
        return None


def marks_of(node):
    """What the marks on a definition say of parameters, limits, closes and twins."""
    marked, limits, close, twins, names = [], {}, [], [], []
    for d in node.decorator_list:
        name = mark_name(d)
        names.append(name)
        if not isinstance(d, ast.Call):
            continue
        keys = {k.arg: literal(k.value) for k in d.keywords}
        if name in ("timeout", "retries", "sleeps", "limits_time", "semaphore", "queue", "shields") and keys.get("param"):
            params = str(keys["param"]).split()
            marked += params
            if name == "timeout" and d.args and len(params) == 1 and not keys.get("until"):
                value = literal(d.args[0])
                limits[params[0]] = value * 1000 if value and keys.get("unit") == "ms" else value
        if name == "ai" and keys.get("many"):
            marked.append(keys["many"])
        if name == "blocks":
            marked += [u.split("=")[0] for u in str(keys.get("unless") or "").split()]
            if keys.get("through") and keys["through"] != "self":
                marked.append(keys["through"])
            if keys.get("twin"):
                twins.append(keys["twin"])
        if name in ("resource", "async_resource", "kept_resource"):
            close += str(keys.get("close") or "").split()
    return marked, limits, close, twins, names


def function(node):
    marked, limits, _, twins, names = marks_of(node)
    a = node.args
    params = [p.arg for p in a.args + a.kwonlyargs]
    if params and params[0] in ("self", "cls"):
        params = params[1:]
    own = {p.arg for p in a.posonlyargs}
    returns = ast.unparse(node.returns) if node.returns else ""
    head = returns.split("[")[0].split(".")[-1]
    return {
        "kind": "function",
        "name": node.name,
        "async": isinstance(node, ast.AsyncFunctionDef),
        "awaitable": head in ("Awaitable", "Coroutine", "Future", "Task") or "Awaitable" in returns,
        "aiter": head.startswith("Async") or "Async" in returns,
        "returns": returns,
        "params": params,
        "marked": [m for m in marked if m not in own],
        "limits": {k: v for k, v in limits.items() if k not in own},
        "twins": twins,
        "marks": names,
        "line": node.lineno,
    }


def read_stub(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    first = (ast.get_docstring(tree) or "").split("\n")[0]
    m = re.match(r"(\S+) (\S+) — (\S+)$", first)
    if not m:
        raise SystemExit(f"{path}: the docstring's first line is not '<distribution> <version> — <page>'")
    starts = [(0, path.name[: -len(".pyi")])]
    for i, line in enumerate(text.split("\n"), 1):
        h = re.match(r"# --- module (\S+) ---$", line)
        if h:
            starts.append((i, h.group(1)))
    modules = [{"name": name, "line": line, "items": [], "binds": set()} for line, name in starts]

    def module_at(line):
        return [m for m in modules if m["line"] <= line][-1]

    lines = text.split("\n")

    def conditions(node):
        """`# since 3.14` and `# only win32` after a definition."""
        line = lines[node.lineno - 1]
        since, only = re.search(r"# since (\d+)\.(\d+)", line), re.search(r"# only (\w+)", line)
        return {"since": since and [int(since[1]), int(since[2])], "only": only and only[1]}

    problems, twins, marks = [], [], []
    for node in tree.body:
        module = module_at(node.lineno)
        where = f"{path.name}:{node.lineno}"
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            f = function(node) | conditions(node)
            twins += [(where, t) for t in f["twins"]]
            marks += [(where, n) for n in f["marks"]]
            module["items"].append(f)
            module["binds"].add(node.name)
        elif isinstance(node, ast.ClassDef):
            module["binds"].add(node.name)
            marked, limits, close, _, names = marks_of(node)
            marks += [(where, n) for n in names]
            item = {"kind": "class", "name": node.name, "methods": [], "close": close, "marked": marked, "limits": limits,
                    "bases": [ast.unparse(b) for b in node.bases], "attrs": set()} | conditions(node)
            for sub in node.body:
                if isinstance(sub, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    f = function(sub) | conditions(sub)
                    twins += [(f"{path.name}:{sub.lineno}", t) for t in f["twins"]]
                    marks += [(f"{path.name}:{sub.lineno}", n) for n in f["marks"]]
                    item["methods"].append(f)
                    item["attrs"].add(sub.name)
                elif isinstance(sub, ast.AnnAssign) and isinstance(sub.target, ast.Name):
                    item["attrs"].add(sub.target.id)
                elif isinstance(sub, ast.Assign):
                    item["attrs"].update(t.id for t in sub.targets if isinstance(t, ast.Name))
            if "alias" in names:
                item["alias"] = True
            module["items"].append(item)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for t in targets:
                if isinstance(t, ast.Name):
                    module["binds"].add(t.id)
                    module["items"].append({"kind": "name", "name": t.id})
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for a in node.names:
                module["binds"].add(a.asname or a.name.split(".")[0])
                if isinstance(node, ast.ImportFrom):
                    module.setdefault("imports", {})[a.asname or a.name] = (node.module, a.name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            pass
        else:
            problems.append((where, f"unexpected {type(node).__name__}"))
    awaited = {i["name"] for m in modules for i in m["items"] if "__await__" in i.get("attrs", ())}
    named = set()
    for module in modules:
        for item in module["items"]:
            for f in [item] if item["kind"] == "function" else item.get("methods", []):
                named.update(f["params"])
                if f["returns"].split("[")[0].split(".")[-1] in awaited:
                    f["awaitable"] = True
    for module in modules:
        for item in module["items"]:
            if item["kind"] == "class":
                # A class's limit may also be set by the function that makes it.
                item["marked"] = [m for m in item["marked"] if m not in named]
    return {"path": path, "dist": m.group(1), "version": m.group(2), "modules": modules, "problems": problems,
            "twins": twins, "marks": marks}


def vocabulary(readme):
    text = readme.read_text(encoding="utf-8")
    return set(re.findall(r"`@(\w+)", text)) | {"property", "staticmethod", "classmethod", "overload", "abstractmethod"}


def resolve(dotted, modules, depth=0):
    """Whether the stubs have this dotted name: True, False, or None when no stub covers it."""
    if depth > 8:
        return None
    parts = dotted.split(".")
    if not any(name.split(".")[0] == parts[0] for name in modules):
        return None
    for cut in range(len(parts) - 1, 0, -1):
        module = modules.get(".".join(parts[:cut]))
        if not module:
            continue
        rest = parts[cut:]
        if rest[0] not in module["binds"]:
            continue
        if len(rest) == 1:
            return True
        target = module.get("imports", {}).get(rest[0])
        if target:
            return resolve(f"{target[0]}.{target[1]}." + ".".join(rest[1:]), modules, depth + 1)
        cls = next((i for i in module["items"] if i["name"] == rest[0] and i["kind"] == "class"), None)
        if cls is None:
            return None
        if rest[1] in cls["attrs"] or "__getattr__" in cls["attrs"]:
            return True
        for base in cls["bases"]:
            base = base.split("[")[0]
            for candidate in (f"{'.'.join(parts[:cut])}.{base}.{rest[1]}", f"{base}.{rest[1]}"):
                if resolve(candidate, modules, depth + 1):
                    return True
        return False
    return False


def run(cmd, **kw):
    return subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw)


def installed(python):
    r = run([python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"])
    start = r.stdout.find("[")
    return {re.sub(r"[-_.]+", "-", p["name"]).lower(): p["version"] for p in json.loads(r.stdout[start:].split("\n")[0])}


def probe(python, stub):
    spec = {"modules": []}
    for m in stub["modules"]:
        items = [i for i in m["items"] if not i.get("alias")]
        spec["modules"].append({"name": m["name"], "items": items})
    with tempfile.TemporaryDirectory() as tmp:
        with open(os.path.join(tmp, "spec.json"), "w") as f:
            json.dump(spec, f, default=list)
        with open(os.path.join(tmp, "probe.py"), "w") as f:
            f.write(PROBE)
        result = os.path.join(tmp, "result.json")
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DJANGO"))}
        try:
            r = run([python, "-B", os.path.join(tmp, "probe.py"), os.path.join(tmp, "spec.json"), result], timeout=180, env=env, cwd=tmp)
        except subprocess.TimeoutExpired:
            return None, "took more than 180 s"
        if not os.path.exists(result):
            return None, r.stdout[-600:]
        return json.load(open(result)), None


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("folder", type=Path)
    ap.add_argument("stubs", nargs="*", help="names of stubs (without .pyi); all by default")
    ap.add_argument("--knowledge", type=Path, default=Path(__file__).resolve().parent.parent / "knowledge")
    ap.add_argument("--python", action="append", default=[], help="an interpreter to hold the stubs of CPython against; the first makes the environment")
    ap.add_argument("--no-install", action="store_true", help="use what the environment has; a version that differs is a disagreement")
    args = ap.parse_intermixed_args()
    pythons = args.python or [sys.executable]

    everything = [read_stub(p) for p in sorted(args.knowledge.glob("*.pyi"))]
    stubs = [s for s in everything if not args.stubs or s["path"].name[: -len(".pyi")] in args.stubs]
    words = vocabulary(args.knowledge / "README.md")
    modules = {m["name"]: m for s in everything for m in s["modules"]}

    venv_dir = args.folder / "venv"
    python = str(venv_dir / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    packages = [s for s in stubs if s["dist"] != "CPython"]
    if packages and not os.path.exists(python):
        subprocess.run([pythons[0], "-m", "venv", str(venv_dir)], check=True)

    def wanted(s):
        key = re.sub(r"[-_.]+", "-", s["dist"]).lower()
        return key, [f"{s['dist']}=={s['version']}"] + ALSO.get(s["dist"], [])

    def install(specs):
        return run([python, "-m", "pip", "install", "-q", "--prefer-binary", "--disable-pip-version-check", *specs])

    have = installed(python) if packages else {}
    missing = [s for s in packages if have.get(wanted(s)[0]) != s["version"]]
    if missing and not args.no_install:
        install(sorted({x for s in missing for x in wanted(s)[1]}))  # all at once; what conflicts comes one by one below
        have = installed(python)

    rows, found, broken = [], [], False
    for s in stubs:
        name = s["path"].name
        bad = [(w, what) for w, what in s["problems"]]
        bad += [(w, f"@{n} is not in the vocabulary") for w, n in s["marks"] if n not in words]
        bad += [(w, f"the twin {t} is not in the stubs") for w, t in s["twins"] if resolve(t, modules) is False]
        counts = {"names": 0, "async": 0, "params": 0, "limits": 0}
        note = ""
        if s["dist"] == "CPython":
            results = []
            for p in pythons:
                r, error = probe(p, s)
                if error:
                    bad.append((name, error))
                else:
                    results.append(r)
            if results:
                common = set.intersection(*[{tuple(x) for x in r["found"]} for r in results])
                places = set.intersection(*[{x[0] for x in r["found"]} for r in results])
                # A thing is right if one version has it: what fails everywhere, whatever the words, is wrong.
                bad += sorted(common | {tuple(x) for x in results[0]["found"] if x[0] in places})
                counts = results[0]["counts"]
        else:
            key, specs = wanted(s)
            if have.get(key) != s["version"] and not args.no_install:
                r = install(specs)
                have = installed(python)
                if have.get(key) != s["version"]:
                    note = "not installed"
                    broken = True
                    bad.append((name, "could not be installed: " + r.stdout.strip()[-300:]))
            elif have.get(key) != s["version"]:
                bad.append((name, f"version {have.get(key)} is installed, the stub describes {s['version']}"))
            if have.get(key):
                r, error = probe(python, s)
                if error:
                    broken = True
                    bad.append((name, "could not be compared: " + error))
                else:
                    bad += [tuple(x) for x in r["found"]]
                    counts = r["counts"]
        rows.append((name, s["dist"], s["version"], counts["names"], counts["async"], counts["params"], counts["limits"], len(bad), note))
        found += [(name, *b) for b in bad]

    head = ("stub", "distribution", "version", "names", "async/sync", "signatures", "limits", "disagree", "")
    width = [max(len(str(r[i])) for r in [head, *rows]) for i in range(len(head))]
    for r in [head, *rows]:
        print("  ".join(str(c).rjust(w) if isinstance(c, int) else str(c).ljust(w) for c, w in zip(r, width)).rstrip())
    print(f"\n{len(rows)} stubs, {sum(r[3] for r in rows)} names, {len(found)} disagreements")
    for name, where, what in found:
        print(f"{name}: {where}: {what}")
    return 2 if broken else 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
