"""What a trained network can be handed over as: one declaration per format, without torch."""
