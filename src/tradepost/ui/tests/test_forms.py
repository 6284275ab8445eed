"""What a screen reader needs of a form is in its HTML."""

import re

import pytest
from django import forms
from django.utils.safestring import SafeString

from tradepost.ui.forms import Renderer


class OrderForm(forms.Form):
    default_renderer = Renderer

    email = forms.EmailField(label="Address", help_text="For the receipt.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    way = forms.ChoiceField(
        label="Delivery", widget=forms.RadioSelect, choices=[("post", "By post"), ("shop", "Fetch")]
    )
    days = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, choices=[("mo", "Monday")]
    )
    letters = forms.BooleanField(label="Send me letters", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def group(form: forms.Form, name: str) -> SafeString:
    html: SafeString = form[name].as_field_group()
    return html


def test_a_label_names_its_control() -> None:
    html = group(OrderForm(), "email")
    assert '<label for="id_email">Address</label>' in html
    assert 'id="id_email"' in html


def test_help_is_tied_to_the_control() -> None:
    html = group(OrderForm(), "email")
    assert 'aria-describedby="id_email_helptext"' in html
    assert 'id="id_email_helptext">For the receipt.' in html


def test_an_error_stands_beside_its_field_and_is_tied_to_it() -> None:
    html = group(OrderForm({"email": "no"}), "email")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert re.search(r'<ul class="errors" id="id_email_error"><li>.*Enter a valid email', html)


def test_what_was_typed_is_kept() -> None:
    assert 'value="no"' in group(OrderForm({"email": "no"}), "email")


def test_only_what_may_be_left_out_is_marked() -> None:
    assert "(optional)" in group(OrderForm(), "note")
    assert "(optional)" not in group(OrderForm(), "email")


def test_a_single_checkbox_comes_before_its_label() -> None:
    html = group(OrderForm(), "letters")
    assert html.index("<input") < html.index("Send me letters")
    assert "(optional)" not in html


@pytest.mark.parametrize("name", ["way", "days"])
def test_choices_are_a_fieldset_with_a_legend_and_a_label_each(name: str) -> None:
    html = group(OrderForm(), name)
    assert "<fieldset" in html
    assert "<legend>" in html
    assert f'for="id_{name}_0"' in html


def test_an_error_of_choices_is_tied_to_the_fieldset() -> None:
    assert '<fieldset aria-describedby="id_way_error"' in group(OrderForm({}), "way")


def test_a_whole_form_keeps_hidden_fields_and_says_what_is_wrong_with_it_all() -> None:
    form = OrderForm({})
    form.add_error(None, "The shop is closed today.")
    html = str(form)
    assert html.count('type="hidden"') == 1
    assert 'role="alert"' in html
    assert "The shop is closed today." in html


def test_no_style_or_script_is_written_into_the_page() -> None:
    assert not re.search(r"style=|<script|onclick", str(OrderForm({})))


def test_a_hidden_field_is_described_to_nobody() -> None:
    """The validator refuses `aria-*` on it; so do the hidden first values of a field with a help text."""

    class Stock(forms.Form):
        stock = forms.IntegerField(help_text="Empty: never.", show_hidden_initial=True)
        shown = forms.IntegerField(widget=forms.HiddenInput, help_text="Nobody reads this.")

    html = str(Stock({"stock": "x", "shown": "x", "initial-stock": "1"}))
    hidden = re.findall(r'<input type="hidden"[^>]*>', html)
    assert len(hidden) == 2
    assert not [one for one in hidden if "aria-" in one]
    assert 'aria-describedby="id_stock_helptext' in html, "the field itself is"
