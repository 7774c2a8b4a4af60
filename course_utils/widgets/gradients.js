// Three networks read the same text, and an error at the last state goes back: the arithmetic of gradients.py, and its
// picture. Matrices are flat, row after row; vectors are rows, as in the course.

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

const unpacked = new WeakMap(); // data -> the same, with its matrices as numbers

function unpack(data) {
  if (!unpacked.has(data)) {
    const blocks = (text, size, factor) => {
      const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      const numbers = Array.from(new Int16Array(bytes.buffer), (number) => number * factor);
      return Array.from({ length: numbers.length / size }, (_, block) => numbers.slice(block * size, (block + 1) * size));
    };
    const { units, characters, unit } = data;
    unpacked.set(data, {
      units, text: [...data.text].map(Number),
      hidden: blocks(data.hidden, units * units, unit / Math.sqrt(units)),
      inputs: blocks(data.inputs, characters * units, unit * data.input_std),
      error: blocks(data.error, units, unit)[0],
    });
  }
  return unpacked.get(data);
}

function weights({ units, hidden, inputs, text }, scale) {
  return {
    // X_t W_x + h W_h + b, of one block
    sum(block, t, h, bias = 0) {
      const W = hidden[block], product = new Array(units).fill(0);
      for (let i = 0; i < units; i++) for (let j = 0; j < units; j++) product[j] += h[i] * W[i * units + j];
      const from = text[t] * units;
      return product.map((x, j) => inputs[block][from + j] + scale * x + bias);
    },
    // g W_hᵀ, of one block
    back(block, g) {
      const W = hidden[block];
      return g.map((_, i) => {
        let product = 0;
        for (let j = 0; j < units; j++) product += g[j] * W[i * units + j];
        return scale * product;
      });
    },
  };
}

// Of each network: one step forward, and the gradients at the states of the step before.
const CELLS = {
  rnn: (net) => ({
    forward: (t, { H }) => ({ H: net.sum(0, t, H).map(Math.tanh) }),
    backward: (now, before, g) => ({ H: net.back(0, g.H.map((x, i) => x * (1 - now.H[i] ** 2))) }),
  }),

  gru: (net, bias) => ({
    forward(t, { H }) {
      const R = net.sum(1, t, H).map(sigmoid), Z = net.sum(2, t, H, bias).map(sigmoid);
      const tilde = net.sum(0, t, H.map((h, i) => R[i] * h)).map(Math.tanh);
      return { R, Z, tilde, H: H.map((h, i) => Z[i] * h + (1 - Z[i]) * tilde[i]) };
    },
    backward({ R, Z, tilde }, { H }, g) {
      const read = net.back(0, g.H.map((x, i) => x * (1 - Z[i]) * (1 - tilde[i] ** 2))); // at R ⊙ H
      const byR = net.back(1, read.map((x, i) => x * H[i] * R[i] * (1 - R[i])));
      const byZ = net.back(2, g.H.map((x, i) => x * (H[i] - tilde[i]) * Z[i] * (1 - Z[i])));
      return { H: g.H.map((x, i) => x * Z[i] + read[i] * R[i] + byR[i] + byZ[i]) };
    },
  }),

  lstm: (net, bias) => ({
    forward(t, { H, C }) {
      const tilde = net.sum(0, t, H).map(Math.tanh), I = net.sum(1, t, H).map(sigmoid);
      const F = net.sum(2, t, H, bias).map(sigmoid), O = net.sum(3, t, H).map(sigmoid);
      const cell = C.map((c, i) => F[i] * c + I[i] * tilde[i]);
      return { tilde, I, F, O, C: cell, H: cell.map((c, i) => O[i] * Math.tanh(c)) };
    },
    backward({ tilde, I, F, O, C }, before, g) {
      const byC = net.back(0, g.C.map((x, i) => x * I[i] * (1 - tilde[i] ** 2)));
      const byI = net.back(1, g.C.map((x, i) => x * tilde[i] * I[i] * (1 - I[i])));
      const byF = net.back(2, g.C.map((x, i) => x * before.C[i] * F[i] * (1 - F[i])));
      const byO = net.back(3, g.H.map((x, i) => x * Math.tanh(C[i]) * O[i] * (1 - O[i])));
      return { H: byC.map((x, i) => x + byI[i] + byF[i] + byO[i]), C: g.C.map((x, i) => x * F[i]) };
    },
    // the gradient at a cell: what comes over the next cell, and what comes over its own hidden state
    arrive: ({ O, C }, g) => ({ H: g.H, C: g.C.map((x, i) => x + g.H[i] * O[i] * (1 - Math.tanh(C[i]) ** 2)) }),
  }),
};

// Name of the curve -> the norm of the gradient, 0, 1, 2 … steps back, as a share of that at the last step.
function respondGradients({ scale, bias }, data) {
  const draw = unpack(data), net = weights(draw, scale), zeros = new Array(draw.units).fill(0), flow = {};
  for (const [name, make] of Object.entries(CELLS)) {
    const cell = make(net, bias), states = [{ H: zeros, C: zeros }];
    draw.text.forEach((_, t) => states.push(cell.forward(t, states[t])));
    const norms = { H: [], C: [] };
    let g = { H: draw.error, C: zeros };
    for (let t = draw.text.length; t > 0; t--) {
      if (cell.arrive) g = cell.arrive(states[t], g);
      for (const state in g) norms[state].push(Math.hypot(...g[state]));
      g = cell.backward(states[t], states[t - 1], g);
    }
    flow[name] = norms.H.map((norm) => norm / norms.H[0]);
    if (cell.arrive) flow.cell = norms.C.map((norm) => norm / norms.C[0]);
  }
  return flow;
}

const PLOT = { left: 52, right: 8, between: 18, top: 44, height: 230, bottom: 84 };

const FAR = 4000; // pixels: below any picture
const ROOM = { formula: 150, reading: 125 }; // pixels of a panel that has room for them

function drawGradients(picture, flow, { back }) {
  const { width, data, add } = picture, [low, high] = data.powers;
  const panel = (width - PLOT.left - PLOT.right - 2 * PLOT.between) / 3;
  const y = (value) => PLOT.top + (PLOT.height * (high - Math.log10(value))) / (high - low);
  const powers = Array.from({ length: (high - low) / data.tick + 1 }, (_, i) => low + i * data.tick);
  for (const power of powers) {
    add("text", { x: PLOT.left - 7, y: y(10 ** power) + 4, "text-anchor": "end", class: "quiet" }, powerOfTen(power));
  }
  data.panels.forEach(({ name, curves }, i) => {
    const left = PLOT.left + i * (panel + PLOT.between);
    for (const power of powers) {
      const height = y(10 ** power), stroke = power ? "var(--faint)" : "var(--quiet)";
      add("line", { x1: left, x2: left + panel, y1: height, y2: height, stroke });
    }
    drawPanel(picture, left, panel, y, name, curves.map((curve) => [data.symbols[curve], flow[curve]]), back);
  });
}

// The curves of one network, [symbol, values] each, from `left` on.
function drawPanel({ data, texts, add }, left, width, y, name, curves, back) {
  const last = curves[0][1].length - 1, x = (steps) => (width * steps) / last, bottom = PLOT.top + PLOT.height;
  add("text", { x: left, y: 16, style: "font-weight: 600" }, texts[name]);
  if (width > ROOM.formula) add("text", { x: left, y: 35, class: "quiet" }, data.formulas[name]);
  const inside = svg("svg", { x: left, y: PLOT.top, width, height: PLOT.height }); // cuts curves off
  add("g", {}).append(inside);
  inside.append(svg("line", { x1: x(back), x2: x(back), y1: 0, y2: PLOT.height, stroke: "var(--ink)", "stroke-dasharray": "2 3" }));
  curves.forEach(([symbol, values], i) => {
    const { color, ...look } = LOOKS[i], stroke = { stroke: color, "stroke-width": 2, ...look };
    const points = values.map((value, steps) => [x(steps), Math.min(y(value), FAR) - PLOT.top]), [cx, cy] = points[back];
    inside.append(svg("polyline", { points: points.join(" "), fill: "none", ...stroke }), svg("circle", { cx, cy, r: 4.5, fill: color }));
    if (width < ROOM.reading) return;
    const height = bottom + 56 + 18 * i;
    add("line", { x1: left, x2: left + 22, y1: height - 4, y2: height - 4, ...stroke });
    add("text", { x: left + 28, y: height, style: `fill: ${color}` }, `${symbol} ${short(values[back])}`);
  });
  for (let steps = 0; steps < last + 1; steps += 20) {
    const anchor = steps === 0 ? "start" : steps === last ? "end" : "middle";
    add("text", { x: left + x(steps), y: bottom + 17, "text-anchor": anchor, class: "quiet" }, steps);
  }
  add("text", { x: left + width / 2, y: bottom + 35, "text-anchor": "middle" }, texts.back);
}

// How curves of one panel are told apart without their colours.
const LOOKS = [{ color: "var(--blue)" }, { color: "var(--orange)", "stroke-dasharray": "7 3" }];

function powerOfTen(power) {
  return power ? short(10 ** power).replace(/^1\.0 × /, "") : "1";
}

export default explorer({
  respond: respondGradients,
  parts: (flow, { back }) => Object.fromEntries(Object.entries(flow).map(([name, curve]) => [name, short(curve[back])])),
  draw: drawGradients,
  height: () => PLOT.top + PLOT.height + PLOT.bottom,
});
