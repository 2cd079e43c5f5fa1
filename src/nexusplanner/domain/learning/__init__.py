"""Learning from what people say of proposals and from what campaigns brought."""

from nexusplanner.domain.learning.blame import Judged, lesson_of_act, lesson_of_feedback, lesson_of_result
from nexusplanner.domain.learning.lessons import Arm, ArmKind, Forgotten, Lesson, LessonSource, Made, Share, remembered
from nexusplanner.domain.learning.memory import Direction, Memory, Strength, Tally, memories_of

__all__ = [
    "Arm",
    "ArmKind",
    "Direction",
    "Forgotten",
    "Judged",
    "Lesson",
    "LessonSource",
    "Made",
    "Memory",
    "Share",
    "Strength",
    "Tally",
    "lesson_of_act",
    "lesson_of_feedback",
    "lesson_of_result",
    "memories_of",
    "remembered",
]
