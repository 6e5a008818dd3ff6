"""How rows are made: any of them, alone or in blocks, always the same."""
