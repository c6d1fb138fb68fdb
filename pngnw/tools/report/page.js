// The sliders. Without this script the rest can be read.
"use strict";
for (const slider of document.querySelectorAll(".slider")) {
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
