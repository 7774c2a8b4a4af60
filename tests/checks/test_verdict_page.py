"""Every kind of verdict on a page without scripts, light and dark, is accessible: axe-core finds nothing."""

from __future__ import annotations

from course_utils.checks import Criterion, Verdict, find_task
from course_utils.checks.stages import stages
from course_utils.checks.verdict_html import verdict_html
from course_utils.equations import BIRNN, GRU, LSTM, deep_rnn, edits
from course_utils.equations.mistakes.edit import compose
from tests.browsers import chromium

GROUNDS = {  # the lightest and the least dark page on which verdicts are read: ink, ground
    "Lab, light": ("#000000de", "#ffffff"),
    "Colab, dark": ("#e3e3e3", "#383838"),
}


def by(sentence, network=GRU):
    return next(edit for edit in edits(network) if edit.sentence == sentence)


def explained(task, *found, detail="term"):
    criteria = (Criterion("form", 1, True), Criterion("values", 5, False, found[0].sentence, required=True))
    return Verdict(task, 5, criteria, found, detail)


def every_kind():
    swapped, bias = by("Z_t and 1 − Z_t are swapped in H_t"), by("the bias b_q is missing in Y_t")
    layers = next(edit for edit in edits(deep_rnn(3)) if edit.kind == "shared weights")
    turned = next(edit for edit in edits(BIRNN) if edit.kind == "concatenation order")
    gates = next(edit for edit in edits(LSTM) if edit.kind == "peephole" and len(edit.changes) > 2)
    raised = "your function raised ValueError: <no>\nin your line: raise ValueError('<no>')"
    return [
        Verdict("gru.forward", 5, (Criterion("values", 1, True, remark="new tensors are float32"),)),
        explained("gru.forward", swapped, bias),
        explained("gru.forward", swapped, detail="equation"),
        explained("gru.forward", swapped, detail="where"),
        explained("gru.forward", bias),
        explained("gru.forward", compose(swapped, bias)),
        *(explained("a.task", edit) for edit in (layers, turned, gates)),
        Verdict("gru.forward", 5, tuple(Criterion(name, 1, False, raised) for name in ("form", "values"))),
        Verdict("gru.forward", 5, (Criterion("form", 1, False, "not written yet: the cell still raises"),)),
        Verdict("exercise.keep", 0, (Criterion("values", 1, False, "not written yet: replace the body"),)),
        *stages(find_task("gru.forward"), explained("gru.forward", swapped)),
    ]


def page_of(shown, theme):
    ink, ground = GROUNDS[theme]
    parts = [
        verdict_html(one, 'Stuck? d2l.hint("…")') if isinstance(one, Verdict) else one._repr_html_() for one in shown
    ]
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Verdicts</title></head>"
        f"<body style='color:{ink};background:{ground};font:14px system-ui'><main><h1>Verdicts</h1>{''.join(parts)}"
        "</main></body></html>"
    )


def test_every_kind_of_verdict_is_accessible_in_every_theme():
    from axe_playwright_python.sync_playwright import Axe

    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1024, "height": 700})
        shown = every_kind()
        for theme in GROUNDS:
            page.set_content(page_of(shown, theme))
            page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
            found = Axe().run(page, options={"resultTypes": ["violations", "passes"]})
            assert found.response["violations"] == [], found.generate_report()
            checked = {rule["id"] for rule in found.response["passes"]}
            assert {"color-contrast", "list"} <= checked
            assert page.evaluate("document.documentElement.scrollWidth") <= 1024
        page.set_content("<p style='color:#3a9a4a;background:#fff'>too faint</p>")
        assert "color-contrast" in {rule["id"] for rule in Axe().run(page).response["violations"]}
