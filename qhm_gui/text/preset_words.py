"""What a preset of a page shows, in one sentence; the paper's figures have their headings."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "line-fit": "The loss is an average over points: with each more, the minimum moves.",
    "past-gradients": "How much each past gradient weighs in one step.",
    "beta-to-zero": "β → 0: momentum fades, and the conditions of Theorem 1 hold.",
    "slowly": "νβ → 1 more slowly than α → 0: the conditions of Theorem 2 hold.",
    "too-fast": "νβ → 1 as fast as α → 0: Theorem 2 does not hold.",
    "alpha-too-fast": "α → 0 too fast: the run stops before it is there.",
    "constant": "Constant α, β and ν: the noise never ends.",
    "momentum-pays": "From which batch size on momentum gains anything over SGD.",
    "figure-4": "The problem of figure 4 with a schedule that starts large and is cut.",
    "start-larger": "A larger α first, cut where progress stops, against constant α.",
    "wrong-alpha": "Cost of an α that is wrong by a factor.",
    "training-run": "The place of a measured PyTorch run, and changes to it.",
    "edge-sgd": "The sharpness of a network climbs to the bound of SGD and stays there.",
    "edge-shb": "The same with heavy ball: its bound is higher.",
    "edge-nag": "The same with Nesterov's gradient: its bound is lower.",
    "edge-half": "The same with half of the averaged gradient.",
    "edge-long": "The same with a long average.",
    "fitted": "With a smaller α the data are fitted before the bound is met.",
    "diverging": "With a larger α the training diverges.",
    "sweep-digits": "A model is trained for each α and β before your eyes.",
    "sweep-digits-nu": "A model is trained for each ν and β before your eyes.",
    "sweep-quadratic": "The quadratic of figure 3 in place of a model, cell by cell.",
}
