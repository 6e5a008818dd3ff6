"""XES, the XML of event logs (IEEE 1849-2016): cases as traces of events, written and read column by column."""
