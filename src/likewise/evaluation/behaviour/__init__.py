"""Whether entities act over time as real ones do: when, in what bursts, sharing what, setting off which rules."""
