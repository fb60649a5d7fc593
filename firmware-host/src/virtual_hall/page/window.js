// A window's devices: display, keypad, pad; small in the overview and whole in its area.
"use strict";

const Windows = (() => {
  const KEYS = [
    ["call_next", "顺呼", "next", "main"], ["recall", "重呼", "recall"], ["evaluate", "评价", "rate"], ["pause", "暂停", "pause", "warn"], ["transfer", "转移", "transfer"],
    ["pass", "弃号", "no-show"], ["park", "挂起", "park"], ["return", "召回", "return"], ["ok", "确认", "OK"], ["cancel", "取消", "cancel"],
  ];
  /** Everybody's in the demo: `DEMO_PIN` of `virtual_hall/clerk.rs`. */
  const PIN = "1234";
  const DIGITS = [...[..."1234567890"].map((d) => [d, d]), ["one_metre_line", "一米线"]];
  const MOUTHS = ["", "M8 22q8-9 16 0", "M9 21q7-5 14 0", "M9 20h14", "M9 19q7 5 14 0", "M7 17q9 13 18 0z"];

  function element(tag, className, html = "") {
    const made = document.createElement(tag);
    made.className = className;
    made.innerHTML = html;
    return made;
  }
  const text = (s) => String(s).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[c]));
  const face = (level) =>
    `<svg viewBox="0 0 32 32" fill="none" stroke-width="2" stroke-linecap="round"><circle cx="16" cy="16" r="13"/><path d="M11 12v1M21 12v1M${MOUTHS[level].slice(1)}"/></svg>`;

  /** What the clerk has to say to a person who was passed by green tickets; nothing is owed to most. */
  function owe(place, view) {
    place.hidden = !view;
    place.innerHTML = view ? `<b>请向办事人说明</b>${text(view.zh)}<small>${text(view.en)}</small>` : "";
  }

  /** How somebody of this window signs in: number and PIN, two digits at a time. */
  function signIn(w, view) {
    if (view.waiting.trim() !== "907" || !w.staff) return "";
    return `：${`${w.staff}${PIN}`.match(/..?/g).map((pair) => `${pair} 一米线`).join("，")}（工号 ${w.staff}，密码 ${PIN}）`;
  }

  /** A window in the overview: its display and what its keypad says. */
  function mini(w, open) {
    const card = element("button", "mini", `<div class="top"><span class="number">${w.number}</span><span class="name">${text(w.name)}</span></div>
      <div class="led"><canvas></canvas></div>
      <div class="foot"><span>候 <b class="waiting">–</b></span><span>号 <b class="ticket">–</b></span><span class="sorry" hidden>请说明</span><span class="lamp">评价</span></div>`);
    card.title = `${w.name}　${w.name_en}`;
    card.addEventListener("click", () => open(w));
    const canvas = card.querySelector("canvas");
    const [waiting, ticket, lamp] = [".waiting", ".ticket", ".lamp"].map((s) => card.querySelector(s));
    if (!w.led) card.querySelector(".led").hidden = true;
    return {
      card,
      show(part, view) {
        if (part === "led") Led.draw(canvas, view);
        if (part === "keypad") {
          waiting.textContent = view.waiting.trim().replace(/^0+(?=.)/, "") || "–";
          ticket.textContent = view.ticket.trim() || "–";
        }
        if (part === "owed") {
          card.querySelector(".sorry").hidden = !view;
          card.querySelector(".sorry").title = view ? `${view.zh}\n${view.en}` : "";
        }
        if (part === "pad") lamp.classList.toggle("lit", view.prompted);
      },
    };
  }

  /** A window with all that can be pressed. */
  function unit(w) {
    const key = ([id, zh, en, look]) => `<button data-key="${id}" class="${look || ""}">${zh}${en ? `<small>${en}</small>` : ""}</button>`;
    const card = element("section", "unit", `<div class="top"><span class="number">${w.number}</span>
        <span class="name">${text(w.name)}<small>${text(w.name_en)}</small></span><span class="chips"><button data-part="display" title="显示屏断线 display off the bus">断屏</button><button data-part="keypad" title="呼叫器与评价器断线 keypad and pad off the bus">断键</button></span></div>
      <div class="led"><canvas></canvas></div>
      <div class="keypad"><div class="lcd"><span>等候<b class="waiting">   </b></span><span>票号<b class="ticket">   </b></span><span class="stars"></span><span class="typed"></span></div>
        <div class="keys">${KEYS.map(key).join("")}</div><div class="keys digits">${DIGITS.map(key).join("")}</div></div>
      <p class="owed said" hidden></p>
      <p class="owed words" hidden></p>
      <div class="pad"></div>`);
    const canvas = card.querySelector("canvas");
    const pad = card.querySelector(".pad");
    // The five levels from best to worst, each on the button that the hall's configuration gives it.
    const order = w.levels.map((level, button) => ({ level, button })).sort((a, b) => b.level - a.level);
    pad.innerHTML = order.map(({ level, button }) => `<button class="l${level}" data-button="${button}">${face(level)}${Words.LEVEL[level]}</button>`).join("");
    if (!w.led) card.querySelector(".led").hidden = true;
    if (!w.keypad) { card.querySelector(".keypad").hidden = true; pad.hidden = true; }
    card.addEventListener("click", (event) => {
      const at = event.target.closest("[data-key],[data-button],[data-part]");
      if (!at) return;
      if (at.dataset.key) Page.post("press", { window: w.number, key: at.dataset.key });
      if (at.dataset.button) Page.post("pad", { window: w.number, button: Number(at.dataset.button) });
      if (at.dataset.part) Page.post("fault", { device: `window/${w.number}/${at.dataset.part}`, fault: at.classList.contains("on") ? "calm" : "silent" });
    });
    const find = (s) => card.querySelector(s);
    return {
      card,
      show(part, view) {
        if (part === "led") {
          Led.draw(canvas, view);
          find("[data-part=display]").classList.toggle("on", view.silent);
        }
        if (part === "keypad") {
          const code = Words.CODE[view.waiting.trim()];
          const said = find(".said");
          said.hidden = !code;
          said.innerHTML = code ? `<b>${view.waiting.trim()}</b>${text(code[0])}${signIn(w, view)}<small>${text(code[1])}</small>` : "";
          find(".waiting").textContent = view.waiting;
          find(".ticket").textContent = view.ticket;
          find(".stars").textContent = "★".repeat(view.stars);
          find(".typed").textContent = view.typed.join("");
          find("[data-part=keypad]").classList.toggle("on", view.silent);
        }
        if (part === "owed") owe(find(".words"), view);
        if (part === "pad") {
          pad.classList.toggle("lit", view.prompted);
          pad.querySelectorAll("button").forEach((b) => b.classList.toggle("last", Number(b.dataset.button) === view.last_answer));
        }
      },
    };
  }

  return { mini, unit, element, text };
})();
