// Groups of radio buttons: arrows move inside a group, Space, Enter or a digit choose. All words come from Python.
// A choice goes to Python, which answers with a new state; groups with `reactions` are answered here, without a kernel.
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function element(tag, attributes = {}, content = "") {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.innerHTML = content;
  return node;
}

function say(line, content) {
  if (line.dataset.said === content) return; // a screen reader would read it again
  line.dataset.said = content;
  line.innerHTML = content;
}

// One group: its head, its buttons, and the line below them.
function group(asked, choose) {
  const id = `course-${Math.random().toString(36).slice(2)}`; // each widget has this module for itself
  const box = element("div", { class: "course-group" });
  const head = element("div", { id, class: asked.hidden ? "course-unseen" : "course-head" }, asked.head);
  const set = element("div", { role: "radiogroup", "aria-labelledby": id, "aria-describedby": `${id}-line` });
  set.className = asked.row ? "course-row" : "course-column";
  if (asked.lead) set.append(element("span", { "aria-hidden": "true" }, asked.lead));
  const buttons = asked.labels.map((label, i) => {
    const button = element("input", { type: "radio", name: id });
    if (asked.names) button.setAttribute("aria-label", asked.names[i]);
    const text = element("label");
    text.append(button, element("span", {}, label));
    set.append(text);
    button.addEventListener("change", () => choose(i + 1));
    return button;
  });
  const line = element("div", { id: `${id}-line`, class: "course-line", role: "status", "aria-live": "polite" });
  line.tabIndex = -1;
  box.append(head, set, line);

  function show(state, isDead, waiting) {
    const isLocked = isDead || Boolean(state.locked);
    const chosen = waiting?.choice ?? state.choice ?? 0;
    buttons.forEach((button, i) => {
      button.checked = i + 1 === chosen;
      button.disabled = isLocked;
      button.tabIndex = i + 1 === (chosen || 1) ? 0 : -1;
    });
    set.setAttribute("aria-disabled", String(isLocked));
    line.dataset.tone = waiting ? "" : state.tone ?? "";
    say(line, waiting ? waiting.line : state.line ?? "");
  }

  // Whether the key was ours.
  function press(key, target) {
    const at = buttons.indexOf(target);
    if (at < 0 || target.disabled) return false;
    if (key in STEPS) {
      const next = (at + STEPS[key] + buttons.length) % buttons.length;
      buttons.forEach((button, i) => (button.tabIndex = i === next ? 0 : -1));
      buttons[next].focus();
      return true;
    }
    const place = key === " " || key === "Enter" ? at : /^[0-9]$/.test(key) ? Number(key) - 1 : null;
    if (place === null) return false;
    if (buttons[place] && !buttons[place].checked) {
      buttons[place].focus();
      choose(place + 1);
    }
    return true;
  }
  return { box, line, show, press };
}

function render({ model, el }) {
  const root = element("div", { class: "course-choices" });
  const foot = element("div", { class: "course-foot", role: "status", "aria-live": "polite" });
  const again = element("button", { type: "button" }, model.get("texts").again ?? "");
  const waiting = {};
  let isDead = el.classList.contains("jupyter-widgets-disconnected"); // a saved page, whose Python is gone
  const isOwn = (asked) => Boolean(asked.reactions);

  function choose(asked, choice) {
    if (isOwn(asked)) {
      const first = model.get("states")[asked.id]?.first ?? choice;
      keep({ ...model.get("states"), [asked.id]: { ...asked.reactions[choice - 1], choice, first } });
    } else if (!isDead) {
      waiting[asked.id] = { choice, line: model.get("texts").waiting };
      model.send({ group: asked.id, choice });
    }
    show();
  }

  function keep(states) {
    model.set("states", states);
    if (!isDead) model.save_changes();
  }

  const groups = model.get("groups").map((asked) => ({ asked, ...group(asked, (choice) => choose(asked, choice)) }));

  const own = groups.every(({ asked }) => isOwn(asked));

  function score() {
    const { texts, states, groups: all } = Object.fromEntries(["texts", "states", "groups"].map((n) => [n, model.get(n)]));
    const answered = all.filter(({ id }) => states[id]?.first);
    const right = answered.filter(({ id, right }) => right.includes(states[id].first)).length;
    const numbers = { right, answered: answered.length, total: all.length };
    const text = answered.length === 0 ? "" : answered.length === all.length ? texts.score : texts.so_far;
    return text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
  }

  function show() {
    const states = model.get("states");
    const active = document.activeElement;
    for (const one of groups) one.show(states[one.asked.id] ?? {}, isDead && !own, waiting[one.asked.id]);
    if (root.contains(active) && active.disabled) focusLine(active); // the keyboard stays where it was
    say(foot, own ? score() : isDead ? model.get("texts").gone : model.get("foot"));
    again.hidden = !Object.keys(states).length;
  }

  // The first line with words at or after the group that has just been closed.
  function focusLine(button) {
    const from = groups.findIndex(({ box }) => box.contains(button));
    groups.slice(from).map(({ line }) => line).find((line) => line.innerHTML)?.focus();
  }

  function heard() {
    for (const id of Object.keys(waiting)) delete waiting[id];
    show();
  }

  // The kernel has ended: of all events, this one comes only then.
  function died() {
    isDead = true;
    heard();
  }

  // Before JupyterLab, which would take an arrow for "next cell" and a digit for "heading".
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !el.contains(event.target)) return;
    if (groups.some((one) => one.press(event.key, event.target))) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  again.addEventListener("click", () => {
    keep({});
    show();
    root.querySelector("input")?.focus();
  });
  root.append(...groups.map(({ box }) => box), foot);
  if (own) root.append(again);
  // What stands on the page for those who have no buttons goes while these are there.
  if (model.get("instead")) root.append(element("style", {}, `.${model.get("instead")} { display: none }`));
  el.append(root);
  model.on("change:states", show);
  model.on("change:foot", show);
  model.on("msg:custom", heard);
  model.on("comm_live_update", died);
  window.addEventListener("keydown", press, true);
  show();
  return () => {
    window.removeEventListener("keydown", press, true);
    model.off("change:states", show);
    model.off("change:foot", show);
    model.off("msg:custom", heard);
    model.off("comm_live_update", died);
  };
}

export default { render };
