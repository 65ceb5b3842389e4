"""A trial or a drift as a page of Markdown or HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

from plugin_core.monitoring.drift import Drift
from plugin_core.monitoring.significance import Interval
from plugin_core.monitoring.trial import Trial, Verdict

ALPHA = 0.05
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]  # head, rows
Part = str | Table

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
:root { color-scheme: light dark }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #8884; text-align: right }
th:first-child, td:first-child { text-align: left }
"""


def of_trial(trial: Trial) -> list[Part]:
    """What there is to say about a trial, the answer first."""
    known = any(verdict.known for verdict in trial.verdicts)
    parts: list[Part] = [f"# A is {trial.a}, B is {trial.b}", conclusion(trial), f"{len(trial.films)} films."]
    if known:
        heads = ("group", "shots", "A right", "B right", "A alone", "B alone", "p (McNemar)", "B better by (95 %)")
        parts.append((heads, [_right(verdict) for verdict in trial.verdicts if verdict.known]))
        parts.append("McNemar's test takes shots as independent; the intervals draw whole films.")
    head = ("group", "shots", "told alike", "B surer by (95 %)")
    parts.append((head, [_alike(verdict) for verdict in trial.verdicts]))
    parts += ["## What is told how often", of_drift(trial.differ)]
    return parts


def conclusion(trial: Trial) -> str:
    """Who is better at what, in a sentence; Holm's correction (1979) for as many groups as were looked at."""
    told = [verdict for verdict in trial.verdicts if verdict.known]
    if not told:
        return "Without truth nobody is right or wrong: this says only where the two differ."
    sure = significant(told)
    if not sure:
        return "No group shows a difference that chance does not explain."
    better = [f"{v.group} ({'B' if v.only_b > v.only_a else 'A'})" for v in told if v.group in sure]
    return f"More than chance explains, one is better at: {', '.join(better)}."


def significant(verdicts: Sequence[Verdict]) -> set[str]:
    """The groups whose difference is significant at 5 % after Holm's correction."""
    found: set[str] = set()
    for place, verdict in enumerate(sorted(verdicts, key=lambda one: one.p)):
        if verdict.p > ALPHA / (len(verdicts) - place):
            break
        found.add(verdict.group)
    return found


def of_drift(found: Sequence[Drift]) -> Table:
    """A row for every index."""
    head = ("group", "of", "index (PSI)", "chance (99 %)", "change")
    return head, [(one.group, one.of, f"{one.psi:.3f}", f"{one.chance:.3f}", one.verdict) for one in found]


def markdown(parts: Sequence[Part]) -> str:
    """The page as Markdown."""
    return "\n\n".join(part if isinstance(part, str) else _markdown_table(part) for part in parts) + "\n"


def page(parts: Sequence[Part]) -> str:
    """The page as HTML that needs nothing else."""
    title = next((part.lstrip("# ") for part in parts if isinstance(part, str)), "Zimu")
    body = "\n".join(_paragraph(part) if isinstance(part, str) else _html_table(part) for part in parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _right(verdict: Verdict) -> tuple[str, ...]:
    return (
        verdict.group, str(verdict.known), f"{verdict.right_a:.1%}", f"{verdict.right_b:.1%}", str(verdict.only_a),
        str(verdict.only_b), f"{verdict.p:.2g}", _interval(verdict.better),
    )  # fmt: skip


def _alike(verdict: Verdict) -> tuple[str, ...]:
    return verdict.group, str(verdict.shots), f"{verdict.alike:.1%}", _interval(verdict.surer)


def _interval(one: Interval) -> str:
    return f"{one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f})"


def _markdown_table(table: Table) -> str:
    head, rows = table
    lines = [head, tuple("---" if place == 0 else "---:" for place in range(len(head))), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


def _html_table(table: Table) -> str:
    head, rows = table
    top = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody></table>"


def _paragraph(text: str) -> str:
    level = len(text) - len(text.lstrip("#"))
    inner = html.escape(text.lstrip("# "))
    return f"<h{level}>{inner}</h{level}>" if level else f"<p>{inner}</p>"
