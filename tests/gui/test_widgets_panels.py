"""Card, transport, status line, read-out, header: they show what they are told and ask for the rest."""

import itertools
from itertools import pairwise
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import DARK
from qhm_gui.drawing.markup import plain_text
from qhm_gui.text.language import spoken
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton, LinkButton, TextButton
from qhm_gui.widgets.card import Card
from qhm_gui.widgets.header import Header
from qhm_gui.widgets.label import HelpLine
from qhm_gui.widgets.painted import apply_theme, retranslate
from qhm_gui.widgets.playhead_slider import ScrubSlider
from qhm_gui.widgets.read_out import ReadOut
from qhm_gui.widgets.section import Hairline, SectionTitle
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.status import StatusLine, remaining_text
from qhm_gui.widgets.transport import Transport

PAGES = [("explore", "Explore", 0), ("fast", "How fast?", 1), ("experiments", "Experiments", 2)]

W = TypeVar("W", bound=QWidget)


def part(widget: QWidget, kind: type[W]) -> W:
    """The part of ``widget`` that is of this kind."""
    found = widget.findChild(kind)
    assert isinstance(found, kind)
    return found


def shown(qtbot, widget: W, width: int = 800, height: int = 300) -> W:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def button(widget: QWidget, name: str) -> QWidget:
    return next(b for b in widget.findChildren(QWidget) if b.accessibleName().startswith(name))


def test_card_messages_cover_the_body_and_go(qtbot):
    card = shown(qtbot, Card("Compare", "over *ν*"))
    body = QWidget()
    card.set_body(body)
    assert body.geometry() == card.body_rect().toAlignedRect()
    assert card.message() is None
    card.set_message(("Nothing to show yet", "Press Space to run."))
    assert card.message() == ("Nothing to show yet", "Press Space to run.")
    assert card.childAt(card.body_rect().center().toPoint()) is not body
    card.set_message(None)
    assert card.message() is None
    assert card.childAt(card.body_rect().center().toPoint()) is body


def test_a_busy_card_can_still_be_dragged_on(qtbot):
    card = shown(qtbot, Card("How fast?"))
    body = QWidget()
    card.set_body(body)
    before = card.grab().toImage()
    card.set_busy("refining 38 %")
    assert card.busy() and card.grab().toImage() != before
    assert card.childAt(card.body_rect().center().toPoint()) is body
    card.set_busy("")
    assert card.grab().toImage() == before


def test_card_buttons_ask(qtbot):
    card = shown(qtbot, Card("Path"))
    with qtbot.waitSignal(card.expand_requested):
        QTest.mouseClick(button(card, "Show this alone"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(card.menu_requested) as caught:
        QTest.mouseClick(button(card, "More"), Qt.MouseButton.LeftButton)
    assert isinstance(caught.args[0], QPoint)
    card.set_expanded(True)
    assert button(card, "Show all cards")


def test_a_narrow_card_gives_up_what_has_no_room_and_the_menu_never(qtbot):
    card = shown(qtbot, Card("How fast?", "rate *R*, light is fast"), 600)
    card.set_buttons(help=True)
    scale = Segments([("R", "*R*"), ("steps", "steps / decade")], small=True)
    card.add_header(scale)
    expand, menu, explain = (button(card, name) for name in ("Show this alone", "More", "Explain"))
    states: list[tuple[bool, bool, bool]] = []
    for width in range(600, 150, -1):
        card.resize(width, 300)
        seen = [widget for widget in (explain, scale, expand, menu) if widget.isVisible()]
        states.append((explain.isVisible(), expand.isVisible(), scale.isVisible()))
        assert menu.isVisible() and menu.geometry().right() < card.width()
        for one, other in itertools.combinations(seen, 2):
            assert not one.geometry().intersects(other.geometry())
        _, title, text = card.header_texts()[0]
        room = min(widget.x() for widget in seen) - title.left() - text
        assert room > 0 or seen == [menu]
        missing = explain if expand.isVisible() else expand
        assert missing.isVisible() or room < 12 + 10 + 36, (width, room)  # what is gone has no room beside the title
    ways = [state for state, _ in itertools.groupby(states)]
    assert ways[:3] == [(True, True, True), (False, True, True), (False, False, True)]
    assert not any(options for *_, options in ways[3:]) and ways[3][1]  # without the options the buttons are back
    card.resize(600, 300)
    assert scale.isVisible() and expand.isVisible()
    card.set_buttons(expand=False)
    assert not expand.isVisible()


def test_another_body_takes_the_place_of_the_first(qtbot):
    card = shown(qtbot, Card("Path"))
    first, second = QWidget(), QWidget()
    qtbot.addWidget(first)
    card.set_body(first)
    card.set_body(second)
    assert card.body() is second and first.parentWidget() is None and not first.isVisible()


def test_transport_asks_and_shows(qtbot):
    transport = shown(qtbot, Transport(), 1000, 60)
    transport.set_range(120)
    transport.set_step(64)
    log: list[object] = []
    transport.play_toggled.connect(lambda: log.append("play"))
    transport.step_requested.connect(log.append)
    transport.rewind.connect(lambda: log.append("rewind"))
    transport.speed_chosen.connect(log.append)
    transport.loop_toggled.connect(log.append)
    for name in ("Play", "One step back", "One step on", "Back to the start", "Play again"):
        QTest.mouseClick(button(transport, name), Qt.MouseButton.LeftButton)
    QTest.keyClick(part(transport, Segments), Qt.Key.Key_Right)
    assert log == ["play", -1, 1, "rewind", True, "4×"]
    transport.set_playing(True)
    assert button(transport, "Pause")
    assert button(transport, "Step 64 of 120")


def test_the_counter_has_room_for_the_signs_of_another_language(qtbot):
    """“20,000 / 20,0…” stood in Japanese, where the comma takes more room than a thin space."""
    transport = shown(qtbot, Transport(), 1000, 60)
    transport.set_range(20_000)
    counter = button(transport, "Step 0 of 20\u202f000")
    with spoken("ja"):
        retranslate = getattr(counter, "retranslate")  # noqa: B009  # of a widget that is private to the transport
        retranslate()
        assert counter.accessibleName() == "20,000 ステップ中 0"
        layout = transport.layout()
        assert layout is not None
        layout.activate()
        assert counter.width() >= counter.sizeHint().width()


def test_scrubbing_asks_for_whole_steps(qtbot):
    transport = shown(qtbot, Transport(), 1000, 60)
    transport.set_range(120)
    scrub = part(transport, ScrubSlider)
    with qtbot.waitSignal(transport.scrubbed) as caught:
        QTest.mouseClick(scrub, Qt.MouseButton.LeftButton, pos=QPoint(scrub.width() // 2, 30))
    assert caught.args == [60]
    with qtbot.waitSignal(transport.scrubbed) as caught:
        QTest.keyClick(scrub, Qt.Key.Key_Right)
    assert caught.args == [61]


def test_status_line(qtbot):
    line = shown(qtbot, StatusLine(), 900, 28)
    cancel = part(line, LinkButton)
    line.set_message("Ready.")
    assert line.text() == "Ready." and not cancel.isVisible()
    empty = line.grab().toImage()
    line.set_progress("Rate map", 0.62, 12)
    assert line.text() == "Rate map" and cancel.isVisible()
    assert "62" in line.accessibleName()
    busy = line.grab().toImage()
    assert busy.pixel(100, 0) != empty.pixel(100, 0) and busy.pixel(890, 0) == empty.pixel(890, 0)
    with qtbot.waitSignal(line.cancel_requested):
        QTest.keyClick(cancel, Qt.Key.Key_Return)
    line.set_error("The file is damaged.")
    line.set_progress("")
    assert line.text() == "The file is damaged." and not cancel.isVisible()
    line.set_message("Saved.")
    assert line.text() == "Saved."
    line.set_right(["*x* −1.42", "seed 7"])
    assert line.grab().toImage() != empty


def test_a_long_label_leaves_room_for_percent_and_cancel(qtbot):
    line = shown(qtbot, StatusLine(), 400, 28)
    line.set_progress("Sweep over a great many settings with a very long description indeed", 0.4, 40)
    cancel = part(line, LinkButton)
    assert cancel.geometry().right() < 400


def test_a_sentence_shows_every_sign_of_what_was_typed(qtbot, monkeypatch):
    painted: list[str] = []
    draw = paint.draw_text

    def listen(painter, rect, text, *look):
        painted.append(plain_text(text))
        return draw(painter, rect, text, *look)

    monkeypatch.setattr(paint, "draw_text", listen)
    sentence = r"C:\runs_{1}.json is no loss: it must be text such as x**2 + 10*sin(y)**2"
    line, help_line = shown(qtbot, StatusLine(), 900, 28), shown(qtbot, HelpLine(), 900, 28)
    line.set_error(sentence)
    help_line.say(sentence)
    for widget in (line, help_line):
        painted.clear()
        widget.grab()
        assert painted == [sentence]
    assert line.accessibleName() == sentence


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "less than a second left"), (12, "12 s left"), (600, "10 min left"), (9000, "2.5 h left")],
)
def test_remaining_time_in_words(seconds, text):
    assert remaining_text(seconds) == text


def test_readout_copies_the_call(qtbot):
    readout = shown(qtbot, ReadOut(), 260, 300)
    readout.set_verdict("stable", "*α* = 1.70 < 5.29")
    readout.set_rows([("Rate *R*", "0.885", "per step"), ("Stationary loss", "6.97×10⁻⁴", "")])
    readout.set_code("SGD(lr=8.50, momentum=0.8)")
    assert readout.verdict() == "Stable" and readout.values() == ["0.885", "6.97×10⁻⁴"]
    with qtbot.waitSignal(readout.copied) as caught:
        QTest.mouseClick(part(readout, IconButton), Qt.MouseButton.LeftButton)
    assert caught.args == ["SGD(lr=8.50, momentum=0.8)"]
    assert QGuiApplication.clipboard().text() == "SGD(lr=8.50, momentum=0.8)"


def test_readout_rows_come_and_go(qtbot):
    readout = shown(qtbot, ReadOut(), 260, 300)
    readout.set_rows([("Rate *R*", "0.885", ""), ("Steps per decade", "9.4", ""), ("Stationary loss", "1", "")])
    readout.set_verdict("diverges", "*α* = 6.20 > 5.29")
    readout.set_rows([("Rate *R*", "1.414", ""), ("Stationary loss", "none", "")])
    assert readout.values() == ["1.414", "none"] and readout.verdict() == "Diverges"
    readout.set_rows([])
    assert readout.values() == []
    readout.set_verdict("edge")
    assert readout.verdict() == "On the edge"


def test_header_asks(qtbot):
    header = shown(qtbot, Header(), 1600, 56)
    header.set_pages(PAGES)
    header.add_action_button(TextButton("Export", "export"))
    with qtbot.waitSignal(header.language_chosen) as caught:
        QTest.keyClick(part(header, Segments), Qt.Key.Key_Right)
    assert caught.args == ["ja"]
    with qtbot.waitSignal(header.theme_toggled):
        QTest.mouseClick(button(header, "Dark theme"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(header.page_chosen) as caught:
        QTest.keyClick(header.tabs, Qt.Key.Key_Right)
    assert caught.args == ["fast"]
    apply_theme(header, DARK)
    assert button(header, "Light theme")
    retranslate(header)
    assert part(header, Segments).value() == "en"


@pytest.mark.parametrize("width", [1600, 1000, 800, 640])
def test_nothing_in_the_header_overlaps(qtbot, width):
    header = shown(qtbot, Header(), width, 56)
    header.set_pages([*PAGES, *((f"p{n}", f"Another page {n}", 2) for n in range(4))])
    for text, icon in (("Export", "export"), ("Talk mode", "present")):
        header.add_action_button(TextButton(text, icon))
    children = [w for w in header.children() if isinstance(w, QWidget) and w.isVisible()]
    spans = sorted((w.geometry().left(), w.geometry().right()) for w in children)
    assert all(first[1] < second[0] for first, second in pairwise(spans))
    assert spans[-1][1] < width


def test_sections(qtbot):
    title = shown(qtbot, SectionTitle("Method", "Reset"), 260, 22)
    title.set_note("*κ* = 25")
    with qtbot.waitSignal(title.action_triggered):
        QTest.mouseClick(part(title, LinkButton), Qt.MouseButton.LeftButton)
    line = Hairline()
    qtbot.addWidget(line)
    apply_theme(line, DARK)
    assert line.grab().toImage().pixelColor(0, 0) == DARK.color("line")
