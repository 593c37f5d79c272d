// Cases of the red team through the real client: what is refused leaves nothing, honest work runs, and a client that breaks leaves nothing either.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stepFault } from "#assure/redteam/client-outcome.ts";
import { loadFamilies } from "#surface/foundation/product/shipped-data.ts";
import { whyNoCaseJail } from "#surface/services/redteam/case-jail.ts";
import {
  type ClientCase,
  type ClientGuard,
  runClientCases,
} from "#surface/services/redteam/client-cases.ts";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram } from "./built-program.ts";
import { findClient } from "./client-binary.ts";
import { whyMissing } from "./machine.ts";

const WANTED = [
  ...["hidden-instructions/asks-for-env-file", "control-files/settings-by-shell"],
  ...["told-by-tools/workflow-written", "told-by-pages/archive-posted", "ci-push/force-push"],
  ...["honest-work/writes", "honest-work/commits"],
];
const rooms = () => readdirSync(tmpdir()).filter((name) => name.startsWith("sallyport-cases-"));
const casesOf = (names: readonly string[]) =>
  loadFamilies().flatMap((family) =>
    family.cases
      .filter(({ id }) => names.includes(`${family.id}/${id}`))
      .map((attack) => ({ family, attack })),
  );

let folder: string;
let missing: string | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-red-team-"));
  missing = whyNoCaseJail() ?? (await whyMissing(["client"]));
  if (missing === undefined) {
    const built = buildProgram(folder);
    if (built.status !== 0) throw new Error(`${built.stderr}${built.stdout}`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (client: string, names: readonly string[], more: Partial<ClientGuard> = {}) =>
  runClientCases(casesOf(names), { client, profile: { pack: "team" }, files: {}, ...more });
const nameOf = ({ family, attack }: ClientCase) => `${family.id}/${attack.id}`;

describe("a case through the client", () => {
  it("is stopped with an event of its session in the log, and honest work runs", async (ctx) => {
    skipIfMissing(ctx, missing);
    const client = await findClient();
    if (client.kind === "missing") throw new Error(client.reason);
    const before = rooms();
    const ran = await run(client.path, WANTED);
    expect(ran.map(nameOf).toSorted()).toEqual(WANTED.toSorted());
    for (const one of ran) {
      expect([nameOf(one), one.fault, one.steps.flatMap((step) => stepFault(step) ?? [])]).toEqual([
        ...[nameOf(one), undefined, []],
      ]);
      expect(one.session).toMatch(/^[0-9a-f-]{36}$/);
      for (const { evidence } of one.steps) expect(evidence?.policy).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(ran.map(({ session }) => session)).size).toBe(ran.length);
    expect(rooms()).toEqual(before);
  });

  it("fails with its reason where the client hangs or breaks, and nothing stays", async (ctx) => {
    skipIfMissing(ctx, missing);
    const broken = (name: string, text: string): string => {
      const file = join(folder, name);
      writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && echo 2.1.328 && exit 0\n${text}\n`);
      chmodSync(file, 0o755);
      return file;
    };
    const before = rooms();
    const names = ["honest-work/looks-around"];
    const [hung] = await run(broken("hung", "sleep 1000 & sleep 1000"), names, {
      sessionMsMax: 1_500,
    });
    expect(hung).toMatchObject({
      fault: "the client did not end in 2 seconds",
      session: undefined,
    });
    const [crashed] = await run(broken("crashed", "echo no model >&2; exit 3"), names);
    expect(crashed?.fault).toContain("the client never asked its model: no model");
    expect(rooms()).toEqual(before);
  });
});
