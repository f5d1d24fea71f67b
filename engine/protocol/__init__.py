"""The conversation between a client and an engine process, message by message.

Commands go to the engine, events come back; both are tagged structs in one union each. What is asked
stands with what is answered, a module for each subject; everybody else imports both from here. Framing is in
:mod:`engine.framing`; ``docs/protocol.md`` tells the whole story. ``id`` names a request: the reply
(or :class:`Failed`) carries the same number.
"""

from __future__ import annotations

from engine.protocol.base import VERSION as VERSION
from engine.protocol.base import Array as Array
from engine.protocol.base import Command as Command
from engine.protocol.base import Event as Event
from engine.protocol.checks import Carried as Carried
from engine.protocol.checks import Carry as Carry
from engine.protocol.checks import Check as Check
from engine.protocol.checks import Checked as Checked
from engine.protocol.checks import Import as Import
from engine.protocol.checks import Imported as Imported
from engine.protocol.checks import NetworkReport as NetworkReport
from engine.protocol.checks import NodeReport as NodeReport
from engine.protocol.checks import Preview as Preview
from engine.protocol.checks import Previewed as Previewed
from engine.protocol.flights import LayerTime as LayerTime
from engine.protocol.flights import NetworkFlight as NetworkFlight
from engine.protocol.flights import OneBatch as OneBatch
from engine.protocol.flights import Preflight as Preflight
from engine.protocol.flights import Preflighted as Preflighted
from engine.protocol.flights import RatesTried as RatesTried
from engine.protocol.flights import TryRates as TryRates
from engine.protocol.looks import Draw as Draw
from engine.protocol.looks import Drawn as Drawn
from engine.protocol.looks import Example as Example
from engine.protocol.looks import Insides as Insides
from engine.protocol.looks import Inspect as Inspect
from engine.protocol.looks import Inspected as Inspected
from engine.protocol.looks import LayerInside as LayerInside
from engine.protocol.looks import Moment as Moment
from engine.protocol.results import Compress as Compress
from engine.protocol.results import Compressed as Compressed
from engine.protocol.results import Export as Export
from engine.protocol.results import Exported as Exported
from engine.protocol.results import Sensed as Sensed
from engine.protocol.results import Sensitivity as Sensitivity
from engine.protocol.results import Weigh as Weigh
from engine.protocol.results import Weighed as Weighed
from engine.protocol.talk import Beat as Beat
from engine.protocol.talk import Failed as Failed
from engine.protocol.talk import Quit as Quit
from engine.protocol.talk import Ready as Ready
from engine.protocol.talk import Speak as Speak
from engine.protocol.talk import Stage as Stage
from engine.protocol.trainings import Continue as Continue
from engine.protocol.trainings import Finished as Finished
from engine.protocol.trainings import Glimpse as Glimpse
from engine.protocol.trainings import Marker as Marker
from engine.protocol.trainings import Measured as Measured
from engine.protocol.trainings import Pause as Pause
from engine.protocol.trainings import Progress as Progress
from engine.protocol.trainings import Replaying as Replaying
from engine.protocol.trainings import Saved as Saved
from engine.protocol.trainings import Scalars as Scalars
from engine.protocol.trainings import SetLearningRate as SetLearningRate
from engine.protocol.trainings import SetValue as SetValue
from engine.protocol.trainings import Start as Start
from engine.protocol.trainings import Started as Started
from engine.protocol.trainings import State as State
from engine.protocol.trainings import StepOnce as StepOnce
from engine.protocol.trainings import Stop as Stop
from engine.protocol.trainings import Watch as Watch

AnyCommand = (
    Check
    | Preview
    | Carry
    | Import
    | Draw
    | Inspect
    | Compress
    | Weigh
    | Sensitivity
    | Export
    | Preflight
    | TryRates
    | Start
    | Pause
    | Continue
    | StepOnce
    | Stop
    | SetLearningRate
    | SetValue
    | Watch
    | Speak
    | Quit
)

AnyEvent = (
    Ready
    | Beat
    | Checked
    | Previewed
    | Carried
    | Imported
    | Drawn
    | Inspected
    | Compressed
    | Weighed
    | Sensed
    | Exported
    | Stage
    | Preflighted
    | RatesTried
    | Started
    | Replaying
    | State
    | Scalars
    | Measured
    | Progress
    | Marker
    | Saved
    | Glimpse
    | Finished
    | Failed
)
