// A list of up to millions of rows of one height: only those in sight are drawn.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { rowWindow, SCROLL_PX_MAX, scrollFor } from "./row-window.ts";

export function Rows(props: {
  /** What the list holds, for who does not see it. */
  readonly label: string;
  readonly heads: readonly string[];
  readonly count: number;
  /** How many there are in all where that is known, for who does not see how long the list is. */
  readonly total?: number | null;
  readonly rowPx?: number;
  /** The cells of a row, one for each head. */
  readonly cells: (place: number) => readonly ComponentChildren[];
  readonly href?: (place: number) => string | undefined;
  /** The end is near: read on. Called until more are there. */
  readonly onNearEnd?: () => void;
  /** One class for the grid, which says how wide its columns are. */
  readonly class: string;
}) {
  const { count, cells, href, onNearEnd } = props;
  const router = useRouter();
  const frame = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [rowPx, setRowPx] = useState(props.rowPx ?? 32);
  const [here, setHere] = useState(0);
  const isWalking = useRef(false);
  const shown = rowWindow({ count, rowPx, topPx: top, heightPx: height });

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => {
      setHeight(element.clientHeight);
      const wanted = Number.parseFloat(getComputedStyle(element).getPropertyValue("--row-px"));
      if (Number.isFinite(wanted)) setRowPx(wanted);
    };
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  // WHY by properties of the element: a style attribute is what the page's policy forbids.
  useLayoutEffect(() => {
    const element = sheet.current;
    if (element === null) return;
    element.style.height = `${Math.min(count * rowPx, SCROLL_PX_MAX)}px`;
    for (const child of element.children)
      if (child instanceof HTMLElement) {
        const place = Number(child.dataset["place"]);
        child.style.transform = `translateY(${shown.offsetPx + (place - shown.first) * rowPx}px)`;
      }
    if (!isWalking.current) return;
    const row = element.querySelector(`[data-place="${here}"]`);
    if (row instanceof HTMLElement) {
      isWalking.current = false;
      row.focus({ preventScroll: true });
    }
  });
  useEffect(() => {
    if (shown.end >= count - 20) onNearEnd?.();
  }, [shown.end, count]);

  const walk = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowPx) - 1);
    const to = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: count - 1,
      PageDown: here + page,
      PageUp: here - page,
    }[event.key];
    const target = href?.(here);
    if (event.key === "Enter" && target !== undefined) return router.go(target);
    const element = frame.current;
    if (to === undefined || element === null || count === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(to, count - 1));
    isWalking.current = true;
    setHere(next);
    element.scrollTop = scrollFor(
      { count, rowPx, topPx: element.scrollTop, heightPx: height },
      next,
    );
    setTop(element.scrollTop);
  };
  const places = Array.from({ length: shown.end - shown.first }, (_, at) => shown.first + at);
  // The row that has the keyboard must be there, or Tab would lead past the list.
  const active = Math.max(shown.first, Math.min(here, shown.end - 1));
  return (
    <div
      class={`rows ${props.class}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.total ?? -1}
    >
      <div class="rows-head" role="row" aria-rowindex={1}>
        {props.heads.map((head) => (
          <span key={head} role="columnheader">
            {head}
          </span>
        ))}
      </div>
      <div
        class="rows-frame"
        ref={frame}
        role="rowgroup"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={walk}
      >
        <div class="rows-sheet" ref={sheet} role="presentation">
          {places.map((place) => (
            <div
              key={place}
              class="rows-row"
              data-place={place}
              role="row"
              aria-rowindex={place + 2}
              tabIndex={place === active ? 0 : -1}
              onFocus={() => setHere(place)}
              onClick={(event) => {
                const isLink = event.target instanceof Element && event.target.closest("a, button");
                const target = href?.(place);
                if (!isLink && target !== undefined) router.go(target);
              }}
            >
              {cells(place).map((cell, column) => (
                <span key={props.heads[column]} role="gridcell" class="rows-cell">
                  {cell}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
