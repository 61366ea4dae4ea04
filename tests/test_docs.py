"""The README is complete and not stale: settings, commands, events, errors, rules.

Each table has the thing's name in code quotes in its first column, under these headings: ``setting``,
``command``, ``event``, ``error``, ``rule``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from engine import FORM_RULES, errors, history
from engine.binding import DEPLOYMENT_RULES
from engine.diagram import RULES
from tests import readme
from webapp.cli import main

SOURCES = ("engine/**/*.py", "webapp/**/*.py", "tests/**/*.py")


def named(heading: str) -> set[str]:
    """Return the names in the first column of the README's table with that heading."""
    return {name for row in readme.table(heading) for name in readme.quoted(row[0])}


def settings_in_the_code() -> set[str]:
    """Return every ``ALUR_…`` that stands in the program or in its tests."""
    files = [file for pattern in SOURCES for file in readme.ROOT.glob(pattern)]
    return {name for file in files for name in re.findall(r"""["'`](ALUR_[A-Z_]*[A-Z])["'`=]""", file.read_text())}


def commands(group: click.Group = main, before: str = "") -> Iterator[str]:
    """Yield every command as it is typed, without the leading ``alur``."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name


def subclasses(base: type) -> set[str]:
    """Return the names of ``base`` and of everything derived from it."""
    return {base.__name__}.union(*(subclasses(each) for each in base.__subclasses__()))


def test_every_setting_stands_in_the_readme():
    assert named("setting") == settings_in_the_code()


def test_every_command_stands_in_the_readme():
    documented = {re.sub(r"^alur ", "", name).split(" [")[0] for name in named("command")}
    typed = {re.match(r"[a-z]+(?:-[a-z]+)*(?: [a-z]+)*", name)[0] for name in documented if re.match(r"[a-z]", name)}

    assert typed == set(commands())


def test_commands_that_the_readme_shows_exist():
    known = set(commands()) | {name.split()[0] for name in commands()}
    shown = {name for name in readme.commands_shown() if name not in known and name.split()[0] not in known}

    assert not shown


def test_every_event_stands_in_the_readme():
    assert named("event") == set(history.EVENTS)


def test_every_error_stands_in_the_readme():
    assert named("error") == {name for name in subclasses(errors.EngineError) if hasattr(errors, name)}


def test_every_rule_stands_in_the_readme():
    assert named("rule") == {*RULES, *FORM_RULES, *DEPLOYMENT_RULES}


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_explains_itself(command):
    found: click.Command = main
    for part in command.split():
        assert isinstance(found, click.Group)
        found = found.commands[part]

    assert found.help
    assert all(option.help for option in found.params if isinstance(option, click.Option))
