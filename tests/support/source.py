"""Reading balt's own source, for the tests that hold it to the rules of the house."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRANSLATORS = {"_", "N_", "ngettext"}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Each Python file below these folders of the repository: its path from the root, and its tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def name_called(node: ast.AST) -> str:
    """``notify`` for a call of ``self.app.notify``; "" for what is not a call of a name."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def literals(node: ast.AST) -> Iterator[ast.Constant]:
    """The string literals in an expression's own value; what a call is given is that call's affair."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):  # "…".format(…), "…".join(…)
            yield from literals(node.func.value)
    elif not isinstance(node, ast.Subscript | ast.Attribute | ast.Compare | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def docstrings(tree: ast.AST) -> set[int]:
    """The ids of the nodes that are docstrings, or strings that stand alone as comments do."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
