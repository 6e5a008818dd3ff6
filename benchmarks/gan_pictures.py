"""What pictures of `gan` are worth after so many CPU seconds, and what each choice in it is worth.

    OMP_NUM_THREADS=1 python benchmarks/gan_pictures.py --set fashion --seconds 600
    OMP_NUM_THREADS=1 python benchmarks/gan_pictures.py --seconds 50 --with GAMMA=0.1 READING=0.01

Sets, classifiers and figures are those of pictures.py; there training may take so long by the clock on the wall, here
by CPU time, so that a busy machine gives the same figures. `--with` sets constants of the technique to other values.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pictures

from likewise.core.progress import quiet
from likewise.core.table import Table
from likewise.evaluation.media.classifier import Classifier
from likewise.networks.device import device_of
from likewise.networks.subject import Subject
from likewise.networks.synthesizer import Effort
from likewise.networks.training import Budget
from likewise.techniques.gan.image import game, learning, networks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="fashion", choices=["fashion", "pen"])
    parser.add_argument("--rows", type=int, default=4000, help="pictures to learn from, and to hold back")
    parser.add_argument("--seconds", type=float, default=600, help="CPU seconds of training")
    parser.add_argument("--judges", type=int, default=2, help="trainings of each classifier")
    parser.add_argument("--with", dest="changed", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--grid", help="where to draw a grid")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name, value in (pair.split("=") for pair in asked.changed):
        for module in (learning, game, networks):
            if hasattr(module, name):
                setattr(module, name, type(getattr(module, name))(float(value)))
    learned, held, test = {"fashion": pictures.fashion, "pen": pictures.pen}[asked.set](asked.rows)
    judges = [Classifier.fit(learned.pictures, learned.labels, seed=j, name="real") for j in range(asked.judges)]
    real = float(np.median([pictures.right(judge, test) for judge in judges]))
    name = f"{asked.set} gan {' '.join(asked.changed)}".strip()
    subject = Subject.of(Table.from_any({"image": learned.pictures, "label": [f"class {k}" for k in learned.labels]}))
    clock = time.process_time()
    budget = Budget(None, asked.seconds, clock=time.process_time)
    learnt = learning.learn_pictures(subject, Effort(budget, None, device_of("cpu"), asked.seed, quiet))
    said = "; ".join(learnt.notes)
    print(f"{name}: fit {time.process_time() - clock:.0f} CPU s; {said}; real ones {real:.4f}", flush=True)
    drawn = pictures.Part(learnt.maker.make(subject.attributes, np.random.default_rng(asked.seed)), learned.labels)
    pictures.report(name, drawn, (learned, held, test), (judges, real), asked)
    if asked.grid:
        pictures.grid(drawn, asked.grid, f"{asked.set}-gan")


if __name__ == "__main__":
    main()
