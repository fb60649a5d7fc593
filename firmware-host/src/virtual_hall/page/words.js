// Events of the record as sentences, and the names of devices and faults.
"use strict";

const Words = (() => {
  const CLASS = { ordinary: "一般", complex: "复杂", special: "特殊" };
  const FAULT = {
    port: "线路断开", no_answer: "无应答", refused: "拒绝指令", paper_out: "缺纸", paper_low: "纸将尽", cover_open: "上盖打开",
    cutter: "切刀故障", offline: "脱机", overheated: "过热", modem: "短信模块不可用",
  };
  const LEVEL = ["", "非常不满意", "不满意", "基本满意", "满意", "非常满意"];
  /** What a keypad says on the left of its LCD, as in the clerks' table of the README. */
  const CODE = {
    901: ["工号或密码错误，右侧为可再试前的秒数", "number or PIN wrong"], 902: ["错误过多，请稍候再试", "too many wrong PINs; wait"],
    903: ["已在右侧所示窗口在岗", "on duty at that window"], 904: ["不是本窗口人员", "not named for this window"],
    905: ["还有人只能在本窗口办理，不能离岗", "people wait for this window alone"], 906: ["先办完右侧所示的号", "finish with this person first"],
    907: ["请先登录", "sign in first"],
    908: ["没有这个窗口、事项或原因", "no such window, service or reason"], 909: ["没有办事人", "nobody is here"],
    911: ["暂停超时，右侧为分钟", "the pause lasts too long"], 912: ["右侧所示的邻窗暂停", "this neighbour pauses"],
    913: ["转来的办事人，有说明", "sent here with a note"],
  };
  const REASON = { GREEN: "绿色通道", APPOINTMENT: "预约", PROTECTED: "受保护", OVERDUE: "等候最久", LIMIT: "时限", RETURN: "挂起后返回" };
  let hall = { services: {}, zone: 8 * 3600 };

  const two = (n) => String(n).padStart(2, "0");
  /** HH:MM:SS of a moment in hall time. */
  function time(at, seconds = true) {
    const local = ((at + hall.zone) % 86400 + 86400) % 86400;
    const text = `${two(Math.floor(local / 3600))}:${two(Math.floor(local / 60) % 60)}`;
    return seconds ? `${text}:${two(local % 60)}` : text;
  }
  const minutes = (seconds) => (seconds < 60 ? `${seconds} 秒` : `${Math.round(seconds / 60)} 分钟`);

  /** Why this ticket and not another, after CALL-ORDER 8. */
  function why(call) {
    const waited = `等候 ${minutes(call.wait_s)}`;
    const inputs = call.inputs;
    const over = (call.overtaken || []).length;
    const others = over ? `先于 ${call.overtaken.slice(0, 3).map((o) => o.number).join("、")}${over > 3 ? ` 等 ${over} 人` : ""}，` : "";
    switch (call.reason) {
      case "GREEN": return `${others}属绿色通道，依规优先办理（${waited}）`;
      case "APPOINTMENT": return `${others}预约 ${time(inputs.booked, false)}，已到预约时间并按时签到`;
      case "PROTECTED": return `${others}已被优先号越过 ${inputs.passed} 次，按规则轮到（${waited}）`;
      case "OVERDUE": return `${others}已超过本类事项最后时限，等候最久者先办（${waited}）`;
      case "RETURN": return "挂起后返回，同一窗口优先接续办理";
      default: {
        const limit = inputs.limit === null || inputs.limit === undefined ? "" : `须在 ${time(inputs.limit, false)} 前叫号，`;
        return `${others}${CLASS[inputs.class] || ""}事项${limit ? "，" : ""}${limit}时限最早（${waited}）`;
      }
    }
  }

  /** One entry as {kind, tag, text, more}, or nothing where the hall would not care. */
  function entry(e) {
    const said = (kind, tag, text, more = "") => ({ kind, tag, text, more });
    if (e.kind === "fault") {
      const fault = FAULT[e.fault] || e.fault;
      return e.event === "opened" ? said("fault", "故障", `${device(e.device)}：${fault}`, /[\u4e00-\u9fff]/.test(e.detail) ? e.detail : "") : said("ok", "恢复", `${device(e.device)}：${fault}已恢复`);
    }
    if (e.kind === "job") {
      if (e.event === "failed") return said("fault", "打印", `号票打印失败，任务 ${e.job}`, e.why);
      if (e.event === "queued" && e.purpose === "explanation") return said("issued", "说明", `${e.printer} 打印叫号说明`);
      return e.event === "queued" && e.purpose === "reprint" ? said("issued", "补打", `${e.printer} 重新打印整张号票`) : null;
    }
    if (e.kind === "booking") return booking(e);
    if (e.kind === "message") return message(e);
    if (e.kind !== "hall") return null;
    switch (e.event) {
      case "day_opened": return said("ok", "开始", "新的工作日开始，各类号码从 001 起");
      case "issued": remember(e.ticket, e.number); return said("issued", "取号", `${e.number}　${hall.services[e.service] || e.service}`, e.by.replace("kiosk ", "取号机 "));
      case "called": remember(e.ticket, e.number); return said("called", "叫号", `${e.number} → ${e.window} 号窗口`, why(e));
      case "recalled": return said("called", "重呼", `${name(e.ticket)} → ${e.window} 号窗口，第 ${e.times} 次重呼`);
      case "passed": return said("passed", "过号", `${name(e.ticket)} 未到 ${e.window} 号窗口，按过号处理`, e.ended ? "本号结束" : "30 分钟内可恢复一次");
      case "parked": return said("passed", "挂起", `${name(e.ticket)} 在 ${e.window} 号窗口挂起`, "返回后优先接续办理");
      case "returned": return said("called", "返回", `${name(e.ticket)} 回到 ${e.window} 号窗口`);
      case "transferred": return said("called", "转移", `${name(e.ticket)} 转往 ${destination(e.to)}`, "保留原等候时间");
      case "completed": return said("ok", "办结", `${name(e.ticket)} 在 ${e.window} 号窗口办结`, `用时 ${minutes(e.served_s)}`);
      case "rated": return said("rated", "评价", `${e.window} 号窗口收到一次评价`);
      case "granted": return said("ok", "绿色", `${name(e.ticket)} 经咨询台核验，改走绿色通道`);
      case "helper_assigned": return e.helper ? said("ok", "导服", `${name(e.ticket)} 由${e.helper}陪同`) : null;
      case "window_opened": return said("ok", "开窗", `${e.window} 号窗口开始服务`);
      case "window_closed": return said("passed", "关窗", `${e.window} 号窗口结束服务`);
      case "paused": return said("passed", "暂停", `${e.window} 号窗口暂停服务`);
      case "resumed": return said("ok", "继续", `${e.window} 号窗口恢复服务`);
      default: return null;
    }
  }

  /** Appointments: which, never whose. */
  function booking(e) {
    const said = (kind, text, more = "") => ({ kind, tag: "预约", text: `${e.booking} 号预约${text}`, more });
    switch (e.event) {
      case "booked": return said("ok", `　${time(e.form.at, false)}　${hall.services[e.form.service] || e.form.service}`);
      case "moved": return said("ok", `改到 ${time(e.to, false)}`);
      case "cancelled": return said("passed", "由本人取消");
      case "not_kept": return said("passed", "由大厅取消", e.reason);
      case "checked_in": return said("issued", e.late ? "迟到，取普通号" : "签到");
      case "forfeited": return said("passed", "超过保留时间");
      case "reminded": return said("called", "临近截止，短信提醒");
      case "no_show": return said("passed", "未到");
      default: return null;
    }
  }

  function message(e) {
    switch (e.event) {
      case "sent": return { kind: "ok", tag: "短信", text: `第 ${e.message} 条短信已发出`, more: "" };
      case "refused": return e.again ? null : { kind: "fault", tag: "短信", text: `第 ${e.message} 条短信未能发出`, more: "请电话通知" };
      case "doubtful": return { kind: "fault", tag: "短信", text: `第 ${e.message} 条短信不知是否发出`, more: "请电话通知" };
      default: return null;
    }
  }

  const numbers = new Map();
  function remember(ticket, number) {
    numbers.set(ticket, number);
    if (numbers.size > 4000) numbers.delete(numbers.keys().next().value);
  }
  const name = (ticket) => numbers.get(ticket) || "号票";
  const destination = (to) => (to.window !== undefined ? `${to.window} 号窗口` : hall.services[to.service] || to.service);

  /** A device's name in Chinese. */
  function device(text) {
    return text
      .replace(/^window (\d+) keypad$/, "$1 号窗口呼叫器").replace(/^window (\d+) pad$/, "$1 号窗口评价器")
      .replace(/^window (\d+) display$/, "$1 号窗口显示屏").replace(/^keypad line /, "呼叫器总线 ")
      .replace(/^display line /, "显示屏总线 ").replace(/^printer /, "打印机 ").replace(/^kiosk (.*) panel$/, "取号机 $1 触摸屏")
      .replace(/^kiosk (.*) card reader$/, "取号机 $1 读卡器").replace(/^kiosk (.*) scanner$/, "取号机 $1 扫码器")
      .replace(/^kiosk (.*) voice$/, "取号机 $1 语音").replace(/^modem /, "短信模块 ");
  }

  return { entry, time, device, remember, LEVEL, CODE, fault: (code) => FAULT[code] || code, setHall: (h) => { hall = h; } };
})();
