// The telephone of whoever tries the hall out: an appointment with its QR code, and the messages that the modem has sent.
"use strict";

const Telephone = (() => {
  const { text } = Windows;
  const $ = (id) => document.getElementById(id);
  let kiosk; // the one beside which the telephone is held
  let known = null; // the appointment it shows
  let total = null;

  /** Draws the code with the margin that scanners want. */
  function draw(canvas, rows) {
    const [margin, dot] = [4, 4];
    canvas.width = canvas.height = (rows.length + 2 * margin) * dot;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    rows.forEach((row, y) => [...row].forEach((module, x) => {
      if (module === "1") pen.fillRect((x + margin) * dot, (y + margin) * dot, dot, dot);
    }));
  }

  function appointment(view) {
    known = view;
    $("pass").hidden = !view;
    $("no-pass").hidden = Boolean(view);
    if (view) {
      draw($("qr"), view.qr);
      $("pass-words").innerHTML = `<b>${text(view.time)}</b><span>${text(view.service || "")}</span><span>${text(view.who)} · 尾号 ${text(view.last4)}</span><span>预约码 <b>${text(view.code)}</b></span><em class="${view.state}">${text(view.state_zh)}</em>`;
    }
    offer();
  }

  /** What can be done at the kiosk beside which the telephone is held. */
  function offer() {
    const hold = $("hold");
    hold.disabled = !known || !kiosk?.scanner;
    hold.title = kiosk?.scanner ? "把二维码放到扫码器前 / hold the code before the scanner" : "这台取号机没有扫码器，请在屏幕上输入尾号和预约码 / no scanner here: type the digits";
  }

  function messages(view) {
    const list = $("messages");
    list.innerHTML = view.messages.length
      ? view.messages.map((m) => `<li><small>${text(m.to)}</small><p>${text(m.text)}</p></li>`).join("")
      : '<li class="none">还没有短信。预约临近截止或被大厅取消时，短信模块会发来提醒。<small>No message yet</small></li>';
    list.firstElementChild.classList.toggle("fresh", total !== null && view.total > total);
    total = view.total;
    $("n-messages").textContent = view.total ? `${view.total} 条` : "";
  }

  function start() {
    $("hold").addEventListener("click", () => { if (known) Page.post("code", { kiosk: kiosk.name, text: known.text }); });
    for (const button of document.querySelectorAll("[data-book]")) {
      button.addEventListener("click", () => Page.post("book", { person: Number(button.dataset.book), kiosk: kiosk.name }));
    }
  }

  return {
    start,
    at: (k) => { kiosk = k; offer(); },
    show(view) { appointment(view.appointment); messages(view); },
  };
})();
