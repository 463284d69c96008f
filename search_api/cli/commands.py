"""Which commands there are; each is imported when it is called, or when all are listed."""

from __future__ import annotations

from importlib import import_module

import click

PLACES = {
    "index": ("index", "index"),
    "ask": ("ask", "ask"),
    "compare": ("compare", "compare"),
    "cite": ("cite", "cite"),
    "serve": ("serve", "serve_command"),
    "verify": ("verify", "verify"),
    "doctor": ("doctor", "doctor"),
    "inspect": ("inspect", "inspect"),
    "coverage": ("coverage", "coverage"),
    "harvest": ("harvest", "harvest"),
    "eval": ("evaluate", "evaluate"),
    "feedback": ("feedback", "feedback"),
    "keys": ("keys", "keys"),
    "snapshots": ("snapshots", "snapshots"),
    "push": ("push", "push_command"),
    "pull": ("pull", "pull_command"),
    "mcp": ("mcp", "mcp"),
}
"""The module of each command, in this folder, and the command's name there."""


class Commands(click.Group):
    """A group whose commands cost nothing until one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        if cmd_name not in PLACES:
            return None
        module, name = PLACES[cmd_name]
        command: click.Command = getattr(import_module(f"search_api.cli.{module}"), name)
        return command
