// Plays the slides, and draws the path and the stability region of a quadratic: x ← x − α[(1−ν)g + νd],
// d ← βd + (1−β)g, from (1) of Gitman et al. 2019; the rate is Theorem 3, the region condition (13).
const sections = [...document.querySelectorAll("section")];
const panel = document.getElementById("live");
let at = 0;

function show(index) {
  at = Math.min(Math.max(index, 0), sections.length - 1);
  sections.forEach((section, place) => section.classList.toggle("shown", place === at));
  document.getElementById("count").textContent = sections[at].dataset.step;
  closeLive();
  history.replaceState(null, "", `#${at + 1}`);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLInputElement) return;
  const keys = {
    ArrowRight: () => show(at + 1), PageDown: () => show(at + 1), " ": () => show(at + 1),
    ArrowLeft: () => show(at - 1), PageUp: () => show(at - 1), Home: () => show(0),
    End: () => show(sections.length - 1), b: () => document.body.classList.toggle("black"),
    n: () => document.body.classList.toggle("notes-shown"), l: toggleLive, Escape: closeLive,
  };
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act && !(event.key === " " && event.target instanceof HTMLButtonElement)) { act(); event.preventDefault(); }
});
sections.forEach((section) => section.addEventListener("click", () => show(at + 1)));

// The largest modulus of the roots of one mode of curvature c.
function modulus(p, c) {
  const own = 1 - p.nu * p.beta;
  const trace = 1 + p.beta - p.alpha * c * own;
  const product = p.beta * (1 - p.alpha * c * (1 - p.nu));
  const inside = trace * trace - 4 * product;
  return inside < 0 ? Math.sqrt(product) : (Math.abs(trace) + Math.sqrt(inside)) / 2;
}
// It is largest at an end of the spectrum.
function rate(p) { return Math.max(modulus(p, p.mu), modulus(p, p.L)); }
function bound(beta, nu, L) { return 2 * (1 + beta) / (L * (1 + beta * (1 - 2 * nu))); }
function path(p) {
  const t = p.rotation * Math.PI / 180, c = Math.cos(t), s = Math.sin(t);
  let x = p.x, y = p.y, dx = 0, dy = 0;
  const points = [[x, y]];
  for (let k = 0; k < p.steps; k++) {
    const u = c * (x - p.cx) + s * (y - p.cy), v = -s * (x - p.cx) + c * (y - p.cy);
    const gu = p.mu * u, gv = p.L * v, gx = c * gu - s * gv, gy = s * gu + c * gv;
    dx = p.beta * dx + (1 - p.beta) * gx; dy = p.beta * dy + (1 - p.beta) * gy;
    x -= p.alpha * ((1 - p.nu) * gx + p.nu * dx); y -= p.alpha * ((1 - p.nu) * gy + p.nu * dy);
    if (!(Math.abs(x) < 1e6 && Math.abs(y) < 1e6)) break;
    points.push([x, y]);
  }
  return points;
}

let p = null, canvases = null, outputs = null;
function toggleLive() { if (panel.hidden) openLive(); else closeLive(); }
function closeLive() { panel.hidden = true; panel.replaceChildren(); p = null; }
function element(name, parent, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}
function openLive() {
  if (!LIVE[at]) return;
  p = { ...LIVE[at] };
  panel.hidden = false;
  canvases = [0, 1].map(() => { const box = element("div", panel); box.className = "panel"; return element("canvas", box); });
  const form = element("form", panel);
  outputs = {};
  for (const [name, sign, low, high] of [["alpha", "α", Math.log(0.05 / p.L), Math.log(20 / p.L)], ["beta", "β", 0, 0.999], ["nu", WORDS.letter, 0, 1]]) {
    const label = element("label", form);
    element("span", label, `${sign}  ${WORDS[name]}`);
    const output = element("output", label), input = element("input", label);
    Object.assign(input, { type: "range", min: low, max: high, step: (high - low) / 500 });
    input.addEventListener("input", () => {
      p[name] = name === "alpha" ? Math.exp(input.valueAsNumber) : input.valueAsNumber;
      draw();
    });
    outputs[name] = { output, input };
  }
  outputs.rate = element("span", form);
  outputs.rate.className = "rate";
  const close = element("button", form, WORDS.close);
  close.type = "button";
  close.addEventListener("click", closeLive);
  canvases.forEach((canvas, which) => {
    const move = (event) => {
      const area = canvas.getBoundingClientRect();
      (which ? setPoint : setStart)((event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
      draw();
    };
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); move(event); });
    canvas.addEventListener("pointermove", (event) => { if (event.buttons) move(event); });
  });
  draw();
}
addEventListener("resize", () => { if (p) draw(); });

const span = () => 1.25 * Math.max(Math.abs(LIVE[at].x - p.cx), 2 * Math.abs(LIVE[at].y - p.cy), 0.5);
function setStart(u, v) {
  const canvas = canvases[0], reach = span(), ratio = canvas.clientHeight / canvas.clientWidth;
  p.x = p.cx + (2 * u - 1) * reach; p.y = p.cy - (2 * v - 1) * reach * ratio;
}
const PAD = [40, 32, 16, 44];  // left, top, right, bottom of the region's plot
function setPoint(u, v) {
  const canvas = canvases[1], w = canvas.clientWidth, h = canvas.clientHeight;
  const x = Math.min(Math.max((u * w - PAD[0]) / (w - PAD[0] - PAD[2]), 0), 1);
  const y = Math.min(Math.max(1 - (v * h - PAD[1]) / (h - PAD[1] - PAD[3]), 0), 0.999);
  p.alpha = Math.exp(Math.log(0.05 / p.L) + x * Math.log(400)); p.beta = y;
}
function context(canvas) {
  const scale = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
  canvas.width = Math.round(w * scale); canvas.height = Math.round(h * scale);
  const c = canvas.getContext("2d");
  c.scale(scale, scale);
  c.font = "14px Inter, 'Noto Sans JP', sans-serif";
  return [c, w, h];
}
const colour = (name) => getComputedStyle(document.body).getPropertyValue(`--${name}`).trim();

function draw() {
  const found = rate(p), signs = { alpha: Math.log(p.alpha), beta: p.beta, nu: p.nu };
  for (const name of Object.keys(signs)) {
    outputs[name].input.value = signs[name];
    outputs[name].output.textContent = p[name].toPrecision(3);
  }
  outputs.rate.textContent = found < 1 ? `R = ${found.toFixed(3)}` : WORDS.diverges;
  drawPath();
  drawRegion(found);
}
function drawPath() {
  const [c, w, h] = context(canvases[0]), reach = span(), scale = w / (2 * reach);
  const X = (x) => w / 2 + (x - p.cx) * scale, Y = (y) => h / 2 - (y - p.cy) * scale;
  c.strokeStyle = colour("line"); c.lineWidth = 1;
  for (let i = 1; i <= 14; i++) {
    const level = 0.5 * p.mu * (reach * i / 9) ** 2;
    c.beginPath();
    c.ellipse(X(p.cx), Y(p.cy), Math.sqrt(2 * level / p.mu) * scale, Math.sqrt(2 * level / p.L) * scale, -p.rotation * Math.PI / 180, 0, 2 * Math.PI);
    c.stroke();
  }
  const points = path(p);
  c.strokeStyle = c.fillStyle = colour("qhm"); c.lineWidth = 2.2; c.lineJoin = "round";
  c.beginPath();
  points.forEach(([x, y], k) => (k ? c.lineTo(X(x), Y(y)) : c.moveTo(X(x), Y(y))));
  c.stroke();
  for (const [x, y] of points.slice(0, 400)) { c.beginPath(); c.arc(X(x), Y(y), 2.4, 0, 7); c.fill(); }
  c.strokeStyle = c.fillStyle = colour("text");
  c.beginPath(); c.moveTo(X(p.cx) - 7, Y(p.cy)); c.lineTo(X(p.cx) + 7, Y(p.cy)); c.moveTo(X(p.cx), Y(p.cy) - 7); c.lineTo(X(p.cx), Y(p.cy) + 7); c.stroke();
  c.beginPath(); c.arc(X(p.x), Y(p.y), 8, 0, 7); c.stroke();
  c.beginPath(); c.arc(X(p.x), Y(p.y), 2.4, 0, 7); c.fill();
  c.fillText(WORDS.start, X(p.x) + 13, Y(p.y) - 9);
  c.fillText(WORDS.minimum, X(p.cx) + 10, Y(p.cy) + 20);
}
function drawRegion(found) {
  const [c, w, h] = context(canvases[1]), [l, t, r, b] = PAD, pw = w - l - r, ph = h - t - b;
  const low = Math.log(0.05 / p.L), X = (alpha) => l + (Math.log(alpha) - low) / Math.log(400) * pw, Y = (beta) => t + (1 - beta) * ph;
  c.save(); c.beginPath(); c.rect(l, t, pw, ph); c.clip();
  c.fillStyle = colour("osc"); c.fillRect(l, t, pw, ph);
  c.fillStyle = colour("div"); c.strokeStyle = colour("text"); c.lineWidth = 1.6;
  c.beginPath();
  for (let i = 0; i <= 200; i++) { const beta = i / 200; c[i ? "lineTo" : "moveTo"](X(Math.min(bound(beta, p.nu, p.L), 1e9)), Y(beta)); }
  c.stroke();
  c.lineTo(l + pw + 1e4, t); c.lineTo(l + pw + 1e4, t + ph); c.closePath(); c.fill();
  c.clip();
  c.strokeStyle = colour("hatch"); c.lineWidth = 1;
  c.beginPath();
  for (let x = l - ph; x < l + pw; x += 8) { c.moveTo(x, t + ph); c.lineTo(x + ph, t); }
  c.stroke();
  c.fillStyle = colour("muted"); c.fillText(WORDS.diverges, l + pw - 84, t + ph - 14);
  c.restore();
  c.strokeStyle = colour("line"); c.strokeRect(l, t, pw, ph);
  c.fillStyle = colour("muted"); c.textAlign = "center";
  for (const value of [0.1, 1, 10]) c.fillText(String(value / p.L), X(value / p.L), h - b + 18);
  c.fillText(`α  ${WORDS.alpha}`, l + pw / 2, h - 6);
  c.textAlign = "right";
  for (const beta of [0, 0.5, 1]) c.fillText(String(beta), l - 8, Y(beta) + 5);
  c.textAlign = "left";
  c.fillText(`β  ${WORDS.beta}`, l, t - 12);
  c.fillStyle = colour("qhm");
  c.save(); c.translate(X(p.alpha), Y(p.beta)); c.rotate(Math.PI / 4); c.fillRect(-7, -7, 14, 14); c.restore();
}
show((parseInt(location.hash.slice(1), 10) || 1) - 1);
