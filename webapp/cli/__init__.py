"""The command ``alur``: everything that the engine can do, for operators, owners and auditors at a terminal.

Exit code 0: done; 1: refused, or a history that does not verify; 2: wrong usage. Every reading
command takes ``--json`` and then prints one JSON object a line. Nothing here decides anything:
a command parses, asks the engine and prints.
"""

from __future__ import annotations

from typing import Any

import click

from engine import EngineError
from webapp.accounts import PasswordRefused
from webapp.settings import SettingsRefused

from . import (
    approving,
    cases,
    checking,
    copying,
    definitions,
    erasing,
    exporting,
    holidays,
    moving,
    people,
    proof,
    revising,
    seals,
    serving,
    sop,
    standards,
)


class Refused(click.ClickException):
    """The engine refused: exit code 1 with the refusal's own sentence."""

    exit_code = 1


class Alur(click.Group):
    """The command group: one place that turns refusals into exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (EngineError, PasswordRefused) as error:
            raise Refused(str(error)) from error
        except SettingsRefused as error:
            raise click.UsageError(str(error)) from error


@click.group(cls=Alur, name="alur", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Alur menjalankan SOP langsung dari diagram BPMN-nya."""


for part in (
    serving,
    checking,
    definitions,
    approving,
    cases,
    proof,
    exporting,
    seals,
    copying,
    erasing,
    holidays,
    people,
    sop,
    revising,
    moving,
    standards,
):
    for command in part.COMMANDS:
        main.add_command(command)
