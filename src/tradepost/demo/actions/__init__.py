from tradepost.demo.actions.load import is_empty, load_demo

__all__ = ["is_empty", "load_demo"]
