"""Orders in the REST API."""

from tradepost.orders.api.orders import router

__all__ = ["router"]
