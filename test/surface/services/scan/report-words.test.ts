// A scan's report in words: a value stands in it once, the worst first, with its places and one advice for all.
import { expect, it } from "vitest";
import type { ScanFinding, ScanReport } from "#assure/scan/scan-finding.ts";
import { reportLines } from "#surface/services/scan/scan-words.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";

const terminal = { hasColour: false } as unknown as Terminal;

const finding = (file: string, of: Partial<ScanFinding> = {}): ScanFinding => ({
  rule: "private-key",
  title: "a private key",
  family: "secret",
  tier: "high",
  gravity: "high",
  file,
  line: 1,
  column: 1,
  length: 9,
  endLine: 1,
  endColumn: 10,
  digest: "one",
  goesTo: "the keychain",
  fingerprint: file,
  ...of,
});
const report = (findings: readonly ScanFinding[]): ScanReport => ({
  scope: ".",
  looked: { files: 9, blobs: 0, commits: 0, bytes: 1_000_000 },
  findings,
  accepted: [],
  belongs: [],
  notLookedAt: [],
  leftOut: [],
  readAs: [],
  generated: [],
  unlisted: { findings: 0, places: 0 },
});

it("names equal values once, with at most three places and how many more there are", () => {
  const findings = ["a", "b", "c", "d", "e"].map((file) => finding(file));
  expect(reportLines(report(findings), terminal)).toEqual([
    "high  a private key [private-key], 9 characters, digest one, 5 places",
    ...["  a:1:1", "  b:1:1", "  c:1:1", "  and 2 more places"],
    ...["", "where it belongs:", "  the keychain", ""],
    "5 findings of 1 value in 9 files (1.0 MB) of .",
  ]);
});

it("puts the worst first, takes the worst of a value's places, and says each advice once", () => {
  const password = {
    digest: "two",
    rule: "assigned-secret",
    title: "a password",
    goesTo: "a manager",
  };
  const lines = reportLines(
    report([
      finding("low", { ...password, gravity: "medium" }),
      finding("key"),
      finding("settings", { ...password, gravity: "critical" }),
    ]),
    terminal,
  );
  expect(lines).toEqual([
    "critical  a password [assigned-secret], 9 characters, digest two, 2 places",
    ...["  low:1:1", "  settings:1:1"],
    ...["high  a private key [private-key], 9 characters, digest one", "  key:1:1"],
    ...["", "where they belong:", "  1 of 2: a manager", "  1 of 2: the keychain", ""],
    "3 findings of 2 values in 9 files (1.0 MB) of .",
  ]);
});

it("keeps findings of whole files together by what they say, without a length", () => {
  const file = { length: 0, rule: "env-file", title: "an `.env` file in the repository" };
  const { digest: _, ...one } = finding(".env", file);
  expect(reportLines(report([one, { ...one, file: "x/.env" }]), terminal).slice(0, 3)).toEqual([
    "high  an `.env` file in the repository [env-file], 2 places",
    ...["  .env", "  x/.env"],
  ]);
});

it("shows 40 values and counts the others", () => {
  const findings = Array.from({ length: 43 }, (_, at) => finding(`f${at}`, { digest: `${at}` }));
  const lines = reportLines(report([...findings, finding("again", { digest: "42" })]), terminal);
  expect(lines.filter((line) => line.startsWith("high"))).toHaveLength(40);
  expect(lines).toContain("3 more values in 4 places; `--json` lists them");
});

it("keeps control characters of names out of the terminal", () => {
  const lines = reportLines(report([finding("a\u001B[2Jb")]), terminal);
  expect(lines.join("\n")).not.toContain("\u001B");
});

it("tells once of all files that no person wrote, by what made them", () => {
  const generated = [
    { file: "a.min.js", as: "minified" },
    { file: "package-lock.json", as: "lock file" },
    { file: "b.min.css", as: "minified" },
  ] as const;
  expect(reportLines({ ...report([]), generated }, terminal)).toEqual([
    "3 generated files (2 minified, 1 lock file): of secrets, only keys of a known form looked for",
    "0 findings in 9 files (1.0 MB) of .",
  ]);
});

it("tells thousands of addresses of an access log as one entry, and counts them all", () => {
  const addresses = Array.from({ length: 3_000 }, (_, at) =>
    finding("access.log", {
      rule: "personal/ip-address",
      title: "an IP address",
      gravity: "medium",
      digest: `d${at}`,
      line: at + 1,
    }),
  );
  const lines = reportLines(report([...addresses, finding("key")]), terminal);
  expect(lines.slice(0, 7)).toEqual([
    ...["high  a private key [private-key], 9 characters, digest one", "  key:1:1"],
    "medium  an IP address [personal/ip-address], 3000 values, 3000 places",
    ...["  access.log:1:1", "  access.log:2:1", "  access.log:3:1", "  and 2997 more places"],
  ]);
  expect(lines.at(-1)).toContain("3001 findings");
});
