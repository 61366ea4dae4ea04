"""Conditions and groups: a small language, and nothing that Python could be talked into."""

from __future__ import annotations

import pytest

from engine.expressions import ExpressionError, compile_condition, compile_group

CASE = {"hasil": "setuju", "nilai": "12.5", "lama": "9", "lengkap": True, "ulang": False, "kosong": None}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("${hasil == 'setuju'}", True, id="text"),
        pytest.param('${hasil == "tolak"}', False, id="another text"),
        pytest.param("${hasil eq 'setuju'}", True, id="word for equal"),
        pytest.param("${hasil ne 'setuju'}", False, id="word for unequal"),
        pytest.param("${'it\\'s' == 'it\\'s'}", True, id="quotation mark in a text"),
        pytest.param("${nilai > 12}", True, id="number above"),
        pytest.param("${nilai == 12.50}", True, id="numbers are equal whatever their zeros"),
        pytest.param("${nilai == '12.50'}", False, id="texts are equal only letter by letter"),
        pytest.param("${lama < 10}", True, id="nine is less than ten"),
        pytest.param("${lama < nilai}", True, id="two numbers as texts are in the order of numbers"),
        pytest.param("${nilai >= 12.5 && nilai <= 12.5}", True, id="at least and at most"),
        pytest.param("${nilai gt -1 and nilai lt 100}", True, id="words for order"),
        pytest.param("${nilai ge 13 or nilai le 12}", False, id="words for at least and at most"),
        pytest.param("${hasil < 'z'}", True, id="texts have an order"),
        pytest.param("${hasil < 5}", False, id="a text that is no number is not below a number"),
        pytest.param("${hasil >= 5}", False, id="nor above it"),
        pytest.param("${hasil == 5}", False, id="nor equal to it"),
        pytest.param("${hasil != 5}", True, id="so it is unequal"),
        pytest.param("${lengkap}", True, id="true field"),
        pytest.param("${ulang}", False, id="false field"),
        pytest.param("${lengkap == true && ulang == false}", True, id="true and false"),
        pytest.param("${lengkap == 'true'}", False, id="true is not the text"),
        pytest.param(
            "${lengkap == 'True' || kosong == 'None' || kosong == 'null'}", False, id="nor how Python writes it"
        ),
        pytest.param("${lengkap == 1}", False, id="true is not one"),
        pytest.param("${ulang < lengkap}", False, id="true and false have no order"),
        pytest.param("${hasil}", False, id="a text alone is not yes"),
        pytest.param("${!hasil}", True, id="not of a text is yes"),
        pytest.param("${kosong == null}", True, id="null equals null"),
        pytest.param("${belum_dijawab == null}", True, id="a field without an answer is null"),
        pytest.param("${kosong == ''}", False, id="null is not the empty text"),
        pytest.param("${kosong < 1 || kosong > 1 || kosong < 'a' || kosong > 'a'}", False, id="null has no order"),
        pytest.param("${kosong != 1}", True, id="null is unequal to a number"),
        pytest.param("${hasil in ['tolak', 'setuju']}", True, id="in a list"),
        pytest.param("${nilai in [1, 12.5]}", True, id="number in a list"),
        pytest.param("${kosong in ['a', null]}", True, id="null in a list"),
        pytest.param("${!(hasil in ['tolak'])}", True, id="not in a list"),
        pytest.param("${not lengkap or hasil == 'setuju' and nilai == 12.5}", True, id="and binds tighter than or"),
        pytest.param("${(lengkap or ulang) and ulang}", False, id="parentheses"),
        pytest.param("${!ulang}", True, id="not"),
        pytest.param("  ${ lengkap }\n", True, id="spaces around"),
        pytest.param("${true}", True, id="always"),
    ],
)
def test_a_condition_means_what_it_says(text: str, holds: bool) -> None:
    assert compile_condition(text).holds(CASE) is holds


def test_a_condition_tells_which_fields_it_reads() -> None:
    condition = compile_condition("${hasil == 'nilai' && (nilai > 3 || !lengkap)}")

    assert condition.names == {"hasil", "nilai", "lengkap"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hasil == 'a'", id="no braces"),
        pytest.param("#{hasil == 'a'}", id="other braces"),
        pytest.param("", id="empty"),
        pytest.param("${}", id="empty braces"),
        pytest.param("${hasil.lower == 'a'}", id="attribute"),
        pytest.param("${().__class__.__bases__[0].__subclasses__()}", id="walk over subclasses"),
        pytest.param("${hasil.update({'a': 1})}", id="method call"),
        pytest.param("${open('/etc/passwd')}", id="function call"),
        pytest.param("${__import__('os').system('true')}", id="import"),
        pytest.param("${execution.getVariable('hasil') == 'a'}", id="Java call"),
        pytest.param("${hasil['a'] == 'a'}", id="index"),
        pytest.param("${9 ** 9 ** 9 == 1}", id="powers"),
        pytest.param("${nilai + 1 == 2}", id="sum"),
        pytest.param("${nilai -1 == 2}", id="difference"),
        pytest.param("${nilai % 2 == 0}", id="remainder"),
        pytest.param("${[x for x in hasil] == 'a'}", id="comprehension"),
        pytest.param("${lambda: 1}", id="lambda"),
        pytest.param("${(a := 1)}", id="walrus"),
        pytest.param("${lengkap ? 'a' : 'b'}", id="ternary"),
        pytest.param("${'a' if lengkap else 'b'}", id="Python ternary"),
        pytest.param("${hasil = 'a'}", id="one equals sign"),
        pytest.param("${hasil == 'a}", id="text without its end"),
        pytest.param("${f'{hasil}' == 'a'}", id="f-string"),
        pytest.param("${1 < nilai < 3}", id="chained"),
        pytest.param("${hasil in hasil}", id="in a field"),
        pytest.param("${hasil in []}", id="in an empty list"),
        pytest.param("${hasil in [nilai]}", id="in a list of fields"),
        pytest.param("${'ya'}", id="a text alone"),
        pytest.param("${lengkap && 'ya'}", id="a text as a truth"),
        pytest.param("${null}", id="null alone"),
        pytest.param("${nilai == 1e9}", id="exponent"),
        pytest.param("${nilai == 0x10}", id="hexadecimal"),
        pytest.param("${nilai == 1.2.3}", id="two points"),
        pytest.param("${nilai == ١}", id="digits of another script"),
        pytest.param("${håsil == 'a'}", id="letters of another script"),
        pytest.param("${hasil == 'a'} && ${lengkap}", id="two expressions"),
        pytest.param("${(lengkap}", id="parenthesis without its end"),
        pytest.param("${lengkap; ulang}", id="two statements"),
        pytest.param("${" + "(" * 500 + "lengkap" + ")" * 500 + "}", id="deep parentheses"),
        pytest.param("${" + "!" * 1000 + "lengkap}", id="many negations"),
        pytest.param("${" + "lengkap || " * 100_000 + "lengkap}", id="huge"),
        pytest.param("${nilai == " + "9" * 1500 + "}", id="huge number"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_condition(text)


def test_a_long_chain_is_no_deep_nesting() -> None:
    condition = compile_condition("${" + " || ".join(["ulang"] * 200) + "}")

    assert not condition.holds(CASE)


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(ExpressionError, match="untuk membandingkan tulis '=='"):
        compile_condition("${hasil = 'a'}")


def test_a_group_is_a_list_of_names() -> None:
    group = compile_group("Seksi Intelijen, Seksi TIKIM")

    assert (group.names, group.field) == (("Seksi Intelijen", "Seksi TIKIM"), None)


def test_a_group_may_be_the_answer_to_a_field() -> None:
    group = compile_group("${seksi_terkait}")

    assert (group.names, group.field) == ((), "seksi_terkait")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a,,b",
        "a,a",
        "${a}, b",
        "${a.b}",
        "${a()}",
        "${true}",
        "#{a}",
        "a;b",
        "${}",
        ",".join(map(str, range(21))),
    ],
)
def test_any_other_group_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_group(text)
