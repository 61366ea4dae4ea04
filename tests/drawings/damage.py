"""Damage done to a drawing at random: parts lost, doubled, moved, renamed, as a careless hand or tool does."""

from __future__ import annotations

import copy
import random

from lxml import etree

from tests.drawings.sketch import KINDS, MODEL

VALUES = ["", "Start", "{x}", "P3D", "a b", "1", "${x == 1}", "true", "R3/PT1H", ";", "x" * 1_200, "Ä"]
TEXTS = ["", "P3W", "x", "s", "a", "${y}"]
EVENTS = ["timer", "message", "link", "error", "conditional"]


def damaged(data: bytes, seed: int, most: int = 6) -> bytes:
    """Return the drawing with some damage, the same for the same seed."""
    dice = random.Random(seed)
    root = etree.fromstring(data)
    for _ in range(dice.randint(1, most)):
        _damage(dice, root)
    written: bytes = etree.tostring(root)
    return written


def _damage(dice: random.Random, root: etree._Element) -> None:
    elements = [each for each in root.iter() if isinstance(each.tag, str)]
    one, other = dice.choice(elements), dice.choice(elements)
    parent = one.getparent()
    match dice.randrange(11):
        case 0 if parent is not None:
            parent.remove(one)
        case 1 if one.attrib:
            del one.attrib[dice.choice(list(one.attrib))]
        case 2 if one.attrib and other.attrib:
            one.attrib[dice.choice(list(one.attrib))] = dice.choice(list(other.attrib.values()))
        case 3 if parent is not None:
            one.tag = f"{{{MODEL}}}{dice.choice(sorted(KINDS.values()))}"
        case 4 if parent is not None:
            parent.append(copy.deepcopy(one))
        case 5 if other is not one and other not in list(one.iterancestors()) and other.getparent() is not None:
            one.append(other)
        case 6 if one.attrib:
            one.attrib[dice.choice(list(one.attrib))] = dice.choice(VALUES)
        case 7:
            ids = [each.get("id") for each in elements if each.get("id")]
            ends = {"sourceRef": dice.choice(ids or ["a"]), "targetRef": dice.choice(ids or ["a"])}
            etree.SubElement(one, f"{{{MODEL}}}sequenceFlow", {"id": f"n{dice.randrange(50)}", **ends})
        case 8:
            named = {"id": f"k{dice.randrange(50)}", "name": f"Nama {dice.randrange(99)}"}
            etree.SubElement(one, f"{{{MODEL}}}{dice.choice(sorted(KINDS.values()))}", named)
        case 9:
            one.text = dice.choice(TEXTS)
        case _:
            etree.SubElement(one, f"{{{MODEL}}}{dice.choice(EVENTS)}EventDefinition")
