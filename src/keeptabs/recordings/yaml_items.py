"""The items of one sequence in a YAML text of any size, one at a time. Nothing in it is ever executed."""

from collections.abc import Collection, Iterator
from typing import Any, ClassVar, TextIO

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.events import Event, MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from keeptabs.recordings import EntryError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser, where PyYAML was built with it


class YamlItems(Composer, Resolver):
    """Composes nodes from parser events; anchors hold across the items. Raises yaml.YAMLError."""

    def __init__(self, file: TextIO) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        self._events = yaml.parse(file, Loader=_LOADER)
        self._next: Event | None = None

    def peek_event(self) -> Event | None:
        """The next event, which stays."""
        if self._next is None:
            self._next = next(self._events, None)
        return self._next

    def get_event(self) -> Event | None:
        """The next event, taken."""
        event, self._next = self.peek_event(), None
        return event

    def check_event(self, *kinds: type[Event]) -> bool:
        """True when the next event is of one of the kinds."""
        return isinstance(self.peek_event(), kinds)

    def seek(self, keys: Collection[str]) -> str | None:
        """Go into the first sequence that stands under one of the ``keys`` of the document; None without one."""
        for _ in ("stream", "document"):
            self.get_event()
        if not self.check_event(MappingStartEvent):
            return None
        self.get_event()
        while not self.check_event(MappingEndEvent):
            key = self._node()
            if isinstance(key, ScalarNode) and key.value in keys and self.check_event(SequenceStartEvent):
                self.get_event()
                return str(key.value)
            self._node()
        return None

    def __iter__(self) -> Iterator[Node | None]:
        """The nodes of the sequence that ``seek`` found."""
        while not self.check_event(SequenceEndEvent):
            yield self._node()

    def _node(self) -> Node | None:
        return self.compose_node(None, 0)


def construct(node: Node | None) -> Any:
    """The plain value of a node. Raises EntryError for one that has none."""
    try:
        return _Constructor().construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError) as error:
        problem = getattr(error, "problem", None)
        raise EntryError(f"the YAML has no plain value{f': {problem}' if problem else ''}") from error


class _Constructor(SafeConstructor):
    """Safe values only; what another language's or an older recorder's tag marks is read as the data it stands on."""

    def untagged(self, node: Node) -> Any:
        """The text, list or mapping under an unknown tag."""
        if isinstance(node, SequenceNode):
            return self.construct_sequence(node, deep=True)
        if isinstance(node, MappingNode):
            return self.construct_mapping(node, deep=True)
        return self.construct_scalar(node)  # type: ignore[arg-type]

    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        **SafeConstructor.yaml_constructors,
        "!binary": SafeConstructor.construct_yaml_binary,  # as Ruby writes it
        "tag:yaml.org,2002:timestamp": untagged,
        None: untagged,
    }
