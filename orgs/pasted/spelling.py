"""How a name is compared: without what differs from one keyboard, country or report to the next."""

from __future__ import annotations

import re
import unicodedata

from orgs.plain_text import plain


def folded(text: str) -> str:
    """For comparing: no case, no accents, single blanks, one form for letters and signs that have several."""
    letters = unicodedata.normalize("NFKD", plain(text).casefold().translate(_BARE_LETTERS))
    return " ".join("".join(char for char in letters if not unicodedata.combining(char)).split())


#: Letters whose stroke or second half is no accent to Unicode.
_BARE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_NO_BLANKS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Japanese, Chinese, Korean


def spellings_of(name: str) -> set[str]:
    """How lists write a name, folded: `Mueller` for Müller; family name first and no blank in East Asia."""
    found = {folded(name), folded(unicodedata.normalize("NFC", name.casefold()).translate(_UMLAUTS))}
    if _NO_BLANKS.search(name):
        parts = folded(name).split()
        turned = parts[::-1]
        found |= {" ".join(turned), "".join(parts), "".join(turned)}
    return found


def other_spellings(name: str) -> str:
    """Those that the name in lower case does not hold already, for a search."""
    return "\n".join(sorted(each for each in spellings_of(name) if each not in name.lower()))
