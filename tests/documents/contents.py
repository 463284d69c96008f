"""What the documents say, once for all formats."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Rows of cells; a cell of two strings begins with its label."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | tuple[str, str], ...], ...]


@dataclass(frozen=True)
class Content:
    """A document as a list of pieces: (kind, text), or a table."""

    name: str
    language: str
    title: str
    pieces: list[tuple[str, str] | Table] = field(default_factory=list)


NIGHT_BUSES = Content(
    "night-buses",
    "en",
    "Night buses for those who keep a city alive",
    [
        ("p", "Thursday 14/05/2020"),
        (
            "p",
            "Nurses finish at two in the morning, bakers begin at three, and cleaners travel in between. "
            "Eleven transport officers met to compare how they kept these people moving while the day "
            "service was cut by half.",
        ),
        ("h2", "What the officers agreed on"),
        (
            "p",
            "A night service is a health service. It has to run on the first day of a crisis, it has to "
            "be free at the door of a hospital, and its timetable has to follow the shifts and not the "
            "other way round.",
        ),
        ("li", "Ask hospitals for their rosters every week."),
        ("li", "Let drivers stop between stops after midnight."),
        ("li", "Publish the timetable as plain text, so that it travels by message."),
        ("h2", "City by city"),
        (
            "p",
            "Each officer was given three minutes and one figure. The table keeps the order of speaking.",
        ),
        Table(
            ("City, Representative", "Main measures", "Challenges"),
            (
                (
                    ("Porto", "Inês Caldeira, Head of Mobility"),
                    "Two lines ran all night between the hospitals and the northern parishes, without a "
                    "fare.",
                    "Drivers were short from the second week on.",
                ),
                (
                    ("Accra", "Kwame Ofori, Transport Planner"),
                    "Minibus owners were paid by the kilometre for a fixed night round.",
                    "Payment by telephone failed in a third of the trips.",
                ),
                (
                    ("Montevideo", "Laura Ibarra, Director of Buses"),
                    "Taxis stood in for buses between one and five, at the price of a bus.",
                    "The agreement had to be renewed every fortnight.",
                ),
            ),
        ),
        ("h2", "Voices"),
        (
            "p",
            "“We learned that a roster is the best timetable anybody can have”, said Inês Caldeira, Head "
            "of Mobility of Porto.",
        ),
        ("h2", "What remains open"),
        ("ol", "Who pays when the emergency money ends?"),
        ("ol", "How are drivers protected on empty buses?"),
        ("h2", "Contact"),
        ("p", "night.buses@example.org"),
    ],
)

AZOTEAS = Content(
    "azoteas",
    "es",
    "Azoteas que dan de comer",
    [
        ("p", "25 de marzo de 2021"),
        (
            "p",
            "Siete ciudades contaron cómo convirtieron azoteas municipales en huertos durante la "
            "pandemia. La sesión duró dos horas y reunió a técnicas de medio ambiente, cocineras de "
            "comedores escolares y vecinas que nunca habían plantado nada.",
        ),
        ("h2", "Por qué las azoteas"),
        (
            "p",
            "El suelo es caro y está lejos; la azotea está encima de quien come. Un huerto de cien metros "
            "cuadrados da verdura para treinta familias si el agua de lluvia se guarda en depósitos.",
        ),
        ("h2", "Experiencias"),
        Table(
            ("Ciudad", "Medidas", "Retos"),
            (
                (
                    "Rosario",
                    "Cuarenta azoteas de escuelas recibieron bancales ligeros y un depósito de agua.",
                    "El permiso de los bomberos tardó cuatro meses.",
                ),
                (
                    "Zaragoza",
                    "Los comedores compraron toda la cosecha a un precio fijado en invierno.",
                    "En agosto nadie podía regar.",
                ),
            ),
        ),
        ("h2", "Lo que se aprendió"),
        (
            "p",
            "Las vecinas piden una cosa antes que ninguna otra: una llave. Donde la comunidad tuvo llave "
            "propia, el huerto sobrevivió al primer verano; donde dependía de un conserje, se secó.",
        ),
        ("li", "Medir el peso que aguanta cada cubierta antes de comprar tierra."),
        ("li", "Pagar a una persona que riegue en agosto."),
    ],
)

CONTENTS = (NIGHT_BUSES, AZOTEAS)
