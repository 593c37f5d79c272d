// Draws an arranged graph on a canvas: only what is in sight, each colour in one stroke, names once they can be read.
import { plainLine } from "../parts/marks.ts";
import {
  type Arrangement,
  type GraphEdge,
  type GraphNode,
  NODE_HEIGHT,
  NODE_WIDTH,
} from "./model.ts";
import type { Sight } from "./sight.ts";

const NAME_CHARS = 25;
/** Below it names are smaller than anybody reads. */
const NAME_SCALE = 0.45;
const ARROW_SCALE = 0.35;

/** A graph made ready once: places in place of ids, names in which nothing steers the drawing. */
export type Drawable = {
  readonly arrangement: Arrangement;
  readonly names: readonly string[];
  readonly tones: readonly Tone[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly tone: "line-strong" | "warn" | "bad";
  }[];
};
type Tone = { readonly fill: string; readonly line: string };

const TONES: Readonly<Record<string, Tone>> = {
  request: { fill: "accent-soft", line: "accent" },
  call: { fill: "surface", line: "line-strong" },
  calls: { fill: "plain-soft", line: "line-strong" },
  refused: { fill: "bad-soft", line: "bad" },
  agent: { fill: "held-soft", line: "held" },
  agents: { fill: "held-soft", line: "held" },
  file: { fill: "good-soft", line: "good" },
  files: { fill: "good-soft", line: "good" },
};
const OUTSIDE: Tone = { fill: "warn-soft", line: "warn" };

/** `inChain`: ids of calls that are part of a chain. */
export function drawable(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  {
    arrangement,
    inChain,
  }: { readonly arrangement: Arrangement; readonly inChain: ReadonlySet<string> },
): Drawable {
  const placeOf = new Map(nodes.map(({ id }, place) => [id, place]));
  return {
    arrangement,
    names: nodes.map(nameOf),
    tones: nodes.map(({ id, kind }) => {
      const tone = TONES[kind] ?? OUTSIDE;
      return inChain.has(id) ? { ...tone, line: "bad" } : tone;
    }),
    edges: edges.flatMap(({ from, to, labels }) => {
      const [one, other] = [placeOf.get(from), placeOf.get(to)];
      if (one === undefined || other === undefined) return [];
      const isOfChain = inChain.has(from) || inChain.has(to);
      const tone = labels.length === 0 ? "line-strong" : isOfChain ? "bad" : "warn";
      return [{ from: one, to: other, tone }];
    }),
  };
}

/** A node's name in one line, with codes in place of what a reader would not see. */
export function nameOf({ name, count }: GraphNode): string {
  const shown = plainLine(name, NAME_CHARS);
  return count === undefined ? shown : `${count.toLocaleString("en")}: ${shown}`;
}

export function draw(
  canvas: HTMLCanvasElement,
  { arrangement, names, tones, edges }: Drawable,
  { sight, chosen }: { readonly sight: Sight; readonly chosen: number | undefined },
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = devicePixelRatio || 1;
  const { xs, ys } = arrangement;
  const style = getComputedStyle(canvas);
  const colours = new Map<string, string>();
  const colour = (name: string): string => {
    const known = colours.get(name) ?? style.getPropertyValue(`--${name}`).trim();
    colours.set(name, known);
    return known;
  };
  const { scale } = sight;
  const right = sight.x + canvas.width / ratio / scale;
  const bottom = sight.y + canvas.height / ratio / scale;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(
    ratio * scale,
    0,
    0,
    ratio * scale,
    -sight.x * ratio * scale,
    -sight.y * ratio * scale,
  );

  // WHY a path for each colour: a stroke for each edge takes ten times as long.
  const paths = { "line-strong": new Path2D(), warn: new Path2D(), bad: new Path2D() };
  for (const { from, to, tone } of edges) {
    const [x1, y1] = [(xs[from] ?? 0) + NODE_WIDTH / 2, ys[from] ?? 0];
    const [x2, y2] = [(xs[to] ?? 0) - NODE_WIDTH / 2, ys[to] ?? 0];
    const isOutside =
      Math.max(x1, x2) < sight.x ||
      Math.min(x1, x2) > right ||
      Math.max(y1, y2) < sight.y ||
      Math.min(y1, y2) > bottom;
    if (isOutside) continue;
    const path = paths[tone];
    const bend = Math.max(20, Math.min(120, Math.abs(x2 - x1) / 2));
    path.moveTo(x1, y1);
    path.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
    if (scale < ARROW_SCALE) continue;
    path.moveTo(x2 - 6, y2 - 4);
    path.lineTo(x2, y2);
    path.lineTo(x2 - 6, y2 + 4);
  }
  for (const tone of ["line-strong", "warn", "bad"] as const) {
    context.strokeStyle = colour(tone);
    context.lineWidth = (tone === "line-strong" ? 1 : 2) / Math.max(scale, 0.4);
    context.globalAlpha = tone === "line-strong" ? 0.45 : 0.9;
    context.stroke(paths[tone]);
  }
  context.globalAlpha = 1;

  const boxes = new Map<
    string,
    { readonly tone: Tone; readonly path: Path2D; readonly places: number[] }
  >();
  for (const [place, tone] of tones.entries()) {
    const [x, y] = [(xs[place] ?? 0) - NODE_WIDTH / 2, (ys[place] ?? 0) - NODE_HEIGHT / 2];
    if (x > right || y > bottom || x + NODE_WIDTH < sight.x || y + NODE_HEIGHT < sight.y) continue;
    const key = `${tone.fill} ${tone.line}`;
    const box = boxes.get(key) ?? { tone, path: new Path2D(), places: [] };
    boxes.set(key, box);
    box.path.rect(x, y, NODE_WIDTH, NODE_HEIGHT);
    box.places.push(place);
  }
  for (const { tone, path } of boxes.values()) {
    context.fillStyle = colour(tone.fill);
    context.strokeStyle = colour(tone.line);
    context.lineWidth = 1 / Math.max(scale, 0.4);
    context.fill(path);
    context.stroke(path);
  }
  if (scale >= NAME_SCALE) {
    context.fillStyle = colour("ink");
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.direction = "ltr";
    for (const { places } of boxes.values())
      for (const place of places)
        context.fillText(
          names[place] ?? "",
          (xs[place] ?? 0) - NODE_WIDTH / 2 + 8,
          ys[place] ?? 0,
          NODE_WIDTH - 14,
        );
  }
  if (chosen === undefined) return;
  context.strokeStyle = colour("accent");
  context.lineWidth = 3 / Math.max(scale, 0.4);
  const [x, y] = [(xs[chosen] ?? 0) - NODE_WIDTH / 2, (ys[chosen] ?? 0) - NODE_HEIGHT / 2];
  context.strokeRect(x - 3, y - 3, NODE_WIDTH + 6, NODE_HEIGHT + 6);
}
