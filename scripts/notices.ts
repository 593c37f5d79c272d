// `npm run notices`: what is shipped besides our own code; writes `THIRD-PARTY.md` (licence texts) and `sbom.cdx.json` (CycloneDX 1.6) from the lock.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments } from "./script-arguments.ts";

type Versions = Readonly<Record<string, string>>;
type LockEntry = {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
};
/** The parts of package.json that a bill of materials repeats. */
export type ProductManifest = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
};
/** package-lock.json, version 3: install path to what is installed there. */
export type PackageLock = { readonly packages: Readonly<Record<string, LockEntry>> };
/** One package that is installed with ours; `path` is where the lock puts it. */
export type ShippedPackage = {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** `sha512-` and base64. */
  readonly integrity: string;
  /** Install paths of what it needs. */
  readonly needs: readonly string[];
};

/** Development packages whose code is built into the dashboard's app, so that it is shipped with ours. */
export const BUILT_IN = ["@dagrejs/dagre", "@dagrejs/graphlib", "preact", "uplot"];

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Every package that an installation of ours brings, by install path, with those that are `builtIn`. Throws an Error for one without a version, a digest
 * or a licence.
 *
 * WHY not `npm sbom`: with `--omit=dev` it leaves out packages that a development dependency needs as well (two of our
 * four, with npm 11), and each run has another serial number and time.
 */
export function shippedPackages(
  lock: PackageLock,
  builtIn: readonly string[] = [],
): readonly ShippedPackage[] {
  const found = new Map<string, ShippedPackage>();
  const open = [...needsOf(lock, ""), ...builtIn.map((name) => `node_modules/${name}`)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    const entry = lock.packages[path];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (!entry?.version || !entry.integrity?.startsWith("sha512-") || !entry.license) {
      throw new Error(`\`${path}\` is locked without a version, a sha512 digest or a licence`);
    }
    const { version, license, integrity } = entry;
    const needs = needsOf(lock, path).sort();
    found.set(path, { path, name, version, license, integrity, needs });
    open.push(...needs);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Install paths of what a package needs, found as Node finds them: beside it first, then upwards. */
function needsOf(lock: PackageLock, path: string): string[] {
  const entry = lock.packages[path];
  const optional = Object.keys(entry?.optionalDependencies ?? {});
  return Object.keys({ ...entry?.dependencies, ...entry?.optionalDependencies }).flatMap((name) => {
    for (
      let place = path;
      ;
      place = place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")))
    ) {
      const candidate = `${place === "" ? "" : `${place}/`}node_modules/${name}`;
      if (lock.packages[candidate] !== undefined) return [candidate];
      if (place === "") break;
    }
    if (optional.includes(name)) return [];
    throw new Error(`\`${path || "the product"}\` needs \`${name}\`, which the lock does not hold`);
  });
}

/** The bill of materials as JSON text, the same for the same lock: it holds no time, and its number is a digest. */
export function formatSbom(
  manifest: ProductManifest,
  lock: PackageLock,
  builtIn: readonly string[] = [],
): string {
  const shipped = shippedPackages(lock, builtIn);
  const own = `pkg:npm/${manifest.name}@${manifest.version}`;
  const references = new Map(shipped.map((one) => [one.path, packageUrl(one)]));
  const refer = (paths: readonly string[]) =>
    paths.map((path) => references.get(path) ?? path).sort();
  const body = {
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": own,
        name: manifest.name,
        version: manifest.version,
        description: manifest.description,
        licenses: licenses(manifest.license),
        purl: own,
      },
    },
    components: shipped.map((one) => ({
      type: "library",
      "bom-ref": packageUrl(one),
      name: one.name,
      version: one.version,
      scope: "required",
      hashes: [{ alg: "SHA-512", content: hexDigest(one.integrity) }],
      licenses: licenses(one.license),
      purl: packageUrl(one),
    })),
    dependencies: [
      {
        ref: own,
        dependsOn: refer([...needsOf(lock, ""), ...builtIn.map((name) => `node_modules/${name}`)]),
      },
      ...shipped.map((one) => ({ ref: packageUrl(one), dependsOn: refer(one.needs) })),
    ],
  };
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
  };
  return `${JSON.stringify({ ...head, ...body }, undefined, 2)}\n`;
}

/** Single identifiers are ids, anything with an operator is an expression (CycloneDX 1.6, licenseChoice). */
function licenses(license: string) {
  return /^[A-Za-z0-9.-]+$/.test(license)
    ? [{ license: { id: license } }]
    : [{ expression: license }];
}

function packageUrl({ name, version }: ShippedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hexDigest(integrity: string): string {
  return Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");
}

/** A name-based UUID (RFC 9562, version 8) of the text. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The licence texts as one page. `textsOf` gives the notices of an installed package; none is an Error. */
export function formatNotices(
  lock: PackageLock,
  textsOf: (path: string) => readonly string[],
  builtIn: readonly string[] = [],
): string {
  const sections = shippedPackages(lock, builtIn).map((one) => {
    const texts = textsOf(one.path);
    if (texts.length === 0) throw new Error(`\`${one.path}\` has no licence text`);
    const quoted = texts.map((text) => `\`\`\`\`text\n${tidy(text)}\n\`\`\`\`\n`);
    return `## ${one.name} ${one.version}\n\nLicence: ${one.license}\n\n${quoted.join("\n")}`;
  });
  const opening =
    "What an installation of sallyport holds besides its own code, with the licence of each part. `citty`, `unbash`,\n" +
    "`valibot` and `yaml` are built into the program, `@dagrejs/dagre`, `@dagrejs/graphlib`, `preact` and `uplot` into the dashboard's app. Written by `npm run notices`; do not edit.\n";
  return `# Third-party software\n\n${opening}\n${sections.join("\n")}`;
}

function tidy(text: string): string {
  return text
    .replace(/\r/g, "")
    .replace(/[ \t]+$/gm, "")
    .trim();
}

/** Licence, notice and bundled-licence files of a package in node_modules, in the order of their names. */
function installedNotices(path: string): readonly string[] {
  return ["", "dist"].flatMap((folder) => {
    const directory = join(root, path, folder);
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .filter((name) => /^(?:licen[cs]e|copying|notice|third-party)/i.test(name))
      .sort()
      .map((name) => readFileSync(join(directory, name), "utf8"));
  });
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));

/** Both files as they should be now, by name. */
export function currentNotices(): Readonly<Record<"THIRD-PARTY.md" | "sbom.cdx.json", string>> {
  const lock = readJson("package-lock.json") as PackageLock;
  return {
    "THIRD-PARTY.md": formatNotices(lock, installedNotices, BUILT_IN),
    "sbom.cdx.json": formatSbom(readJson("package.json") as ProductManifest, lock, BUILT_IN),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  scriptArguments(import.meta.url, {});
  for (const [name, text] of Object.entries(currentNotices())) {
    writeFileSync(join(root, name), text);
    process.stdout.write(`wrote ${name}\n`);
  }
}
