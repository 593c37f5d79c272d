// Questions about keys of hidden files: each is named with its host, and where nobody is asked the call is what it was.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FactAnswer } from "#guard/facts/facts.ts";
import type { OwnedKey } from "#guard/facts/key-use.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { makeProject, type TestProject } from "../../judging.ts";
import { HELD, judgedIn, team, type Trial } from "./in-a-sandbox.ts";

const KEYS: readonly OwnedKey[] = [
  { name: "STRIPE_KEY", kind: "key", hosts: ["api.stripe.com", "files.stripe.com"] },
  { name: "GH", kind: "key", hosts: ["api.github.com"] },
  { name: "HOOK", kind: "address", hosts: ["hooks.slack.com"] },
];

let where: TestProject;
beforeAll(() => {
  where = makeProject();
  writeFileSync(join(where.project, ".env"), "HOOK=https://hooks.slack.com/services/T0/B0/x\n");
});
afterAll(() => where.remove());

const shown = async (): Promise<FactAnswer> => ({ kind: "shown", as: "view", keys: KEYS });
const judged = (command: string, more: Trial = {}) =>
  judgedIn(where, command, { sandbox: HELD, shown, ...more });
const CHARGES = 'curl -sH "Authorization: Bearer $STRIPE_KEY" https://api.stripe.com/v1/charges';

describe("a call that uses a key towards its own host", () => {
  it.each<readonly [string, readonly string[], string]>([
    [
      `. ./.env; ${CHARGES}`,
      ["STRIPE_KEY api.stripe.com"],
      "sends the key `STRIPE_KEY` of `.env` to `api.stripe.com`",
    ],
    [
      'set -a; source .env; set +a; curl -d @a.txt "$HOOK"',
      ["HOOK hooks.slack.com"],
      "sends the secret address `HOOK` of `.env` to `hooks.slack.com`",
    ],
    [
      '. ./.env; export GH_TOKEN="$GH"; gh api user',
      ["GH api.github.com"],
      "sends the key `GH` of `.env` to `api.github.com`",
    ],
    [
      `. ./.env; ${CHARGES}; curl -H "Authorization: $GH" https://api.github.com/user`,
      ["STRIPE_KEY api.stripe.com", "GH api.github.com"],
      "sends 2 keys of hidden files to their own hosts",
    ],
  ])("is asked about, with each by its name: %s", async (command, keys, what) => {
    const decision = await judged(command);
    expect([decision.verdict, decision.reasons[0]?.rule]).toEqual(["ask", "guard/key"]);
    expect(decision.reasons[0]?.told?.what).toBe(what);
    expect(decision.keys?.map(({ name, host }) => `${name} ${host}`)).toEqual(keys);
    expect(decision.keys?.map(({ file }) => file)).toEqual(
      keys.map(() => join(where.project, ".env")),
    );
    // Each stands in the two lines that are read, and whole.
    const [first = "", second = ""] = reasonText(decision).split("\n");
    for (const { name, host } of decision.keys ?? [])
      expect(`${first}\n${second}`).toMatch(
        new RegExp(`\`${name}\` of \`\\.env\` to [^;]*\`${host}\``),
      );
    expect(`${first}${second}`).not.toContain("…");
    expect(reasonText(decision)).not.toContain("To stop being asked");
    // No yes to it is remembered.
    expect(decision.questions?.find(({ rule }) => rule === "guard/key")).toEqual({
      rule: "guard/key",
      what,
    });
  });

  it.each([
    // The key is not named, the host is another, or its connection is none that is held.
    ". ./.env; curl https://api.stripe.com/",
    '. ./.env; curl -H "Authorization: Bearer $STRIPE_KEY" https://example.com/',
    '. ./.env; curl -H "Authorization: Bearer $STRIPE_KEY" http://api.stripe.com/',
    '. ./.env; curl -H "Authorization: Bearer $STRIPE_KEY" https://api.stripe.com:8443/',
    '. ./.env; wget --header "Authorization: Bearer $STRIPE_KEY" https://api.stripe.com/',
    `. ./.env; ${CHARGES}; ssh host.example uptime`,
    // The file is not loaded.
    CHARGES,
    "STRIPE_KEYS=1; . ./.env; curl https://api.stripe.com/$STRIPE_KEYS",
  ])("is what it was where that is not so: %s", async (command) => {
    const decision = await judged(command);
    expect(decision.keys).toBeUndefined();
    expect(decision.reasons.map(({ rule }) => rule)).not.toContain("guard/key");
  });

  it("names as many as have a place in the question, and no other goes out", async () => {
    const keys = Array.from({ length: 9 }, (_, at): OwnedKey => {
      return { name: `A_RATHER_LONG_NAME_OF_A_KEY_${at}`, kind: "key", hosts: ["api.stripe.com"] };
    });
    const many = async (): Promise<FactAnswer> => ({ kind: "shown", as: "view", keys });
    const command = `. ./.env; curl -H "a: ${keys.map(({ name }) => `$${name}`).join("")}" https://api.stripe.com/`;
    const decision = await judged(command, { shown: many });
    const text = reasonText(decision);
    expect(decision.keys?.length).toBeGreaterThan(1);
    expect(decision.keys?.length).toBeLessThan(keys.length);
    for (const { name } of keys)
      expect([name, text.includes(name)]).toEqual([
        name,
        decision.keys?.some((use) => use.name === name),
      ]);
  });

  it("is refused as ever by what refuses, and never asks for more where nobody answers", async () => {
    const refused = await judged(`. ./.env; ${CHARGES}; rm -rf ~`);
    expect([refused.verdict, refused.keys]).toEqual(["deny", undefined]);
    const nobody = { ...where, session: { ...where.session, interactive: false } };
    const allowing = {
      ...team,
      rules: team.rules.filter(({ when }) => !when.effects.includes("egress")),
    };
    const held = { sandbox: HELD, shown, policy: allowing };
    const alone = await judgedIn(nobody, `. ./.env; ${CHARGES}`, held);
    expect(alone.keys).toBeUndefined();
    expect(alone.reasons.map(({ rule }) => rule)).not.toContain("guard/key");
  });

  it("counts no address that the session wrote into the file", async () => {
    const writtenPaths = new Set([join(where.project, ".env")]);
    const command = `. ./.env; ${CHARGES}; curl -d x "$HOOK"`;
    const names = async (more: Trial) =>
      (await judged(command, more)).keys?.map(({ name }) => name);
    expect(await names({})).toEqual(["STRIPE_KEY", "HOOK"]);
    expect(await names({ writtenPaths })).toEqual(["STRIPE_KEY"]);
  });

  it("is not put to a person for a call that nothing holds", async () => {
    const decision = await judged(`. ./.env; ${CHARGES}`, { sandbox: "none" });
    expect(decision.keys).toBeUndefined();
  });
});
