"""An autoregressive network over a table's symbols: learned with torch, drawn from with numpy."""
