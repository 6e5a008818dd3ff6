"""Fitting over parties that may not pool rows: sums behind masks, with noise that no party adds alone.

The leader asks for counts (`Parties`, which are `Answers` like any other), each party answers from its own rows
(`Party`), and what the leader learns is the sum over all of them with noise: secure aggregation after Bonawitz and
others (2017), with the distributed discrete Gaussian of Kairouz, Liu and Steinke (2021).
"""

from likewise.privacy.federated.agreement import Agreement, usual_threshold
from likewise.privacy.federated.channel import Channel, Socket, called
from likewise.privacy.federated.leader import Parties
from likewise.privacy.federated.listening import Door
from likewise.privacy.federated.party import Held, Party

__all__ = ["Agreement", "Channel", "Door", "Held", "Parties", "Party", "Socket", "called", "usual_threshold"]
