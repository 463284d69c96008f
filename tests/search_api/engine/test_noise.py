from __future__ import annotations

import pytest

from search_api.engine.noise import asks_for_contact


@pytest.mark.parametrize(
    "question",
    [
        "Who is the contact for the rain barrels?",
        "E-MAIL of the works",
        "what is the phone number of the league",
        "press officer of Tanga",
        "To whom are enquiries sent?",
        "¿Cuál es el correo de la red?",
        "À qui écrire à Dieppe ?",
        "Qual é o telefone da rede?",
    ],
)
def test_a_question_for_somebody_to_turn_to_is_known(question: str) -> None:
    assert asks_for_contact(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who paid for the rain barrels?",
        "How did cities stay in touch with families?",
        "How were pressing needs met?",
        "Contactless fares in Dieppe",
        "",
        "How did cities address homelessness?",
        "How did cities use social media?",
        "contact tracing in informal settlements",
    ],
)
def test_any_other_question_is_not_taken_for_one(question: str) -> None:
    assert not asks_for_contact(question)
