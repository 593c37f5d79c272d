// Remotes and registries of a rule: restricting widely, allowing narrowly, and never sure of what nobody told.
import { expect, it } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import { covers, mayMatch } from "#guard/policy/match.ts";
import { parseRemote, withCertainRemotes } from "#guard/policy/remotes.ts";

const at = { via: [], at: undefined } as const;
const places = new PlaceTests({ projectRoot: "/p", home: "/home/ada" });
const push = (destination: string | undefined): Effect => ({
  ...at,
  kind: "publish",
  channel: "git",
  destination,
  refs: ["main"],
});
const install: Effect = {
  ...at,
  kind: "install",
  manager: "pip3",
  packages: ["x"],
  runsScripts: true,
};

it.each([
  ["https://github.com/acme/shop.git", "github.com", "acme/shop", true],
  ["git@GitHub.com:acme/shop.git", "github.com", "acme/shop", true],
  ["ssh://git@git.example:2222/acme/shop/", "git.example:2222", "acme/shop", true],
  ["ssh://git.example:22/a", "git.example", "a", true],
  ["http://git.example/a", "git.example", "a", false],
  ["https://github.com@evil.example/acme/shop", "evil.example", "acme/shop", true],
  ["https://git.example/acme/../evil", "git.example", undefined, true],
  ["https://git.example/acme%2f..", "git.example", undefined, true],
  ["github.com", "github.com", undefined, true],
  ["/srv/git/shop.git", undefined, "/srv/git/shop", true],
  ["file:///srv/git/shop", undefined, "/srv/git/shop", true],
])("%s is read as a host and a path", (url, host, path, isProven) => {
  expect(parseRemote(url)).toEqual({ host, path, isProven });
});

it.each([
  "ext::sh -c x",
  "../shop",
  "origin",
  "/srv/../etc",
  "file:///a%2fb",
  "https://a\\@b/c",
  "",
])("%s tells no place", (url) => {
  expect(parseRemote(url)).toBeUndefined();
});

type Case = readonly [
  patterns: readonly string[],
  url: string | undefined,
  may: boolean,
  sure: boolean,
];

it.each<Case>([
  [["github.com/acme/*"], "git@github.com:acme/shop.git", true, true],
  [["github.com/acme/*"], "https://github.com/ACME/shop", true, false],
  [["github.com/acme/*"], "http://github.com/acme/shop", true, false],
  [["github.com/acme/*"], "https://github.com:8443/acme/shop", true, false],
  [["github.com:8443/acme/*"], "https://github.com:8443/acme/shop", true, true],
  [["github.com/acme/*"], "https://github.com/acme/../evil/x", true, false],
  [["github.com/acme/*"], "https://github.com/evil/shop", false, false],
  [["github.com/acme/*"], "https://github.com.evil.example/acme/shop", false, false],
  [["github.com/acme/shop.git"], "https://github.com/acme/shop", true, true],
  [["github.com"], "https://github.com/any/thing", true, true],
  [["*.example"], "https://git.example/a", true, true],
  [["/srv/git/*"], "/srv/git/shop.git", true, true],
  [["/srv/git/*"], "https://srv.example/git/shop", false, false],
  [["github.com/acme/*"], undefined, true, false],
  [["github.com/acme/*"], "origin", true, false],
  [["evil.example", "github.com/acme/*"], "https://github.com/acme/shop", true, true],
])("remotes %j and a push to %s", (remotes, url, may, sure) => {
  const when = { effects: ["publish"], remotes } as const;
  expect(mayMatch(when, push(url), places, undefined).answer).toBe(may ? "yes" : "no");
  expect(covers(when, push(url), places)).toBe(sure);
});

it("except: what may be elsewhere is restricted, and what may be excepted is not allowed", () => {
  const when = { effects: ["publish", "history"], exceptRemotes: ["github.com/acme/*"] } as const;
  const may = (effect: Effect) => mayMatch(when, effect, places, undefined).answer;
  const rows = [
    ["https://github.com/acme/shop", "no", false],
    ["http://github.com/acme/shop", "yes", false],
    ["https://evil.example/acme/shop", "yes", true],
    [undefined, "yes", false],
  ] as const;
  for (const [url, answer, sure] of rows) {
    expect(may(push(url))).toBe(answer);
    expect(covers(when, push(url), places)).toBe(sure);
  }
  const local: Effect = { ...at, kind: "history", operation: "reset", remote: undefined };
  expect(may(local)).toBe("no");
  expect(may({ ...local, operation: "force-push", remote: "unknown" })).toBe("yes");
});

it("registry: publishing goes where it says; which one an install asks nobody knows", () => {
  const when = { effects: ["publish", "install"], registries: ["npm.acme.example"] } as const;
  const publish = (destination: string | undefined): Effect => ({
    ...at,
    kind: "publish",
    channel: "package",
    destination,
    refs: undefined,
  });
  expect(mayMatch(when, publish("npm.acme.example"), places, undefined).answer).toBe("yes");
  expect(covers(when, publish("npm.acme.example"), places)).toBe(true);
  expect(mayMatch(when, publish("other.example"), places, undefined).answer).toBe("no");
  expect(mayMatch(when, publish(undefined), places, undefined).answer).toBe("yes");
  expect(covers(when, publish(undefined), places)).toBe(false);
  expect(mayMatch(when, install, places, undefined).answer).toBe("yes");
  expect(covers(when, install, places)).toBe(false);
  expect(mayMatch(when, push("npm.acme.example"), places, undefined).answer).toBe("no");
});

it("managers and systems: one program under several names, one system and the unknown one", () => {
  const managers = { effects: ["install"], managers: ["pip"] } as const;
  expect(covers(managers, install, places)).toBe(true);
  expect(covers({ ...managers, managers: ["npm"] }, install, places)).toBe(false);
  const systems = { effects: ["deploy"], systems: ["prod1"] } as const;
  const deploy = (system: string): Effect => ({ ...at, kind: "deploy", system, operation: "x" });
  expect(covers(systems, deploy("prod1"), places)).toBe(true);
  expect(mayMatch(systems, deploy("prod2"), places, undefined).answer).toBe("no");
  expect(mayMatch(systems, deploy("remote"), places, undefined).answer).toBe("yes");
  expect(covers(systems, deploy("remote"), places)).toBe(false);
});

it("a call that changes remotes leaves open where its pushes go", () => {
  const changes: Effect = { ...at, kind: "persist", means: "git-remote", target: undefined };
  const forced: Effect = {
    ...at,
    kind: "history",
    operation: "force-push",
    remote: "https://a.example/x",
  };
  const before = [push("https://a.example/x"), forced, install];
  expect(withCertainRemotes(before)).toBe(before);
  expect(withCertainRemotes([changes, ...before])).toEqual([
    ...[changes, push(undefined), { ...forced, remote: "unknown" }, install],
  ]);
});

it("a push that reaches several hosts leaves open where it goes, and another push in the call does not", () => {
  const send = (host: string, start: number): Effect => ({
    via: ["git"],
    at: { start, end: start + 9 },
    kind: "egress",
    destination: { host, port: undefined, scheme: "https" },
    carries: [{ kind: "repository" }],
  });
  const from = (start: number): Effect => ({
    ...push("https://a.example/x"),
    via: ["git"],
    at: { start, end: start + 9 },
  });
  const two = [send("a.example", 0), from(0), send("b.example", 20), from(20)];
  expect(withCertainRemotes(two)).toBe(two);
  const mirrored = [...two, send("c.example", 20)];
  expect(withCertainRemotes(mirrored)[1]).toEqual(from(0));
  expect(withCertainRemotes(mirrored)[3]).toEqual({ ...from(20), destination: undefined });
});
