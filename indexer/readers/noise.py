"""What does not inform: contacts, lists of links, contents, what a publisher says of itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.document import Block, Noise

_CONTACT = re.compile(
    r"(?:for )?(?:more|further) (?:details|info(?:rmation)?)\b.*|(?:press|media) (?:contacts?"
    r"|enquiries|inquiries)|contacts?(?: us| details| person)?|contactos?(?: de prensa)?"
    r"|para más información.*|más información.*|contacts? presse"
    r"|pour (?:plus d['’]informations?|en savoir plus).*|para mais informações.*"
    r"|mais informações.*|contatos?(?: de imprensa)?",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|(?:tel|phone|fax|tél|teléfono|telefone)\b[\s.:]*\+?[\d ()]{6,}",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table of )?contents|índice|contenidos?|tabla de contenidos?|sommaire"
    r"|table des matières|sumário|conteúdo",
    re.IGNORECASE,
)
_LEADER = re.compile(r".{3,}(?:\.{4,}|(?:\. ){4,}|…{2,}|\t)\s*\d{1,4}$")
_ABOUT = re.compile(
    r"(?:about|acerca de|sobre|à propos (?:de|du|d['’])|quiénes somos|qui sommes|quem somos)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_MORE = re.compile(r"(?:more|further) information (?:on|about)\b", re.IGNORECASE)
_LINK = re.compile(
    r"https?://\S+|(?:read|visit|watch|download|see|register|click|follow us)\b.{0,100}"
    r"|(?:lea|visite|vea|descargue|lire|voir|visitez|télécharger?|leia|veja|baixe)\b.{0,100}",
    re.IGNORECASE,
)
_SHORT = 200
"""Characters up to which a block under a contact's heading still belongs to it."""


def marked(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Mark the blocks that do not inform; a document that is nothing else stays unmarked."""
    contents = [text[block.start : block.end] for block in blocks]
    noise = _announced(blocks, contents)
    for i, (block, content) in enumerate(zip(blocks, contents, strict=True)):
        noise[i] = _by_look(block, content, noise[i])
    _mark_tail(blocks, contents, noise)
    if all(mark or block.kind == "heading" for block, mark in zip(blocks, noise, strict=True)):
        return list(blocks)
    return [replace(b, noise=mark) if mark else b for b, mark in zip(blocks, noise, strict=True)]


def _announced(blocks: Sequence[Block], contents: Sequence[str]) -> list[Noise | None]:
    """Mark what stands under "For more information:" or "Contents", as long as it is short."""
    under: Noise | None = None
    noise: list[Noise | None] = []
    for block, content in zip(blocks, contents, strict=True):
        opened = _announcement(block, content)
        if opened or block.kind in ("heading", "row") or len(content) > _SHORT:
            under = opened
        noise.append(under)
    return noise


def _announcement(block: Block, content: str) -> Noise | None:
    head = " ".join(content.rstrip(" :").split())
    if block.kind not in ("heading", "paragraph") or len(head) > _SHORT:
        return None
    if _CONTENTS.fullmatch(head):
        return "contents"
    titled = block.kind == "heading" or content.rstrip().endswith(":") or _REACH.search(content)
    return "contact" if titled and _CONTACT.fullmatch(head) else None


def _by_look(block: Block, content: str, announced: Noise | None) -> Noise | None:
    """What a short block is by its own look, or else what was announced."""
    if block.kind == "row" or len(content) > _SHORT:
        return announced
    lines = content.split("\n")
    if sum(bool(_LEADER.match(line)) for line in lines) * 2 > len(lines):
        return "contents"
    leads = _LINK.fullmatch(content) and block.kind == "item" and announced
    if leads or _ADDRESS.fullmatch(content) or _MORE.match(content):
        return "links"
    return "contact" if _REACH.search(content) else announced


def _mark_tail(blocks: Sequence[Block], contents: Sequence[str], noise: list[Noise | None]) -> None:
    """Mark sections "About …" at the end, where nothing but noise follows them."""
    starts = [i for i, block in enumerate(blocks) if block.kind == "heading"]
    ends = [*starts[1:], len(blocks)][: len(starts)]
    for start, end in reversed(list(zip(starts, ends, strict=True))):
        about = _ABOUT.match(contents[start])
        if not about and not all(noise[start + 1 : end]):
            return
        if about:
            noise[start:end] = [mark or "boilerplate" for mark in noise[start:end]]
