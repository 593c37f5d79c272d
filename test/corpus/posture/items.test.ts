// Every item of every checklist in a world where it is so, in one where just that is not, and in one of which nothing was seen.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as v from "valibot";
import { isObject } from "#base/json.ts";
import { standingOf } from "#assure/posture/checklist/checklist.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadChecklists } from "#surface/services/posture/audit.ts";
import { scriptActs } from "#surface/services/posture/script-acts.ts";
import { scriptFaults } from "#surface/services/posture/shellcheck.ts";
import type { AuditInputs, Seen, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { caseOf } from "./case.ts";
import { shippedChecks, sightsOfCase } from "./judge.ts";

const read = (name: string): unknown =>
  parse(readFileSync(new URL(`items/${name}.yaml`, import.meta.url), "utf8"));
const part = v.optional(v.record(v.string(), v.unknown()), {});
const UNTRUE = v.parse(
  v.array(
    v.strictObject({
      items: v.pipe(v.array(v.string()), v.minLength(1)),
      comes: v.optional(v.picklist(["fail", "attest", "not-applicable"]), "fail"),
      files: part,
      home: part,
      managed: part,
      guard: v.optional(v.nullable(v.record(v.string(), v.unknown())), {}),
      machine: part,
      untracked: v.optional(v.array(v.string()), []),
      unattested: v.optional(v.array(v.string()), []),
    }),
  ),
  read("untrue"),
);
const KEPT = v.parse(v.looseObject({ statements: v.array(v.looseObject({ about: v.string() })) }), read("kept"));

const checks = [...shippedChecks().values()].flat();
const lists = loadChecklists(checks);
const names = lists.flatMap(({ id, items }) => items.map((item) => `${id}/${item.id}`));

/** Objects are joined, all else is replaced, `null` takes away. */
function join(onto: unknown, over: unknown): unknown {
  if (!isObject(over)) return over;
  const joined: Record<string, unknown> = isObject(onto) ? { ...onto } : {};
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete joined[key];
    else joined[key] = join(joined[key], value);
  }
  return joined;
}

async function standingIn(world: unknown): Promise<ReadonlyMap<string, string>> {
  const bare = await sightsOfCase({ ...caseOf(world), family: "secrets" });
  const acts = { kind: "seen", value: scriptActs(bare.repository) } as const;
  const faults = await scriptFaults(bare, process.env["PATH"]);
  return standing({ ...bare, scriptActs: acts, scriptFaults: faults });
}

function standing(inputs: AuditInputs): ReadonlyMap<string, string> {
  const runs = runChecks(checks, { ...inputs, isAskedFor: true });
  return new Map(
    lists.flatMap((list) =>
      standingOf(list, runs).map(({ id, outcome }) => [`${list.id}/${id}`, outcome] as const),
    ),
  );
}

test("each item passes where it is so", async () => {
  expect(Object.fromEntries(await standingIn(KEPT))).toEqual(
    Object.fromEntries(names.map((name) => [name, "pass"])),
  );
});

test.each(UNTRUE)("$items: not where it is untrue", async ({ items, comes, unattested, ...over }) => {
  const statements = KEPT.statements.filter(({ about }) => !unattested.includes(about));
  const found = await standingIn(join({ ...KEPT, statements }, over));
  expect(Object.fromEntries(items.map((name) => [name, found.get(name)]))).toEqual(
    Object.fromEntries(items.map((name) => [name, comes])),
  );
});

test("each item is untrue somewhere", () => {
  const tried = new Set(UNTRUE.flatMap(({ items }) => items));
  expect([...tried].filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => !tried.has(name))).toEqual([]);
});

test("no item passes where nothing was seen", async () => {
  const unseen = { kind: "unseen", why: "nobody looked" } as const;
  const nothing = (tree: SeenTree): SeenTree => ({ ...tree, files: new Map() });
  const seen = await sightsOfCase(caseOf({ id: "settings-unseen" }));
  const blank = Object.fromEntries(
    Object.entries(seen).map(([name, value]: [string, unknown]) => [
      name,
      isObject(value) && (value as Partial<Seen<unknown>>).kind === "seen" ? unseen : value,
    ]),
  );
  const found = standing({
    ...seen,
    ...blank,
    repository: nothing(seen.repository),
    unseen: [{ what: "the repository", why: "nobody looked" }],
  } as AuditInputs);
  expect([...found].filter(([, outcome]) => outcome === "pass")).toEqual([]);
});
