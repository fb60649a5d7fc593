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

/** Asks the hall; refusals come back with `ok` false and are said. */
async function call(path, body) {
  try {
    const how = body === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    };
    const answer = await fetch(path, { cache: "no-store", ...how });
    const told = await answer.json();
    if (!answer.ok && !told.fields) say(told.zh, false);
    return { ok: answer.ok, told };
  } catch {
    say("连接中断，未能办理，请稍候再试。", false);
    return { ok: false, told: {} };
  }
}

/** One command, said to be done in these words. */
async function command(name, members, done) {
  const { ok, told } = await call("/api/v1/commands", { command: name, ...members });
  if (ok && done) say(typeof done === "function" ? done(told) : done, true);
  return ok ? told : null;
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

/**
 * A question with its fields; answers with their values, or null. A field is {name, label, kind, list, value, needed}: a
 * text, a `password`, a `select` with its list, or `time` (of this service, from this day on).
 */
function ask(title, fields) {
  const dialog = at("ask");
  const form = dialog.querySelector("form");
  dialog.querySelector("h2").textContent = title;
  let time = null;
  dialog.querySelector(".fields").replaceChildren(...fields.map((field) => {
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
  }));
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answered) => {
    form.onsubmit = (event) => {
      const timed = fields.find((field) => field.kind === "time");
      if (event.submitter?.value === "yes" && timed && !time) {
        event.preventDefault();
        dialog.querySelector(`[data-field="${timed.name}"] em`).textContent = "请选择时间";
      }
    };
    dialog.onclose = () => {
      const values = Object.fromEntries(new FormData(form));
      form.reset();
      dialog.querySelector(".fields").replaceChildren();
      answered(dialog.returnValue === "yes" ? { ...values, time } : null);
    };
  });
}

/** Puts what is wrong beside the fields that it is about; the rest is said. */
function wrongFields(form, told) {
  for (const line of form.querySelectorAll("[data-field]")) {
    const wrong = told?.fields?.filter((field) => field.field === line.dataset.field) ?? [];
    line.classList.toggle("wrong", wrong.length > 0);
    line.querySelector("em").textContent = wrong.map((field) => field.zh).join("；");
  }
  const elsewhere = told?.fields?.filter((field) => !form.querySelector(`[data-field="${field.field}"]`)) ?? [];
  if (told?.fields) say(elsewhere.length ? elsewhere.map((field) => field.zh).join("；") : "请更正标出的内容。", false);
  form.querySelector(".wrong input, .wrong select")?.focus();
}

/** What was done, in large letters. */
function result(id, headline, text, facts, ...more) {
  const list = document.createElement("dl");
  for (const [name, value] of facts) if (value) list.append(made("dt", "", name), made("dd", "", value));
  at(id).replaceChildren(text, made("b", "", headline), list, ...more);
}
