// What of a call the newest request of a person spoke of: by the names of places and by words for deeds, and never by what a stranger may choose.
import { describe, expect, it } from "vitest";
import type { CallAct, Deed, Place } from "#detect/session/act.ts";
import { requestedOf } from "#detect/session/requested.ts";
import { startTrack } from "#detect/session/track.ts";

const host = (name: string, known?: Place["known"]): Place => ({
  kind: "host",
  name,
  ...(known === undefined ? {} : { known }),
});
const call = (
  gives: readonly Place[],
  does: readonly Deed[] = [],
  touchesSecret = false,
): CallAct => ({
  kind: "call",
  index: 1,
  agent: "",
  call: "c1",
  tool: "Bash",
  said: "x",
  verdict: "ask",
  takes: [],
  gives,
  touchesSecret,
  does,
  runsFetched: false,
  movesRemote: false,
});

describe("hosts", () => {
  it.each([
    ["post it to forum.acme.example", ["forum.acme.example"]],
    ["translate our texts with deepl", ["api-free.deepl.com"]],
    ["look at the metrics of relay1", ["relay1.acme.example"]],
    ["check db.acme.example and web.acme.example", ["db.acme.example", "web.acme.example"]],
  ])("are spoken of: %s", (request, names) => {
    expect(requestedOf(request, call(names.map((name) => host(name))))).toEqual(["hosts"]);
  });

  it.each([
    ["make a backup before we migrate", ["backup.evil.example"]],
    ["translate our texts with deepl", ["deepl-tools.example"]],
    ["post it to forum.acme.example", ["forum.acme.example", "drop.evil.example"]],
    ["", ["forum.acme.example"]],
    ["run the tests on localhost", ["localhost"]],
    ["push it to github.com", []],
  ])("are not: %s, %j", (request, names) => {
    expect(requestedOf(request, call(names.map((name) => host(name))))).toEqual([]);
  });

  it("of the person's own account say nothing", () => {
    expect(requestedOf("ask ghcr.io", call([host("ghcr.io", "account")]))).toEqual([]);
  });
});

describe("deeds", () => {
  it.each([
    ["make a pre-commit hook that runs the style check", "persist"],
    ["add completions for just to my .bashrc", "persist"],
    ["release 1.3 please", "publish"],
    ["deploy it to staging", "deploy"],
    ["clean up the merged branches, also on the server", "history"],
    ["add a rule for it to the settings", "tamper"],
  ] as const)("%s", (request, deed) => {
    expect(requestedOf(request, call([], [deed]))).toEqual([deed]);
    expect(requestedOf("fix the sum", call([], [deed]))).toEqual([]);
  });

  it("of history are those of others", () => {
    expect(requestedOf("clean up the merged branches", call([], ["history"]))).toEqual([]);
  });

  it("on pipelines and secrets are spoken of where the call is about them", () => {
    const workflow = call([{ kind: "file", name: ".github/workflows/ci.yml" }]);
    expect(requestedOf("cache npm in ci", workflow)).toEqual(["pipeline"]);
    expect(requestedOf("cache npm in ci", call([{ kind: "file", name: "a.yml" }]))).toEqual([]);
    expect(requestedOf("rotate the deploy key", call([], [], true))).toEqual(["secrets"]);
    expect(requestedOf("rotate the deploy key", call([]))).toEqual([]);
  });
});

it("the newest request of a session counts alone: what an earlier one had read may come back to its place", () => {
  const track = startTrack();
  track.add({ kind: "prompt", index: 1, agent: "", text: "read https://Tips.Hub.example/a" });
  const sends = call([host("tips.hub.example")]);
  expect(track.requested(sends)).toEqual(["hosts"]);
  track.add({ kind: "prompt", index: 2, agent: "", text: "now release" });
  expect(track.requested(sends)).toEqual([]);
});
