"use strict";
(() => {
  const held = JSON.parse(document.getElementById("held").textContent);
  const { controls, outcomes, marks, rows } = held;
  const id = (name) => document.getElementById(name);
  const make = (tag, text, className) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (className) node.className = className;
    return node;
  };
  const starts = controls.map((one) => (one.start === null ? one.low : one.start));
  let state = starts.slice();
  let mark = null;

  // --- the emulator: what explore/surface.py fits, evaluated ---
  const coded = (positions) => positions.flatMap((place, i) => {
    const one = controls[i];
    if (one.words.length) return one.words.slice(1).map((_, k) => Number(Math.round(place) === k + 1));
    return [(place - one.low) / (one.high - one.low)];
  });
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const gaps = (point) => rows.map((row) => row.reduce((sum, cell, i) => sum + (cell - point[i]) ** 2, 0));
  const pairs = (point) => {
    const all = point.slice();
    for (let i = 0; i < point.length; i += 1) for (let j = i; j < point.length; j += 1) all.push(point[i] * point[j]);
    return all;
  };
  const at = (surface, point, squares, gap) => {
    if (surface.family === "flat") return surface.constant;
    if (surface.family === "quadratic") return surface.constant + dot(surface.terms, squares);
    const width = 2 * surface.length ** 2;
    return surface.constant + dot(surface.plane, point)
      + surface.weights.reduce((sum, weight, i) => sum + (weight ? weight * Math.exp(-gap[i] / width) : 0), 0);
  };
  const answer = (positions) => {
    const point = coded(positions), squares = pairs(point), gap = gaps(point);
    const told = outcomes.map((one) => {
      const mid = at(one.mean, point, squares, gap), real = (value) => (one.log ? one.nothing + 100 * Math.expm1(value / 100) : value);
      const told = { mean: real(mid), low: null, high: null, under: real(mid - one.mean.error), over: real(mid + one.mean.error) };
      if (!one.down) return told;
      const down = Math.max(0, at(one.down, point, squares, gap)), up = Math.max(0, at(one.up, point, squares, gap));
      told.low = real(mid - down);
      told.high = real(mid + up);
      return told;
    });
    return { told, away: Math.sqrt(Math.min(...gap)) };
  };

  // --- words for numbers ---
  const minus = (text) => text.replace(/-/g, "\u2212\u2060");
  const fixed = (value, places) => value.toLocaleString("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
  const signed = (value, places) => (Number(value.toFixed(places)) > 0 ? "+" : "") + fixed(Number(value.toFixed(places)) + 0, places);
  const dollars = (value) => {
    const size = Math.abs(value), sign = value < 0 ? "-" : "+";
    if (size < 5e4) return "0";
    const [by, word] = size >= 9.95e8 ? [1e9, "bn"] : [1e6, "m"];
    return `${sign}$${fixed(size / by, size / by >= 99.5 ? 0 : 1)}${word}`;
  };
  const say = (one, value, isSize) => {
    if (value === null) return "";
    let text;
    if (one.kind === "index") text = fixed(value, 1);
    else if (one.unit.startsWith("USD a year")) text = dollars(value);
    else if (one.unit === "share") text = `${signed(100 * value, Math.abs(value) < 0.000995 ? 3 : 2)} pp`;
    else if (one.unit === "% of baseline") text = `${signed(value, 1)}%`;
    else text = signed(value, Math.abs(value) < 9.95 ? 1 : 0);
    return minus(isSize ? text.replace(/^[+]/, "") : text);
  };
  const grade = (explained) => (explained >= 0.8 ? "known well" : explained >= 0.5 ? "known roughly" : explained >= 0.2 ? "known poorly" : "hardly known");
  const plain = (value) => String(Number(value.toPrecision(6)));
  const shown = (i) => (controls[i].words.length ? controls[i].words[Math.round(state[i])] : plain(state[i]));

  // --- where the policy stands ---
  const isMoved = (i) => Math.abs(state[i] - starts[i]) > 1e-9;
  const isOutside = (i) => !controls[i].words.length && (state[i] < controls[i].low - 1e-9 || state[i] > controls[i].high + 1e-9);
  const standing = (away) => {
    const beyond = controls.filter((_, i) => isOutside(i)).map((one) => one.label);
    if (beyond.length) return ["outside", `Outside what was run: ${beyond.join("; ")}. The emulator guesses.`];
    if (held.anchored && !controls.some((_, i) => isMoved(i))) return ["exact", "The baseline: nothing is changed, and this is exact."];
    if (away > 1.5 * held.apart) return ["outside", "Far from every run: the emulator guesses more than its errors say."];
    return ["inside", "Within what was run."];
  };

  // --- drawing ---
  let live = null;
  const exactly = () => live || (mark === null ? {} : marks[mark].exact);
  const hasExact = () => Object.keys(exactly()).length > 0;
  const svg = (tag, values) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));
    return node;
  };
  const picture = (node, one, told, real) => {
    const nothing = one.kind === "index" ? 100 : 0;
    const low = Math.min(one.range[0], nothing), high = Math.max(one.range[1], nothing), pad = 0.04 * (high - low || 1);
    const x = (value) => Math.max(2, Math.min(158, 2 + (156 * (value - low + pad)) / (high - low + 2 * pad)));
    const bar = (from, to, name, y, height) => svg("rect", { x: x(from), y, width: Math.max(1, x(to) - x(from)), height, class: name });
    const from = told.low === null ? told.mean : told.low, to = told.high === null ? told.mean : told.high;
    const parts = [bar(from - (told.mean - told.under), to + (told.over - told.mean), "pale", 5, 10), bar(from, to, "dark", 7, 6)];
    parts.push(svg("line", { x1: x(nothing), x2: x(nothing), y1: 1, y2: 19, class: "zero" }));
    parts.push(svg("circle", { cx: x(told.mean), cy: 10, r: 4, class: "dot" }));
    if (real) parts.push(svg("rect", { x: x(real[0]) - 4, y: 6, width: 8, height: 8, class: "real", transform: `rotate(45 ${x(real[0])} 10)` }));
    node.replaceChildren(...parts);
  };
  const lines = [...document.querySelectorAll("[data-outcome]")].map((node) => ({
    node, place: Number(node.dataset.outcome), mean: node.querySelector(".mean"), span: node.querySelector(".span"),
    known: node.querySelector(".known"), exact: node.querySelector(".exact"), drawing: node.querySelector("svg"),
  }));
  const off = (told) => (told.over - told.under) / 2;
  const knownWords = (one, where, told) => {
    if (where === "exact") return "exact";
    const isLost = off(told) >= Math.abs(told.mean - one.nothing);
    const size = `± ${say(one, off(told), true)}, ${isLost ? "not told from no change" : grade(one.mean.explained)}`;
    return where === "outside" ? `outside what was run; inside ${size}` : size;
  };
  const between = (one, low, high) => (low === null ? "one draw, none" : `${say(one, low)} to ${say(one, high)}`);
  const drawLine = (line, told, where) => {
    const one = outcomes[line.place], real = exactly()[one.column] || null;
    line.mean.textContent = say(one, told.mean);
    line.span.textContent = between(one, told.low, told.high);
    line.known.textContent = knownWords(one, where, told);
    line.exact.hidden = !hasExact();
    line.exact.textContent = real ? `${say(one, real[0])} [${say(one, real[1])} to ${say(one, real[2])}]` : "";
    line.node.classList.toggle("hardly", where !== "exact" && (one.mean.explained < 0.2 || off(told) >= Math.abs(told.mean - one.nothing)));
    line.node.classList.toggle("far", where === "outside");
    picture(line.drawing, one, told, real);
  };
  const drawTiles = (told, where) => {
    const two = outcomes.map((one, i) => [one, told[i]]).filter(([one]) => ["index", "index_landed"].includes(one.column));
    id("tiles").replaceChildren(...two.map(([one, value]) => {
      const tile = make("div", "", "tile");
      tile.append(make("span", `${one.group}: ${one.label.toLowerCase()}`), make("b", say(one, value.mean)));
      tile.append(make("span", value.low === null ? "one draw: no interval" : `80% interval ${between(one, value.low, value.high)}`));
      tile.append(make("span", where === "exact" ? "exact" : `emulator ${knownWords(one, where, value)}`));
      return tile;
    }));
    id("strip").replaceChildren(...two.map(([one, value]) => {
      const box = make("div", one.column === "index" ? "Cost delivered" : "Cost landed");
      box.append(make("b", say(one, value.mean)), make("span", where === "outside" ? "outside what was run" : where === "exact" ? "exact" : `± ${say(one, off(value), true)}`));
      return box;
    }));
    return two.map(([one, value]) => `${one.label} ${say(one, value.mean)}`).join(", ");
  };
  let speak = 0;
  const draw = () => {
    const began = performance.now();
    const { told, away } = answer(state), [where, words] = standing(away);
    if (where === "exact") told.forEach((one, i) => { const value = outcomes[i].nothing; Object.assign(one, { mean: value, low: value, high: value, under: value, over: value }); });
    lines.forEach((line) => drawLine(line, told[line.place], where));
    const spoken = drawTiles(told, where);
    id("standing").textContent = words;
    id("standing").className = `standing ${where}`;
    document.querySelectorAll(".exact-head").forEach((node) => { node.hidden = !hasExact(); });
    const took = performance.now() - began;
    id("ms").textContent = `${fixed(took, 1)} milliseconds`;
    document.body.dataset.ms = took;
    clearTimeout(speak);
    speak = setTimeout(() => { id("told").textContent = `${spoken}. ${words}`; }, 700);
  };

  // --- the controls ---
  const boxes = controls.map((_, i) => document.querySelector(`[data-control="${i}"]`));
  const drawControl = (i) => {
    const box = boxes[i];
    if (controls[i].words.length) box.querySelectorAll("input").forEach((one, place) => { one.checked = place === Math.round(state[i]); });
    else {
      box.querySelector("[type=range]").value = state[i];
      const typed = box.querySelector(".typed");
      if (document.activeElement !== typed) typed.value = plain(state[i]);
      box.classList.toggle("outside", isOutside(i));
    }
    box.querySelector("output").textContent = `${shown(i)}${isMoved(i) ? "" : " (baseline)"}`;
  };
  const drawTicks = (i) => {
    const one = controls[i], box = boxes[i].querySelector(".ticks");
    if (!box) return;
    const tick = (place, name, title) => {
      const node = make("span", "", name), share = (place - one.low) / (one.high - one.low);
      node.style.left = `calc(${share} * (100% - 16px) + 8px)`;
      node.title = title;
      return node;
    };
    const inside = (place) => place !== null && place >= one.low && place <= one.high;
    const others = marks.filter((m) => inside(m.at[i]) && m.at[i] !== one.start).map((m) => tick(m.at[i], "", `${m.title}: ${plain(m.at[i])}`));
    if (one.start !== null) others.push(tick(one.start, "now", `Baseline: ${plain(one.start)}`));
    if (mark !== null && inside(marks[mark].at[i])) others.push(tick(marks[mark].at[i], "chosen", marks[mark].title));
    box.replaceChildren(...others);
  };
  const changed = (fromLink) => {
    live = null;
    controls.forEach((_, i) => drawControl(i));
    draw();
    if (!fromLink) keep();
  };
  const move = (i, value) => { state[i] = value; live = null; drawControl(i); draw(); keep(); };
  boxes.forEach((box, i) => {
    if (controls[i].words.length) box.addEventListener("change", (event) => move(i, Number(event.target.value)));
    else {
      box.querySelector("[type=range]").addEventListener("input", (event) => move(i, Number(event.target.value)));
      const typed = box.querySelector(".typed");
      typed.addEventListener("input", () => {
        const value = typed.valueAsNumber, [low, high] = controls[i].allowed;
        if (Number.isFinite(value) && value >= low && value <= high) move(i, value);
        else id("said").textContent = `${controls[i].label}: a number from ${plain(low)} to ${plain(high)}.`;
      });
      typed.addEventListener("blur", () => drawControl(i));
    }
  });
  const choose = (place) => {
    mark = place;
    const note = id("beside");
    note.hidden = place === null;
    if (place !== null) {
      const one = marks[place], words = [];
      if (!Object.keys(one.exact).length) words.push("Its exact runs were not saved with this page.");
      const nowhere = controls.filter((_, i) => one.at[i] === null).map((c) => c.label);
      if (one.near.length + nowhere.length) words.push(`Only roughly on these levers: ${[...new Set([...one.near, ...nowhere])].join("; ")}.`);
      if (one.further.length) words.push(`It also sets ${one.further.map((name) => name.replace(/^[a-z]+\./, "").replace(/_/g, " ")).join(", ")}, which this page leaves at the baseline.`);
      note.textContent = `${one.title}. ${words.join(" ") || "These levers say all that it sets."}`;
    }
    controls.forEach((_, i) => drawTicks(i));
  };
  id("mark").addEventListener("change", (event) => {
    const place = event.target.value === "" ? null : Number(event.target.value);
    choose(place);
    state = starts.map((start, i) => (place === null || marks[place].at[i] === null ? start : marks[place].at[i]));
    changed();
  });
  id("reset").addEventListener("click", () => { id("mark").value = ""; choose(null); state = starts.slice(); changed(); });

  // --- the address ---
  const address = () => {
    const parts = controls.map((one, i) => [one.name, state[i], i]).filter(([, , i]) => isMoved(i)).map(([name, value]) => [name, plain(value)]);
    if (mark !== null) parts.push(["beside", marks[mark].name]);
    return new URLSearchParams(parts).toString();
  };
  const keep = () => {
    try { history.replaceState(null, "", `#${address()}`); } catch { location.hash = address(); }
  };
  const restore = () => {
    const told = new URLSearchParams(location.hash.slice(1));
    const place = marks.findIndex((one) => one.name === told.get("beside"));
    state = controls.map((one, i) => {
      const value = told.has(one.name) ? Number(told.get(one.name)) : NaN;
      const [low, high] = one.words.length ? [0, one.words.length - 1] : one.allowed;
      return Number.isFinite(value) && value >= low && value <= high ? value : starts[i];
    });
    id("mark").value = place < 0 ? "" : String(place);
    choose(place < 0 ? null : place);
    changed(true);
  };
  window.addEventListener("hashchange", () => { if (location.hash.slice(1) !== address()) restore(); });
  id("copy").addEventListener("click", async () => {
    keep();
    id("link").value = location.href;
    try { await navigator.clipboard.writeText(location.href); id("said").textContent = "Link copied: it opens this page with these levers."; }
    catch { id("link-line").hidden = false; id("link").select(); id("said").textContent = "Copy the link below."; }
  });

  // --- the scenario ---
  const scenario = () => {
    const moved = controls.map((one, i) => [one, state[i], i]).filter(([, , i]) => isMoved(i));
    const byLever = new Map();
    moved.forEach(([one, value]) => {
      const text = one.words.length ? one.yaml[Math.round(value)] : plain(value);
      const keys = byLever.get(one.lever) || [];
      keys.push(one.key ? `${JSON.stringify(one.key)}: ${text}` : text);
      byLever.set(one.lever, keys);
    });
    const keyed = new Set(controls.filter((one) => one.key).map((one) => one.lever));
    const body = [...byLever].map(([lever, texts]) => `    ${lever}: ${keyed.has(lever) ? `{${texts.join(", ")}}` : texts[0]}`);
    const effort = moved.some(([one]) => one.effort) ? [`effort: ${held.effort}`] : [];
    const title = id("title").value.trim() || "My policy";
    return [`title: ${JSON.stringify(title)}`, `question: ${JSON.stringify(held.question || held.title)}`, ...effort, "changes:", `  ${held.start}:`, ...body, ""].join("\n");
  };
  id("save").addEventListener("click", () => {
    if (!controls.some((_, i) => isMoved(i))) { id("said").textContent = "Nothing is changed yet: move a lever first."; return; }
    const name = (id("title").value.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "my_policy") + ".yaml";
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([scenario()], { type: "application/yaml" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    id("said").textContent = `Saved as ${name}: countermarket run ${name}`;
  });
  // --- exact runs, where a process on this machine answers ---
  const ask = async (pairs, policy) => {
    const answer = await fetch("exact", { method: "POST", body: JSON.stringify({ scenario: policy, pairs }) });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.message);
    return told.exact;
  };
  const refine = async () => {
    if (!controls.some((_, i) => isMoved(i))) { id("said").textContent = "Nothing is changed yet: move a lever first."; return; }
    const policy = scenario();
    for (const pairs of [2, 8, 20]) {
      id("said").textContent = `Running ${pairs} pairs\u2026`;
      const told = await ask(pairs, policy);
      if (scenario() !== policy) { id("said").textContent = ""; return; }
      live = told;
      draw();
      id("said").textContent = `Exact numbers are of ${pairs} pairs.`;
    }
  };
  if (held.live) id("exact").addEventListener("click", () => refine().catch((problem) => { id("said").textContent = `No exact answer: ${problem.message}`; }));
  window.addEventListener("beforeprint", () => document.querySelectorAll(".desk details").forEach((node) => { node.open = true; }));
  if (window.innerWidth > 1024) document.querySelectorAll(".desk details").forEach((node) => { node.open = true; });
  restore();
})();
