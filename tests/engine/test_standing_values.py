"""What decisions add up to, held against an office that is lived through minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.standing.values import VersionDecision, in_force, standing_of

BEGINS = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
EXAMPLES = 150
VERSIONS = range(1, 5)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["submitted", "activated", "activated", "rejected", "cancelled"]),
        st.sampled_from(VERSIONS),
        st.integers(0, 6),
        st.integers(0, 9),
    ),
    max_size=14,
)


class Lived:
    """An office without a record: it knows what holds now, and what is to come."""

    def __init__(self) -> None:
        self.now, self.holds = 0, 0
        self.to_come: list[tuple[int, int, int]] = []

    def wait(self, minutes: int) -> None:
        """Let time pass; what falls due takes effect in order, of two at once the later decision last."""
        self.now += minutes
        for due in sorted(each for each in self.to_come if each[0] <= self.now):
            self.holds = due[2]
            self.to_come.remove(due)


@settings(max_examples=EXAMPLES, deadline=None)
@given(STEPS)
def test_what_is_in_force_is_what_an_office_lives_through(steps: list[tuple[str, int, int, int]]) -> None:
    office, decisions = Lived(), list[VersionDecision]()
    for number, (verdict, version, waits, ahead) in enumerate(steps, start=1):
        office.wait(waits)
        now = BEGINS + timedelta(minutes=office.now)
        effective = now + timedelta(minutes=ahead) if verdict == "activated" else None
        decisions.append(VersionDecision(number, "surat", version, verdict, effective, now, "kepala", ""))
        if verdict == "activated":
            office.to_come.append((office.now + ahead, number, version))
        if verdict == "cancelled":
            office.to_come = [each for each in office.to_come if each[2] != version]
        office.wait(0)

        held = in_force(decisions, now)

        assert (held.version if held else 0) == office.holds
        for each in VERSIONS:
            state = standing_of(each, decisions, now).state
            assert (state == "in_force") == (each == office.holds)
            assert (state == "scheduled") <= any(due[2] == each for due in office.to_come)
    office.wait(100)
    last = in_force(decisions, BEGINS + timedelta(minutes=office.now))
    assert (last.version if last else 0) == office.holds
