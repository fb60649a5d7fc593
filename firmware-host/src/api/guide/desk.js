"use strict";

const CHANNEL = { online: "线上", on_site: "现场", telephone: "电话" };
const TASK = { call_back: "电话回访（两次未到）", offer_times: "致电说明并改约" };
const ABOUT = { reminder: "签到提醒", not_kept: "不能如期办理" };
const SENT = { queued: "待发送", handed: "发送中", sent: "已发送", failed: "发送失败，请电话通知", doubtful: "不能确定是否送达，请电话通知", void: "已取消" };
/** After so long without a hand on the page whatever was typed or found is gone: a guide is often called away. */
const IDLE_MS = 180_000;

let desk = null;
let state = null;
let bookings = [];
let bookTime = null;

const pairs = (list) => list.map((item) => [item.code, item.name]);
const windowPairs = () => desk.windows.map((window) => [`window:${window.number}`, `${window.number}号 ${window.name}`]);
const evidencePairs = () => desk.evidence.map((kind) => [kind, kind]);

/** Services below the name of their department. */
function services(wanted) {
  const groups = new Map();
  for (const service of desk.services.filter(wanted)) {
    if (!groups.has(service.department)) groups.set(service.department, []);
    groups.get(service.department).push([service.code, service.name]);
  }
  return [["", "请选择"], ...groups];
}

// Appointments

async function findBookings(quiet) {
  const form = at("find");
  const wanted = { name: form.name.value };
  if (!form.any.checked) wanted.day = form.day.value;
  const { ok, told } = await call("/api/v1/bookings/search", wanted);
  if (!ok) return;
  bookings = told.bookings;
  if (!quiet) say("", true);
  at("found").textContent = told.more ? `只列出最早的 ${bookings.length} 件，请输入姓名` : `共 ${bookings.length} 件`;
  fill("booking-rows", bookings, JSON.stringify, bookingCells, "没有符合的预约");
}

function bookingCells(booking) {
  const state = made("span", booking.state === "checked_in" ? "tag" : booking.state === "booked" ? "tag blue" : "",
    booking.state_zh);
  const acts = [];
  const open = booking.state === "booked" || booking.state === "forfeited";
  if (open) acts.push(button("签到", "main", () => checkIn(booking)));
  if (booking.state === "booked") {
    acts.push(button("改期", "", () => moveBooking(booking)),
      button("取消", "", () => cancelBooking(booking)),
      button("无法如期", "stern", () => cannotKeep(booking)));
  }
  acts.push(button("登记表", "", () => command("print_form", { booking: booking.booking, printer: printer() }, "登记表正在打印，一式两联。")));
  if (open) acts.push(button("列入限制", "stern", () => restrict(booking)));
  return [keep(`${booking.booking}`), keep(booking.time), booking.service_name, keep(booking.name ?? "不可读"),
    keep(booking.telephone ?? "–", made("small", "", booking.identity ?? booking.unreadable ?? "")),
    CHANNEL[booking.channel], keep(state, made("small", "", booking.number ?? (booking.reminded && open ? "已提醒" : ""))),
    made("td", "", ...acts)];
}

const about = (booking) => `${booking.booking}号预约 ${booking.name ?? ""} ${booking.time}`;

async function checkIn(booking) {
  const members = { booking: booking.booking, by: by(), printer: printer() };
  await command("check_in", members, (told) => {
    const issued = told.events.find((event) => event.event === "issued");
    if (!issued) return "已经签到，号码不变；需要时请补打号票。";
    const late = issued.forfeited ? "已超过预约时间，按普通号办理。" : "";
    return `签到成功，号码 ${issued.number}，号票正在打印。${late}`;
  });
  await findBookings(true);
}

async function moveBooking(booking) {
  await ask(`改期：${about(booking)}`, [
    { name: "time", label: "新时间", kind: "time", service: booking.service, value: at("find").day.value },
  ], ({ time }, tell) =>
    command("move_booking", { booking: booking.booking, time, by: by() }, `已改为 ${time}。`, tell));
  await findBookings(true);
}

async function cancelBooking(booking) {
  await ask(`本人取消：${about(booking)}`, [{ name: "reason", label: "原因", needed: false }], ({ reason }, tell) =>
    command("cancel_booking", { booking: booking.booking, reason, by: by() }, "预约已取消。", tell));
  await findBookings(true);
}

async function cannotKeep(booking) {
  const done = (told) => {
    const breach = told.bookings[0].breach ? "不足规定的提前时间，已记为违约并附说明。" : "";
    return `已登记，请按待办致电改约。${breach}`;
  };
  await ask(`大厅不能如期办理：${about(booking)}`, [{ name: "reason", label: "原因说明" }], ({ reason }, tell) =>
    command("cannot_keep_booking", { booking: booking.booking, reason, by: by() }, done, tell));
  await findBookings(true);
}

function restrict(booking) {
  ask(`列入限制预约名单：${about(booking)}`, [
    { name: "why", label: "原因", kind: "select", list: [["duplicate", "重复预约"], ["malicious", "恶意预约"]] },
  ], ({ why }, tell) => {
    const members = { booking: booking.booking, malicious: why === "malicious", by: by() };
    return command("restrict_person", members, "已列入限制预约名单，现场取号不受影响。", tell);
  });
}

// Registration

async function showFree() {
  const form = at("book");
  await freeTimes(at("times"), form.service.value, form.day.value, (picked) => {
    bookTime = picked;
    if (picked) form.querySelector("[data-field=time] em").textContent = "";
  });
}

async function register(event) {
  event.preventDefault();
  const form = at("book");
  if (!bookTime) {
    form.querySelector("[data-field=time] em").textContent = "请选择时间";
    return;
  }
  const given = {
    name: form.name.value, telephone: form.telephone.value, number: form.number.value, time: bookTime,
    service: form.service.value, service_code: form.service_code.value, channel: form.channel.value,
    matter: form.matter.value, by: by(),
  };
  if (form.print.checked) given.printer = printer();
  const sent = form.querySelector(".main");
  sent.disabled = true;
  const { ok, told } = await call("/api/v1/bookings", given);
  sent.disabled = false;
  wrongFields(form, told);
  if (!ok) return;
  const name = form.service.selectedOptions[0].text;
  result("booked", told.code, "登记成功，预约码", [["预约编号", `${told.booking}`], ["时间", given.time], ["事项", name],
    ["登记表", told.job ? "正在打印，一式两联" : ""]],
  made("p", "none", "到厅后凭身份证、登记表二维码，或手机号后四位加预约码签到。"));
  say("预约已登记。", true);
  clearBook();
}

function clearBook() {
  const form = at("book");
  for (const name of ["name", "telephone", "number", "service_code"]) form[name].value = "";
  wrongFields(form, null);
  showFree();
}

// Numbers

async function take(event) {
  event.preventDefault();
  const form = at("take");
  const members = { service: form.service.value, by: by() };
  if (form.green.checked) members.grant = { category: form.category.value, evidence: form.evidence.value };
  if (form.print.checked) Object.assign(members, { printer: printer(), english: form.english.checked });
  const { ok, told } = await command("issue", members, "");
  if (!ok) return;
  const issued = told.events.find((one) => one.event === "issued");
  const helper = form.helper.value.trim();
  if (helper) await command("assign_helper", { ticket: issued.ticket, helper, by: by() }, "");
  const seen = (await call(`/api/v1/tickets/${encodeURIComponent(issued.number)}`)).told;
  const [from, to] = seen.told_min ?? seen.left_min ?? seen.usual_min ?? [];
  const wait = to === undefined ? "" : to === 0 ? "随到随办" : `${from}～${to} 分钟`;
  result("taken", issued.number, "已取号", [["事项", seen.service_name], ["前面", `${seen.people_ahead ?? 0} 人`], ["预计等候", wait],
    ["优先", issued.green ? "是" : ""], ["导服人员", helper], ["号票", told.job ? "正在打印" : ""]]);
  say(`已取号 ${issued.number}。`, true);
  form.reset();
  showGreen();
}

function showGreen() {
  const green = at("take").green.checked;
  for (const line of at("take").querySelectorAll(".green")) {
    line.hidden = !green;
    line.querySelector("select").required = green;
  }
}

async function notice() {
  const service = at("take").service.value;
  if (!service) return say("请先选择事项。", false);
  await command("print_notice", { service, printer: printer(), english: at("take").english.checked }, "一次性告知单正在打印。");
}

// Tickets

function showTickets() {
  const form = at("sift");
  const number = form.number.value.trim().toUpperCase();
  const wanted = form.state.value;
  const found = state.tickets.filter((ticket) =>
    (!wanted || ticket.state.state === wanted) && (!number || ticket.number.includes(number)));
  at("sifted").textContent = `共 ${found.length} 张`;
  const minutes = (ticket) => Math.floor((state.at - ticket.issued) / 60);
  const key = (ticket) => JSON.stringify([ticket.seq, ticket.state, minutes(ticket), ticket.people_ahead, ticket.green,
    ticket.helper, ticket.service]);
  fill("ticket-rows", found, key, (ticket) => ticketCells(ticket, minutes(ticket)), "没有号票");
}

function ticketCells(ticket, minutes) {
  const name = ticket.state.state;
  const acts = [];
  const act = (word, className, does) => acts.push(button(word, className, () => does(ticket)));
  if (name === "waiting") {
    if (ticket.green) act("撤销优先", "stern", withdraw);
    else act("优先", "", grant);
    act("转办", "", reassign);
  }
  if (name === "passed") act("恢复", "main", revive);
  act("导服", "", assignHelper);
  act("补打", "", reprint);
  if (name === "waiting" || name === "passed" || name === "parked") act("作废", "stern", voidTicket);
  const marks = [];
  if (ticket.green) marks.push(made("span", "tag", "优先"), " ");
  if (ticket.booked) marks.push(made("span", "tag blue", "预约"));
  return [keep(made("b", "", ticket.number)), ticket.service_name, keep(ticket.state_zh), `${minutes}`,
    ticket.people_ahead === null ? "–" : `${ticket.people_ahead}`, keep(...marks), ticket.helper ?? "", made("td", "", ...acts)];
}

function grant(ticket) {
  ask(`给予优先：${ticket.number}`, [
    { name: "category", label: "类别", kind: "select", list: pairs(desk.categories) },
    { name: "evidence", label: "证明种类", kind: "select", list: evidencePairs() },
  ], ({ category, evidence }, tell) => {
    const members = { ticket: ticket.seq, grant: { category, evidence }, by: by() };
    return command("grant", members, `${ticket.number} 已优先。`, tell);
  });
}

function withdraw(ticket) {
  ask(`撤销优先：${ticket.number}`, [{ name: "reason", label: "原因" }], ({ reason }, tell) =>
    command("withdraw", { ticket: ticket.seq, reason, by: by() }, `${ticket.number} 的优先已撤销。`, tell));
}

function reassign(ticket) {
  const list = [["转到窗口", windowPairs()],
    ...services((service) => service.code !== ticket.service).slice(1).map(([group, inside]) =>
      [`转到事项：${group}`, inside.map(([code, name]) => [`service:${code}`, name])])];
  ask(`转办：${ticket.number}（保留原取号时间）`, [
    { name: "to", label: "转到", kind: "select", list },
    { name: "note", label: "原因" },
  ], (given, tell) => {
    const [kind, code] = given.to.split(/:(.*)/s);
    const to = kind === "window" ? { window: Number(code) } : { service: code };
    return command("reassign", { ticket: ticket.seq, to, note: given.note, by: by() }, `${ticket.number} 已转办。`, tell);
  });
}

const revive = (ticket) => command("revive", { ticket: ticket.seq, by: by() }, `${ticket.number} 已恢复，重新排队。`);

function assignHelper(ticket) {
  ask(`导服人员：${ticket.number}（不填为取消）`, [
    { name: "helper", label: "姓名", value: ticket.helper ?? "", most: 20, needed: false },
  ], (given, tell) => {
    const helper = given.helper.trim() || null;
    const done = helper ? `${ticket.number} 由 ${helper} 陪同。` : `${ticket.number} 已取消陪同。`;
    return command("assign_helper", { ticket: ticket.seq, helper, by: by() }, done, tell);
  });
}

const reprint = (ticket) => command("reprint", { ticket: ticket.seq, printer: printer() }, `${ticket.number} 正在补打。`);

function voidTicket(ticket) {
  ask(`作废：${ticket.number}`, [{ name: "reason", label: "原因" }], ({ reason }, tell) =>
    command("void", { ticket: ticket.seq, reason, by: by() }, `${ticket.number} 已作废。`, tell));
}

// Tasks and messages

async function showTasks() {
  const [{ ok, told }, sent] = await Promise.all([call("/api/v1/tasks"), call("/api/v1/messages")]);
  if (!ok) return;
  at("n-tasks").textContent = told.tasks.length || "";
  fill("task-rows", told.tasks, JSON.stringify, (task) => [
    keep(TASK[task.what], offeredTimes(task)), keep(task.since_time), keep(`${task.booking}号 ${task.time ?? ""}`, made("small", "", task.service_name ?? "")),
    keep(task.name ?? ""), keep(task.telephone ?? ""),
    made("td", "", button("打印登记表", "", () => command("print_form", { booking: task.booking, printer: printer() }, "登记表正在打印，上有完整电话。")),
      button("已办", "main", () => taskDone(task))),
  ], "没有待办");
  fill("restricted-rows", told.restricted, JSON.stringify, (one) => [
    keep(one.name ?? "（已无预约记录）"), one.why_zh, keep(one.until_time), made("td", "", button("解除", "stern", () => lift(one))),
  ], "名单为空");
  if (sent.ok) {
    fill("message-rows", sent.told.messages, JSON.stringify, (one) => [
      `${one.message}`, ABOUT[one.about], `${one.booking}号`, SENT[one.state], `${one.tries}`, keep(one.time),
    ], "今日没有短信");
  }
}

/** What the person can be offered on the telephone (rule A7). */
function offeredTimes(task) {
  const free = task.offered.filter((time) => time.free).map((time) => time.time_zh);
  if (task.what !== "offer_times") return "";
  return made("small", "", free.length ? `可改约 ${free.join("、")}` : "原提供的时间已约满，请另选时间");
}

async function taskDone(task) {
  await ask(`完成待办：${TASK[task.what]}`, [{ name: "note", label: "办理结果" }], ({ note }, tell) =>
    command("task_done", { task: task.task, note, by: by() }, "待办已完成。", tell));
  await showTasks();
}

async function lift(one) {
  await ask(`解除限制（由主管办理）：${one.name ?? ""}`, [
    { name: "reason", label: "原因" }, { name: "staff", label: "主管工号", most: 6 },
    { name: "pin", label: "密码", kind: "password", most: 8 },
  ], ({ reason, staff, pin }, tell) =>
    command("lift_restriction", { person: one.person, reason, by: staff, pin }, "已解除限制。", tell));
  await showTasks();
}

// Register of grants

async function audit() {
  const { ok, told } = await call(`/api/v1/grants?${new URLSearchParams({ day: at("audit").day.value })}`);
  if (!ok) return;
  at("audited").textContent = `共 ${told.grants.length} 件`;
  fill("grant-rows", told.grants, JSON.stringify, (one) => [
    keep(one.time), keep(made("b", "", one.number)), one.category_name, one.evidence, one.by_zh,
    one.withdrawn ? `${one.withdrawn.time} ${one.withdrawn.reason}（${one.withdrawn.by_zh}）` : "",
  ], "当日没有优先登记");
}

// The page

const SHOW = {
  bookings: () => findBookings(true), register: showFree, issue: () => {}, tickets: showTickets, tasks: showTasks, grants: audit,
};

function tab(name) {
  for (const section of document.querySelectorAll("main section")) section.classList.toggle("on", section.id === name);
  for (const key of at("tabs").children) key.classList.toggle("on", key.dataset.tab === name);
  say("", true);
  SHOW[name]();
}

async function look() {
  const { ok, told } = await call("/api/v1/state");
  if (!ok) return;
  state = told;
  // A page that was left open overnight is one of yesterday.
  if (state.local.slice(0, 10) !== desk.day) location.reload();
  at("local").textContent = state.local.slice(0, 16);
  at("waiting").textContent = state.tickets.filter((ticket) => ticket.state.state === "waiting").length;
  const shown = document.querySelector("main section.on")?.id;
  if (shown === "tickets") showTickets();
  if (shown === "tasks") showTasks();
}

let due = false;
/** Many changes in a moment are one look. */
function soon() {
  if (due) return;
  due = true;
  setTimeout(() => { due = false; if (!at("ask").open) look(); }, 400);
}

let idle = 0;
function busy() {
  clearTimeout(idle);
  idle = setTimeout(forget, IDLE_MS);
}

/** Nothing of a person stays on the screen. */
function forget() {
  clearBook();
  at("find").name.value = "";
  at("find").any.checked = false;
  anyDay();
  at("booking-rows").replaceChildren();
  at("found").textContent = "";
  for (const id of ["booked", "taken"]) at(id).replaceChildren();
  if (at("ask").open) at("ask").close("no");
  say("", true);
}

async function begin() {
  const { ok, told } = await call("/api/v1/desk");
  if (!ok) return void setTimeout(begin, 2000);
  desk = told;
  at("hall").textContent = desk.hall;
  document.title = `咨询台 ${desk.hall}`;
  choices(at("printer"), desk.printers.map((name) => [name, name]));
  for (const form of [at("find"), at("audit")]) form.day.value = desk.day;
  Object.assign(at("book").day, { min: desk.day, max: desk.last_day, value: desk.day });
  choices(at("book").service, services((service) => service.bookable));
  choices(at("take").service, services(() => true));
  choices(at("take").category, [["", "请选择"], ...pairs(desk.categories)]);
  choices(at("take").evidence, [["", "请选择"], ...evidencePairs()]);
  for (const key of at("tabs").children) key.onclick = () => tab(key.dataset.tab);
  await look();
  tab("bookings");
  showTasks();
  const changes = new EventSource("/api/v1/events");
  changes.addEventListener("change", soon);
  changes.addEventListener("missed", soon);
  changes.onerror = () => say("连接中断，正在重连……", false);
  changes.onopen = () => { say("", true); look(); };
  setInterval(look, 15_000);
}

/** A person who forgot the day is looked for on all of them. */
function anyDay() {
  at("find").day.disabled = at("find").any.checked;
}
at("find").any.onchange = anyDay;
at("find").onsubmit = (event) => { event.preventDefault(); findBookings(); };
at("book").onsubmit = register;
at("book").onreset = () => setTimeout(() => { at("book").day.value = desk.day; clearBook(); });
at("book").service.onchange = at("book").day.onchange = showFree;
for (const choice of at("book").channel) {
  // Whoever telephones is not here to take the paper; it can be asked for all the same.
  choice.onchange = () => { at("book").print.checked = choice.value === "on_site"; };
}
at("take").onsubmit = take;
at("take").green.onchange = showGreen;
at("notice").onclick = notice;
at("sift").oninput = showTickets;
at("sift").onsubmit = (event) => event.preventDefault();
at("audit").onsubmit = (event) => { event.preventDefault(); audit(); };
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, busy);
addEventListener("pagehide", forget);
busy();
begin();
