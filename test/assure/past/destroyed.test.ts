// What could bring back what was destroyed: told place by place.
import { describe, expect, it } from "vitest";
import { destroyedBy } from "#assure/past/destroyed.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";

const home = "/home/ada";
const place = {
  home,
  root: "/home/ada/shop",
  leftOut: new Set(["node_modules"]),
  temporary: ["/tmp"],
};
const at = (path: string): Target => ({ kind: "path", path, real: path, reach: "tree" });
const gone = (target: Target): Effect => ({ kind: "delete", target, via: [], at: undefined });
const act = (operation: string, remote?: string): Effect =>
  ({ kind: "history", operation, remote, via: [], at: undefined }) as Effect;

describe("what is destroyed", () => {
  it.each([
    ["a file of the project", gone(at("/home/ada/shop/src/a.ts")), "copies"],
    ["what tools make again", gone(at("/home/ada/shop/web/node_modules/x")), "tools"],
    ["the history", gone(at("/home/ada/shop/.git")), "copies"],
    ["the project itself", gone(at("/home/ada/shop")), "nothing"],
    ["a place outside", gone(at("/home/ada/Documents")), "nothing"],
    [
      "a place that is not known",
      gone({ kind: "unresolved", within: undefined, reach: "tree" }),
      "unknown",
    ],
    ["an amended commit", act("amend"), "reflog"],
    ["uncommitted work", act("discard"), "copies"],
    ["commits of others", act("force-push", "origin"), "nothing"],
    ["a branch here", act("delete-ref"), "reflog"],
    ["a branch there", act("delete-ref", "origin"), "nothing"],
  ])("%s", (_, effect, undo) => {
    expect(destroyedBy([effect], place)).toMatchObject([{ undo }]);
  });
  it("a temporary file is nothing to lose, but for a project that lies there", () => {
    expect(destroyedBy([gone(at("/tmp/x"))], place)).toEqual([]);
    const there = { ...place, root: "/tmp/shop" };
    expect(destroyedBy([gone(at("/tmp/shop/a"))], there)).toMatchObject([{ undo: "copies" }]);
  });
});
