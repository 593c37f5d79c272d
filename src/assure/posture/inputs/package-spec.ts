// What a command line starts from a registry: the package or image it names, and whether its version is fixed.

/** A package or image as it is named. `isPinned`: always the same code. */
export type StartedPackage = {
  readonly kind: "package" | "image";
  readonly spec: string;
  readonly isPinned: boolean;
};

const EXACT = /^v?\d+\.\d+(?:\.\d+)*(?:[-+.]?[\w.+-]*)?$/;
const HASH = /^[0-9a-f]{40}$/i;
const WRAPPERS = /^(?:env|sudo|nohup|exec|cmd|cmd\.exe|command)$/i;

/** The package or image that a program with its arguments starts; undefined where it starts neither. */
export function startedPackage(
  command: string,
  args: readonly string[],
): StartedPackage | undefined {
  const words = [...(args.length === 0 ? command.split(/\s+/) : [command]), ...args];
  const [program = "", ...rest] = unwrapped(words);
  const name = program.replace(/^.*[/\\]/, "").replace(/\.(?:cmd|exe)$/i, "");
  switch (name) {
    case "npx":
    case "bunx":
    case "pnpx":
      return npmPackage(rest);
    case "npm":
    case "pnpm":
    case "yarn":
    case "bun":
      return /^(?:exec|x|dlx)$/.test(rest[0] ?? "") ? npmPackage(rest.slice(1)) : undefined;
    case "uvx":
      return pythonPackage(rest);
    case "uv":
      if (rest[0] === "tool" && rest[1] === "run") return pythonPackage(rest.slice(2));
      return rest[0] === "run" ? withPackage(rest.slice(1)) : undefined;
    case "deno":
      return rest[0] === "run" || rest[0] === "serve" ? denoPackage(rest.slice(1)) : undefined;
    case "pipx":
      return rest[0] === "run" ? pythonPackage(rest.slice(1)) : undefined;
    case "go":
      return rest[0] === "run" ? goPackage(rest.slice(1)) : undefined;
    case "docker":
    case "podman":
    case "nerdctl":
      return imageOf(rest);
    default:
      return undefined;
  }
}

function unwrapped(words: readonly string[]): readonly string[] {
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? "";
    const isPart =
      WRAPPERS.test(word) || (at > 0 && /^(?:\/[cC]|-\w+|[A-Za-z_]\w*=.*)$/.test(word));
    if (!isPart) break;
    at += 1;
  }
  return words.slice(at);
}

/** The first word that is no option; `--package` names it before. */
function npmPackage(words: readonly string[]): StartedPackage | undefined {
  let spec: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const named = /^--package=(.+)$/.exec(word)?.[1];
    if (named !== undefined) spec = named;
    else if (word === "-p" || word === "--package") spec = words[index + 1];
    else if (word === "-c" || word === "--call") return undefined;
    else if (word === "--registry" || word === "--cache" || word === "--userconfig") index += 1;
    else if (!word.startsWith("-")) spec = word;
    if (spec !== undefined) break;
  }
  if (spec === undefined || /^(?:\.{0,2}\/|~|file:|\$)/.test(spec)) return undefined;
  if (
    /^(?:github:|gitlab:|bitbucket:|git\+|https?:\/\/|git:\/\/|ssh:\/\/)|^[\w-]+\/[\w.-]+(?:#|$)/.test(
      spec,
    )
  )
    return { kind: "package", spec, isPinned: HASH.test(/#(.+)$/.exec(spec)?.[1] ?? "") };
  const version = /^@?[^@]+@(.+)$/.exec(spec)?.[1];
  return { kind: "package", spec, isPinned: version !== undefined && isExactNpm(version) };
}

function isExactNpm(version: string): boolean {
  return /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version.replace(/^npm:.*@/, ""));
}

function pythonPackage(words: readonly string[]): StartedPackage | undefined {
  let spec: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const from = /^--(?:from|spec)=(.+)$/.exec(word)?.[1];
    if (from !== undefined) spec = from;
    else if (word === "--from" || word === "--spec") spec = words[index + 1];
    else if (/^(?:-p|--python|--with|--index|--index-url|--with-editable|--directory)$/.test(word))
      index += 1;
    else if (!word.startsWith("-")) spec = word;
    if (spec !== undefined) break;
  }
  if (spec === undefined || /^(?:\.{0,2}\/|~|\.$|file:|\$)/.test(spec)) return undefined;
  if (/^(?:git\+|https?:\/\/)/.test(spec)) {
    const ref = /@([^@/]+?)(?:#.*)?$/.exec(spec)?.[1] ?? "";
    const isWheel = /-\d+(?:\.\d+)+[^/]*\.(?:whl|tar\.gz)(?:#.*)?$/.test(spec);
    return { kind: "package", spec, isPinned: HASH.test(ref) || EXACT.test(ref) || isWheel };
  }
  const version = /^[^=@<>~!]+(?:==|@)(.+)$/.exec(spec)?.[1] ?? "";
  return { kind: "package", spec, isPinned: EXACT.test(version) };
}

/** What `uv run --with` adds to the project's own packages, which a lock file fixes. */
function withPackage(words: readonly string[]): StartedPackage | undefined {
  const specs = words.flatMap((word, index) => {
    const named = /^--with=(.+)$/.exec(word)?.[1];
    return named ?? (words[index - 1] === "--with" ? word : []);
  });
  const all = specs.flatMap((spec) => spec.split(",")).map((spec) => pythonPackage([spec]));
  return all.find((one) => one?.isPinned === false) ?? all[0];
}

/** `npm:name@1.2.3`, `jsr:@scope/name@1.2.3`; an address is told of by what it downloads. */
function denoPackage(words: readonly string[]): StartedPackage | undefined {
  const spec = words.find((word) => !word.startsWith("-"));
  const name = /^(?:npm|jsr):\/?(.+)$/.exec(spec ?? "")?.[1];
  if (spec === undefined || name === undefined) return undefined;
  const version = /^@?[^@]+@([^/]+)/.exec(name)?.[1];
  return { kind: "package", spec, isPinned: version !== undefined && isExactNpm(version) };
}

function goPackage(words: readonly string[]): StartedPackage | undefined {
  const spec = words.find((word) => !word.startsWith("-"));
  if (spec === undefined || /^\.{0,2}\/|^\.$|\.go$/.test(spec)) return undefined;
  const version = /@(.+)$/.exec(spec)?.[1] ?? "";
  return { kind: "package", spec, isPinned: EXACT.test(version) || HASH.test(version) };
}

/** Options of `docker run` that take the next word. */
const WITH_VALUE =
  /^(?:-[a-z]*[evplhuwmc]|--(?:env|env-file|volume|publish|expose|label|label-file|name|hostname|user|workdir|memory|cpus|cpuset-cpus|network|net|mount|tmpfs|cap-add|cap-drop|security-opt|device|entrypoint|add-host|dns|ip|pid|ipc|uts|userns|ulimit|restart|log-driver|log-opt|gpus|shm-size|platform|pull|runtime|stop-signal|sysctl|volumes-from|link|cgroup-parent|cidfile|group-add|health-cmd|isolation|memory-swap|oom-score-adj|pids-limit|storage-opt))$/;

function imageOf(words: readonly string[]): StartedPackage | undefined {
  const [first, ...rest] = words[0] === "container" ? words.slice(1) : words;
  if (first !== "run" && first !== "create") return undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (WITH_VALUE.test(word)) index += 1;
    else if (!word.startsWith("-"))
      return { kind: "image", spec: word, isPinned: isPinnedImage(word) };
  }
  return undefined;
}

/** Whether an image is named by a digest or a tag that is a version. A tag that is put in later says nothing against it. */
export function isPinnedImage(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w][\w.${}:-]*)$/.exec(image.replace(/^[^/]*:\d+\//, ""))?.[1];
  if (tag === undefined) return /\$\{?\w+/.test(image.replace(/^.*\//, "")) || image === "scratch";
  return !/^(?:latest|main|master|edge|nightly|dev|develop|stable|next|canary|current|lts|head)$/i.test(
    tag,
  );
}

/**
 * Whether a base stays what it is: a digest, or a tag with a version down to what its makers repair (`22.11-slim`, `24.04`, a
 * date). `node:20-slim` is another image after each release of the line.
 */
export function isFixedBase(image: string): boolean {
  if (!isPinnedImage(image)) return false;
  const tag = /:([\w][\w.${}:-]*)$/.exec(image.replace(/^[^/]*:\d+\//, ""))?.[1];
  return tag === undefined || image.includes("@sha256:") || /\d+\.\d|\d{6,}|\$/.test(tag);
}
