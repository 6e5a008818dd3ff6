import pytest

from likewise.constraints.language.reading import read_expression
from likewise.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("a <", "settings.rule", "at column 4"),
        ("a ; b", "settings.rule", "`;` is not understood, at column 3"),
        ("a in 3", "settings.rule", "a list such as"),
        ("a in [b]", "settings.rule", "a list holds values only"),
        ("a is not 3", "settings.rule", "`missing` is wanted"),
        ("if a > 3", "settings.rule", "`then` is wanted"),
        ("lenn(a) > 3", "settings.rule", "there is no function `lenn`, at column 1"),
        ("len() > 3", "settings.rule", "`len` takes 1 arguments, not 0"),
        ("a < today()", "settings.rule", "gives another value at another time"),
        ("a matches '['", "settings.pattern", "unterminated character set"),
        ("a matches '(?=x)y'", "settings.pattern", "not every reader"),
        ("a matches '(a)\\1'", "settings.pattern", "not every reader"),
        ("a matches '[[:alpha:]]'", "settings.pattern", "differ about a `[`"),
        ("a matches 'x{,3}'", "settings.pattern", "differ about"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text, code, said):
    with pytest.raises(SettingsError) as fault:
        read_expression(text)
    assert fault.value.code == code
    assert said in fault.value.what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(" * 4000 + "a" + ")" * 4000 + " > 1", "nested more than 40 deep, at column 41"),
        ("not " * 5000 + "a > 1", "nested more than 40 deep"),
        ("-" * 5000 + "a > 1", "nested more than 40 deep"),
        ("a" + " ** a" * 5000, "nested more than 40 deep"),
        ("a" + " + a" * 5000 + " > 1", "more than 150 steps"),
        ("if a > 1 then " * 500 + "a > 1", "nested more than 40 deep"),
    ],
)
def test_what_nobody_means_is_refused_in_a_few_words(text, said):
    with pytest.raises(SettingsError) as fault:
        read_expression(text)
    assert fault.value.code == "settings.rule" and said in fault.value.what and len(fault.value.what) < 400


def test_long_rules_are_read():
    assert len(read_expression("total == " + " + ".join(f"a{i}" for i in range(120))).names()) == 121
    assert len(read_expression(" and ".join(f"a{i} > 0" for i in range(2000))).names()) == 2000


def test_a_wrong_function_has_its_nearest_named():
    with pytest.raises(SettingsError) as fault:
        read_expression("substr(a, 1, 2) == 'x'")
    assert fault.value.hint == "did you mean `substring`?"
