// The action graph to look at: moved by mouse, touch and keyboard; what is chosen is told in words beside it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useAnnounce } from "../core/app.ts";
import { plainLine } from "../parts/marks.ts";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import { arrangeByFlow, FLOW_EDGES_MAX, FLOW_NODES_MAX } from "./arrange-by-flow.ts";
import { arrangeByTime } from "./arrange-by-time.ts";
import { type Drawable, draw, drawable } from "./draw.ts";
import { fitted, nodeAt, type Sight, zoomed } from "./sight.ts";
import type { Arrangement, GraphEdge, GraphNode } from "./model.ts";

const STEP_PX = 60;
const ZOOM = 1.25;
/** Farther than this a press is a move and no choice. */
const CLICK_PX = 5;

export type GraphViewProps = {
  readonly label: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Ids of calls that are part of a chain. */
  readonly inChain: ReadonlySet<string>;
  readonly byFlow: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
  /** Opens a group, or what a node stands for. */
  readonly onOpen: (node: GraphNode) => void;
};

export function GraphView(props: GraphViewProps) {
  const { label, nodes, edges, inChain, byFlow, chosen, onChoose, onOpen } = props;
  const announce = useAnnounce();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sight = useRef<Sight | undefined>(undefined);
  const hasMoved = useRef(false);
  const wanted = useRef(0);
  // From the answer to the picture, for whoever measures it.
  const begunMs = useRef(performance.now());
  const isFirst = useRef(true);
  const { arrangement, problem, isArranging } = useArrangement(nodes, edges, byFlow);
  const ready = useMemo(
    () => drawable(nodes, edges, { arrangement, inChain }),
    [nodes, edges, arrangement, inChain],
  );
  const at = chosen === undefined ? -1 : nodes.findIndex(({ id }) => id === chosen);
  const now = useRef<{ readonly ready: Drawable; readonly at: number }>({ ready, at });
  now.current = { ready, at };

  const boxOf = () => {
    const element = canvas.current;
    return { width: element?.clientWidth ?? 0, height: element?.clientHeight ?? 0 };
  };
  const paint = () => {
    wanted.current = 0;
    const element = canvas.current;
    if (element === null || element.clientWidth === 0) return;
    sight.current ??= fitted(now.current.ready.arrangement, boxOf());
    const place = now.current.at;
    performance.mark("graph-draw");
    draw(element, now.current.ready, {
      sight: sight.current,
      chosen: place < 0 ? undefined : place,
    });
    performance.measure("graph-draw", "graph-draw");
    if (isFirst.current) performance.measure("graph-shown", { start: begunMs.current });
    isFirst.current = false;
  };
  const soon = () => {
    if (wanted.current === 0) wanted.current = requestAnimationFrame(paint);
  };
  const look = (next: Sight) => {
    hasMoved.current = true;
    sight.current = next;
    soon();
  };

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const size = () => {
      const ratio = devicePixelRatio || 1;
      element.width = Math.round(element.clientWidth * ratio);
      element.height = Math.round(element.clientHeight * ratio);
      if (!hasMoved.current) sight.current = undefined;
      soon();
    };
    const sizes = new ResizeObserver(size);
    sizes.observe(element);
    // Colours are part of the picture: another theme is another picture.
    const themes = new MutationObserver(soon);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", soon);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015));
      if (sight.current !== undefined)
        look(zoomed(sight.current, factor, { x: event.offsetX, y: event.offsetY }));
    };
    // WHY by hand: a listener of the page's library may not keep the page from scrolling.
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      cancelAnimationFrame(wanted.current);
      wanted.current = 0;
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener("change", soon);
      element.removeEventListener("wheel", wheel);
    };
  }, []);
  useEffect(() => {
    // Another arrangement is another picture: what was in sight is elsewhere.
    hasMoved.current = false;
    sight.current = undefined;
    soon();
  }, [arrangement]);
  useEffect(soon, [ready, at]);

  // WHY kept apart: keys may come faster than the page is drawn anew, and each of them is a step.
  const standing = useRef(at);
  standing.current = at;
  const choose = (place: number | undefined) => {
    const node = place === undefined ? undefined : nodes[place];
    standing.current = place ?? -1;
    onChoose(node?.id);
    if (node !== undefined) announce(`${node.kind} ${plainLine(node.name, 120)}`);
  };
  const walkTo = (place: number) => {
    const next = (place + nodes.length) % nodes.length;
    const { xs, ys } = arrangement;
    const { width, height } = boxOf();
    const scale = Math.max(sight.current?.scale ?? 1, 0.7);
    look({
      x: (xs[next] ?? 0) - width / scale / 2,
      y: (ys[next] ?? 0) - height / scale / 2,
      scale,
    });
    choose(next);
  };
  const press = (event: KeyboardEvent) => {
    // WHY: another arrangement is not drawn yet, and its keys are not lost.
    const here = sight.current ?? fitted(arrangement, boxOf());
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { width, height } = boxOf();
    const middle = { x: width / 2, y: height / 2 };
    const step = STEP_PX / here.scale;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => look({ ...here, x: here.x - step }),
      ArrowRight: () => look({ ...here, x: here.x + step }),
      ArrowUp: () => look({ ...here, y: here.y - step }),
      ArrowDown: () => look({ ...here, y: here.y + step }),
      "+": () => look(zoomed(here, ZOOM, middle)),
      "=": () => look(zoomed(here, ZOOM, middle)),
      "-": () => look(zoomed(here, 1 / ZOOM, middle)),
      "0": () => look(fitted(arrangement, boxOf())),
      n: () => walkTo(standing.current + 1),
      p: () => walkTo(standing.current < 0 ? nodes.length - 1 : standing.current - 1),
      Enter: () => {
        const node = nodes[standing.current];
        if (node !== undefined) onOpen(node);
      },
      Escape: () => choose(undefined),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };
  const pointers = usePointers({
    move: (dx, dy) => {
      const here = sight.current;
      if (here !== undefined)
        look({ ...here, x: here.x - dx / here.scale, y: here.y - dy / here.scale });
    },
    pinch: (factor, point) => {
      if (sight.current !== undefined) look(zoomed(sight.current, factor, point));
    },
    click: (point) => {
      if (sight.current !== undefined) choose(nodeAt(arrangement, sight.current, point));
    },
  });
  const zoomBy = (factor: number) => {
    const { width, height } = boxOf();
    if (sight.current !== undefined)
      look(zoomed(sight.current, factor, { x: width / 2, y: height / 2 }));
  };
  return (
    <div class="graph">
      <div class="graph-tools">
        <button type="button" class="button" onClick={() => zoomBy(ZOOM)} aria-label="Zoom in">
          +
        </button>
        <button type="button" class="button" onClick={() => zoomBy(1 / ZOOM)} aria-label="Zoom out">
          &minus;
        </button>
        <button type="button" class="button" onClick={() => look(fitted(arrangement, boxOf()))}>
          Whole
        </button>
        <span class="quiet" role="status">
          {isArranging ? "Arranging by flow\u2026 " : ""}
          {problem !== undefined && <Text value={problem} limit={200} />}
          {`${formatCount(nodes.length)} nodes, ${formatCount(edges.length)} edges`}
        </span>
      </div>
      <div
        class="graph-frame"
        ref={frame}
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby="graph-keys"
        onKeyDown={press}
      >
        <canvas
          class="graph-canvas"
          ref={canvas}
          aria-hidden="true"
          {...pointers}
          onDblClick={() => {
            const node = nodes[at];
            if (node !== undefined) onOpen(node);
          }}
        />
      </div>
      <p class="quiet graph-keys" id="graph-keys">
        Arrow keys move, + and - zoom, 0 shows all, n and p walk from node to node, Enter opens. The
        tab beside this one has the same as a table.
      </p>
    </div>
  );
}

/** By time at once; by flow when the worker is done with it. */
function useArrangement(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  byFlow: boolean,
): {
  readonly arrangement: Arrangement;
  readonly problem: string | undefined;
  readonly isArranging: boolean;
} {
  const byTime = useMemo(() => arrangeByTime(nodes, edges), [nodes, edges]);
  const [flow, setFlow] = useState<{
    readonly of: Arrangement;
    readonly is: Arrangement | string;
  }>();
  const isTooLarge = nodes.length > FLOW_NODES_MAX || edges.length > FLOW_EDGES_MAX;
  useEffect(() => {
    if (!byFlow || isTooLarge) return;
    const end = new AbortController();
    void arrangeByFlow(nodes, edges, end.signal).then(
      (is) => setFlow({ of: byTime, is }),
      (cause: unknown) => {
        if (end.signal.aborted) return;
        const why = cause instanceof Error ? cause.message : "unknown";
        setFlow({ of: byTime, is: `It stays in the order of time: ${why}. ` });
      },
    );
    return () => end.abort();
  }, [byTime, byFlow, isTooLarge]);
  if (!byFlow) return { arrangement: byTime, problem: undefined, isArranging: false };
  if (isTooLarge)
    return {
      arrangement: byTime,
      isArranging: false,
      problem: "Too many edges to arrange by flow; it stays in the order of time. ",
    };
  const done = flow?.of === byTime ? flow.is : undefined;
  if (done === undefined || typeof done === "string")
    return { arrangement: byTime, problem: done, isArranging: done === undefined };
  return { arrangement: done, problem: undefined, isArranging: false };
}

type Point = { readonly x: number; readonly y: number };

/** One pointer moves, two zoom, and a press without a move chooses. */
function usePointers(on: {
  readonly move: (dx: number, dy: number) => void;
  readonly pinch: (factor: number, middle: Point) => void;
  readonly click: (point: Point) => void;
}) {
  const down = useRef(new Map<number, Point>());
  const wayPx = useRef(0);
  const pointOf = ({ offsetX: x, offsetY: y }: PointerEvent): Point => ({ x, y });
  return {
    onPointerDown(event: PointerEvent) {
      if (down.current.size === 0) wayPx.current = 0;
      down.current.set(event.pointerId, pointOf(event));
      if (event.currentTarget instanceof Element)
        event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent) {
      const before = down.current.get(event.pointerId);
      if (before === undefined) return;
      const point = pointOf(event);
      const [dx, dy] = [point.x - before.x, point.y - before.y];
      wayPx.current += Math.abs(dx) + Math.abs(dy);
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      down.current.set(event.pointerId, point);
      if (other === undefined) return on.move(dx, dy);
      const [from, to] = [
        Math.hypot(before.x - other.x, before.y - other.y),
        Math.hypot(point.x - other.x, point.y - other.y),
      ];
      if (from > 0) on.pinch(to / from, { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 });
    },
    onPointerUp(event: PointerEvent) {
      const isLast = down.current.delete(event.pointerId) && down.current.size === 0;
      if (isLast && wayPx.current <= CLICK_PX) on.click(pointOf(event));
    },
    onPointerCancel: (event: PointerEvent) => void down.current.delete(event.pointerId),
  };
}
