"""``migrate`` on an empty database, several times as fast: what Django's own one makes, it makes.

For each new table, index and constraint Django draws anew every model that is joined to its model by any
chain of foreign keys: here nearly all, hundreds of times. A model that did not exist a moment ago has
nobody who points to it, and an index changes nothing for those who do, so the model alone is drawn. What
is drawn so is marked as Django marks it (``is_delayed``): a data migration gets all of it drawn anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.migrations.state import ModelState, ProjectState


def migrate() -> None:
    """Bring the tables up to date, as ``tradepost migrate`` does."""
    with _drawing_one_model():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _drawing_one_model() -> Iterator[None]:
    usual = {name: getattr(ProjectState, name) for name in _OURS}
    try:
        for name, ours in _OURS.items():
            setattr(ProjectState, name, ours)
        yield
    finally:
        for name, theirs in usual.items():
            setattr(ProjectState, name, theirs)


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]  # not in the stubs
        self.resolve_model_relations(key)
    _draw(self, model_state)


def _append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj: object
) -> None:
    model_state = self.models[app_label, model_name]
    model_state.options[option_name] = [*model_state.options[option_name], obj]
    _draw(self, model_state)


def _draw(state: ProjectState, model_state: ModelState) -> None:
    if "apps" not in state.__dict__:
        return
    state.apps.unregister_model(model_state.app_label, model_state.name_lower)
    state.apps.render_multiple([model_state])
    state.is_delayed = True


_OURS = {"add_model": _add_model, "_append_option": _append_option}
