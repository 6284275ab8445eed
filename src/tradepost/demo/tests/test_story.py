from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django_scopes import scopes_disabled

from tradepost.audience.models import Contact
from tradepost.campaigns.models import Campaign, Event
from tradepost.catalog.models import Photo, Product
from tradepost.catalog.pictures import EncodedPicture
from tradepost.delivery.models import Handover, Mail
from tradepost.demo.actions import load, load_demo
from tradepost.demo.actions.load import NotEmpty
from tradepost.demo.goods import GOODS
from tradepost.demo.pictures import SHAPES, draw
from tradepost.orders.models import Invoice, Order
from tradepost.support.models import Conversation


@pytest.mark.django_db
def test_the_story_is_whole_and_writes_to_nobody(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_demo()
    with scopes_disabled():
        assert (Product.objects.count(), Photo.objects.count()) == (40, 40)
        assert Contact.objects.count() == 2000
        orders = Order.objects.all()
        assert orders.count() == 300
        assert orders.filter(accepted_at=None, cancelled_at=None).count() >= 10
        assert orders.filter(archived_at__isnull=False).count() > 150
        assert orders.filter(cancelled_at__isnull=False).exists()
        assert not orders.filter(dispatched_at__isnull=False, accepted_at=None).exists()
        assert Invoice.objects.count() == orders.filter(paid_at__isnull=False).count()
        assert Campaign.objects.filter(state="done").count() == 3
        assert Event.objects.exists()
        assert not Handover.objects.filter(settled_at=None).exists()
        assert set(Conversation.objects.values_list("state", flat=True)) == {
            *("open", "answered", "closed"),
        }
        assert not Mail.objects.exists()
    with pytest.raises(NotEmpty):
        load_demo()


@pytest.mark.django_db
@pytest.mark.parametrize("painter_dies", [False, True])
def test_pictures_are_taken_from_whoever_draws_beside_and_drawn_here_when_that_one_dies(
    settings, tmp_path, monkeypatch, painter_dies
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(load, "stories", lambda *_: [])
    painting: Future[list[EncodedPicture]] = Future()
    if painter_dies:
        painting.set_exception(BrokenProcessPool())
    else:
        painting.set_result([EncodedPicture({320: b"drawn beside"}, 320)] * len(GOODS))
    call_command("demo", verbosity=0, painting=painting)
    with scopes_disabled():
        photos = list(Photo.objects.all())
    assert len(photos) == len(GOODS)
    kept = [default_storage.open(f"{it.stem}-{min(it.widths)}.webp").read() for it in photos]
    assert all((content == b"drawn beside") is not painter_dies for content in kept)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_picture_is_the_same_each_time(shape):
    assert draw(shape, "Navy", seed=3) == draw(shape, "Navy", seed=3)
