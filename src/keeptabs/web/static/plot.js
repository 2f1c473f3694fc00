// Figures of the class "plot" as interactive charts, by uPlot (static/uplot, MIT). The data are those of the SVG.
"use strict";
(() => {
  const drawn = new Map();
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (value) => {
    for (const [size, unit] of [[1e9, "B"], [1e6, "M"], [1e3, "k"]]) if (Math.abs(value) >= size) return `${+(value / size).toFixed(1)}${unit}`;
    return String(+value.toPrecision(3));
  };
  const exact = (value, unit) => value == null ? "–" : unit === "$"
    ? "$" + value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    : value.toLocaleString("en-US", { maximumFractionDigits: 2 }) + (unit ? ` ${unit}` : "");
  const axis = (value, unit) => unit === "$" ? `$${short(value)}` : unit === "%" ? `${short(value)} %` : short(value);

  function stacked(series) {
    const upto = series[0].values.map(() => 0);
    return series.map((each) => each.values.map((value, n) => (upto[n] += value ?? 0)));
  }

  function options(data, box, svg) {
    const { unit, series } = data, tip = box.querySelector(".tip");
    const grid = { stroke: css("--grid"), width: 1 }, ticks = { show: false };
    const labels = { stroke: css("--faint"), font: "11px system-ui, sans-serif" };
    const lines = series.map((each, n) => {
      const colour = css(`--c${Math.min(n + 1, 6)}`);
      return data.stacked
        ? { label: each.name, fill: colour, stroke: css("--panel"), width: 1, points: { show: false }, paths: uPlot.paths.bars({ size: [0.84, 60], align: 0, radius: 0.06 }) }
        : { label: each.name, stroke: colour, width: 1.6, points: { show: false }, spanGaps: false };
    });
    return {
      width: box.clientWidth, height: svg ? 262 : 200, tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      legend: { show: false }, padding: [20, 8, 0, 0],
      cursor: { y: false, points: { show: !data.stacked }, drag: { x: true, y: false } },
      scales: { x: { time: true, range: (u, low, high) => { const step = data.times.length > 1 ? (data.times[1] - data.times[0]) / 2 : 43200; return data.stacked ? [low - step, high + step] : [low, high]; } },
        y: { range: (u, low, high) => [0, high > 0 ? uPlot.rangeNum(0, high, 0.05, true)[1] : 1] } },
      axes: [{ ...labels, grid: { show: false }, ticks, size: 26, values: (u, splits) => splits.map((at) => name(at, data)) },
        { ...labels, grid, ticks, size: 46, values: (u, splits) => splits.map((value) => axis(value, unit)) }],
      series: [{}, ...(data.stacked ? lines.reverse() : lines)],
      hooks: {
        setCursor: [(u) => point(u, data, tip)],
        draw: [(u) => note(u, data)],
      },
    };
  }

  function name(seconds, data) {
    const at = new Date(seconds * 1000), isHours = data.times.length > 1 && data.times[1] - data.times[0] < 86400;
    return at.toLocaleString("en-US", { timeZone: "UTC", ...(isHours ? { hour: "2-digit", minute: "2-digit", hour12: false } : { month: "short", day: "numeric" }) });
  }

  function point(u, data, tip) {
    const n = u.cursor.idx;
    tip.hidden = n == null || u.cursor.left < 0;
    if (tip.hidden) return;
    const rows = data.series.map((each, k) => [k, each.name, each.values[n]]).filter((row) => row[2]);
    const sum = data.stacked ? [[-1, "together", rows.reduce((all, row) => all + row[2], 0)]] : [];
    tip.replaceChildren(Object.assign(document.createElement("b"), { textContent: `${name(data.times[n], data)} UTC` }), ...[...rows, ...sum].map(([k, text, value]) => {
      const row = document.createElement("span");
      const label = Object.assign(document.createElement("i"), { textContent: text, className: k < 0 ? "" : `c${Math.min(k + 1, 6)}` });
      row.append(label, Object.assign(document.createElement("em"), { textContent: exact(value, data.unit) }));
      return row;
    }));
    const left = u.over.offsetLeft + u.valToPos(data.times[n], "x");
    const width = tip.offsetWidth;
    tip.style.left = `${left + 14 + width > u.root.clientWidth ? left - width - 14 : left + 14}px`;
  }

  function note(u, data) {
    if (!data.note) return;
    const { column, text } = data.note, at = data.times[column];
    const sum = data.series.reduce((all, each) => all + (each.values[column] ?? 0), 0);
    const x = u.valToPos(at, "x", true), y = u.valToPos(sum, "y", true);
    if (!(x >= u.bbox.left && x <= u.bbox.left + u.bbox.width)) return;
    u.ctx.save();
    u.ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    u.ctx.fillStyle = css("--bad");
    const words = `${text} ↓`, wide = u.ctx.measureText(words).width;
    u.ctx.textAlign = "left";
    u.ctx.fillText(words, Math.max(u.bbox.left, Math.min(x - wide / 2, u.bbox.left + u.bbox.width - wide)), y - 6 * devicePixelRatio);
    u.ctx.restore();
  }

  function draw(figure) {
    const data = JSON.parse(figure.dataset.plot);
    if (data.times.length < 2 || !data.series.length) return;
    drawn.get(figure)?.destroy();
    let box = figure.querySelector(".drawn");
    if (!box) {
      box = Object.assign(document.createElement("div"), { className: "drawn" });
      box.setAttribute("aria-hidden", "true");
      box.append(Object.assign(document.createElement("div"), { className: "tip", hidden: true }));
      figure.prepend(box);
      figure.classList.add("on");
    }
    const svg = figure.querySelector("svg.chart");
    const columns = data.stacked ? stacked(data.series).reverse() : data.series.map((each) => each.values);
    const u = new uPlot(options(data, box, svg), [data.times, ...columns], box);
    drawn.set(figure, u);
    u.over.addEventListener("click", () => { const href = data.hrefs?.[u.cursor.idx]; if (href && !u.select.width) location.assign(href); });
    for (const [n, link] of [...figure.querySelectorAll("svg.chart a")].entries()) {
      const at = data.linked ? data.linked[n] : n;
      link.addEventListener("focus", () => u.setCursor({ left: u.valToPos(data.times[at], "x"), top: 10 }));
      link.addEventListener("blur", () => u.setCursor({ left: -10, top: -10 }));
    }
  }

  let width = 0;
  new ResizeObserver(() => {
    if (innerWidth === width) return;
    width = innerWidth;
    for (const [figure, u] of drawn) if (figure.isConnected) u.setSize({ width: figure.querySelector(".drawn").clientWidth, height: u.height });
  }).observe(document.body);
  window.keeptabsPlots = (figures) => {
    for (const [figure, u] of drawn) if (!figure.isConnected) { u.destroy(); drawn.delete(figure); }
    figures.forEach(draw);
  };
})();
