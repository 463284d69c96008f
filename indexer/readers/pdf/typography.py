"""What sizes and distances mean in one document: its body text, its headings, its leading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.columns import Region
from indexer.readers.pdf.lines import Line

_LARGER = 0.75
"""Points by which a heading is larger than the body."""
_USUAL_LEADING = 1.25
"""Distance of two lines, in font sizes, where a document does not tell."""


@dataclass(frozen=True)
class Typography:
    """How a document is set.

    Attributes:
        body: font size of most characters, in points.
        bold_body: whether most characters are bold, so that bold means nothing.
        leading: distance of two lines of one paragraph, in points, by font size.
    """

    body: float
    bold_body: bool
    leading: dict[float, float]

    def large(self, line: Line) -> bool:
        """Whether a line is set as a heading by its size."""
        return line.size >= self.body + _LARGER and any(map(str.isalpha, line.text))

    def bold(self, line: Line) -> bool:
        """Whether a line stands out by its weight."""
        return line.bold and not self.bold_body and abs(line.size - self.body) < _LARGER

    def gap(self, above: Line, line: Line) -> bool:
        """Whether more space stands between two lines than between lines of a paragraph."""
        leading = self.leading.get(line.size, _USUAL_LEADING * line.size)
        return line.bottom - above.bottom > leading + 0.2 * line.size


def typography_of(regions: Iterable[Region]) -> Typography:
    """Measure a document."""
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    distances: dict[float, Counter[float]] = {}
    for region in regions:
        lines = [piece for piece in region.pieces if isinstance(piece, Line)]
        for line in lines:
            sizes[line.size] += len(line.text)
            weights[line.bold] += len(line.text)
        for above, line in pairwise(lines):
            if above.size == line.size:
                distance = round((line.bottom - above.bottom) * 2) / 2
                distances.setdefault(line.size, Counter())[distance] += 1
    body = max(sizes, key=lambda size: (sizes[size], size), default=10.0)
    leading = {size: _leading(counts, size) for size, counts in distances.items()}
    return Typography(body, weights[True] > weights[False], leading)


def _leading(counts: Counter[float], size: float) -> float:
    """The smallest distance that is common; paragraphs of one line must not hide it."""
    total = sum(counts.values())
    common = [one for one, count in counts.items() if one >= 0.9 * size and count >= total / 6]
    return min(common, default=_USUAL_LEADING * size)
