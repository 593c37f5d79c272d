// Figures over time, drawn by uPlot when a chart is opened, and the same as a table for who reads it.
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { plainLine } from "./marks.ts";
import { Text } from "./text.tsx";
import { areDays, axisLabels, formatCount, localText, utcDay, zoneText } from "./time-text.ts";

export type Series = {
  readonly name: string;
  /** A colour of the theme, such as `good`, `warn`, `bad`, `held`, `accent`. */
  readonly colour: "good" | "warn" | "bad" | "held" | "quiet" | "accent";
  readonly values: readonly (number | null)[];
};

const TABLE_ROWS_MAX = 500;

export function Chart(props: {
  /** What is shown, in words. */
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  /** Bars on top of one another in place of lines. */
  readonly isStacked?: boolean;
  readonly heightPx?: number;
}) {
  const { label, timesMs, series, isStacked = false, heightPx = 180 } = props;
  const isOfDays = areDays(timesMs);
  const frame = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let chart: uPlot | undefined;
    let isOver = false;
    const draw = async () => {
      const { default: Plot } = await import("uplot");
      if (isOver) return;
      chart?.destroy();
      const width = Math.max(120, element.clientWidth);
      const size = { width, height: heightPx, times: timesMs };
      chart = new Plot(optionsOf(Plot, series, isStacked, size), dataOf(props), element);
    };
    const again = () => void draw().catch(() => setProblem(true));
    again();
    const sizes = new ResizeObserver(() => {
      if (chart !== undefined && Math.abs(chart.width - element.clientWidth) > 1)
        chart.setSize({ width: Math.max(120, element.clientWidth), height: heightPx });
    });
    sizes.observe(element);
    // Colours are drawn into the picture: another theme is another picture.
    const themes = new MutationObserver(again);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    return () => {
      isOver = true;
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener("change", again);
      chart?.destroy();
    };
  }, [timesMs, series, isStacked, heightPx]);
  return (
    <figure class="chart">
      <figcaption class="chart-legend">
        <span class="unseen">{label}</span>
        {series.map(({ name, colour }) => (
          <span key={name} class="chart-name">
            <svg class="chart-dot" viewBox="0 0 8 8" aria-hidden="true">
              <rect class={`fill-${colour}`} width="8" height="8" rx="2" />
            </svg>
            <Text value={name} limit={80} isBrief />
          </span>
        ))}
        <span class="chart-name quiet">{isOfDays ? "days in UTC" : `times in ${zoneText()}`}</span>
      </figcaption>
      {problem && <p class="quiet">The chart could not be loaded; the figures are below.</p>}
      <div class="chart-frame" ref={frame} aria-hidden="true" />
      <details class="chart-table">
        <summary>Figures as a table</summary>
        <FigureTable {...props} isOfDays={isOfDays} />
      </details>
    </figure>
  );
}

function FigureTable(props: {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  readonly isOfDays: boolean;
}) {
  const { isOfDays } = props;
  const from = Math.max(0, props.timesMs.length - TABLE_ROWS_MAX);
  return (
    <table class="table">
      <caption class="unseen">{props.label}</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {props.series.map(({ name }) => (
            <th key={name} scope="col" class="cell-number">
              <Text value={name} limit={80} isBrief />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.timesMs.slice(from).map((ms, place) => (
          <tr key={ms}>
            <th scope="row">{isOfDays ? utcDay(ms) : localText(ms)}</th>
            {props.series.map(({ name, values }) => (
              <td key={name} class="cell-number">
                {formatCount(values[from + place] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Stacked series are sums from the last one up, so that each is drawn in front of the higher one. */
function dataOf(props: {
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  readonly isStacked?: boolean;
}): uPlot.AlignedData {
  const times = props.timesMs.map((ms) => ms / 1_000);
  if (props.isStacked !== true) return [times, ...props.series.map(({ values }) => [...values])];
  const sums = props.timesMs.map(() => 0);
  const stacked = props.series.map(({ values }) =>
    values.map((value, place) => {
      sums[place] = (sums[place] ?? 0) + (value ?? 0);
      return sums[place] ?? 0;
    }),
  );
  return [times, ...stacked.reverse()];
}

function optionsOf(
  Plot: typeof uPlot,
  series: readonly Series[],
  isStacked: boolean,
  {
    times,
    ...size
  }: { readonly width: number; readonly height: number; readonly times: readonly number[] },
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("quiet"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1, size: 4 },
  };
  const drawn = isStacked ? series.toReversed() : series;
  const isOfDays = areDays(times);
  const bars = isStacked ? Plot.paths.bars?.({ size: [0.8, 40] }) : undefined;
  return {
    // Days are counted in UTC: their marks stand there too.
    ...(isOfDays ? { tzDate: (s: number) => Plot.tzDate(new Date(s * 1_000), "Etc/UTC") } : {}),
    ...size,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: {
        range: (_chart, low, high) => [
          low - marginOf(times),
          // WHY not what the chart says: beside a single time it puts almost three years.
          (times.length === 1 ? low : high) + marginOf(times),
        ],
      },
      y: { range: (_chart, _low, high) => [0, Math.max(1, high) * 1.05] },
    },
    axes: [
      { ...axis, values: (_chart, splits) => axisLabels(splits, isOfDays) },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...drawn.map(({ name, colour: named }) => ({
        label: plainLine(name, 80),
        stroke: colour(named),
        width: isStacked ? 0 : 1.5,
        ...(isStacked ? { fill: colour(named), points: { show: false } } : {}),
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
  };
}

/** Beside a time that stands alone. */
const ALONE_MARGIN_S = 1_800;

/** Half a step beside the first and the last, in seconds, so that their bars are whole. */
function marginOf(timesMs: readonly number[]): number {
  const [first = 0, second] = timesMs;
  return second === undefined ? ALONE_MARGIN_S : (second - first) / 2_000;
}
