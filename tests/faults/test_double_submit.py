"""One form handed in more than once: one success, the others are told who did it and when, nothing else changes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.clock import Clock
from tests.faults.office import AGAIN, completions, open_office, start_case
from tests.faults.threads import all_at_once, errors
from tests.website import Website


def test_a_form_posted_by_twenty_threads_succeeds_once(database_url: str, clock: Clock, tmp_path: Path) -> None:
    engine, people = open_office(database_url, 1, clock)
    case = start_case(engine, people[0])
    browser = Website(engine, people, tmp_path).browser("petugas0")
    form = {"csrf_token": browser.token, "catatan": "sekali saja", **AGAIN}
    cookie = browser.client.get_cookie("alur")
    assert cookie is not None

    def post() -> tuple[int, str]:
        client = browser.client.application.test_client()
        client.set_cookie("alur", cookie.value)
        answer = client.post(f"/tasks/{case}/periksa:1", data=form)
        return answer.status_code, answer.text

    answers = all_at_once([post] * 20)

    assert not errors(answers)
    statuses = [answer[0] for answer in answers if not isinstance(answer, Exception)]
    assert Counter(statuses) == {303: 1, 409: 19}
    refused = [answer[1] for answer in answers if not isinstance(answer, Exception) and answer[0] == 409]
    assert all("Petugas 0" in page and "24 Nov 2026 09.00" in page for page in refused)
    assert all("sekali saja" in page for page in refused)  # what was typed is not lost
    assert len(completions(engine, case)) == 2
    assert engine.verify(case).sound
    engine.close()


def test_two_people_who_race_for_one_item_see_one_success_and_one_name(
    database_url: str, clock: Clock, tmp_path: Path
) -> None:
    engine, people = open_office(database_url, 2, clock)
    case = start_case(engine, people[0])
    website = Website(engine, people, tmp_path)
    browsers = [website.browser(person.name) for person in people]

    form = {"catatan": "saya dulu", **AGAIN}

    answers = all_at_once([partial(each.post, f"/tasks/{case}/periksa:1", form) for each in browsers])

    assert not errors(answers)
    pages = {answer.status_code: answer.text for answer in answers if not isinstance(answer, Exception)}
    assert sorted(pages) == [303, 409]
    winner = next(
        each.full_name for each in people if engine.work_item(case, "periksa:1", by=each).closed_by == each.name
    )
    assert winner in pages[409]
    assert len(completions(engine, case)) == 2
    engine.close()


def test_the_back_button_an_hour_later_changes_nothing(database_url: str, clock: Clock, tmp_path: Path) -> None:
    engine, people = open_office(database_url, 1, clock)
    case = start_case(engine, people[0])
    browser = Website(engine, people, tmp_path).browser("petugas0")
    form = {"catatan": "pertama", **AGAIN}
    assert browser.post(f"/tasks/{case}/periksa:1", form).status_code == 303
    clock.advance(timedelta(hours=1))
    before = engine.history(case, by=people[0])

    again = browser.post(f"/tasks/{case}/periksa:1", form | {"catatan": "kedua"})

    assert again.status_code == 409
    assert "24 Nov 2026 09.00" in again.text
    assert engine.history(case, by=people[0]) == before
    engine.close()
