"""The half of the engine that computes: networks as modules, training, checking, evaluation.

Only the engine's own process and the command line import it, because it brings torch along; the
window talks to it through ``engine.client`` and never reaches in.
"""
