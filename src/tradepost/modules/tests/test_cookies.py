import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tradepost.modules.cookies import UndeclaredCookie, declared_cookies_only


def answer(name: str, **how: object) -> HttpResponse:
    def application(request):
        response = HttpResponse()
        response.set_cookie(name, "1", **how)
        return response

    return declared_cookies_only(application)(RequestFactory().get("/"))


def test_a_declared_cookie_passes():
    assert "sessionid" in answer("sessionid").cookies


def test_an_undeclared_cookie_is_a_fault_while_testing():
    with pytest.raises(UndeclaredCookie, match="tracker"):
        answer("tracker")


def test_in_production_it_is_dropped_and_said_in_the_log(settings, caplog):
    settings.UNDECLARED_COOKIE_RAISES = False
    assert "tracker" not in answer("tracker").cookies
    assert "tracker" in caplog.text


def test_any_cookie_may_be_deleted():
    assert "tracker" in answer("tracker", max_age=0).cookies


def test_a_cookie_in_a_header_of_its_own_is_none_the_less_stopped(settings):
    def application(request):
        return HttpResponse(headers={"Set-Cookie": "sessionid=1; Path=/"})

    layer = declared_cookies_only(application)
    with pytest.raises(UndeclaredCookie, match="sessionid"):
        layer(RequestFactory().get("/"))
    settings.UNDECLARED_COOKIE_RAISES = False
    assert "Set-Cookie" not in layer(RequestFactory().get("/")).headers
