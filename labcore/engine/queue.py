"""A bounded queue with a fair turn per learner."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

from labcore.engine.run import Refused, Run


class FairQueue:
    """One line per learner, served in turn: ten runs of one cost the others one turn each."""

    def __init__(self, most: int, most_per_learner: int) -> None:
        self.most = most
        self.most_per_learner = most_per_learner
        self._lines: OrderedDict[str, deque[Run]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def add(self, run: Run) -> None:
        """Put a run at the end of its learner's line.

        Raises:
            Refused: the queue, or the learner's line, is full.
        """
        if len(self) >= self.most:
            raise Refused(
                f"The server is full: {self.most} runs are waiting. Try again in a minute."
            )
        line = self._lines.get(run.owner, ())
        if run.owner and len(line) >= self.most_per_learner:
            raise Refused(f"You have {len(line)} runs waiting already. Stop one, or wait for it.")
        self._lines.setdefault(run.owner, deque()).append(run)

    def next(self, has_turn: Callable[[str], bool] = lambda learner: True) -> Run | None:
        """The run whose turn it is; its learner goes to the back.

        Args:
            has_turn: whether a learner may have one more run computing; others are passed over.
        """
        run = next((run for run in self.order() if has_turn(run.owner)), None)
        if run is not None:
            self.remove(run)
            if run.owner in self._lines:
                self._lines.move_to_end(run.owner)
        return run

    def remove(self, run: Run) -> None:
        """Take a run out of its line, if it stands there."""
        line = self._lines.get(run.owner)
        if line and run in line:
            line.remove(run)
            if not line:
                del self._lines[run.owner]

    def order(self) -> list[Run]:
        """All waiting runs in the order in which they will be served.

        What several learners wait for goes first: it costs the others one turn, and them all
        one turn each.
        """
        lines = [list(line) for line in self._lines.values()]
        longest = max(map(len, lines), default=0)
        fair = [line[turn] for turn in range(longest) for line in lines if turn < len(line)]
        return sorted(fair, key=lambda run: -max(1, len(run.interests)))
