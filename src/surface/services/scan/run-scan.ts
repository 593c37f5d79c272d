// One scan from what was asked for to its report: what is looked at, under which key, and what is accepted.
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { type BaselineReading, parseBaseline, readBaseline } from "#assure/scan/baseline.ts";
import { createCollector } from "#assure/scan/collector.ts";
import type { ScanReport, ScanFinding } from "#assure/scan/scan-finding.ts";
import type { Family, Tier } from "#guard/content/detection/finding.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { type CleanCache, openCleanCache } from "./clean-cache.ts";
import type { Wanted } from "./clean-file.ts";
import { lookAt } from "./content-look.ts";
import { askGit, type GitPlace } from "./git.ts";
import { fileQueue, type QueueOptions } from "./file-queue.ts";
import { openProgress } from "./progress.ts";
import { scanRange, scanStaged } from "./scan-changes.ts";
import { scanHistory } from "./scan-history.ts";
import { scanPath } from "./working-tree.ts";

/** What is looked at. `revisions` are words of `git rev-list`. */
export type ScanScope =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "transcripts"; readonly directory: string }
  | { readonly kind: "staged" | "history" | "stdin" }
  | { readonly kind: "range"; readonly revisions: readonly string[]; readonly title: string };

/** What is asked for. */
export type ScanRequest = {
  readonly scope: ScanScope;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: number;
  readonly input?: AsyncIterable<Buffer> | undefined;
  readonly includesIgnored?: boolean;
  readonly honoursAnnotations?: boolean;
  readonly leastTier?: Tier;
  readonly families?: readonly Family[];
  /** A baseline's file; without one that of the repository, if it has any. */
  readonly baseline?: string | undefined;
  readonly showsProgress?: boolean;
  /** Whether what was clean in the last scan is not looked at again; yes, if nothing is said. */
  readonly usesCache?: boolean;
  /** Stands for the program that looks; of this one, if nothing is said, and of none that runs from its sources. */
  readonly engine?: string;
  /** Asked again and again: whether a scan of a history is to end where it is. */
  readonly isStopped?: () => boolean;
  /** Threads that look at files of a tree; of this program, if nothing is said. */
  readonly threads?: Omit<QueueOptions, "wanted">;
  readonly onCounted?: (sighting: ScanFinding, value: string) => void;
};

/** The baseline that a repository has at its top. */
export const BASELINE_FILE = ".sallyport-baseline.json";

/** Carries out a scan. Throws a Failure where what was asked for is no thing that can be looked at. */
export async function runScan(request: ScanRequest): Promise<ScanReport> {
  const { scope, environment, isStopped = () => false } = request;
  const directory = realpathSync(request.directory);
  const place: GitPlace = { directory, environment };
  const top = await topOf(place);
  if (top === undefined && ["staged", "range", "history"].includes(scope.kind)) {
    throw new Failure("git", `\`${directory}\` is no git repository; go into one, or name files`);
  }
  const base = top ?? directory;
  const today = new Date(request.nowMs).toISOString().slice(0, 10);
  const wanted = {
    leastTier: request.leastTier ?? "medium",
    families: request.families ?? (["secret"] as const),
  };
  const collector = createCollector({
    scope: scopeTitle(scope, directory),
    today,
    digest: await digestOf(environment),
    baseline: baselineOf(request, base, today),
    honoursAnnotations: request.honoursAnnotations ?? true,
    ...wanted,
    ...(request.onCounted === undefined ? {} : { onCounted: request.onCounted }),
  });
  const progress = openProgress(collector.counts, request.showsProgress === true);
  const onProgress = progress.step;
  const files = fileQueue({ wanted, ...request.threads });
  const cache = await cacheOf(request, place, { base, wanted });
  const tree = {
    collector,
    files,
    wanted,
    cache,
    environment,
    base,
    includesIgnored: request.includesIgnored ?? false,
    onProgress,
  };
  const changes = { collector, place, onProgress };
  try {
    switch (scope.kind) {
      case "paths":
        for (const path of scope.paths) await scanPath(tree, resolve(directory, path));
        await files.end();
        break;
      case "transcripts":
        await scanPath({ ...tree, includesIgnored: true }, resolve(directory, scope.directory));
        await files.end();
        break;
      case "staged":
        await scanStaged(changes);
        break;
      case "range":
        await scanRange(changes, scope.revisions);
        break;
      case "history":
        await scanHistory({ ...changes, wanted, cache, isStopped });
        break;
      case "stdin": {
        const look = lookAt(collector, { file: "standard input", path: "stdin" });
        for await (const piece of request.input ?? []) look.push(piece);
        look.end();
        collector.count("files", 1);
        break;
      }
      default:
        return scope satisfies never;
    }
  } finally {
    cache?.save();
    files.close();
    progress.clear();
  }
  return collector.report();
}

/** What is known of the tree or repository. Work trees of one repository share it. */
async function cacheOf(
  { scope, environment, usesCache = true, engine }: ScanRequest,
  place: GitPlace,
  { base, wanted }: { readonly base: string; readonly wanted: Wanted },
): Promise<CleanCache | undefined> {
  const isLarge = ["paths", "transcripts", "history"].includes(scope.kind);
  if (!usesCache || !isLarge) return undefined;
  const { code, output } = await askGit(place, ["rev-parse", "--git-common-dir"]);
  const tree = code === 0 ? resolve(place.directory, output.replace(/\n$/, "")) : base;
  return openCleanCache({ environment, tree, wanted, engine });
}

async function topOf(place: GitPlace): Promise<string | undefined> {
  const { code, output } = await askGit(place, ["rev-parse", "--show-toplevel"]);
  const top = output.replace(/\n$/, "");
  if (code === 0 && top !== "") return top;
  // A repository without a working tree has commits all the same.
  const bare = await askGit(place, ["rev-parse", "--is-bare-repository"]);
  return bare.output.trim() === "true" ? place.directory : undefined;
}

function scopeTitle(scope: ScanScope, directory: string): string {
  switch (scope.kind) {
    case "paths":
      return scope.paths.length === 1
        ? resolve(directory, scope.paths[0] ?? ".")
        : "the named paths";
    case "transcripts":
      return `the transcripts in ${scope.directory}`;
    case "staged":
      return "what is staged";
    case "range":
      return scope.title;
    case "history":
      return "the whole history";
    case "stdin":
      return "standard input";
    default:
      return scope satisfies never;
  }
}

/** The installation's own key where there is one, so that digests are those of the log; else a key of this run. */
async function digestOf(environment: NodeJS.ProcessEnv): Promise<(value: string) => string> {
  try {
    const { digest } = await readEventKeys(directoriesIn(dataDirectory(environment)).keys);
    return (value) => digest("scan", value).slice(0, 16);
  } catch {
    const key = randomBytes(32);
    return (value) => createHmac("sha256", key).update(value).digest("base64url").slice(0, 16);
  }
}

function baselineOf(
  { baseline, directory }: ScanRequest,
  base: string,
  today: string,
): BaselineReading | undefined {
  const file = baseline === undefined ? join(base, BASELINE_FILE) : resolve(directory, baseline);
  if (!existsSync(file)) {
    if (baseline === undefined) return undefined;
    throw new Failure(
      "baseline",
      `there is no baseline \`${file}\`; write it with \`--write-baseline\``,
    );
  }
  return readBaseline(parseBaseline(readFileSync(file, "utf8"), file), today);
}
