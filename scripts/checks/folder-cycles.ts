// Whether folders import each other in a circle: at each level of src/, its folders and the files beside them.
import { importsOf, resolveImport, type SourceFile } from "./import-rules.ts";

/** One import of a file of ours. `names` are what is imported; `isType`, that nothing of it is there at run time. */
export type FileArrow = {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  readonly isType: boolean;
};

/** All imports that lead from one room to another one beside it. */
export type RoomArrow = {
  readonly from: string;
  readonly to: string;
  readonly imports: readonly FileArrow[];
};

/** What lies in one folder: its folders, each with all below it, and the files beside them as one room, `folder/*`. */
export type Level = {
  readonly folder: string;
  readonly rooms: readonly string[];
  readonly arrows: readonly RoomArrow[];
};

/** Names of an arrow as lists of allowed ones write them. */
export function arrowName({ from, to }: Pick<RoomArrow, "from" | "to">): string {
  return `${from} -> ${to}`;
}

/** The arrows between files that plain text shows, without names; types count as values do. */
export function fileArrows(files: readonly SourceFile[]): readonly FileArrow[] {
  return files.flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ from }) => {
      const to = resolveImport(path, from);
      return to === undefined ? [] : [{ from: path, to, names: [], isType: false }];
    }),
  );
}

/** Every folder that holds more than one room, with the arrows between its rooms. */
export function levelsOf(arrows: readonly FileArrow[], top = "src"): readonly Level[] {
  const levels = new Map<string, Map<string, RoomArrow & { readonly imports: FileArrow[] }>>();
  for (const arrow of arrows) {
    const meeting = meetingPlace(arrow.from, arrow.to, top);
    if (meeting === undefined) continue;
    const { folder, from, to } = meeting;
    const known = levels.get(folder) ?? new Map();
    levels.set(folder, known);
    const name = arrowName({ from, to });
    const room = known.get(name) ?? { from, to, imports: [] };
    known.set(name, room);
    room.imports.push(arrow);
  }
  return [...levels]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([folder, known]) => {
      const found = [...known.values()];
      const rooms = [...new Set(found.flatMap(({ from, to }) => [from, to]))].toSorted();
      return { folder, rooms, arrows: found };
    });
}

/** The deepest folder that holds both files, and the two rooms of it that they lie in; undefined for files of one room. */
function meetingPlace(
  from: string,
  to: string,
  top: string,
): { readonly folder: string; readonly from: string; readonly to: string } | undefined {
  if (!from.startsWith(`${top}/`) || !to.startsWith(`${top}/`)) return undefined;
  const [one, other] = [from.split("/"), to.split("/")];
  let depth = 0;
  while (depth < one.length - 1 && depth < other.length - 1 && one[depth] === other[depth])
    depth += 1;
  const folder = one.slice(0, depth).join("/");
  const room = (parts: readonly string[]): string =>
    parts.length === depth + 1 ? `${folder}/*` : `${folder}/${parts[depth]}`;
  const rooms = { folder, from: room(one), to: room(other) };
  return rooms.from === rooms.to ? undefined : rooms;
}

/** Rooms that reach each other, as groups of two or more: the strongly connected components, by Tarjan. */
export function cyclesOf(level: Pick<Level, "arrows">): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of level.arrows) next.set(from, [...(next.get(from) ?? []), to]);
  const indexes = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (room: string): number => {
    const index = indexes.size;
    indexes.set(room, index);
    let low = index;
    stack.push(room);
    for (const other of next.get(room) ?? []) {
      if (!indexes.has(other)) low = Math.min(low, visit(other));
      else if (stack.includes(other)) low = Math.min(low, indexes.get(other) ?? low);
    }
    lowest.set(room, low);
    if (low !== index) return low;
    const group = stack.splice(stack.indexOf(room));
    if (group.length > 1) groups.push(group.toSorted());
    return low;
  };
  for (const room of next.keys()) if (!indexes.has(room)) visit(room);
  return groups;
}

/**
 * Few arrows, by imports, without which a level has no cycle: what would have to be turned. The order is found by moving
 * rooms while that leaves fewer imports running up, so it is good and not proved to be the least.
 */
export function arrowsUp(level: Level): {
  readonly order: readonly string[];
  readonly up: readonly RoomArrow[];
} {
  const weights = new Map<string, number>();
  for (const arrow of level.arrows) weights.set(arrowName(arrow), arrow.imports.length);
  const weight = (from: string, to: string): number => weights.get(arrowName({ from, to })) ?? 0;
  const up = (order: readonly string[]): readonly RoomArrow[] =>
    level.arrows.filter(({ from, to }) => order.indexOf(from) < order.indexOf(to));
  // Lowest first: a room may import those before it.
  let order = [...level.rooms];
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (const room of level.rooms) {
      const rest = order.filter((one) => one !== room);
      // What runs up with the room at the very bottom, then step by step higher.
      let cost = rest.reduce((sum, other) => sum + weight(room, other), 0);
      const costs = [cost];
      for (const other of rest) {
        cost += weight(other, room) - weight(room, other);
        costs.push(cost);
      }
      const best = costs.indexOf(Math.min(...costs));
      if ((costs[best] ?? 0) < (costs[order.indexOf(room)] ?? 0)) {
        order = rest.toSpliced(best, 0, room);
        isBetter = true;
      }
    }
  }
  return { order, up: up(order) };
}

/**
 * What is wrong with the cycles of all levels: those that stay although every allowed arrow is left out, and allowed arrows
 * that are gone, or make no cycle any more.
 */
export function cycleFaults(
  levels: readonly Level[],
  allowed: readonly string[],
): readonly string[] {
  const faults: string[] = [];
  const needed = new Set<string>();
  for (const level of levels) {
    const isAllowed = (arrow: RoomArrow): boolean => allowed.includes(arrowName(arrow));
    const plain = level.arrows.filter((arrow) => !isAllowed(arrow));
    for (const group of cyclesOf({ arrows: plain })) {
      const inside = plain.filter(({ from, to }) => group.includes(from) && group.includes(to));
      const { up } = arrowsUp({ ...level, rooms: group, arrows: inside });
      for (const arrow of up) faults.push(`${arrowName(arrow)} closes a cycle: ${example(arrow)}`);
    }
    for (const arrow of level.arrows.filter(isAllowed))
      if (cyclesOf({ arrows: [...plain, arrow] }).length > 0) needed.add(arrowName(arrow));
  }
  for (const name of allowed)
    if (!needed.has(name)) faults.push(`${name} is allowed and makes no cycle: take it out`);
  return faults;
}

function example({ imports }: RoomArrow): string {
  const [first] = imports;
  if (first === undefined) throw new Error("an arrow without an import");
  const more = imports.length > 1 ? `, and ${imports.length - 1} more` : "";
  return `${first.from} imports ${first.to}${more}`;
}
