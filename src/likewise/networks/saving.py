"""Weights as arrays of a model file, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likewise.core.extras import require
from likewise.core.protocol import Arrays

if TYPE_CHECKING:
    from torch.nn import Module


def weights_of(module: Module, prefix: str = "") -> Arrays:
    """Return the parameters and buffers of a module as numpy arrays, their names after `prefix`."""
    return {prefix + name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}


def with_weights(module: Module, arrays: Arrays, prefix: str = "") -> Module:
    """Put arrays that `weights_of` returned into a module of the same build, ready to be used; return the module."""
    torch = require("torch", extra="deep")
    own = {k.removeprefix(prefix): torch.from_numpy(a.copy()) for k, a in arrays.items() if k.startswith(prefix)}
    module.load_state_dict(own)
    return module.eval()


def nested(name: str, arrays: Arrays) -> Arrays:
    """Return arrays with their names put under a name."""
    return {f"{name}/{key}": array for key, array in arrays.items()}


def under(name: str, arrays: Arrays) -> Arrays:
    """Return what `nested` put under a name."""
    return {key.removeprefix(f"{name}/"): array for key, array in arrays.items() if key.startswith(f"{name}/")}
