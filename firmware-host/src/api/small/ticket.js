// The citizen's ticket: looks again every few seconds while something can still change.
"use strict";

const link = location.pathname.split("/").pop();
const AGAIN_MS = 10000;
/** What is said beside the state, by state. */
const HINT = {
  called: "请到窗口办理。Please go to the window.",
  serving: "正在窗口办理。",
  parked: "请备齐材料后回到窗口。",
  returned: "请在窗口旁等候。",
  passed: "已过号，请到自助机或咨询台恢复。Missed: please ask at the guide desk.",
  missed: "已过号，请重新取号。",
  voided: "号票已作废。",
};
const OVER = ["completed", "missed", "voided"];
let rating = "";

function show(ticket) {
  $("hall").textContent = ticket.hall;
  $("number").textContent = ticket.number;
  $("service").replaceChildren(ticket.service, make("small", ticket.service_en || ""));
  const state = $("state");
  const to = ticket.window ? `${ticket.window}号窗口` : "";
  state.textContent = ticket.state === "called" ? `请到${to}` : ticket.state_zh;
  state.className = ticket.state === "called" ? "now" : "";
  const waits = ticket.state === "waiting";
  $("figures").hidden = !waits;
  $("ahead").textContent = waits ? ticket.ahead : "";
  $("left").textContent = ticket.left ? ticket.left.zh : "—";
  $("left-en").textContent = ticket.left ? `wait: ${ticket.left.en}` : "wait";
  const place = [ticket.place, ticket.windows && `${ticket.windows}号窗口`].filter(Boolean).join("，");
  $("where").textContent = waits ? (to ? `请在${to}旁等候` : place) : HINT[ticket.state] || "";
  $("thanks").hidden = ticket.rating !== "given";
  $("rating").hidden = ticket.rating !== "open";
  // Drawn once: looking again must not take back what somebody has just chosen.
  if (ticket.rating === "open" && rating !== "open") {
    rater($("rater"), ticket.choices, { confirm: true, send: rate });
  }
  rating = ticket.rating;
}

async function rate(level, reasons) {
  const answer = await ask(`/api/v1/rate/${link}`, { level, reasons });
  $("trouble").textContent = answer.ok ? "" : answer.body.zh;
  if (!answer.ok) rating = "";
  look();
}

async function look() {
  const answer = await ask(`/api/v1/t/${link}`);
  if (answer.ok) {
    show(answer.body);
    return !OVER.includes(answer.body.state) || answer.body.rating === "open";
  }
  if (answer.status === 404) {
    $("number").textContent = "—";
    $("rating").hidden = true;
  }
  $("trouble").textContent = answer.body.zh;
  return answer.status !== 404;
}

async function again() {
  if (document.hidden || (await look())) setTimeout(again, AGAIN_MS);
}
again();
