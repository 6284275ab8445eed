"""Every address outside the back office, and why a stranger may call it or what guards it instead.

``test_tenancy`` fails for an address that is neither here nor behind ``office_view``.
"""

PUBLIC: dict[str, str] = {
    # api
    "api:openapi-json": "the description of the API holds no data",
    "api:api-root": "redirects to the description",
    # ui
    "ui:gallery": "shows components with made-up data",
}
