// `npm run world -- --mirrors DIR`: recall and precision of the scan on public repositories; `--help` says the rest.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { aroundOf, type Question, readAnswers, writeQuestions } from "./asking.ts";
import { findingsOf } from "./findings.ts";
import { type Label, labelKey, readLabels, writeLabels } from "./labels.ts";
import { type FileIn, peerFindings } from "./peers.ts";
import { type FoundIn, keysOf, type Measured, ratesOf, shareText } from "./rates.ts";
import { type Half, HALVES, mirrorOf, readRepositories, type Repository } from "./repositories.ts";
import { type Sample, sampleOf } from "./samples.ts";
import { askAudits, auditLines, measureAudits, takeAudits } from "./measure-world-audits.ts";
import { worldPage } from "./world-page.ts";
import { isAtLeast, type Tier } from "#guard/content/detection/finding.ts";
import { scriptArguments, wrongArguments } from "../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../docs/reference/world.md", import.meta.url));
const DETAILS = `  --mirrors DIR    bare clones: DIR/OWNER+NAME or DIR/OWNER/NAME
  --half HALF      open, sealed or practice; all without it
  --audits         the audit of sixty of them instead of the scan
  --every          with --audits and --half open or practice: of all of it that carry settings of an agent
  --show WHAT      misses or alarms of what is not sealed, as places: repository, path, line
  --peers          what secretlint and git-secrets find in the same files, too
  --write          write docs/reference/world.md
  --ask FILE       write lines without a label to FILE.1, ... (text: outside of the project), with --parts N
  --take FILE      take the answers FILE.1.answers, ... back as labels, with --parts N
`;
/** The practice set's audits are measured by `--audits` alone. */
const AUDITED_ON_PAGE = ["sealed", "open"] as const;
/** Findings of the many files of one repository that are asked about. */
const FINDINGS_OF_A_REPOSITORY = 8;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

type World = {
  readonly questions: readonly Question[];
  readonly found: readonly FoundIn[];
  /** Keys of the lines that were chosen without a look at what is found. */
  readonly drawn: ReadonlySet<string>;
  /** The files in which a line is labelled. */
  readonly labelled: readonly FileIn[];
  readonly read: number;
  readonly missing: readonly string[];
};

async function main(): Promise<number> {
  const { values } = scriptArguments(
    import.meta.url,
    {
      options: {
        mirrors: { type: "string" },
        half: { type: "string" },
        show: { type: "string" },
        audits: { type: "boolean", default: false },
        every: { type: "boolean", default: false },
        peers: { type: "boolean", default: false },
        ask: { type: "string" },
        take: { type: "string" },
        parts: { type: "string", default: "1" },
        write: { type: "boolean", default: false },
      },
    },
    DETAILS,
  );
  const halves = halvesOf(values.half);
  const parts = Number(values.parts);
  if (!Number.isInteger(parts) || parts < 1 || parts > 99)
    throw new Error("--parts takes a number from 1 to 99");
  if (values.take !== undefined) return take(values.take, halves, values.audits ? "audits" : parts);
  if (values.mirrors === undefined)
    wrongArguments(import.meta.url, "name the folder of the clones");
  if (values.every && (values.half === undefined || values.half === "sealed"))
    throw new Error("--every looks at what is not sealed: add --half open or --half practice");
  if (values.audits) return audits(values.mirrors, halves, values.ask, values.every);
  const repositories = readRepositories().filter(({ half }) => halves.includes(half));
  const labels = halves.flatMap(readLabels);
  const world = lookAtAll(values.mirrors, repositories, labels);
  for (const name of world.missing) print(`no clone of ${name}`);
  print(`${world.read} of ${repositories.length} repositories, ${labels.length} labels`);
  if (values.ask !== undefined) {
    const known = new Set(labels.map(labelKey));
    const left = world.questions.filter((one) => !known.has(labelKey(one)));
    writeQuestions(values.ask, left, parts);
    print(`${left.length} lines to read of ${world.read} repositories`);
    return 0;
  }
  if (values.show !== undefined) show(values.show, world, labels);
  else report({ ...world, labels }, repositories);
  const peers = values.peers || values.write ? await peerFindings(world.labelled) : [];
  for (const { name, found } of values.peers ? peers : []) {
    print(`\n${name}, in the same files:${found === undefined ? " not installed" : ""}`);
    if (found !== undefined) report({ ...world, found, labels }, repositories, ["high"]);
  }
  if (values.write) {
    const audited = measureAudits(values.mirrors, AUDITED_ON_PAGE, () => undefined);
    const { found, drawn, read } = world;
    const figures = { repositories, labels, found, drawn, peers, read, audited };
    writeFileSync(PAGE, worldPage({ ...figures, date: new Date() }));
  }
  return 0;
}

function halvesOf(half: string | undefined): readonly Half[] {
  if (half === undefined) return HALVES;
  const one = HALVES.find((name) => name === half);
  if (one !== undefined) return [one];
  throw new Error(`--half takes ${HALVES.join(", ")}`);
}

/** Takes answers about lines, in so many parts, or about audits. */
function take(file: string, halves: readonly Half[], parts: number | "audits"): number {
  const [half, ...others] = halves;
  if (half === undefined || others.length > 0) throw new Error("--take needs --half");
  if (parts === "audits") {
    print(`${takeAudits(file, half)} labels taken`);
    return 0;
  }
  const files = Array.from({ length: parts }, (_, part) => `${file}.${part + 1}.answers`);
  const taken = readAnswers(`${file}.places`, files);
  writeLabels(half, [...readLabels(half), ...taken]);
  print(`${taken.length} labels taken`);
  return 0;
}

function audits(
  mirrors: string,
  halves: readonly Half[],
  ask: string | undefined,
  isEvery: boolean,
): number {
  const onEach = (name: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}\u001B[K`);
  };
  const figures = measureAudits(mirrors, halves, onEach, isEvery);
  if (ask !== undefined) print(`${askAudits(ask, figures)} findings to read`);
  else for (const line of auditLines(figures)) print(line);
  return 0;
}

function lookAtAll(
  mirrors: string,
  repositories: readonly Repository[],
  labels: readonly Label[],
): World {
  const places = new Set(labels.map(({ repository, path }) => `${repository}\0${path}`));
  const labelled: FileIn[] = [];
  const questions: Question[] = [];
  const found: FoundIn[] = [];
  const drawn = new Set<string>();
  const missing: string[] = [];
  for (const [at, repository] of repositories.entries()) {
    const mirror = mirrorOf(mirrors, repository);
    if (mirror === undefined) {
      missing.push(repository.name);
      continue;
    }
    const sample = sampleOf(mirror, repository);
    const one = lookAtSample(sample, repository.name);
    const files = [
      ...new Map(
        Object.values(sample).flatMap((list) =>
          list.flatMap((file) => ("text" in file ? [[file.path, file] as const] : [])),
        ),
      ).values(),
    ];
    const isLabelled = ({ path }: { readonly path: string }) =>
      places.has(`${repository.name}\0${path}`);
    labelled.push(
      ...files.filter(isLabelled).map((file) => ({ ...file, repository: repository.name })),
    );
    questions.push(...one.questions);
    found.push(...one.found);
    for (const line of sample.candidates)
      drawn.add(labelKey({ ...line, repository: repository.name }));
    if (process.stderr.isTTY) process.stderr.write(`\r${at + 1} of ${repositories.length}`);
  }
  return { questions, found, drawn, labelled, missing, read: repositories.length - missing.length };
}

/** The findings of a sample, and everything in it that a person is to read. */
function lookAtSample(sample: Sample, repository: string): Pick<World, "questions" | "found"> {
  const files = new Map(
    [...sample.anyFiles, ...sample.candidateFiles, ...sample.manyFiles].map((file) => [
      file.path,
      file,
    ]),
  );
  const found = [...files.values()].flatMap(findingsOf).map((one) => ({ ...one, repository }));
  const any = new Set(sample.anyFiles.map(({ path }) => path));
  const many = new Set(sample.manyFiles.map(({ path }) => path));
  const counted = found.filter(({ tier }) => isAtLeast(tier, "medium"));
  const places = [
    ...sample.candidates,
    ...counted.filter(({ path }) => any.has(path)),
    ...counted
      .filter(({ path }) => many.has(path))
      .toSorted((one, other) => (one.digest < other.digest ? -1 : 1))
      .slice(0, FINDINGS_OF_A_REPOSITORY),
  ];
  const texts = new Map([...files].map(([path, { text }]) => [path, text]));
  for (const file of sample.asideFiles) texts.set(file.path, file.text);
  const asked = places.map((place) => ({
    ...place,
    repository,
    around: aroundOf(texts.get(place.path) ?? "", place.line),
  }));
  const questions = [...new Map(asked.map((one) => [labelKey(one), one])).values()];
  const others = sample.asideFiles.filter(({ path }) => !files.has(path)).flatMap(findingsOf);
  return { questions, found: [...found, ...others.map((one) => ({ ...one, repository }))] };
}

function report(
  measured: Measured,
  repositories: readonly Repository[],
  tiers: readonly Tier[] = ["high", "medium", "low"],
): void {
  for (const half of HALVES) {
    const names = new Set(repositories.filter((one) => one.half === half).map(({ name }) => name));
    if (names.size === 0) continue;
    const isOwn = ({ repository }: { readonly repository: string }) => names.has(repository);
    const own = {
      ...measured,
      labels: measured.labels.filter(isOwn),
      found: measured.found.filter(isOwn),
    };
    for (const asked of ["secret", "personal"] as const)
      for (const least of tiers) {
        const { recall, precision, unlabelled } = ratesOf(own, asked, least);
        print(
          `${half.padEnd(8)} ${asked.padEnd(9)} ${least.padEnd(7)} recall ${shareText(recall)}  precision ${shareText(precision)}  not read ${unlabelled}`,
        );
      }
  }
}

/** Places of what is not sealed. */
function show(what: string, { found }: World, labels: readonly Label[]): void {
  const open = new Set(
    readRepositories()
      .filter(({ half }) => half !== "sealed")
      .map(({ name }) => name),
  );
  const counted = new Map(
    found
      .filter(({ tier }) => isAtLeast(tier, "medium"))
      .flatMap((one) => keysOf(one).map((key) => [key, one] as const)),
  );
  for (const label of labels.filter(({ repository }) => open.has(repository))) {
    const one = counted.get(labelKey(label));
    const isMiss = label.verdict === "true" && one === undefined;
    const isAlarm = label.verdict !== "true" && one !== undefined;
    if (what === "misses" ? isMiss : isAlarm)
      print(
        [
          label.repository,
          `${label.path}:${label.line}`,
          label.asked,
          label.verdict,
          label.why,
          one?.detector ?? "",
          one?.tier ?? "",
        ].join("\t"),
      );
  }
}
