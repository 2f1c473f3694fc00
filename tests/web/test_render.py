import pytest
from jinja2 import UndefinedError

from keeptabs.web.render import environment


def test_everything_is_escaped() -> None:
    """Text is text, also within an attribute."""
    made = environment().from_string('<a title="{{ x }}">{{ x }}</a>').render(x="<b>\"'&")
    assert made == '<a title="&lt;b&gt;&#34;&#39;&amp;">&lt;b&gt;&#34;&#39;&amp;</a>'


def test_an_unknown_name_is_a_fault() -> None:
    """A template that asks for what is not there shows no hole."""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_templates_know_how_numbers_are_said_and_charts_drawn() -> None:
    """Filters and functions come from the modules of their own."""
    assert environment().from_string("{{ 5 | usd }} {{ bar(0.5) }}").render().startswith("&lt;$0.0001 <svg")
