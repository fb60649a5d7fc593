"use strict";
// What the parts of the desk's page share. Nothing that a person gave is kept beyond the form it was typed into: no
// storage, no address, no log; and nothing from the hall is ever read as HTML.

const at = (id) => document.getElementById(id);
const by = () => at("by").value.trim() || "咨询台";
/** Where papers come out; a hall without a printer has none. */
const printer = () => at("printer").value || null;

/** An element with text or other elements in it. */
function made(name, className, ...parts) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...parts.filter((part) => part !== null && part !== undefined && part !== ""));
  return element;
}

function button(word, className, act) {
  const key = made("button", className, word);
  key.type = "button";
  key.onclick = act;
  return key;
}

function say(text, good) {
  at("said").textContent = text;
  at("said").className = text ? (good ? "good" : "bad") : "";
}

/** Asks the hall; refusals come back with `ok` false and are said, unless `tell` puts them elsewhere. */
async function call(path, body, tell = (words) => say(words, false)) {
  try {
    const how = body === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    };
    const answer = await fetch(path, { cache: "no-store", ...how });
    const told = await answer.json();
    if (!answer.ok && !told.fields) tell(told.zh);
    return { ok: answer.ok, told };
  } catch {
    tell("连接中断，未能办理，请稍候再试。");
    return { ok: false, told: {} };
  }
}

/** One command, said to be done in these words; a refusal is said, unless `tell` puts it elsewhere. */
async function command(name, members, done, tell) {
  const outcome = await call("/api/v1/commands", { command: name, ...members }, tell);
  if (outcome.ok && done) say(typeof done === "function" ? done(outcome.told) : done, true);
  return outcome;
}

/** Rows that have not changed stay, so that no button goes from under a finger. */
function fill(id, items, key, cells, nothing) {
  const body = at(id);
  const old = new Map([...body.children].map((row) => [row.dataset.key, row]));
  const rows = items.map((item) => {
    const same = old.get(key(item));
    if (same) return same;
    const row = document.createElement("tr");
    row.dataset.key = key(item);
    for (const cell of cells(item)) {
      const td = cell instanceof HTMLTableCellElement ? cell : made("td", "", cell ?? "");
      row.append(td);
    }
    return row;
  });
  if (!rows.length) {
    const cell = made("td", "none", nothing);
    cell.colSpan = 9;
    rows.push(made("tr", "", cell));
  }
  const stays = rows.length === body.children.length && rows.every((row, place) => row === body.children[place]);
  if (!stays) body.replaceChildren(...rows);
}

const keep = (...parts) => made("td", "keep", ...parts);

/** Choices of a select: [value, text] or [group, [[value, text], …]]. */
function choices(select, list) {
  select.replaceChildren(...list.map(([value, text]) => {
    if (!Array.isArray(text)) return new Option(text, value);
    const group = document.createElement("optgroup");
    group.label = value;
    group.append(...text.map(([code, name]) => new Option(name, code)));
    return group;
  }));
}

/** The free times of a service and day as buttons; `pick` is told the chosen one, or null. */
async function freeTimes(place, service, day, pick) {
  pick(null);
  place.replaceChildren();
  if (!service || !day) return;
  const asked = `${service} ${day}`;
  place.dataset.asked = asked;
  const { ok, told } = await call(`/api/v1/bookings/free?${new URLSearchParams({ service, day })}`);
  if (place.dataset.asked !== asked) return;
  if (!ok || !told.times.length) {
    place.replaceChildren(made("span", "none", told.zh ?? "当日没有可预约的时间"));
    return;
  }
  place.replaceChildren(...told.times.map(({ time }) => {
    const key = button(time.slice(11), "", () => {
      for (const other of place.children) other.classList.toggle("on", other === key);
      pick(time);
    });
    return key;
  }));
}

/** Lines of two texts each, as many as somebody adds; a line with nothing in it does not count. */
function linesOfTwo(field) {
  const lines = made("div", "pairs");
  const add = () => {
    const inputs = field.pair.map(([placeholder, maxLength]) =>
      Object.assign(document.createElement("input"), { placeholder, maxLength }));
    for (const input of inputs) input.setAttribute("aria-label", input.placeholder);
    lines.append(made("div", "", ...inputs));
    return inputs[0];
  };
  add();
  const more = button("再加一条", "", () => {
    add().focus();
    more.disabled = lines.children.length >= field.lines;
  });
  const values = () => [...lines.children]
    .map((line) => [...line.children].map((input) => input.value.trim()))
    .filter((line) => line.some(Boolean));
  const line = made("div", "", made("span", "", field.label), made("div", "", lines, more), made("em"));
  line.dataset.field = field.name;
  return { line, values };
}

/**
 * A question with its fields; answers with their values, or null. A field is {name, label, kind, list, value, needed}: a
 * text, a `password`, a `select` with its list, `time` (of this service, from this day on), or `pairs` of two texts.
 *
 * With `send(values, tell)` the dialog stays open with all that was typed until what it does succeeds: it returns what `call`
 * does, and `tell` shows words in the dialog.
 */
function ask(title, fields, send) {
  const dialog = at("ask");
  const form = dialog.querySelector("form");
  dialog.querySelector("h2").textContent = title;
  let time = null;
  const lists = new Map();
  const refusal = made("p", "refusal");
  refusal.setAttribute("role", "alert");
  const tell = (words) => { refusal.textContent = words ?? ""; };
  dialog.querySelector(".fields").replaceChildren(...fields.map((field) => {
    if (field.kind === "pairs") {
      const { line, values } = linesOfTwo(field);
      lists.set(field.name, values);
      return line;
    }
    if (field.kind === "time") {
      const day = Object.assign(document.createElement("input"), { type: "date", value: field.value });
      const place = made("div", "free");
      const look = () => freeTimes(place, field.service, day.value, (picked) => { time = picked; });
      day.onchange = look;
      look();
      const line = made("div", "", made("span", "", field.label), made("div", "", day, place), made("em"));
      line.dataset.field = field.name;
      return line;
    }
    const input = document.createElement(field.kind === "select" ? "select" : "input");
    // Nothing is chosen beforehand: what is confirmed here stays on the record.
    if (field.kind === "select") choices(input, [["", "请选择"], ...field.list]);
    else Object.assign(input, { maxLength: field.most ?? 200, value: field.value ?? "" });
    // Browsers offer to keep what is typed as a password unless it is a new one.
    if (field.kind === "password") Object.assign(input, { type: "password", autocomplete: "new-password", inputMode: "numeric" });
    Object.assign(input, { name: field.name, required: field.needed ?? true });
    const line = made("label", "", field.label, input, made("em"));
    line.dataset.field = field.name;
    return line;
  }), refusal);
  const typed = () => {
    const texts = Object.fromEntries(new FormData(form));
    return { ...texts, ...Object.fromEntries([...lists].map(([name, values]) => [name, values()])), time };
  };
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answered) => {
    form.onsubmit = async (event) => {
      const key = event.submitter;
      if (key?.value !== "yes") return;
      const timed = fields.find((field) => field.kind === "time");
      if (timed && !time) {
        event.preventDefault();
        dialog.querySelector(`[data-field="${timed.name}"] em`).textContent = "请选择时间";
        return;
      }
      if (!send) return;
      event.preventDefault();
      key.disabled = true;
      tell("");
      const { ok, told } = await send(typed(), tell);
      key.disabled = false;
      // Whoever went back meanwhile may have another question before them.
      if (!refusal.isConnected) return;
      if (ok) dialog.close("yes");
      else wrongFields(form, told, tell);
    };
    dialog.onclose = () => {
      const values = typed();
      form.reset();
      dialog.querySelector(".fields").replaceChildren();
      answered(dialog.returnValue === "yes" ? values : null);
    };
  });
}

/** Puts what is wrong beside the fields that it is about; the rest is said, or told as `tell` does it. */
function wrongFields(form, told, tell = (words) => say(words, false)) {
  for (const line of form.querySelectorAll("[data-field]")) {
    const wrong = told?.fields?.filter((field) => field.field === line.dataset.field) ?? [];
    line.classList.toggle("wrong", wrong.length > 0);
    line.querySelector("em").textContent = wrong.map((field) => field.zh).join("；");
  }
  const elsewhere = told?.fields?.filter((field) => !form.querySelector(`[data-field="${field.field}"]`)) ?? [];
  if (told?.fields) tell(elsewhere.length ? elsewhere.map((field) => field.zh).join("；") : "请更正标出的内容。");
  form.querySelector(".wrong input, .wrong select")?.focus();
}

/** What was done, in large letters. */
function result(id, headline, text, facts, ...more) {
  const list = document.createElement("dl");
  for (const [name, value] of facts) if (value) list.append(made("dt", "", name), made("dd", "", value));
  at(id).replaceChildren(text, made("b", "", headline), list, ...more);
}
