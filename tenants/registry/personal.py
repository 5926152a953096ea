"""How a personal value is shown to somebody who may not see it."""


def masked(number: str) -> str:
    """A telephone number with its middle hidden: 138****0000; a short one keeps its last two digits only."""
    if not number:
        return ""
    if len(number) >= 11:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return "*" * max(len(number) - 2, 2) + number[-2:]
