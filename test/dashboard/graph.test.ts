// Arranging and moving the action graph, and files that are saved, without a browser.
import { describe, expect, it } from "vitest";
import { arrangeByTime } from "../../dashboard/src/graph/arrange-by-time.ts";
import { fitted, nodeAt, zoomed } from "../../dashboard/src/graph/sight.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "../../dashboard/src/graph/model.ts";
import { csvText } from "../../dashboard/src/parts/csv.ts";
import { plainLine } from "../../dashboard/src/parts/marks.ts";
import { HOSTILE } from "./answers/overview.ts";
import { madeGraph } from "./answers/sessions.ts";

describe("a graph in the order of time", () => {
  it.each([1, 24, 400, 1_220])("of %i calls has no node upon another", (calls) => {
    const { nodes, edges } = madeGraph(calls);
    const { xs, ys, width, height } = arrangeByTime(nodes, edges);
    const taken = new Set<string>();
    for (const [place] of nodes.entries()) {
      const [x, y] = [xs[place] ?? -1, ys[place] ?? -1];
      taken.add(`${Math.round(x)} ${Math.round(y)}`);
      expect(x - NODE_WIDTH / 2).toBeGreaterThanOrEqual(-0.5);
      expect(x + NODE_WIDTH / 2).toBeLessThanOrEqual(width + 0.5);
      expect(y + NODE_HEIGHT / 2).toBeLessThanOrEqual(height + 0.5);
    }
    expect(taken.size).toBe(nodes.length);
  });
  it("is no thread, however many requests there are", () => {
    const { nodes, edges } = madeGraph(1_220);
    const { width, height } = arrangeByTime(nodes, edges);
    expect(width / height).toBeGreaterThan(0.5);
    expect(width / height).toBeLessThan(8);
  });
});

describe("what is in sight", () => {
  const { nodes, edges } = madeGraph(24);
  const arrangement = arrangeByTime(nodes, edges);
  it("keeps the point that is zoomed at, and finds the node there", () => {
    const sight = fitted(arrangement, { width: 900, height: 500 });
    const at = {
      x: ((arrangement.xs[3] ?? 0) - sight.x) * sight.scale,
      y: ((arrangement.ys[3] ?? 0) - sight.y) * sight.scale,
    };
    expect(nodeAt(arrangement, sight, at)).toBe(3);
    expect(nodeAt(arrangement, zoomed(sight, 3, at), at)).toBe(3);
    expect(nodeAt(arrangement, sight, { x: -5_000, y: 0 })).toBeUndefined();
  });
});

describe("texts for places without elements", () => {
  it("say what a reader would not see", () => {
    const shown = plainLine(HOSTILE, 400);
    expect(shown).toContain("U+202E");
    expect(shown).not.toMatch(/[\u202a-\u202e\u200b\u001b]/);
    expect(plainLine("a".repeat(50), 10)).toBe(`${"a".repeat(10)}\u2026`);
  });
});

describe("a table as a file", () => {
  it.each([
    ["=1+1", `"'=1+1"`],
    ["@sum", `"'@sum"`],
    [' "quoted"\n', `" ""quoted""\n"`],
    [-3, "-3"],
    [null, '""'],
  ])("holds %s so that no spreadsheet runs it", (value, cell) => {
    expect(csvText(["a"], [[value]])).toBe(`"a"\r\n${cell}\r\n`);
  });
});
