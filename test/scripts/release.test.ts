// `npm run release`: what a version changes, what speaks against it, and in a repository of its own that it shows first, writes, and takes back.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { changelogPage, planRelease, provenance } from "../../scripts/release/plan.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MANIFEST = `{
  "name": "a",
  "version": "1.2.0",
  "scripts": {
    "notices": "node -e 0"
  }
}
`;
const LOCK = `{
  "name": "a",
  "version": "1.2.0",
  "packages": {
    "": {
      "name": "a",
      "version": "1.2.0"
    },
    "node_modules/b": {
      "version": "1.2.0"
    }
  }
}
`;
const CHANGELOG = `# Changelog

## 1.3.0 (unreleased)

- Something new.

## 1.2.0 (2026-01-02)

- Something old.
`;
const FILES = {
  "package.json": MANIFEST,
  "package-lock.json": LOCK,
  "CHANGELOG.md": CHANGELOG,
  "README.md": "npm install ./sallyport-1.2.0.tgz\n1.2.0\nSince 1.2.0.\n",
};
const filesWith = (changed: Readonly<Record<string, string>> = {}) =>
  new Map(Object.entries({ ...FILES, ...changed }));
const made = { day: "2026-05-01", tags: ["v1.2.0"] };

describe("the plan of a release", () => {
  it("changes version, date and the names of the packed file, and nothing of what it needs", () => {
    const { faults, changes, notes } = planRelease("1.3.0", filesWith(), made);
    expect(faults).toEqual([]);
    expect(notes).toBe("- Something new.");
    expect(changes.get("package.json")).toBe(MANIFEST.replace("1.2.0", "1.3.0"));
    const lock = LOCK.replace("1.2.0", "1.3.0").replace("1.2.0", "1.3.0");
    expect(changes.get("package-lock.json")).toBe(lock);
    expect(lock).toContain(`"node_modules/b": {\n      "version": "1.2.0"`);
    expect(changes.get("CHANGELOG.md")).toContain("## 1.3.0 (2026-05-01)");
    expect(changes.get("README.md")).toBe(
      "npm install ./sallyport-1.3.0.tgz\n1.3.0\nSince 1.2.0.\n",
    );
  });
  it("of the version that package.json has is the date alone", () => {
    const first = CHANGELOG.replace("1.2.0 (2026-01-02)", "1.2.0 (unreleased)");
    const files = filesWith({ "CHANGELOG.md": first });
    const { faults, changes } = planRelease("1.2.0", files, { ...made, tags: [] });
    expect([faults, [...changes.keys()]]).toEqual([[], ["CHANGELOG.md"]]);
  });
  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ["no version", "1.3", {}, "is no version"],
    ["words of a shell", "1.3.0;id", {}, "is no version"],
    ["a tag that is there", "1.2.0", {}, "is there already"],
    ["a version before", "1.1.9", {}, "comes before `1.2.0`"],
    ["no heading", "1.4.0", {}, "has no heading"],
    ["an empty page", "1.3.0", { "CHANGELOG.md": "# C\n\n## 1.3.0 (unreleased)\n" }, "nothing"],
    [
      "a page that nobody reads",
      "1.3.0",
      { "CHANGELOG.md": `## 1.3.0 (unreleased)\n${"- More.\n".repeat(61)}` },
      "at most 60",
    ],
    [
      "a page of few long lines",
      "1.3.0",
      { "CHANGELOG.md": `## 1.3.0 (unreleased)\n${"word ".repeat(801)}\n` },
      "801 words",
    ],
  ])("%s is refused, and nothing changes", (_, version, changed, message) => {
    const { faults, changes } = planRelease(version, filesWith(changed), made);
    expect(faults.join("\n")).toContain(message);
    expect(changes.size).toBe(0);
  });
  it("finds a released page by its version alone", () => {
    expect(changelogPage(CHANGELOG, "1.2.0")).toBe("- Something old.");
    expect(changelogPage(CHANGELOG, "1.3.0")).toBeUndefined();
    expect(changelogPage(CHANGELOG, "1.2")).toBeUndefined();
  });
  it("says of a file what it was made of", () => {
    const build = { file: "a.tgz", sha256: "ab", commit: "cd", version: "1.3.0", node: "v20" };
    expect(JSON.parse(provenance({ ...build, lockSha256: "ef" }))).toMatchObject({
      predicateType: "https://slsa.dev/provenance/v1",
      subject: [{ name: "a.tgz", digest: { sha256: "ab" } }],
    });
  });
});

describe("our changelog", () => {
  it("has at most a page for each released version, and begins with what comes next or came last", () => {
    const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
    const titles = [...changelog.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
    expect(titles.length).toBeGreaterThan(0);
    for (const title of titles) {
      expect(title).toMatch(/^\d+\.\d+\.\d+ \((?:unreleased|\d{4}-\d\d-\d\d)\)$/);
      if (title.endsWith("(unreleased)")) continue;
      const [version = ""] = title.split(" ");
      const again = changelog.replace(`## ${title}`, `## ${version} (unreleased)`);
      const files = filesWith({ "CHANGELOG.md": again, "package.json": "" });
      expect(planRelease(version, files, { ...made, tags: [] }).faults).toEqual([]);
    }
  });
});

describe("in a repository of its own", () => {
  const places: string[] = [];
  afterAll(() => {
    for (const place of places) rmSync(place, { recursive: true, force: true });
  });

  /** A repository at its first commit, and what runs in it. */
  function begin() {
    // npm keeps files of its own in the home, which is beside the repository.
    const home = mkdtempSync(join(tmpdir(), "sallyport-release-test-"));
    places.push(home);
    const place = join(home, "repository");
    mkdirSync(place);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.test",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.test",
    };
    const git = (...words: readonly string[]) =>
      execFileSync("git", words, { cwd: place, env, encoding: "utf8" }).trim();
    const release = (...words: readonly string[]) => {
      const sources = join(root, "scripts/plain-sources.mjs");
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["--import", sources, join(root, "scripts/release.ts"), ...words],
        { cwd: place, env, encoding: "utf8" },
      );
      return { status, stdout, stderr };
    };
    git("init", "--quiet");
    for (const [path, text] of Object.entries(FILES)) writeFileSync(join(place, path), text);
    git("add", "--all");
    git("commit", "--quiet", "--message", "Begin");
    return { place, git, release, begun: git("rev-parse", "HEAD") };
  }

  it("shows first, writes a commit and a tag, and takes both back", () => {
    const { place, git, release, begun } = begin();
    const shown = release("1.3.0");
    expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining("Something new.") });
    expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([begun, ""]);

    expect(release("1.3.0", "--write")).toMatchObject({ status: 0, stderr: "" });
    expect(git("log", "-1", "--format=%B")).toBe("Release 1.3.0\n\n- Something new.");
    expect(git("tag", "--points-at", "HEAD")).toBe("v1.3.0");
    expect(git("status", "--porcelain")).toBe("");
    expect(readFileSync(join(place, "package.json"), "utf8")).toContain(`"version": "1.3.0"`);

    expect(release("1.3.0", "--undo", "--write")).toMatchObject({ status: 0, stderr: "" });
    expect([git("rev-parse", "HEAD"), git("tag"), git("status", "--porcelain")]).toEqual([
      begun,
      "",
      "",
    ]);
  });
  it("does nothing beside changes that are not committed, and takes back and packs nothing else", () => {
    const { place, git, release, begun } = begin();
    expect(release("1.3.0", "--undo", "--write")).toMatchObject({ status: 1 });
    writeFileSync(join(place, "README.md"), "changed\n");
    expect(release("1.3.0", "--write")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("not committed"),
    });
    expect(release("1.3.0", "--pack", join(place, "out"))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("HEAD is not the tag"),
    });
    expect([git("rev-parse", "HEAD"), git("tag")]).toEqual([begun, ""]);
  });
});
