// The pad at a window: shows who serves, asks when the hall asks, and sends one answer.
"use strict";

const number = location.pathname.split("/").pop();
/** After an answer, how long thanks are shown. */
const THANKS_MS = 4000;
/** Looks again by itself so often, should an event be lost. */
const AGAIN_MS = 5000;
const PARTS = ["closed", "paused", "idle", "asks", "thanks"];
let asked = null;
/** Whose picture is shown. */
let shown = null;
let answered = null;
let thanksUntil = 0;
let leftUntil = 0;
/** Sends what was chosen and not yet sent. */
let sendChosen = () => {};

function show(pad) {
  $("hall").textContent = pad.hall;
  $("window").textContent = `${pad.window}号窗口 ${pad.window_name || ""}`;
  $("line").textContent = pad.complaint_line ? `监督电话 ${pad.complaint_line}` : "";
  const asks = pad.prompt !== null && pad.prompt !== answered;
  let part = "idle";
  if (asks) part = "asks";
  else if (Date.now() < thanksUntil) part = "thanks";
  else if (pad.phase === "paused") part = "paused";
  else if (pad.phase === "closed") part = "closed";
  for (const name of PARTS) $(name).hidden = name !== part;
  if (asks && asked !== pad.prompt) {
    sendChosen = rater($("rater"), pad.choices, { confirm: false, send: (level, reasons) => rate(pad.prompt, level, reasons) });
  }
  asked = asks ? pad.prompt : null;
  leftUntil = asks ? Date.now() + pad.left_s * 1000 : 0;
  who(pad);
}

function who(pad) {
  const rows = [["姓名", pad.name], ["工号", pad.clerk], ["岗位", pad.post || pad.window_name]];
  const list = rows.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", name), make("dd", text)]);
  if (pad.stars) list.push(make("dt", "星级"), make("dd", "★".repeat(pad.stars), { className: "stars" }));
  $("who").replaceChildren(...list);
  const face = $("face");
  face.hidden = !pad.photo && !pad.name;
  // A photo is asked for once for each person; without one the family name stands for it.
  if (shown === pad.clerk) return;
  shown = pad.clerk;
  face.textContent = pad.name ? pad.name.slice(0, 1) : "";
  if (pad.photo) {
    const image = make("img", undefined, { src: `/api/v1/pad/${number}/photo?${encodeURIComponent(pad.clerk)}`, alt: pad.name });
    image.onload = () => face.replaceChildren(image);
  }
}

async function rate(prompt, level, reasons) {
  const answer = await ask(`/api/v1/pad/${number}/rate`, { prompt, level, reasons });
  // Refused means that the time was over or the slip's code was quicker: nothing more is asked of the person.
  if (answer.ok || answer.status === 409) {
    answered = prompt;
    thanksUntil = answer.ok ? Date.now() + THANKS_MS : 0;
    setTimeout(look, THANKS_MS + 50);
  } else {
    asked = null;
  }
  $("trouble").textContent = answer.ok || answer.status === 409 ? "" : answer.body.zh;
  look();
}

async function look() {
  const answer = await ask(`/api/v1/pad/${number}`);
  if (answer.ok) show(answer.body);
  $("trouble").textContent = answer.ok ? "" : answer.body.zh;
}

setInterval(() => {
  const left = Math.max(0, Math.ceil((leftUntil - Date.now()) / 1000));
  $("left").textContent = leftUntil ? `${left} 秒内未评价视为不评价` : "";
  // Who chose a level and went without picking reasons has answered.
  if (leftUntil && left <= 3) sendChosen();
  if (leftUntil && left === 0) look();
}, 1000);
setInterval(look, AGAIN_MS);
new EventSource(`/api/v1/pad/${number}/news`).addEventListener("look", look);
look();
