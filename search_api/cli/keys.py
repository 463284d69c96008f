"""`citywise keys`: embed keys for pages of other sites."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click
from rich.table import Table
from rich.text import Text

from indexer.document import Kind
from indexer.snapshot.labels import days_of
from search_api import keys as kept
from search_api.cli.console import complain, safe, stdout
from search_api.cli.options import JSON
from search_api.engine.filters import Filters
from search_api.keys import Key, Terms
from search_api.settings import ORIGIN, RATE, read_settings

NAMES = tuple(name for name in Filters.__dataclass_fields__ if name != "within")

FILE = click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="Where they are kept.  [default: $CITYWISE_KEYS or data folder]",
)


@click.group(epilog="Example: citywise keys create --origin https://city.example --rate 60/minute")
def keys() -> None:
    """Make, list and revoke keys with which pages of other sites may search.

    A key is publishable: it stands in the page that uses it, searches and cites, and does nothing
    else.
    """


@keys.command(
    epilog="Example: citywise keys create --origin https://city.example "
    "--filter city=Lima --filter kind=session --rate 60/minute --expires 2027-12-31"
)
@click.option("--origin", "origins", multiple=True, metavar="SITE",
              help="Only for pages of this site, as https://city.example; repeatable.")  # fmt: skip
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE",
              help="Only what passes this filter, as city=Lima; repeatable. Of several values of "
              "one name any will do. Who asks may narrow this and never widen it.")  # fmt: skip
@click.option(
    "--rate",
    metavar="RATE",
    help="Requests that each visitor has, a second, minute, hour or day: 60/minute.",
)
@click.option(
    "--expires", metavar="DAY", help="The last day on which it holds, as 2027-12-31 (UTC)."
)
@FILE
@JSON
def create(
    origins: tuple[str, ...],
    filters: tuple[str, ...],
    rate: str | None,
    expires: str | None,
    path: Path | None,
    as_json: bool,
) -> int:
    """Make a key and print it. It is shown now and never again: only its fingerprint is kept."""
    terms = Terms(_origins(origins), _presets(filters), _rate(rate), _day(expires))
    secret, key = kept.create(_file(path), terms)
    if as_json:
        click.echo(json.dumps({"key": secret} | _described(key), ensure_ascii=False, indent=1))
    else:
        click.echo(secret)
        complain(f"keep it: it is not shown again. `citywise keys revoke {key.id}` withdraws it")
    return 0


@keys.command(name="list", epilog="Example: citywise keys list")
@FILE
@JSON
def list_keys(path: Path | None, as_json: bool) -> int:
    """List all keys, those revoked and expired too; exit status 1 if there is none."""
    file = _file(path)
    found = kept.listed(file)
    if as_json:
        told = [_described(key) for key in found]
        click.echo(json.dumps({"keys": told}, ensure_ascii=False, indent=1))
    elif found:
        stdout().print(_table(found))
    if not found:
        complain(f"{file}: no keys are kept there yet; make one with `citywise keys create`")
    return 0 if found else 1


@keys.command(epilog="Example: citywise keys revoke 5f9a7e28")
@click.argument("identity", metavar="ID")
@FILE
def revoke(identity: str, path: Path | None) -> int:
    """Withdraw the key of an ID from now on; exit status 1 if there is no such key that holds."""
    file = _file(path)
    if kept.revoke(file, identity):
        stdout().print(f"Key {identity} is revoked; servers refuse it from now on.", markup=False)
        return 0
    complain(f"{file}: no key {identity} that could be revoked; `citywise keys list` names them")
    return 1


def _file(path: Path | None) -> Path:
    found = path or read_settings().keys
    if found is None:
        raise click.UsageError("CITYWISE_KEYS is empty: there are no keys; set it, or give --file")
    return found


def _origins(given: Sequence[str]) -> tuple[str, ...]:
    for origin in given:
        if not re.fullmatch(ORIGIN, origin):
            raise click.UsageError(
                f"--origin {origin}: no site; write https://city.example, without a path"
            )
    return tuple(dict.fromkeys(origin.lower() for origin in given))


def _presets(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in given:
        name, _, value = (part.strip() for part in each.partition("="))
        if fault := _fault(name, value, found):
            raise click.UsageError(f"--filter {each}: {fault}")
        found[name] = (*found.get(name, ()), value)
    return found


def _fault(name: str, value: str, before: dict[str, tuple[str, ...]]) -> str | None:
    """What is wrong with a filter; None if nothing is."""
    if name not in NAMES or not value:
        return f"no filter; write NAME=VALUE, where NAME is {', '.join(NAMES[:-1])} or {NAMES[-1]}"
    if name == "kind" and value not in get_args(Kind):
        return f"no kind; kinds are {', '.join(get_args(Kind))}"
    if name in ("since", "until"):
        if name in before:
            return f"there is one {name} already; leave one of them out"
        try:
            days_of(value)
        except (ValueError, TypeError):
            return "no date; write it as 2020, 2020-05 or 2020-05-31"
    return None


def _rate(given: str | None) -> str | None:
    if given is not None and not RATE.fullmatch(given):
        raise click.UsageError(f"--rate {given}: no rate; write it as 60/minute or 1000/day")
    return given


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise click.UsageError(f"--expires {given}: no day; write it as 2027-12-31") from error
    if day < kept.today():
        raise click.UsageError(f"--expires {given}: is over; name today or a later day")
    return day


def _described(key: Key) -> dict[str, Any]:
    """A key for programs."""
    terms = key.terms
    return {
        "id": key.id,
        "origins": terms.origins,
        "filters": terms.presets,
        "rate": terms.rate,
        "created": key.created.isoformat(),
        "expires": terms.expires.isoformat() if terms.expires else None,
        "revoked": key.revoked.isoformat() if key.revoked else None,
    }


def _table(found: Sequence[Key]) -> Table:
    table = Table("Key", "Sites", "Filters", "Rate", "Made", "State")
    for key in found:
        terms = key.terms
        filters = [f"{n}={value}" for n, values in terms.presets.items() for value in values]
        until = f"holds to {terms.expires}" if terms.expires else "holds"
        row = (
            key.id,
            " ".join(terms.origins) or "any",
            ", ".join(filters) or "none",
            terms.rate or "as without",
            str(key.created),
            key.fault(kept.today()) or until,
        )
        table.add_row(*(Text(safe(cell)) for cell in row))
    return table
