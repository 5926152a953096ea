"""Names compared as people mean them."""

import re
import unicodedata

_FILLER = re.compile(r"[\s·•.,，。、（）()【】\[\]《》“”\"'‘’\-—_]+")


def normalized_name(name: str) -> str:
    """A name without spaces, brackets and punctuation, in half-width lower case: two spellings of one name are equal."""
    return _FILLER.sub("", unicodedata.normalize("NFKC", name)).lower()
