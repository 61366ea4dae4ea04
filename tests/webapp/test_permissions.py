"""One table: every route × every role × own and foreign. What the table lacks fails; foreign is 404.

Each request goes to the real application. After one that may have changed something, the database
is put back as it was, so that no cell depends on another.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import Actor, CaseSearch, Engine, MoveSelection, Upload
from tests import foreign_drawing
from tests.clock import Clock
from tests.filling import posted
from tests.pages import csrf_token
from tests.revised_sop import revised, shorter
from tests.sop_diagram import FILE as SOP_FILE
from tests.sop_diagram import FORMS
from tests.webapp.sop_office import SopOffice
from tests.website import PASSWORD, Browser, Website
from webapp.access_tokens import AccessTokens
from webapp.moving import looking
from webapp.moving.asked import Ask
from webapp.moving.handed_on import sealed

ROLES = ("nobody", "petugas1", "sekretaris", "koordinator_tikim", "kepala", "pemilik", "auditor", "admin")
QUERIES = {"/audit/export/file": "?from=2026-11-01&to=2026-11-30&as=csv"}
"""What the addresses of some routes must ask for to succeed."""
SEARCH = "Terlambat"
DRAWING = foreign_drawing.foreign()
PDF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.7 bukti")

# Which case a row is about: `shared` waits in the lane Petugas, and every lane of the SOP may look at it;
# `secret` is the same, but rahasia; `section` waits for the section Lalu Lintas.
#
# The columns are the roles, in order. "in": is sent to sign in. A POST row carries what the route needs to succeed.
TABLE = """
                                                               none petu sekr koor kepa pemi audi admi
GET  /                                                         in   303  303  303  303  303  303  303
GET  /static/<path:filename>                                   200  200  200  200  200  200  200  200
GET  /health                                                   200  200  200  200  200  200  200  200
GET  /health/live                                              200  200  200  200  200  200  200  200
GET  /health/ready                                             200  200  200  200  200  200  200  200
GET  /metrics                                                  404  404  404  404  404  404  404  404
GET  /sign-in                                                  200  303  303  303  303  303  303  303
POST /sign-in                                                  422  422  422  422  422  422  422  422
POST /sign-out                                                 401  303  303  303  303  303  303  303
GET  /password                                                 in   200  200  200  200  200  200  200
POST /password                                                 401  422  422  422  422  422  422  422

GET  /tasks                                                    in   200  200  200  200  200  200  200
GET  /tasks/list                                               in   200  200  200  200  200  200  200
GET  /tasks/<case>/<path:key>                          shared  in   200  200  200  200  200  200  404
GET  /tasks/<case>/<path:key>                          secret  in   200  404  404  404  404  200  404
GET  /tasks/<case>/<path:key>                          section in   200  200  200  200  200  200  404
POST /tasks/<case>/<path:key>                          shared  401  303  404  404  403  403  404  404
POST /tasks/<case>/<path:key>                          secret  401  303  404  404  404  404  404  404
POST /tasks/<case>/<path:key>                          section 401  404  404  404  303  403  404  404
GET  /tasks/<case>/<path:key>/facts                    shared  in   200  200  200  200  200  200  404
GET  /tasks/<case>/<path:key>/facts                    secret  in   200  404  404  404  404  200  404
POST /tasks/<case>/<path:key>/claim                    shared  401  303  404  404  403  403  404  404
POST /tasks/<case>/<path:key>/claim                    secret  401  303  404  404  404  404  404  404
POST /tasks/<case>/<path:key>/claim                    section 401  404  404  404  303  403  404  404
POST /tasks/<case>/<path:key>/release                  shared  401  303  404  404  303  303  404  404
POST /tasks/<case>/<path:key>/release                  secret  401  303  404  404  404  404  404  404
GET  /tasks/<case>/<path:key>/reassign                 shared  in   403  403  403  200  200  403  404
GET  /tasks/<case>/<path:key>/reassign                 secret  in   403  404  404  404  404  403  404
POST /tasks/<case>/<path:key>/reassign                 shared  401  403  404  404  303  303  404  404
POST /tasks/<case>/<path:key>/reassign                 secret  401  403  404  404  404  404  404  404
POST /tasks/<case>/<path:key>/draft                    shared  401  303  403  403  403  403  403  404
POST /tasks/<case>/<path:key>/draft                    secret  401  303  404  404  404  404  403  404
POST /tasks/<case>/<path:key>/draft/drop               shared  401  303  303  303  303  303  303  404
POST /tasks/<case>/<path:key>/draft/drop               secret  401  303  404  404  404  404  303  404
GET  /tasks/<case>/<path:key>/draft/files/<int:file>   shared  in   200  404  404  404  404  404  404
GET  /tasks/<case>/<path:key>/draft/files/<int:file>   secret  in   200  404  404  404  404  404  404

GET  /starts                                                   in   303  200  200  200  200  200  200
GET  /starts/<key>                                             in   200  404  404  404  404  404  404
POST /starts/<key>                                             401  303  404  404  404  404  404  404
POST /starts/<key>/draft                                       401  303  404  404  404  404  404  404
POST /starts/<key>/draft/drop                                  401  303  404  404  404  404  404  404
GET  /starts/<key>/draft/files/<int:file>                      in   200  404  404  404  404  404  404

GET  /cases                                                    in   200  200  200  200  200  200  200
GET  /cases/<number>                                   shared  in   200  200  200  200  200  200  404
GET  /cases/<number>                                   secret  in   200  404  404  404  404  200  404
GET  /cases/<number>/steps                             shared  in   200  200  200  200  200  200  404
GET  /cases/<number>/steps                             secret  in   200  404  404  404  404  200  404
GET  /cases/<number>/diagram                           shared  in   200  200  200  200  200  200  404
GET  /cases/<number>/diagram                           secret  in   200  404  404  404  404  200  404
GET  /cases/<number>/attachments/<int:attachment>      shared  in   200  200  200  200  403  403  404
GET  /cases/<number>/attachments/<int:attachment>      secret  in   200  404  404  404  404  403  404
POST /cases/<number>/attachments/<int:attachment>      shared  401  200  200  200  200  403  200  404
POST /cases/<number>/attachments/<int:attachment>      secret  401  200  404  404  404  404  200  404
GET  /cases/<number>/reveal/<path:key>                 shared  in   403  403  403  200  403  200  404
GET  /cases/<number>/reveal/<path:key>                 secret  in   403  404  404  404  404  200  404
POST /cases/<number>/reveal/<path:key>                 shared  401  403  403  403  200  403  200  404
POST /cases/<number>/reveal/<path:key>                 secret  401  403  404  404  404  404  200  404
GET  /cases/<number>/replay                            shared  in   200  200  200  200  200  200  404
GET  /cases/<number>/replay                            secret  in   200  404  404  404  404  200  404
GET  /cases/<number>/replay/data                       shared  in   200  200  200  200  200  200  404
GET  /cases/<number>/replay/data                       secret  in   200  404  404  404  404  200  404
GET  /cases/<number>/replay/diagrams/<key>/<int:version> shared in  200  200  200  200  200  200  404
GET  /cases/<number>/replay/diagrams/<key>/<int:version> secret in  200  404  404  404  404  200  404
GET  /cases/<number>/cancel                            shared  in   403  403  403  200  200  403  404
GET  /cases/<number>/cancel                            secret  in   403  404  404  404  404  403  404
POST /cases/<number>/cancel                            shared  401  403  403  403  303  303  403  404
POST /cases/<number>/cancel                            secret  401  403  404  404  404  404  403  404
POST /cases/<number>/retry                             shared  401  403  403  403  409  409  403  404
POST /cases/<number>/retry                             secret  401  403  404  404  404  404  403  404
GET  /cases/<number>/erase                             shared  in   403  403  403  200  403  403  404
GET  /cases/<number>/erase                             secret  in   403  404  404  404  404  403  404
POST /cases/<number>/erase                             shared  401  403  403  403  303  403  403  404
POST /cases/<number>/erase                             secret  401  403  404  404  404  404  403  404
GET  /cases/<number>/proof                             shared  in   403  403  403  200  200  200  404
GET  /cases/<number>/proof                             secret  in   403  404  404  404  404  200  404
GET  /audit/proof                                              in   403  403  403  200  403  200  200
GET  /audit/proof/run                                          in   403  403  403  200  403  200  200

GET  /cases/<number>/export                            shared  in   200  200  200  200  200  200  404
GET  /cases/<number>/export                            secret  in   200  404  404  404  404  200  404
POST /cases/<number>/export                            shared  401  403  403  403  200  403  200  404
POST /cases/<number>/export                            secret  401  403  404  404  404  404  200  404
GET  /cases/<number>/export/<form>                     shared  in   200  200  200  200  200  200  404
GET  /cases/<number>/export/<form>                     secret  in   200  404  404  404  404  200  404
GET  /audit/export                                             in   403  403  403  403  403  200  403
GET  /audit/export/file                                        in   403  403  403  403  403  200  403
GET  /audit                                                    in   403  403  403  403  403  200  403
GET  /audit/searches/<path:name>                               in   403  403  403  403  403  303  403
POST /audit/searches                                           401  403  403  403  403  403  303  403
POST /audit/searches/forget                                    401  403  403  403  403  403  303  403
GET  /audit/timers                                             in   403  403  403  403  403  200  403

GET  /calendar                                                 in   200  200  200  200  200  200  200
GET  /calendar/redating                                        in   200  200  200  200  200  200  200
GET  /calendar/changes                                         in   200  200  200  200  200  200  200
GET  /calendar/day                                             in   403  403  403  403  403  403  200
GET  /calendar/hours                                           in   403  403  403  403  403  403  200
POST /calendar/preview                                         401  403  403  403  403  403  403  200
POST /calendar/changes                                         401  403  403  403  403  403  403  303
POST /calendar/redating                                        401  403  403  403  403  403  403  303

GET  /processes                                                in   200  200  200  200  200  200  200
GET  /processes/<key>                                          in   200  200  200  200  200  200  200
GET  /processes/<key>/<int:version>                            in   200  200  200  200  200  200  200
GET  /processes/<key>/<int:version>/diagram                    in   200  200  200  200  200  200  200
GET  /processes/<key>/<int:version>/file                       in   200  200  200  200  200  200  200
GET  /processes/<key>/<int:version>/forms/<form>               in   200  200  200  200  200  200  200
GET  /processes/<key>/<version>/deadlines                      in   200  200  200  200  200  200  200
GET  /processes/<key>/compare                                  in   200  200  200  200  200  200  200
GET  /processes/<key>/trial                                    in   403  403  403  200  200  200  403
POST /processes/<key>/trial                                    401  403  403  403  400  200  400  403
GET  /processes/<key>/<int:version>/heat                       in   200  200  200  200  200  200  200
POST /processes/<key>/<int:version>/heat                       401  400  400  400  400  200  400  400
GET  /processes/<key>/<int:version>/sop                        in   200  200  200  200  200  200  200
GET  /processes/<key>/<int:version>/sop/file                   in   200  200  200  200  200  200  200
GET  /processes/<key>/draft/sop                                in   403  403  403  403  200  403  403
GET  /processes/<key>/draft/sop/file                           in   403  403  403  403  200  403  403
GET  /processes/upload                                         in   403  403  403  403  200  403  403
POST /processes/upload                                         401  403  403  403  403  303  403  403
GET  /processes/<key>/draft                                    in   403  403  403  403  200  403  403
GET  /processes/<key>/draft/diagram                            in   403  403  403  403  200  403  403
GET  /processes/<key>/draft/file                               in   403  403  403  403  200  403  403
POST /processes/<key>/draft/deploy                             401  403  403  403  403  303  403  403
POST /processes/<key>/draft/discard                            401  403  403  403  403  303  403  403
GET  /processes/<key>/<int:version>/decision                   in   403  403  403  200  200  403  403
POST /processes/<key>/<int:version>/activate                   401  403  403  403  303  403  403  403
POST /processes/<key>/<int:version>/reject                     401  403  403  403  409  409  403  403
POST /processes/<key>/<int:version>/cancel-activation          401  403  403  403  409  403  403  403
GET  /processes/import                                         in   403  403  403  403  200  403  403
POST /processes/import                                         401  403  403  403  403  303  403  403
GET  /processes/<key>/import                                   in   403  403  403  403  200  403  403
POST /processes/<key>/import                                   401  403  403  403  403  303  403  403
GET  /processes/<key>/import/drawing                           in   403  403  403  403  200  403  403
GET  /processes/<key>/import/origin                            in   403  403  403  403  200  403  403
GET  /processes/<key>/forms                                    in   403  403  403  403  200  403  403
POST /processes/<key>/forms                                    401  403  403  403  403  303  403  403
GET  /processes/<key>/forms/<form>/edit                        in   403  403  403  403  200  403  403
POST /processes/<key>/forms/<form>/edit                        401  403  403  403  403  303  403  403
POST /processes/<key>/forms/<form>/remove                      401  403  403  403  403  303  403  403
POST /processes/<key>/forms/<form>/shown                       401  403  403  403  403  200  403  403
GET  /processes/<key>/forms/<form>/try                         in   403  403  403  403  200  403  403
POST /processes/<key>/forms/<form>/try                         401  403  403  403  403  422  403  403
GET  /processes/new/edit                                       in   403  403  403  403  200  403  403
POST /processes/new/edit                                       401  403  403  403  403  303  403  403
GET  /processes/<key>/edit                                     in   403  403  403  403  200  403  403
GET  /processes/<key>/edit/diagram                             in   403  403  403  403  200  403  403
POST /processes/<key>/edit                                     401  403  403  403  403  200  403  403
POST /processes/<key>/edit/problems                            401  403  403  403  403  200  403  403
GET  /processes/<key>/effect                                   in   403  403  403  200  200  403  403
POST /processes/<key>/effect                                   401  403  403  403  400  200  403  403
GET  /processes/<key>/move                                     in   403  403  403  200  200  403  403
POST /processes/<key>/move                                     401  403  403  403  400  200  403  403
POST /processes/<key>/move/count                               401  403  403  403  400  200  403  403
GET  /processes/<key>/moves                                    in   403  403  403  200  200  403  403
POST /processes/<key>/moves                                    401  403  403  403  400  303  403  403
GET  /processes/<key>/moves/<int:number>                       in   403  403  403  200  200  403  403
POST /processes/<key>/moves/<int:number>/carry-on              401  403  403  403  303  303  403  403
POST /processes/<key>/moves/<int:number>/undo                  401  403  403  403  303  303  403  403
GET  /tokens                                                   in   200  200  200  200  200  200  200
POST /tokens                                                   401  200  200  200  200  200  200  200
POST /tokens/<int:token>/revoke                                401  303  404  404  404  404  404  404

GET  /modeler/                                                 in   303  303  303  303  303  303  303
GET  /modeler/repository                                       in   303  303  303  303  303  303  303
GET  /modeler/process-instance/<number>                shared  in   303  303  303  303  303  303  303
GET  /modeler/process-instance/<number>                secret  in   303  303  303  303  303  303  303
GET  /camunda/app/cockpit/default/                             200  200  200  200  200  200  200  200
GET  /.well-known/camunda-automation-platform/webapps          200  200  200  200  200  200  200  200
GET  /engine-rest/version                                      401  401  401  401  401  401  401  401
GET  /engine-rest/deployment                                   401  401  401  401  401  401  401  401
POST /engine-rest/deployment/create                            401  401  401  401  401  401  401  401
GET  /engine-rest/process-definition                           401  401  401  401  401  401  401  401
GET  /engine-rest/process-definition/<definition>              401  401  401  401  401  401  401  401
GET  /engine-rest/process-definition/<definition>/xml          401  401  401  401  401  401  401  401
POST /engine-rest/process-definition/<definition>/start        401  401  401  401  401  401  401  401
GET  /engine-rest/<path:path>                                  401  401  401  401  401  401  401  401
POST /engine-rest/<path:path>                                  401  401  401  401  401  401  401  401
PUT  /engine-rest/<path:path>                                  401  401  401  401  401  401  401  401
PATCH /engine-rest/<path:path>                                 401  401  401  401  401  401  401  401
DELETE /engine-rest/<path:path>                                401  401  401  401  401  401  401  401
"""


@dataclass(frozen=True)
class Row:
    """One route, about one case, and what each role gets."""

    method: str
    rule: str
    about: str
    wanted: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the row's name."""
        return " ".join(filter(None, (self.method, self.rule, self.about)))


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    for line in TABLE.splitlines()[2:]:
        if line.strip():
            method, rule, *rest = line.split()
            about = rest.pop(0) if len(rest) > len(ROLES) else ""
            yield Row(method, rule, about, dict(zip(ROLES, rest, strict=True)))


def commands() -> Iterator[Row]:
    """Yield the rows that a form of ours posts; no cookie counts at ``/engine-rest``, so no token does either."""
    return (row for row in rows() if row.method == "POST" and not row.rule.startswith("/engine-rest/"))


class Building:
    """The office with its three cases, browsers for all roles, and a database that can be put back."""

    def __init__(self, url: str, office: SopOffice) -> None:
        self.office, self.file = office, url.removeprefix("sqlite:///")
        self.steps = {
            "shared": office.start_at(3, bukti=[PDF]),
            "secret": office.start_at(3, bukti=[PDF], rahasia=True),
            "section": office.start_at(5, bukti=[PDF]),
        }
        self.signed_in = {name: _signed_in(office.browser(name)) for name in ROLES[1:]}
        self.draft_files = {step.path: self._draft(step.path) for step in self.steps.values()}
        self.draft_files["start"] = self._draft(f"start/{office.key}")
        AccessTokens(office.engine).make("petugas1", "laptop", 30)
        office.engine.begin_diagram_draft(office.key, 1, by=office.person("pemilik"))
        owner = office.person("pemilik")
        office.engine.save_diagram_draft(
            foreign_drawing.KEY, xml=DRAWING, origin=DRAWING, expected_revision=None, by=owner
        )
        self.handed_on = self._moved(owner)
        office.engine.save_search(SEARCH, CaseSearch(overrun=True), by=office.person("auditor"))
        self.saved = sqlite3.connect(":memory:")
        with sqlite3.connect(self.file) as live:
            live.backup(self.saved)

    def _draft(self, scope: str) -> int:
        by = self.office.person("petugas1")
        return self.office.engine.save_draft(scope, {}, {"bukti": [PDF]}, by=by).files[0].id

    def _moved(self, owner: Actor) -> Mapping[str, str]:
        """Move one case to a second version; return what the pages of the owner, and nobody else's, hand on."""
        engine, key = self.office.engine, self.office.key
        engine.deploy(revised(shorter), by=owner)
        engine.begin_moves(key, 2, MoveSelection((self.steps["section"].case,)), "Direvisi", by=owner)
        engine.carry_on_moves()
        effect = looking.written(engine.effect(key, 2, by=owner, limit=1))
        asked = ["2026-11-01", "2026-11-30"]
        heat = engine.heat(key, 1, start=date(2026, 11, 1), end=date(2026, 11, 30), by=owner).progress.written()
        with self.office.website.app.app_context():
            return {
                "trial": sealed([2, *asked, {}, False, heat], "trial", key, owner),
                "heat": sealed([1, *asked, "late", heat], "heat", key, owner),
                "effect": sealed([None, effect], "effect", key, owner),
                "count": sealed(asdict(looking.Counted()), "count", key, owner),
                "order": sealed(Ask(to=2).written(), "order", key, owner),
            }

    def put_back(self) -> None:
        """Make the database what it was before the first request."""
        with sqlite3.connect(self.file) as live:
            self.saved.backup(live)

    def ask(self, row: Row, role: str) -> TestResponse:
        """Send the row's request as that role."""
        client = self.client(role)
        if row.method == "GET":
            return client.get(self.address(row))
        token = csrf_token(client.get("/password" if role in self.signed_in else "/sign-in").text)
        body = {"csrf_token": token, **self.body(row)}
        return client.open(self.address(row), method=row.method, data=body)

    def client(self, role: str) -> FlaskClient:
        """Return a browser of its own for one request: signing out must not reach the next one."""
        client = self.office.website.app.test_client()
        if role in self.signed_in:
            client.set_cookie("alur", self.signed_in[role])
        return client

    def address(self, row: Row) -> str:
        """Return the route's address for the case that the row is about."""
        step = self.steps.get(row.about)
        values = {
            "filename": "app.css",
            "name": SEARCH,
            "key": self.office.key,
            "file": self.draft_files["start"],
            "version": 1,
            "form": "pengaduan-1-penyampaian",
            "token": 1,
            "number": 1,
            "definition": f"{self.office.key}:1:abc",
            "path": "task/count",
        }
        if step:
            values = {
                "case": step.case,
                "number": step.case,
                "key": "langkah_1:1" if "reveal" in row.rule else step.key,
                "file": self.draft_files[step.path],
                "attachment": self.attachments[step.case],
                "form": "dossier",
                "version": 1,
            }
            if "diagrams" in row.rule:
                values["key"] = self.office.key
        if row.rule.startswith("/processes/<key>/import"):
            values["key"] = foreign_drawing.KEY
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), row.rule)
        return filled + QUERIES.get(row.rule, "")

    @cached_property
    def attachments(self) -> dict[str, int]:
        """The id of a file of each case."""
        by, engine = self.office.person("petugas1"), self.office.engine
        return {
            step.case: next(
                file.id
                for answered in engine.answers(step.case, by=by)
                for field in answered.fields
                for file in field.attachments
            )
            for step in self.steps.values()
        }

    def body(self, row: Row) -> Mapping[str, object]:
        """Return what the route needs to succeed."""
        if row.rule == "/starts/<key>":
            start = self.office.engine.start_form(self.office.key, by=self.office.person("petugas1"))
            return posted(start.form)
        if row.rule == "/tasks/<case>/<path:key>":
            step = self.steps[row.about]
            form = self.office.engine.form(step.case, step.key, by=self.office.person("petugas1"))
            return posted(form)
        if row.rule == "/tokens":
            return {"label": "laptop", "days": "90", "password": PASSWORD}
        if row.rule == "/cases/<number>/erase":
            return {"ground": "permintaan", "note": "Surat 12/2026", "confirmed": "1", "planned": "4"}
        if row.rule.startswith("/calendar"):
            return {"what": "day", "on": "2026-11-25", "name": "Tutup", "kind": "kantor", "reason": "Surat"}
        if row.rule.startswith("/audit/searches"):
            return {"name": SEARCH}
        if row.rule.startswith(("/processes/<key>/move", "/processes/<key>/effect")):
            so_far = self.handed_on["effect" if row.rule.endswith("effect") else "count"]
            return {"so_far": so_far, "order": self.handed_on["order"], "reason": "Direvisi"}
        if row.rule.endswith(("/trial", "/heat")):
            return {"so_far": self.handed_on[row.rule.rpartition("/")[2]]}
        if row.rule == "/processes/upload":
            return {"files": (BytesIO(SOP_FILE.read_bytes()), "sop.bpmn"), "replace": "1"}
        if row.rule == "/processes/import":
            return {"files": (BytesIO(DRAWING), "cuti.bpmn"), "replace": "1"}
        if row.rule == "/processes/<key>/forms":
            return {"form": "survei"}
        if row.rule.startswith("/processes/<key>/forms"):
            return {"source": (FORMS / "pengaduan-1-penyampaian.form").read_text(), "revision": "1"}
        if row.rule == "/processes/new/edit":
            return {"name": "SOP Ringan", "lane": "Petugas"}
        if row.rule.startswith("/processes/<key>/edit"):
            return {"xml": SOP_FILE.read_text(), "revision": "1"}
        if row.rule.startswith("/processes/<key>/draft"):
            return {"revision": "1", "note": "Lima hari"}
        return {"reason": "Pemeriksaan", "to": "petugas2", "lampiran": (BytesIO(b""), "")}


def _signed_in(browser: Browser) -> str:
    cookie = browser.client.get_cookie("alur")
    assert cookie is not None
    return cookie.value


@pytest.fixture(scope="module")
def building(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    folder = tmp_path_factory.mktemp("building")
    file = folder / "alur.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = Engine(f"sqlite:///{file}", Clock())
    yield Building(f"sqlite:///{file}", SopOffice(Website(engine, (), folder), engine))
    engine.close()


def told(answer: TestResponse) -> str:
    """Return an answer as the table writes it."""
    sent_to_sign_in = answer.status_code == 303 and answer.location.startswith("/sign-in?next=")
    return "in" if sent_to_sign_in else str(answer.status_code)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in rows()])
def test_each_role_gets_what_the_table_says(building, row):
    got = {}
    for role in ROLES:
        got[role] = told(building.ask(row, role))
        if row.method != "GET":
            building.put_back()

    assert got == row.wanted


def test_every_route_stands_in_the_table(building):
    routes = {
        f"{method} {rule.rule}"
        for rule in building.office.website.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes == {f"{row.method} {row.rule}" for row in rows()}


def test_every_route_about_a_case_is_tried_with_one_that_is_foreign():
    about = {row.rule: set[str]() for row in rows() if "<case>" in row.rule or "<number>" in row.rule}
    for row in rows():
        if row.about:
            about[row.rule].add(row.about)

    assert all({"shared", "secret"} <= kinds for kinds in about.values()), about


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in commands()])
def test_no_command_works_without_the_token_of_the_form(building, row):
    answer = building.client("petugas1").post(building.address(row), data=building.body(row))
    building.put_back()

    assert answer.status_code == 400
    assert "Formulir ini sudah kedaluwarsa" in answer.text


def test_what_does_not_exist_looks_like_what_is_foreign(building):
    client = building.client("sekretaris")
    secret = building.steps["secret"]

    foreign = client.get(f"/cases/{secret.case}")
    missing = client.get("/cases/PB-2026-99999")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.text.replace(secret.case, "X") == missing.text.replace("PB-2026-99999", "X")
