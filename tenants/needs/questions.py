"""
The questions of a survey and the answers to them: what is well formed, and what makes an answer valid.

Shape of a question: {code, text, kind, choices: [{code, text}], required, field}; of answers {code: choice code | [codes] | int | text}.
Source: F02.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commons.codelists.services import ServiceField
from commons.kit.errors import Invalid
from commons.kit.labels import Code

MOST_QUESTIONS = 60
MOST_CHOICES = 30
LONGEST_TEXT = 500
# From so many scales on, one mark for all of them is no answer.
SAME_MARKS_FROM = 5
SCALE = tuple(range(1, 6))


class QuestionKind(Code):
    SINGLE = "single", "单选", "One of several"
    MULTIPLE = "multiple", "多选", "Several"
    SCALE = "scale", "打分（1–5 分）", "A mark of 1 to 5"
    NUMBER = "number", "填数字", "A number"
    TEXT = "text", "填文字", "Text"


CHOOSING = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})


@dataclass(frozen=True)
class Choice:
    code: str
    text: str


@dataclass(frozen=True)
class Question:
    code: str
    text: str
    kind: QuestionKind
    choices: tuple[Choice, ...] = ()
    required: bool = False
    # What a choice becomes a need of.
    field: ServiceField | None = None

    @property
    def stored(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "text": self.text,
            "kind": str(self.kind),
            "choices": [{"code": one.code, "text": one.text} for one in self.choices],
            "required": self.required,
            "field": str(self.field or ""),
        }


def read(stored: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions of a survey as they are stored."""
    return [
        Question(
            code=one["code"],
            text=one["text"],
            kind=QuestionKind(one["kind"]),
            choices=tuple(Choice(choice["code"], choice["text"]) for choice in one.get("choices", ())),
            required=bool(one.get("required")),
            field=ServiceField(one["field"]) if one.get("field") else None,
        )
        for one in stored
    ]


def build(given: Sequence[Mapping[str, Any]]) -> list[Question]:
    """
    Questions from what was entered: [{text, kind, choices: [text], required, field}], numbered in their order.

    Raises: Invalid, naming the question by its number.
    """
    if len(given) > MOST_QUESTIONS:
        raise Invalid({"questions": [f"一份问卷最多 {MOST_QUESTIONS} 题。"]})
    made, problems = [], []
    for number, one in enumerate(given, start=1):
        text = str(one.get("text") or "").strip()
        kind = str(one.get("kind") or "")
        texts = [str(choice).strip() for choice in one.get("choices") or () if str(choice).strip()]
        if not text or len(text) > 200:
            problems.append(f"第 {number} 题：请填写题目，最多 200 个字。")
        elif kind not in set(QuestionKind):
            problems.append(f"第 {number} 题：请选择题型。")
        elif kind in CHOOSING and not 2 <= len(texts) <= MOST_CHOICES:
            problems.append(f"第 {number} 题：单选、多选须有 2 到 {MOST_CHOICES} 个选项，每行一个。")
        elif kind in CHOOSING and len(set(texts)) < len(texts):
            problems.append(f"第 {number} 题：选项不能重复。")
        elif any(len(choice) > 60 for choice in texts):
            problems.append(f"第 {number} 题：每个选项最多 60 个字。")
        else:
            choices = tuple(Choice(f"c{at}", choice) for at, choice in enumerate(texts, start=1))
            field = ServiceField(one["field"]) if one.get("field") else None
            kept = choices if kind in CHOOSING else ()
            made.append(Question(f"q{number}", text, QuestionKind(kind), kept, bool(one.get("required")), field))
    if problems:
        raise Invalid({"questions": problems})
    return made


def cleaned(questions: Sequence[Question], given: Mapping[str, Any], *, complete: bool = True) -> dict[str, Any]:
    """
    The answers among what was entered, each of its kind; what was left out is not there.

    `complete` False: required questions may stay open, as on paper.
    Raises: Invalid, by the question's code.
    """
    answers: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for question in questions:
        value = given.get(question.code)
        if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
            if question.required and complete:
                problems[question.code] = ["请回答这一题。"]
            continue
        told = _told(question, value)
        if told is None:
            problems[question.code] = [_WRONG[question.kind]]
        else:
            answers[question.code] = told
    if problems:
        raise Invalid(problems)
    if complete and questions and not answers:
        raise Invalid({"": ["请至少回答一题。"]})
    return answers


_WRONG = {
    QuestionKind.SINGLE: "请在所列选项中选择一项。",
    QuestionKind.MULTIPLE: "请在所列选项中选择。",
    QuestionKind.SCALE: "请打 1 到 5 分。",
    QuestionKind.NUMBER: "请填写 0 到 9999999 的整数。",
    QuestionKind.TEXT: f"最多 {LONGEST_TEXT} 个字。",
}


def _told(question: Question, value: Any) -> Any:
    """The answer in its stored shape; None when it is none."""
    codes = {choice.code for choice in question.choices}
    match question.kind:
        case QuestionKind.SINGLE:
            return value if isinstance(value, str) and value in codes else None
        case QuestionKind.MULTIPLE:
            chosen = value if isinstance(value, list | tuple) else [value]
            return [one.code for one in question.choices if one.code in chosen] if set(chosen) <= codes else None
        case QuestionKind.SCALE:
            return _number(value, 1, 5)
        case QuestionKind.NUMBER:
            return _number(value, 0, 9_999_999)
        case QuestionKind.TEXT:
            text = str(value).strip()
            return text if len(text) <= LONGEST_TEXT else None


def _number(value: Any, least: int, most: int) -> int | None:
    try:
        number = int(str(value).strip())
    except ValueError:
        return None
    return number if least <= number <= most else None


def valid(questions: Sequence[Question], answers: Mapping[str, Any]) -> bool:
    """
    Whether an answer counts: every required question and at least half of all are answered, and not all marks are one.

    Marks count as one from five scales on.
    """
    if not answers or any(question.required and question.code not in answers for question in questions):
        return False
    if 2 * len(answers) < len(questions):
        return False
    marks = [answers[one.code] for one in questions if one.kind == QuestionKind.SCALE and one.code in answers]
    return len(marks) < SAME_MARKS_FROM or len(set(marks)) > 1
