"""Who and what there is: a map, people, firms, shops, accounts, cards."""
