from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from indexer.errors import DocumentError
from indexer.readers.docx import draft_docx
from indexer.readers.draft import Draft
from tests.indexer.readers.test_archive import packed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LINK = f'<Relationships xmlns="{PACKAGE}/relationships">%s</Relationships>'


def raw(body: str, strict: bool = False, **parts: str) -> bytes:
    """A document from the inside of its body, and of its other parts by their relation."""
    space = f'xmlns:w="{W}" xmlns:mc="{MC}"'
    links = "".join(
        f'<Relationship Id="{kind}" Type="{R}/{kind}" Target="{kind}.xml"/>' for kind in parts
    )
    links += f'<Relationship Id="i" Type="{R}/image" Target="NULL"/>'
    main = f'<Relationship Id="m" Type="{R}/officeDocument" Target="/word/document.xml"/>'
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": LINK % main,
        "word/_rels/document.xml.rels": LINK % links,
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
    } | {f"word/{kind}.xml": f"<w:x {space}>{inside}</w:x>" for kind, inside in parts.items()}
    if strict:
        members = {
            name: text.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
                R, "http://purl.oclc.org/ooxml/officeDocument/relationships"
            )
            for name, text in members.items()
        }
    return packed({name: text.encode() for name, text in members.items()})


def p(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def told(draft: Draft) -> list[Any]:
    return [
        (e.kind, e.level, e.text) if e.level else (e.kind, e.rows, e.header) if e.rows
        else (e.kind, e.text)
        for e in draft.elements
    ]  # fmt: skip


def read(body: str, **parts: str) -> list[Any]:
    return told(draft_docx(raw(body, strict=False, **parts), "a.docx"))


def left_out(draft: Draft) -> list[tuple[str, str]]:
    return [(dropped.reason, dropped.text) for dropped in draft.dropped]


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_document_of_word_s_own_styles() -> None:
    document = Document()
    document.core_properties.title = "How cities met the year"
    document.add_heading("Notes from\nDurban", 0)
    document.add_heading("Water", 1)
    document.add_paragraph("Tanks\u00a0came  by tr\u00aduck.\nTaps, too.")
    document.add_heading("Taps", 2)
    for text in ("wash", "rinse"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("one", "two"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("City\tPune\tTaps")
    document.add_paragraph("\tIndented.")
    document.sections[0].header.paragraphs[0].text = "Network of cities"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    draft = draft_docx(saved(document), "a.docx")
    assert told(draft) == [
        ("heading", 1, "Notes from Durban"), ("heading", 2, "Water"),
        ("paragraph", "Tanks came by truck.\nTaps, too."), ("heading", 3, "Taps"),
        ("item", "wash"), ("item", "rinse"), ("item", "1. one"), ("item", "2. two"),
        ("paragraph", "City\tPune\tTaps"), ("paragraph", "Indented."),
    ]  # fmt: skip
    assert left_out(draft) == [
        ("running header", "Network of cities"),
        ("running footer", "Page 1"),
    ]
    assert draft.stated == {"title": "How cities met the year"}


STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>
  <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Chapter"/>
  <w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="T2"><w:name w:val="Título 2"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/></w:style>
<w:style w:type="table" w:styleId="Fine"><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>
  </w:tblStylePr></w:style>"""


def styled(style: str, text: str) -> str:
    return p(r(text), f'<w:pStyle w:val="{style}"/>')


def test_headings_are_known_by_outline_name_or_ancestor() -> None:
    body = [styled(style, style) for style in ("berschrift1", "Own", "T2", "Loop", "Heading3")]
    body += [p(r("Direct"), '<w:outlineLvl w:val="1"/>'), styled("TOC1", "Water\t3")]
    body.append(p(r("Plain"), '<w:pStyle w:val="Own"/><w:outlineLvl w:val="9"/>'))
    assert read("".join(body), styles=STYLES) == [
        ("heading", 1, "berschrift1"), ("heading", 1, "Own"), ("heading", 2, "T2"),
        ("paragraph", "Loop"), ("heading", 3, "Heading3"), ("heading", 2, "Direct"),
        ("paragraph", "Plain"),
    ]  # fmt: skip


def level(depth: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "upperRoman", "%1.%3")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">' + level(0, "bullet", "\uf0b7")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)  # fmt: skip


def test_numbers_of_lists_are_counted_with_levels_and_restarts() -> None:
    places = [
        (1, 0),
        (1, 1),
        (1, 1),
        (2, 0),
        (1, 0),
        (1, 1),
        (1, 2),
        (3, 0),
        (3, 0),
        (0, 0),
        (9, 0),
    ]
    body = "".join(
        p(r("x"), f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')
        for number, depth in places
    )
    texts = ["1. x", "a) x", "b) x", "x", "2. x", "a) x", "2.I x", "5. x", "6. x"]
    expected = [("item", text) for text in texts] + [("paragraph", "x")] * 2
    assert read(body, numbering=NUMBERING) == expected


NOTES = '<w:{0} w:id="2">' + p("<w:r><w:footnoteRef/></w:r>" + r(" Until March 2021.")) + "</w:{0}>"
REFERENCE = '<w:r><w:{}Reference w:id="2"/></w:r>'


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_stands_behind_its_reference(kind: str) -> None:
    body = p(r("Rents were frozen") + REFERENCE.format(kind) + r(" in the city."))
    notes = {f"{kind}s": NOTES.format(kind)}
    assert read(body, **notes) == [
        ("paragraph", "Rents were frozen [Until March 2021.] in the city.")
    ]


def test_what_is_not_meant_to_be_read_is_left_out_and_named() -> None:
    body = (
        p(r("Kept ") + f"<w:ins>{r('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r>"
          "</w:del>" + r("secret", "<w:vanish/>") + r("ghost", '<w:rStyle w:val="Ghost"/>')
          + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
        + p(r("Joined"), "<w:rPr><w:del/></w:rPr>") + p(r(" on."))
        + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + p(r("Type here"))
        + "</w:sdtContent></w:sdt>"
        + p(field("begin") + '<w:r><w:instrText> TOC \\o "1-3"</w:instrText></w:r>'
            + field("separate") + r("Water") + "<w:r><w:tab/></w:r>" + r("3"))
        + p(r("Roads 4") + field("end"))
        + p(field("begin") + "<w:r><w:instrText>DATE</w:instrText></w:r>" + field("separate")
            + r("May") + field("end") + f'<w:fldSimple w:instr="X">{r(" 2020")}</w:fldSimple>')
    )  # fmt: skip
    draft = draft_docx(
        raw(body, styles=STYLES, comments=f"<w:comment>{p(r('Why?'))}</w:comment>"), "a"
    )
    assert told(draft) == [
        ("paragraph", "Kept new"), ("paragraph", "Joined on."), ("paragraph", "May 2020"),
    ]  # fmt: skip
    assert left_out(draft) == [
        ("tracked deletion", "old"), ("hidden text", "secretghost"), ("symbol", "Wingdings F0FC"),
        ("placeholder", "Type here"), ("table of contents", "Water 3"),
        ("table of contents", "Roads 4"), ("comment", "Why?"),
    ]  # fmt: skip


def test_controls_links_boxes_and_breaks_keep_their_text_once() -> None:
    box = f"<w:pict><w:txbxContent>{p(r('Boxed'))}</w:txbxContent></w:pict>"
    twice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    link = f"<w:hyperlink>{r('the site')}</w:hyperlink>"
    inner = f"<w:sdt><w:sdtContent>{r(' now')}</w:sdtContent></w:sdt>"
    body = (
        p(r("See ") + link + inner + f"<w:r>{twice}</mc:AlternateContent></w:r>"
          + "<w:r><w:br/></w:r>" + r("well") + "<w:r><w:noBreakHyphen/></w:r>" + r("made"))
        + f"<w:sdt><w:sdtContent>{p(r('In a control'))}</w:sdtContent></w:sdt>"
    )  # fmt: skip
    expected = ["See the site now\nwell-made", "Boxed", "In a control"]
    assert read(body) == [("paragraph", text) for text in expected]


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tc(*paragraphs: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def cell(text: str, properties: str = "") -> str:
    return tc(p(r(text)), properties=properties)


def test_merged_cells_labels_and_inner_tables_are_resolved() -> None:
    bold = "<w:b/>"
    inner = table(row(cell("in"), cell("ner")), row(cell("two"), cell("rows")))
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table(
        row(cell("City"), cell("Did", '<w:gridSpan w:val="2"/>'), properties="<w:tblHeader/>"),
        row(tc(p(r("Lima", bold) + r(" Dr. Tang")), properties=start), cell("a"), cell("b")),
        row(tc(p(""), properties=on), tc(p(r("c")), p(r("d"))), tc(p(r("e")), inner)),
        row(cell("gone"), properties="<w:del/>"),
        row(tc(p(r("Pune", bold) + r(": taps"))), tc(p(r("W", bold) + r("ater"))), cell("")),
    )
    assert read(body) == [
        (
            "table",
            (
                ("City", "Did", ""),
                ("Lima\nDr. Tang", "a", "b"),
                ("Lima\nDr. Tang", "c\nd", "e\nin ner\ntwo rows"),
                ("Pune:\ntaps", "Water", ""),
            ),
            True,
        )
    ]


LOOK = '<w:tblStyle w:val="{}"/><w:tblLook w:val="04A0"/>'


@pytest.mark.parametrize(
    ("properties", "first", "header"),
    [
        (LOOK.format("Fine"), "", True),
        (LOOK.format("Grid"), "", None),
        (LOOK.format("Grid"), "<w:b/>", True),
        ('<w:tblStyle w:val="Fine"/><w:tblLook w:val="0480"/>', "", None),
    ],
)
def test_a_header_row_is_one_that_looks_it(properties: str, first: str, header: bool) -> None:
    top = row(tc(p(r("City", first))), tc(p(r("Did", first))))
    body = table(top, row(cell("Lima"), cell("Bikes")), properties=properties)
    rows = (("City", "Did"), ("Lima", "Bikes"))
    assert read(body, styles=STYLES) == [("table", rows, header)]


def test_a_table_for_layout_is_read_as_text_and_a_title_row_stands_before() -> None:
    side = table(row(tc(styled("Own", "Left"), p(r("One."))), cell("Two.")))
    titled = table(
        row(cell("Measures", '<w:gridSpan w:val="2"/>')),
        row(cell("City"), cell("Did")),
        row(cell("Lima"), cell("Bikes")),
    )
    assert read(side + titled, styles=STYLES) == [
        ("heading", 1, "Left"), ("paragraph", "One."), ("paragraph", "Two."),
        ("paragraph", "Measures"), ("table", (("City", "Did"), ("Lima", "Bikes")), None),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["Microsoft Word - draft3.doc", "Untitled", "notes.docx", "2020"])
def test_a_title_that_says_nothing_is_not_stated(title: str) -> None:
    document = Document()
    document.add_paragraph("Text.")
    document.core_properties.title = title
    assert draft_docx(saved(document), "a.docx").stated == {}


def test_a_language_is_stated_if_most_of_the_text_is_marked_as_it() -> None:
    spanish = p(r("Los mercados cerraron.", '<w:lang w:val="es-ES"/>'))
    assert draft_docx(raw(spanish + p(r("Yes."))), "a").stated == {"language": "es-ES"}
    assert draft_docx(raw(spanish + p(r("Unmarked words are more here."))), "a").stated == {}


def test_strict_and_macro_documents_are_read_alike() -> None:
    assert told(draft_docx(raw(p(r("Strict.")), strict=True), "a")) == [("paragraph", "Strict.")]
    document = Document()
    body = document.element.body
    body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>Macro.</w:t></w:r></w:p>"))
    with zipfile.ZipFile(io.BytesIO(saved(document))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    types = members["[Content_Types].xml"].decode()
    macro = re.sub(r"application/vnd\.openxml\S*document\.main", "application/vnd.ms-word", types)
    members["[Content_Types].xml"] = macro.encode()
    assert told(draft_docx(packed(members), "a.docm")) == [("paragraph", "Macro.")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (raw(p("")), "yields no text: it holds pictures alone, or nothing"),
        (raw("<w:p>"), r"damaged: word/document\.xml is no valid XML; open it in Word"),
        (packed({"[Content_Types].xml": b"<Types/>"}), "holds no Word document"),
        (raw("<w:sdtContent>" * 3000 + "</w:sdtContent>" * 3000), "nested too deeply"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"old Word format; save it as \.docx"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^n/a\.docx: {message}"):
        draft_docx(data, "n/a.docx")
