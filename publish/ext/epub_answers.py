"""Answers and solutions, which a page for a browser folds: at the page's end, with the ways there
and back."""

from epub_parts import closing, heading_below, parse

QUESTION = """<div class="question" id="question-{k}"><{heading}>Question {k}</{heading}>
<p>{asked}</p>{choices}<p><a href="#answer-{k}">Answer to question {k}</a></p></div>"""
ANSWER = """<section id="answer-{k}"><h3>Answer to question {k}</h3>{right}{explained}
<p><a href="#question-{k}">Back to question {k}</a></p></section>"""
SOLUTION = "Solution to "  # begins the title of each


def answers(soup):
    """The questions of a self-test, and their answers at the end."""
    forms = soup.select(".quiz form")
    if not forms:
        return
    end = closing(soup, "answers", "Answers")
    for k, form in enumerate(forms, 1):
        choices = [choice.decode_contents() for choice in form.select("label > span")]
        question = QUESTION.format(
            k=k,
            heading=heading_below(form),
            asked=form.legend.decode_contents(),
            choices=lettered(choices) if choices else "",
        )
        form.parent.replace_with(parse(question))
        end.append(parse(ANSWER.format(k=k, **explanations(form.details.ul, choices))))


def lettered(choices):
    return f'<ol type="a">{"".join(f"<li>{choice}</li>" for choice in choices)}</ol>'


def explanations(listed, choices):
    """Each choice explained, by its letter; where there are none, each likely number."""
    items = listed.find_all("li", recursive=False)
    right = [k for k, item in enumerate(items) if item.has_attr("data-right")]
    texts = [item.decode_contents() for item in items]
    if choices:
        letters = " and ".join(chr(ord("a") + k) for k in right)
        return {"right": f"<p><b>Right: {letters}.</b></p>", "explained": lettered(texts)}
    said = "".join(
        f"<li>{'Right: ' if k in right else ''}{text}</li>" for k, text in enumerate(texts)
    )
    return {"right": "", "explained": f"<ul>{said}</ul>"}


def solutions(soup):
    """The solutions of a page's exercises at its end."""
    found = soup.select("details.solution")
    if not found:
        return
    end = closing(soup, "solutions", "Solutions")
    for solution in found:
        exercise = soup.find(id=solution["data-exercise"])
        title = solution.summary.decode_contents()
        exercise.append(parse(f'<p><a href="#{solution["id"]}">{title}</a></p>'))
        solution.summary.replace_with(parse(f"<h3>{title}</h3>"))
        back = title.removeprefix(SOLUTION)
        solution.append(parse(f'<p><a href="#{exercise["id"]}">Back to {back}</a></p>'))
        solution.name, solution.attrs = "section", {"id": solution["id"], "class": "solution"}
        end.append(solution.extract())
