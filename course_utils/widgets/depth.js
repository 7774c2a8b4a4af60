// A stack of plain layers with random weights: signals that go up, errors that come down. Glorot and Bengio 2010, section 4.2.

// Inputs (B, H), errors (B, H), and the layers' weights (H, H) at scale 1, as depth.py draws them, with their transposes.
function draws({ examples, units: n, deepest }) {
  const size = examples * n, all = normal(2 * size + deepest * n * n);
  const layers = Array.from({ length: deepest }, (_, i) => {
    const W = all.subarray(2 * size + i * n * n).subarray(0, n * n).map((draw) => draw / Math.sqrt(n));
    return { W, transposed: W.map((_, at) => W[(at % n) * n + Math.floor(at / n)]) };
  });
  return { input: all.subarray(0, size), error: all.subarray(size, 2 * size), layers };
}

// Draws from N(0, 1): a hash of each one's number. The last step of MurmurHash3 (Appleby 2011), and Box and Muller 1958.
function normal(count) {
  function uniform(number) {
    let bits = Math.imul(number, 0x9e3779b9);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (((bits ^ (bits >>> 16)) >>> 0) + 0.5) / 2 ** 32;
  }
  return Float64Array.from({ length: count }, (_, i) =>
    Math.sqrt(-2 * Math.log(uniform(2 * i + 1))) * Math.cos(2 * Math.PI * uniform(2 * i + 2)));
}

// X @ W; X (B, H), W (H, H) -> (B, H). Four of W's rows at once, as that is twice as fast; H is a multiple of 4.
function product(X, W, n) {
  const result = new Float64Array(X.length);
  for (let row = 0; row < X.length; row += n) {
    for (let k = 0; k < n; k += 4) {
      const [x, y, z, u] = [X[row + k], X[row + k + 1], X[row + k + 2], X[row + k + 3]];
      const first = k * n, second = first + n, third = second + n, fourth = third + n;
      for (let j = 0; j < n; j++) {
        result[row + j] += x * W[first + j] + y * W[second + j] + z * W[third + j] + u * W[fourth + j];
      }
    }
  }
  return result;
}

// How much the examples differ: the root mean square, over units, of the standard deviation over examples.
function signalSize(H, n) {
  const examples = H.length / n;
  let sum = 0;
  for (let unit = 0; unit < n; unit++) {
    let mean = 0;
    for (let i = unit; i < H.length; i += n) mean += H[i] / examples;
    for (let i = unit; i < H.length; i += n) sum += (H[i] - mean) ** 2;
  }
  return Math.sqrt(sum / H.length);
}

const rootMeanSquare = (error) => Math.sqrt(error.reduce((sum, entry) => sum + entry * entry, 0) / error.length);
const shares = (sizes) => sizes.map((size) => size / sizes[0]);

let drawn; // once for all positions

function respondDepth({ num_layers, scale, residual }, data) {
  drawn ??= draws(data);
  const n = data.units, layers = drawn.layers.slice(0, num_layers), outputs = [];
  let H = drawn.input, error = drawn.error;
  const signals = [signalSize(H, n)], gradients = [rootMeanSquare(error)];
  for (const { W } of layers) {
    const A = product(H, W, n).map((sum) => Math.tanh(scale * sum));
    outputs.push(A);
    H = H.map((x, i) => residual * x + A[i]);
    signals.push(signalSize(H, n));
  }
  for (const { transposed } of layers.reverse()) {
    const A = outputs.pop(), above = error;
    const back = product(above.map((e, i) => e * (1 - A[i] * A[i])), transposed, n);
    error = above.map((e, i) => residual * e + scale * back[i]);
    gradients.push(rootMeanSquare(error));
  }
  return { signals: shares(signals), gradients: shares(gradients).reverse() };
}

const AXES = { left: 46, right: 14, top: 48, height: 280, below: 42 };
const CURVES = [["signals", "blue", "dots"], ["gradients", "orange", "squares"]];

function drawDepth({ width, data, texts, add }, response) {
  const right = width - AXES.right, bottom = AXES.top + AXES.height, log = Math.log10;
  const x = (layer) => AXES.left + ((right - AXES.left) * (layer + 0.5)) / (data.deepest + 1);
  const y = (size) => AXES.top + (AXES.height * (log(data.highest) - log(Math.max(size, 1e-300)))) / log(data.highest / data.lowest);
  for (let power = log(data.lowest); power <= log(data.highest); power++) {
    const height = y(10 ** power);
    const look = power ? { stroke: "var(--faint)" } : { stroke: "var(--ink)", "stroke-dasharray": "5 4" };
    add("line", { x1: AXES.left, x2: right, y1: height, y2: height, ...look });
    if (power % 2) continue;
    add("text", { x: AXES.left - 6, y: height + 4, "text-anchor": "end", class: "quiet" }, power ? `10${superscript(power)}` : "1");
  }
  for (let layer = 0; layer <= data.deepest; layer += 2) {
    add("text", { x: x(layer), y: bottom + 16, "text-anchor": "middle", class: "quiet" }, layer);
  }
  add("text", { x: (AXES.left + right) / 2, y: bottom + 34, "text-anchor": "middle" }, texts.layer);
  const inside = svg("svg", { x: AXES.left, y: AXES.top, width: right - AXES.left, height: AXES.height }); // cuts curves off
  add("g", {}).append(inside);
  CURVES.forEach(([kind, color, shape], i) => {
    const stroke = `var(--${color})`, row = 14 + 19 * i;
    const points = response[kind].map((size, layer) => [x(layer) - AXES.left, y(size) - AXES.top]);
    inside.append(...SHAPES[shape](points, stroke));
    add("g", {}).append(...SHAPES[shape]([[5, row - 4], [33, row - 4]], stroke));
    add("text", { x: 44, y: row, style: `fill: ${stroke}`, class: "course-label" }, texts[kind]);
  });
}

export default explorer({
  respond: respondDepth,
  parts: ({ signals, gradients }) => ({ signal: short(signals.at(-1)), gradient: short(gradients[0]) }),
  height: () => AXES.top + AXES.height + AXES.below,
  draw: drawDepth,
});
