// The hall's results page by page. It asks again every quarter of a minute whether somebody has priority; the hall computes anew on the hour alone.
"use strict";

const LEAST_LINES = 3; // also on a screen that is too low for them
const PAGE_MS = 12000;
const ASK_MS = 15000;

let results = null;
let page = 0;

const at = (id) => document.getElementById(id);

function percent(permille) {
  return permille === null ? "–" : `${(permille / 10).toFixed(1)}%`;
}

function minutes(seconds) {
  return seconds === null ? "–" : `${(seconds / 60).toFixed(1)} 分钟`;
}

// As many lines as there is room for: style.css gives each 2.1 rem of text at 1.4, its paddings and a border.
function linesOfPage() {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const room = document.querySelector("main").getBoundingClientRect().bottom - at("lines").getBoundingClientRect().top;
  return Math.max(LEAST_LINES, Math.floor(room / ((2.1 * 1.4 + 0.6) * rem + 1)));
}

// Services, then windows, in pages; each line with its two spans.
function pages() {
  const all = [];
  const n = linesOfPage();
  for (const [kind, title] of [["services", "按事项"], ["windows", "按窗口"]]) {
    const today = new Map(results.today[kind].map((line) => [line.code, line]));
    const lines = results.month[kind].map((line) => [kind, line, today.get(line.code) ?? null]);
    for (let from = 0; from < lines.length; from += n) {
      all.push({ title, lines: lines.slice(from, from + n) });
    }
  }
  return all;
}

function cells(line) {
  const shown = line === null
    ? [null, null, null]
    : [line.satisfied_permille, line.response_permille, line.in_target_permille];
  return shown.map((share) => {
    const cell = document.createElement("td");
    cell.textContent = percent(share);
    cell.classList.toggle("none", share === null);
    return cell;
  });
}

function show() {
  if (results === null) return;
  const all = pages();
  page = all.length === 0 ? 0 : page % all.length;
  const { title, lines } = all[page] ?? { title: "本月尚无办理记录", lines: [] };
  at("title").textContent = title;
  at("lines").replaceChildren(...lines.map(([kind, month, today]) => {
    const row = document.createElement("tr");
    const name = document.createElement("td");
    name.className = "name";
    name.textContent = kind === "windows" ? `${month.code} 号窗口　${month.name}` : month.name;
    row.append(name, ...cells(month), ...cells(today));
    return row;
  }));
  at("page").textContent = all.length > 1 ? `${page + 1} / ${all.length}` : "";
}

function sums() {
  const { total } = results.month;
  const shown = [
    ["本月满意率", percent(total.satisfied_permille)],
    ["本月参评率", percent(total.response_permille)],
    ["本月等候达标率", percent(total.in_target_permille)],
    ["本月平均等候", minutes(total.mean_wait_s)],
  ];
  at("sums").replaceChildren(...shown.map(([name, value]) => {
    const tile = document.createElement("div");
    const figure = document.createElement("b");
    const label = document.createElement("span");
    figure.textContent = value;
    label.textContent = name;
    tile.append(figure, label);
    return tile;
  }));
}

async function ask() {
  try {
    const answer = await fetch("/api/v1/public-results", { cache: "no-store" });
    if (!answer.ok) return;
    results = await answer.json();
  } catch {
    return; // the hall restarts: what is shown stays
  }
  at("hall").textContent = results.hall;
  at("priority").hidden = !results.priority;
  at("month").textContent = `本月（${results.month.title}）`;
  at("today").textContent = `今日（${results.today.title}）`;
  at("until").textContent = `统计截至今日 ${results.until_local}，每小时更新`;
  sums();
  show();
}

ask();
setInterval(ask, ASK_MS);
setInterval(() => { page += 1; show(); }, PAGE_MS);
