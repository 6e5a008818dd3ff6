"""Where agents are: cells of a grid, points of a plane, nodes of a network, lanes and roads."""
