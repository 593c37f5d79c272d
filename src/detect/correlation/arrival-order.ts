// Events put into the order of their times, as far as they come late: a log is in the order of recording.

/** What arrives: `order` is its place in the log, which decides between equal times. */
export type Arrival = { readonly timeMs: number; readonly order: number };

/** Arrivals in order. `restart`: the clock was wrong, and time begins anew with these. */
export type Released<Item> = { readonly items: readonly Item[]; readonly isRestart: boolean };

export type OrderOptions = {
  /** How much later than a newer event one may come and still be put before it. */
  readonly latenessMs: number;
  /** Arrivals that wait at once; beyond, the oldest go on early. */
  readonly waitingMax: number;
  /** So many late arrivals in a row, and the clock was wrong and not they. */
  readonly lateRunMax: number;
};

/** The order that a stream of arrivals is put into. */
export type ArrivalOrder<Item extends Arrival> = {
  /** Takes one and gives those that nothing can come before any more, each list in the order of time. */
  push(item: Item): readonly Released<Item>[];
  /** Gives all that waits. */
  end(): readonly Released<Item>[];
  /** Arrivals that came too late and were left out. */
  readonly late: number;
};

/**
 * WHY late ones wait as well: one event that is dated years ahead would make all behind it late, and blind whoever counts. So many in a row
 * are taken for the truth: what waited is given out, and time begins anew.
 */
export function openOrder<Item extends Arrival>(options: OrderOptions): ArrivalOrder<Item> {
  const { latenessMs, waitingMax, lateRunMax } = options;
  const heap: Item[] = [];
  let newestMs = -Infinity;
  let givenMs = -Infinity;
  let lateRun: Item[] = [];
  let late = 0;

  const drained = (until: number): Item[] => {
    const out: Item[] = [];
    for (;;) {
      const [top] = heap;
      if (top === undefined || (top.timeMs > until && heap.length <= waitingMax)) return out;
      takeTop(heap);
      givenMs = Math.max(givenMs, top.timeMs);
      out.push(top);
    }
  };
  const everything = (): Item[] => {
    const out = drained(Infinity);
    heap.length = 0;
    return out;
  };
  const timely = (item: Item): void => {
    add(heap, item);
    newestMs = Math.max(newestMs, item.timeMs);
  };
  return {
    push(item) {
      if (item.timeMs < Math.max(givenMs, newestMs - latenessMs)) {
        lateRun.push(item);
        if (lateRun.length < lateRunMax) return [];
        const before = { items: everything(), isRestart: false };
        const again = lateRun;
        [lateRun, newestMs, givenMs] = [[], -Infinity, -Infinity];
        for (const one of again) timely(one);
        return [before, { items: drained(newestMs - latenessMs), isRestart: true }];
      }
      late += lateRun.length;
      if (lateRun.length > 0) lateRun = [];
      timely(item);
      const items = drained(newestMs - latenessMs);
      return items.length === 0 ? [] : [{ items, isRestart: false }];
    },
    end() {
      late += lateRun.length;
      lateRun = [];
      return [{ items: everything(), isRestart: false }];
    },
    get late() {
      return late;
    },
  };
}

function isBefore(one: Arrival, other: Arrival): boolean {
  return one.timeMs === other.timeMs ? one.order < other.order : one.timeMs < other.timeMs;
}

/** A binary heap with the earliest on top. */
function add<Item extends Arrival>(heap: Item[], item: Item): void {
  let place = heap.length;
  heap.push(item);
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(item, parent)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = item;
}

function takeTop<Item extends Arrival>(heap: Item[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, last)) break;
    heap[place] = child;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = last;
}
