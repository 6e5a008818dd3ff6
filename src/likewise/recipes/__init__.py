"""What composes: the public verbs and the main job."""
