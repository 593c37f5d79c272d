// What of a drawing is in sight, nearer and farther, and which node is at a point of it.
import { type Arrangement, NODE_HEIGHT, NODE_WIDTH } from "./model.ts";

/** What of the drawing is in sight: its point at the upper left corner, and pixels for one of its units. */
export type Sight = { readonly x: number; readonly y: number; readonly scale: number };

const SCALE_LEAST = 0.02;
const SCALE_MOST = 2.5;

/** All of it in sight, as far as it can be. */
export function fitted(
  { width, height }: Pick<Arrangement, "width" | "height">,
  box: { readonly width: number; readonly height: number },
): Sight {
  const margin = 24;
  const scale = bounded(
    Math.min((box.width - 2 * margin) / width, (box.height - 2 * margin) / height, 1),
  );
  return {
    x: (width - box.width / scale) / 2,
    y: (height - box.height / scale) / 2,
    scale,
  };
}

/** Nearer or farther by a factor; the point of the picture at `x`, `y` stays where it is. */
export function zoomed(
  sight: Sight,
  factor: number,
  { x, y }: { readonly x: number; readonly y: number },
): Sight {
  const scale = bounded(sight.scale * factor);
  return {
    x: sight.x + x / sight.scale - x / scale,
    y: sight.y + y / sight.scale - y / scale,
    scale,
  };
}

const bounded = (scale: number) => Math.max(SCALE_LEAST, Math.min(SCALE_MOST, scale));

/** The node at a point of the picture, by its place in the list. */
export function nodeAt(
  { xs, ys }: Arrangement,
  sight: Sight,
  { x, y }: { readonly x: number; readonly y: number },
): number | undefined {
  const [px, py] = [sight.x + x / sight.scale, sight.y + y / sight.scale];
  for (let place = xs.length - 1; place >= 0; place -= 1)
    if (
      Math.abs((xs[place] ?? 0) - px) <= NODE_WIDTH / 2 &&
      Math.abs((ys[place] ?? 0) - py) <= NODE_HEIGHT / 2
    )
      return place;
  return undefined;
}
