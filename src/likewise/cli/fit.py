"""`likewise fit`: a model from all rows of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import options
from likewise.cli.console import print_aside, progress_bar, talk
from likewise.cli.standing import print_race


def fit(
    source: options.Source,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where the model goes (*.likewise).")],
    technique: options.Technique = "auto",
    schema: options.SchemaFile = None,
    target: options.Target = None,
    goal: options.Goal = None,
    time: options.Time = None,
    constraints: options.Constraints = None,
    quarantine: options.Quarantine = None,
    epsilon: options.Epsilon = None,
    delta: options.Delta = None,
    domain: options.Domain = None,
    unit: options.Unit = None,
    ledger: options.LedgerFile = None,
    people: options.People = None,
    public: options.Public = None,
    seed: options.Seed = 0,
    effort: options.Effort = None,
    settings: options.Settings = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    header: options.Header = None,
    sheet: options.Sheet = None,
    damaged: options.Damaged = "refuse",
) -> None:
    """Learn a model from all rows of a source, without judging it.

    \b
    likewise fit adult.csv.gz -o adult.likewise
    likewise fit adult.csv.gz -o adult.likewise --set min_leaf=50
    likewise fit adult.csv.gz -o adult.likewise --goal test --time 60s
    likewise fit adult.csv.gz -o adult.likewise --constraints rules.yaml
    likewise fit adult.csv.gz -o adult.likewise --epsilon 1 --domain domain.yaml
    """
    from likewise.constraints.kinds import Constraints
    from likewise.core.aside import open_aside
    from likewise.core.state import to_bytes
    from likewise.recipes.learn import plan
    from likewise.recipes.places import keep_apart
    from likewise.recipes.private import Guarantee
    from likewise.recipes.verbs import learn

    keep_apart(source, out, *([] if quarantine is None else [quarantine]))
    rules = Constraints.of(constraints).items
    promised = Guarantee.of(epsilon, delta=delta, domain=domain, unit=unit, ledger=ledger, people=people,
                             public=public)  # fmt: skip
    if promised is not None:
        promised.check_alone(goal=goal, time=time, schema=schema, quarantine=quarantine)
        private = promised.planned(technique, options.settings_of(settings, effort), target=target, constraints=rules)
        with open_aside(out) as file, progress_bar() as progress:  # a place that cannot be written spends nothing
            model = private.fit(source, seed=seed, progress=progress)
            file.write(to_bytes(model))
        talk.print(f"wrote {out}: {model.card.privacy.statement}", markup=False)
        for note in model.card.notes:
            talk.print(note, markup=False)
        return
    planned = plan(technique, options.settings_of(settings, effort), goal=goal, time=time, constraints=rules)
    reading = options.read_options(delimiter, encoding, header, sheet, damaged)
    with open_aside(out) as file, progress_bar() as progress:  # a place that cannot be written costs no training
        made = learn(source, planned, schema=schema, target=target, quarantine=quarantine, seed=seed,
                     progress=progress, options=reading)  # fmt: skip
        file.write(to_bytes(made.model))
    print_race(made.race)
    print_aside(made.aside)
    talk.print(f"wrote {out}", markup=False)
