from kiosk.domain.language import Tag, Words
from kiosk.domain.problem import Problem


def test_a_forms_own_sentence_goes_before_ours() -> None:
    words = Words(Tag("en"), {"error.too_long": "At most {limit} letters."})
    assert Problem("name", "constraint", text="Ask for more").message(words) == "Ask for more"
    ours = Problem("name", "too_long", "too_long", {"limit": 60})
    assert ours.message(words) == "At most 60 letters."
