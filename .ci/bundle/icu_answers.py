"""What Qt answers by ICU, of every kind that it asks for and for all languages, a line each.

    LD_LIBRARY_PATH=FOLDER python icu_answers.py FOLDER

With a folder: it fails if ICU's data were not read from there.
"""

import sys
from functools import cmp_to_key
from pathlib import Path

from PySide6.QtCore import QCollator, QCoreApplication, QDateTime, QLocale, Qt, QTimeZone

LINE = (
    "zebra ärger Ärger Apfel apple öl ost ñandú nube llama luz chico cosa ij Žluť zima аист ёж ель 亜 唖 娃 阿 哀 愛 "
    "あ ア ぁ カ ガ 가 나 国 國 中 ß ss İ ı i I ǆ file10 file9 α β Σίσυφος _ - 1 ١"
)
WORDS = LINE.split()
SHOWN_IN = ("C", "en", "en_GB", "ja", "ja_JP")
KINDS = (QTimeZone.NameType.LongName, QTimeZone.NameType.ShortName, QTimeZone.NameType.OffsetName)

QCoreApplication([])
everywhere = QLocale.matchingLocales(QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry)
for locale in sorted({each.bcp47Name() for each in everywhere}):
    own, collator = QLocale(locale), QCollator(QLocale(locale))
    for numeric, case in ((False, Qt.CaseSensitivity.CaseSensitive), (True, Qt.CaseSensitivity.CaseInsensitive)):
        collator.setNumericMode(numeric)
        collator.setCaseSensitivity(case)
        print(locale, *sorted(WORDS, key=cmp_to_key(collator.compare)))
    print(locale, *(own.toUpper(word) + own.toLower(word) for word in WORDS))
if len(sys.argv) > 1 and f"{sys.argv[1]}/libicudata.so" not in Path("/proc/self/maps").read_text(encoding="utf-8"):
    sys.exit(f"ICU's data were not read from {sys.argv[1]}")
moment = QDateTime(2026, 7, 1, 12, 0, 0)
for name in QTimeZone.availableTimeZoneIds():
    zone = QTimeZone(name)
    names = [zone.displayName(moment, kind, QLocale(language)) for language in SHOWN_IN for kind in KINDS]
    print(name.data(), zone.offsetFromUtc(moment), zone.abbreviation(moment), *names)
