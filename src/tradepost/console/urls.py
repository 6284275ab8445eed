from django.urls import path

from tradepost.console import incident_views, mail_views, transition_views, views
from tradepost.console.announcing import pages as announcing
from tradepost.console.machine import pages as machine
from tradepost.console.registers import parties, plans, questions, records, reviews
from tradepost.console.shops import pages
from tradepost.console.statistics import pages as statistics

app_name = "console"

_ONE = "incidents/<str:incident_id>/"
_QUESTION = "support/<str:question_id>/"
_PARTY = "parties/<str:party_id>/"
_PLAN = "plans/<str:plan_id>/"
_SHOP = "shops/<slug:handle>/"
_BULLETIN = "announcements/<str:bulletin_id>/"
_REVIEW = "mail-reviews/<str:review_id>/"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("shops/", pages.shop_list, name="merchants"),
    path(_SHOP, pages.shop, name="shop"),
    path(f"{_SHOP}suspend/", pages.suspend, name="suspend-shop"),
    path(f"{_SHOP}lift/", pages.lift, name="lift-suspension"),
    path(f"{_SHOP}notice/", pages.notice, name="give-notice"),
    path(f"{_SHOP}keep/", pages.keep, name="withdraw-notice"),
    path(f"{_SHOP}limit/", pages.limit, name="shop-limit"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("health/", machine.health, name="health"),
    path("health/relay/", machine.look, name="look-at-relay"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("announcements/", announcing.bulletins, name="bulletins"),
    path("announcements/new/", announcing.new, name="new-bulletin"),
    path(_BULLETIN, announcing.bulletin, name="bulletin"),
    path(f"{_BULLETIN}send/", announcing.send, name="send-bulletin"),
    path(f"{_BULLETIN}withdraw/", announcing.withdraw, name="withdraw-bulletin"),
    path("limits/", machine.limits, name="limits"),
    path("backups/", views.backups, name="backups"),
    path("modules/", views.modules, name="modules"),
    path("modules/preset/", views.preset, name="preset"),
    path("transition/", transition_views.transition, name="transition"),
    path("transition/withdraw/", transition_views.withdraw, name="withdraw-transition"),
    path("mail/", mail_views.mail, name="mail"),
    path("mail/<str:mail_id>/", mail_views.incoming_mail, name="incoming_mail"),
    path("data-map/", views.data_map, name="data-map"),
    path("disclosures/", views.disclosures, name="disclosures"),
    path("requests/", views.requests, name="requests"),
    path("requests/<str:request_id>/", views.request_page, name="request"),
    path("support/", questions.queue, name="support"),
    path(_QUESTION, questions.question, name="question"),
    path(f"{_QUESTION}say/", questions.say, name="question-say"),
    path(f"{_QUESTION}state/", questions.state, name="question-state"),
    path(f"{_QUESTION}assign/", questions.assign, name="question-assign"),
    path(f"{_QUESTION}tags/", questions.tags, name="question-tags"),
    path(f"{_QUESTION}file/<str:file_id>/", questions.file, name="question-file"),
    path("incidents/", incident_views.incidents, name="incidents"),
    path("incidents/new/", incident_views.new, name="new-incident"),
    path(_ONE, incident_views.incident, name="incident"),
    path(f"{_ONE}facts/", incident_views.facts, name="incident-facts"),
    path(f"{_ONE}scope/", incident_views.scope, name="incident-scope"),
    path(f"{_ONE}freeze/", incident_views.freeze, name="incident-freeze"),
    path(f"{_ONE}people/", incident_views.people, name="incident-people"),
    path(f"{_ONE}severity/", incident_views.severity, name="incident-severity"),
    path(f"{_ONE}letter/", incident_views.letter, name="incident-letter"),
    path(f"{_ONE}test/", incident_views.send_test, name="incident-test"),
    path(f"{_ONE}send/", incident_views.send, name="incident-send"),
    path(f"{_ONE}report/", incident_views.report, name="incident-report"),
    path(f"{_ONE}authority/", incident_views.authority, name="incident-authority"),
    path(f"{_ONE}decide/", incident_views.decide, name="incident-decide"),
    path(f"{_ONE}close/", incident_views.close, name="incident-close"),
    path("mail-reviews/", reviews.reviews, name="reviews"),
    path("mail-reviews/ask/", reviews.ask, name="ask-review"),
    path(_REVIEW, reviews.review, name="review"),
    path(f"{_REVIEW}approve/", reviews.approve, name="approve-review"),
    path(f"{_REVIEW}refuse/", reviews.refuse, name="refuse-review"),
    path(f"{_REVIEW}end/", reviews.end, name="end-review"),
    path(f"{_REVIEW}<str:kind>/<str:mail_id>/", reviews.mail, name="reviewed-mail"),
    path("record/<str:of>/", records.record, name="record"),
    path("record/<str:of>/pdf/", records.record_paper, name="record-pdf"),
    path("record/<str:of>/json/", records.record_data, name="record-json"),
    path("agreements/<slug:handle>/", records.agreement, name="agreement"),
    path("parties/", parties.parties, name="parties"),
    path("parties/new/", parties.new, name="new-party"),
    path(_PARTY, parties.party, name="party"),
    path(f"{_PARTY}change/", parties.change, name="party-change"),
    path(f"{_PARTY}end/", parties.end, name="party-end"),
    path(f"{_PARTY}contract/", parties.contract, name="party-contract"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.new, name="new-plan"),
    path("plans/free/", plans.free, name="free-plan"),
    path("plans/shops/", plans.subscriptions, name="subscriptions"),
    path(_PLAN, plans.plan, name="plan"),
    path(f"{_PLAN}change/", plans.change, name="plan-change"),
    path(f"{_PLAN}price/", plans.price, name="plan-price"),
    path(f"{_PLAN}close/", plans.close, name="plan-close"),
]
