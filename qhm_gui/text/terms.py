"""The words of the window that are settled: one for each thing, and those that must not come back.

``tests/gui/test_terms.py`` holds every text of the window, English and Japanese, to them.
"""

from __future__ import annotations

#: English pattern (a regular expression, case ignored) -> what is written instead.
ENGLISH_NOT: dict[str, str] = {
    r"interpolation|share of momentum|momentum weight": "momentum share (ν)",
    r"limiting root|slowest root": "dominant root",
    r"\bclouds?\b": "stationary distribution",
    r"\b(leaves|has left|have left|wanders?|run away)\b": "diverges, or moves away from the minimum",
    r"\b(above|below|on|before) the line\b": "the bound, stability bound",
    r"\bripples?\b|\boscillates\b|\bmonotone\b": "underdamped, alternating, overdamped",
    r"\bmemory\b": "squared-gradient decay (β₂, ρ)",
    r"\bfilms?\b": "animation",
    r"\biterations?\b": "steps",
    r"\bmembers?\b|\bensemble\b": "runs",
    r"\bcomponents\b": "samples",
    r"\bwhat\b|\bwhose\b": "the thing itself, named",
    r"\bso many\b|\bat hand\b|\bby itself\b": "a number, or 'automatic'",
    r"\bnobody\b|\ba person\b|\bsomeone\b|\bwants?\b|\bspeaks? of\b": "the program or the quantity as the subject",
    r"^where\b": "what is shown, as the caption of a figure names it",
}

#: Japanese pattern -> what is written instead.
JAPANESE_NOT: dict[str, str] = {
    "補間": "モーメンタムの割合",
    "モメンタム|慣性項": "モーメンタム",
    "完全な勾配|正確な勾配": "全勾配",
    "目的関数": "損失",
    "歩幅|ステップ幅": "更新量、または学習率",
    "から測った": "最小値との差",
    "律速": "支配根",
    "根の軌跡": "根軌跡",
    "収束速度": "収束率",
    "雲": "定常分布",
    "任意": "一般",
    "離脱": "発散",
    "境界上": "安定限界上",
    "線の上に落ち着|線より[上下]|線の下": "安定限界",
    "波打つ": "不足減衰（減衰振動）",
    "変え方": "スケジュール",
    "助走": "バーンイン",
    "実行": "試行",
    "反復(?![点法])": "ステップ",
    "アンサンブル": "試行の平均",
    "分位帯": "分位点の帯",
    "記憶": "二乗勾配の減衰率",
    "データの数|成分の数": "データ数",
    "ネステロフ": "Nesterov の加速法",
    "回の試行": "試行",
    r"\d %": "95%（間を空けない）",
    r"[ぁ-んァ-ヶ一-龯）}]:": "全角のコロン",
}

#: The longest sentence that explains a field, in characters.
LONGEST_HELP = 80
