// A release as a plan: which texts change for a version, its page of the changelog as notes, and what speaks against it. Pure.

/** Lines and words of one version's page: what is longer nobody reads. */
const PAGE_LINES_MAX = 60;
const PAGE_WORDS_MAX = 800;

/** The files that a release looks at, by path. */
export type ReleaseFiles = ReadonlyMap<string, string>;

export type ReleasePlan = {
  /** What speaks against it; with any, nothing is written. */
  readonly faults: readonly string[];
  /** Files as they are to be, by path; only those that change. */
  readonly changes: ReadonlyMap<string, string>;
  /** The version's page, without its heading. */
  readonly notes: string;
};

/** Plans the release of `version` on `day` (2026-05-01). `tags` are those that the repository has. */
export function planRelease(
  version: string,
  files: ReleaseFiles,
  { day, tags }: { readonly day: string; readonly tags: readonly string[] },
): ReleasePlan {
  const manifest = textOf(files, "package.json");
  const before = versionOf(manifest) ?? "";
  const faults: string[] = [];
  if (!/^\d+\.\d+\.\d+$/.test(version)) faults.push(`\`${version}\` is no version, such as 1.2.3`);
  if (tags.includes(`v${version}`)) faults.push(`the tag \`v${version}\` is there already`);
  if (versionOrder(version) < versionOrder(before))
    faults.push(`\`${version}\` comes before \`${before}\`, the version of package.json`);
  const changelog = textOf(files, "CHANGELOG.md");
  const page = changelogPage(changelog, `${version} (unreleased)`);
  if (page === undefined) faults.push(`CHANGELOG.md has no heading \`## ${version} (unreleased)\``);
  else faults.push(...pageFaults(page));
  const changes = new Map<string, string>();
  const change = (path: string, text: string) => {
    if (text !== files.get(path)) changes.set(path, text);
  };
  if (faults.length > 0) return { faults, changes, notes: page ?? "" };
  change("CHANGELOG.md", changelog.replace(`## ${version} (unreleased)`, `## ${version} (${day})`));
  change("package.json", withVersion(manifest, before, version));
  change("package-lock.json", lockWithVersion(textOf(files, "package-lock.json"), before, version));
  for (const [path, text] of files)
    if (path.endsWith(".md") && path !== "CHANGELOG.md")
      change(path, guideWithVersion(text, before, version));
  return { faults, changes, notes: page ?? "" };
}

/** The text below a version's heading of the changelog; `title` is the heading's text or its beginning up to a blank. */
export function changelogPage(changelog: string, title: string): string | undefined {
  const pages = changelog.split(/^## /m).slice(1);
  const found = pages.find((page) => {
    const heading = page.split("\n", 1)[0] ?? "";
    return heading === title || heading.startsWith(`${title} (2`);
  });
  return found?.split("\n").slice(1).join("\n").trim();
}

function pageFaults(page: string): readonly string[] {
  const lines = page.split("\n").length;
  const words = page.split(/\s+/).filter((word) => word !== "").length;
  if (words === 0) return ["the changelog says nothing of this version"];
  return lines > PAGE_LINES_MAX || words > PAGE_WORDS_MAX
    ? [
        `its page of the changelog has ${lines} lines and ${words} words: at most ${PAGE_LINES_MAX} and ${PAGE_WORDS_MAX}`,
      ]
    : [];
}

/** What a build was made of, as an in-toto statement of SLSA's provenance; unsigned, the pipeline attests it. */
export function provenance(build: {
  readonly file: string;
  readonly sha256: string;
  readonly commit: string;
  readonly version: string;
  readonly node: string;
  readonly lockSha256: string;
}): string {
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: build.file, digest: { sha256: build.sha256 } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "https://docs.npmjs.com/cli/commands/npm-pack",
        externalParameters: { version: build.version, tag: `v${build.version}` },
        internalParameters: { node: build.node },
        resolvedDependencies: [
          { name: "source", digest: { gitCommit: build.commit } },
          { name: "package-lock.json", digest: { sha256: build.lockSha256 } },
        ],
      },
      runDetails: { builder: { id: "npm run release" } },
    },
  };
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}

function textOf(files: ReleaseFiles, path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`\`${path}\` was not given`);
  return text;
}

/** Guides name the packed file, and show on a line of its own what `--version` prints. */
function guideWithVersion(text: string, before: string, version: string): string {
  return text
    .replaceAll(`sallyport-${before}.tgz`, `sallyport-${version}.tgz`)
    .split("\n")
    .map((line) => (line === before ? version : line))
    .join("\n");
}

function versionOf(manifest: string): string | undefined {
  return /^ {2}"version": "([^"]+)"/m.exec(manifest)?.[1];
}

function withVersion(manifest: string, before: string, version: string): string {
  return manifest.replace(`  "version": "${before}"`, `  "version": "${version}"`);
}

/** The lock says the version twice: of the whole, and of the package at its root. */
function lockWithVersion(lock: string, before: string, version: string): string {
  let left = 2;
  return lock.replace(
    /^( {2}| {6})"version": "([^"]+)"/gm,
    (whole, space: string, found: string) =>
      found === before && left-- > 0 ? `${space}"version": "${version}"` : whole,
  );
}

function versionOrder(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return (major * 1_000 + minor) * 1_000 + patch;
}
