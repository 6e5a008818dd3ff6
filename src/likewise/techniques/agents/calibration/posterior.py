"""What is known of the parameters after the data was seen: weighted draws, and how they were come by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from likewise.core.aside import write_aside
from likewise.core.faults import reading
from likewise.core.schema import Column, Schema
from likewise.core.seeds import generator
from likewise.core.show import html_table
from likewise.core.table import Table
from likewise.errors import LikewiseError, ModelFileError, SettingsError, suggest
from likewise.techniques.agents.calibration.diagnosis import warnings_of
from likewise.techniques.agents.calibration.prior import Parameter, Prior
from likewise.techniques.agents.calibration.sampled import Generation
from likewise.techniques.agents.calibration.summaries.summary import Summary
from likewise.techniques.agents.calibration.weighing import effective_size, weighted_quantiles

Floats = npt.NDArray[np.float64]
FORMAT = 1


@dataclass(frozen=True, eq=False)
class Posterior:
    """Hold the posterior of a simulator's parameters as weighted draws: `values` (n, parameters), `weights` (n,).

    `trace` has one entry a round, `simulations` is how many were run, `failed` how many of them gave nothing, by why,
    `stopped` why it ended. `warnings` say what a reader must know before using it.
    """

    prior: Prior
    observed: Summary
    values: Floats
    weights: Floats
    method: dict[str, Any]
    seed: int
    simulations: int
    failed: dict[str, int]
    trace: tuple[Generation, ...]
    stopped: str
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return self.prior.names

    @property
    def effective(self) -> float:
        """How many draws of equal weight tell as much (Kish, 1965)."""
        return effective_size(self.weights)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know: bounds that cut, parameters that the data does not tell, few draws, failed runs."""
        return (*self.notes, *warnings_of(self.prior, self.values, self.weights, self.simulations, self.failed))

    def mean(self) -> dict[str, float]:
        """Return the mean of each parameter."""
        return dict(zip(self.names, (self._shares @ self.values).tolist(), strict=True))

    def sd(self) -> dict[str, float]:
        """Return the standard deviation of each parameter."""
        spread = np.sqrt(np.maximum(self._shares @ (self.values - self._shares @ self.values) ** 2, 0))
        return dict(zip(self.names, spread.tolist(), strict=True))

    def quantile(self, name: str, at: float) -> float:
        """Return the value below which a parameter lies with probability `at`."""
        return float(self._quantiles(name, [at])[0])

    def interval(self, name: str, level: float = 0.9) -> tuple[float, float]:
        """Return the central credible interval of a parameter, whole numbers for one of these. Raises SettingsError."""
        if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
            raise SettingsError("settings.level", "a level is a number between 0 and 1", where="level",
                                hint="use e.g. level=0.9")  # fmt: skip
        low, high = self._quantiles(name, [(1 - level) / 2, (1 + level) / 2])
        if self.prior.parameters[self.names.index(name)].integer:
            low, high = np.floor(low), np.ceil(high)
        return float(low), float(high)

    def correlations(self) -> Floats:
        """Return the correlations of the parameters, (p, p); 0 beside one that does not vary."""
        apart = self.values - self._shares @ self.values
        moments = (apart * self._shares[:, None]).T @ apart
        spread = np.sqrt(np.maximum(np.diag(moments), 0))
        spread[spread == 0] = np.inf
        found = moments / np.outer(spread, spread)
        np.fill_diagonal(found, 1.0)
        return np.asarray(found)

    def draw(self, n: int, *, seed: int = 0) -> list[dict[str, float]]:
        """Return `n` draws of the parameters, by name, as a simulator takes them."""
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
            raise SettingsError("settings.n", "`n` is a whole number of at least 0", where="n", hint="use e.g. n=100")
        chosen = generator(seed, "posterior").choice(len(self.values), size=int(n), p=self._shares)
        return [self.prior.named(row) for row in self.values[chosen]]

    def to_table(self) -> Table:
        """Return the draws as a Table: a column a parameter, and `weight`."""
        import pyarrow as pa

        columns = [Column(name=p.name, kind="integer" if p.integer else "float", bounds=_bounds(p),
                          dtype="int64" if p.integer else "double") for p in self.prior.parameters]  # fmt: skip
        columns.append(Column(name="weight", kind="float", dtype="double"))
        arrays = [pa.array(self.values[:, i].astype(np.int64) if p.integer else self.values[:, i])
                  for i, p in enumerate(self.prior.parameters)]  # fmt: skip
        table = pa.table([*arrays, pa.array(self._shares)], names=[*self.names, "weight"])
        return Table(table, Schema(columns=tuple(columns)))

    def to_text(self) -> str:
        """Return what is known, a line a parameter, and the warnings."""
        width = max(20, *map(len, self.names))
        lines = [f"{'parameter':<{width}} {'mean':>10} {'90 % from':>10} {'to':>10}   prior"]
        for p in self.prior.parameters:
            low, high = self.interval(p.name)
            lines.append(f"{p.name:<{width}} {self.mean()[p.name]:>10.4g} {low:>10.4g} {high:>10.4g}   "
                         f"{p.low:g} to {p.high:g}{', log' if p.scale == 'log' else ''}")  # fmt: skip
        lines.append(f"{self.simulations:,} simulations, {sum(self.failed.values()):,} of which gave nothing; "
                     f"{self.effective:.0f} effective draws; {self.stopped}")  # fmt: skip
        return "\n".join([*lines, *(f"warning: {said}" for said in self.warnings)])

    def save(self, path: str | Path) -> None:
        """Write the posterior as JSON, whole or not at all: the same posterior gives the same bytes."""
        fields = {
            "calibrated": FORMAT,
            "prior": self.prior.model_dump(mode="json")["parameters"],
            "observed": dict(zip(self.observed.names, self.observed.values.tolist(), strict=True)),
            "method": self.method,
            "seed": self.seed,
            "simulations": self.simulations,
            "failed": self.failed,
            "trace": [g.model_dump(mode="json") for g in self.trace],
            "stopped": self.stopped,
            "notes": list(self.notes),
            "values": {name: self.values[:, i].tolist() for i, name in enumerate(self.names)},
            "weights": self.weights.tolist(),
        }
        write_aside(path, json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote. Raises SourceError without a file, ModelFileError where it is no posterior."""
        place = Path(path)
        with reading(place):
            content = place.read_bytes()
        try:
            fields = json.loads(content)
            if fields["calibrated"] != FORMAT:
                raise ModelFileError("model.future", "the posterior was written by another version", where=str(place),
                                     hint="pip install --upgrade likewise")  # fmt: skip
            prior = Prior.from_dict({"parameters": fields["prior"]})
            values = np.array([fields["values"][name] for name in prior.names], dtype=np.float64).T
            weights = np.array(fields["weights"], dtype=np.float64)
            if values.shape != (len(weights), len(prior)) or not weights.sum() > 0:
                raise ValueError("lengths")
            return cls(
                prior, Summary.of(fields["observed"]), prior.checked(values), weights, dict(fields["method"]),
                int(fields["seed"]), int(fields["simulations"]), dict(fields["failed"]),
                tuple(Generation.from_dict(g) for g in fields["trace"]), str(fields["stopped"]),
                tuple(fields["notes"]),
            )  # fmt: skip
        except ModelFileError:
            raise
        except (ValueError, KeyError, TypeError, LikewiseError):
            raise ModelFileError("model.damaged", "this file is no posterior, or one with damage in it",
                                 where=str(place), hint="calibrate again, or take a copy") from None  # fmt: skip

    def _repr_html_(self) -> str:
        mean = self.mean()
        rows = [(n, f"{mean[n]:.4g}", *(f"{end:.4g}" for end in self.interval(n))) for n in self.names]
        return html_table(("parameter", "mean", "90 % from", "to"), rows, "; ".join(self.warnings))

    @property
    def _shares(self) -> Floats:
        return np.asarray(self.weights / self.weights.sum())

    def _quantiles(self, name: str, at: list[float]) -> Floats:
        if name not in self.names:
            raise SettingsError("settings.parameter", f"there is no parameter `{name}`", where=name,
                                hint=suggest(name, self.names, "parameter"))  # fmt: skip
        return weighted_quantiles(self.values[:, self.names.index(name)], self.weights, at)


def _bounds(p: Parameter) -> tuple[float, float]:
    return (int(p.low), int(p.high)) if p.integer else (p.low, p.high)
