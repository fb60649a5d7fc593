// What the citizen's ticket and the pad share: text that is never markup, and the five levels with their reasons.
"use strict";

const $ = (id) => document.getElementById(id);

/** An element with text and attributes. */
function make(name, text, members = {}) {
  const element = Object.assign(document.createElement(name), members);
  if (text !== undefined) element.textContent = text;
  return element;
}

const SKIN = { 5: "#2e9e4f", 4: "#7db83a", 3: "#e0a100", 2: "#e27a22", 1: "#c01c28" };
/** How far the corners of the mouth are above its middle. */
const MOUTH = { 5: -16, 4: -9, 3: 0, 2: 8, 1: 14 };

/** A face for a level: it is told from the others by its mouth, not by its colour alone. */
function face(level) {
  const space = "http://www.w3.org/2000/svg";
  const draw = (name, members) => {
    const part = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(members)) part.setAttribute(key, value);
    return part;
  };
  const svg = draw("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" });
  const bend = MOUTH[level];
  const y = 68 + bend / 2;
  svg.append(
    draw("circle", { cx: 50, cy: 50, r: 46, fill: SKIN[level] }),
    draw("circle", { cx: 34, cy: 40, r: 6, fill: "#fff" }),
    draw("circle", { cx: 66, cy: 40, r: 6, fill: "#fff" }),
    draw("path", {
      d: `M28 ${y} Q50 ${y - 2 * bend} 72 ${y}`,
      stroke: "#fff", "stroke-width": 7, fill: "none", "stroke-linecap": "round",
    }),
  );
  return svg;
}

/** A level's name, which may break after its first word where a column is narrow. */
function label(zh) {
  return zh.startsWith("非常") ? ["非常", make("wbr"), zh.slice(2)] : [zh];
}

/**
 * Shows the levels in `place`. `send(level, reasons)` is called once for an answer: with `confirm`, after a press of the
 * button below; else at once, but for the levels that have reasons. What is returned
 * sends what was chosen and not yet sent.
 */
function rater(place, choices, { confirm, send }) {
  let chosen = null;
  const reasons = new Set();
  const levels = make("div", undefined, { className: "levels" });
  const why = make("div", undefined, { className: "reasons", hidden: true });
  const button = make("button", "提交评价", { className: "send", type: "button", hidden: true });
  const answer = () => {
    button.disabled = true;
    send(chosen.level, chosen.poor ? [...reasons] : []);
  };
  button.onclick = answer;
  for (const level of choices.levels) {
    const own = make("button", undefined, { type: "button" });
    own.dataset.level = level.level;
    own.append(face(level.level), ...label(level.zh), make("small", level.en));
    own.onclick = () => {
      chosen = level;
      for (const other of levels.children) other.classList.toggle("on", other === own);
      why.hidden = !level.poor;
      levels.classList.toggle("poor", level.poor);
      button.hidden = !(confirm || level.poor);
      button.disabled = false;
      if (button.hidden) answer();
    };
    levels.append(own);
  }
  for (const reason of choices.reasons) {
    const own = make("button", reason.zh, { type: "button" });
    own.append(make("small", reason.en));
    own.onclick = () => {
      if (own.classList.toggle("on")) reasons.add(reason.zh);
      else reasons.delete(reason.zh);
    };
    why.append(own);
  }
  place.replaceChildren(levels, why, button);
  return () => chosen && !button.disabled && answer();
}

/** Asks; an answer that is no JSON, or none, is told in words. */
async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    const answer = await fetch(path, options || {});
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { zh: "网络不通，请稍候。", en: "no connection, please wait" } };
  }
}
