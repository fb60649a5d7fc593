"use strict";
// Asks every few seconds. Whatever is not known counts as work: nobody is to switch off because a page stood still.
const EVERY_MS = 3000, PATIENCE_MS = 8000;
const $ = (id) => document.getElementById(id);
/** Of the letters, from the largest; what they are is for the style to say. */
const SIZES = ["large", "middle", "small", "tiny"];
let heard = Date.now();
/** Which area stands at the top while not all have room. */
let turn = 0;

function say(kind, words, what, en) {
  document.body.className = kind;
  $("say").textContent = words;
  $("do").textContent = what;
  $("en").textContent = en;
}

function unknown() {
  say("unknown", "无法得知窗口办理情况", "请勿断电、熄灯，请到大厅查看", "Not known whether anybody works: go and look before switching off.");
  $("windows").replaceChildren();
  $("lamps").textContent = "";
}

function show(told) {
  heard = Date.now();
  $("hall").textContent = told.hall;
  $("local").textContent = told.local;
  if (told.working) {
    say("working", "仍有窗口在办理业务", "请勿断电、熄灯", `${told.windows.length === 1 ? "1 window still works" : `${told.windows.length} windows still work`}: do not switch off light or power.`);
  } else {
    say("done", "全部窗口已下班", "可以熄灯", "No window works. Light and power may be switched off; this box stays on.");
  }
  const areas = new Map();
  for (const window of told.windows) {
    const area = window.floor === null ? window.area : `${window.floor}楼 ${window.area}`;
    areas.set(area, [...(areas.get(area) || []), window]);
  }
  const groups = [...areas].map(([area, windows]) => {
    const group = document.createElement("div");
    const head = document.createElement("h2");
    head.textContent = `${area}：${windows.length}个窗口`;
    group.append(head, ...windows.map((window) => {
      const box = document.createElement("span");
      box.textContent = `${window.number}号 ${window.name}`;
      return box;
    }));
    return group;
  });
  place(groups);
  const lit = (lamp) => lamp.lit === null ? "故障" : lamp.lit ? "亮" : "灭";
  $("lamps").textContent = told.lamps.map((lamp) => `提示灯 ${lamp.name}：${lit(lamp)}`).join("　");
}

/** All areas at once in the largest letters that leave room for them; where none do, they take turns at the top. */
function place(groups) {
  const windows = $("windows");
  windows.replaceChildren(...groups);
  for (const size of SIZES) {
    document.body.dataset.size = size;
    if (windows.scrollHeight <= windows.clientHeight) return;
  }
  turn = (turn + 1) % groups.length;
  windows.replaceChildren(...groups.slice(turn), ...groups.slice(0, turn));
}

async function ask() {
  try {
    const answer = await fetch("/api/v1/working", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.json());
  } catch {
    if (Date.now() - heard > PATIENCE_MS) unknown();
  }
  setTimeout(ask, EVERY_MS);
}
ask();
