"""What stands around a line: handlers that catch cancellation, blocks that clean up. Read when something was seen there."""

import ast
import functools
import linecache


@functools.lru_cache(maxsize=64)
def _tree(path, _stamp):
    try:
        return ast.parse("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError):
        return None


def _around(path, line, first):
    """The nodes around a line inside the function that begins at a line, outermost first."""
    tree = _tree(path, len(linecache.getlines(path)))
    if tree is None:
        return []
    found, inside = [], [tree]
    while inside:
        node = inside.pop()
        for child in ast.iter_child_nodes(node):
            start, end = getattr(child, "lineno", None), getattr(child, "end_lineno", None)
            if start is None:
                inside.append(child)
                continue
            decorators = getattr(child, "decorator_list", None)
            start = min([start] + [each.lineno for each in decorators or ()])
            if start <= line <= end:
                if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and start == first:
                    found = []
                found.append(child)
                inside = [child]
                break
    return found


def _names(node):
    if node is None:
        return ["BaseException"]
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    return [each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in nodes]


def _in(block, line):
    return bool(block) and block[0].lineno <= line <= block[-1].end_lineno


CANCELLATION = {"CancelledError", "BaseException"}


def catches_cancellation(path, line, first):
    """The line of the innermost handler that catches a cancellation raised at a line, if there is one."""
    for node in reversed(_around(path, line, first)):
        if isinstance(node, ast.Try) and _in(node.body, line):
            for handler in node.handlers:
                if CANCELLATION.intersection(_names(handler.type)):
                    return handler.lineno
        if isinstance(node, ast.With):
            for item in node.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and (_names(call.func) == ["suppress"]):
                    if any(CANCELLATION.intersection(_names(argument)) for argument in call.args):
                        return node.lineno
    return None


def cleans_up(path, line, before, first):
    """Whether a line is in the handler or the `finally` of what is around the line before."""
    outer = _around(path, before, first)
    for node in outer:
        if isinstance(node, ast.Try):
            if _in(node.finalbody, line) or any(_in(handler.body, line) for handler in node.handlers):
                return True
    return False


def must_clean_up(path, line, first):
    """Whether what stands around a line has something to do when it is left: `finally`, `with`."""
    for node in _around(path, line, first):
        if isinstance(node, (ast.With, ast.AsyncWith)) or isinstance(node, ast.Try) and node.finalbody and not _in(node.finalbody, line):
            return True
    return False
