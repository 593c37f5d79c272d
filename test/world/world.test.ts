// The measurement on public repositories: its list and labels have their form, and its choice and its figures are right.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  readAuditAnswers,
  readAuditLabels,
  trueShare,
  writeAuditQuestions,
} from "./audit-labels.ts";
import { PROGRAM } from "../program.ts";
import { auditedOf, wordLines } from "./audits.ts";
import { aroundOf, readAnswers, writeQuestions } from "./asking.ts";
import { mayBePersonal, secretStrength } from "./candidates.ts";
import { findingsOf } from "./findings.ts";
import { type Label, labelKey, readLabels } from "./labels.ts";
import { ratesOf, shareText, wilson } from "./rates.ts";
import { missedSection, readMissed } from "./missed-audits.ts";
import { HALVES, mirrorOf, readRepositories } from "./repositories.ts";
import { askGitSecrets } from "./git-secrets.ts";
import { type FileIn, foundIn, PEERS } from "./peers.ts";
import { kindOf, lineDigest, sampleOf } from "./samples.ts";
import { worldPage } from "./world-page.ts";
import { skipIfMissing } from "../skipping.ts";

const folder = mkdtempSync(join(tmpdir(), "world-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the list of repositories", () => {
  const repositories = readRepositories();

  it("names at least 200, each once, and 60 with settings of an agent", () => {
    expect(repositories.length).toBeGreaterThanOrEqual(200);
    expect(new Set(repositories.map(({ name }) => name)).size).toBe(repositories.length);
    expect(repositories.filter(({ hasAgent }) => hasAgent).length).toBeGreaterThanOrEqual(60);
  });

  it("is halved by a digest of the name", () => {
    const wrong = repositories.filter(({ name, half }) => {
      if (half === "practice") return false;
      const first = createHash("sha256").update(name).digest("hex")[0] ?? "";
      return half !== (Number.parseInt(first, 16) % 2 === 0 ? "open" : "sealed");
    });
    expect(wrong).toEqual([]);
  });
});

describe("labels", () => {
  it.each(HALVES)("of %s are of its repositories, with few plain words", (half) => {
    const names = new Set(
      readRepositories()
        .filter((one) => one.half === half)
        .map(({ name }) => name),
    );
    const labels = readLabels(half);
    expect(labels.length).toBeGreaterThan(500);
    expect(labels.filter(({ repository }) => !names.has(repository))).toEqual([]);
    expect(labels.filter(({ why }) => !/^[a-z][a-z0-9 -]{1,40}$/.test(why))).toEqual([]);
  });
});

describe("lines that may hold something", () => {
  it.each([
    ["DB_PASSWORD=hunter2x", "strong"],
    ['"clientSecret": "abcd1234"', "strong"],
    ["postgres://app:letmein@db/app", "strong"],
    ["-----BEGIN RSA PRIVATE KEY-----", "strong"],
    ["  Authorization: Basic YWJjOmRlZg==", "strong"],
    ["mysql -u root -pletmein", "strong"],
    ["x = 'aB3dE5fG7hI9jK1lM3nO5p'", "strong"],
    ['key: "abcd"', "weak"],
    ["password = getPassword()", undefined],
    ["const a = 1;", undefined],
    ["total: 12", undefined],
  ])("%s", (line, strength) => {
    expect(secretStrength(line)).toBe(strength);
  });

  it("leaves out lines that nobody reads", () => {
    expect(secretStrength(`password=${"x".repeat(1_000)}`)).toBeUndefined();
  });

  it.each([
    ["Phone: (030) 123 45 67", true],
    ["call +49 30 1234567", true],
    ["4111 1111 1111 1111", true],
    ["GB82 WEST 1234 5698 7654 32", true],
    ["123-45-6789", true],
    ["version 1.2.3.4", false],
  ])("%s: %s", (line, isPersonal) => {
    expect(mayBePersonal(line)).toBe(isPersonal);
  });
});

describe("a made-up repository", () => {
  const value = ["sk", "live", "4eC39HqLyjWDarjtT1zdp7dc"].join("_");
  const repository = {
    name: "acme/shop",
    commit: "",
    kind: "service",
    language: "Go",
    hasAgent: false,
    half: "open" as const,
  };
  beforeAll(() => {
    const mirror = join(folder, "acme+shop");
    for (const [path, text] of Object.entries({
      "config/app.yml": `name: shop\nstripe_secret: ${value}\n`,
      "src/main.go": 'package main\n\nconst port = "8080"\n',
      "README.md": "# Shop\n\nRun it.\n",
      "logo.png": "not read",
      "package-lock.json": '{"password": "not read"}\n',
    })) {
      mkdirSync(dirname(join(mirror, path)), { recursive: true });
      writeFileSync(join(mirror, path), text);
    }
    const git = (...args: readonly string[]) =>
      execFileSync(
        "git",
        ["-C", mirror, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args],
        // A person's own settings may sign commits or run hooks.
        { env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" } },
      )
        .toString()
        .trim();
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "first");
    repository.commit = git("rev-parse", "HEAD");
  });

  it("is found below the folder of clones and read at its commit", () => {
    const mirror = mirrorOf(folder, repository);
    expect(mirror).toBe(join(folder, "acme+shop", ".git"));
    expect(mirrorOf(folder, { ...repository, name: "acme/none" })).toBeUndefined();
    const { anyFiles, candidates } = sampleOf(mirror ?? "", repository);
    expect(anyFiles.map(({ path }) => path).toSorted()).toEqual([
      "README.md",
      "config/app.yml",
      "src/main.go",
    ]);
    expect(candidates).toEqual([
      {
        path: "config/app.yml",
        line: 2,
        digest: lineDigest(`stripe_secret: ${value}`),
        asked: "secret",
      },
    ]);
  });

  it("is scanned as the product does", () => {
    const file = {
      path: "config/app.yml",
      kind: kindOf("config/app.yml"),
      text: `name: shop\nstripe_secret: ${value}\n`,
    };
    expect(findingsOf(file)).toMatchObject([
      { line: 2, asked: "secret", tier: "high", kind: "settings" },
    ]);
    expect(JSON.stringify(findingsOf(file))).not.toContain(value);
  });

  it("tells the lines below the first that a finding reaches over", () => {
    const body = "MIIBOgIBAAJBAKx7Qm2Zr9TdWc4HsVnLpYbE3fGj";
    const lines = ["-----BEGIN PRIVATE KEY-----", body, "-----END PRIVATE KEY-----"];
    const [one] = findingsOf({ path: "app.key", kind: "other", text: lines.join("\n") });
    expect(one).toMatchObject({ line: 1, below: lines.slice(1).map(lineDigest) });
  });

  it("asks about lines, and takes answers back as facts", () => {
    const file = join(folder, "questions");
    const place = {
      path: "config/app.yml",
      line: 2,
      digest: lineDigest("a"),
      asked: "secret" as const,
      repository: "acme/shop",
    };
    writeQuestions(file, [{ ...place, around: aroundOf("x\na\ny", 2) }], 1);
    const [, id = ""] =
      /^#(\w+) secret acme\/shop config\/app.yml\n {2}1: x\n> 2: a\n/.exec(
        readFileSync(`${file}.1`, "utf8"),
      ) ?? [];
    writeFileSync(`${file}.1.answers`, `${id}\ttrue\tapi key\n`);
    expect(readAnswers(`${file}.places`, [`${file}.1.answers`])).toEqual([
      { ...place, verdict: "true", why: "api key" },
    ]);
    writeFileSync(`${file}.1.answers`, `${id}\tmaybe\tapi key\n`);
    expect(() => readAnswers(`${file}.places`, [`${file}.1.answers`])).toThrow(
      /true\|noise\|false/,
    );
    writeFileSync(`${file}.1.answers`, "0123456789ab\ttrue\tapi key\n");
    expect(() => readAnswers(`${file}.places`, [`${file}.1.answers`])).toThrow(
      /not an id that was asked/,
    );
  });
});

describe("figures", () => {
  const label = (line: number, verdict: Label["verdict"]): Label => ({
    repository: "acme/shop",
    path: "a.yml",
    line,
    digest: lineDigest(`${line}`),
    asked: "secret",
    verdict,
    why: "password",
  });
  const found = (line: number, tier: "high" | "medium" | "low") => ({
    repository: "acme/shop",
    path: "a.yml",
    line,
    digest: lineDigest(`${line}`),
    asked: "secret" as const,
    detector: "assigned-secret",
    tier,
    kind: "settings" as const,
    data: undefined,
    below: [] as readonly string[],
  });
  const labels = [label(1, "true"), label(2, "true"), label(3, "noise"), label(4, "false")];

  it("counts what is found of true labels, what of the findings is true, and what nobody read", () => {
    const all = [found(1, "high"), found(2, "low"), found(3, "medium"), found(9, "medium")];
    const drawn = new Set(labels.map(labelKey));
    const measured = { labels, found: all, drawn };
    expect(ratesOf(measured, "secret", "medium")).toEqual({
      recall: { hits: 1, all: 2 },
      precision: { hits: 1, all: 2 },
      unlabelled: 1,
    });
    expect(ratesOf(measured, "secret", "high").precision).toEqual({ hits: 1, all: 1 });
    expect(ratesOf(measured, "secret", "low").recall).toEqual({ hits: 2, all: 2 });
    expect(ratesOf(measured, "personal", "low").recall).toEqual({ hits: 0, all: 0 });
  });

  it("takes a finding over several lines for each of them, and for one in what is true", () => {
    const key = { ...found(1, "high"), below: [lineDigest("2"), lineDigest("3")] };
    const drawn = new Set(labels.map(labelKey));
    expect(ratesOf({ labels, found: [key], drawn }, "secret", "high")).toEqual({
      recall: { hits: 2, all: 2 },
      precision: { hits: 1, all: 1 },
      unlabelled: 0,
    });
  });

  it("counts no line for recall that was read only because it was found", () => {
    const measured = { labels, found: [found(1, "high")], drawn: new Set<string>() };
    expect(ratesOf(measured, "secret", "high")).toEqual({
      recall: { hits: 0, all: 0 },
      precision: { hits: 1, all: 1 },
      unlabelled: 0,
    });
  });

  it("takes a line for the same wherever it moved in its file", () => {
    expect(labelKey({ ...label(1, "true"), line: 7 } as Label)).toBe(labelKey(label(1, "true")));
  });

  it("has the interval of Wilson", () => {
    const [from, to] = wilson({ hits: 81, all: 100 });
    expect(from).toBeCloseTo(0.722, 2);
    expect(to).toBeCloseTo(0.875, 2);
    expect(shareText({ hits: 81, all: 100 })).toBe("81.0 % (81/100; 72-87 %)");
    expect(shareText({ hits: 0, all: 0 })).toBe("-");
  });
});

describe("other scanners", () => {
  const key = ["AKIA", "Q7Z3M5N2P4R6T8V1"].join("");
  const file = (path: string, text: string): FileIn => ({
    path,
    text,
    kind: kindOf(path),
    repository: "acme/shop",
  });

  it("are git-secrets with its rules for AWS, by line and without a value", (ctx) => {
    const lines = askGitSecrets(["clean\n", `é\r\nkey: ${key}\n\nagain ${key}`, ""]);
    if (lines === undefined) return skipIfMissing(ctx, "git-secrets is not installed");
    expect(lines).toEqual([[], [2, 4], []]);
    expect(askGitSecrets([])).toEqual([]);
  });

  it("are told on the page beside the same labels, or as not installed", () => {
    const text = `key: ${key}\n`;
    const labels: readonly Label[] = [
      {
        repository: "acme/shop",
        path: "a.yml",
        line: 1,
        digest: lineDigest(text),
        asked: "secret",
        verdict: "true",
        why: "api key",
      },
    ];
    const drawn = new Set(labels.map(labelKey));
    const found = foundIn([file("a.yml", text)], "git-secrets", () => [[1, 1]]);
    const page = worldPage({
      repositories: [
        { name: "acme/shop", commit: "", kind: "", language: "Go", hasAgent: false, half: "open" },
      ],
      labels,
      drawn,
      found: [],
      read: 1,
      audited: [],
      date: new Date(0),
      peers: [
        { name: "one", found },
        { name: "other", found: undefined },
      ],
    });
    expect(page).toContain("| one: secret | 1 | 100.0 % (1/1; 21-100 %) |");
    expect(page).toContain("| other: not installed | - | - | - | - |");
    expect(page).not.toContain(key);
  });

  it("are in the page that is committed", () => {
    const page = readFileSync(new URL("../../docs/reference/world.md", import.meta.url), "utf8");
    for (const name of PEERS) expect(page.split(`| ${name}: secret |`)).toHaveLength(4);
  });
});

describe("audits", () => {
  const place = { repository: "acme/shop", check: "hooks/remote-code", path: "a.sh", line: 3 };
  const findings = ["one", "two", "three"].map((text, at) => ({
    ...place,
    digest: lineDigest(text),
    shown: `it runs ${text}`,
    severity: at === 0 ? ("critical" as const) : ("low" as const),
  }));

  it("are of thirty repositories of each half that carry settings of an agent", () => {
    const chosen = auditedOf(readRepositories());
    expect(chosen.every(({ hasAgent }) => hasAgent)).toBe(true);
    expect(chosen.filter(({ half }) => half === "open")).toHaveLength(30);
    expect(chosen.filter(({ half }) => half === "sealed")).toHaveLength(30);
  });

  it("ask with the words of the audit, and take facts back", () => {
    const file = join(folder, "audit-questions");
    writeAuditQuestions(file, findings.slice(0, 1));
    const [, id = ""] =
      /^#(\w{12}) critical hooks\/remote-code acme\/shop a\.sh:3\n {4}it runs one/.exec(
        readFileSync(`${file}.1`, "utf8"),
      ) ?? [];
    expect(readFileSync(`${file}.places`, "utf8")).not.toContain("it runs one");
    writeFileSync(`${file}.1.answers`, `${id}\tfalse\tonly a comment\n`);
    const answers = readAuditAnswers(file);
    expect(answers).toEqual([
      { ...place, digest: lineDigest("one"), verdict: "false", why: "only a comment" },
    ]);
    writeFileSync(`${file}.1.answers`, `${id}\tfalse\tIts TOKEN=abc\n`);
    expect(() => readAuditAnswers(file)).toThrow(/a few plain words/);
  });

  it("count what is true of what was read, by severity", () => {
    const label = (text: string, verdict: "true" | "noise") => ({
      ...place,
      digest: lineDigest(text),
      verdict,
      why: "x",
    });
    const labels = [label("one", "true"), label("two", "noise")];
    expect(trueShare(findings, labels)).toEqual({ share: { hits: 1, all: 2 }, unlabelled: 1 });
    expect(trueShare(findings, labels, "critical")).toEqual({
      share: { hits: 1, all: 1 },
      unlabelled: 0,
    });
  });

  it("count the lines of the report in words from its JSON alone", () => {
    const tree = join(folder, "audited");
    const home = join(folder, "audited-home");
    mkdirSync(join(tree, ".claude"), { recursive: true });
    mkdirSync(home);
    const settings = { permissions: { allow: ["Bash(*)", "Bash(curl:*)"], deny: [] } };
    writeFileSync(join(tree, ".claude", "settings.json"), JSON.stringify(settings));
    const said = (...options: readonly string[]) =>
      spawnSync(process.execPath, [...PROGRAM, "audit", "--no-run-hooks", ...options, tree], {
        env: { PATH: process.env["PATH"], HOME: home },
        encoding: "utf8",
      }).stdout;
    const lines = said().trimEnd().split("\n").length;
    expect(lines).toBeGreaterThan(5);
    expect(wordLines(said("--json"))).toBe(lines);
  });

  it.each(["open", "sealed"] as const)("have labels in plain words in the %s half", (half) => {
    const names = new Set(
      auditedOf(readRepositories(), half === "open" ? Number.POSITIVE_INFINITY : undefined)
        .filter((one) => one.half === half)
        .map(({ name }) => name),
    );
    for (const { repository, why } of readAuditLabels(half)) {
      expect(names).toContain(repository);
      expect(why).toMatch(/^[a-z][a-z0-9 ,-]{1,80}$/);
    }
    expect(readAuditLabels(half).length).toBeGreaterThan(20);
  });
});

describe("what a reader found that the audit missed", () => {
  it("is of the open half, each place once", () => {
    const open = new Set(
      readRepositories()
        .filter(({ half }) => half === "open")
        .map(({ name }) => name),
    );
    const missed = readMissed();
    expect(missed.length).toBeGreaterThan(10);
    expect(missed.filter(({ repository }) => !open.has(repository))).toEqual([]);
    const places = missed.map(({ repository, path, line }) => `${repository} ${path} ${line}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it("is refused in another form, and counted by kind on the page", () => {
    const file = join(folder, "missed.tsv");
    const head = "repository\tpath\tline\tkind\twhat\n";
    writeFileSync(
      file,
      `${head}acme/shop\ta.sh\t3\tunseen-act\tit does what nobody sees\nacme/shop\tb.sh\t4\tunseen-act\tit does what nobody sees\n`,
    );
    const page = missedSection(readMissed(file)).join("\n");
    expect(page).toContain("2 places of 1 repositories");
    expect(page).toContain("| unseen-act | 2 | it does what nobody sees |");
    for (const row of [
      "acme/shop\ta.sh\tx\tunseen-act\tit does it",
      "acme/shop\ta.sh\t3\tother\tit does it",
      "acme/shop\ta.sh\t3\tunseen-act\tTOKEN=abc",
    ]) {
      writeFileSync(file, `${head}${row}\n`);
      expect(() => readMissed(file)).toThrow(/not repository, path/);
    }
    expect(missedSection([])).toEqual([]);
  });
});
