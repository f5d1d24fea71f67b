"""What ails a training, told from what its run stores; needs no torch and no window.

* :mod:`engine.clinic.pace` says at which steps rounds are gone: they depend on nothing.
* :mod:`engine.clinic.chart` boils the curves of a run down to them, by a :mod:`engine.clinic.track` each.
* :mod:`engine.clinic.base` says what an ailment is; each is one class in :mod:`engine.clinic.ailments`.
* :mod:`engine.clinic.doctor` goes the rounds and says which ailments are suspected, confirmed or cured.

A verdict is a function of the project and the run's curves alone: live, read back, in the window and in a
terminal it is the same one, at the same step.
"""
