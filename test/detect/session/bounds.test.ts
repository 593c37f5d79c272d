// Sessions without an end, and very many at once: what is kept of each is bounded. `npm run bench -- detect` has the full counts.
import { describe, expect, it } from "vitest";
import type { Act } from "#detect/session/act.ts";
import { startGraph } from "#detect/session/graph.ts";
import { storedTrackSchema } from "#detect/session/stored-track.ts";
import { startTrack, type Track } from "#detect/session/track.ts";
import * as v from "valibot";
import { actsAt } from "./many-acts.ts";

const NODES_MAX = 1_000;
const acts = (from: number, to: number): readonly Act[] =>
  Array.from({ length: to - from }, (_, at) => actsAt(from + at)).flat();

describe("a session without an end", () => {
  it("is drawn within a bound, with edges between what is drawn alone, and the rest counted", () => {
    const graph = startGraph({ nodesMax: NODES_MAX });
    const sizes = [];
    for (const part of [0, 1, 2]) {
      for (const act of acts(part * 1_600, part * 1_600 + 1_600)) graph.add(act);
      const { nodes, edges, chains, omitted } = graph.result();
      const known = new Set(nodes.map(({ id }) => id));
      expect(edges.filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([]);
      sizes.push({ nodes: nodes.length, edges: edges.length });
      expect(chains.length).toBeLessThanOrEqual(200);
      expect(omitted).toBeGreaterThan(part * 1_600);
    }
    expect(sizes[0]?.nodes).toBe(NODES_MAX);
    expect(sizes[1]).toEqual(sizes[0]);
    expect(sizes[2]).toEqual(sizes[0]);
  });

  it("still ends chains at its last call, and is put away within what is read back", () => {
    const track = startTrack();
    for (const act of acts(0, 6_000)) track.add(act);
    const stored = track.stored();
    expect(v.parse(storedTrackSchema, stored)).toEqual(stored);
    expect(stored.flow.files.length).toBeLessThanOrEqual(256);
    expect(JSON.stringify(stored).length).toBeLessThan(200_000);
    const [sent] = actsAt(6_005);
    if (sent?.kind !== "call") throw new Error("no call");
    for (const one of [track, startTrack(stored)])
      expect(one.look(sent).map(({ kind }) => kind)).toEqual(["secret-leaves", "told-then-acts"]);
  });
});

describe("very many sessions at once", () => {
  it("know nothing of one another, in whatever order their acts come", () => {
    const tracks = Array.from({ length: 400 }, () => startTrack());
    const whole = Array.from({ length: 8 }, (_, at) => actsAt(at)).flat();
    for (const act of whole)
      for (const [at, one] of tracks.entries()) if (isIts(act, at)) one.add(act);
    const sent = actsAt(5).find((act) => act.kind === "call");
    if (sent === undefined) throw new Error("no call");
    const ends = (track: Track) => track.look(sent).some(({ kind }) => kind === "secret-leaves");
    expect(tracks.map(ends)).toEqual(tracks.map((_, at) => at % 2 === 0));
  });
});

/** Every other session reads no secret. */
function isIts(act: Act, at: number): boolean {
  return at % 2 === 0 || act.kind !== "call" || !act.touchesSecret;
}
