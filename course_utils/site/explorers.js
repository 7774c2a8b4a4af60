// Starts the explorers of a page. Each place holds a picture, and the program and state of the widget that replaces it.

// What a widget asks of its model, without a kernel behind it.
function modelOf(state) {
  const listeners = {};
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    on: (event, listener) => (listeners[event] ??= new Set()).add(listener),
    off: (event, listener) => listeners[event]?.delete(listener),
    save_changes() {},
  };
}

async function start(place) {
  const state = JSON.parse(place.querySelector("script").textContent);
  // As data: a page from the disk may load no module from a file.
  const { default: widget } = await import(`data:text/javascript,${encodeURIComponent(state._esm)}`);
  const [style, el] = [document.createElement("style"), document.createElement("div")];
  style.textContent = state._css;
  place.replaceChildren(style, el); // the picture stays where the program does not start
  widget.render({ model: modelOf(state), el });
}

document.querySelectorAll(".course-live").forEach(start);
