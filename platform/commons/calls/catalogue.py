"""What the fields of calls are called: a register that the feature which publishes fills in `AppConfig.ready()`."""

from commons.kit.labels import Code

_fields: dict[str, Code] = {}


def register(codes: type[Code]) -> None:
    _fields.update({member.value: member for member in codes})


def label_of(code: str) -> str:
    """The label of a field; the code itself when nobody has declared it."""
    return _fields[code].label if code in _fields else code


def choices() -> list[tuple[str, str]]:
    return [(code, member.label) for code, member in _fields.items()]
