"""A modeler at work: exactly the requests that Camunda Modeler's source sends, and how it reads the answers.

After ``CamundaAPI.js`` and ``WellKnownAPI.js`` of camunda-modeler: multipart with the parts in this order and
under these names, JSON for a start, ``Accept`` and ``Authorization`` on each, no cookie.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

CODES = {
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    500: "INTERNAL_SERVER_ERROR",
    503: "UNAVAILABLE_ERROR",
}
PARSE_ERROR_PREFIX = "ENGINE-09005 Could not parse BPMN process."


@dataclass
class Modeler:
    """One person's modeler, with the endpoint that they typed in."""

    app: Flask
    username: str = ""
    password: str = ""
    token: str = ""
    base: str = "/engine-rest"
    saved_definition: Mapping[str, Any] | None = field(default=None, init=False)

    def headers(self) -> dict[str, str]:
        """Return what the modeler, and the Electron around it, adds to each request."""
        headers = {"accept": "application/json", "origin": "null"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        elif self.username and self.password:
            # btoa: one byte for each letter
            pair = b64encode(f"{self.username}:{self.password}".encode("latin-1")).decode()
            headers["authorization"] = f"Basic {pair}"
        return headers

    def get(self, path: str) -> TestResponse:
        """Send a GET below the endpoint."""
        return self.app.test_client().get(self.base + path, headers=self.headers())

    def check_connection(self) -> str:
        """Return the code that the deployment dialog shows, empty if all is well."""
        answer = self.get("/deployment?maxResults=0")
        return "" if answer.status_code < 300 else CODES.get(answer.status_code, "CONNECTION_FAILED")

    def deploy(
        self,
        contents: bytes,
        attachments: Mapping[str, bytes] | None = None,
        *,
        file: str = "surat.bpmn",
        name: str = "surat",
        tenant: str = "",
    ) -> TestResponse:
        """Press Deploy; remember the first definition of the answer, as the modeler does for Run."""
        parts: MultiDict[str, Any] = MultiDict()
        parts.add("deployment-name", name)
        parts.add("deployment-source", "Camunda Modeler")
        parts.add("enable-duplicate-filtering", "true")
        if tenant:
            parts.add("tenant-id", tenant)
        parts.add(file, FileStorage(BytesIO(contents), file, content_type="text/xml"))
        for each, data in (attachments or {}).items():
            parts.add(each, FileStorage(BytesIO(data), each, content_type="application/octet-stream"))
        answer = self.post("/deployment/create", data=parts)
        if answer.status_code == 200:
            deployed = answer.json["deployedProcessDefinitions"] or {}
            self.saved_definition = next(iter(deployed.values()), self.saved_definition)
        return answer

    def post(self, path: str, **body: Any) -> TestResponse:
        """Send a POST below the endpoint."""
        headers = {**body.pop("headers", {}), **self.headers()}
        return self.app.test_client().post(self.base + path, headers=headers, **body)

    def start(self, variables: object = None) -> TestResponse:
        """Press Run once the diagram is deployed: start the definition that is remembered."""
        assert self.saved_definition is not None, "the modeler would say: cannot read properties of undefined"
        return self.start_definition(self.saved_definition["id"], variables)

    def start_definition(self, definition: str, variables: object = None) -> TestResponse:
        """Start an instance of a definition by its id."""
        asked = {"businessKey": "default"} | ({} if variables is None else {"variables": variables})
        headers = {"content-type": "application/json"}
        return self.post(f"/process-definition/{definition}/start", data=json.dumps(asked), headers=headers)

    def cockpit(self) -> str:
        """Return where the modeler believes the web pages to be: ``getCockpitUrl`` with its normalizing."""
        headers = {"accept": "application/json"}
        answer = self.app.test_client().get("/.well-known/camunda-automation-platform/webapps", headers=headers)
        address = str(answer.json["cockpitUrl"]).rstrip("/") + "/"
        return f"{address}default/#/" if address.endswith("cockpit/") else address

    def deployment_link(self, deployment: str) -> str:
        """Return the link behind "Deployment succeeded"."""
        query = f"%5B%7B%22type%22:%22id%22,%22operator%22:%22eq%22,%22value%22:%22{deployment}%22%7D%5D"
        return f"{self.cockpit()}repository?deploymentsQuery={query}"

    def instance_link(self, instance: str) -> str:
        """Return the link behind "Process instance started"."""
        return f"{self.cockpit()}process-instance/{instance}"


def log_of(answer: TestResponse) -> str:
    """Return what the modeler writes into its log: the answer's message, or its own words for the code."""
    body = answer.get_json(silent=True) or {}
    return str(body.get("message") or CODES.get(answer.status_code, "CONNECTION_FAILED"))
