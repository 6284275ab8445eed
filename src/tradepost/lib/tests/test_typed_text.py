from tradepost.lib.typed_text import typed


def test_card_numbers_and_control_characters_are_taken_out() -> None:
    assert typed("a\x00b 4111 1111 1111 1111\r\nnext\x1b[31m \u202etxt") == (
        "ab [card number …1111 removed]\nnext[31m txt"
    )


def test_a_card_number_at_the_edge_of_the_length_is_not_cut_in_half() -> None:
    kept = typed("x" * 90 + " 4111 1111 1111 1111", 100)
    assert "4111" not in kept
    assert len(kept) == 100


def test_ordinary_words_of_any_script_stay_as_they_are() -> None:
    for text in ("Łukasz Żółć", "山田 太郎", "👩‍👩‍👧", "line\n\ttab", "+49 30 1234567"):
        assert typed(text) == text
