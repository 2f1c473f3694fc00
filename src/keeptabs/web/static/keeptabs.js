// What a page can do more with a script than without: keep up, be steered by keys, change its theme, draw plots.
"use strict";
(() => {
  const POLL = 2000; // ms; more where a page takes long to make
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const store = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* it holds for this page only */ } },
  };

  // Theme: the system's until one is chosen.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  function toggleTheme() {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    store.set("keeptabs-theme", document.documentElement.dataset.theme);
    drawPlots();
  }

  // Live: ask for the version, and take over the page when it is another one.
  let version = null, paused = store.get("keeptabs-paused") === "1", took = 0;
  const dot = $("#live"), said = $("#live-said");
  function tell(state, words) {
    if (!dot || dot.dataset.state === state) return;
    dot.dataset.state = state;
    said.textContent = words;
    dot.setAttribute("aria-pressed", String(state === "paused"));
  }
  function isBusy() {
    const at = document.activeElement;
    const types = at && at.matches("main input, main select, main textarea");
    const selects = !getSelection().isCollapsed && $("main").contains(getSelection().anchorNode);
    return types || selects || $("dialog[open]") !== null;
  }
  async function look() {
    if (!paused && document.visibilityState === "visible") {
      try {
        const answer = await fetch("/live", { cache: "no-store" });
        const now = (await answer.json()).version;
        if (version !== null && now !== version && !isBusy() && !paused) await renew();
        if (version === null || !isBusy()) version = now;
        if (!paused) tell("live", "live");
      } catch { tell("lost", "connection lost"); }
    }
    setTimeout(look, Math.max(POLL, 5 * took));
  }
  async function renew() {
    const began = performance.now();
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    took = performance.now() - began;
    const main = $("main", fresh);
    if (!main || isBusy()) return;
    const kept = remember();
    $("main").replaceWith(document.adoptNode(main));
    $$("nav[aria-label=Pages]").forEach((nav) => {
      const next = $("nav[aria-label=Pages]", fresh);
      for (const part of [".links", ".foot"]) if ($(part, next) && $(part, nav)) $(part, nav).replaceWith(document.adoptNode($(part, next)));
    });
    recall(kept);
    drawPlots();
  }
  const nameOf = (each) => each.id || each.getAttribute("aria-label") || each.getAttribute("href") || each.textContent.trim().slice(0, 80);
  function remember() {
    const focused = document.activeElement;
    return {
      at: [scrollX, scrollY],
      open: $$("main details[open] > summary").map(nameOf),
      scrolled: $$("main .scroll").map((each) => [nameOf(each), each.scrollLeft, each.scrollTop]),
      row: $("main tr.here") && $$("main tbody tr").indexOf($("main tr.here")),
      focus: focused && focused.closest("main, nav") && focused !== document.body ? [focused.tagName, nameOf(focused)] : null,
    };
  }
  function recall(kept) {
    for (const summary of $$("main details > summary")) if (kept.open.includes(nameOf(summary))) summary.parentElement.open = true;
    for (const [name, left, top] of kept.scrolled) for (const each of $$("main .scroll")) if (nameOf(each) === name) { each.scrollLeft = left; each.scrollTop = top; }
    if (kept.row !== null) $$("main tbody tr")[kept.row]?.classList.add("here");
    if (kept.focus) [...$$(kept.focus[0])].find((each) => nameOf(each) === kept.focus[1])?.focus({ preventScroll: true });
    scrollTo(...kept.at);
  }
  function togglePause() {
    paused = !paused;
    store.set("keeptabs-paused", paused ? "1" : "0");
    tell(paused ? "paused" : "live", paused ? "paused" : "live");
  }

  // Keys. Nothing that the browser or a form has a use for.
  const GO = { o: "/", e: "/explore", c: "/calls", t: "/traces", l: "/limits", h: "/cache", a: "/audit", k: "/leaks", p: "/prices" };
  let went = -Infinity; // when "g" was pressed
  function go(path) {
    const link = $$("nav .links a").find((each) => new URL(each.href).pathname === path);
    if (link) location.assign(link.href);
  }
  function step(by) {
    const rows = $$("main tbody tr").filter((row) => $("a", row));
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("here"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    rows.forEach((row) => row.classList.toggle("here", row === next));
    $("a", next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  function search() {
    const field = $("main input[type=search], main input[type=text]");
    if (field) field.focus(); else go("/calls");
  }
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    if (event.timeStamp - went < 1500 && GO[event.key]) { went = -Infinity; event.preventDefault(); go(GO[event.key]); return; }
    const acts = { "/": search, "?": () => $("#help").showModal(), j: () => step(1), k: () => step(-1), p: togglePause, d: toggleTheme };
    if (event.key === "g") went = event.timeStamp;
    else if (acts[event.key] && !$("dialog[open]")) { event.preventDefault(); acts[event.key](); }
  });

  // Plots: figures whose data stand in an attribute; what was drawn without a script stays beside, for readers.
  function drawPlots() {
    if (!$(".plot[data-plot]")) return;
    if (window.keeptabsPlots) { window.keeptabsPlots($$(".plot[data-plot]")); return; }
    if ($("script[src='/static/plot.js']")) return;
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/static/uplot/uPlot.min.css" });
    const library = Object.assign(document.createElement("script"), { src: "/static/uplot/uPlot.iife.min.js" });
    library.onload = () => document.head.append(Object.assign(document.createElement("script"), { src: "/static/plot.js", onload: drawPlots }));
    document.head.append(sheet, library);
  }

  system.addEventListener("change", drawPlots);
  $("#theme")?.addEventListener("click", toggleTheme);
  dot?.addEventListener("click", togglePause);
  $("#keys")?.addEventListener("click", () => $("#help").showModal());
  if (paused) tell("paused", "paused");
  drawPlots();
  look();
})();
