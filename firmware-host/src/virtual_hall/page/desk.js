// Kiosks with their printers, and the page of lines and faults.
"use strict";

const Desk = (() => {
  const { element, text } = Windows;
  const LINE_FAULTS = [["unplug", "拔线", "unplugged"], ["noise", "干扰", "noisy"], ["slow", "慢速", "slow"]];
  const PRINTER_FAULTS = [["paper_out", "缺纸"], ["paper_low", "纸少"], ["cover_open", "开盖"], ["cutter", "切刀"]];
  const MEANS = {
    unplug: "拔下连接线 / unplug the cable", noise: "线路干扰 / bytes are lost and spoilt", slow: "线路变慢 / bytes come late",
    paper_out: "纸卷用完 / out of paper", paper_low: "纸卷将尽 / paper nearly out", cover_open: "打开上盖 / open the cover", cutter: "切刀卡住 / jam the cutter",
    calm: "消除所有故障 / take all faults away",
  };
  /** The lines' names in the interface's state. */
  const DEVICE = { keypads: (name) => `keypad line ${name}`, displays: (name) => `display line ${name}`, printer: (name) => `printer ${name}`, panel: (name) => `kiosk ${name} panel`, card: (name) => `kiosk ${name} card reader`, scanner: (name) => `kiosk ${name} scanner`, voice: (name) => `kiosk ${name} voice`, modem: (name) => `modem ${name}` };
  const KINDS = { keypads: ["呼叫器与评价器", "keypads and pads"], displays: ["窗口显示屏", "LED displays"], printer: ["号票打印机", "printer"], panel: ["取号机触摸屏", "kiosk panel"], card: ["身份证阅读器", "card reader"], scanner: ["扫码器", "scanner"], voice: ["语音模块", "voice module"], modem: ["短信模块", "GSM modem"] };

  /** Whether this is wrong with a device. Without paper the sensor of little paper answers too, which is no second fault. */
  const is = (state, key) => Boolean(state[key]) && !(key === "paper_low" && state.paper_out);

  /** The buttons of what can go wrong with a device; `show` marks what is wrong now. */
  function faults(id, withPrinter) {
    const chips = element("span", "chips");
    const buttons = [];
    const add = (fault, zh, key, className = "") => {
      const button = element("button", className, zh);
      button.title = MEANS[fault];
      button.addEventListener("click", () => Page.post("fault", { device: id, fault: button.classList.contains("on") && fault === "unplug" ? "plug" : button.classList.contains("on") ? `no_${fault}` : fault }));
      chips.append(button);
      buttons.push([button, key, zh, fault]);
    };
    LINE_FAULTS.forEach(([fault, zh, key]) => add(fault, zh, key));
    if (withPrinter) PRINTER_FAULTS.forEach(([fault, zh]) => add(fault, zh, fault));
    const calm = element("button", "calm", "恢复");
    calm.title = MEANS.calm;
    calm.addEventListener("click", () => Page.post("fault", { device: id, fault: "calm" }));
    chips.append(calm);
    return {
      chips,
      show(state) {
        buttons.forEach(([button, key, zh, fault]) => {
          button.classList.toggle("on", is(state, key));
          button.textContent = fault === "unplug" && state[key] ? "插回" : zh;
        });
      },
    };
  }

  /** What a kiosk's voice module says, and a note for each tone of its keys. */
  function spoken() {
    const row = element("p", "spoken", '<b>语音</b><q></q><span class="tone" title="按键音 / tone of a key">♪</span>');
    row.title = "语音模块正在说 / what the voice module says";
    const [words, note] = [row.querySelector("q"), row.querySelector(".tone")];
    let tones = null;
    return {
      row,
      show(state) {
        words.textContent = state.says || "";
        words.title = state.says || row.title;
        row.classList.toggle("on", Boolean(state.says));
        if (tones !== null && state.tones !== tones) note.animate([{ opacity: 1 }, { opacity: 1, offset: 0.4 }, { opacity: 0 }], 900);
        tones = state.tones;
      },
    };
  }

  /** What lies beside a kiosk: what its voice says, cards for its reader, a code for its scanner. `null` if it has none. */
  function beside(k) {
    if (!k.cards.length && !k.scanner && !k.voice) return null;
    const box = element("div", "beside");
    const cards = [];
    const voice = spoken();
    if (k.voice) box.append(voice.row);
    if (k.cards.length) {
      const row = element("div", "chips", "<span>身份证</span>");
      k.cards.forEach((name, n) => {
        const button = element("button", "", text(name));
        button.title = "放上读卡器，再点取走 / lay it on the reader; click again to lift it";
        button.addEventListener("click", () => {
          const lies = button.classList.contains("on");
          cards.forEach((other) => other.classList.toggle("on", other === button && !lies));
          Page.post("card", { kiosk: k.name, card: lies ? null : n });
        });
        cards.push(button);
        row.append(button);
      });
      box.append(row);
    }
    const lamp = element("span", "lamp", "●");
    if (k.scanner) {
      const form = element("form", "code", `<label>其他码 <input name="text" maxlength="200" autocomplete="off" placeholder="号票上二维码的内容" aria-label="二维码内容 / text of another code, such as a slip's"></label><span class="chips"><button>出示</button></span>`);
      form.querySelector("button").title = "放到扫码器前 / hold it before the scanner";
      lamp.title = "扫码灯 / light of the scanner";
      form.prepend(lamp);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const code = form.elements.text.value.trim();
        if (code) Page.post("code", { kiosk: k.name, text: code });
      });
      box.append(form);
    }
    return {
      box,
      showReader: (state) => { if (!state.on) cards.forEach((button) => button.classList.remove("on")); },
      showScanner: (state) => lamp.classList.toggle("on", state.lit),
      showVoice: voice.show,
    };
  }

  function kiosk(k) {
    const card = element("section", "kiosk", `<div class="screen"><img alt="取号机画面" draggable="false"></div><p><b>${text(k.name)}</b><span>请直接点击屏幕取号</span><small>touch the screen</small></p>`);
    const image = card.querySelector("img");
    const screen = card.querySelector(".screen");
    // The screen keeps its size while a picture is on its way.
    image.style.width = `min(348px, calc(43vh * ${k.w / k.h}))`;
    image.style.aspectRatio = `${k.w} / ${k.h}`;
    image.addEventListener("pointerdown", (event) => {
      const box = image.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const finger = element("span", "finger");
      finger.style.cssText = `left:${x}px;top:${y}px`;
      screen.append(finger);
      setTimeout(() => finger.remove(), 650);
      Page.post("touch", { kiosk: k.name, x: Math.floor(x / box.width * k.w), y: Math.floor(y / box.height * k.h) });
    });
    // One picture is fetched at a time; the screen shows the last whole one meanwhile.
    let [wanted, fetched, busy] = [null, null, false];
    function picture(version) {
      wanted = version;
      if (busy || wanted === fetched) return;
      busy = true;
      fetched = wanted;
      const next = new Image();
      next.onload = next.onerror = () => {
        busy = false;
        if (next.naturalWidth) image.src = next.src;
        picture(wanted);
      };
      next.src = `/demo/kiosk/${encodeURIComponent(k.name)}.png?v=${fetched}`;
    }
    const controls = element("div", "controls", "<span>触摸屏</span>");
    const menu = faults(`panel/${k.name}`, false);
    controls.append(menu.chips);
    const more = beside(k);
    return {
      nodes: more ? [card, more.box, controls] : [card, controls],
      show: (view) => picture(view.v),
      showLine: menu.show,
      showReader: (state) => more?.showReader(state),
      showScanner: (state) => more?.showScanner(state),
      showVoice: (state) => more?.showVoice(state),
    };
  }

  function printer(p) {
    const card = element("section", "printer", `<div class="body"><b>${text(p.name)}</b><small>${p.paper_mm} mm</small><div class="dots"><span data-dot="power">电源</span><span data-dot="paper">纸</span><span data-dot="cover">盖</span><span data-dot="cutter">切刀</span></div></div><div class="tray"></div>`);
    const tray = card.querySelector(".tray");
    const controls = element("div", "controls", "<span>打印机</span>");
    const menu = faults(`printer/${p.name}`, true);
    controls.append(menu.chips);
    const shown = new Map();
    let first = true;
    return {
      nodes: [controls, card],
      show(view) {
        for (const [name, bad] of [["power", false], ["paper", view.paper_out], ["cover", view.cover_open], ["cutter", view.cutter]]) {
          const dot = card.querySelector(`[data-dot=${name}]`);
          dot.classList.toggle("bad", Boolean(bad));
          dot.classList.toggle("good", !bad);
        }
        menu.show(view);
        tray.querySelector(".empty")?.remove();
        if (view.slips.length === 0) tray.innerHTML = '<p class="empty">还没有打印号票<br><small>No slip printed yet</small></p>';
        const wanted = new Set(view.slips.map((slip) => slip.n));
        for (const [n, figure] of shown) if (!wanted.has(n)) { figure.remove(); shown.delete(n); }
        for (const slip of view.slips) {
          if (shown.has(slip.n)) continue;
          const figure = element("figure", first ? "" : "fresh");
          const image = element("img", "");
          image.alt = "号票";
          image.src = `/demo/slip/${encodeURIComponent(p.name)}/${slip.n}.png`;
          image.addEventListener("click", () => Page.enlarge(image.src));
          figure.append(image);
          tray.prepend(figure);
          shown.set(slip.n, figure);
        }
        first = false;
      },
      showLine: menu.show,
    };
  }

  /** All lines with what can go wrong, and the faults that the hall has noticed. */
  function lines(list) {
    const page = element("div", "faulty", `<aside class="known"><h2>大厅发现的故障<small>noticed by hallgate</small></h2><ul></ul><p></p></aside>
      <table class="lines"><thead><tr><th>线路 <small>line</small></th><th>设备 <small>devices</small></th><th>速率</th><th>状态 <small>state</small></th><th>制造故障 <small>make a fault</small></th></tr></thead><tbody></tbody></table>`);
    const rows = new Map();
    for (const line of list) {
      const row = element("tr", "", `<td><b>${text(line.name)}</b></td><td>${KINDS[line.kind][0]}${line.units > 1 ? ` × ${line.units}` : ""}<small>${KINDS[line.kind][1]}</small></td><td class="port">${line.baud} 8N1<span class="counts"></span></td><td class="state">正常</td><td></td>`);
      const menu = faults(line.id, line.kind === "printer");
      row.lastElementChild.append(menu.chips);
      page.querySelector("tbody").append(row);
      rows.set(line.id, { menu, device: DEVICE[line.kind](line.name), state: row.querySelector(".state"), counts: row.querySelector(".counts"), now: {} });
    }
    return {
      page,
      show(id, state) {
        const row = rows.get(id);
        if (!row) return;
        Object.assign(row.now, state);
        row.menu.show(row.now);
        const wrong = LINE_FAULTS.filter(([, , key]) => is(row.now, key)).map(([, zh]) => (zh === "拔线" ? "已拔线" : zh))
          .concat(PRINTER_FAULTS.filter(([key]) => is(row.now, key)).map(([, zh]) => zh));
        row.state.textContent = wrong.join("、") || "正常";
        row.state.classList.toggle("bad", wrong.length > 0);
      },
      /** What the hall counted on each line since it began; ordinary zeroes are left out. */
      showCounts(counts) {
        for (const row of rows.values()) {
          const of = counts[row.device];
          if (!of) continue;
          const said = [`接通 ${of.opened} 次`];
          if (of.noise_times) said.push(`干扰 ${of.noise_times} 次 ${of.noise_bytes} 字节`);
          if (of.strays) said.push(`无效按键 ${of.strays} 次`);
          row.counts.textContent = said.join(" · ");
          row.counts.title = `opened ${of.opened} ×, noise ${of.noise_times} × (${of.noise_bytes} bytes), strays ${of.strays}`;
        }
      },
      showFaults(known) {
        page.querySelector("ul").innerHTML = known.map((f) => `<li><b>${text(Words.fault(f.fault))}</b>　${text(Words.device(f.device))}</li>`).join("");
        page.querySelector("aside p").textContent = known.length ? "" : "没有故障。请在下面制造一个，看大厅如何应对。";
      },
    };
  }

  return { kiosk, printer, lines };
})();
