"""Learning from what people say of proposals and from what campaigns brought."""

from nexusplanner.domain.learning.blame import (
    Audience,
    Judged,
    lesson_of_act,
    lesson_of_feedback,
    lesson_of_result,
)
from nexusplanner.domain.learning.learned import Learned, Taught, learn
from nexusplanner.domain.learning.lessons import Arm, ArmKind, Forgotten, Lesson, LessonSource, Made, Share, remembered
from nexusplanner.domain.learning.memory import Direction, Memory, NameOf, Strength, Tally, memories_of, tally
from nexusplanner.domain.learning.report import Held, HeldOutcome, held_out

__all__ = [
    "Arm",
    "ArmKind",
    "Audience",
    "Direction",
    "Forgotten",
    "Held",
    "HeldOutcome",
    "Judged",
    "Learned",
    "Lesson",
    "LessonSource",
    "Made",
    "Memory",
    "NameOf",
    "Share",
    "Strength",
    "Tally",
    "Taught",
    "held_out",
    "learn",
    "lesson_of_act",
    "lesson_of_feedback",
    "lesson_of_result",
    "memories_of",
    "remembered",
    "tally",
]
