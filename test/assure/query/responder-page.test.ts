// Named questions over a recorded week: each answer is what the driver of the sessions saw happen, and the page shows them as they are.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkGiven, type Given } from "#assure/query/answers/named-question.ts";
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
}, 500_000);
afterAll(() => week.remove());

type Row = Readonly<Record<string, string | number | null>>;

/** The rows of an answer; options as a person types them. */
const rows = (id: string, ...words: readonly string[]): Promise<readonly Row[]> => {
  const given = Object.fromEntries(
    words.flatMap((word, place) =>
      word.startsWith("--") ? [[word.slice(2), words[place + 1] ?? ""]] : [],
    ),
  );
  return week.rows(id, given);
};

const check = (id: string, given: Given): unknown => {
  const question = NAMED_QUESTIONS.find((one) => one.id === id);
  return question && checkGiven(question, given);
};
const sum = (list: readonly Row[], key: string): number =>
  list.reduce((total, row) => total + Number(row[key]), 0);
const came = (list: readonly Row[], ...outcomes: readonly string[]): number =>
  list.filter((row) => outcomes.includes(String(row["came"]))).length;
const happened = (test: (said: string) => boolean) =>
  week.happened.filter(({ said }) => test(said));

describe("the named questions", { timeout: 500_000 }, () => {
  it("are twelve, each of another name, and the week has forty sessions", () => {
    expect(NAMED_QUESTIONS).toHaveLength(12);
    expect(new Set(NAMED_QUESTIONS.map(({ id }) => id)).size).toBe(12);
    expect(new Set(week.happened.map(({ session }) => session)).size).toBe(SESSIONS);
  });

  it("say of every call who, in which session and folder, how it ended and why, newest first", async () => {
    const given: Readonly<Record<string, readonly string[]>> = {
      "touched-file": ["--path", "cart.ts"],
      "touched-branch": ["--branch", "main"],
      "touched-package": ["--package", "zod"],
      "same-command": ["--text", "git push --force"],
    };
    for (const { id } of NAMED_QUESTIONS) {
      const found = await rows(id, ...(given[id] ?? []));
      expect([id, found.length > 0]).toEqual([id, true]);
      if (id === "session-did" || id === "changed-after") continue;
      const events = found.map((row) => Number(row["event"]));
      if (id !== "ran-held")
        expect([id, events]).toEqual([id, events.toSorted((one, other) => other - one)]);
      for (const row of found) {
        expect([id, PEOPLE.includes(row["user"] as "ada")]).toEqual([id, true]);
        expect(String(row["session"])).toMatch(/^5e551000-/);
        expect(row["place"]).toBe(`/home/${row["user"]}/shop`);
        expect(String(row["call"])).not.toMatch(/^$|\[\[SP:/);
        expect(String(row["why"])).toMatch(
          /^(?:the sandbox refused it .*; )?(?:rule \S+ (?:refuses it|asks a person first|allows it): \S|no rule refuses it, allows it or asks: left to)/,
        );
        expect(String(row["came"] ?? row["ended"])).toMatch(/ran|refused|did not run/);
      }
    }
  });

  it("who-pushed: what ran and what was refused, by person", async () => {
    const found = await rows("who-pushed");
    const pushes = happened((said) => /^(?:git push|npm publish)/.test(said));
    expect(found).toHaveLength(pushes.length);
    expect(came(found, "ran", "asked, then ran")).toBe(
      pushes.filter(({ ran, failed }) => ran && !failed).length,
    );
    expect(came(found, "refused")).toBe(pushes.filter(({ verdict }) => verdict === "deny").length);
    expect(came(found, "asked, did not run")).toBe(
      pushes.filter(({ verdict, ran }) => verdict === "ask" && !ran).length,
    );
    for (const user of PEOPLE) {
      const own = found.filter((row) => row["user"] === user && row["branch"] === "main");
      const forced = pushes.filter(
        (one) => one.user === user && one.said === "git push --force origin main",
      );
      expect([user, came(own, "refused")]).toEqual([user, forced.length]);
    }
  });

  it("session-did: every call of one session in order", async () => {
    const found = await rows("session-did", "--session", weekSession(1));
    const calls = week.happened.filter(({ session }) => session === weekSession(1));
    const told = new Set(
      found.filter((row) => row["what"] !== "prompt").map((row) => row["event"]),
    );
    expect(told.size).toBe(calls.length);
    const events = found.map((row) => Number(row["event"]));
    expect(events).toEqual(events.toSorted((one, other) => one - other));
    expect(found.filter((row) => row["what"] === "prompt").map((row) => row["name"])).toEqual([
      "Look at the search page and fix its test",
      "Now release it",
    ]);
  });

  it("refused-egress: each refused call with its host, those of the sandbox too", async () => {
    const found = await rows("refused-egress");
    const of = (key: string, value: string) => found.filter((row) => row[key] === value);
    expect(of("host", "paste.example")).toHaveLength(
      happened((said) => said.includes("paste.example")).length,
    );
    const seeds = happened((said) => said === "node scripts/seed.mjs");
    expect(of("by", "sandbox").map((row) => [row["call"], row["came"]])).toEqual(
      seeds.toReversed().map(({ said }) => [said, "asked, then ran and failed"]),
    );
    expect(of("what", "push").map((row) => row["call"])).toEqual(
      happened((said) => said.startsWith("git push --force")).map(({ said }) => said),
    );
  });

  it("touched-file, touched-branch, touched-package: that one and none beside it", async () => {
    const file = await rows("touched-file", "--path", "cart.ts");
    expect(new Set(file.map((row) => row["name"]))).toEqual(new Set(["src/cart.ts"]));
    expect(new Set(file.map((row) => row["how"]))).toEqual(new Set(["read", "changed"]));
    const branch = await rows("touched-branch", "--branch", "main");
    expect(branch).toHaveLength(happened((said) => said.endsWith(" origin main")).length);
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
    const inAnswers = found.filter((row) => String(row["call"]) === "cat build.log");
    expect(inAnswers).toHaveLength(builds.length);
    expect(new Set(inAnswers.map((row) => row["where"]))).toEqual(new Set(["output, masked"]));
    expect(found.filter((row) => row["where"] === "command").map((row) => row["call"])).toEqual(
      builds.map(
        () =>
          'curl -H "Authorization: Bearer <secret: gitlab-personal-access-token>" https://api.shop.example/me',
      ),
    );
    for (const row of inAnswers)
      expect(row["hosts"]).toBe("artifact.shop.example, api.shop.example");
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it("who-approved: each question with its answer and the seconds that it took", async () => {
    const found = await rows("who-approved");
    const asked = week.happened.filter(({ verdict }) => verdict === "ask");
    expect(found).toHaveLength(asked.length);
    const newest = asked.toReversed();
    expect(found.map((row) => row["waited_s"])).toEqual(newest.map(({ waitS }) => waitS ?? null));
    expect(found.map((row) => row["call"])).toEqual(
      newest.map(({ said }) => said.replace(TOKEN, "<secret: gitlab-personal-access-token>")),
    );
    expect(found.map((row) => [row["answer"], row["ended"]])).toEqual(
      newest.map(({ ran, failed }) =>
        ran ? ["approved", failed ? "ran and failed" : "ran"] : ["not approved", "did not run"],
      ),
    );
  });

  it("ran-held: the held calls that ran, and what stopped them", async () => {
    const found = await rows("ran-held");
    expect(found).toHaveLength(week.happened.filter(({ held, ran }) => held && ran).length);
    const stopped = found.filter((row) => row["refused"] !== "nothing");
    expect(found.slice(0, stopped.length)).toEqual(stopped);
    expect(new Set(stopped.map((row) => row["call"]))).toEqual(new Set(["node scripts/seed.mjs"]));
  });

  it("first-seen: a name once, and never one that was seen before the time asked for", async () => {
    const found = await rows("first-seen");
    const packages = found.filter((row) => row["kind"] === "package").map((row) => row["name"]);
    expect(new Set(packages)).toEqual(new Set(["dayjs", "left-pad", "nanoid", "pino", "zod"]));
    expect(packages).toHaveLength(5);
    const later = await week.rows("first-seen", {}, [Date.UTC(2026, 2, 4), 2 ** 48]);
    expect(later.map((row) => row["name"])).toEqual(["pino", "zod", "nanoid"]);
  });

  it("same-command: by person and folder", async () => {
    const found = await rows("same-command", "--text", "git push --force");
    expect(came(found, "refused")).toBe(
      happened((said) => said.startsWith("git push --force")).length,
    );
    expect(new Set(found.map((row) => row["place"]))).toEqual(
      new Set(PEOPLE.map((user) => `/home/${user}/shop`)),
    );
  });

  it("answer a person; nothing found says so, and without a session it is the newest", async () => {
    const none = await week.ask("touched-file", "--path", "nothing/such.ts");
    expect([none.code, none.out]).toEqual([
      0,
      expect.stringContaining("Nothing of this is on record for this time."),
    ]);
    const { out } = await week.ask("session-did", "--json");
    expect(out.split("\n")[0]).toContain('"time_ms":');
    expect((await week.ask("session-did")).out).toContain(
      `What session ${weekSession(39)} of ada in /home/ada/shop read`,
    );
  });

  it("refuse what they do not take, and say what they do", async () => {
    expect(() => check("touched-file", {})).toThrow(
      "`touched-file` needs `--path`, a path, or its last parts",
    );
    expect(() => check("who-pushed", { path: "x" })).toThrow("takes no `--path`: leave it out");
    expect(() => check("touched-file", { branch: "x", path: "y" })).toThrow("use `--path`");
    expect(() => check("touched-file", { path: " " })).toThrow("1 to 500 characters");
    expect(() => check("touched-file", { path: "a\nb" })).toThrow("on one line");
    expect(() => check("session-did", { session: "a b" })).toThrow("no id of a session");
    await expect(
      rows("changed-after", "--session", weekSession(1), "--prompt", "9"),
    ).rejects.toThrow('it has 1 "Look at the search page and fix its test", 2 "Now release it"');
    await expect(rows("same-command", "--text", "..")).rejects.toThrow("no letter or digit");
    const told = async (...words: string[]) => {
      const { code, err } = await week.ask(...words);
      expect([words.join(" "), code]).toEqual([words.join(" "), 2]);
      return err;
    };
    expect(await told("who-pushed", "--sql")).toContain("no question in SQL");
    expect(await told("denied-by-tool", "--path", "x")).toContain("takes no `--path`");
    expect(await told("touched-file")).toContain("needs `--path`");
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
    const counted = (await week.ask("calls-by-tool", "--csv")).out.trimEnd().split("\n").slice(1);
    const calls = counted.map((line) => Number(/"(\d+)"$/.exec(line)?.[1]));
    expect(calls.reduce((total, one) => total + one, 0)).toBe(week.happened.length);
    writeFileSync(join(folder, "who-pushed.yaml"), own);
    const { code, err } = await week.ask("denied-by-tool");
    expect([code, err]).toEqual([2, expect.stringContaining("a question `who-pushed` ships")]);
  });
});

describe("filters over the recorded week", { timeout: 500_000 }, () => {
  const log = async (...words: readonly string[]) => {
    const { code, out, err } = await week.run("log", ...words);
    return { code, out: out.trimEnd(), err };
  };

  it("find programs, hosts by their end, and subcommands and options as words", async () => {
    const count = async (filter: string): Promise<number> =>
      Number((await log("search", filter, "--count")).out);
    expect(await count("kind:decision program:curl")).toBe(
      happened((said) => said.startsWith("curl")).length,
    );
    expect(await count("host:shop.example")).toBe(
      happened((said) => /shop\.example|^git push/.test(said) && !said.startsWith("node")).length,
    );
    expect(await count("host:hop.example")).toBe(0);
    const refused = await count("rule:builtin:team/secrets/read");
    expect(refused).toBeGreaterThan(0);
    for (const rule of ["secrets/read", "team/secrets/read"])
      expect(await count(`rule:${rule}`)).toBe(refused);
    expect(await count("rule:crets/read")).toBe(0);
    expect(await count("kind:decision text:--force")).toBe(
      happened((said) => said.includes("--force")).length,
    );
    expect(await count("kind:decision text:checkout")).toBe(
      happened((said) => said.startsWith("git checkout")).length,
    );
  });

  it("count by any two fields: two lists, and a list with what is sealed", async () => {
    const counted = async (by: string) => {
      const { code, out } = await log("stats", "kind:decision", "--by", by, "--json");
      expect([by, code]).toEqual([by, 0]);
      return out.split("\n").map((line) => JSON.parse(line) as Row);
    };
    const both = await counted("program,rule");
    const curl = happened((said) => said.startsWith("curl -F")).length;
    expect(
      both.find((row) => row["program"] === "curl" && row["rule"] === "builtin:team/secrets/read"),
    ).toMatchObject({ events: curl });
    const sealed = await counted("effect,host");
    expect(sealed.some((row) => row["host"] === "paste.example")).toBe(true);
    expect((await log("stats", "--by", "tool,tool")).err).toContain("names a field twice");
    expect((await log("timeline", "--by", "program,rule")).err).toContain("takes both");
  });

  it("take the same times: so long ago, a day, a range with its last day", async () => {
    const day = "2026-03-03";
    const range = `${day}..${day}`;
    const all = Number((await log("search", `time:${day}`, "--count")).out);
    expect(all).toBeGreaterThan(50);
    expect(Number((await log("search", "--since", range, "--count")).out)).toBe(all);
    const stats = await log("stats", "--by", "kind", "--since", range, "--json");
    const rows = stats.out.split("\n").map((line) => JSON.parse(line) as Row);
    expect(sum(rows, "events")).toBe(all);
    expect((await log("detect", "--since", range)).out).toContain(`in ${all} events`);
    const story = await log("session", weekSession(1), "--since", "2026-03-02", "--until", day);
    expect(story.out).toContain(`Session ${weekSession(1)} of bob`);
    const wrong = await log("detect", "--since", "soon");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("such as `1h` or `7d`")]);
    expect((await log("session", weekSession(1), "--since", "1h")).err).toContain("at that time");
    expect((await log("stats", "--since", "7d", "--until", "1h")).out).toBe("nothing was found");
    expect((await log("search", "--since", range, "--until", "1h")).err).toContain(
      "leave `--until` out",
    );
    expect((await log("search", "time:7d", "--count")).code).toBe(0);
  });
});

describe("the page of the questions", () => {
  it("is what the program says (UPDATE=1 writes it), small, and without a secret", {
    timeout: 500_000,
  }, async () => {
    // Without the questions that the test before left behind.
    rmSync(join(week.data, "queries"), { recursive: true, force: true });
    const page = await responderPage(week);
    if (process.env["UPDATE"] === "1") writeResponderPage(page);
    expect(readResponderPage()).toBe(page);
    expect(page.length).toBeLessThan(40_000);
    expect(page).not.toContain(TOKEN);
    expect(page).not.toContain(week.data);
    const answers = page.match(/^\$ sallyport[^`]*(?:`(?!``)[^`]*)*/gm) ?? [];
    expect(answers).toHaveLength(12);
    for (const answer of answers) {
      const lines = answer.trimEnd().split("\n");
      expect(lines[2]).toMatch(/^From 2026-03-02 00:00:00 to 2026-03-09 00:00:00 \(UTC\): \d+ /);
      expect(lines[3]).toMatch(/^(?:Newest first|Oldest first|Those to which)/);
      expect(answer).toMatch(
        /^Open a row by the number under `event`, the first one so: sallyport log show \d+$/m,
      );
      expect(lines.at(-1)).toMatch(/^Not covered: \S/);
      for (const line of lines.slice(4, -1)) expect(line.length).toBeLessThanOrEqual(120);
    }
    expect(page).toContain("sallyport collector search 'text:\"git push --force\"' --reader FILE");
  });
});
