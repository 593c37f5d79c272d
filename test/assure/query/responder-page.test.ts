// Named questions over a recorded week: each answer is what the driver of the sessions saw happen, and the page shows them as they are.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NAMED_QUESTIONS } from "#assure/query/answers/named-questions.ts";
import { PEOPLE, SESSIONS, TOKEN, weekSession } from "../../record/responder-week.ts";
import {
  readResponderPage,
  type RecordedWeek,
  recordedWeek,
  responderPage,
  writeResponderPage,
} from "./responder-page.ts";

let week: RecordedWeek;
beforeAll(async () => {
  week = await recordedWeek();
}, 180_000);
afterAll(() => week.remove());

type Row = Readonly<Record<string, string | number | null>>;
const OVER = ["--since", "2026-03-01", "--until", "2026-03-10"];

async function rows(...words: readonly string[]): Promise<readonly Row[]> {
  const { code, out, err } = await week.ask(...words, ...OVER, "--json");
  expect([code, err], words.join(" ")).toEqual([
    0,
    "sallyport: no daemon runs: the whole log was read instead\n",
  ]);
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

const sum = (list: readonly Row[], key: string): number =>
  list.reduce((total, row) => total + Number(row[key]), 0);
const happened = (test: (said: string) => boolean) =>
  week.happened.filter(({ said }) => test(said));

describe("the named questions", { timeout: 240_000 }, () => {
  it("are twelve, each of another name, and the week has forty sessions", () => {
    expect(NAMED_QUESTIONS).toHaveLength(12);
    expect(new Set(NAMED_QUESTIONS.map(({ id }) => id)).size).toBe(12);
    expect(new Set(week.happened.map(({ session }) => session)).size).toBe(SESSIONS);
  });

  it("who-pushed: what went and what was refused, by person", async () => {
    const found = await rows("who-pushed");
    const pushes = happened((said) => /^(?:git push|npm publish)/.test(said));
    expect(sum(found, "ran")).toBe(pushes.filter(({ ran, failed }) => ran && !failed).length);
    expect(sum(found, "refused")).toBe(pushes.filter(({ verdict }) => verdict === "deny").length);
    expect(sum(found, "not_run")).toBe(
      pushes.filter(({ verdict, ran }) => verdict === "ask" && !ran).length,
    );
    for (const user of PEOPLE) {
      const own = found.filter((row) => row["user"] === user && row["branch"] === "main");
      const forced = pushes.filter(
        (one) => one.user === user && one.said === "git push --force origin main",
      );
      expect([user, sum(own, "refused")]).toEqual([user, forced.length]);
    }
  });

  it("session-did: every call of one session in order, and the newest without its id", async () => {
    const found = await rows("session-did", "--session", weekSession(1));
    const calls = week.happened.filter(({ session }) => session === weekSession(1));
    const told = new Set(
      found.filter((row) => row["what"] !== "was asked").map((row) => row["event"]),
    );
    expect(told.size).toBe(calls.length);
    const events = found.map((row) => Number(row["event"]));
    expect(events).toEqual(events.toSorted((one, other) => one - other));
    expect(found.filter((row) => row["what"] === "was asked").map((row) => row["name"])).toEqual([
      "Look at the search page and fix its test",
      "Now release it",
    ]);
    const { out } = await week.ask("session-did");
    expect(out).toContain(`What session ${weekSession(39)} of ada read`);
  });

  it("refused-egress: each refused sending by its host, those of the hold too", async () => {
    const found = await rows("refused-egress");
    const denied = happened((said) => said.includes("paste.example"));
    expect(found.find((row) => row["host"] === "paste.example")?.["refused"]).toBe(denied.length);
    const seeds = happened((said) => said === "node scripts/seed.mjs");
    expect(
      sum(
        found.filter((row) => row["by"] === "the hold"),
        "refused",
      ),
    ).toBe(seeds.length);
  });

  it("touched-file, touched-branch, touched-package: that one and none beside it", async () => {
    const file = await rows("touched-file", "--path", "cart.ts");
    expect(new Set(file.map((row) => row["name"]))).toEqual(new Set(["src/cart.ts"]));
    expect(new Set(file.map((row) => row["how"]))).toEqual(new Set(["read", "changed"]));
    const branch = await rows("touched-branch", "--branch", "main");
    expect(branch).toHaveLength(happened((said) => / origin main$/.test(said)).length);
    const pack = await rows("touched-package", "--package", "left-pad@1.3.0");
    expect(pack.map((row) => row["call"])).toEqual(["npm install left-pad"]);
  });

  it("changed-after: by number and by words of the prompt, the last without", async () => {
    const session = ["--session", weekSession(0)];
    const first = await rows("changed-after", ...session, "--prompt", "1");
    expect(first.map((row) => row["name"])).toEqual(["src/cart.ts"]);
    const last = await rows("changed-after", ...session);
    expect(await rows("changed-after", ...session, "--prompt", "for review")).toEqual(last);
    expect(last.map((row) => row["name"])).toContain("cart-fix");
    expect(last.map((row) => row["name"])).not.toContain("src/cart.ts");
  });

  it("secrets-seen: in answers and calls, and the hosts from then on", async () => {
    const found = await rows("secrets-seen");
    const builds = happened((said) => said === "cat build.log");
    const inAnswers = found.filter((row) => String(row["where"]).includes("cat build.log"));
    expect(inAnswers).toHaveLength(builds.length);
    for (const row of inAnswers)
      expect(row["hosts"]).toBe("registry.shop.example, api.shop.example");
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it("who-approved: each question with its answer and the seconds that it took", async () => {
    const found = await rows("who-approved");
    const asked = week.happened.filter(({ verdict }) => verdict === "ask");
    expect(found).toHaveLength(asked.length);
    expect(found.map((row) => row["waited_s"])).toEqual(asked.map(({ waitS }) => waitS ?? null));
    expect(found.filter((row) => row["answer"] === "did not run")).toHaveLength(
      asked.filter(({ ran }) => !ran).length,
    );
  });

  it("ran-held: the held calls that ran, and what stopped them", async () => {
    const found = await rows("ran-held");
    expect(sum(found, "times")).toBe(week.happened.filter(({ held, ran }) => held && ran).length);
    const stopped = found.filter((row) => row["refused"] !== "");
    expect(new Set(stopped.map((row) => row["call"]))).toEqual(new Set(["node scripts/seed.mjs"]));
  });

  it("first-seen: a name once, and never one that was seen before the time asked for", async () => {
    const found = await rows("first-seen");
    const packages = found.filter((row) => row["kind"] === "package").map((row) => row["name"]);
    expect(packages.toSorted()).toEqual(["dayjs", "left-pad", "nanoid", "pino", "zod"]);
    const { out } = await week.ask("first-seen", "--since", "2026-03-04", "--json");
    const later = out.split("\n").filter((line) => line !== "");
    expect(later.map((line) => (JSON.parse(line) as Row)["name"])).toEqual([
      "nanoid",
      "zod",
      "pino",
    ]);
  });

  it("same-command: by person and folder, and the words for a collector", async () => {
    const found = await rows("same-command", "--text", "git push --force");
    expect(sum(found, "stopped")).toBe(
      happened((said) => said.startsWith("git push --force")).length,
    );
    expect(sum(found, "ran")).toBe(0);
    const { out } = await week.ask("same-command", "--text", "git push --force");
    expect(out).toContain("sallyport collector search 'text:\"git push --force\"' --reader FILE");
  });

  it("answer a person with a heading, plain columns and what is not covered; none says so", async () => {
    for (const { id, takes } of NAMED_QUESTIONS) {
      const given = Object.entries(takes).flatMap(([name, { isNeeded, example }]) =>
        isNeeded ? [`--${name}`, example.replaceAll("'", "")] : [],
      );
      if (id === "changed-after") given.push("--session", weekSession(0));
      const { code, out } = await week.ask(id, ...given, "--since", "2026-03-02");
      expect([id, code]).toEqual([id, 0]);
      const lines = out.trimEnd().split("\n");
      expect(lines[1], id).toMatch(/^From 2026-03-02 00:00:00 to now \(UTC\): \d+ /);
      expect(lines.at(-1), id).toMatch(/^Not covered: \S/);
    }
    const none = await week.ask("touched-file", "--path", "nothing/such.ts");
    expect([none.code, none.out]).toEqual([
      0,
      expect.stringContaining("Nothing of this is on record for this time."),
    ]);
  });

  it("refuse what they do not take, and say what they do", async () => {
    const told = async (...words: string[]) => {
      const { code, err } = await week.ask(...words);
      expect([words.join(" "), code]).toEqual([words.join(" "), 2]);
      return err;
    };
    expect(await told("touched-file")).toContain(
      "`touched-file` needs `--path`, a path, or its last parts",
    );
    expect(await told("who-pushed", "--path", "x")).toContain("takes no `--path`: leave it out");
    expect(await told("touched-file", "--branch", "x", "--path", "y")).toContain("use `--path`");
    expect(await told("touched-file", "--path", " ")).toContain("1 to 500 characters");
    expect(await told("session-did", "--session", "a b")).toContain("no id of a session");
    expect(await told("who-pushed", "--sql")).toContain("no question in SQL");
    expect(await told("changed-after", "--session", weekSession(1), "--prompt", "9")).toContain(
      'it has 1 "Look at the search page and fix its test", 2 "Now release it"',
    );
    expect(await told("same-command", "--text", "..")).toContain("no letter or digit");
    expect(await told("denied-by-tool", "--path", "x")).toContain("takes no `--path`");
  });

  it("stand in the list beside those in SQL and a person's own", async () => {
    const folder = join(week.data, "queries");
    mkdirSync(folder, { recursive: true });
    const own =
      "id: calls-by-tool\ntitle: Calls by tool\ndescription: Mine.\nsql: |\n  select tool, count(*) as calls from events\n  where kind = 'decision' and time_ms >= :since_ms and time_ms < :until_ms\n  group by tool order by calls desc, tool\n";
    writeFileSync(join(folder, "calls-by-tool.yaml"), own);
    const { out } = await week.ask();
    expect(out).toMatch(/^ {2}who-pushed +Who pushed or published/m);
    expect(out).toMatch(/^ {2}denied-by-tool +What was refused/m);
    expect(out).toMatch(/^ {2}calls-by-tool +Calls by tool$/m);
    const counted = (await rows("calls-by-tool")) as readonly { tool: string; calls: number }[];
    expect(counted.reduce((total, { calls }) => total + calls, 0)).toBe(week.happened.length);
    writeFileSync(join(folder, "who-pushed.yaml"), own);
    const { code, err } = await week.ask("denied-by-tool");
    expect([code, err]).toEqual([2, expect.stringContaining("a question `who-pushed` ships")]);
  });
});

describe("the page of the questions", () => {
  it("is what the program says (UPDATE=1 writes it), small, and without a secret", {
    timeout: 240_000,
  }, async () => {
    // Without the questions that the test before left behind.
    rmSync(join(week.data, "queries"), { recursive: true, force: true });
    const page = await responderPage(week);
    if (process.env["UPDATE"] === "1") writeResponderPage(page);
    expect(readResponderPage()).toBe(page);
    expect(page.length).toBeLessThan(40_000);
    expect(page).not.toContain(TOKEN);
    expect(page).not.toContain(week.data);
  });
});
