// What a repository describes as containers: each with the Dockerfile that it is built from, and files that cannot be read.
import type { Container, ContainerInputs } from "#assure/posture/container.ts";
import { containersOf } from "#assure/posture/containers/index.ts";
import { filesMatching, type SeenFile } from "#assure/posture/inputs/audit-inputs.ts";
import { memberOf } from "#base/json.ts";
import { readDockerfile } from "#assure/posture/texts/dockerfile.ts";
import { readJsonc } from "#assure/posture/texts/jsonc.ts";

/** A container as it would be started. */
export type Definition = {
  readonly main: Container;
  /** The file that its image is built from; for a Dockerfile by itself that one. */
  readonly image: Container | undefined;
  /** What brings in more than is read here, if anything. */
  readonly more: string | undefined;
  /** Whether the network that it is in leads nowhere by itself. */
  readonly isInternal: boolean;
};

/** A file that describes containers, and cannot be read. */
export type Unreadable = { readonly file: SeenFile; readonly line: number; readonly why: string };

const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;
const DEV = /(?:^|\/)\.?devcontainer\.json$/;
const DOCKERFILE =
  /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?$|\.(?:dockerfile|Dockerfile)$/;

/** All of them. A Dockerfile that another description builds is told with that one. */
export function definitionsOf(inputs: ContainerInputs): readonly Definition[] {
  const all = containersOf(inputs);
  const images = all.filter(({ kind }) => kind === "dockerfile");
  const started = all.filter(({ kind }) => kind !== "dockerfile");
  const used = new Set<Container>();
  const found = started.map((main): Definition => {
    const path = main.built ?? (main.kind === "run" ? builtBeside(main) : undefined);
    const image = images.find(({ file }) => file.path === path);
    if (image !== undefined) used.add(image);
    return { main, image, ...surroundings(main, inputs) };
  });
  const alone = images.filter((one) => !used.has(one));
  return [
    ...found,
    ...alone.map((main) => ({ main, image: main, more: undefined, isInternal: false })),
  ].toSorted((a, b) => (a.main.file.path < b.main.file.path ? -1 : 1));
}

/** The Dockerfile of a `docker build` in the same script that gives its image the name that is run. */
function builtBeside({ file, image }: Container): string | undefined {
  const folder = file.path.replace(/[^/]*$/, "");
  for (const [, words = ""] of (file.text ?? "")
    .replaceAll(/\\\r?\n/g, " ")
    .matchAll(/\b(?:docker|podman|nerdctl)\s+(?:image\s+)?build\b([^\n;&|]*)/g)) {
    const tag = /(?:^|\s)(?:-t|--tag)[= ]\s*["']?([^\s"']+)/.exec(words)?.[1];
    if (tag === undefined || tag !== image?.text) continue;
    const named = /(?:^|\s)(?:-f|--file)[= ]\s*["']?(?:"?\$\w+"?\/)?([^\s"']+)/.exec(words)?.[1];
    return `${folder}${named ?? "Dockerfile"}`;
  }
  return undefined;
}

function surroundings(
  main: Container,
  { yaml }: ContainerInputs,
): Pick<Definition, "more" | "isInternal"> {
  if (main.kind === "run") return { more: undefined, isInternal: isNetworkMade(main) };
  if (main.kind === "pod") return { more: undefined, isInternal: false };
  if (main.kind === "devcontainer")
    return {
      more: /"dockerComposeFile"\s*:/.test(main.text)
        ? "the compose file that it names says the rest"
        : undefined,
      isInternal: isNetworkMade(main),
    };
  const reading = yaml(main.file);
  const whole = reading.kind === "read" ? reading.value : undefined;
  const service: unknown = JSON.parse(main.text === "" ? "null" : main.text);
  const keys = ["extends", "env_file"].filter((key) => memberOf(service, key) !== undefined);
  const more = [
    ...(memberOf(whole, "include") === undefined ? [] : ["`include`"]),
    ...keys.map((key) => `\`${key}\``),
  ];
  const own = memberOf(service, "networks");
  const names = Array.isArray(own) ? own.map(String) : Object.keys(Object(own ?? {}));
  const networks = memberOf(whole, "networks");
  return {
    more: more.length === 0 ? undefined : `${more.join(", ")} brings more that is not read here`,
    isInternal:
      names.length > 0 &&
      names.every((name) => memberOf(memberOf(networks, name), "internal") === true),
  };
}

/** Whether the network that is named is made in the same file, as one that leads nowhere. */
function isNetworkMade({ options, file }: Container): boolean {
  const name = options.map(({ text }) => /^--network=(.+)$/.exec(text)?.[1]).find(Boolean);
  if (name === undefined) return false;
  return (file.text ?? "")
    .replaceAll(/\\\r?\n/g, " ")
    .split("\n")
    .some((line) => /\bnetwork create\b.*--internal\b/.test(line) && line.includes(name));
}

/** Files that describe containers by their names, of which nothing can be told. */
export function unreadableOf({ repository, yaml }: ContainerInputs): readonly Unreadable[] {
  const found = filesMatching(repository, /\.ya?ml$|\.json$|ockerfile|ontainerfile/);
  return found.flatMap((file): readonly Unreadable[] => {
    const { path, text, why } = file;
    const isOurs = COMPOSE.test(path) || DEV.test(path) || DOCKERFILE.test(path);
    if (text === undefined)
      return isOurs ? [{ file, line: 1, why: why ?? "it cannot be read" }] : [];
    if (DEV.test(path))
      return readJsonc(text, file.shown)?.kind === "object"
        ? []
        : [{ file, line: 1, why: "it is no JSON object" }];
    if (DOCKERFILE.test(path))
      return readDockerfile(text).some(({ name }) => name === "FROM")
        ? []
        : [{ file, line: 1, why: "it has no FROM" }];
    const isPod =
      /^[^\S\n\r]*kind\s*:\s*(?:Pod|Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob)\b/m;
    if (!/\.ya?ml$/.test(path) || !(isOurs || isPod.test(text))) return [];
    const isTemplate = text.includes("{{");
    const reading = yaml(file);
    if (reading.kind === "read" && !isTemplate)
      return isOurs && memberOf(reading.value, "services") === undefined && !/include:/.test(text)
        ? [{ file, line: 1, why: "it has no `services`" }]
        : [];
    if (isTemplate) return [{ file, line: 1, why: "it is a template: look at what it comes to" }];
    return reading.kind === "fault" ? [{ file, line: reading.line, why: reading.why }] : [];
  });
}
