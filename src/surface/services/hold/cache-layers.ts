// Caches of programs in the home: each has a layer of the session's own over it, which takes what held calls write there.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { join } from "node:path";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import { groupId, userId } from "#platform/user.ts";
import { removeTreeLater } from "../../foundation/files/closed-tree.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { INSIDE } from "./start/inside.ts";
import { statusOf } from "./places/entries.ts";
import { NOT_THERE } from "./places/outside-places.ts";

/** A cache, and where it lies with what the session wrote over it: in the mounts of the session's room alone. */
export type CacheLayer = { readonly path: string; readonly from: string };

/** Caches below the home, each with the variable that leads its programs elsewhere. */
const CACHES: readonly (readonly [place: string, variable?: string])[] = [
  [".cache"],
  [".npm", "npm_config_cache"],
  [".gradle", "GRADLE_USER_HOME"],
  [".ccache"],
  [".m2/repository"],
  [".m2/wrapper"],
  [".cargo/registry"],
  [".cargo/git"],
  ["go/pkg", "GOMODCACHE"],
  [".ivy2"],
  [".nuget/packages", "NUGET_PACKAGES"],
  [".yarn/berry"],
  [".bun/install/cache"],
  [".local/share/pnpm/store"],
  [".pub-cache"],
  [".node-gyp"],
];

/** A directory that gets a layer, a real path. */
export type CachePlace = { readonly path: string; readonly isThere: boolean };

/**
 * The directories that get a layer: those that are there, and what their programs would make where they work. WHY nothing is
 * made in the home: a session that is held leaves nothing there, not even an empty directory.
 */
export function cachePlaces(home: string, projectRoot: string): readonly CachePlace[] {
  const found = new Map<string, CachePlace>();
  for (const [place] of CACHES) {
    const path = joinPath(home, place);
    const isThere = existsSync(path);
    if (!isThere && !isMade(place, home, projectRoot)) continue;
    const real = isThere ? realPath(path) : realOfMissing(path);
    const status = statusOf(isThere ? real : nearest(real));
    // WHY its own group: what another one has cannot be copied into a layer.
    const isOwn = status?.uid === userId() && status?.gid === groupId();
    if ([...NOT_THERE, "/tmp", "/var/tmp"].some((one) => isWithin(one, real))) continue;
    // WHY not with these: they divide the options of a mount.
    if (status?.isDirectory() === true && isOwn && !/[,:\\"\n]/.test(real))
      found.set(real, { path: real, isThere });
  }
  const places = [...found.values()];
  return places.filter(
    ({ path }) => !places.some((at) => at.path !== path && isWithin(at.path, path)),
  );
}

/** The nearest directory around a place that is not there. */
function nearest(path: string): string {
  let at = parentPath(path);
  while (at !== parentPath(at) && statusOf(at) === undefined) at = parentPath(at);
  return at;
}

function realOfMissing(path: string): string {
  const around = nearest(path);
  return joinPath(realPath(around), path.slice(around === "/" ? 1 : around.length + 1));
}

function isMade(place: string, home: string, projectRoot: string): boolean {
  if (place === ".cache") return true;
  if (place === ".m2/repository" && existsSync(join(projectRoot, "pom.xml"))) return true;
  if (place === "go/pkg" && existsSync(join(projectRoot, "go.mod"))) return true;
  return place.includes("/") && existsSync(parentPath(joinPath(home, place)));
}

/**
 * Shell words that mount layers below the directory `$1` over the places that follow, each empty for one that is not there, and
 * tell the number of each that could be. WHY `userxattr`: nobody but the administrator writes the other kind.
 */
export const MOUNT_LAYERS = [
  'layers=$1; shift; at=0; for place; do layer="$layers/$at"',
  'mount -t overlay overlay -o "userxattr,lowerdir=${place:-$layer/none},upperdir=$layer/upper,workdir=$layer/work" "$layer/all" 2>/dev/null && echo "layer $at"',
  "at=$((at + 1)); done",
].join("\n");

/** Makes the directories of layers below `folder`. */
export function makeLayers(folder: string, places: readonly CachePlace[]): void {
  for (const at of places.keys())
    for (const name of ["upper", "work", "all", "none"])
      mkdirSync(join(folder, String(at), name), { recursive: true, mode: 0o700 });
}

/** The words of `MOUNT_LAYERS` for these places. */
export function layerWords(places: readonly CachePlace[]): readonly string[] {
  return places.map(({ path, isThere }) => (isThere ? path : ""));
}

/** The layers that a room told of. */
export function layersTold(
  said: string,
  folder: string,
  places: readonly CachePlace[],
): readonly CacheLayer[] {
  const told = new Set(said.split("\n"));
  return places.flatMap(({ path }, at) =>
    told.has(`layer ${at}`) ? [{ path, from: join(folder, String(at), "all") }] : [],
  );
}

/** Where what calls wrote into a layer lies. */
export function upperOf({ from }: CacheLayer): string {
  return joinPath(parentPath(from), "upper");
}

/**
 * Removes layers, without anybody waiting. WHY under another name: the session may be resumed meanwhile, and gets new ones.
 */
export function removeLayers(folder: string): void {
  if (!existsSync(folder)) return;
  const old = mkdtempSync(`${folder}.`);
  renameSync(folder, old);
  removeTreeLater(old);
}

/** Variables that lead programs to the project's own caches, where there is no layer over those of the home. */
export function cacheVariables(
  home: string,
  layers: readonly CacheLayer[],
  reachesHosts: boolean,
): readonly (readonly [name: string, value: string])[] {
  const isLayered = (place: string): boolean => {
    const real = realPath(joinPath(home, place));
    return layers.some(({ path }) => isWithin(path, real));
  };
  const inside = (name: string): string => `${INSIDE}/cache/${name}`;
  const led = CACHES.flatMap(([place, variable]) =>
    variable === undefined ||
    isLayered(place) ||
    // WHY the person's own where nothing is fetched: what lies there can be read.
    (statusOf(realPath(joinPath(home, place))) !== undefined && !(reachesHosts && place === ".npm"))
      ? []
      : [[variable, inside(place.replace(/^\./, ""))] as const],
  );
  if (isLayered(".cache")) return led;
  // Pip says with every call that it cannot write its own.
  return [...led, ["GOCACHE", inside("go-build")], ["PIP_CACHE_DIR", inside("pip")]];
}

/**
 * How many bytes the layers of each room take on the disk, as they were measured last. WHY by a process: there may be a
 * million files, and no call waits for them.
 */
export function createLayerSizes(folder: string) {
  let sizes = new Map<string, number>();
  let isMeasuring = false;
  return {
    of: (key: string): number => sizes.get(key) ?? 0,
    forget: (key: string): void => void sizes.delete(key),
    /** Measures them once more, without anybody waiting; resolves when that is done. */
    async measure(): Promise<void> {
      if (isMeasuring || !existsSync(folder)) return;
      isMeasuring = true;
      try {
        sizes = await diskUsage(folder);
      } finally {
        isMeasuring = false;
      }
    },
  };
}

const LISTED_BYTES_MAX = 1024 * 1024;

/** Bytes on the disk by entry of a folder; what nobody may read is not counted. */
function diskUsage(folder: string): Promise<Map<string, number>> {
  const child = spawn("du", ["-k", "-d", "1", "--", folder], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => {
    if (said.length < LISTED_BYTES_MAX) said += bytes.toString("utf8");
  });
  child.unref();
  return new Promise((resolve) => {
    child.on("error", () => resolve(new Map()));
    child.on("close", () =>
      resolve(
        new Map(
          said.split("\n").flatMap((line) => {
            const [, kilobytes = "", path = ""] = /^(\d+)\t(.+)$/.exec(line) ?? [];
            if (parentPath(path) !== folder) return [];
            return [[path.slice(folder.length + 1), Number(kilobytes) * 1024] as const];
          }),
        ),
      ),
    );
  });
}
