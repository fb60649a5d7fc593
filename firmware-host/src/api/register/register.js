"use strict";
// The follow-up register: unresolved matters, work orders of poor ratings, patrols. A telephone number is shown only in the
// dialog of the call-back and is gone with it.

/** Places and findings of one patrol that the hall takes at once, with room for the places. */
const MOST_FINDINGS = 20;
let known = { cases: [], patrols: [] };

const tabs = at("tabs").querySelectorAll("button");

function tab(name) {
  for (const key of tabs) key.classList.toggle("on", key.dataset.tab === name);
  for (const part of document.querySelectorAll("section")) part.classList.toggle("on", part.id === name);
}

async function look() {
  const { ok, told } = await call("/api/v1/cases");
  if (!ok) return;
  known = told;
  show();
}

const open = (item) => item.state !== "closed";
const stamp = (item) => `${item.case} ${item.state} ${item.due} ${item.overdue} ${item.delivery} ${item.why} ${item.steps.length}`;

function show() {
  const wanted = at("closed").checked ? () => true : open;
  const of = (kind) => known.cases.filter((item) => item.kind === kind && wanted(item)).reverse();
  const count = (kind) => known.cases.filter((item) => item.kind === kind && open(item)).length || "";
  at("overdue").textContent = known.cases.filter((item) => open(item) && item.overdue).length;
  at("n-unresolved").textContent = count("unresolved");
  at("n-orders").textContent = count("work_order");
  at("n-rounds").textContent = count("finding");
  fill("unresolved-rows", of("unresolved"), stamp, (item) => [
    keep(String(item.case)), who(item.title_zh, item.about.complex ? "复杂事项" : "简单事项"), item.about.cause,
    who(item.name ?? "未留", item.telephone), keep(item.since_time), due(item), state(item), keys(item),
  ], "没有办不成的事");
  fill("orders-rows", of("work_order"), stamp, (item) => [
    keep(String(item.case)), keep(item.title_zh), item.about.service_name, item.about.reasons.join("、") || "未选",
    keep(item.since_time), due(item), delivery(item), state(item), keys(item),
  ], "没有差评工单");
  fill("findings-rows", of("finding"), stamp, (item) => [
    keep(String(item.case)), item.title_zh, keep(item.since_time), due(item), state(item), keys(item),
  ], "没有待处理的问题");
  fill("patrols-rows", [...known.patrols].reverse(), (round) => String(round.patrol), (round) => [
    keep(round.time), round.places.join("、"), round.note || found(round), keep(round.by_zh),
  ], "近一个月没有巡查记录");
}

/** What a patrol without words of its own came to. */
function found(round) {
  const found = known.cases.filter((item) => item.kind === "finding" && item.about.patrol === round.patrol).length;
  return found ? `发现${found}处问题` : "正常";
}

function who(text, small) {
  return made("td", "", text, small ? made("small", "", small) : "");
}

function due(item) {
  const late = item.overdue && open(item);
  return keep(late ? made("b", "late", `${item.due_time} 逾期`) : item.due_time, item.extended ? made("small", "", `已延期${item.extended}次`) : "");
}

function state(item) {
  const last = item.steps.filter((step) => step.note).at(-1);
  return made("td", "", made("span", item.state === "open" ? "tag blue" : "tag", item.state_zh), last ? made("small", "", `${last.step_zh}：${last.note}`) : "");
}

function delivery(item) {
  const words = { waiting: "待送达", accepted: "已接收", refused: "被退回" };
  return who(words[item.delivery] ?? "", item.reference ?? item.why);
}

function keys(item) {
  const cell = keep();
  const key = (word, act, look = "") => cell.append(button(word, look, () => act(item)));
  if (item.state === "open") {
    key("答复", answer, "main");
    if (item.kind !== "finding") key("延期", extend);
  }
  if (item.kind === "unresolved" && item.state === "answered") key("回访", callBack, "main");
  if (item.kind === "work_order" && item.state === "answered") key("办结", close, "main");
  if (item.kind === "work_order" && item.delivery === "refused") key("重新派送", again);
  if (item.telephone && open(item)) key("联系方式", contact);
  if (open(item) && item.kind !== "work_order" && item.state === "open") key("终止", end, "stern");
  return cell;
}

/** One step; `tell`: where a refusal is shown. */
async function step(name, members, done, tell) {
  const outcome = await call("/api/v1/cases/steps", { command: name, ...members, by: by() }, tell);
  if (outcome.ok) say(done, true);
  look();
  return outcome;
}

function answer(item) {
  ask(`答复：${item.title_zh}`, [{ name: "note", label: "答复", most: 400 }], ({ note }, tell) =>
    step("answer", { case: item.case, note }, "已记录答复。", tell));
}

function extend(item) {
  ask(`延期：${item.title_zh}`, [
    { name: "days", label: "工作日", value: "1", most: 2 },
    { name: "agreed", label: "如何商定", most: 200 },
  ], ({ days, agreed }, tell) => {
    if (!/^[1-9][0-9]*$/u.test(days)) return { ok: false, told: { fields: [{ field: "days", zh: "延期天数应为整数。" }] } };
    return step("extend", { case: item.case, days: Number(days), agreed }, "已延期。", tell);
  });
}

function callBack(item) {
  ask(`回访：${item.title_zh}`, [
    { name: "satisfied", label: "是否满意", kind: "select", list: [["yes", "满意，办结"], ["no", "不满意，继续办理"]] },
    { name: "note", label: "回访情况", most: 400 },
  ], ({ satisfied, note }, tell) =>
    step("call_back", { case: item.case, satisfied: satisfied === "yes", note }, "已记录回访。", tell));
}

function over(item, word) {
  ask(`${word}：${item.title_zh}`, [{ name: "note", label: "说明", most: 400 }], ({ note }, tell) =>
    step("close", { case: item.case, note }, `已${word}。`, tell));
}

const close = (item) => over(item, "办结");
/** Closing without an answer. */
const end = (item) => over(item, "终止");
const again = (item) => step("redeliver", { case: item.case }, "将重新派送。");

async function contact(item) {
  const { ok, told } = await call(`/api/v1/cases/${item.case}/contact`, { by: by() });
  if (ok) await ask(`${told.name}　${told.telephone ?? ""}`, []);
}

at("open").onclick = async () => {
  const { ok: had, told: desk } = await call("/api/v1/desk");
  const departments = had ? [...new Set(desk.services.map((service) => service.department))] : [];
  await ask("登记办不成的事", [
    { name: "matter", label: "事项", most: 100 },
    { name: "department", label: "部门", kind: "select", list: departments.map((name) => [name, name]) },
    { name: "cause", label: "原因", most: 200 },
    { name: "complex", label: "难易", kind: "select", list: [["no", "简单，一个工作日内答复"], ["yes", "复杂，三个工作日内答复"]] },
    { name: "name", label: "姓名", most: 40, needed: false },
    { name: "telephone", label: "电话", most: 30, needed: false },
    { name: "number", label: "今日号票", most: 8, needed: false },
  ], async ({ matter, department, cause, complex, name, telephone, number }, tell) => {
    const body = { matter, department, cause, name, telephone, number, complex: complex === "yes", by: by() };
    const outcome = await call("/api/v1/cases", body, tell);
    if (outcome.ok) say("已登记。", true);
    look();
    return outcome;
  });
};

at("patrol").onclick = () => {
  ask("登记一次巡查", [
    { name: "places", label: "地点", value: "一楼大厅", most: 100 },
    { name: "note", label: "情况", most: 200, needed: false },
    { name: "findings", label: "发现问题", kind: "pairs", pair: [["地点", 40], ["问题", 200]], lines: MOST_FINDINGS },
  ], ({ places, note, findings }, tell) => {
    if (findings.some((finding) => !finding.every(Boolean))) {
      return { ok: false, told: { fields: [{ field: "findings", zh: "每条问题的地点和内容都要填写。" }] } };
    }
    const seen = places.split(/[、，,\s]+/u).filter(Boolean);
    return step("patrol", { places: seen, note, findings }, "已登记巡查。", tell);
  });
};

at("closed").onchange = show;
for (const key of tabs) key.onclick = () => tab(key.dataset.tab);
let soon = null;
const changed = () => { soon ??= setTimeout(() => { soon = null; look(); }, 500); };
const changes = new EventSource("/api/v1/events");
changes.addEventListener("change", (event) => { if (event.data.includes('"kind":"case"')) changed(); });
changes.addEventListener("missed", changed);
changes.onerror = () => say("连接中断，正在重连……", false);
changes.onopen = () => { say("", true); look(); };
call("/api/v1/desk").then(({ ok, told }) => { if (ok) at("hall").textContent = told.hall; });
tab("unresolved");
look();
