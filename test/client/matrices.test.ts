// Reads, pushes and everyday commands through the real client in a guarded project: nothing leaks, nothing is pushed, little is asked.
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { whyMissing } from "./machine.ts";
import { type Matrix, type MatrixStand, openMatrixStand, type Outcome } from "./matrices.ts";
import { plainCommands } from "./plain-commands.ts";
import { pushForms } from "./push-forms.ts";
import { readForms } from "./read-forms.ts";
import { WHY_NOT_HELD } from "../holding.ts";

/** Forms that leak today, by command, each with the reason. A form that no longer leaks must leave this list. */
const KNOWN_LEAKS: Readonly<Record<string, string>> = {};
/** Everyday commands that read a secret in this project, and so do not run though the client itself would run them. */
const READS_SECRETS = [
  "cat .env",
  "grep -r x .",
  "base64 .env",
  "diff pub.txt .env",
  "git diff --no-index pub.txt .env",
  "cat < .env",
  "rg x",
  "strings .env",
];

/** In bash all forms; in zsh, which differs little, those that get past the client's own rules. */
const readsIn = { bash: readForms, zsh: readForms.slice(35) };
const pushesIn = { bash: pushForms, zsh: pushForms.filter((form) => !form.refusedNatively) };

let missing: string | undefined;
let stand: MatrixStand | undefined;
const need = (ctx: TestContext, shell: "bash" | "zsh", lacks: string | undefined) => {
  if (missing !== undefined) ctx.skip(missing);
  if (lacks !== undefined) ctx.skip(`${shell}: ${lacks}`);
};
const commandsOf = (list: readonly { readonly command: string }[]): readonly string[] =>
  list.map(({ command }) => command);

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing === undefined) stand = openMatrixStand();
}, 300_000);
afterAll(() => stand?.close());

/** What runs where calls are held: the secret file is hidden from searches, and what loads it has other values. */
const RUN_HELD =
  WHY_NOT_HELD === undefined
    ? [
        ...["grep -r SECRET .", "grep -r x .", "rg x"],
        ...["source ./.env; echo $SECRET", ". ./.env; echo $SECRET"],
      ]
    : [];

describe.each(["bash", "zsh"] as const)("in %s", (shell) => {
  let lacks: string | undefined;
  let matrix: Matrix;
  let reads: readonly Outcome[];
  let pushes: readonly Outcome[];

  beforeAll(async () => {
    lacks = shell === "zsh" ? await whyMissing(["zsh"]) : undefined;
    if (stand === undefined || lacks !== undefined) return;
    matrix = await stand.run([...commandsOf(readsIn[shell]), ...commandsOf(pushesIn[shell])], {
      shell,
      guard: "ours",
      permissions: { allow: ["Bash", "Read"] },
      git: "real",
    });
    reads = matrix.outcomes.slice(0, readsIn[shell].length);
    pushes = matrix.outcomes.slice(readsIn[shell].length);
  }, 300_000);

  it("no read form leaks but where it is known, and each is refused", (ctx) => {
    need(ctx, shell, lacks);
    expect(reads).toHaveLength(shell === "bash" ? 68 : 33);
    const leaks = reads.filter(({ leak }) => leak !== undefined);
    expect(leaks.map(({ command }) => command)).toEqual(Object.keys(KNOWN_LEAKS));
    const passed = reads.filter(
      ({ wasDenied, command }) =>
        !wasDenied && !(command in KNOWN_LEAKS) && !RUN_HELD.includes(command),
    );
    expect(passed.map(({ command, verdict }) => `${command}: ${verdict}`)).toEqual([]);
  });
  it("no push form reaches the remote, and its protected branch does not move", (ctx) => {
    need(ctx, shell, lacks);
    expect(pushes).toHaveLength(shell === "bash" ? 51 : 15);
    expect(pushes.filter(({ received }) => received.length > 0)).toEqual([]);
  });
  it("push forms that push nothing run unasked, the others do not run", (ctx) => {
    need(ctx, shell, lacks);
    const ran = pushes.filter(({ wasDenied }) => !wasDenied);
    expect(commandsOf(ran).toSorted()).toEqual(
      commandsOf(pushesIn[shell].filter(({ pushes }) => pushes === false)).toSorted(),
    );
  });
  it("each call is answered, and a refusal names its rule", (ctx) => {
    need(ctx, shell, lacks);
    const wrong = matrix.outcomes.filter(
      ({ verdict, rule, wasDenied }) =>
        verdict === "none" || ((verdict === "deny" || verdict === "ask") && (!wasDenied || !rule)),
    );
    expect(wrong).toEqual([]);
  });
  it("a harmless read of the same session is left alone, before them and after", (ctx) => {
    need(ctx, shell, lacks);
    expect([matrix.plainBefore, matrix.plainAfter]).toEqual(["public", "public"]);
  });
});

describe("without any rule of the client's", () => {
  it("what the client runs unasked still runs unasked, but for what reads a secret", async (ctx) => {
    if (stand === undefined) return ctx.skip(missing ?? "");
    const native = plainCommands.filter(({ runsNatively }) => runsNatively);
    const { outcomes } = await stand.run(commandsOf(native), {
      shell: "bash",
      guard: "ours",
      permissions: {},
      git: "real",
    });
    expect(outcomes).toHaveLength(32);
    const refused = outcomes.filter(({ wasDenied }) => wasDenied);
    expect(commandsOf(refused)).toEqual(
      READS_SECRETS.filter((command) => !RUN_HELD.includes(command)),
    );
    expect(refused.filter(({ verdict }) => verdict !== "deny")).toEqual([]);
    expect(outcomes.filter(({ leak }) => leak !== undefined)).toEqual([]);
  });
});
