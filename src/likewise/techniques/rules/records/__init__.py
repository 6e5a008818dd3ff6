"""Records that agree with themselves: people, addresses, payments, vehicles, devices, products."""
