"""The command that checks what readers exported: ``python -m lossbook.exercises FILE ...``"""

import csv
import io
import json
import subprocess
import sys

import pytest
from sources import NOTEBOOKS, cells

from lossbook.exercises import EXERCISES, __main__, answer

RIGHT = """
def one_step(start, rate, target):
    return start - rate * np.mean(start - target)


exercises.check("one-step", one_step)
"""
BY_HALVES = """
def gaussian_price(error, scale):
    return (error / scale) ** 2 / 2 + np.log(scale)


def laplace_price(error, scale):
    return np.abs(error) / scale + np.log(2 * scale)


print(exercises.check("gaussian-price", gaussian_price))
print(exercises.check("laplace-price", laplace_price))
"""
WRONG = {  # with a part of the message
    RIGHT.replace("np.mean", "np.sum"): "the risk is their mean",
    RIGHT.replace("np.mean", "average"): "NameError",
    RIGHT.replace("exercises.check", "print"): "did not call",
    RIGHT + "1 / 0": "ZeroDivisionError",
    RIGHT + "exit()": "SystemExit",
    RIGHT + RIGHT.replace("np.mean", "np.sum"): "the risk is their mean",
    "def one_step(:": "SyntaxError",
}
HOSTILE = {  # what only a process of its own survives
    RIGHT + "import os; os._exit(0)": "ended Python",
    RIGHT + r'raise ValueError("\ud800")': r"\ud800",
    "\ud800": "ended Python",  # no text at all
    RIGHT + "import os; os.mkdir('said.json')": "ended Python",
}


def exported(*answers):
    """A file as the book exports it, with one page for each (exercises, code)."""
    pages = [
        {
            "page": "01-teaching-signal",
            "read": "2026-09-01",
            "exercises": [{"exercises": names, "code": code, "verdict": "right", "solved": True}],
            "questions": [],
        }
        for names, code in answers
    ]
    return json.dumps({"book": "A book", "exported": "2026-09-02T10:00:00.000Z", "pages": pages})


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_what_the_chapters_give_is_enough_for_every_solution():
    solved = {}
    for path in NOTEBOOKS:
        for code in cells(path, "code"):
            if "exercises.check(" in code:
                solved |= answer.said(code)  # the solution comes after the stub
    raised = solved.pop("")
    assert solved.keys() == EXERCISES.keys()
    assert not raised
    assert {name: message for name, (right, message) in solved.items() if not right} == {}


def test_each_answer_gets_its_verdict(tmp_path, capsys):
    file, other, broken = (tmp_path / name for name in ("one.json", "other.json", "broken.json"))
    file.write_text(
        exported((["gaussian-price", "laplace-price"], BY_HALVES), (["one-step"], RIGHT))
    )
    other.write_text(exported(*((["one-step"], code) for code in HOSTILE)))
    broken.write_text("{}")
    __main__.main([str(file), str(broken), str(other)])
    *found, unreadable = sorted(
        table(capsys.readouterr().out), key=lambda row: row["file"] == str(broken)
    )
    assert (unreadable["verdict"], unreadable["file"]) == ("unreadable", str(broken))
    assert [(row["exercise"], row["verdict"]) for row in found[:3]] == [
        ("gaussian-price", "wrong"),
        ("laplace-price", "right"),
        ("one-step", "right"),
    ]
    for row, (code, message) in zip(found[3:], HOSTILE.items(), strict=True):
        assert row["verdict"] == "wrong", code
        assert message in row["message"], code
    for code, message in WRONG.items():
        ((_, verdict, words),) = __main__.judged(["one-step"], answer.said(code))
        assert verdict == "wrong", code
        assert message in " ".join(words.split()), code


def test_an_answer_that_takes_too_long_is_wrong(monkeypatch):
    monkeypatch.setattr(__main__, "SECONDS", 0.01)  # Python takes longer to start
    ((name, verdict, message),) = __main__.verdicts(["one-step"], RIGHT)
    assert (name, verdict, message) == (
        "one-step",
        "wrong",
        "Stopped: the code was still running after 0.01 seconds.",
    )


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"pages": [{"exercises": [{"exercises": [], "code": 1}]}]}']
)
def test_another_file_is_refused(text):
    with pytest.raises(ValueError, match="no list of answers"):
        __main__.answers(text)


def test_every_file_has_its_place_in_the_table(tmp_path, capsys, monkeypatch):
    """However it was saved, and in folders, one for each reader of the same name."""
    monkeypatch.setattr(__main__, "ran", lambda code: {"": "", "one-step": (True, "Right.")})
    files = {
        "a/=x.json": exported((["one-step"], RIGHT)).encode("utf-8-sig"),  # with a byte-order mark
        "b/=x.TXT": exported((["one-step"], RIGHT)).replace('", "', '",\r\n"').encode("utf-16"),
        "c/other.json": exported((["=1+1", "one-step"], RIGHT)).encode(),
        "d/empty.json": exported().encode(),
        "e/half.json": exported((["one-step"], RIGHT))[:99].encode(),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(text)
    monkeypatch.chdir(tmp_path)
    __main__.main(["a", "b", "c", "d", "e", "none.json"])
    found = table(capsys.readouterr().out)
    assert [(row["exercise"], row["verdict"]) for row in found] == [
        ("one-step", "right"),
        ("one-step", "right"),
        ("'=1+1", "unknown"),
        ("one-step", "right"),
        ("", "empty"),
        ("", "unreadable"),
        ("", "unreadable"),
    ]
    assert [row["file"][0] for row in found] == list("abccden")


def test_it_is_a_command(tmp_path):
    """And an answer sees an empty folder of its own, nothing of where the command was started."""
    code = (
        'import os\nassert os.listdir() == ["answer.py"]\nassert "" not in __import__("sys").path\n'
    )
    file = tmp_path / "reader.json"
    file.write_text(exported((["one-step"], code + RIGHT)))
    run = [sys.executable, "-m", "lossbook.exercises", file.name]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    (row,) = table(done.stdout)
    assert row == {
        "file": "reader.json",
        "exercise": "one-step",
        "verdict": "right",
        "message": row["message"],
    }
