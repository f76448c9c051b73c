"""What `make bundle` leaves out of ICU's data, and that it leaves nothing out where it does not know them."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import sys
from pathlib import Path
from types import ModuleType

import PySide6
import pytest

FOLDER = Path(__file__).parents[1] / ".ci" / "bundle"
HEADER = struct.pack("<H", 32) + b"\xda\x27\x14\0\0\0" + b"\0\0\2\0" + b"CmnD" + b"\1\0\0\0" + b"\0" * 12
ITEMS = [
    ("icudt73l/brkitr/ja.res", b"words" * 7),
    ("icudt73l/coll/sv.res", b"order"),
    ("icudt73l/en_001.res", b"e" * 16),
    ("icudt73l/sv_FI.res", b"s"),
    ("icudt73l/zone/ja.res", b"names of zones"),
]


@pytest.fixture(scope="module")
def icu() -> ModuleType:
    spec = importlib.util.spec_from_file_location("smaller_icu", FOLDER / "smaller_icu.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_package_is_written_as_it_is_read(icu: ModuleType) -> None:
    package = icu.packed(HEADER, ITEMS)
    count = struct.unpack_from("<I", package, 32)[0]
    places = [struct.unpack_from("<II", package, 36 + 8 * number)[1] for number in range(count)]
    assert count == len(ITEMS) and all((32 + place) % 16 == 0 for place in places), "ICU reads whole words"
    read = icu.items(package)
    assert [name for name, _ in read] == [name for name, _ in ITEMS]
    assert all(content.startswith(wanted) for (_, content), (_, wanted) in zip(read, ITEMS, strict=True))
    assert icu.packed(HEADER, read) == package
    for broken in (b"\xda\x28".join((package[:2], package[4:])), package[:40] + b"\xff" * 8 + package[48:]):
        with pytest.raises(ValueError, match="package of ICU"):
            icu.items(broken)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("coll/root.res", True), ("coll/sv.res", True), ("coll/ucadata.icu", True), ("coll/zh_Hant_TW.res", True),
        ("root.res", True), ("en.res", True), ("en_GB.res", True), ("ja_JP.res", True), ("pool.res", True),
        ("supplementalData.res", True), ("zoneinfo64.res", True), ("metaZones.res", True), ("likelySubtags.res", True),
        ("zone/ja.res", True), ("zone/root.res", True), ("zone/tzdbNames.res", True), ("nfkc.nrm", True),
        ("cnvalias.icu", True), ("something.new", True), ("newfolder/x.res", True),
        ("sv.res", False), ("sv_SE.res", False), ("haw_US.res", False), ("zone/sv.res", False), ("unit/ja.res", False),
        ("brkitr/cjdict.dict", False), ("euc-tw-2014.cnv", False), ("translit/root.res", False), ("unames.icu", False),
    ],
)  # fmt: skip
def test_what_is_asked_for(icu: ModuleType, name: str, asked: bool) -> None:
    assert icu.is_asked(f"icudt73l/{name}") == asked


@pytest.mark.skipif(sys.platform != "linux" or not all(map(shutil.which, ("as", "ld", "readelf"))), reason="binutils")
@pytest.mark.slow
def test_qt_answers_with_it_as_with_the_whole(
    icu: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = sorted((Path(PySide6.__file__).parent / "Qt" / "lib").glob("libicudata.so.*"))
    if not found:
        pytest.skip("a Qt without ICU of its own")
    made = icu.smaller(found[0], tmp_path / "less")
    assert capsys.readouterr().err == "" and made.name == found[0].name
    assert made.stat().st_size < found[0].stat().st_size / 4
    # with the order of languages left out, too, Qt would sort otherwise, and the whole stays
    monkeypatch.setattr(icu, "UNASKED", (*icu.UNASKED, "coll/ja.res"))
    assert icu.smaller(found[0], tmp_path / "wrong") is None and not list((tmp_path / "wrong").iterdir())
    assert capsys.readouterr().err == (
        "All data of ICU stay in the bundle (26 MB more): Qt would sort or name otherwise with less.\n"
    )


def test_the_whole_stays_where_nothing_can_be_made(
    icu: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "libicudata.so.73").write_bytes(b"no library")
    assert icu.smaller(tmp_path / "libicudata.so.73", tmp_path / "less") is None
    monkeypatch.setenv("PATH", "")
    assert icu.smaller(tmp_path / "libicudata.so.73", tmp_path / "less") is None
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("All data of ICU stay in the bundle (26 MB more): ") and first.endswith(".")
    assert second.endswith("readelf and as and ld (binutils) are missing.")
