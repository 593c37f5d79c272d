// Rules over what `npm pack` puts into the package: which files, how large, and what must not be in any of them.
import { posix } from "node:path";
import { placeFaults } from "./text-rules.ts";

/** One file of the package; `path` is relative to it, `mode` has the permission bits only. */
export type PackedFile = { readonly path: string; readonly mode: number; readonly content: Buffer };
/** The parts of a package.json that are seen by who installs it. */
export type PackedManifest = {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
};

/** Bytes that the tarball may have: 3 MiB is the goal, and it is missed by some 170 kilobytes. */
export const PACKED_BYTES_MAX = 3.2 * 1024 * 1024;
/** Bytes of its files: two thirds are the program, a ninth its compiled policies, an eighth pages. */
export const UNPACKED_BYTES_MAX = 10 * 1024 * 1024;

const expected = [
  /^package\.json$/,
  /^(?:LICENSE|(?:README|SECURITY|THIRD-PARTY)\.md)$/,
  /^sbom\.cdx\.json$/,
  /^docs\/(?:guide|reference|runbooks)\/[a-z0-9-]+\.md$/,
  /^docs\/guide\/images\/[a-z0-9-]+\.svg$/,
  /^docs\/verifier\/verify_log\.py$/,
  /^data\/(?:[a-z0-9-]+\/)+[a-z0-9.-]+\.(?:ya?ml|json)$/,
  /^plugin\/(?:\.claude-plugin\/marketplace\.json|sallyport\/(?:\.mcp\.json|(?:\.claude-plugin|hooks)\/[a-z]+\.json|agents\/[a-z-]+\.md|skills\/[a-z]+\/SKILL\.md))$/,
  /^dist\/(?:(?:machine-)?hook\.cjs|surface\/cli\/main\.js|surface\/threads\/thread\.js)$/,
  /^dist\/parts\/[a-z]+\.cjs$/,
  /^dist\/phone\.html$/,
  /^dist\/dashboard\/(?:index\.html|(?:main|part|theme|flow-worker)-[A-Z0-9]{8}\.js|styles-[A-F0-9]{8}\.css)$/,
  /^dist\/(?:policies\/[a-z0-9-]+|pack-texts|parsed-data|package)\.json$/,
];
/** Pages link to these, and they stay in the repository: pictures would be a third of the package; decisions, design and measurements are for who works on it, long tables and the API's description for who looks something up. */
const leftOut =
  /^(?:ARCHITECTURE|CONTRIBUTING|STYLE|docs\/guide\/(?:consolidating-rules|converting-detections|dashboard|extending|first-day|importing-older-logs|sizing))\.md$|^docs\/(?:guide\/images\/dashboard|decisions|design|reference)\//;
const required = [
  ...["package.json", "LICENSE", "README.md", "SECURITY.md", "THIRD-PARTY.md"],
  ...["sbom.cdx.json", "data/policies/team.yaml", "dist/surface/cli/main.js", "dist/hook.cjs"],
  ...[
    "dist/machine-hook.cjs",
    "dist/package.json",
    "dist/parts/judge.cjs",
    "dist/policies/team.json",
  ],
  ...["dist/surface/threads/thread.js", "dist/dashboard/index.html", "dist/phone.html"],
];
const secrets: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16}/,
  /_authToken\s*=\s*["']?[\w-]{16}/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bBearer [\w-]{43}\b/,
];
/** Scripts that npm runs by itself when a package is installed. */
const installScripts = [
  "preinstall",
  "install",
  "postinstall",
  "prepare",
  "preprepare",
  "postprepare",
];

/**
 * What is wrong with the files of a package, each with its path. `places` are directories and hosts of the machine that
 * packed it, which no file may name.
 */
export function contentFaults(
  files: readonly PackedFile[],
  places: readonly string[],
): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  return [
    ...required.filter((path) => !paths.has(path)).map((path) => `${path} is missing`),
    ...files.flatMap((file) => fileFaults(file, places).map((fault) => `${file.path} ${fault}`)),
    ...files.flatMap((file) =>
      deadLinks(file, paths).map((link) => `${file.path} links to ${link}, which is not shipped`),
    ),
  ];
}

function fileFaults(file: PackedFile, places: readonly string[]): readonly string[] {
  const isProgram = file.path === "dist/surface/cli/main.js";
  const text = file.content.toString("latin1");
  const faults: string[] = [];
  if (!expected.some((pattern) => pattern.test(file.path))) faults.push("does not belong there");
  if (file.mode !== (isProgram ? 0o755 : 0o644)) faults.push(`has mode ${file.mode.toString(8)}`);
  if (isProgram && !text.startsWith("#!/usr/bin/env node\n")) faults.push("has no #! line");
  // The words of the place and the secret stay out of the message.
  if (places.some((place) => text.includes(place))) faults.push("names a place of this machine");
  if (secrets.some((pattern) => pattern.test(text))) faults.push("holds what looks like a secret");
  for (const { line, message } of placeFaults({ path: file.path, text })) {
    faults.push(`line ${line}: ${message}`);
  }
  return faults;
}

/** Relative links of a page that lead to a file that the package lacks. */
function deadLinks(file: PackedFile, paths: ReadonlySet<string>): readonly string[] {
  if (!file.path.endsWith(".md")) return [];
  const links = file.content.toString("utf8").matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g);
  return [...links]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const path = posix.join(posix.dirname(file.path), link);
      return !paths.has(path) && !leftOut.test(path);
    });
}

/** What is wrong with a manifest of ours: versions that are not exact, no program, no bound on Node. */
export function manifestFaults(manifest: PackedManifest): readonly string[] {
  const faults = Object.entries(manifest.dependencies ?? {})
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name}: \`${version}\` is not an exact version`);
  if (manifest.bin?.["sallyport"] === undefined) faults.push("names no program");
  if (!/^>=\d+\.\d+/.test(manifest.engines?.["node"] ?? "")) faults.push("bounds no Node version");
  return faults;
}

/**
 * Names of the scripts that npm would run on its own when this package is installed. `tarball`: it comes from a registry; npm runs
 * `prepare` and what is around it only for a folder or a checkout.
 */
export function scriptsOnInstall(
  manifest: PackedManifest,
  from: "anywhere" | "tarball" = "anywhere",
): readonly string[] {
  const there = installScripts.filter((name) => manifest.scripts?.[name] !== undefined);
  return from === "anywhere" ? there : there.filter((name) => !name.endsWith("prepare"));
}
