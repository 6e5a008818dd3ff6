"""The training loop: batches in a seeded order, the phases of each step, and an end by steps, time or patience."""

from __future__ import annotations

import math
import time as clocks
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from likewise.core.extras import require
from likewise.core.progress import Progress, quiet
from likewise.networks.training.guard import KEPT_EVERY, MOST, Guard, copied, copy_into
from likewise.networks.training.looking import Looks, averaged, finish, outcome_of
from likewise.networks.training.memory import need_of, placed, portions_for
from likewise.networks.training.mover import Mover, freeze_others
from likewise.networks.training.order import PHASES, WINDOW, Order
from likewise.networks.training.outcome import Outcome, noted, other_notes, timed_note
from likewise.networks.training.pace import Pace
from likewise.networks.training.phase import Batch, Phase
from likewise.networks.training.plan import Plan
from likewise.networks.training.private import check_private, gradients_of
from likewise.networks.training.ranks import Ranks
from likewise.networks.training.run import Keeper, Kept, current_run, fingerprint
from likewise.networks.training.watching import Moment, Preview, told

if TYPE_CHECKING:
    from torch import Tensor

SHOWN = 0.1
"""Seconds between two words about progress."""


def train(
    phases: Sequence[Phase],
    data: Sequence[Tensor],
    plan: Plan,
    *,
    seed: int,
    held_back: Callable[[], float] | None = None,
    progress: Progress = quiet,
    what: str = "training",
    preview: Preview | None = None,
    watch: Callable[[Moment], None] | None = None,
) -> Outcome:
    """Train networks on rows of tensors of equal first length; afterwards their parts hold the averaged weights.

    The order of rows and all that is random is made from `seed` and `what`, so that on a processor the same seed,
    threads and number of steps give the same weights. `held_back` gives the loss on rows that are not trained on: the
    weights that were best there are kept. `watch` is told of the training every few steps; `preview` draws a picture of
    what the networks make. Within `recording(run)` checkpoints, losses and previews go to the folder of the run, and
    a training that was ended goes on where it was.

    Raises FitError where losses are no numbers whatever is done, or memory does not suffice for a row; SettingsError
    for a folder with another training's checkpoint; PrivacyError where a private phase is over its budget.
    """
    require("torch", extra="deep")
    ranks = Ranks.found(plan.device.name)
    check_private(phases, plan, watched=held_back is not None, several=ranks.world > 1)
    run, keeper, kept = current_run(), None, None
    if run is not None:
        mark = fingerprint(phases, data, plan, seed, run.key)
        keeper = Keeper(run, what, mark, writes=ranks.rank == 0)
        kept = keeper.found()
        if kept is not None and "done" in kept.said:
            return noted(done_before(kept, phases, data, plan))
    training = Training(phases, data, plan, Order(len(data[0]), plan.size_for(len(data[0])), seed, what), ranks)
    training.looks.loss, training.keeper = held_back, keeper
    training.what, training.progress, training.preview, training.watch = what, progress, preview, watch
    if kept is not None:
        training.resume(kept)
    return noted(training.run())


class Training:
    """Hold a training at one step of it."""

    def __init__(self, phases: Sequence[Phase], data: Sequence[Tensor], plan: Plan, order: Order, ranks: Ranks) -> None:
        import torch

        assert 0 < len({phase.name for phase in phases}) == len(phases) <= PHASES
        self.what = "training"
        self.progress: Progress = quiet
        self.preview: Preview | None = None
        self.plan, self.order, self.ranks = plan, order, ranks
        self.data = placed(data, plan.device)
        for phase in phases:
            phase.part.to(plan.device.name).train()
        self.private = any(phase.private is not None for phase in phases)
        steps = plan.steps_for(order.rows)
        self.movers = [
            Mover(p, plan.device, ranks, gradients_of(p, self.data, steps) if p.private else None) for p in phases
        ]
        freeze_others(self.movers)
        if not self.private:
            need = need_of(phases, self.data, plan.device)
            for mover in self.movers:
                mover.portions = int(ranks.agreed(portions_for(need, -(-order.size // ranks.world), plan.device)))
        self.pace = Pace(plan.budget, steps, ranks.agreed)
        self.looks = Looks(None, plan.looks, plan.patience)
        self.guard = Guard(self.state(), 0)
        self.keeper: Keeper | None = None
        self.watch: Callable[[Moment], None] | None = None
        self.rng = torch.Generator(plan.device.name)
        self.step, self.stopped, self.since = 0, False, 0
        self.losses: dict[str, float] = {}
        self._shown = -math.inf

    def state(self) -> dict[str, Tensor]:
        """Return the live tensors that steps change, by name."""
        return {name: tensor for mover in self.movers for name, tensor in mover.tensors().items()}

    def run(self) -> Outcome:
        """Take all steps."""
        while True:
            if not self.stopped and self.pace.hold(self.step):
                self._step()
            elif self._sound():  # what came after the last window
                break
        self.looks.end(self.step, self.movers, self.ranks.agreed)
        finish(self.movers, self.looks.weights)
        outcome = self._outcome()
        if self.keeper is not None:
            self.keeper.save(self._left(), {"done": asdict(outcome)})
        self._show(last=True)
        return outcome

    def _step(self) -> None:
        batch, attempt = self._batch(), self.guard.failures
        height = self.guard.slowed
        falling = height * self.pace.height(self.step)
        for i, mover in enumerate(self.movers):
            rows: Batch = () if self.private and mover.private is None else batch
            own = falling if mover.phase.decay == "cosine" else height
            mover.step(rows, self.rng, self.order.seed_of(self.step, i, attempt), self.step, own)
        self.step += 1
        self.since += 1
        if self.pace.due(self.step):
            self.pace.plan(self.step, self.looks.cost(self.movers, self.pace.clock))
        if self.step % WINDOW == 0 and not self._sound():
            return
        if self.looks.due(self.step, self.pace.total):
            self.stopped = not self.looks.look(self.step, self.movers, self.ranks.agreed)
            self._preview()
        if self.step % WINDOW == 0:
            self._keep()
        self._show()

    def _batch(self) -> Batch:
        if self.private:
            return ()
        rows = self.order.of(self.step, self.guard.failures)
        chosen = rows.to(self.data[0].device)
        return [part.index_select(0, chosen).to(self.plan.device.name) for part in self.data]

    def _sound(self) -> bool:
        """Look at the losses since the last look; where they are no numbers, go back and say False."""
        import torch

        if not self.since:
            return True
        known = [mover for mover in self.movers if mover.private is None]
        if known:
            means = self.ranks.mean(torch.stack([mover.loss for mover in known]) / self.since).tolist()
            self.losses = {mover.phase.name: mean for mover, mean in zip(known, means, strict=True)}
        fine = all(map(math.isfinite, self.losses.values()))
        for mover in self.movers:
            mover.loss.zero_()
            fine = fine and (mover.private is None or all(bool(p.isfinite().all()) for p in mover.parameters))
        self.since = 0
        if not fine:
            self.stopped = False
            if self.private:  # steps that were paid for are not to be had again
                self.guard.failures = MOST
            self.step = self.guard.back(self.state(), self.what)
            return False
        if self.keeper is not None:
            self.keeper.log(self.step, self.losses)
        if self.watch is not None:
            self.watch(Moment(self.step, self.pace.expected(self.step), dict(self.losses), self._previewer()))
        return True

    def _keep(self) -> None:
        """Keep the state, which is sound: in memory now and then, in the folder where the last is old."""
        if self.step % (WINDOW * KEPT_EVERY) == 0:
            self.guard.keep(self.state(), self.step)
        if self.keeper is None or not self.keeper.due:
            return
        tensors = copied(self.state())
        tensors |= copied({f"best/{i}": tensor for i, tensor in enumerate(self.looks.weights)})
        self.keeper.save(tensors, {
            "step": self.step, "failures": self.guard.failures, "losses": self.losses, "pace": self.pace.state(),
            "looks": self.looks.state(), "stopped": self.stopped, "portions": [m.portions for m in self.movers],
        })  # fmt: skip

    def resume(self, kept: Kept) -> None:
        """Go on from a checkpoint."""
        said, state = kept.said, self.state()
        copy_into(state, kept.tensors)
        self.step, self.losses, self.stopped = said["step"], said["losses"], said["stopped"]
        self.guard = Guard(state, self.step, said["failures"])
        self.pace.resume(self.step, said["pace"])
        best = [kept.tensors[name] for i in range(len(kept.tensors)) if (name := f"best/{i}") in kept.tensors]
        self.looks.resume(said["looks"], best)
        for mover, portions in zip(self.movers, said["portions"], strict=True):
            mover.portions = max(mover.portions, portions)
            if mover.private is not None:
                mover.private.left -= self.step

    def _left(self) -> dict[str, Tensor]:
        left = outcome_of([mover.phase for mover in self.movers])
        return copied({str(i): tensor for i, tensor in enumerate(left)})

    def _previewer(self) -> Preview | None:
        preview = self.preview
        if preview is None:
            return None

        def drawn() -> Any:
            """Return a picture of what the averaged weights make."""
            with averaged(self.movers):
                return preview()

        return drawn

    def _preview(self) -> None:
        drawn = self._previewer()
        if drawn is not None and self.keeper is not None and self.keeper.writes:
            self.keeper.preview(self.step, drawn())

    def _show(self, *, last: bool = False) -> None:
        now = clocks.monotonic()
        if last or now - self._shown >= SHOWN:
            self._shown = now
            total = self.step if last else self.pace.expected(self.step)
            self.progress(told(self.what, self.losses), self.step, total)

    def _outcome(self) -> Outcome:
        step, planned, failures = self.step, self.pace.total or self.step, self.guard.failures
        epochs = math.nan if self.private else planned * self.order.size / self.order.rows
        portions = max(mover.portions for mover in self.movers)
        notes = other_notes(self.what, step, planned, self.order.size, portions, failures)
        if self.pace.limit is not None:
            notes.insert(0, timed_note(self.what, step, epochs, repeatable=self.pace.repeatable))
        held_back = self.looks.best if self.looks.weights else math.nan
        return Outcome(step, planned, self.losses, tuple(notes), epochs, held_back)


def done_before(kept: Kept, phases: Sequence[Phase], data: Sequence[Tensor], plan: Plan) -> Outcome:
    """Put the weights of a training that ended in an earlier process into its parts; what it cost is charged anew."""
    for i, tensor in enumerate(outcome_of(phases)):
        tensor.detach().copy_(kept.tensors[str(i)])
    for phase in phases:
        phase.part.to(plan.device.name).eval()
        if phase.private is not None:
            gradients_of(phase, data, plan.steps)
    done: dict[str, Any] = kept.said["done"]
    return Outcome(**done | {"notes": tuple(done["notes"])})
