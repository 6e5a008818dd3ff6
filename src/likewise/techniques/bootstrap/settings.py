"""The settings of the bootstrap, and which method each of them belongs to."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from likewise.core.spec import Spec

Method = Literal[
    "iid", "stratified", "weighted", "m-out-of-n", "bayesian", "cluster",
    "smoothed", "parametric", "residual", "wild",
    "moving", "circular", "stationary", "tapered", "sieve",
]  # fmt: skip
METHODS: tuple[Method, ...] = get_args(Method)

SERIES: frozenset[Method] = frozenset({"moving", "circular", "stationary", "tapered", "sieve"})
"""Methods that draw rows in an order."""

BELONGS: dict[str, frozenset[Method]] = {
    "strata": frozenset({"stratified"}),
    "weights": frozenset({"weighted"}),
    "m": frozenset({"m-out-of-n"}),
    "entity": frozenset({"cluster", "moving", "circular", "stationary"}),
    "bandwidth": frozenset({"smoothed"}),
    "flip": frozenset({"smoothed"}),
    "target": frozenset({"residual", "wild"}),
    "regressor": frozenset({"residual", "wild"}),
    "multiplier": frozenset({"wild"}),
    "order": SERIES | {"cluster"},
    "block": SERIES - {"sieve"},
    "lags": frozenset({"sieve"}),
}
"""Which methods each setting is for."""

NEEDED: dict[Method, str] = {"stratified": "strata", "weighted": "weights", "m-out-of-n": "m", "cluster": "entity"}
"""The setting without which a method means nothing."""


class Settings(Spec):
    """Hold the settings of `Bootstrap`; those that do not belong to the method are refused."""

    method: Method = "iid"
    strata: str | None = None
    weights: str | None = None
    m: int | None = Field(default=None, ge=1)
    entity: str | None = None
    bandwidth: float | None = Field(default=None, ge=0, le=10, allow_inf_nan=False)
    flip: float = Field(default=0.0, ge=0, le=1)
    target: str | None = None
    regressor: Literal["linear", "forest", "boosting"] = "linear"
    multiplier: Literal["rademacher", "mammen", "normal"] = "rademacher"
    order: str | None = None
    block: float | Literal["auto"] = "auto"
    lags: int | Literal["auto"] = "auto"

    @model_validator(mode="after")
    def _settings_belong_to_the_method(self) -> Self:
        defaults = {name: field.default for name, field in type(self).model_fields.items()}
        strange = [n for n, owners in BELONGS.items() if self.method not in owners and getattr(self, n) != defaults[n]]
        if strange:
            owners = ", ".join(sorted(BELONGS[strange[0]]))
            raise ValueError(f"`{strange[0]}` does not go with method '{self.method}': it belongs to {owners}")
        needed = NEEDED.get(self.method)
        if needed is not None and getattr(self, needed) is None:
            raise ValueError(f"method '{self.method}' needs `{needed}`")
        if self.block != "auto" and not 1 <= self.block < float("inf"):
            raise ValueError("`block` is a number of at least 1, or 'auto'")
        if self.block != "auto" and self.method != "stationary" and self.block % 1:
            raise ValueError("`block` is a whole number, save the average length of stationary blocks")
        if self.lags != "auto" and self.lags < 0:
            raise ValueError("`lags` is a whole number of at least 0, or 'auto'")
        return self
