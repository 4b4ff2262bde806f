"""Every rule once more, in plain Python and as the books have it: the oracle of the compiled one.

It draws the same random numbers in the same order, so the two must agree to the last bit where
the arithmetic is the same, and closely where it is not (eligibility traces as a table).
"""

from __future__ import annotations

MASK = 2**64 - 1


class Chance:
    """splitmix64 on Python's own integers."""

    def __init__(self, state):
        self.state = state

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 11) / 2**53

    def below(self, n):
        return int(self.uniform() * n)


class Learner:
    """One life of one rule in a world given as Gymnasium's table P."""

    def __init__(self, P, starts, limit, seed, rule, *, alpha, gamma, epsilon, decay=1.0,
                 omega=0.0, n=4, trace=0.8, planning=10, first=0.0):  # fmt: skip
        self.P, self.starts, self.limit, self.rule = P, starts, limit, rule
        self.alpha, self.gamma, self.epsilon, self.decay = alpha, gamma, epsilon, decay
        self.omega, self.n, self.trace, self.planning = omega, n, trace, planning
        self.chance = Chance(seed)
        self.actions = len(P[0])
        self.Q = {s: [first] * self.actions for s in P}
        self.A = {s: [first] * self.actions for s in P}
        self.B = {s: [first] * self.actions for s in P}
        self.visits = {s: [0] * self.actions for s in P}
        self.model = {}
        self.returns, self.steps = [], 0

    def greedy(self, values):
        top = max(values)
        ties = [a for a, value in enumerate(values) if value == top]
        return ties[0] if len(ties) == 1 else ties[self.chance.below(len(ties))]

    def choose(self, s):
        if self.now > 0 and self.chance.uniform() < self.now:
            return self.chance.below(self.actions)
        return self.greedy(self.Q[s])

    def rate(self, s, a):
        return self.alpha if not self.omega else self.alpha * self.visits[s][a] ** -self.omega

    def toward(self, s, a, target):
        self.Q[s][a] += self.rate(s, a) * (target - self.Q[s][a])

    def world(self, s, a):
        found = self.P[s][a]
        if len(found) == 1:
            return found[0][1:]
        u, reached = self.chance.uniform(), 0.0
        for p, *outcome in found[:-1]:
            reached += p
            if u < reached:
                return outcome
        return found[-1][1:]

    def episode(self):
        starts = self.starts
        s = starts[self.chance.below(len(starts))] if len(starts) > 1 else starts[0]
        self.now = self.epsilon * self.decay ** len(self.returns)
        self.story, self.eligible = [], {}
        a, total = None, 0.0
        for t in range(self.limit):
            a = self.choose(s) if a is None else a
            s2, r, done = self.world(s, a)
            self.visits[s][a] += 1
            self.steps += 1
            total += r
            self.story.append((s, a, r))
            a = getattr(self, self.rule)(s, a, r, s2, done, done or t + 1 == self.limit)
            s = s2
            if done:
                break
        self.returns.append(total)

    def q(self, s, a, r, s2, done, over):
        self.toward(s, a, r + self.gamma * (0.0 if done else max(self.Q[s2])))

    def sarsa(self, s, a, r, s2, done, over):
        a2 = self.choose(s2)
        self.toward(s, a, r + self.gamma * (0.0 if done else self.Q[s2][a2]))
        return a2

    def expected(self, s, a, r, s2, done, over):
        follows = 0.0
        if not done:
            for value in self.Q[s2]:
                follows += self.now / self.actions * value
            follows += (1 - self.now) * max(self.Q[s2])
        self.toward(s, a, r + self.gamma * follows)

    def double(self, s, a, r, s2, done, over):
        mine, other = (self.A, self.B) if self.chance.uniform() < 0.5 else (self.B, self.A)
        follows = 0.0 if done else other[s2][self.greedy(mine[s2])]
        mine[s][a] += self.rate(s, a) * (r + self.gamma * follows - mine[s][a])
        self.Q[s][a] = (mine[s][a] + other[s][a]) / 2

    def n_step(self, s, a, r, s2, done, over):
        a2 = self.choose(s2)
        t = len(self.story)
        for k in range(max(t - self.n, 0), t if over else max(t - self.n + 1, 0)):
            target = 0.0 if done else self.Q[s2][a2]
            for _, _, reward in reversed(self.story[k:]):
                target = reward + self.gamma * target
            self.toward(*self.story[k][:2], target)
        return a2

    def monte_carlo(self, s, a, r, s2, done, over):
        if over:
            follows = 0.0
            for x, y, reward in reversed(self.story):
                follows = reward + self.gamma * follows
                self.toward(x, y, follows)

    def dyna(self, s, a, r, s2, done, over):
        self.q(s, a, r, s2, done, over)
        self.model[s, a] = (r, s2, done)
        known = list(self.model)
        for _ in range(self.planning):
            x, y = known[self.chance.below(len(known))]
            reward, to, end = self.model[x, y]
            self.toward(x, y, reward + self.gamma * (0.0 if end else max(self.Q[to])))

    def traces(self, s, a, r, s2, done, over):
        """Q(λ) of Watkins with a table of replacing traces."""
        a2 = self.choose(s2)
        best = max(self.Q[s2])
        explored = self.Q[s2][a2] < best
        delta = r + (0.0 if done else self.gamma * best) - self.Q[s][a]
        self.eligible[s, a] = 1.0
        for (x, y), strength in self.eligible.items():
            self.Q[x][y] += self.rate(x, y) * strength * delta
        fade = self.gamma * self.trace
        self.eligible = {} if explored else {k: fade * e for k, e in self.eligible.items()}
        return a2
