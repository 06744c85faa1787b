"""A clean network: the edges of a jittered lattice as winding lines that never meet but at nodes.

Each edge keeps to its own corridor: it swings about its chord by at most 6 % of the spacing, and
leaves its nodes along the chord. An edge is cut into `parts` lines of the wanted length, so that
the network stays connected however dense it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .polylines import Floats, Integers, Polylines, of_matrix
from .scenario import Scenario
from .territory import Territory

_JITTER = 0.12  # of a node, as part of the spacing
_SWING = 0.06
_KEPT = 0.88  # part of the edges; the others leave dead ends
_EDGES_PER_AREA = {"square": 2.0, "honeycomb": 2 / np.sqrt(3)}  # for a spacing of 1
_INSET_M = 150.0  # nothing comes nearer to the outer frame


class Network(NamedTuple):
    """Lines; those with the same `edge` follow one another."""

    lines: Polylines
    edge: Integers


def network(scenario: Scenario, territory: Territory, table: str, count: int) -> Network:
    """About `count` lines of one class, over the whole territory."""
    rng, shape = scenario.stream("network", table), scenario.shape
    x0, y0, x1, y1 = territory.frame
    edges, inset = _EDGES_PER_AREA[shape.lattice], 2 * _INSET_M
    spacing = 0.0
    for _ in range(4):  # the frame costs half an edge at each side
        area = (x1 - x0 - inset - spacing / 2) * (y1 - y0 - inset - spacing / 2)
        parts = max(1, round(edges * _KEPT * area / (count * shape.line_m**2)))
        spacing = np.sqrt(parts * edges * _KEPT * area / count)
    angle = shape.angle + (0.6 if table == "utility_line" else 0.0)

    nodes, tail, head = _lattice(shape.lattice, territory.frame, spacing, angle, rng)
    kept = rng.random(len(tail)) < _KEPT
    curves = _curves(nodes[tail[kept]], nodes[head[kept]], parts, shape.vertices, spacing, rng)
    steps = shape.vertices - 1
    vertex = np.arange(parts)[:, None] * steps + np.arange(steps + 1)
    lines = curves[:, vertex].reshape(-1, steps + 1, 2)
    return Network(of_matrix(lines), np.repeat(np.arange(len(curves)), parts))


def _lattice(kind: str, frame: tuple[float, float, float, float], spacing: float, angle: float,
             rng: np.random.Generator) -> tuple[Floats, Integers, Integers]:  # fmt: skip
    """Jittered nodes inside the frame, and the two nodes of each edge."""
    x0, y0, x1, y1 = frame
    reach = int(np.hypot(x1 - x0, y1 - y0) / 2 / spacing * 1.3) + 2
    i, j = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1), indexing="ij")
    number = np.arange(i.size).reshape(i.shape)
    if kind == "square":
        nodes = np.stack((i, j), axis=-1).reshape(-1, 2).astype(float)
        tail = np.concatenate((number[:-1].ravel(), number[:, :-1].ravel()))
        head = np.concatenate((number[1:].ravel(), number[:, 1:].ravel()))
    else:
        a = np.stack((1.5 * (i + j), np.sqrt(0.75) * (i - j)), axis=-1).reshape(-1, 2)
        nodes = np.concatenate((a, a + [1.0, 0.0]))
        b = number + number.size
        tail = np.concatenate((number.ravel(), number[1:].ravel(), number[:, 1:].ravel()))
        head = np.concatenate((b.ravel(), b[:-1].ravel(), b[:, :-1].ravel()))
    nodes = nodes + rng.uniform(-_JITTER, _JITTER, nodes.shape)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + rng.uniform(0, spacing, 2)
    nodes = np.round(middle + spacing * nodes @ turn, 3)
    inset = _INSET_M + _SWING * spacing
    inside = ((nodes > np.array([x0, y0]) + inset) & (nodes < np.array([x1, y1]) - inset)).all(1)
    whole = inside[tail] & inside[head]
    return nodes, tail[whole], head[whole]


def _curves(begin: Floats, end: Floats, parts: int, vertices: int, spacing: float,
            rng: np.random.Generator) -> Floats:  # fmt: skip
    """(n, vertices of the whole edge, 2) winding curves over their chords."""
    steps = parts * (vertices - 1)
    t = np.tile(np.arange(steps + 1) / steps, (len(begin), 1))
    t[:, 1:-1] += rng.uniform(-0.3, 0.3, (len(begin), steps - 1)) / steps
    modes = np.arange(1, max(6, 2 * parts) + 1)
    strength = 1 / modes / (1 / modes).sum()
    swing = np.zeros_like(t)
    for mode, part in zip(modes.tolist(), strength.tolist(), strict=True):
        amplitude = rng.uniform(-part, part, (len(begin), 1)) * 1.4
        phase = rng.uniform(0, 2 * np.pi, (len(begin), 1))
        swing += amplitude * np.sin(np.pi * mode * t + phase)
    swing = np.clip(swing, -1, 1) * _SWING * spacing * np.sin(np.pi * t) ** 2
    chord = end - begin
    across = chord[:, ::-1] * [-1, 1] / np.hypot(*chord.T)[:, None]
    curves = begin[:, None] + chord[:, None] * t[..., None] + across[:, None] * swing[..., None]
    curves[:, -1] = end
    return np.round(curves, 3)
