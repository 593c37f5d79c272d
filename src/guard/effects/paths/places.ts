// Places whose change is more than a change: what starts by itself (persist), rights (privilege), and controls (tamper).
import { compileGlob, escapeGlob, globBase, globsIntersect } from "#base/glob.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { Target } from "../../vocabulary/effect.ts";
import type { MeaningfulPlace } from "./meaningful-place.ts";
import { PLACES } from "./place-list.ts";

/** Where git keeps what branches, tags and the head are: who writes there rewrites history without git. */
const REFERENCES = [
  "refs/**",
  "packed-refs",
  "HEAD",
  "ORIG_HEAD",
  "logs/**",
  "shallow",
  "info/grafts",
  "objects/info/alternates",
].map((path) => `/**/.git/${path}`);

/** Whether a change of `target` is one of a repository's history. */
export function touchesHistory(target: Target): boolean {
  return REFERENCES.some((glob) => mayTouch(target, glob));
}

/** What a change of `target` amounts to, besides the change itself. A tree is one whether or not it exists now. */
export function classifyChange(
  target: Target,
  session: SessionFacts,
  change: "write" | "delete",
): readonly Meaning[] {
  const known = classified.get(session) ?? new Map<string, readonly Meaning[]>();
  classified.set(session, known);
  // WHY remembered: a loop changes the same places in every round.
  const key = `${change}\0${JSON.stringify(target)}`;
  const found = known.get(key) ?? classify(target, session, change);
  if (known.size < CLASSIFIED_MAX) known.set(key, found);
  return found;
}

/** Changes of one call that are remembered. */
const CLASSIFIED_MAX = 4_096;

type Meaning = Pick<MeaningfulPlace, "kind" | "means">;

/** Of one session's facts, which last no longer than a call. */
const classified = new WeakMap<SessionFacts, Map<string, readonly Meaning[]>>();

function classify(
  target: Target,
  session: SessionFacts,
  change: "write" | "delete",
): readonly Meaning[] {
  const found: Meaning[] = [];
  for (const place of PLACES) {
    if (change === "delete" && place.unlessDeleted === true) continue;
    const isTree = target.kind === "path" && target.reach === "tree";
    if (isTree && (place.madeUp === true || place.byEnding === true)) continue;
    if (place.byEnding === true && target.kind === "pattern" && target.path.endsWith("*")) continue;
    // Deleting a directory of hooks starts nothing.
    const countsWhole = place.kind === "tamper" || change === "write";
    if (countsWhole && place.globs.some((glob) => holdsPlace(target, glob))) {
      found.push({ kind: place.kind, means: place.means });
      continue;
    }
    if (place.globs.some((glob) => mayTouch(target, anchored(glob, session))))
      found.push({ kind: place.kind, means: place.means });
  }
  if (
    namesOneOf(session.linkedSettings, target) &&
    !found.some(({ means }) => means === CLIENTS.means)
  )
    found.push(CLIENTS);
  const isGits = found.some(({ means }) => means === GIT_RUNS.means);
  if (change === "write" && !isGits && namesOneOf(session.includedSettings, target))
    found.push(GIT_RUNS);
  if (touchesOwn(target, session) || touchesControl(target, session) || namesInstalled(target))
    found.push({ kind: "tamper", means: "sallyport" });
  if (touchesDecoy(target, session)) found.push({ kind: "tamper", means: "decoy" });
  return found;
}

const GIT_RUNS: Meaning = { kind: "persist", means: "git-execution" };

const CLIENTS: Meaning = { kind: "tamper", means: "client-settings" };

/** Whether a change is one of a file that settings lead to. WHY no whole trees: as of the files that every project may have. */
function namesOneOf(files: readonly string[] | undefined, target: Target): boolean {
  const isTree =
    target.kind === "path"
      ? target.reach === "tree"
      : "path" in target && target.path.includes("**");
  return !isTree && files?.some((path) => mayTouch(target, escapeGlob(path))) === true;
}

/** Whether a read or change reaches a file that is only there to be left alone. */
export function touchesDecoy(target: Target, { decoys = [] }: SessionFacts): boolean {
  return decoys.some((path) => mayTouch(target, escapeGlob(path)));
}

/** Whether a read or change reaches sallyport's own keys, log or state. */
export function touchesOwn(target: Target, session: SessionFacts): boolean {
  return session.ownPaths.some(
    (path) => mayTouch(target, escapeGlob(path)) || mayTouch(target, `${escapeGlob(path)}/**`),
  );
}

/** Our package as it is installed in a project or for everybody, where the command of the client's hooks may lie. */
const INSTALLED = /\/node_modules\/(?:sallyport|\.bin\/sallyport)(?:\/|$)/;
/** The same in a pattern that is about it, and not about whatever is installed. */
const INSTALLED_PATTERN = /\/node_modules\/(?:\.bin\/)?(?=[^/]*sally|[^/]*port)[^/]*(?:\/|$)/;

/** WHY not whole trees of packages: everybody deletes and installs these, and what is installed anew is ours again. */
function namesInstalled(target: Target): boolean {
  if (target.kind === "path") return INSTALLED.test(target.path) || INSTALLED.test(target.real);
  return (
    target.kind === "pattern" &&
    INSTALLED_PATTERN.test(target.path) &&
    ["sallyport", ".bin/sallyport"].some((name) => mayTouch(target, `/**/node_modules/${name}`))
  );
}

function touchesControl(target: Target, { controlPaths = [] }: SessionFacts): boolean {
  return controlPaths.some((path) => mayTouch(target, escapeGlob(path)));
}

function anchored(glob: string, { home }: SessionFacts): string {
  if (!glob.startsWith("~/")) return glob;
  if (anchors.home !== home) anchors = { home, globs: new Map() };
  const known = anchors.globs.get(glob);
  if (known !== undefined) return known;
  const found = `${escapeGlob(home)}${glob.slice(1)}`;
  anchors.globs.set(glob, found);
  return found;
}

/** The globs of one home, put together once: every change is held against all of them. */
let anchors: { home: string; readonly globs: Map<string, string> } = { home: "", globs: new Map() };

function mayTouch(target: Target, glob: string): boolean {
  switch (target.kind) {
    case "path": {
      const test = compileGlob(glob, { ignoreCase: true });
      if (test(target.path) || (target.real !== target.path && test(target.real))) return true;
      return (
        target.reach === "tree" &&
        !isWide(glob) &&
        (globsIntersect(`${escapeGlob(target.path)}/**`, glob) ||
          (target.real !== target.path && globsIntersect(`${escapeGlob(target.real)}/**`, glob)))
      );
    }
    case "pattern":
      return !isWide(glob)
        ? globsIntersect(target.path, glob)
        : globsIntersect(target.path, glob) && !target.path.includes("**");
    case "unresolved":
      // Where it lands is not known at all: that is an effect of its own, judged as such.
      return false;
    default:
      return target satisfies never;
  }
}

/**
 * Whether `target` is a directory in which a place of any project lies (`.claude` for `/**\/.claude/settings.json`), taken
 * as a whole: deleted, renamed, or written as a tree. Patterns count when they speak of dot files.
 */
function holdsPlace(target: Target, glob: string): boolean {
  if (!isWide(glob) || target.kind === "unresolved") return false;
  const parts = glob.split("/").slice(2, -1);
  const holders = parts.map((_, at) => `/**/${parts.slice(0, at + 1).join("/")}`);
  if (target.kind === "path") {
    if (target.reach !== "tree") return false;
    return holders.some((holder) => {
      const test = compileGlob(holder, { ignoreCase: true });
      return test(target.path) || test(target.real);
    });
  }
  const tests = holders.map((holder) => compileGlob(holder, { ignoreCase: true }));
  if (tests.some((test) => test(globBase(target.path)))) return globsIntersect(target.path, glob);
  const isDotted = target.path.slice(target.path.lastIndexOf("/") + 1).startsWith(".");
  return (
    target.reach === "tree" &&
    isDotted &&
    !target.path.includes("**") &&
    holders.some((holder) => globsIntersect(target.path, holder))
  );
}

/** A glob that starts with `/**` meets every tree; a tree is not called tampering for what it might hold. */
function isWide(glob: string): boolean {
  return glob.startsWith("/**");
}
