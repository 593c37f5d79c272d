// What a container is given of this machine: directories, sockets, devices, files of settings, and rights of the host.
import { cleanPath, isWithin, joinPath } from "#base/path.ts";
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, Invocation, ModelContext } from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { effect } from "../model/verbs.ts";

const SOCKETS = /(?:docker|podman|containerd|crio)[\w.-]*\.sock/;
const SYSTEM =
  /^\/(?:etc|proc|sys|dev|boot|var\/run|var\/lib\/(?:docker|kubelet)|run|root)(?:\/|$)/;
/** Where no project lies. */
const SYSTEM_ONLY = /^\/(?:etc|proc|sys|dev|boot|var\/run|run)(?:\/|$)/;
/** How many words of the program in a container are looked at. */
const NAMES_MAX = 64;
const HOST_SPACES = ["pid", "ipc", "uts", "userns", "cgroupns", "network"];

/** A directory or file of this machine, and where a container sees it. */
type Mount = { readonly source: Text; readonly place: string; readonly readOnly: boolean };

/**
 * Consequences of the options `volume`, `mount`, `envFile`, `privileged`, `grants` and those named in `HOST_SPACES`, of a
 * call that starts `inner` in a container. Words of `inner` that name files of a mounted directory are read too.
 */
export function containerGrants(
  call: Pick<Invocation, "has" | "values">,
  inner: readonly Text[],
  context: ModelContext,
): readonly Consequence[] {
  const mounts = [...call.values("volume").map(ofVolume), ...call.values("mount").map(ofMount)];
  const isWide =
    call.has("privileged") ||
    call.has("grants") ||
    HOST_SPACES.some((space) =>
      call.values(space).some((word) => textOf(word) !== undefined && textOf(word) === "host"),
    );
  return [
    ...call.values("envFile").map((path) => reads(path)),
    ...mounts.flatMap((mount) => (mount === undefined ? [] : oneMount(mount, context))),
    ...mounts.flatMap((mount) => (mount === undefined ? [] : filesNamed(mount, inner, context))),
    ...(isWide ? [gain()] : []),
  ];
}

/** Whether a path is where an engine of containers takes orders. */
export function isEngine(path: Text): boolean {
  return SOCKETS.test(knownPrefix(path));
}

/** The consequence of reaching out of the container. */
export function gain(): Consequence {
  return effect<"privilege">({ kind: "privilege", means: "container", user: undefined });
}

/** `source:place[:options]`; undefined for a volume that the engine keeps under a name. */
function ofVolume(word: Text): Mount | undefined {
  const text = textOf(word);
  if (text === undefined)
    return /^[\w-]+:/.test(knownPrefix(word))
      ? undefined
      : { source: [hole("dynamic-path")], place: "", readOnly: false };
  const [source = "", place = "", options = ""] = text.split(":");
  if (!/^[./~]/.test(source) || !text.includes(":")) return undefined;
  return { source: literal(source), place, readOnly: /(?:^|,)ro(?:,|$)/.test(options) };
}

/** `type=bind,src=...,dst=...`; a local volume may be a mount too, by its driver's options. */
function ofMount(word: Text): Mount | undefined {
  const text = textOf(word);
  if (text === undefined) return { source: [hole("dynamic-path")], place: "", readOnly: false };
  const source = /(?:^|,)(?:src|source|"?volume-opt=device)=([^,"]*)/.exec(text)?.[1] ?? "";
  const device = /volume-opt=device=([^,"]*)/.exec(text)?.[1] ?? source;
  if (!/[./~]/.test(device) || /(?:^|,)type=tmpfs(?:,|$)/.test(text)) return undefined;
  return {
    source: literal(device),
    place: /(?:^|,)(?:dst|destination|target)=([^,]*)/.exec(text)?.[1] ?? "",
    readOnly: /(?:^|,)(?:ro|readonly)(?:=true|=1)?(?:,|$)/.test(text),
  };
}

function oneMount({ source, readOnly }: Mount, context: ModelContext): readonly Consequence[] {
  const path = absoluteOf(source, context);
  // WHY: the code in the container may do in the project what code of the project may do anyway, and its execution says so.
  if (path !== undefined && isProject(path, context)) return [reads(source)];
  // Whoever has all of the machine needs no list of what is on it.
  if (path === "/") return [gain(), reads(source), writes(source, "change")];
  return [
    reads(source, "tree"),
    ...(readOnly ? [] : [writes(source, "change", { reach: "tree" })]),
    ...(path !== undefined && isSystem(path, context) ? [gain()] : []),
  ];
}

/** Whether what is there is the system's. A project may lie anywhere, in the home of root too. */
function isSystem(path: string, context: ModelContext): boolean {
  const here = absoluteOf(literal("."), context);
  if (here !== undefined && here !== "/" && isWithin(here, path) && !SYSTEM_ONLY.test(here))
    return SOCKETS.test(path);
  return SOCKETS.test(path) || SYSTEM.test(path);
}

/** Whether a path is the working directory, and no home is inside. */
function isProject(path: string, context: ModelContext): boolean {
  return path === absoluteOf(literal("."), context) && !isWithin(path, context.home);
}

/** Where a path leads; by its text alone where the files may have changed in this call. */
function absoluteOf(path: Text, context: ModelContext): string | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  const here = textOf(context.variable("PWD")?.[0] ?? []);
  return (
    context.realOf(path) ??
    (text.startsWith("/")
      ? cleanPath(text)
      : here?.startsWith("/") === true
        ? joinPath(here, text)
        : undefined)
  );
}

/** Files of a mounted directory that the program in the container is told about, by their place or from inside it. */
function filesNamed(
  { source, place, readOnly }: Mount,
  inner: readonly Text[],
  context: ModelContext,
): readonly Consequence[] {
  const root = place.replace(/\/+$/, "");
  const pieces = inner.flatMap((word) => knownPrefix(word).split(/[\s'"`;|&<>()$=@]+/));
  const removes = pieces.some((piece) =>
    /^(?:\S*\/)?(?:rm|shred|unlink|rmdir|-delete)$/.test(piece),
  );
  const inside = pieces.filter((piece) => piece !== "").slice(0, NAMES_MAX);
  return inside.flatMap((piece) => {
    if (root !== "" && piece.startsWith(`${root}/`)) {
      const path = [...source, ...named(piece.slice(root.length))];
      return [reads(path), ...(removes && !readOnly ? [deletes(path, "tree")] : [])];
    }
    if (root !== "" && piece === root && removes && !readOnly) return [deletes(source, "tree")];
    const path = [...source, ...literal(`/${piece}`)];
    return /^[/-]/.test(piece) || !context.isFile(path) ? [] : [reads(path)];
  });
}

function named(path: string): Text {
  return /[*?[{]/.test(path)
    ? [
        ...literal("/"),
        hole("dynamic-path", { like: path.slice(1).replace(/\{.*/, "*"), splits: false }),
      ]
    : literal(path);
}
