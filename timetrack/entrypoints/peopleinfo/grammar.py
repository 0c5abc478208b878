"""Forms a Russian surname and a patronymic, for a man and for a woman."""

from typing import Final

_IRREGULAR: Final = {
    "Георгий": ("Георгиевич", "Георгиевна"),
    "Дмитрий": ("Дмитриевич", "Дмитриевна"),
    "Илья": ("Ильич", "Ильинична"),
    "Лев": ("Львович", "Львовна"),
    "Михаил": ("Михайлович", "Михайловна"),
    "Никита": ("Никитич", "Никитична"),
    "Павел": ("Павлович", "Павловна"),
    "Пётр": ("Петрович", "Петровна"),
    "Фома": ("Фомич", "Фоминична"),
    "Яков": ("Яковлевич", "Яковлевна"),
}

_STEMS: Final = {"ий": "ье", "й": "е", "ь": "е"}
"""Endings of a father's name, and those of the patronymic; any other end stays, followed by `о`."""


def feminine(surname: str) -> str:
    """Return the form that a woman has: `Иванов` gives `Иванова`, `Горский` gives `Горская`; most others stay."""
    if surname.endswith(("ов", "ев", "ёв", "ин")):
        return f"{surname}а"
    if surname.endswith(("ский", "цкий", "ой", "ый")):
        return f"{surname[:-2]}ая"
    return surname


def patronymics(father: str) -> tuple[str, str]:
    """Return the patronymics of a son and of a daughter: `Иван` gives `Иванович` and `Ивановна`."""
    if father in _IRREGULAR:
        return _IRREGULAR[father]
    stem = _stem(father)
    return f"{stem}вич", f"{stem}вна"


def _stem(father: str) -> str:
    for end, becomes in _STEMS.items():
        if father.endswith(end):
            return f"{father.removesuffix(end)}{becomes}"
    return f"{father}о"
