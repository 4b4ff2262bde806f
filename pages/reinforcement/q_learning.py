"""The prose of the lab on Q-learning."""

from pages.shell import lab_page

lab_page(
    "q_learning",
    look_for=r"""
Nobody tells the agent where the goal is. It acts, gets a reward $r$, and keeps one number
$Q(s, a)$ for each thing it can do in each cell: all the reward it expects from there on, each
step later worth $\gamma$ times as much. After every step the number moves a little towards what
was just seen:

$$Q(s, a) \leftarrow (1 - \alpha)\,Q(s, a) + \alpha\,\bigl(r + \gamma \max_{a'} Q(s', a')\bigr)$$

Mind the plus; some texts print a minus. Choose “Every update” under Show, step through it, and
check the sum under the picture.

**Watch news travel.** A cell has four triangles, one for each direction: orange promises reward,
blue costs. Colour starts at the goal and creeps back one cell an episode. A ring marks where a
value was surprised. Arrows are the greedy actions; several arrows are a tie, broken at random.

**Then get in its way.** Pause, paint a wall across its path, and it goes on learning in the new
world, with all its old beliefs. Who forgets fastest?

**Compare fairly.** Each curve is the mean of 30 lives with its 95 % confidence band. What is best
possible is exact: value iteration on the very table the agent never sees. “Greedy” is what the
policy would earn without exploring, also exact. On the cliff the two tell opposite stories.

**Play.** The arrow keys walk your square; agent and best policy slip where you slip.

The values are only as good as what was visited. Look Inside before you trust them.
""",
)
