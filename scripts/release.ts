// `npm run release -- VERSION [--write | --pack DIR | --undo [--write]]`: shows what a release changes; `--write` commits and tags it, `--pack` makes the checked files of a tagged one, `--undo` takes an unpushed one back.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import process from "node:process";
import {
  contentFaults,
  manifestFaults,
  PACKED_BYTES_MAX,
  type PackedFile,
  type PackedManifest,
  scriptsOnInstall,
  UNPACKED_BYTES_MAX,
} from "./checks/package-contents.ts";
import { changelogPage, planRelease, provenance } from "./release/plan.ts";
import { scriptArguments, wrongArguments } from "./script-arguments.ts";

const { values, positionals } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: {
    write: { type: "boolean" },
    undo: { type: "boolean" },
    pack: { type: "string" },
  },
});
const [version = "", ...more] = positionals;
if (version === "" || more.length > 0) wrongArguments(import.meta.url, "name one version");
// The folder that it is called in: `npm run` goes to the one of package.json.
const root = process.cwd();
const subject = `Release ${version}`;
const tag = `v${version}`;
const git = (...words: readonly string[]) =>
  execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
const say = (text: string) => void process.stdout.write(`${text}\n`);
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");

if (values.undo === true) undo();
else if (values.pack !== undefined) packed(resolve(values.pack));
else release();

/** Shows the plan; with `--write` the files are written, the notices made anew, and all of it committed and tagged. */
function release(): void {
  const paths = git("ls-files", "package.json", "package-lock.json", "CHANGELOG.md", "README.md");
  const guides = git("ls-files", "docs/guide/*.md");
  const files = new Map(
    `${paths}\n${guides}`.split("\n").flatMap((path) => (path === "" ? [] : [[path, read(path)]])),
  );
  const plan = planRelease(version, files, {
    day: new Date().toISOString().slice(0, 10),
    tags: git("tag", "--list").split("\n"),
  });
  const faults = [
    ...plan.faults,
    ...(git("status", "--porcelain") === "" ? [] : ["there are changes that are not committed"]),
  ];
  if (faults.length > 0) return refuse(faults);
  say(`${tag} of ${git("rev-parse", "--short", "HEAD")} changes:`);
  for (const path of plan.changes.keys()) say(`  ${path}`);
  say("  THIRD-PARTY.md and sbom.cdx.json, by `npm run notices`");
  say(`\nThe notes:\n\n${plan.notes}\n`);
  if (values.write !== true) {
    say(`Nothing was written. \`npm run release -- ${version} --write\` commits and tags this.`);
    return;
  }
  for (const [path, text] of plan.changes) writeFileSync(join(root, path), text);
  execFileSync("npm", ["run", "--silent", "notices"], { cwd: root, stdio: "inherit" });
  git("commit", "--quiet", "--all", "--message", subject, "--message", plan.notes);
  git("tag", "--annotate", tag, "--cleanup=verbatim", "--message", `${subject}\n\n${plan.notes}`);
  say(`${tag} is a commit and a tag here, and nowhere else. \`git push --follow-tags\` publishes`);
  say(`them; \`npm run release -- ${version} --undo --write\` takes them back before that.`);
}

/** Builds and packs what is tagged, checks the file as a person would get it, and puts what describes it beside it. */
function packed(folder: string): void {
  const manifest = JSON.parse(read("package.json")) as { readonly version: string };
  const notes = changelogPage(read("CHANGELOG.md"), version);
  const faults: string[] = [];
  if (manifest.version !== version) faults.push(`package.json is of \`${manifest.version}\``);
  if (notes === undefined) faults.push(`CHANGELOG.md has no page of a released ${version}`);
  if (!git("tag", "--points-at", "HEAD").split("\n").includes(tag))
    faults.push(`HEAD is not the tag \`${tag}\``);
  if (git("status", "--porcelain", "--untracked-files=no") !== "")
    faults.push("there are changes that are not committed");
  if (faults.length > 0) return refuse(faults);
  execFileSync(process.execPath, ["scripts/bootstrap.mjs", "--build"], { cwd: root });
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) return refuse([`\`${folder}\` is not empty`]);
  const packing = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  execFileSync("npm", packing, { cwd: root });
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
  const wrong = packedFaults(file);
  if (wrong.length > 0) {
    rmSync(file);
    return refuse(wrong);
  }
  copyFileSync(join(root, "sbom.cdx.json"), join(folder, "sbom.cdx.json"));
  writeFileSync(join(folder, "notes.md"), `${notes}\n`);
  const described = provenance({
    file: basename(file),
    sha256: sha256(readFileSync(file)),
    version,
    node: process.version,
    commit: git("rev-parse", "HEAD"),
    lockSha256: sha256(read("package-lock.json")),
  });
  writeFileSync(join(folder, "provenance.json"), described);
  const names = readdirSync(folder).sort();
  const sums = names.map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}`);
  writeFileSync(join(folder, "SHA256SUMS"), `${sums.join("\n")}\n`);
  say(`${folder}: ${[...names, "SHA256SUMS"].join(", ")}`);
}

function packedFaults(file: string): readonly string[] {
  const room = mkdtempSync(join(tmpdir(), "sallyport-release-"));
  try {
    execFileSync("tar", ["-xzf", file, "-C", room]);
    const files = filesBelow(join(room, "package"));
    const content = files.find(({ path }) => path === "package.json")?.content.toString() ?? "{}";
    const manifest = JSON.parse(content) as PackedManifest;
    const unpacked = files.reduce((sum, one) => sum + one.content.length, 0);
    return [
      ...contentFaults(files, [root, join(homedir(), ".cache"), join(tmpdir(), "sallyport-")]),
      ...manifestFaults(manifest),
      ...scriptsOnInstall(manifest).map((name) => `runs \`${name}\` when it is installed`),
      ...(statSync(file).size > PACKED_BYTES_MAX ? ["the packed file is too large"] : []),
      ...(unpacked > UNPACKED_BYTES_MAX ? ["its files are too large"] : []),
    ];
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

function filesBelow(directory: string): readonly PackedFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const mode = statSync(path).mode & 0o777;
      return { path: relative(directory, path), mode, content: readFileSync(path) };
    });
}

/** Takes back what `--write` did, where nobody else can have it. */
function undo(): void {
  const head = git("log", "-1", "--format=%s");
  const faults: string[] = [];
  if (head !== subject) faults.push(`HEAD is \`${head}\`, not \`${subject}\``);
  if (git("branch", "--remotes", "--contains", "HEAD") !== "")
    faults.push("a remote branch has it: release a further version in its place");
  if (git("status", "--porcelain", "--untracked-files=no") !== "")
    faults.push("there are changes that are not committed");
  if (faults.length > 0) return refuse(faults);
  if (values.write !== true) {
    say(`removes the tag ${tag} and the commit \`${subject}\`; \`--write\` does it`);
    return;
  }
  if (git("tag", "--list", tag) !== "") git("tag", "--delete", tag);
  git("reset", "--quiet", "--keep", "HEAD~1");
  say(`${tag} is taken back`);
}

function refuse(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
