// The characters that the scores of one step have read: Schuster and Paliwal 1997, figure 3.

const range = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

function respondSight({ joined, step }, { steps, joined: distances }) {
  const [before, after, toTarget] = distances[joined];
  const forward = range(1, step + before), backward = after === null ? [] : range(step + after, steps);
  const read = [...new Set([...forward, ...backward])], target = step + toTarget; // in order: forward ends before backward
  return { forward, backward, read, target, isLeak: read.includes(target), isOneWay: after === null };
}

// Such as 1–4, 6–10.
function ranges(steps) {
  const runs = [];
  for (const step of steps) {
    if (runs.length && runs.at(-1).at(-1) === step - 1) runs.at(-1).push(step);
    else runs.push([step]);
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]}–${run.at(-1)}` : `${run[0]}`)).join(", ");
}

const ROWS = { scores: 26, backward: 108, forward: 188, characters: 272, numbers: 312, mark: 331, height: 340 }; // in pixels
const NAMES = 122; // pixels for the rows' names

function drawSight({ width, data, texts, add }, response, settings) {
  const column = (width - NAMES - 8) / (data.steps + 1), x = (step) => 8 + column * (step - 0.5);
  const half = Math.min(15, 0.42 * column), names = width - NAMES + 12;
  const name = (row, color) =>
    add("text", { x: names, y: ROWS[row] + 4.5, style: `fill: var(--${color})`, class: "course-label" }, texts[row]);
  drawRow(add, { x, column, data, row: "forward", color: "blue", aside: -0.2 }, response.forward, response.forward.at(-1), settings.step);
  name("forward", "blue");
  if (!response.isOneWay) {
    drawRow(add, { x, column, data, row: "backward", color: "orange", aside: 0.2 }, response.backward, response.backward[0], settings.step);
    name("backward", "orange");
  }
  name("characters", "ink");
  name("scores", "ink");
  box(add, x(settings.step), ROWS.scores, half, { fill: "var(--paper)", stroke: "var(--ink)" });
  add("text", { x: x(settings.step), y: ROWS.scores + 4.5, "text-anchor": "middle" }, "Y");
  [...data.line].forEach((character, i) => {
    const isRead = response.read.includes(i + 1), isNext = i === data.steps; // the last is the next minibatch's first
    box(add, x(i + 1), ROWS.characters, half, { fill: `var(--${isRead ? "read" : "paper"})`, stroke: "var(--quiet)", "stroke-dasharray": isNext ? "3 3" : "none" });
    add("text", { x: x(i + 1), y: ROWS.characters + 5, "text-anchor": "middle" }, character);
    add("text", { x: x(i + 1), y: ROWS.numbers, "text-anchor": "middle", class: "quiet" }, i + 1);
  });
  const [color, mark] = response.isLeak ? ["red", "✗"] : ["green", "✓"];
  box(add, x(response.target), ROWS.characters, half + 3.5, { fill: "none", stroke: `var(--${color})`, "stroke-width": 3 });
  add("text", { x: x(response.target), y: ROWS.mark, "text-anchor": "middle", style: `fill: var(--${color})` }, mark);
}

function box(add, x, y, half, look) {
  add("rect", { x: x - half, y: y - half, width: 2 * half, height: 2 * half, ...look });
}

// One direction's states: those of the `steps` that have been read are filled, up to `last`, which step `scored` reads.
function drawRow(add, { x, column, data, row, color, aside }, steps, last, scored) {
  const height = ROWS[row], wide = 1.75 * aside, stroke = `var(--${color})`, radius = Math.min(8, 0.24 * column);
  const wire = (...points) => add("polyline", { points: points.join(" "), fill: "none", stroke, "stroke-width": 2 });
  for (const step of steps) wire([x(step + wide), ROWS.characters - 19], [x(step + 0.9 * aside), height]);
  for (const step of steps.slice(0, -1)) {
    const way = Math.sign(aside), middle = (x(step) + x(step + 1)) / 2;
    wire([x(step), height], [x(step + 1), height]);
    add("polygon", { points: `${middle + 4 * way},${height - 5} ${middle + 4 * way},${height + 5} ${middle - 5 * way},${height}`, fill: stroke });
  }
  if (last !== undefined) {
    const bend = row === "forward" ? [[x(scored + wide), ROWS.backward]] : []; // past the other row's states
    wire([x(last), height], ...bend, [x(scored + aside), ROWS.scores + 16]);
  }
  for (let step = 1; step <= data.steps; step++) {
    const look = { fill: steps.includes(step) ? stroke : "var(--paper)", stroke, "stroke-width": 1.6 };
    if (row === "forward") add("circle", { cx: x(step), cy: height, r: radius, ...look });
    else box(add, x(step), height, 0.9 * radius, look);
  }
}

export default explorer({
  respond: respondSight,
  parts: (response) => ({ read: ranges(response.read), target: response.target }),
  sentence: (response) => (response.isLeak ? "leak" : "free"),
  height: () => ROWS.height,
  draw: drawSight,
});
