"""Templates: everything is escaped, an unknown name is a fault, numbers read as on the command line."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from keeptabs.web import charts, said


@cache
def environment() -> Environment:
    """The one environment of all templates; names of ``said`` are filters and those of ``charts`` functions."""
    made = Environment(
        loader=PackageLoader("keeptabs.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({name: getattr(said, name) for name in said.FILTERS})
    made.globals.update({name: getattr(charts, name) for name in charts.FUNCTIONS})
    return made


def render(template: str, **values: Any) -> str:
    """A template as HTML."""
    return environment().get_template(template).render(**values)
