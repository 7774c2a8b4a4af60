// The gates of a trained network over a line of text: a map whose columns are characters and whose rows are units.

const kept = new Map(); // a packed map -> its numbers, and its picture

function once(key, make) {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key);
}

function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

function unpack({ order, means, cells }) {
  return once(cells, () => ({ order: [...new Uint16Array(bytes(order).buffer)], means: bytes(means), cells: bytes(cells) }));
}

// The map of one gate: `value(row, column)` and `mean(column)`, from 0 to 1; `order` has the unit of each row.
function respondTextGates({ gate }, { gates, text, levels }) {
  const { order, means, cells } = unpack(gates[gate]), characters = [...text], columns = characters.length;
  const value = (row, column) => cells[row * columns + column] / levels, mean = (column) => means[column] / levels;
  return { order, characters, value, mean, row: (unit) => order.indexOf(unit), key: gates[gate].cells };
}

function partsOfTextGates({ characters, value, mean, row }, { unit, step }, { space }) {
  const character = characters[step - 1] === " " ? space : characters[step - 1];
  const [here, all] = [value(row(unit), step - 1), mean(step - 1)].map((number) => decimals(number, 2));
  return { unit, step, character, value: here, mean: all };
}

const MAP = { left: 28, right: 90, top: 30, bottom: 6, height: 384, tallest: 18 };

// The map in a picture of this width: its size, and that of a cell.
function mapIn(width, columns, rows) {
  const across = width - MAP.left - MAP.right, cellHeight = Math.min(MAP.height / rows, MAP.tallest);
  return { across, down: cellHeight * rows, cellWidth: across / columns, cellHeight };
}

// Arrows go by one row or column, Page Up and Page Down by a tenth of the rows, Home and End to the ends of the line.
function pickCell(event, place, { gate, unit, step }, { gates, text }) {
  const { order } = unpack(gates[gate]), columns = [...text].length, rows = order.length, page = Math.ceil(rows / 10);
  const to = (row, column) => ({ unit: order[within(row, rows)], step: within(column, columns) + 1 });
  const row = order.indexOf(unit), column = step - 1;
  if (event.type !== "keydown") {
    const { across, down, cellWidth, cellHeight } = mapIn(place.width, columns, rows);
    const [x, y] = [place.x - MAP.left, place.y - MAP.top];
    return x >= 0 && x < across && y >= 0 && y < down ? to(Math.floor(y / cellHeight), Math.floor(x / cellWidth)) : undefined;
  }
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-page, 0],
    PageDown: [page, 0], Home: [0, -columns], End: [0, columns] };
  const move = moves[event.key];
  return move && to(row + move[0], column + move[1]);
}

function within(index, count) {
  return Math.min(Math.max(index, 0), count - 1);
}

function drawTextGates({ width, data, texts, add }, { characters, key, value, row, order }, { unit, step }) {
  const columns = characters.length, { across, down, cellWidth, cellHeight } = mapIn(width, columns, order.length);
  const image = once(`picture of ${key}`, () => coloured(columns, order.length, value, data));
  const map = { x: MAP.left, y: MAP.top, width: across, height: down };
  add("image", { ...map, href: image, preserveAspectRatio: "none", style: "image-rendering: pixelated" });
  add("rect", { ...map, fill: "none", stroke: "var(--quiet)" });
  const x = MAP.left + (step - 1) * cellWidth, y = MAP.top + row(unit) * cellHeight;
  cross(add, map, { x, y, width: cellWidth, height: cellHeight });
  const size = Math.min(Math.max(cellWidth - 1, 11), 13), apart = Math.ceil(size / cellWidth); // of characters, in columns
  characters.forEach((character, column) => {
    const here = column === step - 1, far = Math.abs(column - step + 1) >= apart;
    if (!here && !(far && column % apart === 0)) return;
    const at = { x: MAP.left + (column + 0.5) * cellWidth, y: MAP.top - 9, "text-anchor": "middle" };
    const style = here ? `font-weight: 700; font-size: ${size + 2}px` : `font-size: ${size}px`;
    add("text", { ...at, style }, character === " " ? "␣" : character);
  });
  const middle = MAP.top + down / 2;
  add("text", { x: 0, y: 0, transform: `translate(17 ${middle}) rotate(-90)`, "text-anchor": "middle" }, texts.rows);
  legend(add, width - MAP.right + 14, down, data, texts);
}

// Two pairs of lines that cross at the cell and leave it free.
function cross(add, map, cell) {
  const room = Math.max(0, 5 - cell.height) / 2; // a row of one pixel would not be seen between its lines
  const [above, below] = [cell.y - room, cell.y + cell.height + room];
  const rows = [above, below].map((y) => `M${map.x},${y}H${map.x + map.width}`);
  const columns = [cell.x, cell.x + cell.width].map((x) => `M${x},${map.y - 4}V${map.y + map.height}`);
  const d = [...rows, ...columns].join("");
  add("path", { d, fill: "none", stroke: "#000", "stroke-width": 3, opacity: 0.55 }); // seen on any colour
  add("path", { d, fill: "none", stroke: "#fff", "stroke-width": 1.2 });
}

function legend(add, x, height, { colours, levels }, texts) {
  colours.split(" ").forEach((colour, level) => {
    const tall = height / (levels + 1);
    add("rect", { x, y: MAP.top + height - (level + 1) * tall, width: 14, height: tall + 0.5, fill: colour });
  });
  [[0, texts.closed], [0.5, "0.5"], [1, texts.open]].forEach(([share, text]) =>
    add("text", { x: x + 19, y: MAP.top + 10 + (1 - share) * (height - 12), class: "quiet" }, text));
}

// The map as an image of one pixel per cell.
function coloured(columns, rows, value, { colours, levels }) {
  const canvas = html("canvas", { width: columns, height: rows }), context = canvas.getContext("2d"), shades = colours.split(" ");
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      context.fillStyle = shades[Math.round(value(row, column) * levels)];
      context.fillRect(column, row, 1, 1);
    }
  }
  return canvas.toDataURL();
}

export default explorer({
  respond: respondTextGates,
  parts: partsOfTextGates,
  draw: drawTextGates,
  pick: pickCell,
  height: ({ text, units }) => MAP.top + mapIn(0, [...text].length, units).down + MAP.bottom,
});
