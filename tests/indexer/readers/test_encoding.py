from __future__ import annotations

import pytest

from indexer.errors import DocumentError
from indexer.readers.encoding import decode_text

CZECH = (
    "Městská část Praha zřídila pět nových středisek pro obyvatele, kteří potřebují pomoc. "
    "Starosta řekl, že město bude dále podporovat školy a nemocnice, aby děti mohly jíst. "
    "Všechny úřady zůstaly otevřené."
)
RUSSIAN = "Москва закрыла рынки весной. Городские власти открыли новые пункты раздачи воды и еды."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Medellín cerró los mercados: ¿qué más?", "cp1252"),
        ("Año 2020: niños y niñas, 1.º piso, 20 °C", "cp1252"),
        ("Crédits de 5 000 € à l’été « ouvert » – cœur", "cp1252"),
        ("São Paulo: ações de saúde", "cp1252"),
        ("Die Straßen von München – „Größe“ für Ältere", "cp1252"),
        ("“Water” — it costs €5", "cp1252"),
        ("café", "cp1252"),
        ("Les mesures prises à Montréal pendant l’été étaient très utiles", "mac_roman"),
        ("Łódź i Kraków: źródła wody są ważne", "cp1250"),
        (CZECH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        ("武汉市关闭了市场，并向居民提供食品和饮用水。市政府还设立了临时医院。" * 2, "gb18030"),
        ("東京都は市場を閉鎖しました。市は高齢者に食料と水を配りました。病院も。", "shift_jis"),
    ],
)
def test_an_old_encoding_is_seen_in_the_text(text: str, encoding: str) -> None:
    data = f"{text}\r\n{text}".encode(encoding)
    assert decode_text(data, "a.txt") == (f"{text}\n{text}", encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_no_guess(encoding: str) -> None:
    assert decode_text("Malmö\r城市\n".encode(encoding), "a.txt") == ("Malmö\n城市\n", None)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"^n/a\.txt: yields no text: the file is empty$"),
        (b"\xef\xbb\xbf\n", r"^n/a\.txt: yields no text: the file is empty$"),
        ("Rome".encode("utf-16-le"), r"^n/a\.txt: holds NUL characters: a binary file"),
        (b"\x89PNG\r\n\0\0\xff", r"^n/a\.txt: holds NUL characters: a binary file"),
        ("né à Lyon, élu été\r\n".encode() + b"\xe9t\xe9", r"line 2: not UTF-8 \(byte 0xe9\)"),
        ("Bogotá, Cali y Ñ\n".encode() + "año".encode("cp1252"), r"line 2: not UTF-8 .byte 0xf1"),
        (b"\xef\xbb\xbfMalm\xf6", r"line 1: not UTF-8 \(byte 0xf6\)"),
        (b"cut short \xe5\x9f", r"line 1: not UTF-8 \(byte 0xe5\)"),
        ("城市供水".encode("gb18030"), r"line 1: not UTF-8 \(byte 0xb3\); save the file as UTF-8"),
        (bytes(range(1, 256)), r"line 3: not UTF-8 \(byte 0x80\)"),
        (b"\xff\xfea\nb\0c", r"line 1: not UTF-16, though marked as it; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        decode_text(data, "n/a.txt")
