// What a call needs of the machine, told by its effects alone.
import { expect, test } from "vitest";
import type { Effect } from "../../../src/guard/vocabulary/effect.ts";
import { needsOf } from "../../../src/guard/hold/needs.ts";

const BASE = { via: [], at: undefined } as const;
const needs = (...effects: readonly Effect[]) =>
  needsOf({ effects, projectRoot: "/home/ada/shop", programs: ["x"] });
const entry = (path: string) => ({ kind: "path", path, real: path, reach: "entry" }) as const;

test("a call that only looks needs nothing of the machine", () => {
  const read: Effect = { kind: "read", target: entry("/home/ada/shop/a.txt"), ...BASE };
  expect(needs(read)).toMatchObject({
    network: "none",
    writes: [],
    changes: [],
    isUnbounded: false,
    isPrivileged: false,
  });
});

test.each<readonly [string, Effect]>([
  ["a push", { kind: "publish", channel: "git", destination: "a.test/x", refs: ["main"], ...BASE }],
  ["an install", { kind: "install", manager: "npm", packages: [], runsScripts: true, ...BASE }],
  ["a deployment", { kind: "deploy", system: "kubernetes", operation: "apply", ...BASE }],
  [
    "a request",
    {
      kind: "egress",
      destination: { host: "a.test", port: 443, scheme: "https" },
      carries: [],
      ...BASE,
    },
  ],
  [
    "a request to a host that nobody knows",
    {
      kind: "egress",
      destination: { host: undefined, port: undefined, scheme: undefined },
      carries: [],
      ...BASE,
    },
  ],
])("%s needs hosts", (_name, effect) => {
  expect(needs(effect).network).toBe("hosts");
});

const LOOPBACK: Effect = {
  kind: "egress",
  destination: { host: "127.0.0.1", port: 3000, scheme: "http" },
  carries: [],
  ...BASE,
};
const CODE: Effect = {
  kind: "execute",
  program: "npm test",
  origin: "project",
  reach: "unbounded",
  ...BASE,
};

test("the machine's own addresses are for calls without unforeseen code", () => {
  expect(needs(LOOPBACK)).toMatchObject({ network: "loopback", ports: [3000] });
  expect(needs(CODE, LOOPBACK)).toMatchObject({ network: "none", isUnbounded: true });
});

test("ending processes needs no host: a held call sees its session's alone", () => {
  const end: Effect = { kind: "deploy", system: "processes", operation: "end", ...BASE };
  expect(needs(end).network).toBe("none");
});

test("a remote that is a path is a place that is written, and no host", () => {
  const push: readonly Effect[] = [
    {
      kind: "egress",
      destination: { host: ".", port: undefined, scheme: "ssh", path: "../origin.git" },
      carries: [{ kind: "repository" }],
      ...BASE,
    },
    { kind: "publish", channel: "git", destination: "../origin.git", refs: ["main"], ...BASE },
  ];
  expect(needs(...push)).toMatchObject({
    network: "none",
    writes: [{ path: "/home/ada/origin.git", isTree: true }],
  });
});

test("writes count outside of the project, caches and scratch files left out", () => {
  const write = (path: string, mode: "create" | "cache" = "create"): Effect => ({
    kind: "write",
    target: entry(path),
    mode,
    ...BASE,
  });
  expect(
    needs(
      write("/home/ada/shop/a.txt"),
      write("/home/ada/notes.md"),
      write("/tmp/x"),
      write("/home/ada/.cache/x/y", "cache"),
    ),
  ).toMatchObject({
    writes: [{ path: "/home/ada/notes.md", isTree: false }],
    changes: ["/home/ada/shop/a.txt"],
  });
});

test("rights that nothing held can have are told; leaving the client's sandbox is none", () => {
  const gain: Effect = { kind: "privilege", means: "sudo", user: "root", ...BASE };
  const leave: Effect = { kind: "privilege", means: "outside-sandbox", user: undefined, ...BASE };
  expect(needs(gain).isPrivileged).toBe(true);
  expect(needs(leave).isPrivileged).toBe(false);
});

test.each([
  ["docker exec", true],
  ["docker compose up", true],
  ["docker-compose up", true],
  ["docker-compose", true],
  ["podman run", true],
  ["nerdctl", true],
  ["dockerize", false],
  ["docker-machine-x", false],
  ["npm test", false],
])("code of `%s` runs in a container: %s", (program, isOfEngine) => {
  const { hasEngine, isUnbounded } = needs({ ...CODE, program } as Effect);
  expect([hasEngine, isUnbounded]).toEqual([isOfEngine, !isOfEngine]);
});

test("code of a stranger in a container is unforeseen all the same", () => {
  const effect = { ...CODE, program: "docker run", origin: "download" } as Effect;
  expect(needs(effect)).toMatchObject({ hasEngine: false, isUnbounded: true });
});

test("an address without a port means the usual one of its scheme", () => {
  const to = (scheme: string, port?: number): Effect =>
    ({ ...LOOPBACK, destination: { host: "localhost", port, scheme } }) as Effect;
  expect(needs(to("postgresql"), to("redis", 6380), to("tcp")).ports).toEqual([
    5432,
    6380,
    undefined,
  ]);
});

test("a file that is loaded as a view is none that it may read, unless it is read besides", () => {
  const loaded: Effect = {
    kind: "read",
    target: { ...entry("/home/ada/shop/.env"), isLoaded: true },
    ...BASE,
  };
  const read: Effect = { kind: "read", target: entry("/home/ada/shop/.env"), ...BASE };
  const views = ["/home/ada/shop/.env"];
  const of = (...effects: readonly Effect[]) => {
    const found = needsOf({ effects, projectRoot: "/home/ada/shop", programs: [], views });
    return [found.reads, found.views];
  };
  expect(of(loaded)).toEqual([[], views]);
  expect(of(loaded, read)).toEqual([views, []]);
  // Without a view a person was asked about it.
  expect(needs(loaded)).toMatchObject({ reads: views, views: [] });
});

test("variables of the sandbox are left out of what a call shows of its environment, not beside code", () => {
  const shown: Effect = { kind: "read", target: entry("/proc/self/environ"), ...BASE };
  expect(needs(shown).showsVariables).toBe(true);
  expect(needs(shown, CODE as Effect).showsVariables).toBe(false);
  expect(needs({ ...shown, target: entry("/proc/1/environ") }).showsVariables).toBe(false);
});
