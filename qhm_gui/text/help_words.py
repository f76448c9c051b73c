"""What each canvas shows, where its formula comes from, what it does not hold for, and what to try: a row a canvas.

A view of another package has its own as ``View.help``.

The formulas are pictures in ``resources/formulas``, made by the script there from the LaTeX that stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

from qhm_gui.text.symbols import chosen_letter


@dataclass(frozen=True)
class Help:
    """Sentences in English; each has its translation. ``formula`` is a name of :data:`FORMULAS`, '' for none."""

    shows: str
    formula: str = ""
    source: str = ""
    limits: str = ""
    attempt: str = ""


#: LaTeX, by a name.
FORMULAS: dict[str, str] = {
    "step": r"d_k = \beta d_{k-1} + (1-\beta) g_k, \quad x_{k+1} = x_k - \alpha\,[(1-\nu)\, g_k + \nu\, d_k]",
    "loss": r"f(x_k) - f^* \approx C R^{2k}",
    "stability_bound": r"\alpha < \frac{2\,(1+\beta)}{L\,(1+\beta\,(1-2\nu))}",
    "rate": (
        r"\begin{aligned} & R = \max_{\lambda}\, \max\,|r|, \\ & r^2 - (1+\beta-\alpha\lambda(1-\nu\beta))\, r + "
        r"\beta\,(1-\alpha\lambda(1-\nu)) = 0 \end{aligned}"
    ),
    "conditions": r"\sum \alpha_k = \infty, \quad \sum \frac{\alpha_k^2}{1-\nu_k\beta_k} < \infty",
    "schedule": r"\alpha_k = \alpha\,(k+1)^{-p}, \quad 1-\nu_k\beta_k \sim (k+1)^{-q}",
    "weights": r"w_0 = 1-\nu\beta, \quad w_j = \nu\,(1-\beta)\,\beta^j",
    "slope": r"\hat R = |r_1|, \quad e_{k+2} = a\,e_{k+1} + b\,e_k",
    "optima": r"(\alpha^*, \beta^*) = \arg\min R",
    "eigen": r"u_k = c_1 r_1^k + c_2 r_2^k",
    "cloud": r"A\Sigma + \Sigma A \approx \alpha\,S",
    "second_order": (
        r"\frac{\mathrm{tr}(A\Sigma)}{2} \approx \frac{\alpha}{4}\,\mathrm{tr}\,S + "
        r"\frac{\alpha^2}{8}\,\left(1 + \frac{2\nu\beta}{1-\beta}\,\left(\frac{2\nu\beta}{1+\beta} - "
        r"1\right)\right)\mathrm{tr}(AS)"
    ),
    "momentum_pays": r"f \to \frac{\sigma^2}{2}\,\frac{K}{1-K}",
    "trade_off": r"\min_{\alpha,\beta,\nu} f_\infty \;\;\mathrm{where}\;\; R \le \rho",
    "best_for_steps": r"\min_{\alpha,\beta,\nu} \, \mathrm{E}[f(x_N)] - f^*",
    "steps_to_target": r"\min\{N : \mathrm{E}[f(x_k)] - f^* \le \varepsilon \;\; \mathrm{for\;all}\; k \ge N\}",
    "start_larger": (
        r"R = \sqrt{\beta} \;\; \mathrm{for} \;\; \frac{(1-\sqrt\beta)^2}{(1-\beta)\,\mu} \le \alpha "
        r"\le \frac{(1+\sqrt\beta)^2}{(1-\beta)\,L}"
    ),
    "sharpness": r"L = \frac{2\,(1+\beta)}{\alpha\,(1+\beta\,(1-2\nu))}",
    "training_run": r"f \to \frac{1}{2} \sum_i \frac{w_i\,\Psi(\alpha\theta_i)}{\theta_i B}",
}
#: The same for steps of a talk: each term in the colour that it has in the picture beside it, a token or a method's.
COLOURED: dict[str, str] = {
    "update": (
        r"\begin{aligned} \textcolor{shb}{d} &\leftarrow \beta\,d + (1-\beta)\,\textcolor{sgd}{g} \\ "
        r"x &\leftarrow x \textcolor{qhm}{\,-\,\alpha\,[}\,(1-\nu)\,\textcolor{sgd}{g} + \nu\,\textcolor{shb}{d}\,"
        r"\textcolor{qhm}{]} \end{aligned}"
    ),
}


def pictures() -> dict[str, str]:
    """LaTeX by the name of its picture: of each formula, coloured or not, and of each with ν a second time with γ."""
    first = FORMULAS | COLOURED
    second = {f"{name}-gamma": text.replace(r"\nu", r"\gamma") for name, text in first.items() if r"\nu" in text}
    return first | second


def picture_of(formula: str) -> str:
    """The name of a formula's picture, with the letter of the momentum share in force."""
    name = f"{formula}-{chosen_letter()}"
    return name if name in pictures() else formula


#: A row a canvas, by the key of its view.
HELP: dict[str, Help] = {
    "path": Help(
        "One run of each method from the same start, over the contours of the loss. Dots are steps.",
        "step",
        "(1), Gitman et al. 2019",
        "All methods see the same noise. Divergent runs are marked.",
        "Drag the start. Then drag ν in the panel from 0 to 1.",
    ),
    "data_points": Help(
        "The points that the loss averages over, and the line of the current step; dashed: the line of least loss.",
        source="Least squares: the mean of half the squared vertical distances",
        limits="Shown for the loss “Line fit” only. Each step sees the points of its mini-batch.",
        attempt="Click beside the line: a point is added, and the minimum moves. Click the point: it goes again.",
    ),
    "loss": Help(
        "The loss above its minimum against steps: the mean of many runs, with bands that hold 50 % and 90 % of them.",
        "loss",
        "Theorem 3, Gitman et al. 2019; the dashed line is the exact expectation",
        "The predicted slope and the stationary loss are those of the quadratic at the minimum.",
        "Set the noise to none: the slope is all there is.",
    ),
    "stability": Help(
        "The behaviour of one mode over α and β at the current ν: convergent, oscillating, alternating or divergent.",
        "stability_bound",
        "Condition (13), Gitman et al. 2019",
        "For a quadratic. With mini-batches a second line tells where the spread begins to grow.",
        "Drag the point over the edge.",
    ),
    "rate": Help(
        "The rate R over α and β at the current ν: light is fast.",
        "rate",
        "Theorem 3, Gitman et al. 2019",
        "R is the rate of the slowest mode in the end; the start may be faster.",
        "Click the marked optimum to take it over.",
    ),
    "conditions": Help(
        "The conditions of the convergence theorems on the schedules and on the loss, one line each.",
        "conditions",
        "Theorems 1, 2 and 3, Gitman et al. 2019",
        "A theorem is decided from the formulas of the schedules, for all steps. Of a typed loss less is known.",
        "Choose the preset with νβ → 1 too fast.",
    ),
    "schedule": Help(
        "How α and 1 − νβ change from step to step. On logarithmic axes a power is a straight line.",
        "schedule",
        "Section 3, Gitman et al. 2019",
        "The slopes at the end decide; a start that looks different does not matter.",
        "Give α a larger exponent than 1: it falls too fast.",
    ),
    "ensemble": Help(
        "Many runs under the schedules: their mean and bands, beside a schedule that keeps or breaks a condition.",
        "",
        "Theorems 1 and 2, Gitman et al. 2019, simulated",
        "A finite run cannot prove convergence; it shows whether the mean still falls.",
        "Let the run be longer by a factor of ten.",
    ),
    "weights": Help(
        "How much of each past gradient is in one step, the newest on the left.",
        "weights",
        "(1), Gitman et al. 2019 with the buffer written out",
        "All weights sum to 1; those of a run that has just begun to a little less.",
        "Pull β towards 1: the bars get low and long.",
    ),
    "rate_plane": Help(
        "The rate R over two of α, β and ν. Light is fast; lines join equal rates.",
        "rate",
        "Theorem 3, Gitman et al. 2019",
        "Rates from 1 on diverge and are hatched. The ends of the scale carry ≥ and ≤.",
        "Show the regions of real and complex roots.",
    ),
    "roots": Help(
        "Both roots of every mode between μ and L in the unit circle; the dashed circle has the radius R.",
        "rate",
        "Proof of Theorem 3, Gitman et al. 2019",
        "Only roots inside of the circle converge. The mode with the largest root limits all.",
        "Sweep α and watch where the roots leave the circle.",
    ),
    "slope": Help(
        "The rate that a run has, measured over its end, beside the predicted one.",
        "slope",
        "Fit of a recurrence of two steps, with its error",
        "Without noise. Near a double root a run takes longer to show its rate.",
        "Choose β where the roots are complex: the distance swings, the rate is the same.",
    ),
    "optima": Help(
        "The best of two parameters against the third, and the rate they reach.",
        "optima", "Figures 1 and 5, Gitman et al. 2019",
        "For the slowest mode between μ and L of a quadratic; only κ = L/μ counts.",
        "Raise κ from 10 to 1,000.",
    ),
    "modes": Help(
        "Position against velocity of the modes at μ and at L: spirals, nodes, or a jump to and fro.",
        "step", "Section 4, Gitman et al. 2019",
        "One mode at a time, without noise.",
        "Bring the point to the border of two regions.",
    ),
    "eigen": Help(
        "The distance from the minimum along each eigenvector, against steps.",
        "eigen", "Proof of Theorem 3, Gitman et al. 2019",
        "Along an eigenvector a quadratic is one mode; of other losses this holds near the minimum.",
        "Make κ large: the flat direction takes the time.",
    ),
    "cloud": Help(
        "The iterates of runs with constant parameters, which never rest, with the ellipses of the theory.",
        "cloud",
        "Theorem 4, Gitman et al. 2019; the exact ellipse solves a Lyapunov equation",
        "The first order holds for small α; the exact ellipse for quadratics and noise that is the same everywhere.",
        "Halve α: the loss halves.",
    ),
    "stationary_line": Help(
        "The loss in the end against one parameter: exact, to second order, and simulated with its error.",
        "second_order", "Theorem 5, Gitman et al. 2019",
        "The second order is drawn faint where it is off by more than a tenth, as near β = 1.",
        "Look at ν: the lowest point may lie inside.",
    ),
    "stationary_left": Help(
        "The loss in the end over two parameters: light is low.",
        "second_order", "Figure 3, Gitman et al. 2019",
        "Exact for quadratics; simulated cells have an error, and divergent cells are hatched.",
        "Compare the exact map with the simulated one.",
    ),
    "stationary_right": Help(
        "The loss in the end over two other parameters, in the same colours.",
        "second_order", "Figure 3, Gitman et al. 2019",
        "Exact for quadratics; simulated cells have an error, and divergent cells are hatched.",
        "Follow the lowest ν while β goes to 1.",
    ),
    "several": Help(
        "Runs with several learning rates: fast and high, or slow and low.",
        "", "Figure 4, Gitman et al. 2019",
        "One run each, smoothed; the dashed lines are exact expectations.",
        "Choose the preset of figure 4.",
    ),
    "recorded": Help(
        "The loss above the minimum of models trained for every cell, each from the same minimum on the same batches.",
        "stability_bound",
        "[G] figure 3, second and third rows; the curve is (13) at the largest curvature of the minimum",
        "The mean of a few runs over a limited number of steps. Away from the minimum the curvature is another.",
        "Compare with the stationary loss of figure 3's quadratic, then sweep a model of your own: the command sweep.",
    ),
    "momentum_pays": Help(
        "The best that SGD, heavy ball, Nesterov and QHM reach, against the batch size.",
        "momentum_pays", "Gaussian least squares; exact at every batch size",
        "Each method has its best α. Features are taken as Gaussian.",
        "Count samples instead of steps.",
    ),
    "trade_off": Help(
        "The stationary loss that no parameters can beat against the rate, with well-known settings on it or off it.",
        "trade_off", "Exact for the quadratic model",
        "A real run starts far from the minimum: see the best for N steps.",
        "Click a named point to take it over.",
    ),
    "best_for_steps": Help(
        "The lowest expected loss that any α, β, ν reaches after N steps, against N, beside the current point.",
        "best_for_steps",
        "Exact expectation, mean over the last tenth of N steps",
        "For constant parameters on a quadratic. A single run scatters about the expectation.",
        "Drag N.",
    ),
    "steps_to_target": Help(
        "How many steps the expected loss needs to stay below a target, over two parameters.",
        "steps_to_target", "Exact expectation",
        "Cells that never reach the target are hatched: their stationary loss lies above it.",
        "Lower the target until the map is hatched.",
    ),
    "recommended": Help(
        "Parameters to set: the best for N steps, the best in the worst case, the fastest, beside the current point.",
        "", "Searched with the exact expectation",
        "The worst case allows for errors in L and in the noise.",
        "Click a row to take it over.",
    ),
    "start_larger": Help(
        "Start with a larger α and cut it when progress stops, beside constant α and the best greedy schedule.",
        "start_larger",
        "Heavy ball with ν = 1: the valley",
        "The interval exists from β = ((√κ − 1)/(√κ + 1))² on.",
        "Change the factor of a cut and the patience.",
    ),
    "wrong_alpha": Help(
        "The cost of a learning rate that is wrong by a factor, at the best β and ν for N steps.",
        "", "Exact expectation",
        "Beyond the stable bound there is no loss to show.",
        "Look at how much flatter the left side is.",
    ),
    "race": Help(
        "Each method's path from the same start with the same noise, each with parameters of its own.",
        "", "The update of each method stands in its row",
        "Parameters differ, so that this compares settings, not methods: tune them first.",
        "Tune all, then compare again.",
    ),
    "race_loss": Help(
        "The loss of the compared methods against steps.",
        "", "One run each",
        "A single run: another seed may rank them otherwise where there is noise.",
        "Change the seed a few times.",
    ),
    "basins": Help(
        "To which minimum a run leads from each start, in the colour of the minimum.",
        "", "A run from every cell of a grid",
        "Borders between basins can be finer than the cells.",
        "Raise α: the borders fray.",
    ),
    "standings": Help(
        "The compared methods by the steps that they need, their loss in the end, and where they end.",
        "", "The runs of this page",
        "Steps are counted to the target loss that is set.",
        "Change the target loss.",
    ),
    "sharpness": Help(
        "The largest eigenvalue of the Hessian of a small network while it trains, beside the largest that is stable.",
        "sharpness",
        "Condition (13), Gitman et al. 2019; Cohen et al., 2021, for SHB and NAG",
        "Full batches. Where the data are fitted first, sharpness stops below the bound.",
        "Drag α while it trains: the bound moves and the network follows.",
    ),
    "sweep": Help(
        "The loss of a model trained for every cell, on the same batches; beside it the prediction of theory, "
        "from the curvatures and the noise measured at the minimum.",
        "stability_bound",
        "[G] figure 3, second and third rows; the curve is (13) at the largest curvature of the minimum",
        "The mean of a few runs. Theory takes the loss for a quadratic, and the noise for that at the "
        "minimum; from the initial weights there is none.",
        "Click a cell: its learning curve appears below, and every page takes its α, β and ν over. "
        "Show the ratio: where it is near 1, theory holds.",
    ),
    "training_run": Help(
        "The numbers of a probe of a training run: position, predicted plateau with an error, and a better setting.",
        "training_run",
        "Lanczos nodes and weights of the probe",
        "Noise along negative curvature has no plateau; its share is given.",
        "Open the example probe from the menu of files.",
    ),
    "training_loss": Help(
        "The loss of the same network, against the same steps.",
        "", "Squared loss on handwritten digits",
        "It need not fall at every step: near the bound it swings.",
        "Compare it with the sharpness at the same step.",
    ),
}  # fmt: skip
