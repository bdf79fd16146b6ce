"""A quiz in JupyterLab: answered by keyboard, on a wide and a narrow screen."""

from pathlib import Path

import nbformat
import pytest
from on_screen import FLAWS, Page
from playwright.sync_api import expect

from mobilenet_lab import quizzes

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)

SOURCE = 'from mobilenet_lab.exercises import quiz\n\nquiz("00")'
QUIZ = ".mobilenet-lab-quiz"


@pytest.fixture(scope="module")
def screen(browser, lab):
    """A notebook with the quiz alone, run."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    cells = [nbformat.v4.new_code_cell(SOURCE)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, Path(lab.home) / "notebooks" / "quiz.ipynb")
    screen = Page(browser, 1280)
    lab.show(screen, "quiz")
    lab.run_all(screen, explorers=0)
    yield screen
    screen.page.close()
    lab.end_kernels()


def test_every_question_is_answered_by_keyboard_and_the_sentence_is_announced(screen):
    page, asked = screen.page, quizzes.questions("00")
    lines = page.locator(f"{QUIZ} [role=status]")
    expect(lines).to_have_count(len(asked) + 1)
    page.locator(".jp-CodeCell").first.focus()
    for number, question in enumerate(asked):
        page.keyboard.press("Tab")  # to the first button of the group, or past the chosen one
        while page.evaluate("document.activeElement.type") != "radio":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for choice in (*question.choices[1:], question.choices[0]):
            page.keyboard.press("ArrowDown")
            expect(lines.nth(number)).to_have_text(question.told(choice))
        for _ in range(question.choices.index(question.answer)):
            page.keyboard.press("ArrowDown")
        expect(lines.nth(number)).to_have_text(f"Right. {question.reason}")
        expect(lines.last).to_have_text(f"{number + 1} of {len(asked)} are right.")
    assert page.locator(f"{QUIZ} [type=radio]:checked").count() == len(asked)
    assert not screen.errors and not screen.abroad


@pytest.mark.parametrize("width", [1280, 700])
def test_nothing_is_cut_off(screen, width):
    screen.resize(width)
    screen.page.locator(QUIZ).scroll_into_view_if_needed()
    screen.shoot(f"quiz_{width}")
    assert screen.page.locator(QUIZ).evaluate(FLAWS) == []


def test_each_group_and_button_has_a_name(screen):
    for question in quizzes.questions("00"):
        group = screen.page.get_by_role("radiogroup", name=question.asks)
        for choice in question.choices:
            expect(group.get_by_role("radio", name=choice, exact=True)).to_have_count(1)
