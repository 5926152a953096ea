"""
Templates that people write: text with placeholders `${name}`, filled strictly.

A line is a paragraph. `# ` before it makes it a heading, `## ` a lesser one, `§ ` an article that gets its number by itself.
Lines are told apart before values are put in, so that no value ever becomes a heading or asks for another value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from commons.documents.declaration import Block, Clauses, Heading, Paragraph
from commons.documents.errors import TemplateInvalid, UnknownVariables, VariablesMissing

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def variables(text: str) -> set[str]:
    """
    The names of the variables in `text`.

    Raises: TemplateInvalid.
    """
    found = set()
    for place in _PLACEHOLDER.finditer(text):
        if not place[0].endswith("}") or not _NAME.fullmatch(place[1]):
            raise TemplateInvalid(found=place[0][:40])
        found.add(place[1])
    return found


def checked(text: str, known: Mapping[str, str]) -> str:
    """
    `text`, if it asks for nothing but `known` = {name: what it is}; for the moment when a template is saved.

    Raises: TemplateInvalid, UnknownVariables.
    """
    if unknown := sorted(variables(text) - known.keys()):
        offered = "、".join(f"{_written(name)}（{label}）" for name, label in known.items())
        raise UnknownVariables(unknown="、".join(map(_written, unknown)), known=offered)
    return text


def filled(text: str, values: Mapping[str, str], *, known: Mapping[str, str] | None = None) -> str:
    """
    `text` with each variable's value; what is not asked for is left out.

    An empty value is a missing one. `known` = {name: what it is} lets the refusal speak in words.
    Raises: TemplateInvalid, VariablesMissing naming all that are missing.
    """
    labels = known or {}
    if missing := sorted(name for name in variables(text) if not values.get(name, "").strip()):
        raise VariablesMissing(missing="、".join(labels.get(name) or _written(name) for name in missing))
    return _PLACEHOLDER.sub(lambda place: values[place[1]], text)


def blocks(text: str, values: Mapping[str, str], *, known: Mapping[str, str] | None = None) -> list[Block]:
    """
    The body of a document from a template's text and its values; articles count through.

    Raises: TemplateInvalid, VariablesMissing naming all that are missing.
    """
    # First as a whole, so that a refusal names everything that is missing at once.
    filled(text, values, known=known)
    made: list[Block] = []
    articles = 0
    for line in text.splitlines():
        mark, _, rest = line.strip().partition(" ")
        said = filled(rest.strip() if mark in {"#", "##", "§"} else line.strip(), values)
        if not line.strip():
            continue
        if mark == "§":
            articles += 1
            made.append(Clauses([said], first=articles))
        elif mark in {"#", "##"}:
            made.append(Heading(said, level=len(mark)))
        else:
            made.append(Paragraph(said))
    return made


def _written(name: str) -> str:
    return f"${{{name}}}"
