"""A question has one right answer, and every answer is explained."""

import re

import nbformat
import pytest
from selftests import ASKS, CHAPTERS, NOTEBOOKS, asked

from lossbook import quiz

every_test = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def number(**changes):
    given = {"answer": 2.0, "within": 0.1, "wrong": {-2.0: "The sign."}, **changes}
    return quiz.Number("How much?", why="So it is.", otherwise="Count.", **given)


@pytest.mark.parametrize("right", [{}, {"a": "Yes.", "b": "Yes."}])
def test_a_choice_has_one_right_answer(right):
    with pytest.raises(ValueError, match="one right answer"):
        quiz.Choice("Which?", right, {"c": "No."})


def test_a_choice_has_a_wrong_answer():
    with pytest.raises(ValueError, match="some wrong"):
        quiz.Choice("Which?", {"a": "Yes."}, {})


def test_no_answer_is_both_right_and_wrong():
    with pytest.raises(ValueError, match="both right and wrong"):
        quiz.Choice("Which?", {"a": "Yes."}, {"a": "No."})


@pytest.mark.parametrize("empty", ["", " "])
def test_every_answer_is_explained(empty):
    for right, wrong in ((empty, "No."), ("Yes.", empty)):
        with pytest.raises(ValueError, match="not explained"):
            quiz.Choice("Which?", {"a": right}, {"b": wrong})
    with pytest.raises(ValueError, match="not explained"):
        number(wrong={1.0: empty})


@pytest.mark.parametrize("answer", [float("nan"), float("inf")])
def test_the_answer_is_finite(answer):
    with pytest.raises(ValueError, match=f"{answer}"):
        number(answer=answer)


@pytest.mark.parametrize("within", [0.0, -1.0, float("nan")])
def test_the_tolerance_is_positive(within):
    with pytest.raises(ValueError, match="±"):
        number(within=within)


@pytest.mark.parametrize("wrong", [[2.0], [2.19], [-1.0, -1.1]])
def test_no_number_fits_two_answers(wrong):
    with pytest.raises(ValueError, match="the same within"):
        number(wrong=dict.fromkeys(wrong, "No."))
    number(wrong={2.21: "No.", -1.0: "No.", -1.21: "No."})


def test_texts_become_html():
    question = quiz.Choice("Is $a<b$?", {"*no*": "See [it](05-x#y)."}, {"<b>": "See [it](05-x)."})
    html = question._repr_html_()
    assert r'<legend>Is <span class="math inline">\(a&lt;b\)</span>?</legend>' in html
    assert '<a href="05-x.ipynb#y">it</a>' in html
    assert '<a href="05-x.ipynb">it</a>' in html


def test_the_right_answer_has_no_place_of_its_own():
    places = set()
    for notebook in NOTEBOOKS:
        for question in asked(notebook):
            if "quiz.Choice" in question.source:
                places.add([answer.right for answer in question.answers].index(True))
    assert places >= {0, 1, 2, 3}


@every_test
def test_as_many_questions_as_the_page_says_numbers_and_choices(notebook):
    questions = asked(notebook)
    said = re.search(r"(Ten|Twelve) questions about", notebook.read_text("utf-8"))[1]
    assert len(questions) == {"Ten": 10, "Twelve": 12}[said]
    kinds = [re.search(r"quiz\.(Number|Choice)", q.source)[1] for q in questions]
    assert min(kinds.count("Number"), kinds.count("Choice")) >= 3


@every_test
def test_one_answer_is_right_and_the_wrong_ones_say_where_to_read(notebook):
    for _, question, answers in asked(notebook):
        assert sum(answer.right for answer in answers) == 1, question
        for answer in answers:
            assert answer.right or re.search(r"\]\([^)]+\)", answer.why), answer.text


@every_test
def test_every_choice_is_checked(notebook):
    for source, question, _ in asked(notebook):
        assert "quiz.Number" in source or re.search("^assert ", source, re.MULTILINE), question


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_asks_three_questions_before_its_last_section(notebook):
    *_, before, cell, last = nbformat.read(notebook, 4).cells
    assert re.findall("^## .*", before.source, re.MULTILINE)[-1] == ASKS
    assert last.source.startswith("## In one paragraph")
    questions = asked(notebook)
    assert len(questions) == 3
    assert re.search("^assert ", cell.source, re.MULTILINE)
    for source, question, answers in questions:
        assert source == cell.source
        assert sum(answer.right for answer in answers) == 1 < len(answers), question
