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


def test_a_wrong_function_has_its_nearest_named():
    with pytest.raises(SettingsError) as fault:
        read_expression("substr(a, 1, 2) == 'x'")
    assert fault.value.hint == "did you mean `substring`?"
