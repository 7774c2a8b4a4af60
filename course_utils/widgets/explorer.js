// What all explorers share: sliders and buttons, a picture that follows them, words, and the page's theme.
// The file of one explorer stands below in the same module and ends with `export default explorer({ … })`.
// No word and no constant of the arithmetic stands here: they come from Python, in `texts`, `controls` and `data`.

const NARROWEST = 300, WIDEST = 840; // pixels of the picture
const REST = 500; // milliseconds without a movement, after which a screen reader is told

// An HTML element. An attribute that is a function listens to the event of its name.
function html(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

// An element of a drawing.
function svg(tag, attributes = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// `text` with its {parts} filled in.
function fill(text, parts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
}

function decimals(value, digits) {
  return value.toFixed(digits).replace("-", "−");
}

// A positive number with two digits: 0.034, 12, 3.4 × 10⁻⁷.
function short(value) {
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(1).split("e");
  const power = Number(exponent);
  if (power >= -3 && power <= 3) return decimals(value, Math.max(0, 1 - power));
  return `${mantissa} × 10${superscript(power)}`;
}

function superscript(number) {
  return [...String(number)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
}

// The settings as sliders and buttons show them: name -> text.
function readings(controls, settings) {
  return Object.fromEntries(controls.map((control) => [control.name, reading(control, settings[control.name])]));
}

function reading(control, value) {
  return control.options ? Object.fromEntries(control.options)[value] : decimals(value, control.digits);
}

// The heights, moved to lie `apart` and between `low` and `high`, in the same order; there must be room for that.
// Heights that are too close move up and down alike, so that each stays as near to its place as it can.
function spread(heights, apart, low, high) {
  const order = heights.map((_, index) => index).sort((one, other) => heights[one] - heights[other]);
  const mean = (group) => group.reduce((sum, height) => sum + height, 0) / group.length;
  const groups = []; // of heights without the distances that are due; a group moves together
  order.forEach((index, rank) => {
    groups.push([heights[index] - apart * rank]);
    while (groups.length > 1 && mean(groups.at(-2)) >= mean(groups.at(-1))) groups.push(groups.splice(-2).flat());
  });
  const highest = high - apart * (heights.length - 1);
  const starts = groups.flatMap((group) => group.map(() => mean(group)));
  const placed = [];
  order.forEach((index, rank) => (placed[index] = Math.min(Math.max(starts[rank], low), highest) + apart * rank));
  return placed;
}

// How a curve is drawn: to be told apart without its colour.
const SHAPES = {
  dots: (points, color) => [line(points, color), ...points.map(([cx, cy]) => svg("circle", { cx, cy, r: 3, fill: color }))],
  squares: (points, color) => [
    line(points, color, { "stroke-dasharray": "7 3" }),
    ...points.map(([x, y]) => svg("rect", { x: x - 3, y: y - 3, width: 6, height: 6, fill: color })),
  ],
  rings: (points, color) => points.map(([cx, cy]) => svg("circle", { cx, cy, r: 4.6, fill: "none", stroke: color, "stroke-width": 1.5 })),
};

function line(points, color, more = {}) {
  return svg("polyline", { points: points.join(" "), fill: "none", stroke: color, "stroke-width": 2, ...more });
}

// An explorer, as anywidget asks for it. Of the functions that make it,
//   respond(settings, data) computes what is drawn,
//   parts(response, settings, data) gives the numbers of the sentence that says it, beside the settings,
//   sentence(response, settings) names that sentence in `texts` (where there is more than one),
//   draw(picture, response, settings) draws it. `picture` has `width`, `texts`, `data` and `add(tag, attributes, text)`.
// `height(data)` is that of the drawing, in pixels. Source: anywidget's documentation, "front-end module".
// Where a drawing is itself moved, `pick(event, place, settings, data)` gives the settings that change: the event is a key
// or a movement of the pointer, `place` its x and y in the drawing, and its width.
function explorer({ respond, parts, draw, height, sentence = () => "state", pick }) {
  function inWords(model, response) {
    const [settings, data] = [model.get("settings"), model.get("data")];
    const shown = { ...readings(model.get("controls"), settings), ...parts(response, settings, data) };
    return fill(model.get("texts")[sentence(response, settings)], shown);
  }

  function render({ model, el }) {
    const [texts, data] = [model.get("texts"), model.get("data")];
    const rows = model.get("controls").map((control) => (control.options ? buttons : slider)(control, model));
    const picture = svg("svg", { role: "img", "aria-label": texts.picture });
    if (pick) movable(picture, model, pick);
    const line = html("p", { class: "course-line", "aria-hidden": "true" }); // moves; the next one is what is read out
    const spoken = html("p", { class: "course-spoken", "aria-live": "polite" });
    const root = html("div", { class: "course-explorer", "data-lm-suppress-shortcuts": "true", keydown: keepInside },
      html("div", { class: "course-controls" }, ...rows.map((row) => row.node)), line, picture, spoken);
    if (texts.note) root.append(html("p", { class: "course-note" }, texts.note));
    let resting;

    function update() {
      const settings = model.get("settings"), response = respond(settings, data);
      rows.forEach((row) => row.show(settings));
      line.textContent = inWords(model, response);
      const width = Math.min(Math.max(root.clientWidth, NARROWEST), WIDEST);
      paint(picture, width, height(data), { texts, data }, (canvas) => draw(canvas, response, settings));
      clearTimeout(resting);
      resting = setTimeout(() => (spoken.textContent = line.textContent), REST);
    }

    el.append(root);
    model.on("change:settings", update);
    const sizes = new ResizeObserver(update); // also when the explorer is first put into the page
    sizes.observe(root);
    const leaveTheme = followTheme(root);
    update();
    return () => {
      model.off("change:settings", update);
      sizes.disconnect();
      leaveTheme();
      clearTimeout(resting);
    };
  }

  return { render, respond, inWords };
}

// A drawing that keys and the pointer move: it can be focused, and takes the arrows.
function movable(picture, model, pick) {
  function moved(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    const place = { x, y, width: picture.viewBox.baseVal.width };
    const settings = model.get("settings"), changes = pick(event, place, settings, model.get("data"));
    if (!changes) return;
    event.preventDefault();
    if (Object.entries(changes).some(([name, value]) => settings[name] !== value)) {
      model.set("settings", { ...settings, ...changes });
    }
  }
  const focus = () => picture.focus({ preventScroll: true }); // a notebook would give it to the cell
  const tell = () => model.save_changes(); // the kernel
  dress(picture, { role: "application", tabindex: 0, keydown: moved, keyup: tell, click: focus,
    pointermove: moved, pointerdown: moved, pointerleave: tell }, []);
}

// Draws anew: `draw` adds elements to the canvas that it gets.
function paint(picture, width, height, about, draw) {
  const drawn = [];
  const add = (tag, attributes, text = "") => drawn[drawn.push(svg(tag, attributes, text)) - 1];
  draw({ width, height, add, ...about });
  dress(picture, { viewBox: `0 0 ${width} ${height}`, width, height }, []);
  picture.replaceChildren(...drawn);
}

// What a front end would take for its own shortcuts: arrows move a slider, and nothing else.
function keepInside(event) {
  if (event.key !== "Tab") event.stopPropagation();
}

function slider(control, model) {
  const moved = () => set(model, control.name, Number(input.value));
  const input = html("input", { type: "range", min: control.low, max: control.high, step: control.step,
    input: moved, change: () => model.save_changes() }); // the kernel is told when the slider is let go
  const shown = html("span", { class: "course-reading", "aria-hidden": "true" });
  const node = html("label", { class: "course-slider" }, html("span", {}, control.label), shown, input);
  function show(settings) {
    const value = settings[control.name], text = decimals(value, control.digits);
    if (Number(input.value) !== value) input.value = value;
    input.setAttribute("aria-valuetext", fill(control.says, { value: text, percent: Math.round(100 * value) }));
    shown.textContent = text;
  }
  return { node, show };
}

function buttons(control, model) {
  const all = control.options.map(([value, label]) =>
    html("button", { type: "button", click: () => (set(model, control.name, value), model.save_changes()) }, label));
  const node = html("div", { class: "course-choice", role: "group", "aria-label": control.label },
    html("span", { "aria-hidden": "true" }, control.label), html("div", {}, ...all));
  function show(settings) {
    control.options.forEach(([value], i) => all[i].setAttribute("aria-pressed", String(value === settings[control.name])));
  }
  return { node, show };
}

function set(model, name, value) {
  model.set("settings", { ...model.get("settings"), [name]: value });
}

// Dark where the page writes light letters: every front end names its themes in another way, and all have letters.
function followTheme(root) {
  function look() {
    if (!root.isConnected) return;
    const [red, green, blue] = getComputedStyle(root.parentElement ?? document.body).color.match(/[\d.]+/g).map(Number);
    root.dataset.theme = 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? "dark" : "light";
  }
  const later = () => (look(), setTimeout(look, 600)); // a theme's style sheet may come after its name
  const named = new MutationObserver(later), system = matchMedia("(prefers-color-scheme: dark)");
  for (const node of [document.documentElement, document.body]) named.observe(node, { attributes: true });
  system.addEventListener("change", later);
  requestAnimationFrame(look); // when it is in the page
  later();
  return () => (named.disconnect(), system.removeEventListener("change", later));
}
