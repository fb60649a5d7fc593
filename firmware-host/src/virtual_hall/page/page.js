// Ties the page together: what stands where, what changes, what is pressed.
"use strict";

const Page = (() => {
  const $ = (id) => document.getElementById(id);
  const WEEKDAYS = "日一二三四五六";
  let hall;
  const devices = new Map(); // id -> last view
  let shown = []; // windows, lines or kiosks on the page: {match, show}

  async function post(what, body) {
    const answer = await fetch(`/demo/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);
    if (answer && !answer.ok) console.warn(await answer.text());
  }

  function enlarge(source) {
    const box = $("enlarged");
    box.querySelector("img").src = source;
    box.hidden = false;
  }

  /** Shows a view on whatever stands on the page for it. */
  function apply(id, view) {
    devices.set(id, view);
    if (id === "hall") return header(view);
    if (id === "telephone") return Telephone.show(view);
    for (const place of [...shown, ...beside]) place(id, view);
  }

  function header(view) {
    $("n-waiting").textContent = view.waiting;
    $("n-late").textContent = view.late;
    $("late-figure").classList.toggle("bad", view.late > 0);
    advise(view.advice);
    $("n-served").textContent = view.served;
    $("n-open").textContent = `${view.open_windows}/${hall.windows.length}`;
    $("n-faults").textContent = view.faults.length;
    $("faults-figure").classList.toggle("bad", view.faults.length > 0);
    $("opening").hidden = hall.peopled || view.open_windows > 0;
    $("clock").textContent = view.local.slice(11);
    const day = new Date(`${view.local.slice(0, 10)}T00:00:00`);
    $("date").textContent = `${view.local.slice(0, 10)} 星期${WEEKDAYS[day.getDay()]}${view.open ? "" : " · 闭厅"}`;
    for (const place of shown) place("hall", view);
  }

  /** The lamp that says that a window works, as its wire carries it. */
  async function lamp() {
    try {
      const told = await (await fetch("/api/v1/working", { cache: "no-store" })).json();
      const [first] = told.lamps;
      $("lamp-figure").hidden = !first;
      if (first) $("lamp").textContent = first.lit === null ? "–" : first.lit ? "亮" : "灭";
    } catch {
      $("lamp").textContent = "–";
    }
    setTimeout(lamp, 2000);
  }

  /** What would help now, as it is computed from the same afternoons with and without it. */
  function advise(advice) {
    const line = $("advice");
    line.hidden = !advice;
    if (!advice) return;
    const english = document.createElement("small");
    english.textContent = advice.en;
    line.replaceChildren(`建议：${advice.zh}`, english);
  }

  /** Puts a page on the stage and shows it what is known. */
  function stage(nodes, places) {
    $("stage").replaceChildren(...nodes);
    $("stage").scrollTop = 0;
    shown = places;
    for (const [id, view] of devices) for (const place of places) place(id, view);
  }

  const windowPlace = (w, made) => (id, view) => {
    const part = id.startsWith(`window/${w.number}/`) && id.slice(`window/${w.number}/`.length);
    if (part) made.show(part, view);
  };

  function heading(area) {
    return Windows.element("h3", "area", `${Windows.text(area.name)}<small>${Windows.text(area.name_en)}</small><span class="floor">${area.floor} 楼</span>`);
  }

  function overview() {
    const nodes = [];
    const places = [];
    for (const area of hall.areas) {
      const grid = Windows.element("div", "overview");
      for (const w of hall.windows.filter((w) => w.area === area.code)) {
        const made = Windows.mini(w, (w) => open(w.area, w.number));
        grid.append(made.card);
        places.push(windowPlace(w, made));
      }
      nodes.push(heading(area), grid);
    }
    stage(nodes, places);
  }

  function areaPage(code, found) {
    const area = hall.areas.find((area) => area.code === code);
    const grid = Windows.element("div", "units");
    const places = [];
    let target;
    for (const w of hall.windows.filter((w) => w.area === code)) {
      const made = Windows.unit(w);
      grid.append(made.card);
      places.push(windowPlace(w, made));
      if (w.number === found) target = made.card;
    }
    const hint = Windows.element("p", "hint", "每个按键、触摸屏和评价按钮都可以点击；您操作过的窗口和取号机，45 秒内不由模拟人员操作。<small>Press anything; what you touch is yours for 45 s.</small>");
    stage([heading(area), grid, hint], places);
    if (target) {
      target.classList.add("found");
      target.scrollIntoView({ block: "nearest" });
      setTimeout(() => target.classList.remove("found"), 2500);
    }
  }

  function faultPage() {
    const made = Desk.lines(hall.lines);
    stage([made.page], [(id, view) => {
      if (id === "hall") made.showFaults(view.faults);
      else made.show(id.replace(/^line\//, ""), view);
    }]);
    count(made);
  }

  /** Counters of the lines come from the hall's own interface, for as long as their page is on the stage. */
  async function count(made) {
    const answer = await fetch("/api/v1/state").catch(() => null);
    if (answer && answer.ok) made.showCounts((await answer.json()).lines || {});
    if (made.page.isConnected) setTimeout(() => count(made), 2000);
  }

  function open(tab, found) {
    for (const button of $("tabs").children) button.classList.toggle("on", button.dataset.tab === tab);
    if (tab === "all") overview();
    else if (tab === "faults") faultPage();
    else areaPage(tab, found);
    history.replaceState(null, "", `#${tab}`);
  }

  let beside = [];
  function openKiosk(name) {
    for (const button of $("kiosk-tabs").children) button.classList.toggle("on", button.dataset.kiosk === name);
    const k = hall.kiosks.find((k) => k.name === name);
    const kiosk = Desk.kiosk(k);
    const printer = Desk.printer(hall.printers.find((p) => p.name === k.printer));
    Telephone.at(k);
    $("kiosk").replaceChildren(...kiosk.nodes);
    $("printer").replaceChildren(...printer.nodes);
    beside = [(id, view) => {
      if (id === `panel/${name}`) kiosk.show(view);
      if (id === `line/panel/${name}`) kiosk.showLine(view);
      if (id === `card/${name}`) kiosk.showReader(view);
      if (id === `scanner/${name}`) kiosk.showScanner(view);
      if (id === `voice/${name}`) kiosk.showVoice(view);
      if (id === `printer/${k.printer}`) printer.show({ ...devices.get(`line/printer/${k.printer}`), ...view });
      if (id === `line/printer/${k.printer}`) printer.showLine({ ...devices.get(`printer/${k.printer}`), ...view });
    }];
    for (const [id, view] of devices) for (const place of beside) place(id, view);
  }

  function tab(list, key, value, label, className, act) {
    const button = Windows.element("button", className, label);
    button.dataset[key] = value;
    button.addEventListener("click", () => act(value));
    list.append(button);
  }

  function build() {
    Words.setHall({ services: hall.services, zone: hall.zone_offset_min * 60 });
    document.title = `${hall.name} · 虚拟大厅`;
    $("hall-name").textContent = hall.name;
    $("hall-name-en").textContent = hall.name_en;
    $("speed").textContent = `时间 ×${hall.speed} · seed ${hall.seed}`;
    tab($("tabs"), "tab", "all", `全厅窗口<small>All windows</small>`, "", open);
    for (const area of hall.areas) tab($("tabs"), "tab", area.code, `${area.code}区<small>${area.floor}F</small>`, "", open);
    tab($("tabs"), "tab", "faults", `设备与故障<small>Devices and faults</small>`, "push", open);
    for (const k of hall.kiosks) tab($("kiosk-tabs"), "kiosk", k.name, `取号机 ${Windows.text(k.areas.join("/"))}`, "", openKiosk);
  }

  function say(at, e) {
    const said = Words.entry(e);
    if (!said) return;
    const line = Windows.element("li", said.kind, `<time>${Words.time(at)}</time><i>${said.tag}</i><span>${Windows.text(said.text)}　<em>${Windows.text(said.more)}</em></span>`);
    line.title = `${said.text}　${said.more}`;
    $("ticker").prepend(line);
    while ($("ticker").children.length > 80) $("ticker").lastElementChild.remove();
  }

  function listen() {
    const views = new EventSource("/demo/events");
    views.addEventListener("devices", (event) => {
      for (const [id, view] of Object.entries(JSON.parse(event.data))) apply(id, view);
    });
    views.addEventListener("open", () => { $("offline").hidden = true; });
    views.addEventListener("error", () => { $("offline").hidden = false; });
    const record = new EventSource("/api/v1/events");
    record.addEventListener("change", (event) => {
      const change = JSON.parse(event.data);
      for (const e of change.entries) say(change.at, e);
    });
  }

  /** The state, asked for until there is one. */
  async function load() {
    for (;;) {
      const answer = await fetch("/demo/state").catch(() => null);
      if (answer && answer.ok) {
        $("offline").hidden = true;
        return answer.json();
      }
      $("offline").hidden = false;
      await new Promise((again) => setTimeout(again, 1000));
    }
  }

  async function start() {
    Telephone.start();
    $("enlarged").addEventListener("click", () => { $("enlarged").hidden = true; });
    $("faults-figure").addEventListener("click", () => open("faults"));
    $("faults-figure").addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") open("faults"); });
    const working = () => window.open("/working", "working");
    $("lamp-figure").addEventListener("click", working);
    $("lamp-figure").addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") working(); });
    lamp();
    const state = await load();
    hall = state.hall;
    build();
    for (const [ticket, number] of state.numbers) Words.remember(ticket, number);
    for (const change of state.recent) for (const e of change.entries) say(change.at, e);
    Telephone.at(hall.kiosks[0]);
    for (const [id, view] of Object.entries(state.devices)) apply(id, view);
    const wanted = decodeURIComponent(location.hash.slice(1));
    open([...$("tabs").children].some((b) => b.dataset.tab === wanted) ? wanted : "all");
    openKiosk(hall.kiosks[0].name);
    listen();
  }

  return { start, post, enlarge };
})();

Page.start();
