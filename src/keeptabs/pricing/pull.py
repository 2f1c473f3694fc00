"""Newer base prices out of bytes that somebody else made: every row is checked before anything is believed."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from keeptabs.pricing import convert, load, units
from keeptabs.pricing.match import Clause
from keeptabs.pricing.rows import BaseFile, Model, PriceFileError, Row

_PROVIDER = re.compile(r"[a-z0-9][a-z0-9_.-]*")  # it becomes the name of a file
_BEYOND_BELIEF = Decimal(10**9)  # USD
_OURS = re.compile(rb'\s*\{\s*"head"')


class Pull(msgspec.Struct, frozen=True, kw_only=True):
    """Base files that can be used. ``unknown`` are price keys that nothing here is billed by."""

    files: Mapping[str, BaseFile]  # by provider
    texts: Mapping[str, str]  # the same, as they are written to disk
    unknown: tuple[str, ...] = ()


def read(data: Mapping[str, bytes], today: str) -> Pull:
    """The base files in ``data``, which has the bytes of files by their names; ``today`` is an ISO date.

    A file is the ``data.json`` of genai-prices, which is converted, or a base file of ours.

    Raises:
        PriceFileError: any of it is wrong.
    """
    texts = {provider: text for name, content in data.items() for provider, text in _texts(name, content, today)}
    files = {provider: load.base_file(text.encode(), provider) for provider, text in texts.items()}
    if not files:
        raise PriceFileError("there are no prices in it")
    wrong = [mistake for provider, file in files.items() for mistake in _mistakes(provider, file, today)]
    wrong += [f"{name}: its rows are not those that its head has the hash of" for name in _edited(texts, files)]
    if wrong:
        more = f" (and {len(wrong) - 1:,} more mistakes)" if len(wrong) > 1 else ""
        raise PriceFileError(f"{wrong[0]}{more}")
    keys = {key for file in files.values() for model in file.models for row in model.rows for key in row.unit}
    return Pull(files=files, texts=texts, unknown=tuple(sorted(keys - units.KEYS)))


def older(files: Mapping[str, BaseFile]) -> list[str]:
    """The providers for which newer prices came with keeptabs."""
    shipped = {provider: load.base(provider) for provider in files}
    return [name for name, own in shipped.items() if own and own.head.converted > files[name].head.converted]


def _texts(name: str, content: bytes, today: str) -> Iterator[tuple[str, str]]:
    if _OURS.match(content):
        try:
            yield load.base_file(content, name).head.provider, content.decode()
        except UnicodeDecodeError as error:
            raise PriceFileError(f"{name}: not UTF-8 text") from error
        return
    try:
        providers = convert.read(content)
    except PriceFileError as error:
        raise PriceFileError(f"{name}: {error}") from error
    version = hashlib.sha256(content).hexdigest()[:12]
    for provider in providers:
        yield provider.id, convert.document(provider, source="genai-prices", version=version, converted=today)


def _edited(texts: Mapping[str, str], files: Mapping[str, BaseFile]) -> Iterator[str]:
    for provider, text in texts.items():
        content = text.partition('"models": [\n')[2].removesuffix("\n]}\n")
        if hashlib.sha256(content.encode()).hexdigest() != files[provider].head.sha256:
            yield provider


def _mistakes(provider: str, file: BaseFile, today: str) -> Iterator[str]:
    if not _PROVIDER.fullmatch(provider):
        yield f"{provider!r} is no name of a provider"
    try:
        if date.fromisoformat(file.head.converted) > date.fromisoformat(today):
            yield f"{provider}: it says that it was made on {file.head.converted}, which is to come"
    except ValueError:
        yield f"{provider}: {file.head.converted!r} is no date"
    seen: set[str] = set()
    for model in file.models:
        where = f"{provider}/{model.id}"
        if not model.id or model.id in seen:
            yield f"{where}: there are two models of that id" if model.id else f"{provider}: a model has no id"
        seen.add(model.id)
        yield from (f"{where}: {mistake}" for mistake in (*_model_mistakes(model), *_clause_mistakes(model.match)))


def _model_mistakes(model: Model) -> Iterator[str]:
    if not model.rows:
        yield "it has no rows"
    for row in model.rows:
        for key, usd in _amounts(row):
            if not _is_amount(usd):
                yield f"{key} = {usd!r} is no amount"
        if missing := sorted(row.tier.keys() - row.unit.keys()):
            yield f"{missing[0]} has steps, and no rate before the first"
        if any(beyond <= 0 for steps in row.tier.values() for beyond, _ in steps):
            yield "a step begins at no tokens at all"


def _amounts(row: Row) -> Iterator[tuple[str, str]]:
    yield from row.unit.items()
    yield from ((key, usd) for key, steps in row.tier.items() for _, usd in steps)


def _is_amount(text: str) -> bool:
    try:
        usd = Decimal(text)
    except InvalidOperation:
        return False
    return usd.is_finite() and 0 <= usd < _BEYOND_BELIEF


def _clause_mistakes(clause: Clause) -> Iterator[str]:
    said = [value for value in msgspec.structs.astuple(clause) if value]
    if len(said) != 1:
        yield f"its match says {len(said)} things, not one"
    if clause.regex is not None:
        try:
            re.compile(clause.regex)
        except re.error as error:
            yield f"{clause.regex!r} is no regular expression: {error}"
    for each in (*clause.and_, *clause.or_):
        yield from _clause_mistakes(each)
