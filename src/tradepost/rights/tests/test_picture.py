"""The map as a picture: it says what the declarations and settings say, and changes with them."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import translation
from django_scopes import scope

from tradepost.audit.types import SYSTEM
from tradepost.datamap.collection import collection_points
from tradepost.datamap.processors import PartyRole, Processor, processors
from tradepost.datamap.registry import keep_rules, personal_fields, personal_models
from tradepost.datamap.vocabulary import Kind, Purpose, Subject
from tradepost.modules.switches import modules, operators_choice
from tradepost.rights.actions.choose_period import choose_period
from tradepost.rights.picture.drawing import NARROW, WIDE, broken, drawings
from tradepost.rights.picture.lanes import lanes_of_installation, lanes_of_shop
from tradepost.rights.tests.test_portal import guest  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


def said(lanes) -> str:
    return "\n".join(
        " ".join([lane.title, lane.whose, *lane.kinds, *lane.doors, *lane.lies, *lane.gets])
        + " ".join(f"{stay.period} {' '.join(stay.what)}" for stay in lane.goes)
        for lane in lanes
    )


def test_every_purpose_and_kind_of_the_map_is_in_the_picture(merchant):
    text = said(lanes_of_shop(merchant)).lower()
    for model in personal_models():
        for field in personal_fields(model).values():
            if field.subject is Subject.CUSTOMER:
                assert field.purpose in text
                assert field.kind in text
    for door in collection_points.values():
        assert (door.meaning.lower() in text) == (door.subject is Subject.CUSTOMER)


def test_a_module_that_is_switched_off_leaves_the_picture(merchant):
    door = collection_points["campaigns.opens"].meaning
    assert door in said(lanes_of_shop(merchant))
    assert "opens and clicks" in said(lanes_of_shop(merchant))
    key = next(key for key, module in modules.items() if "campaigns.opens" in module.collects)
    operators_choice.know([key])
    lanes = lanes_of_shop(merchant)
    assert door not in said(lanes)
    assert all("opens and clicks" not in lane.kinds for lane in lanes)
    assert all("Opens and clicks" not in stay.what for lane in lanes for stay in lane.goes)


def test_what_a_switched_off_module_left_behind_stays_in_the_picture(merchant, monkeypatch):
    monkeypatch.setattr("tradepost.rights.picture.lanes._has_rows", lambda label, merchant: True)
    operators_choice.know([key for key, it in modules.items() if "campaigns.opens" in it.collects])
    assert any("opens and clicks" in lane.kinds for lane in lanes_of_shop(merchant))


def party(**changes) -> Processor:
    return Processor(
        **{
            "id": "letters", "name": "Paper Letters Ltd", "role": PartyRole.MERCHANT,
            "what": (Kind.ADDRESS,), "why": "prints", "purposes": (Purpose.ORDERS,),
            "country": "FR", "safeguard": "in the EU",
        } | changes
    )  # fmt: skip


def test_a_new_party_appears_where_it_gets_something_and_nowhere_else(merchant, monkeypatch):
    monkeypatch.setitem(processors, "letters", party())
    with_it = [lane.title for lane in lanes_of_shop(merchant) if "Paper Letters" in said([lane])]
    assert with_it == ["Take and deliver orders"]
    assert "Paper Letters Ltd, France" in said(lanes_of_installation(Subject.CUSTOMER))
    monkeypatch.setitem(processors, "letters", party(active=lambda: False))
    assert "Paper Letters" not in said(lanes_of_shop(merchant))
    monkeypatch.setitem(processors, "letters", party(used_by=lambda merchant: False))
    assert "Paper Letters" not in said(lanes_of_shop(merchant))


def test_who_hosts_stands_where_it_lies(merchant, monkeypatch):
    monkeypatch.setitem(processors, "letters", party(role=PartyRole.HOSTING))
    lane = lanes_of_shop(merchant)[0]
    assert "Paper Letters Ltd, France" in lane.lies
    assert "Paper Letters" not in " ".join(lane.gets)


def test_a_shop_s_own_period_is_drawn(merchant):
    rule = next(rule for rule in keep_rules.values() if rule.choice)
    days = rule.choice[0].days + 1
    with scope(merchant=merchant):
        choose_period(merchant=merchant, rule_id=rule.id, days=days, by=SYSTEM)
    stays = [stay for lane in lanes_of_shop(merchant) for stay in lane.goes]
    assert any(stay.days == days for stay in stays)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_drawing_is_sound_and_its_texts_stay_in_it(merchant, language):
    with translation.override(language):
        drawn = drawings(lanes_of_shop(merchant), "map")
    for drawing, width in zip(drawn, (WIDE, NARROW), strict=True):
        assert drawing.width == width
        assert all(box.x >= 0 and box.x + box.width <= width for box in drawing.boxes)
        assert all(box.y + box.height <= drawing.height for box in drawing.boxes)
        assert all(text.y < drawing.height and text.text.strip() for text in drawing.texts)


def test_a_long_word_is_cut_and_not_lost():
    word = "Rechtsschutzversicherungsgesellschaften"
    lines = broken(f"die {word} da", 120)
    assert len(lines) > 2
    assert "".join(line.rstrip("-") for line in lines).replace(" ", "") == f"die{word}da"


def test_the_office_shows_it_with_a_name_and_the_same_as_a_table(office, merchant):
    page = office.get(f"/office/{merchant.handle}/privacy/data-map/").text
    drawn = [f"<svg{part.split('</svg>')[0]}</svg>" for part in page.split("<svg")[1:]]
    pictures = [text for text in drawn if "map-drawing" in text]
    assert len(pictures) == 2
    for text in pictures:
        root = ElementTree.fromstring(text)
        names = {child.get("id"): child.text for child in root if child.get("id")}
        assert all(names[id] for id in root.get("aria-labelledby").split())
        assert "style" not in text
    for lane in lanes_of_shop(merchant):
        assert lane.title in page.split("The same as a table")[1]
    assert "audience.Contact" in page.split("Field by field")[1]
    assert "audience.Contact" not in page.split("Field by field")[0]


def test_a_person_sees_only_what_is_held_about_her(guest, merchant):  # noqa: F811  the fixture
    page = guest.get("/privacy/visit/picture/").text
    assert "Legal duty" in page
    assert f"{merchant.name} and its team" in page
    for other in ("Take and deliver orders", "Newsletters", "telephone number", "postal address"):
        assert other not in page
    assert "See it as a picture" in guest.get("/privacy/visit/").text


def test_a_person_without_a_visit_sees_no_picture(client):
    assert client.get("/privacy/visit/picture/").status_code == 302


def test_nothing_is_asked_of_people_s_rows(merchant, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        lanes_of_shop(merchant)


def test_periods_have_bars_that_grow(merchant):
    [lane] = [lane for lane in lanes_of_shop(merchant) if lane.title == "Legal duty"]
    days = [stay.days for stay in lane.goes if stay.days]
    assert days == sorted(days)
    assert days[-1] > timedelta(days=3000).days
