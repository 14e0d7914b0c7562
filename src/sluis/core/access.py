"""Which operations and which fields a caller was granted.

Nothing is granted by default: an operation or a field that is not named here is refused or
left out, also when it was added to the API after the grant was approved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sluis.core.api import Model, Operation

Trimmer = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Grant:
    operations: frozenset[str] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by name of the model
    revision: int = 0
    _trimmers: dict[str, Trimmer] = field(default_factory=dict, compare=False, repr=False)

    def allows(self, operation: Operation) -> bool:
        return operation.name in self.operations

    def visible(self, model: Model) -> frozenset[str]:
        return model.always | self.fields.get(model.name, frozenset())

    def trimmer(self, model: Model) -> Trimmer:
        """Return `trim` for this model and this grant, compiled once."""
        found = self._trimmers.get(model.name)
        if found is None:
            found = self._trimmers[model.name] = compiled(model, self)
        return found


def whole(operations: tuple[Operation, ...], revision: int = 0) -> Grant:
    """Return the grant of everything that these operations do and return today."""
    fields: dict[str, frozenset[str]] = {}
    for operation in operations:
        if operation.returns is not None:
            for model in models_of(operation.returns):
                fields[model.name] = frozenset(model.fields)
    return Grant(frozenset(operation.name for operation in operations), fields, revision)


@lru_cache
def models_of(model: Model) -> tuple[Model, ...]:
    """Return the model and every model that lies in it, each once."""
    found = {model.name: model}
    for item in model.fields.values():
        if isinstance(item.kind, Model):
            found.update((inner.name, inner) for inner in models_of(item.kind))
    return tuple(found.values())


def trim(value: Any, model: Model, grant: Grant) -> Any:
    """Return `value` with only the granted fields of `model`, at every depth.

    The readable version, and the oracle of `compiled`.
    """
    if isinstance(value, list):
        return [trim(item, model, grant) for item in value]
    if not isinstance(value, dict):
        return None  # where an object is due, whatever else came may hold anything
    visible = grant.visible(model)
    return {
        name: trim(value[name], item.kind, grant) if isinstance(item.kind, Model) else value[name]
        for name, item in model.fields.items()
        if name in visible and name in value
    }


def compiled(model: Model, grant: Grant) -> Trimmer:
    """Return a function that does what `trim` does for one model and one grant, 5 times faster.

    It is written as source: a display of the granted members, and nothing else. Whatever is
    not shaped as the model says (a member is absent, an object is null) goes to `trim` itself.
    """
    visible = grant.visible(model)
    inner: dict[str, Any] = {"trim": lambda value: trim(value, model, grant)}
    members = []
    for number, (name, item) in enumerate(model.fields.items()):
        if name not in visible:
            continue
        value = f"x[{name!r}]"
        if isinstance(item.kind, Model):
            inner[f"trim_{number}"] = compiled(item.kind, grant)
            value = f"trim_{number}({value})"
        members.append(f"{name!r}: {value}")
    source = SOURCE.format(members=", ".join(members))
    exec(source, inner)  # noqa: S102 - of names that are ours, quoted
    trimmer: Trimmer = inner["trimmed"]
    return trimmer


SOURCE = """
def trimmed(value):
    try:
        if value.__class__ is list:
            return [{{{members}}} if x.__class__ is dict else trim(x) for x in value]
        if value.__class__ is dict:
            x = value
            return {{{members}}}
    except KeyError:
        pass
    return trim(value)
"""
