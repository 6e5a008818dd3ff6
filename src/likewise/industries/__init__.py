"""Industry packs: data of one trade, in the formats that it speaks."""
