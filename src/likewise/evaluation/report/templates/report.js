"use strict";
// Draws each chart when it comes into view, in the colours of the page, and all of them before printing.
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const boxes = [...document.querySelectorAll(".chart")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  function draw(box, theme, width) {
    drawn.get(box)?.finalize();
    const chart = { ...charts.specs[box.dataset.chart] };
    if (width && chart.width === "container") chart.width = width;
    const options = { config: charts[theme], logger: vega.logger(vega.Error) };
    const spec = vegaLite.compile(chart, options).spec;
    const view = new vega.View(vega.parse(spec, null, { ast: true }), {
      expr: vegaInterpreter.expressionInterpreter,
      renderer: "svg",
      container: box,
    });
    view.run();
    drawn.set(box, view);
  }

  const colours = () => (dark.matches ? "dark" : "light");
  const redraw = (theme) => [...drawn.keys()].forEach((box) => draw(box, theme));

  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) {
          watch.unobserve(target);
          draw(target, colours());
        }
      }
    },
    { rootMargin: "600px" },
  );
  boxes.forEach((box) => watch.observe(box));

  dark.addEventListener("change", () => redraw(colours()));
  // Boxes still have the width of the screen here, so charts are given the width that they have on A4 or Letter.
  const paper = (box) => (box.closest(".wide") ? 440 : box.closest("#pairs, #groups") ? 660 : 290);
  addEventListener("beforeprint", () => {
    boxes.filter((box) => box.offsetParent).forEach((box) => {
      watch.unobserve(box);
      draw(box, "light", paper(box));
    });
  });
  addEventListener("afterprint", () => redraw(colours()));

  const field = document.querySelector(".filter input");
  field?.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let found = 0;
    for (const card of document.querySelectorAll("#columns article")) {
      card.hidden = !card.dataset.name.includes(wanted);
      found += !card.hidden;
    }
    document.querySelector(".none").hidden = found > 0;
  });
})();
