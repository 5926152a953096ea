// Draws <div class="chart" data-chart="bar|line" data-source="id"> from the JSON element of that id with ECharts.
// When ECharts is missing the empty box goes away and the table under it opens.
const COLOURS = ["#a3101a", "#b98a1f", "#3b6e8f", "#5d7a4a", "#7a5a86", "#8c857c"];
const FONT = getComputedStyle(document.body).fontFamily;
const number = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });
const drawn = new Map();

const spoken = (title, data) =>
  data.series
    .map((series) => {
      const parts = data.categories.map((name, i) => `${name} ${series.values[i] == null ? "无数据" : number.format(series.values[i])}`);
      return `${series.name}：${parts.slice(0, 12).join("，")}${parts.length > 12 ? "……" : ""}`;
    })
    .reduce((text, line) => `${text}。${line}`, `${title}${data.unit ? `，单位${data.unit}` : ""}`);

const options = (kind, data, horizontal) => {
  const names = {
    type: "category",
    data: data.categories,
    inverse: horizontal,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "#8c857c" } },
    axisLabel: { color: "#5a544d", hideOverlap: true, interval: horizontal ? 0 : "auto" },
  };
  const values = {
    type: "value",
    axisLabel: { color: "#5a544d", formatter: (value) => number.format(value) },
    splitLine: { lineStyle: { color: "#e6e0d7" } },
  };
  const many = data.series.length > 1;
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: COLOURS,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 20, top: many ? 36 : 16, bottom: 8, containLabel: true },
    legend: many ? { top: 0, left: 0, textStyle: { color: "#23201d" } } : undefined,
    // Rich text: drawn on the canvas, so that no style attribute is needed.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: (value) => (value == null ? "—" : `${number.format(value)}${data.unit ?? ""}`) },
    xAxis: horizontal ? values : names,
    yAxis: horizontal ? names : values,
    series: data.series.map((series) => ({
      name: series.name,
      type: kind === "line" ? "line" : "bar",
      data: series.values,
      barMaxWidth: 36,
      symbolSize: 6,
      lineStyle: { width: 2.5 },
      connectNulls: false,
    })),
  };
};

const draw = (box) => {
  const source = document.getElementById(box.dataset.source);
  if (!source || drawn.has(box)) return;
  const figure = box.closest("figure");
  if (!window.echarts) {
    box.classList.add("is-missing");
    figure?.querySelector("details")?.setAttribute("open", "");
    return;
  }
  const data = JSON.parse(source.textContent);
  const title = figure?.querySelector("figcaption")?.firstChild?.textContent.trim() ?? "";
  box.setAttribute("aria-label", spoken(title, data));
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  chart.setOption(options(box.dataset.chart, data, "horizontal" in box.dataset));
  drawn.set(box, chart);
  new ResizeObserver(() => chart.resize()).observe(box);
};

const drawAll = (root) => {
  for (const [box, chart] of drawn) {
    if (box.isConnected) continue;
    chart.dispose();
    drawn.delete(box);
  }
  for (const box of root.querySelectorAll(".chart[data-chart]")) draw(box);
};

drawAll(document);
document.addEventListener("htmx:afterSettle", () => drawAll(document));
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
