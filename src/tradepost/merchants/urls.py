from django.urls import path

from tradepost.merchants.views import close, currency, join, modules, shop, team, tokens

app_name = "merchants"

urlpatterns = [
    path("join/<str:token>/", join.join, name="join"),
    path("account/open-shop/", join.open_another, name="open_shop"),
]

office_urlpatterns = [
    path("settings/", shop.details, name="shop"),
    path("settings/standing/", shop.standing, name="standing"),
    path("settings/currency/", currency.currency, name="currency"),
    path("settings/team/", team.members, name="team"),
    path("settings/team/invite/", team.send_invitation, name="invite"),
    path("settings/team/<str:member_id>/role/", team.set_role, name="role"),
    path("settings/team/<str:member_id>/remove/", team.remove_member, name="remove"),
    path("settings/invitations/<str:invitation_id>/withdraw/", team.take_back, name="withdraw"),
    path("settings/tokens/", tokens.token_list, name="tokens"),
    path("settings/tokens/<str:token_id>/revoke/", tokens.revoke, name="revoke_token"),
    path("settings/modules/", modules.switches, name="modules"),
    path("settings/close/", close.ask, name="close"),
    path("settings/close/cancel/", close.cancel, name="cancel_closing"),
]
