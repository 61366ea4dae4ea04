"""What a version does to the open cases, before anybody is moved: which fit and how, which do not, who becomes late.

Looked at part by part, so that no request takes long whatever the number of cases. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import DeployedVersion, Effect, EffectGroup, NotAllowed, NotFound

from ..current import current_actor, current_engine
from .asked import whole_number
from .handed_on import opened, sealed
from .looking import look_further, read, written
from .steps import Steps, Target, element_of, may_run_on, steps_of
from .words import POLICY_WORDS, Rule, plain, rules_used

bp = Blueprint("effects", __name__, url_prefix="/processes")


@dataclass(frozen=True)
class ShownGroup:
    """A group of cases in words: where they stand, by which rules they fit, or what is in the way."""

    group: EffectGroup
    standing: tuple[str, ...]
    rules: tuple[Rule, ...]
    why_not: str

    @property
    def step(self) -> str:
        """Return the element at which these cases wait, for a filter; empty where that is not one."""
        keys = self.group.standing
        return element_of(keys[0]) if len(keys) == 1 else ""


@bp.get("/<key>/effect")
def show(key: str) -> ResponseReturnValue:
    """Begin to look at the open cases."""
    only_who_steers()
    target = _target(key, request.args.get("to", ""))
    return _page(key, target, look_further(current_engine(), None, key, target, current_actor()))


@bp.post("/<key>/effect")
def go_on(key: str) -> ResponseReturnValue:
    """Look at the next open cases, and show all that was found; begin anew if the draft was changed meanwhile."""
    only_who_steers()
    engine, actor = current_engine(), current_actor()
    revision, value = opened(request.form.get("so_far", ""), "effect", key, actor)
    so_far = read(value)
    target = so_far.target
    kept = so_far if revision == _revision(key, target) else None
    return _page(key, target, look_further(engine, kept, key, target, actor), begun_anew=kept is None)


def only_who_steers() -> None:
    """Raise ``NotAllowed`` for who may not move cases."""
    actor = current_actor()
    if not actor.duties & {"head", "process_owner"}:
        raise NotAllowed("Pemindahan perkara ke versi lain dibuka bagi kepala kantor dan pemilik proses.")


def version_in_force(versions: Sequence[DeployedVersion]) -> int:
    """Return the number of the version on which new cases start, else of the newest one."""
    return next((each.version for each in versions if each.in_force), versions[0].version)


def _page(key: str, target: Target, effect: Effect, *, begun_anew: bool = False) -> ResponseReturnValue:
    engine, actor = current_engine(), current_actor()
    versions = [each for each in engine.versions() if each.key == key]  # none, where a draft is the SOP's first
    new = steps_of(engine, key, target, by=actor)
    olds = {each.from_version: steps_of(engine, key, each.from_version, by=actor) for each in effect.groups}
    shown = [_shown(each, olds[each.from_version], new) for each in _in_order(effect.groups)]
    so_far = None
    if not effect.finished:
        so_far = sealed([_revision(key, target), written(effect)], "effect", key, actor)
    page = "moving/_effect.html" if "HX-Request" in request.headers else "moving/effect.html"
    return render_template(
        page,
        key=key,
        name=versions[0].name or key if versions else key,
        target=target,
        versions=versions,
        effect=effect,
        fitting=[each for each in shown if each.group.fits],
        unfitting=[each for each in shown if not each.group.fits],
        movable=any(each.version == target and may_run_on(each) for each in versions),
        late={policy: sum(each.late.get(policy, 0) for each in effect.groups) for policy in POLICY_WORDS},
        policies=POLICY_WORDS,
        so_far=so_far,
        begun_anew=begun_anew,
    )


def _shown(group: EffectGroup, old: Steps, new: Steps) -> ShownGroup:
    return ShownGroup(
        group,
        tuple(old.named(key) for key in group.standing),
        tuple(rules_used(group, old, new)),
        plain(group.why_not or "", old, new),
    )


def _in_order(groups: Sequence[EffectGroup]) -> list[EffectGroup]:
    return sorted(groups, key=lambda each: (-each.count, each.from_version, each.id))


def _target(key: str, text: str) -> Target:
    if text == "draft":
        return "draft"
    return whole_number(text) if text else version_in_force(current_engine().versions(key))


def _revision(key: str, target: Target) -> int | None:
    """Return the revision of the draft that is looked at. Raises ``NotFound`` if it is gone."""
    if target != "draft":
        return None
    draft = current_engine().diagram_draft(key, by=current_actor())
    if draft is None:
        raise NotFound("Draf", key)
    return draft.revision
