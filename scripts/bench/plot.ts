/** A line of a plot. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

export interface PlotText {
  title: string;
  x: string;
  y: string;
}

const [WIDTH, HEIGHT] = [640, 360];
const MARGIN = { left: 64, right: 88, top: 44, bottom: 52 };
const COLORS = { light: ["#0072b2", "#d55e00"], dark: ["#56b4e9", "#e69f00"] }; // Okabe and Ito 2008: colours that colour-blind people can distinguish
const TICKS = 5;

/**
 * An SVG of lines over linear axes that begin at 0. It follows the reader's light or dark scheme.
 */
export function plot(series: readonly Series[], { title, x, y }: PlotText): string {
  const points = series.flatMap((each) => each.points);
  const xEnd = Math.max(...points.map(([value]) => value));
  const xTicks = ticksTo(xEnd).filter((value) => value <= xEnd);
  const yTicks = ticksTo(Math.max(...points.map(([, value]) => value)));
  const yEnd = yTicks.at(-1) as number;
  const xOf = (value: number) => MARGIN.left + (value / xEnd) * (WIDTH - MARGIN.left - MARGIN.right);
  const yOf = (value: number) => HEIGHT - MARGIN.bottom - (value / yEnd) * (HEIGHT - MARGIN.top - MARGIN.bottom);

  const grid = yTicks.map((value) => {
    const at = yOf(value).toFixed(1);
    return `<path class="grid" d="M${MARGIN.left} ${at}H${WIDTH - MARGIN.right}"/>${label(MARGIN.left - 8, yOf(value) + 4, format(value), "end")}`;
  });
  const xLabels = xTicks.map((value) => label(xOf(value), HEIGHT - MARGIN.bottom + 18, format(value), "middle"));
  const lines = series.map(({ name, points: line }, index) => {
    const path = line.map(([px, py]) => `${xOf(px).toFixed(1)} ${yOf(py).toFixed(1)}`).join("L");
    const dots = line.map(([px, py]) => `<circle cx="${xOf(px).toFixed(1)}" cy="${yOf(py).toFixed(1)}" r="2.5"/>`);
    const [lastX, lastY] = line.at(-1) as [number, number];
    return `<g class="s${index}"><path class="line" d="M${path}"/>${dots.join("")}${label(xOf(lastX) + 8, yOf(lastY) + 4, name, "start")}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-size: 14px; font-weight: 600 }
.grid { stroke: #ddd } .line { fill: none; stroke-width: 2 }
${rules(COLORS.light)}
@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } ${rules(COLORS.dark)} }
</style>
<text class="title" x="${MARGIN.left}" y="22">${escapeXml(title)}</text>
${[...grid, ...xLabels, ...lines].join("\n")}
${label((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 12, x, "middle")}
<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y)}</text>
</svg>
`;
}

/** Round numbers from 0 to the first one that is at least `largest`. */
function ticksTo(largest: number): number[] {
  const power = 10 ** Math.floor(Math.log10(largest / TICKS));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each * TICKS >= largest) as number;
  return Array.from({ length: Math.ceil(largest / step) + 1 }, (_, index) => index * step);
}

function rules(colors: readonly string[]): string {
  return colors
    .map((color, n) => `.s${n} .line { stroke: ${color} } .s${n} circle, .s${n} text { fill: ${color} }`)
    .join(" ");
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeXml(text)}</text>`;
}

function format(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
