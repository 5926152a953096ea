"""
What the tests assert of refusals, told from their source: which codes, which sentences, which classes of errors.

A word that is only mentioned – in a comment, a name, an argument of something else – is not asserted. What counts:

- a text within an `assert`, unless that `assert` asks for the guards of a declaration: there codes are listed, not refused;
- a text in a table (`CASES = […]`, `@parametrize`, a loop's list) of a module that compares `.code` with what the table gives;
  after `f"PURCHASING.{code}"` the table's words count with that beginning;
- an argument of a function that compares `.code` with one of its own parameters;
- a class in `pytest.raises(…)`, or in a table of a module that calls `pytest.raises` with what the table gives.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Asserted:
    """`texts` are codes and whole or parts of sentences; `errors` are names of classes."""

    texts: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)

    def sentence(self, pattern: str, *, among: Iterable[str] | None = None) -> bool:
        """Whether a text says the sentence of an error, whatever stands for its params."""
        pieces = re.split(r"%\(\w+\)s", pattern.replace("%%", "%"))
        wanted = re.compile(".+".join(re.escape(one) for one in pieces), re.DOTALL)
        return any(wanted.search(text) for text in (self.texts if among is None else among))


def of_tests() -> Asserted:
    """Of every file under tests/."""
    return asserted([path.read_text() for path in sorted(TESTS.rglob("*.py"))])


def asserted(sources: Iterable[str]) -> Asserted:
    modules = [ast.parse(source) for source in sources]
    judges = {name for module in modules for name in _judges(module)}
    found = Asserted()
    for module in modules:
        _read(module, judges, found)
    return found


def _read(module: ast.Module, judges: set[str], found: Asserted) -> None:
    beginnings: set[str] = set()
    raises_given = False
    for node in ast.walk(module):
        if isinstance(node, ast.Assert) and not _of_declaration(node):
            found.texts |= set(_texts(node.test))
            beginnings |= set(_beginnings(node))
        elif isinstance(node, ast.Call):
            given = [*node.args, *(one.value for one in node.keywords)]
            if _name(node.func) in judges:
                found.texts |= {text for one in given for text in _texts(one)}
                if any(isinstance(one, ast.Name) for one in given):
                    beginnings.add("")
            elif _name(node.func) == "raises" and given:
                named = given[0].elts if isinstance(given[0], ast.Tuple) else [given[0]]
                found.errors |= {_name(one) for one in named} - {""}
                raises_given = raises_given or isinstance(given[0], ast.Name)
    for table in _tables(module):
        words = set(_texts(table))
        found.texts |= {beginning + word for beginning in beginnings for word in words}
        if raises_given:
            found.errors |= {node.id for node in ast.walk(table) if isinstance(node, ast.Name)}


def _judges(module: ast.Module) -> Iterator[str]:
    """The functions that compare `.code` with a parameter of their own."""
    for node in ast.walk(module):
        if not isinstance(node, Function):
            continue
        given = {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        if node.name.startswith("test_"):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assert) and any(name in given for name in _compared_names(inner)):
                yield node.name


def _compared_names(node: ast.Assert) -> Iterator[str]:
    yield from (one.id for one in _beside_codes(node) if isinstance(one, ast.Name))


def _beginnings(node: ast.Assert) -> Iterator[str]:
    """How the codes of a module's tables begin, where an assertion compares `.code` with what is not written there."""
    for one in _beside_codes(node):
        if isinstance(one, ast.Name):
            yield ""
        elif isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant):
            yield str(one.values[0].value)


def _beside_codes(node: ast.Assert) -> Iterator[ast.expr]:
    """What `.code` is compared with, alone or beside others in a tuple."""
    for compared in ast.walk(node.test):
        if not isinstance(compared, ast.Compare):
            continue
        sides = [
            part
            for side in (compared.left, *compared.comparators)
            for part in (side.elts if isinstance(side, ast.Tuple) else [side])
        ]
        if any(isinstance(side, ast.Attribute) and side.attr == "code" for side in sides):
            yield from sides


def _tables(module: ast.Module) -> Iterator[ast.AST]:
    """What is written at the top of a module, in decorators, and in the lists that are gone through."""
    for top in module.body:
        if isinstance(top, ast.Assign | ast.AnnAssign) and top.value is not None:
            yield top.value
    for node in ast.walk(module):
        if isinstance(node, Function):
            yield from (one for one in node.decorator_list if isinstance(one, ast.Call))
        elif isinstance(node, ast.For):
            yield node.iter


def _of_declaration(node: ast.Assert) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr in {"guards", "transitions"} for one in ast.walk(node))


def _texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
