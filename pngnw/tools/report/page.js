// Charts in the colours of the page, and the sliders. Without this script the rest can be read.
"use strict";
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function look(width) {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    const axis = {
      labelColor: of("--text"), titleColor: of("--soft"), gridColor: of("--line"),
      domainColor: of("--line"), tickColor: of("--line"), titleFontWeight: "normal",
      labelFontSize: 12, titleFontSize: 12, labelSeparation: 5,
    };
    return {
      background: "transparent", font: "system-ui, sans-serif", axis,
      axisY: { labelLimit: Math.max(165, Math.min(250, 0.4 * width)) },
      legend: {
        labelColor: of("--text"), titleColor: of("--soft"), labelFontSize: 12,
        symbolBaseFillColor: of("--soft"), symbolBaseStrokeColor: of("--soft"),
      },
      view: { stroke: null }, text: { fontSize: 12 },
      style: {
        halo: { color: of("--card"), stroke: of("--card"), strokeWidth: 5, strokeJoin: "round" },
        name: { color: of("--text") },
      },
    };
  }

  async function draw(place) {
    const spec = JSON.parse(document.getElementById(place.dataset.spec).textContent);
    const config = { ...(spec.config || {}), ...look(place.clientWidth) };
    delete spec.config;
    try {
      // `ast`: Vega reads its expressions itself, so that the page can forbid eval.
      await vegaEmbed(place, spec, { config, renderer: "svg", actions: false, ast: true });
    } catch (error) {
      place.textContent = "This chart could not be drawn: " + error.message;
      throw error;
    }
  }

  async function drawAll() {
    delete document.documentElement.dataset.charts;
    const places = [...document.querySelectorAll(".vega")];
    const drawn = await Promise.allSettled(places.map(draw));
    const failed = drawn.filter((one) => one.status === "rejected");
    document.documentElement.dataset.charts = failed.length ? "failed" : "drawn";
    for (const one of failed) console.error(one.reason);
  }

  function slide(slider) {
    const input = slider.querySelector("input");
    const moments = JSON.parse(slider.dataset.moments);
    const frames = [...slider.querySelectorAll(".frame")];
    input.addEventListener("input", () => {
      const moment = Number(input.value);
      input.setAttribute("aria-valuetext", moments[moment]);
      slider.querySelector("output").textContent = moments[moment];
      for (const frame of frames) {
        frame.toggleAttribute("hidden", Number(frame.dataset.moment) !== moment);
      }
    });
  }

  // Vega keeps a chart as wide as its place, but not the room that names may take of it.
  let waiting, drawn = window.innerWidth;
  function resized() {
    clearTimeout(waiting);
    if (window.innerWidth === drawn) return;  // the keyboard of a phone, or its address bar
    waiting = setTimeout(() => { drawn = window.innerWidth; drawAll(); }, 150);
  }

  document.querySelectorAll(".slider").forEach(slide);
  dark.addEventListener("change", drawAll);
  window.addEventListener("resize", resized);
  drawAll();
})();
