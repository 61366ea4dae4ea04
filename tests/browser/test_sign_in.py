"""Signing in and the frame of every page, as people see them: keyboard, phone, dark, without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.website import PASSWORD
from webapp.accounts import Accounts

PHONE = {"width": 390, "height": 844}
ADDRESSES = ["/sign-in", "/password", "/nowhere"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(live: LiveOffice, accessible: Callable[[Page], None], address: str, scheme: str) -> None:
    page = (
        live.open(address, color_scheme=scheme)
        if address == "/sign-in"
        else live.sign_in("kepala", address, color_scheme=scheme)
    )

    accessible(page)


def test_a_refused_sign_in_is_read_out_and_the_password_is_next(
    live: LiveOffice, accessible: Callable[[Page], None]
) -> None:
    page = live.open("/sign-in")
    expect(page.get_by_label("Nama masuk")).to_be_focused()
    page.keyboard.type("kepala")
    page.keyboard.press("Tab")
    page.keyboard.type("bukan kata sandinya")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("tidak cocok")
    expect(page.get_by_label("Nama masuk")).to_have_value("kepala")
    expect(page.get_by_label("Kata sandi")).to_be_focused()
    accessible(page)


def test_the_keyboard_alone_signs_in_skips_to_the_content_and_signs_out(live: LiveOffice) -> None:
    Accounts(live.engine).set_password("kepala", PASSWORD)
    page = live.open("/password")
    expect(page.get_by_label("Nama masuk")).to_be_focused()
    page.keyboard.type("kepala")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ganti kata sandi")).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi halaman")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#isi")).to_be_focused()

    page.get_by_role("button", name="Keluar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Anda sudah keluar.")


@pytest.mark.parametrize("address", ADDRESSES)
def test_on_a_phone_nothing_is_cut_off_and_letters_are_large_enough(live: LiveOffice, address: str) -> None:
    page = live.sign_in("koordinator_lalintas", address, viewport=PHONE)

    assert fits(page)
    assert smallest_text(page) >= 16


def test_without_scripts_signing_in_and_out_work(live: LiveOffice) -> None:
    page = live.sign_in("auditor", "/password", java_script_enabled=False)

    page.get_by_role("button", name="Keluar").click()

    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()


def test_the_focus_is_easy_to_see(live: LiveOffice) -> None:
    page = live.open("/sign-in")
    field = page.get_by_label("Nama masuk")
    field.focus()

    outline = field.evaluate("each => [getComputedStyle(each).outlineStyle, getComputedStyle(each).outlineWidth]")

    assert outline == ["solid", "3px"]
