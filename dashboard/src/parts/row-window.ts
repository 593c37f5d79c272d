// Which rows of a long list are in sight, also where the list is longer than a browser can scroll.

/** Browsers draw nothing beyond some 16 to 33 million pixels; a longer list is scrolled by share. */
export const SCROLL_PX_MAX = 8_000_000;
/** Rows drawn above and below what is in sight. */
const SPARE = 8;

export type Scrolled = {
  readonly count: number;
  readonly rowPx: number;
  /** How far the frame is scrolled. */
  readonly topPx: number;
  /** What the frame shows. */
  readonly heightPx: number;
};
/** Rows from `first` up to `end`, and where in the sheet the first of them begins. */
export type RowWindow = { readonly first: number; readonly end: number; readonly offsetPx: number };

export function rowWindow(scrolled: Scrolled): RowWindow {
  const { count, rowPx, topPx, heightPx } = scrolled;
  if (count <= 0) return { first: 0, end: 0, offsetPx: 0 };
  const top = Math.max(0, topPx);
  const virtualTop = top * factorOf(scrolled);
  const inSight = Math.max(0, Math.min(Math.floor(virtualTop / rowPx), count - 1));
  const first = Math.max(0, inSight - SPARE);
  const end = Math.min(count, inSight + Math.ceil(heightPx / rowPx) + 1 + SPARE);
  return { first, end, offsetPx: top - (virtualTop - first * rowPx) };
}

/** Where to scroll so that the row at `place` is in sight; where it is already, not at all. */
export function scrollFor(scrolled: Scrolled, place: number): number {
  const { rowPx, topPx, heightPx } = scrolled;
  const factor = factorOf(scrolled);
  const virtualTop = topPx * factor;
  if (place * rowPx < virtualTop) return (place * rowPx) / factor;
  const bottom = (place + 1) * rowPx - heightPx;
  return bottom > virtualTop ? bottom / factor : topPx;
}

/** Pixels of the list for one pixel of scrolling. */
function factorOf({ count, rowPx, heightPx }: Scrolled): number {
  const whole = count * rowPx;
  if (whole <= SCROLL_PX_MAX) return 1;
  return (whole - heightPx) / (SCROLL_PX_MAX - heightPx);
}
