"""Versions and cases as Camunda 7's REST interface names them, and its ids and variables read back.

A process definition's id is ``key:version:digest``, a deployment's is the ``key:version`` of each version that
it holds, a process instance's is the number of the case. Nothing here asks the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import WIB, DeployedVersion, ProcessInstance

from .rest_answers import invalid

DIGEST_LETTERS = 12
LONGEST_NOTE = 200
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding=[\"'\\s]*([\w.-]+)")


@dataclass(frozen=True)
class DefinitionId:
    """The id of a process definition, taken apart."""

    key: str
    version: int
    digest: str

    @classmethod
    def read(cls, text: str) -> DefinitionId | None:
        """Return what an id names, None if it can name nothing."""
        key, _, rest = text.partition(":")
        version, _, digest = rest.partition(":")
        if not (key and digest and version.isascii() and version.isdigit()):
            return None
        return cls(key, int(version[:10]), digest)


def definition_id(version: DeployedVersion) -> str:
    """Return the id of a version: one that was never deployed here can have no other's."""
    return f"{version.key}:{version.version}:{version.digest[:DIGEST_LETTERS]}"


def deployment_id(versions: Iterable[DeployedVersion]) -> str:
    """Return the id of a deployment that holds these versions."""
    return ",".join(f"{each.key}:{each.version}" for each in versions)


def versions_of_deployment(text: str) -> list[tuple[str, int]]:
    """Return the keys and versions that a deployment's id names; what cannot be meant is left out."""
    found = []
    for each in text.split(","):
        key, _, version = each.partition(":")
        if key and version.isascii() and version.isdigit():
            found.append((key, int(version[:10])))
    return found


def definition(version: DeployedVersion) -> dict[str, Any]:
    """Return a version as a ProcessDefinitionDto."""
    return {
        "id": definition_id(version),
        "key": version.key,
        "category": None,
        "description": version.note or None,
        "name": version.name or None,
        "version": version.version,
        "resource": f"{version.key}.bpmn",
        "deploymentId": deployment_id([version]),
        "diagram": None,
        "suspended": False,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": None,
        "startableInTasklist": version.in_force,
    }


def deployment(versions: Sequence[DeployedVersion], href: str) -> dict[str, Any]:
    """Return versions that were deployed together as a DeploymentDto. ``href`` is the page of the first."""
    at = max(each.deployed_at for each in versions).astimezone(WIB)
    return {
        "links": [{"method": "GET", "href": href, "rel": "alternate"}],
        "id": deployment_id(versions),
        "name": versions[0].note or versions[0].name or versions[0].key,
        "source": None,
        "deploymentTime": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}{at:%z}",
        "tenantId": None,
    }


def instance(case: ProcessInstance, started_on: DeployedVersion, href: str) -> dict[str, Any]:
    """Return a case as a ProcessInstanceDto. ``href`` is its page; the business key is its own number."""
    return {
        "links": [{"method": "GET", "href": href, "rel": "alternate"}],
        "id": case.number,
        "definitionId": definition_id(started_on),
        "businessKey": case.number,
        "caseInstanceId": None,
        "ended": case.state in ("completed", "cancelled"),
        "suspended": False,
        "tenantId": None,
    }


def note(name: str, source: str) -> str:
    """Return what a version's note says of a deployment: its name, and which program sent it."""
    name, source = ("".join(filter(str.isprintable, each)).strip()[:LONGEST_NOTE] for each in (name, source))
    return f"{name} (dari {source})" if name and source else name or source


def answers(variables: Any) -> dict[str, Any]:
    """Return process variables as answers of a first step. Raises ``RestRefused``.

    A modeler sends what was typed into a text field: an object, or the text of one.
    """
    if isinstance(variables, str):
        try:
            variables = json.loads(variables) if variables.strip() else None
        except (ValueError, RecursionError):
            raise invalid('Variables diharapkan objek JSON seperti {"perihal": {"value": "…"}}.') from None
    if variables is None:
        return {}
    if not isinstance(variables, Mapping):
        raise invalid('Variables diharapkan objek JSON: nama isian ke {"value": nilai}.')
    return {str(name): _value(str(name), given) for name, given in variables.items()}


def _value(name: str, given: Any) -> Any:
    if not isinstance(given, Mapping) or "value" not in given:
        raise invalid(f'Variabel {name} diharapkan objek {{"value": nilai, "type": jenis}}.')
    if str(given.get("type", "")).lower() in ("file", "bytes", "object", "xml"):
        raise invalid(f"Variabel {name} berjenis {given['type']}; lampiran dan objek diisi di halaman tugasnya.")
    return given["value"]


def xml_text(xml: bytes) -> str:
    """Return a diagram's bytes as text, by the encoding that it names."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return xml.decode("utf-16")
    named = _ENCODING.match(xml)
    return xml.decode(named[1].decode() if named and not xml.startswith(b"\xef\xbb\xbf") else "utf-8-sig")
