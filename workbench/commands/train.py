"""Train: start, pause, step, stop, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projects.translation import gettext as _
from workbench.actions import Command
from workbench.run_words import why_no_training

if TYPE_CHECKING:
    from workbench.window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the Train menu."""
    training, flow = window.training, window.flow

    def not_active() -> str:
        return "" if training.active else _("No training goes on.")

    def no_step() -> str:
        return "" if training.active else flow.why_not_train()

    def no_resume() -> str:
        if training.active:
            return _("A training goes on.")
        shown = window.viewer.shown
        if shown is not None and (reason := why_no_training(shown.state, shown.begun)):
            return reason
        if flow.resumable() is None:
            return _("Choose a run that was stopped or interrupted in the list of runs.")
        return ""

    def pause() -> None:
        if training.held:
            training.go_on()
        else:
            training.pause()

    def resume() -> None:
        path = flow.resumable()
        if path is not None:
            flow.resume(path)

    def no_weights() -> str:
        if training.active or window.files.document is None:
            return flow.why_not_train()
        return (
            ""
            if window.dashboard.keeper.run is not None
            else _("Choose a trained run in the list of runs.")
        )

    return [
        Command("train", _("&Train"), "train", flow.train, "train", ("F5",), flow.why_not_train),
        Command(
            "pause",
            _("&Pause"),
            "train",
            pause,
            "pause",
            ("F6",),
            not_active,
            checked=lambda: training.active and training.held,
        ),
        Command("step", _("Single st&ep"), "train", flow.step, "step", ("F7",), no_step),
        Command("stop", _("&Stop"), "train", training.stop, "stop", ("Shift+F5",), not_active),
        Command(
            "resume",
            _("&Resume the shown run"),
            "train",
            resume,
            "resume",
            ("F8",),
            no_resume,
            section=1,
        ),
        Command(
            "continue",
            _("&Continue training with this design"),
            "train",
            lambda: flow.train(weights_from=window.dashboard.keeper.run),
            "",
            ("Shift+F8",),
            no_weights,
            section=1,
        ),
        Command(
            "branch",
            _("&Branch off from the shown run…"),
            "train",
            window.brancher.ask_shown,
            "",
            (),
            window.brancher.why_not,
            section=1,
        ),
        Command(
            "preflight",
            _("Pre-&flight…"),
            "train",
            window.dialogs.preflight,
            "preflight",
            ("Ctrl+F5",),
            flow.why_not_train,
            section=2,
        ),
        Command(
            "live",
            _("Change &while training…"),
            "train",
            window.dialogs.live,
            "",
            (),
            not_active,
            section=1,
        ),
        Command(
            "rate_range",
            _("Find a learning r&ate…"),
            "train",
            window.dialogs.rate_range,
            "",
            (),
            flow.why_not_train,
            section=2,
        ),
        Command(
            "latents",
            _("Latent &lab of the shown run…"),
            "train",
            window.dialogs.latents,
            "lab",
            (),
            window.dialogs.why_no_latents,
            section=2,
        ),
        Command(
            "problems", _("Show pro&blems"), "train", window.show_problems, "warning", section=2
        ),
    ]
