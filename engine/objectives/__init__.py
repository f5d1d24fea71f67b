"""Objectives: what a project trains for."""
