"""Every address outside the back office, and why a stranger may call it or what guards it instead.

``test_tenancy`` fails for an address that is neither here nor behind ``office_view``.
"""

PUBLIC: dict[str, str] = {
    # api
    "api:openapi-json": "the description of the API holds no data",
    "api:api-root": "redirects to the description",
    # delivery
    "delivery:caught": "the demo's caught mail: the operator, or the very machine a demo runs on",
    "delivery:caught_html": "the demo's caught mail: the operator, or the very machine a demo runs on",
    "delivery:caught_mail": "the demo's caught mail: the operator, or the very machine a demo runs on",
    "delivery:caught_source": "the demo's caught mail: the operator, or the very machine a demo runs on",
    # privacy
    "privacy:agreement": "public text",
    "privacy:ask": "asks for an address; the same answer for all",
    "privacy:ask-merchant": "asks for an address; the same answer for all",
    "privacy:correct": "needs a running visit, opened by a mailed link",
    "privacy:download": "needs a running visit, opened by a mailed link",
    "privacy:erase": "needs a running visit, opened by a mailed link",
    "privacy:leave": "needs a running visit, opened by a mailed link",
    "privacy:lift": "needs a running visit, opened by a mailed link",
    "privacy:message": "needs a running visit, opened by a mailed link",
    "privacy:notice": "the notice is public",
    "privacy:notice-merchant": "the notice is public",
    "privacy:object": "needs a running visit, opened by a mailed link",
    "privacy:open": "the address holds a secret that works once",
    "privacy:proof": "the proof is public",
    "privacy:restrict": "needs a running visit, opened by a mailed link",
    "privacy:visit": "needs a running visit, opened by a mailed link",
    "privacy:withdraw": "needs a running visit, opened by a mailed link",
    # ui
    "ui:gallery": "shows components with made-up data",
}
