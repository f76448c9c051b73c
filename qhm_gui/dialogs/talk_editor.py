"""One's own talk: the order of its steps, their words in two languages, notes and minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from qhm_gui.appearance.theme import Theme
from qhm_gui.drawing.markup import plain_text
from qhm_gui.files.talk_file import LONGEST_TEXT, LONGEST_TITLE, MOST_ANSWERS, QUESTIONS, Step, Talk, Words, said
from qhm_gui.text.language import LANGUAGES, language, tr
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.number_box import NumberBox
from qhm_gui.widgets.painted import apply_theme

#: What a talk's first step can say of the occasion.
FACTS = ("lecturer", "place", "date")
_STEP = Qt.ItemDataRole.UserRole
_LEAST_HIGH = 56
#: What stands for the end of a line in a field of one.
_LINE_END = " ⏎ "
_NAMES = {"en": "English", "ja": "日本語"}


class TalkEditor(QDialog):
    """Edits a copy: :meth:`talk` is what it has become."""

    def __init__(self, parent: QWidget, theme: Theme, talk: Talk, facts: Mapping[str, str]) -> None:
        """``facts``: what stands on the first step, by 'lecturer', 'place', 'date'."""
        super().__init__(parent)
        self._facts = {name: QLineEdit(facts.get(name, ""), maxLength=LONGEST_TITLE) for name in FACTS}
        self._talk = talk
        self._steps = list(talk.steps)
        self._showing = False
        self.setWindowTitle(tr("Edit the talk"))
        self.resize(980, 700)
        self.list = QListWidget()
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setAccessibleName(tr("Steps"))
        self.list.setMinimumWidth(280)
        for index, step in enumerate(self._steps):
            item = QListWidgetItem(_name(step))
            item.setData(_STEP, index)
            self.list.addItem(item)
        self._form = self._make_form()
        remove, up, down = (TextButton(lambda words=words: tr(words)) for words in ("Remove", "Up", "Down"))
        remove.clicked.connect(self.remove)
        up.clicked.connect(lambda: self.move_by(-1))
        down.clicked.connect(lambda: self.move_by(1))
        save, cancel = TextButton(lambda: tr("Save"), solid=True), TextButton(lambda: tr("Cancel"))
        save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        left, right, line = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.addWidget(self.list, 1)
        for button in (up, down, remove):
            line.addWidget(button)
        line.addStretch(1)
        left.addLayout(line)
        row = QGridLayout()
        for column, (name, editor) in enumerate(self._facts.items()):
            row.addWidget(QLabel(tr(name)), 0, column)
            editor.setAccessibleName(tr(name))
            row.addWidget(editor, 1, column)
        right.addLayout(row)
        right.addLayout(self._form, 1)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(cancel)
        end.addWidget(save)
        right.addLayout(end)
        body = QHBoxLayout(self)
        body.setContentsMargins(20, 18, 20, 16)
        body.setSpacing(18)
        body.addLayout(left)
        body.addLayout(right, 1)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda step=step: self.move_by(step))
        self.list.currentItemChanged.connect(lambda *_: self._show())
        for editor, tip in self._tips().items():
            editor.setToolTip(tip)
        apply_theme(self, theme)
        self.list.setCurrentRow(0)

    def _tips(self) -> dict[QWidget, str]:
        """What each editor is for, and what it takes."""
        most = tr("At most {most} characters", most=LONGEST_TITLE)
        markup_words = tr("Shown beside the pictures; *x* is italic, _{0} low, ^{2} high")
        tips: dict[QWidget, str] = {
            self.list: tr("Drag, or Alt+Up and Alt+Down, to change the order"),
            self.minutes: tr("Planned minutes of this step, 0 to 600"),
            self.question: tr("The question that the rail shows as being answered"),
            self.optional: tr("Not counted in the planned minutes"),
            self.reveal: tr("Each press of a key shows one more sentence"),
        }
        tips |= {editor: f"{tr('Stands on the first step')}\n{most}" for editor in self._facts.values()}
        tips |= {editor: f"{markup_words}\n{most}" for editor in self.titles.values()}
        tips |= {editor: markup_words for editor in self.words.values()}
        tips |= {editor: f"{markup_words}\n{most}" for editor in self.formulas.values()}
        guessed = tr("Asked before the first picture is seen; without answers the room clicks into it")
        tips |= {editor: guessed for editor in self.asked.values()}
        chosen = tr("At most {most} answers between which the room chooses", most=MOST_ANSWERS)
        tips |= {editor: f"{chosen}\n{most}" for editor in self.answers.values()}
        return tips | {editor: tr("Seen in the speaker's window only") for editor in self.notes.values()}

    def _make_form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self.titles = {key: QLineEdit(maxLength=LONGEST_TITLE) for key in LANGUAGES}
        self.words = {key: QPlainTextEdit() for key in LANGUAGES}
        self.notes = {key: QPlainTextEdit() for key in LANGUAGES}
        self.formulas = {key: QLineEdit(maxLength=LONGEST_TITLE) for key in LANGUAGES}
        self.asked = {key: QLineEdit(maxLength=LONGEST_TEXT) for key in LANGUAGES}
        self.answers = {key: QPlainTextEdit() for key in LANGUAGES}
        self.minutes = NumberBox(0.0, 600.0, 0.5)
        self.question = QComboBox()
        self.question.addItems([tr("none"), *(tr(question) for question in QUESTIONS)])
        self.optional = QCheckBox(tr("optional"))
        self.reveal = QCheckBox(tr("sentences one by one"))
        for column, key in enumerate(LANGUAGES):
            row = 0
            rows: tuple[tuple[str, Mapping[str, QLineEdit | QPlainTextEdit]], ...] = (
                ("Title", self.titles), ("Words", self.words), ("Formula", self.formulas), ("Notes", self.notes),
                ("Question to the room", self.asked), ("Answers, one a line", self.answers),
            )  # fmt: skip
            for words, editors in rows:
                name = f"{tr(words)}, {_NAMES[key]}"
                grid.addWidget(QLabel(name), row, column)
                editors[key].setAccessibleName(name)
                grid.addWidget(editors[key], row + 1, column)
                editors[key].textChanged.connect(self._take)
                row += 2
            for editors, stretch in ((self.words, 3), (self.notes, 3), (self.answers, 2)):
                editors[key].setMinimumHeight(_LEAST_HIGH)
                grid.setRowStretch(grid.getItemPosition(grid.indexOf(editors[key]))[0], stretch)  # pyright: ignore
        below = QHBoxLayout()
        for words, editor in ((tr("minutes"), self.minutes), (tr("question"), self.question)):
            below.addWidget(QLabel(words))
            editor.setAccessibleName(words)
            below.addWidget(editor)
        below.addWidget(self.optional)
        below.addWidget(self.reveal)
        below.addStretch(1)
        grid.addLayout(below, 12, 0, 1, 2)
        self.minutes.valueChanged.connect(self._take)
        self.question.currentIndexChanged.connect(self._take)
        self.optional.toggled.connect(self._take)
        self.reveal.toggled.connect(self._take)
        return grid

    def talk(self) -> Talk:
        """The talk as it is now: steps in the order of the list."""
        self.minutes.interpretText()  # what is typed and not yet taken
        order = [self.list.item(row).data(_STEP) for row in range(self.list.count())]
        return replace(self._talk, steps=tuple(self._steps[index] for index in order))

    def facts(self) -> dict[str, str]:
        """What stands on the first step."""
        return {name: editor.text().strip() for name, editor in self._facts.items()}

    def move_by(self, rows: int) -> None:
        """The chosen step so many places down."""
        self.minutes.interpretText()
        row = self.list.currentRow()
        if 0 <= row + rows < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + rows, item)
            self.list.setCurrentItem(item)

    def remove(self) -> None:
        """Without the chosen step; the last one stays."""
        if self.list.count() > 1:
            self.list.takeItem(self.list.currentRow())

    def _show(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        step = self._steps[item.data(_STEP)]
        self._showing = True
        for key in LANGUAGES:
            self.titles[key].setText(step.title.get(key, ""))
            self.words[key].setPlainText(step.words.get(key, ""))
            self.notes[key].setPlainText(step.notes.get(key, ""))
            self.formulas[key].setText(step.formula.get(key, "").replace("\n", _LINE_END))
            self.asked[key].setText(step.ask.get(key, "").replace("\n", _LINE_END))
            self.answers[key].setPlainText("\n".join(words.get(key, "") for words in step.answers).rstrip("\n"))
        self.minutes.setValue(step.minutes)
        self.question.setCurrentIndex(step.question)
        self.optional.setChecked(step.optional)
        self.reveal.setChecked(step.reveal)
        self._showing = False

    def _take(self, *_: object) -> None:
        item = self.list.currentItem()
        if item is None or self._showing:
            return
        index = item.data(_STEP)
        before = self._steps[index]
        title = {key: text for key in LANGUAGES if (text := self.titles[key].text().strip())}
        formula = _lines(self.formulas)
        self._steps[index] = replace(
            before,
            title=title or before.title,
            words=_texts(self.words),
            notes=_texts(self.notes),
            ask=_lines(self.asked),
            answers=_answers(self.answers),
            formula=formula,
            typeset=before.typeset if formula == before.formula else "",  # which shows another formula than is written
            minutes=self.minutes.value(),
            question=self.question.currentIndex(),
            optional=self.optional.isChecked(),
            reveal=self.reveal.isChecked(),
        )
        item.setText(_name(self._steps[index]))


def _texts(editors: Mapping[str, QPlainTextEdit]) -> dict[str, str]:
    return {key: text[:LONGEST_TEXT] for key, editor in editors.items() if (text := editor.toPlainText().strip())}


def _lines(editors: Mapping[str, QLineEdit]) -> dict[str, str]:
    return {key: text.replace(_LINE_END, "\n") for key, editor in editors.items() if (text := editor.text().strip())}


def _answers(editors: Mapping[str, QPlainTextEdit]) -> tuple[Words, ...]:
    """The lines of both languages side by side; one that is empty in both is none."""
    lines = {key: [line.strip()[:LONGEST_TITLE] for line in editors[key].toPlainText().split("\n")] for key in editors}
    most = max(len(each) for each in lines.values())
    rows = ({key: each[row] for key, each in lines.items() if row < len(each) and each[row]} for row in range(most))
    return tuple(filter(None, rows))[:MOST_ANSWERS]


def _name(step: Step) -> str:
    return plain_text(said(step.title, language()))
