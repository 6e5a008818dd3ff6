"""How alike, useful and revealing columns of images, sounds, clips and series are."""
