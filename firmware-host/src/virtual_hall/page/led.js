// Draws an LED display dot by dot from the pixels its twin shows: two pixels a hex digit, 0 dark, 1 red, 2 green, 3 yellow.
"use strict";

const Led = (() => {
  const COLOURS = [null, ["#ff3b30", "255,59,48"], ["#37e06b", "55,224,107"], ["#ffc527", "255,197,39"]];
  const DOT = 6; // device pixels a dot; the canvas is scaled to its place
  const sprites = new Map();

  function sprite(index) {
    if (sprites.has(index)) return sprites.get(index);
    const dot = document.createElement("canvas");
    dot.width = dot.height = DOT * 2;
    const pen = dot.getContext("2d");
    const middle = DOT;
    if (index > 0) {
      const [solid, rgb] = COLOURS[index];
      const glow = pen.createRadialGradient(middle, middle, 0, middle, middle, DOT);
      glow.addColorStop(0, `rgba(${rgb},.55)`);
      glow.addColorStop(1, `rgba(${rgb},0)`);
      pen.fillStyle = glow;
      pen.fillRect(0, 0, DOT * 2, DOT * 2);
      pen.fillStyle = solid;
    } else {
      pen.fillStyle = "#1d2024";
    }
    pen.beginPath();
    pen.arc(middle, middle, DOT * (index > 0 ? 0.44 : 0.34), 0, Math.PI * 2);
    pen.fill();
    sprites.set(index, dot);
    return dot;
  }

  const grounds = new Map();
  function ground(width, height) {
    const key = `${width}x${height}`;
    if (!grounds.has(key)) {
      const canvas = document.createElement("canvas");
      canvas.width = width * DOT;
      canvas.height = height * DOT;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#08090a";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) pen.drawImage(sprite(0), x * DOT - DOT / 2, y * DOT - DOT / 2);
      }
      grounds.set(key, canvas);
    }
    return grounds.get(key);
  }

  /** Shows `view` ({w, h, px}) on `canvas`; draws nothing if it shows it already. */
  function draw(canvas, view) {
    const { w, h, px } = view;
    if (canvas.shown === px) return;
    canvas.shown = px;
    if (canvas.width !== w * DOT || canvas.height !== h * DOT) {
      canvas.width = w * DOT;
      canvas.height = h * DOT;
    }
    const pen = canvas.getContext("2d");
    pen.drawImage(ground(w, h), 0, 0);
    pen.globalCompositeOperation = "lighter";
    for (let at = 0; at < px.length; at++) {
      const pair = parseInt(px[at], 16);
      if (!pair) continue;
      [pair >> 2, pair & 3].forEach((index, second) => {
        if (!index) return;
        const place = at * 2 + second;
        pen.drawImage(sprite(index), (place % w) * DOT - DOT / 2, Math.floor(place / w) * DOT - DOT / 2);
      });
    }
    pen.globalCompositeOperation = "source-over";
  }

  return { draw };
})();
