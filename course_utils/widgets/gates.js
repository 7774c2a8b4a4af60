// The unit whose gates are held by hand: its input over time, and the picture of its curves.

// The input and these gates for each step: `pulse` and `NAME_at_pulse` at the pulse, else 0 and `NAME`.
function overTime(settings, data, ...gates) {
  const usual = [0, ...gates.map((name) => settings[name])];
  const atPulse = [settings.pulse, ...gates.map((name) => settings[`${name}_at_pulse`])];
  return Array.from({ length: data.steps }, (_, i) => (i + 1 === data.pulse_step ? atPulse : usual));
}

const MARGIN = { left: 34, right: 118, top: 8, between: 18, bottom: 40 };
const UPPER = 240, LOWER = 56; // heights of the two axes, in pixels
const LABEL = 19; // pixels from one label to the next, at least

// The parts of the state's sentence: what was stored, and what the curve `stored` still has of it.
function gateParts(response, settings, data) {
  return { stored: decimals(data.stored, 2), last: decimals(response[data.curve_of_stored].at(-1), 2), steps: data.steps };
}

// The curves in the order in which they are drawn: { field, color, shape }; `texts[field]` is the label.
function gateExplorer(respond, curves) {
  return explorer({
    respond, parts: gateParts,
    height: () => MARGIN.top + UPPER + MARGIN.between + LOWER + MARGIN.bottom,
    draw: (picture, response) => drawGates(picture, response, curves),
  });
}

function drawGates(picture, response, curves) {
  const { width, data, texts, add } = picture;
  const right = width - MARGIN.right, below = MARGIN.top + UPPER + MARGIN.between;
  const x = (step) => MARGIN.left + ((right - MARGIN.left) * (step + 0.5)) / (data.steps + 1);
  const y = (value) => MARGIN.top + (UPPER * (data.top - value)) / (2 * data.top);
  const yInput = (value) => below + (LOWER * (1.2 - value)) / 2.4;
  add("rect", { x: x(data.pulse_step) - 5, y: MARGIN.top, width: 10, height: below + LOWER - MARGIN.top, fill: "var(--faint)" });
  for (let tick = -Math.floor(data.top); tick <= data.top; tick++) yAxis(picture, y(tick), tick, right);
  for (const tick of [-1, 0, 1]) yAxis(picture, yInput(tick), tick, right);
  for (let step = 0; step <= data.steps; step += 5) {
    add("text", { x: x(step), y: below + LOWER + 15, "text-anchor": "middle", class: "quiet" }, step);
  }
  add("text", { x: (MARGIN.left + right) / 2, y: below + LOWER + 32, "text-anchor": "middle" }, texts.step);

  const lines = [{ label: texts.stored, color: "ink", end: y(data.stored) }];
  add("line", { x1: MARGIN.left, x2: right, y1: y(data.stored), y2: y(data.stored), stroke: "var(--ink)", "stroke-dasharray": "5 4" });
  const inside = svg("svg", { x: MARGIN.left, y: MARGIN.top, width: right - MARGIN.left, height: UPPER }); // cuts curves off
  add("g", {}).append(inside);
  for (const { field, color, shape } of curves) {
    const values = response[field], from = field === data.curve_of_stored ? [data.stored, ...values] : [null, ...values];
    const points = from.flatMap((value, step) => (value === null ? [] : [[x(step) - MARGIN.left, y(value) - MARGIN.top]]));
    inside.append(...SHAPES[shape](points, `var(--${color})`));
    lines.push({ label: texts[field], color, end: Math.min(Math.max(y(values.at(-1)), MARGIN.top + 2), MARGIN.top + UPPER - 2) });
  }
  const inputs = [0, ...response.inputs].flatMap((value, step) => [[x(step - 0.5), yInput(value)], [x(step + 0.5), yInput(value)]]);
  add("polyline", { points: inputs.join(" "), fill: "none", stroke: "var(--green)", "stroke-width": 2 });
  label(picture, texts.inputs, "green", right, yInput(0), yInput(0));
  const places = spread(lines.map((line) => line.end), LABEL, MARGIN.top + 6, MARGIN.top + UPPER - 4);
  lines.forEach((line, i) => label(picture, line.label, line.color, right, line.end, places[i]));
}

function yAxis({ add }, height, tick, right) {
  add("line", { x1: MARGIN.left, x2: right, y1: height, y2: height, stroke: "var(--faint)" });
  add("text", { x: MARGIN.left - 6, y: height + 4, "text-anchor": "end", class: "quiet" }, decimals(tick, 0));
}

// A label, and a thin line to it from the end of its curve.
function label({ add }, text, color, right, end, place) {
  const stroke = `var(--${color})`;
  add("polyline", { points: `${right + 1},${end} ${right + 6},${end} ${right + 16},${place} ${right + 21},${place}`, fill: "none", stroke });
  add("text", { x: right + 25, y: place + 4.5, style: `fill: ${stroke}`, class: "course-label" }, text);
}
