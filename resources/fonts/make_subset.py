"""Cut the shipped fonts down to what an interface needs: Inter, and Noto Sans JP for Japanese.

    pip install fonttools==4.68.0
    python resources/fonts/make_subset.py FOLDER

FOLDER holds, from the Debian packages named in README.md, the Inter*.otf files that README.md lists and
NotoSansCJK-Regular.ttc and NotoSansCJK-Medium.ttc. The results are written next to this script.

Inter keeps Latin, Greek, punctuation, super- and subscripts, arrows, mathematical and geometric signs. Its plain
figures are those of equal width. It has no substitutions of glyphs: each character has one glyph, so that a text is as
wide as it was measured in every program, and a PDF knows the character of each glyph.

Noto Sans JP keeps ASCII; rows 1 to 8 of JIS X 0208 (punctuation, full-width Latin, kana, Greek, Cyrillic,
rules); the 2,965 kanji of its level 1; the 34 kanji of the Joyo list of 2010 that lie outside level 1;
half-width katakana.

Both lose their hinting: the application draws unhinted.

The licences let a changed font keep its name unless that name is reserved; neither "Inter" nor "Noto" is.
Still one family is renamed, "Noto Sans CJK JP" to "Noto Sans JP", so that a complete copy that is installed
on the machine and this part of it are never taken for one another.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

INTER = (
    "Inter-Regular",
    "Inter-Medium",
    "Inter-SemiBold",
    "Inter-Italic",
    "Inter-MediumItalic",
    "Inter-SemiBoldItalic",
    "InterDisplay-Regular",
    "InterDisplay-SemiBold",
)
INTER_RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin-1 and Latin Extended-A
    (0x2B0, 0x3FF),  # modifiers, combining accents, Greek
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x20BF),  # punctuation, super- and subscripts, currencies
    (0x2100, 0x23FF),  # letter-like signs, fractions, arrows, mathematics, technical signs
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2700, 0x27BF),  # ticks and crosses
)
#: How glyphs are placed. What changes glyphs is left out, also of Noto Sans JP.
FEATURES = ["kern", "mark", "mkmk"]

FAMILY = "Noto Sans JP"
WEIGHTS = {"Regular": 400, "Medium": 500}
JAPANESE_FACE = 0  # of the five in each collection
# Four of these are not in JIS X 0208 at all; the others are in its level 2.
JOYO_OUTSIDE_LEVEL_1 = "丼傲刹哺喩嗅嘲毀彙恣惧慄憬拉摯曖楷鬱璧瘍箋籠緻羞訃諧貪踪辣錮" + "𠮟剝塡頰"


def japanese() -> set[int]:
    kept = set(range(0x20, 0x7F)) | set(range(0xFF61, 0xFFA0)) | set(map(ord, JOYO_OUTSIDE_LEVEL_1))
    for row in (*range(1, 9), *range(16, 48)):
        for cell in range(1, 95):
            try:
                kept.add(ord(bytes((row + 0xA0, cell + 0xA0)).decode("euc_jp")))
            except UnicodeDecodeError:
                continue  # an empty cell
    # Unicode has two for some signs of row 1, and keyboards write either.
    return kept | set(map(ord, "～－−‖…―—–‘’“”¥·"))


def rename(font: TTFont, style: str) -> None:
    """Name the style as font menus expect: only regular and bold may share a family under names 1 and 2."""
    plain = style == "Regular"
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = font["name"]
    old_version = names.getDebugName(5)
    for record in [r for r in names.names if r.langID != 0x409 or r.nameID in (1, 2, 3, 4, 6, 16, 17)]:
        names.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    values = {
        1: FAMILY if plain else f"{FAMILY} {style}",
        2: "Regular",
        3: f"2.004;QHM;{postscript}",
        4: FAMILY if plain else f"{FAMILY} {style}",
        5: f"{old_version}; subset for QHM Explorer",
        6: postscript,
    }
    if not plain:
        values |= {16: FAMILY, 17: style}
    for identifier, value in values.items():
        names.setName(value, identifier, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    cff[0].FullName = values[4]
    cff[0].FamilyName = FAMILY
    font["OS/2"].usWeightClass = WEIGHTS[style]


def equal_figures(font: TTFont) -> None:
    """Give the figures 0 to 9 the glyphs of equal width that the feature tnum has for them."""
    names = font.getGlyphOrder()
    for table in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            wide = f"{table.cmap.get(code)}.tf"
            if wide in names:
                table.cmap[code] = wide


def cut(font: TTFont, characters: set[int]) -> None:
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


def save(font: TTFont, name: str) -> None:
    target = Path(__file__).parent / f"{name}.otf"
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size / 1e3:.0f} kB")


def latin() -> set[int]:
    return {code for first, last in INTER_RANGES for code in range(first, last + 1)}


def main(folder: Path) -> None:
    for name in INTER:
        font = TTFont(folder / f"{name}.otf", recalcTimestamp=False)
        equal_figures(font)
        cut(font, latin())
        save(font, name)
    for style in WEIGHTS:
        font = TTFont(folder / f"NotoSansCJK-{style}.ttc", fontNumber=JAPANESE_FACE, recalcTimestamp=False)
        cut(font, japanese())
        rename(font, style)
        save(font, f"NotoSansJP-{style}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
